"""Rules for what is none of the four, and for bare answers (codebook rules 1, 6, 7, 9 and 10)."""

from functools import lru_cache

from community.tagging.reading import Reading
from community.tagging.threads import BUSINESS, asked, just_before
from community.tagging.verdict import ASKS, Verdict, found

SYSTEM_SENDERS = ("(sistem)", "(system)")
HARMLESS = ("coordination.when", "coordination.agrees", "consultation.advises", "resource.material", "resource.steps")
"""Signals that single ordinary words give as well."""


def system_line(reading: Reading) -> Verdict | None:
    """Rule 1: joined, left, deleted, a bot's own posts, a command to it."""
    said = reading.said
    if said.kind == "service" or said.text.startswith("/") or _is_no_person(said.sender):
        return Verdict("other", "system_line")
    if "other.deleted" not in reading.hits or reading.size > 6:
        return None
    return Verdict("other", "system_line", reading.told("other.deleted"))


@lru_cache(maxsize=4096)
def _is_no_person(name: str) -> bool:
    sender = name.casefold()
    parts = sender.split()
    return sender in SYSTEM_SENDERS or "bot" in (*parts[:1], *parts[-1:]) or sender.endswith("_bot")


def poll(reading: Reading) -> Verdict | None:
    """A poll in a group of colleagues collects: when, who, which."""
    return Verdict("coordination", "poll") if reading.said.kind == "poll" else None


def nothing_said(reading: Reading) -> Verdict | None:
    """An empty text of which nothing else is known."""
    return None if reading.words else Verdict("other", "bare_sign")


def formula(reading: Reading) -> Verdict | None:
    """Rules 7 and 9: a greeting, a holiday wish or a laugh that is all the message does."""
    if reading.has("other.greeting") and _greets_only(reading):
        return found(reading, "other", "greets", "other.greeting")
    if reading.has("other.holiday") and not reading.asks and not reading.has("coordination.deadline"):
        if reading.has("motivation.thanks", "motivation.praise") and reading.size > 8:
            return found(reading, "motivation", "thanks", "motivation.thanks", "motivation.praise")
        if not reading.has("coordination.instructs") and not reading.has("coordination.event"):
            return found(reading, "other", "holiday_wish", "other.holiday")
    if reading.has("other.introduces") and not reading.asks:
        return found(reading, "other", "introduces", "other.introduces")
    if "other.laughs" in reading.hits and reading.only("other.laughs", "other.acknowledges"):
        return found(reading, "other", "laughs", "other.laughs")
    return None


def _greets_only(reading: Reading) -> bool:
    """A greeting with nothing else, or one to everyone that wishes well at its beginning."""
    if reading.only("other.greeting", "other.acknowledges", "motivation.aamiin"):
        return True
    begins, _ = min(reading.hits["other.greeting"])
    if begins > 1 or reading.asks or reading.size > 16:
        return False
    if reading.has("motivation.thanks", "motivation.condolence") or just_before(reading) == "motivation":
        return False
    return all(signal.partition(".")[0] not in BUSINESS or signal in HARMLESS for signal in reading.hits)


def bare_answer(reading: Reading) -> Verdict | None:
    """Rules 6 and 7: "siap" after an instruction is nothing, "sudah" or "hadir" answers the group's work."""
    agrees = "coordination.agrees"
    if reading.asks or not reading.only(agrees, "other.acknowledges", "coordination.reports", "other.laughs"):
        return None
    if not reading.core:
        return None
    if reading.has("coordination.reports") and reading.topic in {"coordination", None}:
        return found(reading, "coordination", "reports_back", "coordination.reports")
    if asked(reading, "coordination") and reading.has(agrees):
        return found(reading, "coordination", "answers_coordination", agrees)
    if not reading.only("other.acknowledges", "other.laughs") and reading.topic == "coordination":
        return found(reading, "coordination", "answers_coordination", agrees)
    if reading.quoted == "consultation" and not reading.only("other.acknowledges"):
        return Verdict("consultation", "in_consultation")
    return Verdict("other", "acknowledges", reading.told("other.acknowledges"))


def aamiin(reading: Reading) -> Verdict | None:
    """Rule 9: "aamiin" takes the label of the prayer it answers."""
    if not reading.has("motivation.aamiin") or reading.size > 6 or reading.has("motivation.prayer"):
        return None
    label = "motivation" if just_before(reading) == "motivation" else "other"
    return found(reading, label, "aamiin", "motivation.aamiin")


def sells_or_chats(reading: Reading) -> Verdict | None:
    """Rule 6: sales, lost items, blocked motorbikes."""
    for signal, reason in (("other.sells", "sells"), ("other.chat", "off_topic")):
        enough = reading.times(signal) >= 2
        if enough and not reading.has(*ASKS, "coordination.deadline"):
            return found(reading, "other", reason, signal)
    return None


def reflects(reading: Reading) -> Verdict | None:
    """Rule 10: a bare account of one's own lesson is none of the four."""
    return found(reading, "other", "recounts", "other.reflects") if reading.size >= 3 else None


def chats(reading: Reading) -> Verdict | None:
    """What is left to the other: small talk."""
    for signal, reason in (("other.sells", "sells"), ("other.chat", "off_topic"), ("other.laughs", "laughs")):
        if reading.has(signal):
            return found(reading, "other", reason, signal)
    return None


def unclear(_: Reading) -> Verdict:
    """Nothing of the four was found."""
    return Verdict("other", "nothing_found")
