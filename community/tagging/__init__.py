"""Tells what a message in a teachers' group is for, by the codebook, with a reason a person can read."""

from community.tagging.talk import REMEMBERED, Talk, line_of, standard, tag, tag_by_rules
from community.tagging.values import FOUR, LABELS, Line, Said, Tag
from community.tagging.words import normalise

__all__ = [
    "FOUR",
    "LABELS",
    "REMEMBERED",
    "Line",
    "Said",
    "Tag",
    "Talk",
    "line_of",
    "normalise",
    "standard",
    "tag",
    "tag_by_rules",
]
