"""Themes that people give to words by hand: a sheet for each coder, what they found, and how far two agree."""
