"""Tells what a message in a teachers' group is for, by the codebook, with a reason a person can read."""

from community.tagging.talk import Talk, line_of, tag
from community.tagging.values import FOUR, LABELS, Line, Said, Tag
from community.tagging.words import normalise

__all__ = ["FOUR", "LABELS", "Line", "Said", "Tag", "Talk", "line_of", "normalise", "tag"]
