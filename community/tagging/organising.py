"""Rules for coordination: dates, duties, absences, reports (codebook rules 5, 6 and 12)."""

from community.tagging.reading import Reading
from community.tagging.threads import asked
from community.tagging.verdict import ASKS, TROUBLE, Verdict, found

REASONS = ("coordination.event", "coordination.when", "coordination.instructs", "coordination.reminds")


def sets_deadline(reading: Reading) -> Verdict | None:
    """Rules 5 and 12: what has to be done by a date wins over everything else."""
    if reading.asks and reading.has(*ASKS) and not reading.has("coordination.instructs"):
        return None
    if reading.quoted == "consultation" and not reading.has("coordination.instructs"):
        return None
    if reading.has("coordination.deadline") and (
        reading.has("coordination.instructs", "coordination.when", "coordination.event") or reading.size <= 12
    ):
        return found(reading, "coordination", "sets_deadline", "coordination.deadline")
    return None


def announces(reading: Reading) -> Verdict | None:
    """Rule 6: a meeting, a visit, a duty with its time; an instruction to everyone."""
    if reading.asks and reading.has(*ASKS, *TROUBLE):
        return None
    reasons = sum([signal in reading.hits for signal in REASONS])
    many = reading.times("coordination.instructs")
    if reading.quoted == "consultation" and reasons < 3:
        return None
    enough = reasons == 2 and (reading.has("coordination.when") or _bare(reading)) and "laugh" not in reading.emoji
    if reasons >= 3 or enough:
        return found(
            reading, "coordination", "announces", "coordination.event", "coordination.instructs", "coordination.reminds"
        )
    return found(reading, "coordination", "instructs", "coordination.instructs") if many >= 2 else None


def _bare(reading: Reading) -> bool:
    """No sign of a consultation or of material in it or around it."""
    return reading.topic != "consultation" and not reading.has("resource.hands_over", *TROUBLE)


def asks_logistics(reading: Reading) -> Verdict | None:
    """Rule 6: a question about time, place, who or whether in the group's work."""
    if not reading.asks:
        return None
    if reading.has("coordination.asks_logistics") and reading.topic != "consultation":
        return found(reading, "coordination", "asks_logistics", "coordination.asks_logistics")
    about = bool(reading.has("coordination.event", "coordination.when"))
    if reading.topic == "coordination" and (about or reading.size <= 10 or reading.quoted):
        return Verdict("coordination", "asks_logistics", "?")
    if reading.topic != "consultation" and reading.has("coordination.event") and reading.size <= 15:
        return Verdict("coordination", "asks_logistics", "?")
    return None


def says_absent(reading: Reading) -> Verdict | None:
    """Rule 6: late, absent, on leave."""
    if reading.topic == "consultation" and reading.quoted == "consultation":
        return None
    return found(reading, "coordination", "says_absent", "coordination.absent") if reading.size <= 25 else None


def in_coordination(reading: Reading) -> Verdict | None:
    """Rule 6: what reports back, or answers in a talk about the group's work."""
    if "coordination.reports" in reading.hits:
        return found(reading, "coordination", "reports_back", "coordination.reports")
    if "coordination.instructs" in reading.hits and reading.size >= 3:
        return found(reading, "coordination", "instructs", "coordination.instructs")
    if reading.has("coordination.when", "coordination.event") and not reading.has("other.laughs"):
        return found(reading, "coordination", "announces", "coordination.event", "coordination.when")
    if "laugh" in reading.emoji or reading.has("other.laughs"):
        return None
    if asked(reading, "coordination") or reading.quoted == "coordination":
        return Verdict("coordination", "answers_coordination")
    if reading.topic != "coordination":
        return None
    counts = reading.has("coordination.agrees") or any(word[0].isdigit() for word in reading.words)
    return Verdict("coordination", "answers_coordination") if counts else None
