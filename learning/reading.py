"""Stored notes as their writer reads them again: a line in the journal, or all of their words."""

from datetime import date, timedelta

from community import calendar
from community.notes import SHOWN, Note, clipped, in_a_line, packed, pieces
from content.texts import Texts
from learning import guided, own_talk, readers, reflections
from learning.journal import Entry, Opened, Page
from storage.models import Reflection, Trial

TITLE, GLIMPSE = 60, 120  # characters of a lesson's title and of a note that a list shows


def listed(page: Page, say: Texts) -> str:
    """A page of the journal as Telegram HTML; on a shared phone the title lines alone."""
    if page.monday is None:
        return say("journal.empty")
    lines = [_line(number, one, page.discreet, say) for number, one in enumerate(page.entries, start=1)]
    head = say("journal.week", span=week_named(page.monday, say))
    return "\n\n".join([head, *lines, *own_talk.of_week(page.talk, say)])


def week_named(monday: date, say: Texts) -> str:
    """Monday and Sunday: 3 Agu – 9 Agu."""
    return say.plain("journal.span", first=short_day(monday, say), last=short_day(monday + timedelta(days=6), say))


def short_day(day: date, say: Texts) -> str:
    """3 Agu."""
    return f"{day.day} {say.plain('common.months').split()[day.month - 1]}"


def _line(number: int, one: Entry, discreet: bool, say: Texts) -> str:
    title = say(
        "journal.line", n=number, day=calendar.spoken(one.day, say), kind=kind_named(one, say), title=titled(one, say)
    )
    words = "" if discreet else glimpse(one.of, say)
    return f"{title}\n{say('learning.quoted', words=words)}" if words else title


def titled(one: Entry, say: Texts) -> str:
    """The lesson's title, shortened, as plain text."""
    return clipped(one.lesson.text(say.language).title, TITLE) if one.lesson else say.plain("journal.lesson_gone")


def kind_named(one: Entry, say: Texts) -> str:
    """What it is and, of a reflection, for whom: as plain text."""
    kind = say.plain(f"journal.kind.{one.kind}")
    if not isinstance(one.of, Reflection) or one.kind == "draft":
        return kind
    entrusted = say.plain("journal.entrusted") if one.of.entered_by is not None else ""
    return say.plain("journal.kind_for", kind=kind, audience=say.plain(f"journal.for.{one.of.audience}")) + entrusted


def glimpse(row: Reflection | Trial, say: Texts, most: int = GLIMPSE) -> str:
    """The beginning of its words in one line, as plain text; for a voice note or picture, what it is."""
    return clipped(in_a_line("\n\n".join(words for _, words in sections(row, say))), most)


def sections(row: Reflection | Trial, say: Texts) -> list[tuple[str, str]]:
    """Its words as plain text, each with the heading it goes under (empty: none)."""
    if isinstance(row, Trial):
        return [("", row.pupils_did)] if row.pupils_did else []
    if row.kind in ("guided", "draft"):
        found = guided.told_parts(row, say)
        return [(say.plain(f"journal.guided.part.{name}"), words) for name, words in found]
    medium = "" if row.medium == "text" else say.plain(f"journal.medium.{row.medium}", seconds=row.seconds or 0)
    return [("", words) for words in (medium, row.text) if words and words.strip()]


def blocks(row: Reflection | Trial, say: Texts) -> list[str]:
    """All of its words as pieces of Telegram HTML, each short enough for a message."""
    found = []
    for heading, words in sections(row, say):
        first, *rest = pieces(words)
        found.append(
            say("journal.part", heading=heading, words=first) if heading else say("journal.words", words=first)
        )
        found += [say("journal.words", words=one) for one in rest]
    return found


def opened(one: Opened, say: Texts) -> list[str]:
    """An entry with its reader, in as many messages as its words need."""
    entry = one.entry
    head = say(
        "journal.opened", title=titled(entry, say), day=calendar.spoken(entry.day, say), kind=kind_named(entry, say)
    )
    told = blocks(entry.of, say) or [say("journal.no_words")]
    return packed([head, *told, *_reader(one, say)], SHOWN + 500)


def _reader(one: Opened, say: Texts) -> list[str]:
    if one.kept is None:
        return []
    if one.entry.kind == "draft":
        return [say("journal.guided.unfinished")]
    kept = one.kept
    reader = readers.audience_named(kept.reflection.audience, kept.readers, kept.group.title, say, kept.heads)
    return [say("journal.read_by", reader=reader)]


def media(row: Reflection | Trial, say: Texts) -> list[tuple[str, Note]]:
    """The voice notes and the picture that belong to it, each with its heading as Telegram HTML."""
    if isinstance(row, Trial):
        return []
    found = [(say(f"journal.guided.part.{name}"), note) for name, note in reflections.voices_of(row).items()]
    if row.file_id:
        heading = say(f"journal.medium.{row.medium}", seconds=row.seconds or 0)
        found.append((heading, Note(None, row.file_id, row.seconds, photo=row.medium == "photo")))
    return found
