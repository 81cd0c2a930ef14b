"""Rules for resources: what a message hands over, in a file, behind a link or in words (codebook rules 3, 4 and 10)."""

from community.tagging.reading import Reading, file_tells
from community.tagging.threads import just_before, own_last
from community.tagging.verdict import ASKS, TROUBLE, Verdict, found
from community.tagging.wordless import MEDIA, link_tells


def hands_over(reading: Reading) -> Verdict | None:
    """Rules 3 to 5: a file or link with words; the words say whether it is to act on or to learn with."""
    said = reading.said
    carries = bool(reading.links) or said.kind in MEDIA
    if not carries:
        return None
    if reading.asks and reading.has(*ASKS, *TROUBLE):
        return found(reading, "consultation", "asks_for_help", *ASKS, *TROUBLE)
    if reading.links:
        told = link_tells(reading)
        acts = reading.has("coordination.deadline") or (
            reading.has("coordination.instructs")
            and (reading.has("coordination.event") or not reading.has("resource.hands_over"))
        )
        if told.label != "resource" or not acts:
            return told
        return Verdict("coordination", "link_to_act_on", told.evidence)
    named = file_tells(said.file_name) if said.file_name and said.kind == "document" else None
    if named == "administration" and not reading.has("resource.hands_over"):
        return Verdict("coordination", "file_to_act_on", said.file_name or "")
    if named == "teaching" or (named is None and said.kind == "document"):
        return _with_file(reading, said.file_name or "")
    shares = found(reading, "resource", "hands_over", "resource.hands_over")
    if shares and not reading.has("coordination.deadline"):
        return shares
    if reading.has("coordination.instructs", "coordination.event", "coordination.reports", "coordination.deadline"):
        return None
    if reading.size >= 4 and "laugh" not in reading.emoji and just_before(reading) != "motivation":
        return Verdict("resource", "shows_material", reading.told("resource.material"))
    return found(reading, "resource", "shows_material", "resource.material")


def _with_file(reading: Reading, name: str) -> Verdict:
    second = "consultation" if reading.topic == "consultation" and reading.has("consultation.advises") else None
    if reading.has("coordination.deadline") and not reading.has("resource.hands_over"):
        return Verdict("coordination", "file_to_act_on", name)
    return Verdict("resource", "file_to_teach_with", name, second)


def offers(reading: Reading) -> Verdict | None:
    """Rules 3 and 10: material in words, steps complete enough to copy, something handed over by saying so."""
    shares = reading.has("resource.hands_over")
    if shares and (reading.has("resource.material") or own_last(reading) == "resource" or reading.size >= 4):
        if reading.topic == "consultation" and not reading.has("resource.material"):
            return None
        return found(reading, "resource", "hands_over", shares)
    if reading.size >= 30 and reading.times("resource.steps") >= 2 and reading.topic != "consultation":
        return found(reading, "resource", "complete_steps", "resource.steps")
    if own_last(reading) == "resource" and reading.has("resource.material"):
        return found(reading, "resource", "hands_over", "resource.material")
    return None
