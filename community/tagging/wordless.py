"""Rules for messages without words: media, links, stickers and emoji (codebook rules 4 and 11)."""

from community.tagging.reading import Reading, file_tells, hosts
from community.tagging.threads import asked, just_before, own_last
from community.tagging.values import HIDDEN
from community.tagging.verdict import Verdict

MEDIA = frozenset(("photo", "document", "video", "voice", "audio", "animation", HIDDEN))
RESOURCE_ENDINGS = (".ppt", ".pptx", ".pdf", ".docx", ".doc", ".xlsx", ".mp3")


def bare_link(reading: Reading) -> Verdict | None:
    """A link alone: a room or a form is there to act on, anything else to learn with."""
    if not reading.links or reading.core:
        return None
    told = link_tells(reading)
    return told._replace(reason="shop") if told.reason == "sells" else told


def link_tells(reading: Reading) -> Verdict:
    """What a link is for, by its address."""
    for link in reading.links:
        if any(host in link for host in hosts("selling")):
            return Verdict("other", "sells", evidence=link)
        if any(host in link for host in hosts("acting")) or (
            file_tells(link) == "administration" and not reading.has("resource.material", "resource.hands_over")
        ):
            return Verdict("coordination", "link_to_act_on", evidence=link)
    return Verdict("resource", "link_to_learn_with", evidence=reading.links[0])


def bare_media(reading: Reading) -> Verdict | None:
    """A file, picture, film or voice note without words: its name tells, else the thread does."""
    said = reading.said
    if said.kind not in MEDIA or reading.words or reading.links:
        return None
    told = file_tells(said.file_name) if said.file_name else None
    if told:
        label, reason = {
            "teaching": ("resource", "file_to_teach_with"),
            "administration": ("coordination", "file_to_act_on"),
        }[told]
        return Verdict(label, reason, evidence=said.file_name or "")
    if said.kind == "document" and reading.topic == "consultation":
        return Verdict("resource", "file_answers", evidence=said.file_name or "")
    nearby = own_last(reading) or reading.quoted
    if said.kind == "voice" and nearby == "consultation":
        return Verdict("consultation", "media_follows_thread")
    if nearby in {"resource", "coordination", "consultation"}:
        return Verdict("resource" if nearby == "consultation" else nearby, "media_follows_thread")
    if said.kind == "document":
        return Verdict("resource", "file_answers", evidence=said.file_name or "")
    return Verdict("other", "media_without_words")


def bare_emoji(reading: Reading) -> Verdict | None:
    """A sticker or emoji alone: praise after help or an achievement, otherwise nothing (rule 11)."""
    if reading.words or reading.links or (reading.said.kind in MEDIA):
        return None
    before, sign = just_before(reading), reading.said.text[:8]
    if "pray" in reading.emoji and before == "motivation":
        return Verdict("motivation", "prays", evidence=sign)
    if "party" in reading.emoji and before != "other":
        return Verdict("motivation", "congratulates", evidence=sign)
    if "acknowledges" in reading.emoji and asked(reading, "coordination"):
        return Verdict("coordination", "answers_coordination", evidence=sign)
    if "done" in reading.emoji and before == "coordination":
        return Verdict("coordination", "reports_back", evidence=sign)
    if "praise" in reading.emoji and before in {"resource", "consultation", "motivation"}:
        return Verdict("motivation", "praising_sign", evidence=sign)
    return Verdict("other", "bare_sign", evidence=sign)
