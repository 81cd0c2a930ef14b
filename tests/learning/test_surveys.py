"""Surveys: opened by who may, asked of those who agreed, reminded once, closed; what stands of unnamed answers."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from community.refusals import NeedsConsent, NotAllowed, Refusal
from content.instruments import house
from content.texts import Texts
from learning.refusals import Gone
from learning.surveys import answers, asking, belongings, closing, opening, polls, reminding, results
from learning.surveys.opening import Plan
from learning.surveys.rights import Closed
from storage.database import Database, Session
from storage.models import (
    Attention,
    Group,
    Leave,
    Letter,
    Membership,
    Person,
    Survey,
    SurveyAnswer,
    SurveySeat,
    UnnamedAnswer,
)
from tests.learning.conftest import Cast, letters
from tests.reports.cast import wall

SAY = Texts("id")
NOW = wall("2026-07-22 10:00")  # a Wednesday
ASKED, AGAIN = Letter.key.startswith("survey:ask:"), Letter.key.startswith("survey:again:")
MELATI = -1001


async def opened(
    database: Database, cast: Cast, name: str = "plca", by: str = "Hendra", now: datetime = NOW, **rest: Any
) -> Survey:
    chosen = {"way": "private", "at": None, "days": 3, "phase": "once"} | rest
    async with database.writing() as session:
        who = await session.get_one(Person, cast[by].id)
        return await opening.plan(session, who, Plan(house()[name], cast.melati.id, **chosen), now)


async def goes(database: Database, work: Any, now: datetime) -> None:
    for _ in range(2):  # a second clock finds nothing left
        async with database.writing() as session:
            await work(session, now)


async def survey(database: Database) -> Survey:
    async with database.reading() as session:
        return (await session.scalars(select(Survey).order_by(Survey.id.desc()))).first() or pytest.fail("no survey")


async def says(session: Session, cast: Cast, name: str, number: int, *values: Any) -> None:
    """Answers by items in their order; None is passed over."""
    for at, value in enumerate(values):
        who = await session.get_one(Person, cast[name].id)
        mark = f"secret of {name}"
        if value is None:
            await asking.skip(session, who, mark, number, at, SAY)
        elif isinstance(value, str):
            await asking.write(session, who, mark, number, at, value, SAY)
        else:
            await asking.answer(session, who, mark, number, at, value - 1, SAY)


async def test_who_has_agreed_and_teaches_here_is_asked_once_and_the_group_sees_one_message(
    database: Database, cast: Cast
) -> None:
    async with database.writing() as session:
        await session.execute(update(Person).where(Person.name == "Budi").values(consented_at=None))
    await opened(database, cast)
    found = await letters(database, ASKED)
    assert [one.person_id for one in found] == [cast["Sari"].id]
    assert found[0].not_after is not None and "Fasilitator dan kepala sekolah" in str(found[0].params)
    (shown,) = await letters(database, Letter.chat_id == MELATI)
    assert (shown.method, "svgo:" in str(shown.params)) == ("sendMessage", True)
    assert "Sari" not in str(shown.params)
    async with database.reading() as session:
        assert [one.person_id for one in await session.scalars(select(SurveySeat))] == [cast["Sari"].id]


async def test_at_night_it_is_planned_for_the_morning_and_at_an_hour_it_opens_by_the_clock(
    database: Database, cast: Cast
) -> None:
    await opened(database, cast, now=wall("2026-07-22 21:00"))
    found = await survey(database)
    assert (found.opened_at, found.opens_at) == (None, wall("2026-07-23 07:00"))
    assert await letters(database) == []
    await goes(database, opening.open_due, wall("2026-07-23 07:00"))
    assert len(await letters(database, ASKED)) == 2
    with pytest.raises(Refusal) as twice:
        await opened(database, cast)
    assert twice.value.text_key == "surveys.already"
    await opened(database, cast, "confidence", at=wall("2026-07-24 11:15"))  # a Friday, during prayer
    await goes(database, opening.open_due, wall("2026-07-24 11:15"))
    later = await survey(database)
    assert (later.opened_at, later.opens_at) == (None, wall("2026-07-24 13:30"))


async def test_the_reminder_comes_once_in_private_to_who_is_silent_here_and_has_room_in_their_week(
    database: Database, cast: Cast
) -> None:
    await opened(database, cast, "confidence")
    number = (await survey(database)).id
    at = wall("2026-07-24 15:30")  # three school days end on Monday
    assert (await survey(database)).reminds_at == at
    async with database.writing() as session:
        more = [Person(tg_user_id=300 + n, name=f"Guru {n}", consented_at=NOW, reachable=n != 0, created_at=NOW)
                for n in range(4)]  # fmt: skip
        session.add_all(more)
        await session.flush()
        for one in more:
            session.add(Membership(person_id=one.id, group_id=cast.melati.id, role="teacher", since=NOW))
            session.add(SurveySeat(survey_id=number, person_id=one.id))
        session.add(Leave(person_id=more[1].id, first_day=at.date(), last_day=at.date(), created_at=NOW))
        session.add(Attention(person_id=more[2].id, week=date(2026, 7, 20), messages=99, minutes=0, refused=0))
        await says(session, cast, "Sari", number, 4)
    await goes(database, reminding.remind_due, at)
    found = await letters(database, AGAIN)
    assert {one.person_id for one in found} == {cast["Budi"].id, more[3].id}
    assert all((one.chat_id or 0) > 0 for one in found), "never in the group"
    await goes(database, reminding.remind_due, at + timedelta(days=1))
    assert len(await letters(database, AGAIN)) == 2


async def test_closing_ends_it_for_everybody_and_tells_who_opened_it(database: Database, cast: Cast) -> None:
    await opened(database, cast)
    number = (await survey(database)).id
    await goes(database, closing.close_due, wall("2026-07-27 14:59"))
    assert (await survey(database)).closed_at is None
    await goes(database, closing.close_due, wall("2026-07-27 15:00"))
    (taken_away,) = await letters(database, Letter.method == "editMessageReplyMarkup")
    assert taken_away.edits == f"survey:{number}"
    (told,) = await letters(database, Letter.key.startswith("survey:closed:"))
    assert told.person_id == cast["Hendra"].id and "0 dari 2" in str(told.params)
    async with database.writing() as session:
        with pytest.raises(Closed):
            await says(session, cast, "Sari", number, 4)
    await goes(database, reminding.remind_due, wall("2026-07-28 10:00"))
    assert await letters(database, AGAIN) == []


@pytest.mark.parametrize(
    ("name", "by", "may"),
    [
        ("plca", "Hendra", True), ("plca", "Ratna", True), ("plca", "Sari", False), ("plca", "Made", False),
        ("plca", "Dewi", False), ("plca", "Tamu", False), ("coaching-satisfaction", "Ratna", True),
        ("coaching-satisfaction", "Dewi", False), ("coaching-satisfaction", "Sari", False),
    ],
)  # fmt: skip
async def test_who_leads_opens_and_reads_and_nobody_else(
    database: Database, cast: Cast, name: str, by: str, may: bool
) -> None:
    if may:
        await opened(database, cast, name, by)
        return
    with pytest.raises(NotAllowed):
        await opened(database, cast, name, by)
    await opened(database, cast, name)
    number = (await survey(database)).id
    async with database.writing() as session:
        who = await session.get_one(Person, cast[by].id)
        for call in (
            results.of(session, who, number), closing.close(session, who, number, NOW),
            opening.drop(session, who, number),
        ):  # fmt: skip
            with pytest.raises(NotAllowed):
                await call


async def test_a_coach_who_is_not_the_principal_opens_satisfaction_alone(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        await session.execute(update(Membership).where(Membership.role == "principal").values(until=NOW))
    with pytest.raises(NotAllowed):
        await opened(database, cast, "plca", "Ratna")
    await opened(database, cast, "coaching-satisfaction", "Ratna")


async def test_an_unnamed_answer_stands_without_person_time_or_order_and_may_be_changed_until_it_closes(
    database: Database, cast: Cast
) -> None:
    await opened(database, cast, "coaching-satisfaction")
    number = (await survey(database)).id
    async with database.writing() as session:
        for name, level in (("Sari", 5), ("Budi", 1)):
            await says(session, cast, name, number, level, None, None, None, f"kata {name}")
        await says(session, cast, "Sari", number, 4)
    columns = {"survey_id", "mark", "item", "value"}
    assert {one.name for one in UnnamedAnswer.__table__.columns} == columns
    assert {one.name for one in SurveySeat.__table__.columns} == {"survey_id", "person_id", "answered"}
    async with database.reading() as session:
        assert (await session.scalars(select(SurveyAnswer))).all() == []
        rows = (await session.scalars(select(UnnamedAnswer))).all()
        first = {one.mark: one.value for one in rows if one.item == "keseluruhan"}
        assert sorted(first.values(), key=str) == [{"is": 1}, {"is": 4}]
        assert not any("Sari" in one.mark or str(cast["Sari"].id) == one.mark for one in rows)
        if session.get_bind().dialect.name == "sqlite":
            with pytest.raises(Exception, match="no such column"):
                await session.execute(text("SELECT rowid FROM survey_unnamed"))
    assert answers.mark(number, "x") != answers.mark(number + 1, "x"), "two surveys cannot be laid side by side"
    async with database.writing() as session:
        hendra = await session.get_one(Person, cast["Hendra"].id)
        with pytest.raises(Refusal):
            await results.of(session, hendra, number)
        await closing.close(session, hendra, number, NOW)
        marks = set(await session.scalars(select(UnnamedAnswer.mark)))
        assert marks == {"0001", "0002"}
        found = (await results.of(session, hendra, number)).figures
        assert (found.answered, found.asked, found.enough, found.spreads, found.words) == (2, 2, False, (), ())


async def test_what_is_forged_is_not_taken(database: Database, cast: Cast) -> None:
    await opened(database, cast, "needs")
    number = (await survey(database)).id
    async with database.writing() as session:
        sari, made = cast["Sari"], cast["Made"]
        for who, refusal in ((made, NotAllowed), (None, NeedsConsent), (cast["Hendra"], NotAllowed)):
            with pytest.raises(refusal):
                await asking.answer(session, who, "f", number, 0, 1, SAY)
        for at, choice in ((0, 6), (0, -1), (1, 0), (9, 0)):
            with pytest.raises(Gone):
                await asking.answer(session, sari, "f", number, at, choice, SAY)
        for said in ("banyak", "-5", "601", "1e2", "٣", "12.5"):
            with pytest.raises(Refusal):
                await asking.write(session, sari, "f", number, 3, said, SAY)
        with pytest.raises(Refusal):
            await asking.write(session, sari, "f", number, 1, "x" * 501, SAY)
        with pytest.raises(Gone):
            await polls.tapped(session, sari, "f", number, 1)
        assert (await session.scalars(select(UnnamedAnswer))).all() == []


async def test_buttons_in_the_group_keep_one_answer_of_each_without_their_name(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    unnamed = house()["confidence"].model_copy(update={"anonymous": True})
    monkeypatch.setitem(house(), "confidence", unnamed)
    await opened(database, cast, "confidence", way="buttons")
    number = (await survey(database)).id
    (shown,) = await letters(database, Letter.chat_id == MELATI)
    assert f"svb:{number}:5" in str(shown.params)
    async with database.writing() as session:
        for level in (2, 5):
            await polls.tapped(session, cast["Sari"], "secret", number, level)
        rows = (await session.scalars(select(UnnamedAnswer))).all()
        assert [one.value for one in rows] == [{"is": 5}]
        for level in (0, 6):
            with pytest.raises(Gone):
                await polls.tapped(session, cast["Sari"], "secret", number, level)


async def test_buttons_of_a_survey_by_name_keep_the_name_and_the_group_sees_no_choice(
    database: Database, cast: Cast
) -> None:
    await opened(database, cast, "confidence", way="buttons")
    number = (await survey(database)).id
    (shown,) = await letters(database, Letter.chat_id == MELATI)
    assert "Anggota lain tidak melihat pilihan" in str(shown.params) and "Nama disimpan hanya" in str(shown.params)
    async with database.writing() as session:
        for who, level in (("Sari", 2), ("Budi", 4), ("Sari", 5)):
            await polls.tapped(session, cast[who], "secret", number, level)
        kept = {one.person_id: one.value for one in await session.scalars(select(SurveyAnswer))}
        assert kept == {cast["Sari"].id: {"is": 5}, cast["Budi"].id: {"is": 4}}
        assert (await session.scalars(select(UnnamedAnswer))).all() == []
        with pytest.raises(NotAllowed):
            await polls.tapped(session, cast["Made"], "secret", number, 3)
    assert len(await letters(database, Letter.chat_id == MELATI)) == 1, "nothing of it is told in the group"


async def test_a_vote_that_overtakes_the_news_of_its_poll_is_kept_and_a_quiz_is_never_taken_for_a_survey(
    database: Database, cast: Cast
) -> None:
    await opened(database, cast, "confidence", way="poll")
    async with database.writing() as session:
        await session.execute(update(Letter).where(Letter.method == "sendPoll").values(state="sending"))
        quiz = Letter(
            key="quiz:1:1", chat_id=100, lane=1, policy="again", method="sendPoll", params={}, state="sending",
            due_at=NOW, created_at=NOW,
        )  # fmt: skip
        session.add(quiz)
        await session.flush()
        sari = await session.get_one(Person, cast["Sari"].id)
        assert await polls.voted(session, sari, "p1", [0], NOW) is False, "it could be either"
        quiz.state, quiz.result = "delivered", {"poll_id": "quiz poll"}
        await session.flush()
        assert await polls.voted(session, sari, "quiz poll", [0], NOW) is False
        assert await polls.voted(session, sari, "p1", [4], NOW) is True
        await session.execute(update(Letter).values(state="delivered"))
        assert await polls.voted(session, sari, "p1", [3], NOW) is True, "known from now on"
        assert [one.value for one in await session.scalars(select(SurveyAnswer))] == [{"is": 4}]


async def test_a_group_that_sent_the_assistant_away_is_not_asked(database: Database, cast: Cast) -> None:
    await opened(database, cast, at=wall("2026-07-23 07:00"))
    async with database.writing() as session:
        await session.execute(update(Group).values(state="left"))
    await goes(database, opening.open_due, wall("2026-07-23 07:00"))
    async with database.reading() as session:
        assert (await session.scalars(select(Survey))).all() == []
    assert await letters(database) == []


async def test_ones_own_unnamed_answers_are_handed_over_and_deleted_as_long_as_it_is_open(
    database: Database, cast: Cast
) -> None:
    await opened(database, cast, "needs")
    marks = {name: f"secret of {name}" for name in ("Sari", "Budi")}
    async with database.writing() as session:
        row = (await session.scalars(select(Survey))).one()
        for name, minutes in (("Sari", 60), ("Budi", 90)):
            who = await session.get_one(Person, cast[name].id)
            await answers.keep(session, row, who, marks[name], "menit", minutes)
        sari = await session.get_one(Person, cast["Sari"].id)
        for fingerprint, given in ((marks["Sari"], {"menit": 60}), ("", {}), ("of somebody else", {})):
            (told,) = (await belongings.copy_of(session, sari, fingerprint))["surveys"]
            assert (told["without_name"], told["answers"]) == (True, given)
        await belongings.forget_unnamed(session, "")
        await belongings.forget_unnamed(session, marks["Sari"])
        left = (await session.scalars(select(UnnamedAnswer.value))).all()
        assert left == [{"is": 90}]
        await closing.close(session, await session.get_one(Person, cast["Hendra"].id), row.id, NOW)
        budi = await session.get_one(Person, cast["Budi"].id)
        (told,) = (await belongings.copy_of(session, budi, marks["Budi"]))["surveys"]
        assert told["answers"] == {}, "nobody can tell any more"
        await belongings.forget_unnamed(session, marks["Budi"])
        assert len((await session.scalars(select(UnnamedAnswer))).all()) == 1
