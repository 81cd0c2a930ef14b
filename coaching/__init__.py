"""The coaching room: cycles as data, whose turn it is, what was promised, and who may read which note."""
