"""Rules for consultation: asking for help and giving it (codebook rules 2, 3, 5 and 10)."""

from community.tagging.reading import Reading
from community.tagging.threads import asked
from community.tagging.verdict import ASKS, Verdict, found


def asks_for_help(reading: Reading) -> Verdict | None:
    """Rules 2, 3 and 5: a request for material, advice or a way out of trouble."""
    second = "motivation" if reading.has("motivation.thanks") and reading.size > 4 else None
    for signal in ASKS:
        if reading.has(signal) and (reading.asks or signal != "consultation.feedback" or reading.size > 8):
            if signal == "consultation.asks_advice" and not reading.asks and reading.size < 4:
                continue
            if reading.has("coordination.asks_logistics") and reading.topic == "coordination":
                continue
            reason = "asks_for_material" if signal == ASKS[0] else "asks_for_help"
            return Verdict("consultation", reason, reading.told(signal), second)
    if reading.has("consultation.trouble") and not reading.has("coordination.absent"):
        return found(reading, "consultation", "tells_trouble", "consultation.trouble")
    if reading.asks and reading.has("consultation.problem"):
        return found(reading, "consultation", "asks_for_help", "consultation.problem")
    return None


def other_question(reading: Reading) -> Verdict | None:
    """Rule 3: a follow-up question inside a consultation, or about material, belongs to it."""
    if not reading.asks:
        return None
    if reading.topic in {"consultation", "resource"} or reading.size >= 6:
        second = "motivation" if reading.has("motivation.thanks", "motivation.praise") else None
        return Verdict("consultation", "follow_up_question", "?", second)
    return None


def gives_advice(reading: Reading) -> Verdict | None:
    """Rule 3: an answer inside a consultation, however short."""
    if reading.topic != "consultation":
        return None
    second = "motivation" if reading.has("motivation.praise") else None
    if reading.has("consultation.advises"):
        return Verdict("consultation", "gives_advice", reading.told("consultation.advises"), second)
    quoted = reading.quoted == "consultation"
    if quoted or (asked(reading, "consultation") and reading.size >= 4 and "laugh" not in reading.emoji):
        if reading.has("other.laughs") and reading.size <= 8:
            return None
        return Verdict("consultation", "in_consultation", "", second)
    return None


def shares_problem(reading: Reading) -> Verdict | None:
    """Rules 3 and 10: a problem told without a question mark, or advice whose question is not in the thread."""
    if reading.size < 5:
        return None
    if reading.topic is None and reading.times("consultation.advises") >= 3:
        return found(reading, "consultation", "gives_advice", "consultation.advises")
    return found(reading, "consultation", "tells_problem", "consultation.problem")
