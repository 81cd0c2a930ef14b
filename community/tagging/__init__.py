"""Tells what a message in a teachers' group is for, by the codebook, with a reason a person can read."""

from community.tagging.talk import BATCH, REMEMBERED, Talk, line_of, look, standard, tag, tag_by_rules
from community.tagging.values import FOUR, LABELS, Line, Said, Tag
from community.tagging.words import normalise

__all__ = [
    "BATCH",
    "FOUR",
    "LABELS",
    "REMEMBERED",
    "Line",
    "Said",
    "Tag",
    "Talk",
    "line_of",
    "look",
    "normalise",
    "standard",
    "tag",
    "tag_by_rules",
]
