"""Kinds of reflection."""

# A goal looks ahead, and a draft is not given to anybody yet: neither answers a prompt.
REFLECTS = ("free", "guided", "week")
DRAFT = "draft"
