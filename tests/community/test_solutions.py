"""Asked and answered: kept when both have tapped, taken back by either; and who might answer an open question."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from community import arrivals, carrying, consent, conversation, listening
from community.library import knowing, searching, showing, solutions
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from content.texts import Texts
from storage.database import Database, Session
from storage.letters import Draft
from storage.models import Consultation, Group, Letter, LibraryEntry, LibraryWord, Message, Person, Solution
from tests.community.cast import CHAT, NOW, a_group, somebody
from tests.counting import statements

SAY = Texts("id")
SARI, DEWI, RINI, MADE, WAYAN, HENDRA = 1001, 1002, 1003, 1004, 1005, 1006
ASKED = "Bu, bagaimana cara mengajarkan pecahan untuk anak yang belum paham pembagian?"
ADVICE = "Coba pakai kertas lipat dulu, Bu, lalu dibagi dua bersama-sama"


async def _cast(session: Session) -> tuple[Group, dict[int, Person]]:
    group = await a_group(session)
    who = {
        SARI: ("Sari", Role.TEACHER), DEWI: ("Dewi", Role.TEACHER), RINI: ("Rini", Role.TEACHER),
        MADE: ("Made", Role.MENTOR), WAYAN: ("Wayan", Role.MENTOR), HENDRA: ("Hendra", Role.FACILITATOR),
    }  # fmt: skip
    return group, {
        number: await somebody(session, name, number, group=group, roles=(role,))
        for number, (name, role) in who.items()
    }


async def _says(session: Session, who: int, number: int, text: str, reply_to: int | None = None) -> None:
    at = NOW + timedelta(minutes=number)
    body: dict[str, Any] = {
        "message_id": number, "date": int(at.timestamp()), "chat": {"id": CHAT, "type": "supergroup"},
        "from": {"id": who, "is_bot": False, "first_name": "x"}, "text": text,
    }  # fmt: skip
    if reply_to:
        body["reply_to_message"] = {"message_id": reply_to, "date": 0, "chat": body["chat"]}
    await listening.record(session, [listening.heard({"message": body})])


async def _answered(session: Session) -> tuple[dict[int, Person], list[Draft]]:
    """Sari asked, Dewi answered, and Sari said so with /selesai."""
    _, people = await _cast(session)
    await _says(session, SARI, 10, ASKED)
    await _says(session, DEWI, 11, ADVICE, reply_to=10)
    return people, await solutions.marked_by_reply(session, people[SARI], CHAT, 11, NOW)


async def _saved(session: Session) -> tuple[dict[int, Person], Solution]:
    people, _ = await _answered(session)
    (row,) = (await session.scalars(select(Solution))).all()
    assert await solutions.save(session, people[DEWI], row.id, NOW) is False
    assert (await session.scalars(select(LibraryEntry))).all() == [], "one tap keeps nothing"
    assert await solutions.save(session, people[SARI], row.id, NOW) is True
    assert await solutions.save(session, people[SARI], row.id, NOW) is True, "tapped twice is tapped once"
    return people, row


async def test_both_are_asked_in_private_and_only_both_taps_make_an_entry(database: Database) -> None:
    async with database.writing() as session:
        people, asked = await _answered(session)
        assert [one.chat_id for one in asked] == [SARI, DEWI]
        assert "Dewi" in asked[0].params["text"] and "Sari terbantu" in asked[1].params["text"]
        assert all(ADVICE in one.params["text"] and "pecahan" in one.params["text"] for one in asked)
        (row,) = (await session.scalars(select(Consultation))).all()
        assert row.settled == "asker"
        await session.execute(delete(Solution))
    async with database.writing() as session:
        people = {one.tg_user_id or 0: one for one in await session.scalars(select(Person))}
        await solutions.marked_by_reply(session, people[SARI], CHAT, 11, NOW)
        (solution,) = (await session.scalars(select(Solution))).all()
        for who in (people[DEWI], people[SARI]):
            assert (await searching.search(session, people[RINI], "pecahan")).hits == []
            await solutions.save(session, who, solution.id, NOW)
        (hit,) = (await searching.search(session, people[RINI], "pecehan kertas lipat")).hits
        assert (hit.entry.question, hit.entry.answer) == (ASKED, ADVICE)
        words, rows = await showing.answer(session, people[RINI], hit.entry.id, SAY)
        assert ASKED in words and ADVICE in words and "Dewi menjawab" in words and rows == []
        assert (await showing.answer(session, people[DEWI], hit.entry.id, SAY))[1][0][0]["text"] == "Tarik kembali"


async def test_only_who_asked_picks_the_answer_and_only_one_of_a_colleague_since(database: Database) -> None:
    async with database.writing() as session:
        _, people = await _cast(session)
        await _says(session, DEWI, 9, "Selamat pagi semuanya, hari ini upacara")
        await _says(session, SARI, 10, ASKED)
        await _says(session, DEWI, 11, ADVICE, reply_to=10)
        (row,) = (await session.scalars(select(Consultation))).all()
        said = {one.tg_message_id: one.id for one in await session.scalars(select(Message))}
        for who, number in ((RINI, 11), (DEWI, 11), (HENDRA, 11), (SARI, 9), (SARI, 10)):
            with pytest.raises(solutions.Over):
                await solutions.picked(session, people[who], row.id, said[number], NOW)
        assert len(await solutions.picked(session, people[SARI], row.id, said[11], NOW)) == 2


async def test_who_has_left_the_group_is_read_nothing_of_it_by_the_buttons_of_a_question(database: Database) -> None:
    """A message's number is easily guessed, and what was written since is none of theirs."""
    async with database.writing() as session:
        group, people = await _cast(session)
        await _says(session, SARI, 10, ASKED)
        (row,) = (await session.scalars(select(Consultation))).all()
        await arrivals.member_changed(session, group, CHAT, SARI, False, NOW)
        await _says(session, DEWI, 11, ADVICE, reply_to=10)
        (said,) = (await session.scalars(select(Message).where(Message.tg_message_id == 11))).all()
        with pytest.raises(NotAllowed):
            await solutions.picked(session, people[SARI], row.id, said.id, NOW)
        assert await solutions.which(session, people[SARI], row, SAY) == (SAY("library.thanks"), [])
        assert (await session.scalars(select(Solution))).all() == []


