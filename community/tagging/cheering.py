"""Rules for motivation: thanks, praise, wishes, condolence (codebook rules 7 to 9)."""

from community.tagging.reading import Reading
from community.tagging.verdict import ASKS, TROUBLE, Verdict, found

CHEERS = ("motivation.congratulates", "motivation.prayer", "motivation.praise", "motivation.encourages")


def mourns_or_wishes(reading: Reading) -> Verdict | None:
    """Rule 9: condolence, get-well, birthday and congratulation."""
    if reading.has("coordination.deadline", "coordination.instructs"):
        return None
    if not (reading.asks and reading.has(*ASKS)) and not reading.has("coordination.asks_logistics"):
        mourns = found(reading, "motivation", "mourns", "motivation.condolence")
        if mourns:
            return mourns
    if reading.asks or reading.has("coordination.absent"):
        return None
    return found(reading, "motivation", "prays", "motivation.prayer") or found(
        reading, "motivation", "congratulates", "motivation.congratulates"
    )


def thanks(reading: Reading) -> Verdict | None:
    """Rule 7: thanks, when that is what the message does."""
    thanked = reading.has("motivation.thanks")
    if not thanked:
        return None
    rest = reading.size - len(reading.covered("motivation.thanks"))
    if rest <= 14 or reading.has(*CHEERS):
        return found(reading, "motivation", "thanks", thanked)
    return None


def short_praise(reading: Reading) -> Verdict | None:
    """Rule 8: a few words of praise after help are praise, whatever the thread is about."""
    if reading.asks or reading.size > 7 or reading.has("consultation.advises", *TROUBLE):
        return None
    if "laugh" in reading.emoji and reading.topic is None:
        return None
    return found(reading, "motivation", "praises", "motivation.praise", "motivation.encourages")


def cheers(reading: Reading) -> Verdict | None:
    """Rules 8 and 9: praise, encouragement, good news shared."""
    advice = reading.times("consultation.advises")
    if reading.topic == "consultation" and advice >= 2 and reading.size > 8:
        return None
    return found(reading, "motivation", "praises", "motivation.praise") or found(
        reading, "motivation", "encourages", "motivation.encourages", "motivation.good_news"
    )
