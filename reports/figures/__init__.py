"""Figures as values: what was counted, from how many, with its doubt and where it comes from; words come later."""