@pytest.mark.parametrize("who", [SARI, DEWI])
@pytest.mark.parametrize("how", ["takes back", "withdraws", "is forgotten", "says no"])
async def test_either_may_take_it_back(database: Database, who: int, how: str) -> None:
    async with database.writing() as session:
        people, row = await _saved(session)
        await searching.search(session, people[RINI], "pecahan")
        if how in ("takes back", "says no"):
            assert await solutions.take_back(session, people[who], row.id) is True
        elif how == "withdraws":
            await consent.withdraw(session, people[who], NOW)
        else:
            await conversation.forget(session, people[who], NOW)
        assert (await searching.search(session, people[RINI], "pecahan")).hits == []
        for table in (LibraryEntry, Solution, LibraryWord):
            assert (await session.scalars(select(table))).all() == []


async def test_a_no_before_it_is_kept_ends_it_and_a_forged_tap_does_nothing(database: Database) -> None:
    async with database.writing() as session:
        people, _ = await _answered(session)
        (row,) = (await session.scalars(select(Solution))).all()
        number = row.id
        for act in (
            solutions.save(session, people[RINI], number, NOW),
            solutions.take_back(session, people[RINI], number),
        ):
            with pytest.raises(solutions.Over):
                await act
        with pytest.raises(NeedsConsent):
            await solutions.save(session, None, number, NOW)
        assert await solutions.take_back(session, people[DEWI], number) is False
        with pytest.raises(solutions.Over):
            await solutions.save(session, people[SARI], number, NOW)


@pytest.mark.parametrize(
    "marks, reply_to, refused",
    [
        (SARI, 12, None),  # no reply to anything: the latest question before it
        (SARI, 10, "library.own_answer"),
        (SARI, 99, "library.which_answer"),  # not recorded: its writer has not agreed
        (SARI, None, "library.which_answer"),
        (RINI, 11, "library.no_question"),
    ],
)
async def test_which_answer_is_meant(database: Database, marks: int, reply_to: int | None, refused: str | None) -> None:
    async with database.writing() as session:
        _, people = await _cast(session)
        await _says(session, SARI, 10, ASKED)
        await _says(session, DEWI, 11, "Semangat, Bu", reply_to=10)
        await _says(session, RINI, 12, ADVICE)
        if refused:
            with pytest.raises(Refusal) as no:
                await solutions.marked_by_reply(session, people[marks], CHAT, reply_to, NOW)
            assert no.value.text_key == refused
        else:
            await solutions.marked_by_reply(session, people[marks], CHAT, reply_to, NOW)
            (row,) = (await session.scalars(select(Solution))).all()
            assert row.answerer_id == people[RINI].id


