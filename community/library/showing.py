"""What /cari shows: five things on a page, each with the way to it."""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select

from community import groups, people
from community.library import facts
from community.library.bringing import opened
from community.library.searching import Found, Hit
from community.notes import clipped
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, button, link
from storage.models import LibraryEntry, Person, Solution

PAGE = 5
QUERY = 44  # bytes of what was asked that a button can carry
TITLE = 70  # characters of a title in the list
WORDS = 1_500  # characters of a question or an answer on one message
Shown = tuple[str, list[list[Button]]]


def asked(text: str) -> str:
    """A search as a button carries it: without colons, and no longer than fits."""
    said = " ".join(text.replace(":", " ").split())
    return said.encode()[:QUERY].decode("utf-8", "ignore").strip()


def page(found: Found, text: str, at: int, say: Texts) -> Shown:
    """The page ``at`` (0 is the first) of a search; beyond the last one, the last."""
    if not found.words and not found.hits:
        return say("library.how"), []
    if not found.hits:
        return _nothing(found, text, say)
    pages = (len(found.hits) - 1) // PAGE + 1
    at = min(max(at, 0), pages - 1)
    shown = list(enumerate(found.hits, start=1))[at * PAGE : (at + 1) * PAGE]
    lines = [_line(number, hit, len(found.groups) > 1, say) for number, hit in shown]
    rows = [keys for number, hit in shown if (keys := _ways(number, hit, say))]
    turn = [
        button(say.plain(f"library.button.{name}"), f"find:{to}:{asked(text)}")
        for name, to in (("before", at - 1), ("after", at + 1))
        if 0 <= to < pages
    ]
    return "\n\n".join([_head(found, text, say), *lines]), [*rows, *([turn] if turn else [])]


def _head(found: Found, text: str, say: Texts) -> str:
    lines = [say("library.found", query=asked(text), n=len(found.hits))]
    if found.read_as:
        lines.append(say("library.read_as", words=", ".join(found.read_as.values())))
    if not found.every:
        lines.append(say("library.not_every"))
    return "\n".join(lines)


def _nothing(found: Found, text: str, say: Texts) -> Shown:
    if not found.near:
        return say("library.nothing", query=asked(text)), []
    rows = [[button(word, f"find:0:{asked(word)}")] for word in found.near]
    return say("library.near", query=asked(text)), rows


def _line(number: int, hit: Hit, several: bool, say: Texts) -> str:
    """Title, then what is known of it: subject, grade, kind, who and when."""
    row = hit.entry
    day = row.shared_at.astimezone(ZoneInfo(hit.group.zone)).date()
    parts = [
        facts.label("subjects", row.subject, say.language),
        _grade(row.grade, say),
        say.plain("library.answered") if row.kind == "answer" else facts.label("materials", row.material, say.language),
        say.plain("library.by", name=people.display(hit.person, say), day=_day(day, say)),
        hit.group.title if several else "",
        say.plain("library.times", n=hit.times) if hit.times > 1 else "",
        say.plain("library.is_gone") if row.gone_at else "",
    ]
    about = " · ".join(part for part in parts if part)
    return say("library.line", n=number, title=clipped(row.title, TITLE), about=about)


def _day(day: date, say: Texts) -> str:
    return f"{day.day} {say.plain('common.months').split()[day.month - 1]} {day.year}"


def _grade(grade: str | None, say: Texts) -> str:
    if grade is None or grade == "tk":
        return say.plain("library.early") if grade else ""
    return say.plain("library.grade" if grade.isdigit() else "library.phase", n=grade.upper())


def _ways(number: int, hit: Hit, say: Texts) -> list[Button]:
    row = hit.entry
    keys = []
    if row.kind == "link" and row.url:
        keys.append(link(say.plain("library.button.open", n=number), row.url))
    elif row.kind == "answer":
        keys.append(button(say.plain("library.button.read", n=number), f"libans:{row.id}"))
    elif row.gone_at is None:
        keys.append(button(say.plain("library.button.get", n=number), f"libget:{row.id}"))
    if url := groups.message_url(hit.chat.tg_chat_id, row.tg_message_id):
        name = "there" if keys else "there_n"
        keys.append(link(say.plain(f"library.button.{name}", n=number), url))
    return keys


async def answer(session: Session, person: Person | None, entry_id: int, say: Texts) -> Shown:
    """A question with the answer that solved it; either of the two may take it back here. Raises as opened."""
    row = await opened(session, person, entry_id)
    names = [await _name(session, number, say) for number in (row.person_id, row.answerer_id)]
    words = say(
        "library.answer", asker=names[0], question=clipped(row.question or row.title, WORDS), answerer=names[1],
        answer=clipped(row.answer or "", WORDS),
    )  # fmt: skip
    return words, await _take_back(session, person, row, say)


async def _name(session: Session, person_id: int | None, say: Texts) -> str:
    person = await session.get(Person, person_id) if person_id else None
    return people.display(person, say) if person else say.plain("community.address.colleague")


async def _take_back(
    session: Session, person: Person | None, row: LibraryEntry, say: Texts
) -> list[list[Button]]:  # fmt: skip
    if person is None or person.id not in (row.person_id, row.answerer_id):
        return []
    number = await session.scalar(select(Solution.id).where(Solution.entry_id == row.id))
    return may_take_back(number, say) if number else []


def may_take_back(solution_id: int, say: Texts) -> list[list[Button]]:
    """The button by which either of the two takes back what was saved."""
    return [[button(say.plain("library.button.take_back"), f"libno:{solution_id}")]]
