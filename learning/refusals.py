"""What this room cannot do, and why."""

from community.refusals import Refusal


class Gone(Refusal):
    """The lesson, note or question is not there any more, or the number is made up."""

    text_key = "learning.gone"


class NotYours(Refusal):
    """Only who wrote a note may change it."""

    text_key = "learning.not_yours"