async def test_the_asker_who_says_it_is_answered_is_asked_which_answer_it_was(database: Database) -> None:
    async with database.writing() as session:
        _, people = await _cast(session)
        await _says(session, SARI, 10, ASKED)
        await _says(session, DEWI, 11, ADVICE)
        await _says(session, RINI, 12, "Kertas lipat juga saya pakai, Bu", reply_to=10)
        (row,) = (await session.scalars(select(Consultation))).all()
        words, rows = await solutions.which(session, people[SARI], row, SAY)
        assert "Jawaban siapa" in words
        assert [key[0]["text"][:5] for key in rows] == ["Rini:", "Dewi:", "Tidak"], "replies first"
        assert await solutions.which(session, people[HENDRA], row, SAY) == ("Senang mendengarnya.", [])
        said = (await session.scalars(select(Message).where(Message.tg_message_id == 11))).one()
        for who, number in ((people[RINI], said.id), (people[SARI], row.message_id), (people[SARI], 999)):
            with pytest.raises(solutions.Over):
                await solutions.picked(session, who, row.id, number, NOW)
        assert len(await solutions.picked(session, people[SARI], row.id, said.id, NOW)) == 2


async def test_words_that_have_gone_are_not_kept(database: Database) -> None:
    async with database.writing() as session:
        people, _ = await _answered(session)
        (row,) = (await session.scalars(select(Solution))).all()
        await solutions.save(session, people[DEWI], row.id, NOW)
        await conversation.expire_text(session, NOW + timedelta(days=90), 30)
        with pytest.raises(Refusal) as no:
            await solutions.save(session, people[SARI], row.id, NOW)
        assert no.value.text_key == "library.too_old"


async def test_an_answer_at_night_is_asked_about_in_the_morning(database: Database) -> None:
    async with database.writing() as session:
        _, people = await _cast(session)
        await _says(session, SARI, 10, ASKED)
        await _says(session, DEWI, 11, ADVICE, reply_to=10)
        night = NOW.replace(hour=15)  # 22.00 in Jakarta
        to_asker, to_answerer = await solutions.marked_by_reply(session, people[SARI], CHAT, 11, night)
        assert to_asker.due_at == night
        assert to_answerer.due_at is not None and to_answerer.due_at > night + timedelta(hours=6)


async def _knowing(session: Session) -> tuple[Group, dict[int, Person]]:
    """Dewi shared about fractions, Wayan (a mentor) advised about them, Rini shared about something else."""
    group, people = await _cast(session)
    await _says(session, DEWI, 1, "Ini video pecahan kelas 4 https://youtu.be/dQw4w9WgXcQ")
    await _says(session, RINI, 2, "Ini video fotosintesis kelas 4 https://youtu.be/aaaaaaaaaaa")
    await _says(session, HENDRA, 3, "Bagaimana cara mengenalkan pecahan senilai, Bapak Ibu?")
    await _says(session, WAYAN, 4, "Coba mulai pecahan dengan melipat kertas, Pak", reply_to=3)
    await session.execute(update(Consultation).values(settled_at=NOW, settled="reply", next_at=None))
    await searching.search(session, people[SARI], "pecahan")
    return group, people


@pytest.mark.parametrize(
    "question, asker, fit",
    [
        (ASKED, SARI, {DEWI, WAYAN}),
        (ASKED, DEWI, {WAYAN}),
        ("Ada yang punya media fotosintesis?", SARI, {RINI}),
        ("Bagaimana cara mengajar anak yang sulit belajar di kelas?", SARI, set()),
        ("", SARI, set()),
    ],
)
async def test_who_might_answer(database: Database, question: str, asker: int, fit: set[int]) -> None:
    async with database.writing() as session:
        group, people = await _knowing(session)
        asked = [knowing.Open(7, question, people[asker].id)]
        with statements() as seen:
            found = await knowing.fits(session, group.id, asked * 5)
        assert {one.tg_user_id for one in found[7]} == fit
        assert len(seen) <= 5
        await consent.withdraw(session, people[WAYAN], NOW)
        again = await knowing.fits(session, group.id, asked)
        assert {one.tg_user_id for one in again[7]} == fit - {WAYAN}


async def test_the_mentor_who_fits_is_asked_first_and_hears_alone_who_else_might_know(database: Database) -> None:
    async with database.writing() as session:
        _, people = await _knowing(session)
        await _says(session, SARI, 10, ASKED)
        for hours in (1, 5, 30):
            await carrying.carry_due(session, NOW + timedelta(hours=hours))
        told = {one.chat_id: str(one.params) for one in await session.scalars(select(Letter))}
        assert set(told) == {CHAT, WAYAN}, "Made is a mentor as well, and has nothing in common with the question"
        assert "serupa: Dewi" in told[WAYAN]
        assert not any(name in told[CHAT] for name in ("Dewi", "Wayan", "Sari")), "nobody is named in public"
        ((words, _),) = await carrying.page(session, people[HENDRA], SAY)
        assert "pernah berbagi tentang ini: Dewi, Wayan" in words
