"""Everything the assistant says or teaches, and its reader."""
