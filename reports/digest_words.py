"""A digest in its reader's language, short enough for one message."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from community import people
from community.notes import fits, in_a_line
from content.texts import Texts
from learning.entrusted import named
from learning.hand_ins import Waiting
from reports.days import day
from reports.silence import MISSED
from storage.letters import Button, button

if TYPE_CHECKING:  # reports.digest writes its letters with this module
    from reports.digest import Digest

WORDS = 120  # characters of a reflection or question; the rest opens by a tap
ROWS = 8  # lines or names of a kind; fewer where so many would not fit into one message
NAME = 40


def letter_html(digest: Digest, say: Texts) -> str:
    """The digest as Telegram HTML, in one message; for one with nothing in it, the sentence that says so."""
    if digest.is_empty and not digest.silent and not digest.answered:
        return say("reports.digest.nothing", group=digest.group.title[:60])
    full = (_letter(digest, say, rows) for rows in range(ROWS, 1, -1))
    return next((html for html in full if fits(html)), None) or _letter(digest, say, 1)


def _letter(digest: Digest, say: Texts, rows: int) -> str:
    """With so many lines, or names, of a kind."""
    local = digest.at.astimezone(ZoneInfo(digest.group.zone)).date()
    parts = [say("reports.digest.heading", group=digest.group.title[:60], day=day(local, say))]
    if digest.good:
        parts.append(say("reports.digest.good", line=_good_line(digest, say)))
    for title, lines in (
        ("waiting", _questions(digest, say)),
        ("hand_ins", _hand_ins(digest, digest.sheets, say)),
        ("reflected", _reflections(digest, say)),
        ("answered", _hand_ins(digest, digest.answered, say)),
    ):
        if lines:
            parts.append(_listed(say(f"reports.digest.{title}"), lines, rows, say))
    if digest.tried:
        parts.append(say("reports.digest.tried", names=_names(digest, digest.tried, rows, say)))
    if digest.silent:
        names = _names(digest, digest.silent, rows, say)
        parts.append(say("reports.digest.silent", names=names, prompts=MISSED))
    return "\n\n".join(parts)


def buttons(digest: Digest, say: Texts) -> list[list[Button]]:
    """A way to answer each question and worksheet that waits, and to read what was answered and each reflection."""
    listed = [("answer", one) for one in digest.sheets[:ROWS]] + [("read", one) for one in digest.answered[:ROWS]]
    sheets = [
        button(say.plain(f"reports.digest.{label}", name=_name(digest, one.row.person_id, say)), f"wsans:{one.row.id}")
        for label, one in listed
    ]
    questions = _told_apart(
        (say.plain("reports.digest.answer_question", name=_name(digest, one.person_id, say)), f"answer:{one.id}")
        for one in digest.waiting[:ROWS]
    )
    openings = _told_apart(
        (say.plain(f"reports.digest.open_{one.medium}", name=_name(digest, one.person_id, say)), f"ropen:{one.id}")
        for one in digest.reflections[:ROWS]
    )
    return [[one] for one in [*questions, *sheets, *openings]]


def _told_apart(labelled: Iterable[tuple[str, str]]) -> list[Button]:
    """A button each, by label and data, in the order of their lines; of several with the same label it says which."""
    made: list[Button] = []
    times: Counter[str] = Counter()
    for label, data in labelled:
        times[label] += 1
        made.append(button(f"{label} ({times[label]})" if times[label] > 1 else label, data))
    return made


def _questions(digest: Digest, say: Texts) -> list[str]:
    return [
        say("reports.digest.question", name=_name(digest, one.person_id, say), words=_short(one.text))
        for one in digest.waiting
    ]


def _hand_ins(digest: Digest, sheets: Sequence[Waiting], say: Texts) -> list[str]:
    """A line each; how many school days one has waited is told from the second day on."""
    lines = []
    for one in sheets:
        name, title = _name(digest, one.row.person_id, say), one.title[:NAME]
        if one.days > 0 and one.row.answered_at is None:
            lines.append(say("reports.digest.hand_in_days", name=name, title=title, n=one.days))
        else:
            lines.append(say("reports.digest.hand_in", name=name, title=title))
    return lines


def _good_line(digest: Digest, say: Texts) -> str:
    good = digest.good
    if good is None:
        return ""
    name = _name(digest, good.person_id, say) if good.person_id else ""
    return say.plain(f"reports.digest.good_news.{good.kind}", name=name, n=good.n, tried=good.n, of=good.of)


def _reflections(digest: Digest, say: Texts) -> list[str]:
    lines = []
    for one in digest.reflections:
        name = _name(digest, one.person_id, say)
        if one.entered_by is not None and one.entered_by in digest.names:
            name = named(name, _name(digest, one.entered_by, say), say)
        if one.text:
            lines.append(say("reports.digest.reflection", name=name, words=_short(one.text)))
        elif one.medium == "photo":
            lines.append(say("reports.digest.reflection_photo", name=name))
        else:
            lines.append(say("reports.digest.reflection_voice", name=name, seconds=one.seconds or 0))
    return lines


def _listed(title: str, lines: Sequence[str], rows: int, say: Texts) -> str:
    more = [say("reports.digest.more", n=len(lines) - rows)] if len(lines) > rows else []
    return "\n".join([title, *lines[:rows], *more])


def _names(digest: Digest, ids: Sequence[int], rows: int, say: Texts) -> str:
    names = ", ".join(_name(digest, person_id, say) for person_id in ids[:rows])
    if len(ids) <= rows:
        return names
    return say.plain("reports.digest.and_more", names=names, n=len(ids) - rows)


def _name(digest: Digest, person_id: int, say: Texts) -> str:
    return people.display(digest.names[person_id], say)[:NAME]


def _short(words: str) -> str:
    """The first WORDS characters, cut between words where there are any."""
    flat = in_a_line(words)
    if len(flat) <= WORDS:
        return flat
    cut = textwrap.shorten(flat, WORDS, placeholder="…")
    return cut if len(cut) > WORDS // 2 else f"{flat[: WORDS - 1]}…"
