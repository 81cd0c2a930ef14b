"""What the talk of a group brought, in its synthesis: asked, answered, kept by both, still open, and material."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from community import conversation
from community.library import solutions
from content.texts import LANGUAGES, Texts
from learning import synthesis_words
from learning.synthesis_facts import Week, gather
from storage.database import Database, Session
from storage.models import Consultation, GroupChat, LibraryEntry, Message, Person, Solution
from tests.learning.conftest import MORNING, Cast

SAY = Texts("id")
MONDAY, FRIDAY = MORNING - timedelta(days=1), datetime(2026, 7, 24, 8, 0, tzinfo=UTC)
ASKED, ANSWER = "Bagaimana cara mengajarkan pecahan?", "Coba pakai kertas lipat dulu, Bu"


async def says(session: Session, cast: Cast, name: str, text: str, hours: int = 0, **more: object) -> Message:
    chat = (await session.scalars(select(GroupChat.id).where(GroupChat.group_id == cast.melati.id))).one()
    number = 900 + len((await session.scalars(select(Message.id))).all())
    values = {"label": "consultation", "confidence": 0.9, "reason": "tagging.asks_for_help", "kind": "text"} | more
    row = Message(
        group_id=cast.melati.id, chat_id=chat, tg_message_id=number, person_id=cast[name].id, text=text,
        sent_at=MORNING + timedelta(hours=hours), **values,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row


async def _asks(session: Session, cast: Cast, hours: int = 0) -> tuple[Message, Consultation]:
    said = await says(session, cast, "Sari", ASKED, hours)
    row = Consultation(group_id=cast.melati.id, message_id=said.id, person_id=said.person_id, asked_at=said.sent_at)
    session.add(row)
    await session.flush()
    return said, row


async def _week(session: Session, cast: Cast, since: datetime = MONDAY, until: datetime = FRIDAY) -> Week:
    return (await gather(session, {cast.melati.id: (cast.melati, since)}, until))[cast.melati.id]


@pytest.mark.parametrize(
    "what, counts, quoted",
    [
        ("open", "1 pertanyaan dalam percakapan: 0 terjawab, 1 masih terbuka", True),
        ("its words are gone", "1 pertanyaan dalam percakapan: 0 terjawab, 1 masih terbuka", False),
        ("replied", "1 pertanyaan dalam percakapan: 1 terjawab, 0 masih terbuka", False),
        ("settled", "1 pertanyaan dalam percakapan: 1 terjawab, 0 masih terbuka", False),
        ("no question after all", None, False),
        ("the asker withdrew", None, False),
        ("before this week", None, False),
    ],
)
async def test_what_was_asked_and_what_of_it_is_open(
    database: Database, cast: Cast, what: str, counts: str | None, quoted: bool
) -> None:
    async with database.writing() as session:
        said, row = await _asks(session, cast, hours=-48 if what == "before this week" else 0)
        if what == "replied":
            await says(session, cast, "Budi", ANSWER, 1, reply_to=said.tg_message_id)
        elif what == "settled":
            row.settled, row.settled_at = "asker", MORNING
        elif what == "its words are gone":
            said.text = None
        elif what == "no question after all":
            said.label = "motivation"
        elif what == "the asker withdrew":
            (await session.get_one(Person, cast["Sari"].id)).consented_at = None
        await session.flush()
        week = await _week(session, cast)
        words, plain = synthesis_words.html(week, SAY), synthesis_words.plain(week, SAY)
        assert week.is_empty is (counts is None)
        for told in (words, plain):
            assert ("dalam percakapan" in told) is (counts is not None) and (counts or "") in told
        assert (f"Sari: “{ASKED}”" in words) is quoted
        assert ASKED not in plain and "Sari" not in plain


async def solved(session: Session, cast: Cast, taps: tuple[str, ...]) -> Solution:
    """Sari marked what Budi said as the answer; these of the two tap "Simpan", on Thursday and on Saturday."""
    said, row = await _asks(session, cast)
    answer = await says(session, cast, "Budi", ANSWER, 1, reply_to=said.tg_message_id)
    await solutions.picked(session, cast["Sari"], row.id, answer.id, MORNING)
    found = (await session.scalars(select(Solution))).one()
    for name, days in (("Sari", -1), ("Budi", 1)):
        if name in taps:
            await solutions.save(session, cast[name], found.id, FRIDAY + timedelta(days=days))
    return found


@pytest.mark.parametrize("taps", [(), ("Sari",), ("Budi",), ("Sari", "Budi")])
async def test_an_answer_is_told_once_both_have_kept_it_in_the_week_of_the_later_tap(
    database: Database, cast: Cast, taps: tuple[str, ...]
) -> None:
    async with database.writing() as session:
        found = await solved(session, cast, taps)
        assert "disimpan" not in synthesis_words.html(await _week(session, cast), SAY)
        later = await _week(session, cast, FRIDAY, FRIDAY + timedelta(weeks=1))
        words = synthesis_words.html(later, SAY)
        assert ("Terjawab dan disimpan: “Bagaimana cara mengajarkan pecahan" in words) is (len(taps) == 2)
        assert later.is_empty is (len(taps) < 2) and ANSWER not in words
        if len(taps) == 2:
            await solutions.take_back(session, cast["Budi"], found.id)
            assert (await _week(session, cast, FRIDAY, FRIDAY + timedelta(weeks=1))).is_empty


async def test_material_is_counted_as_the_library_has_it_and_goes_with_who_shared_it(
    database: Database, cast: Cast
) -> None:
    async with database.writing() as session:
        for hours, place in ((0, 0), (0, 1), (-48, 0)):
            said = await says(session, cast, "Budi", "LKPD", hours, label="other")
            session.add(
                LibraryEntry(
                    group_id=said.group_id, chat_id=said.chat_id, message_id=said.id, place=place, kind="link",
                    tg_message_id=said.tg_message_id, person_id=said.person_id, title="LKPD", shared_at=said.sent_at,
                )
            )  # fmt: skip
        await session.flush()
        for language in LANGUAGES:
            week, say = await _week(session, cast), Texts(language)
            assert week.talk.collected.shared == 2
            for name, told in (("", synthesis_words.html), ("plain.", synthesis_words.plain)):
                assert say(f"peers.synthesis.{name}collected", n=2) in told(week, say)
        await conversation.forget(session, cast["Budi"], MORNING)
        assert (await _week(session, cast)).is_empty
