"""The part of a portfolio that a group's talk fills: one's own questions, answers and material, nobody else's words."""

from collections.abc import Sequence
from typing import Any

from community import calendar, pupils
from community.library.own import Own, Said
from content.texts import Texts
from reports import papers

MOST = 40  # of a kind, the newest; a paper of years of links is no portfolio


def line(talk: Own, say: Texts) -> str:
    """For the screen: numbers alone, since others may look at the phone."""
    return say("portfolio.talk", **_counts(talk))


def _counts(talk: Own) -> dict[str, int]:
    return {"asked": max(talk.asked, len(talk.questions)), "solved": len(talk.answers), "shared": len(talk.shared)}


def sections(talk: Own, zone: str, say: Texts) -> list[dict[str, Any]]:
    """For the paper: what was asked and solved, then titles and links of what was shared."""
    found: list[dict[str, Any]] = []
    if talk.is_empty:
        return found
    entries = [*_said("question", talk.questions, zone, say), *_said("answer", talk.answers, zone, say)]
    counted = say.plain("portfolio.paper.talk_counted", **_counts(talk))
    found.append({"title": say.plain("portfolio.paper.talk"), "lines": [counted], "entries": entries})
    if talk.shared:
        found.append({"title": say.plain("portfolio.paper.shared_material"), "lines": _shared(talk, zone, say)})
    return found


def _said(kind: str, words: Sequence[Said], zone: str, say: Texts) -> list[dict[str, Any]]:
    title = say.plain(f"portfolio.paper.talk_{kind}")
    return [
        {
            "title": title, "about": papers.long_day(calendar.local_day(one.at, zone), say),
            "words": [("", pupils.hidden(one.words))],
        }
        for one in words[-MOST:]
    ]  # fmt: skip


def _shared(talk: Own, zone: str, say: Texts) -> list[str]:
    lines = []
    for one in talk.shared[-MOST:]:
        day = papers.long_day(calendar.local_day(one.at, zone), say)
        blanks = {"title": pupils.hidden(one.title), "day": day} | ({"url": one.url} if one.url else {})
        lines.append(say.plain(f"portfolio.paper.material_{'link' if one.url else 'file'}", **blanks))
    more = len(talk.shared) - MOST
    return lines + ([say.plain("portfolio.paper.material_more", n=more)] if more > 0 else [])
