"""The talk of a week in the letter to who leads the group: figures with their bounds, no name, silence for nothing."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from community import calendar, people
from community.roles import Role
from community.tagging import LABELS
from community.tagging.model import Doubts
from community.tagging.quantify import STEPS
from community.talk import Spoken
from content.texts import LANGUAGES, Texts
from reports import group_talk, week_letters
from reports.group_talk import LEAST_SPEAKERS, Talk
from reports.group_talk_words import lines
from reports.shares import ENOUGH
from storage.database import Database, Session
from storage.models import Letter, LibraryEntry, Message, Person
from tests.coaching.cast import Coached, letters_to, school, wall
from tests.community.cast import a_group, somebody
from tests.counting import statements
from tests.reports.test_week_letters import FRIDAY, MONDAY, asks, says

SAY = Texts("id")
TYPES = ("resource", "consultation", "coordination", "motivation")


def _spoken(*sizes: int, labels: Sequence[str] = TYPES, teach: int | None = None) -> Spoken:
    """People who each said so much, in turn for another purpose; the first ``teach`` of them teach there."""
    tags: Counter[tuple[str, int]] = Counter()
    for who, n in enumerate(sizes):
        tags[labels[who % len(labels)], STEPS] += n
    return Spoken(tags, dict(enumerate(sizes)), frozenset(range(len(sizes) if teach is None else teach)))


def _told(spoken: Spoken, teachers: int = 12, asked: int = 0, hours: Sequence[float] = ()) -> Talk:
    return group_talk.told(spoken, teachers, asked, hours, Doubts())


# Each figure, and the bound below which it is not told


@pytest.mark.parametrize(
    "sizes, evenly",
    [
        ((4,) * LEAST_SPEAKERS, "50 % pesan. Gini 0,00"),
        ((4,) * (LEAST_SPEAKERS - 1), None),  # too few people
        ((3,) * LEAST_SPEAKERS, None),  # too few messages
        ((95, 1, 1, 1, 1, 1), "97 % pesan. Gini 0,78"),
    ],
)
def test_evenness_is_told_of_six_people_and_twenty_messages_on(sizes: tuple[int, ...], evenly: str | None) -> None:
    assert (len(sizes) < LEAST_SPEAKERS or sum(sizes) < ENOUGH) is (evenly is None)
    words = "\n".join(lines(_told(_spoken(*sizes)), SAY))
    assert ("Gini" in words) is (evenly is not None) and (evenly or "") in words


@pytest.mark.parametrize(
    "sizes, types",
    [
        ((9, 6, 3, 1), "19 pesan: berbagi bahan 9, konsultasi 6, koordinasi 3, motivasi 1."),
        ((9, 6, 3, 2), "20 pesan: berbagi bahan 45 % (26–66), konsultasi 30 % (15–52), "
                       "koordinasi 15 % (5–36), motivasi 10 % (3–30)."),
    ],
)  # fmt: skip
def test_below_the_bound_of_the_sample_there_are_counts_alone(sizes: tuple[int, ...], types: str) -> None:
    assert types in lines(_told(_spoken(*sizes)), SAY)


def test_shares_are_corrected_for_what_the_tagger_is_known_to_mistake() -> None:
    """Of what it called material and was wrong about, all was a question."""
    unsure = Spoken(Counter({("resource", 12): 20, ("consultation", STEPS): 20}), {1: 20, 2: 20}, frozenset({1, 2}))
    wrong = {label: tuple(float(other == "consultation") for other in LABELS) for label in LABELS}
    told = group_talk.told(unsure, 8, 0, (), Doubts(mistaken=tuple(wrong[label] for label in LABELS)))
    shares = {one.label: one for one in told.of_four}
    assert (shares["resource"].n, shares["resource"].of) == (20, 40)
    assert (shares["resource"].value or 1) < 0.4 and (shares["consultation"].value or 0) > 0.55, "half each, as tagged"


@pytest.mark.parametrize("teach, teachers, told", [(3, 12, "3 dari 12 guru"), (0, 12, "0 dari 12"), (4, 2, "4 dari 4")])
def test_who_wrote_is_counted_among_the_teachers(teach: int, teachers: int, told: str) -> None:
    """Whoever writes in another role is no teacher who took part."""
    assert told in "\n".join(lines(_told(_spoken(1, 1, 1, 1, teach=teach), teachers), SAY))


@pytest.mark.parametrize(
    "asked, hours, told",
    [
        (0, (), None),
        (2, (), "Pertanyaan: 2, terjawab 0, masih terbuka 2."),
        (6, (5.0, 7.0), "Pertanyaan: 6, terjawab 2, masih terbuka 4."),  # of two the middle is nobody's
        (4, (1.0, 2.2, 30.0), "Pertanyaan: 4, terjawab 3, masih terbuka 1. Separuhnya dijawab dalam 2 jam kerja."),
        (3, (0.1, 0.2, 0.4), "Separuhnya dijawab dalam kurang dari satu jam kerja."),
    ],
)
def test_how_soon_questions_were_answered(asked: int, hours: tuple[float, ...], told: str | None) -> None:
    words = "\n".join(lines(_told(_spoken(1), asked=asked, hours=hours), SAY))
    assert ("Pertanyaan" in words) is (told is not None) and (told or "") in words


@pytest.mark.parametrize("spoken", [Spoken(), Spoken(Counter({("other", 18): 40}), {1: 40}, frozenset({1}))])
def test_nothing_about_the_work_is_nothing_said(spoken: Spoken) -> None:
    assert _told(spoken).is_empty and lines(_told(spoken), SAY) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_week_fits_a_phone(language: str) -> None:
    spoken = _spoken(*(90,) * 40)
    spoken.shared = 360
    talk = _told(spoken, 120, 99, [40.0] * 90)
    told = lines(talk, Texts(language))
    assert len(told) == 6 and len("\n".join(told)) < 450


# In the letter


async def _week(session: Session, cast: Coached) -> None:
    """Two who agreed talk, Sari shares a link, Dewi asks and is answered; the week before is another week."""
    before = wall("2026-08-03T13:00")
    await says(session, cast.group, cast.sari, before, label="resource")
    await says(session, cast.group, cast.hendra, wall("2026-08-05T09:00"), label="motivation")
    shared = await says(session, cast.group, cast.sari, wall("2026-08-05T09:30"), label="resource", confidence=1.0)
    session.add(_entry(shared, 0))
    session.add(_entry(shared, 1))
    question = await asks(session, cast.group, cast.dewi, wall("2026-08-06T09:00"))
    await says(
        session, cast.group, cast.sari, wall("2026-08-06T11:00"), "Coba kertas lipat", label="consultation",
        reply_to=question.tg_message_id,
    )  # fmt: skip
    await session.flush()


def _entry(said: Message, place: int) -> LibraryEntry:
    return LibraryEntry(
        group_id=said.group_id, chat_id=said.chat_id, message_id=said.id, tg_message_id=said.tg_message_id, place=place,
        person_id=said.person_id, kind="link", title="LKPD", url=f"https://contoh.id/{place}", shared_at=said.sent_at,
    )  # fmt: skip


async def test_the_week_of_a_group_is_counted_from_what_was_recorded(database: Database) -> None:
    async with school(database) as (session, cast):
        await _week(session, cast)
        cast.group.headcount = 16
        days = await calendar.calendars_of(session, {cast.group.school_id})
        found = (await group_talk.gather(session, [cast.group], days, MONDAY))[cast.group.id]
        assert {one.label: one.n for one in found.of_four} == {
            "resource": 1, "consultation": 2, "coordination": 0, "motivation": 1,
        }  # fmt: skip
        assert (found.wrote, found.teachers) == (2, 12), "sixteen in the chat, four of them in other roles"
        assert (found.asked, found.hours, found.open, found.shared) == (1, (2.0,), 0, 2)


async def test_it_is_told_to_who_leads_the_group_alone_and_names_nobody(database: Database) -> None:
    async with school(database) as (session, cast):
        await _week(session, cast)
        for now in (FRIDAY, MONDAY):
            while await week_letters.send_due(session, now):
                pass
        told, figures = await letters_to(session, cast.faisal)
        talk = told.partition("Percakapan 7 hari terakhir")[2]
        assert not any(one.name in figures for one in await session.scalars(select(Person)))
        assert "4 pesan: berbagi bahan 1, konsultasi 2, koordinasi 0, motivasi 1." in talk
        assert "Menulis: 2 dari 2 guru." in talk and "Bahan dibagikan: 2." in talk
        assert not any(one.name in talk for one in await session.scalars(select(Person)))
        assert set(await session.scalars(select(Letter.chat_id))) == {cast.faisal.tg_user_id}, "nothing in public"
        for other in (cast.ratna, cast.hendra, cast.kepala, cast.sari, cast.dewi):
            assert await letters_to(session, other) == []
        words, _ = await week_letters.opened(session, cast.faisal, cast.group.id, SAY, MONDAY)
        assert talk in words, "/pekan says the same"


async def test_of_several_groups_the_figures_stand_behind_each_ones_button(database: Database) -> None:
    async with school(database) as (session, cast):
        await _week(session, cast)
        other = await a_group(session, -700, title="KKG Anggrek", school_id=cast.group.school_id)
        silent = await a_group(session, -701, title="KKG Sepi", school_id=cast.group.school_id)
        for group in (other, silent):
            await people.give_role(session, cast.faisal.id, group.id, Role.FACILITATOR, FRIDAY)
        await says(session, other, cast.tamu, wall("2026-08-06T09:00"), label="resource")
        words, rows = await week_letters.asked(session, cast.faisal, SAY, MONDAY)
        assert words.count("angka percakapan") == 2 and "KKG Sepi" not in words and "pesan:" not in words
        assert [row[0]["callback_data"] for row in rows] == [f"wk:{one.id}:0" for one in (other, cast.group)], (
            "by title"
        )
        words, _ = await week_letters.opened(session, cast.faisal, other.id, SAY, MONDAY)
        assert "1 pesan: berbagi bahan 1" in words and "Dewi" not in words
        words, _ = await week_letters.opened(session, cast.faisal, silent.id, SAY, MONDAY)
        assert words == SAY("week.nothing", group=silent.title)


async def test_a_group_of_a_hundred_costs_the_statements_of_one_of_five(database: Database) -> None:
    spent = []
    async with school(database) as (session, cast):
        days = await calendar.calendars_of(session, {cast.group.school_id})
        for number in (5, 95):
            for n in range(number):
                user = 9000 + 100 * len(spent) + n
                who = await somebody(session, "Guru", user, group=cast.group, roles=(Role.TEACHER,))
                await asks(session, cast.group, who, MONDAY - timedelta(days=2))
            with statements() as seen:
                found = (await group_talk.gather(session, [cast.group], days, MONDAY))[cast.group.id]
            spent.append(len(seen))
        assert found.asked == found.wrote == 100
    assert spent == [6, 6]
