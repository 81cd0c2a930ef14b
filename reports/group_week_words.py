"""The week of who leads groups, in words: ten lines and the figures, the rest by a tap; of several a line each."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from coaching.session_letters import when
from community import people
from community.notes import clipped
from content.texts import Texts
from reports import group_talk_words
from reports.group_week import GroupWeek, Open
from storage.letters import Button, button
from storage.models import Person

MOST = 10
SHOWN = 120  # characters of a question
SECTIONS = ("open", "quiet", "agenda")
Page = tuple[str, list[list[Button]]]


class Item(NamedTuple):
    """One line, and the part of the letter in which it stands."""

    section: str
    html: str


def items(week: GroupWeek, reader: Person, say: Texts) -> list[Item]:
    """Every line for this reader, part by part; nobody is told that they themselves are quiet."""
    found = [Item("open", _open(one, say)) for one in week.open]
    for one in week.quiet:
        if one.person.id != reader.id:
            found.append(Item("quiet", say("week.line.quiet", name=people.display(one.person, say), n=one.days)))
    return found + [Item("agenda", line) for line in _agenda(week, say)]


def _open(one: Open, say: Texts) -> str:
    name = people.display(one.asker, say)
    age = say.plain("week.age.days", n=one.days) if one.days else say.plain("week.age.today")
    if not one.words:
        return say("week.line.open_gone", name=name, age=age)
    return say("week.line.open", name=name, age=age, words=clipped(one.words, SHOWN))


def _agenda(week: GroupWeek, say: Texts) -> list[str]:
    """What could be talked about: no names, so that it can be read out as it is."""
    if not week.proposes:
        return []
    asked = [clipped(one.words, SHOWN) for one in week.open if one.words][:2]
    told: list[tuple[str, dict[str, object]]] = [("question", {"words": words}) for words in asked]
    told += [("stuck", {"cycles": one.cycles, "step": one.step[say.language]}) for one in week.stuck[:2]]
    told += [("practice", {"title": week.practice[say.language]})] if week.practice else []
    return [say(f"week.agenda.{kind}", n=n, **blanks) for n, (kind, blanks) in enumerate(told, start=1)]


def letter(week: GroupWeek, reader: Person, say: Texts) -> Page:
    """The week of one group: of each part its first lines, MOST together, and a tap for all of it."""
    found = items(week, reader, say)
    parts = [[one for one in found if one.section == section] for section in SECTIONS]
    in_turn = [one for taken in zip_longest(*parts) for one in taken if one is not None][:MOST]
    shown = [one for one in found if one in in_turn][:MOST]
    rows = []
    if len(shown) < len(found):
        rows.append([button(say.plain("week.button.all", n=len(found)), f"wk:{week.group.id}:0")])
    return _told(say("week.title", group=week.group.title), week, reader, shown, found, say, with_talk=True), rows


def page(week: GroupWeek, reader: Person, say: Texts, first: int = 0) -> Page:
    """All of one group, from the line ``first`` on, MOST at a time."""
    found = items(week, reader, say)
    shown = found[first : first + MOST]
    if not shown and (first or week.talk.is_empty):
        return say("week.nothing", group=week.group.title), []
    left = len(found) - first - len(shown)
    rows = [[button(say.plain("week.button.rest", n=left), f"wk:{week.group.id}:{first + MOST}")]] if left > 0 else []
    title = say("week.title" if first == 0 else "week.more_title", group=week.group.title)
    return _told(title, week, reader, shown, found, say, with_talk=first == 0), rows


def _told(
    title: str, week: GroupWeek, reader: Person, shown: Sequence[Item], found: Sequence[Item], say: Texts,
    with_talk: bool,
) -> str:  # fmt: skip
    parts = [title]
    for section in SECTIONS:
        lines = [one.html for one in shown if one.section == section]
        if lines:
            of = sum(one.section == section for one in found)
            parts.append("\n".join([_head(section, week, reader, of, say), *lines]))
    figures = group_talk_words.lines(week.talk, say) if with_talk else []
    return "\n\n".join([*parts, *(["\n".join(figures)] if figures else [])])


def _head(section: str, week: GroupWeek, reader: Person, of: int, say: Texts) -> str:
    if section == "agenda" and week.meets_at is not None:
        return say("week.head.agenda_at", when=when(week.meets_at, reader.zone or week.group.zone, say))
    return say(f"week.head.{section}", n=of)


def index(weeks: Sequence[GroupWeek], reader: Person, say: Texts, first: int = 0) -> Page:
    """Several groups, a line and a button each, from the one at ``first`` on, MOST at a time."""
    shown = weeks[first : first + MOST]
    lines = [say("week.line.group", group=week.group.title, what=_counted(week, reader, say)) for week in shown]
    rows = [[button(week.group.title[:60], f"wk:{week.group.id}:0")] for week in shown]
    left = len(weeks) - first - len(shown)
    if left > 0:
        rows.append([button(say.plain("week.button.rest", n=left), f"wk:0:{first + MOST}")])
    return "\n".join([say("week.title_many"), "", *lines]), rows


def _counted(week: GroupWeek, reader: Person, say: Texts) -> str:
    found = [one.section for one in items(week, reader, say)]
    counts = [(section, found.count(section)) for section in SECTIONS]
    waits = [say.plain(f"week.count.{section}", n=n) for section, n in counts if n]
    return ", ".join(waits) or say.plain("week.count.talk")
