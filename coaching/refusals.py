"""What this room cannot do, and why."""

from community.refusals import Refusal


class Gone(Refusal):
    """There is no such cycle, step or note, or it is none of theirs: a made-up number learns nothing."""

    text_key = "coaching.gone"


class NotNow(Refusal):
    """The cycle is paused, closed, or stands elsewhere by now."""

    text_key = "coaching.not_now"
