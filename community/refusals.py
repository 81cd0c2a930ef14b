"""The answer is no, and why, in words for the person it is said to."""


class Refusal(Exception):
    """Raised by rooms; the door says `text_key` with `blanks`, and everything done so far is undone."""

    text_key = "common.refused"

    def __init__(self, text_key: str | None = None, **blanks: object) -> None:
        self.text_key = text_key or self.text_key
        self.blanks = blanks
        super().__init__(self.text_key)


class NeedsConsent(Refusal):
    """Nothing may be stored yet: the door asks for consent and comes back with `payload` (a /start payload)."""

    text_key = "community.needs_consent"

    def __init__(self, payload: str = "") -> None:
        self.payload = payload
        super().__init__()


class NotAllowed(Refusal):
    """The table of rights has no such cell for this person."""

    text_key = "community.not_allowed"
