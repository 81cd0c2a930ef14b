"""The coach's digest: what it tells, to whom, when, and when it keeps silent."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from content.texts import Texts
from reports import digest
from reports.digest_words import buttons, letter_html
from storage.database import Database, Session
from storage.letters import Lane
from storage.models import Group, HandIn, Letter, Membership, Question, Reflection, School
from tests.reports.cast import Cast, cast, days, wall

WEDNESDAY = wall("2026-11-18 15:30")


async def _letters(session: Session) -> list[Letter]:
    found = await session.scalars(select(Letter).where(Letter.key.startswith("digest:")).order_by(Letter.id))
    return list(found)


async def _due(here: Cast, at: datetime) -> None:
    await here.session.execute(update(Membership).where(Membership.role == Role.COACH).values(digest_next_at=at))


async def _told(here: Cast, now: datetime = WEDNESDAY, since: datetime | None = None) -> str:
    coach = here.people["Ratna"]
    found = await digest.gather(here.session, coach, here.group, since or now - timedelta(days=1), now)
    return letter_html(found, Texts("id"))


async def test_a_new_coach_gets_a_first_moment_and_no_letter(database: Database) -> None:
    async with database.writing() as session:
        await cast(session)
        assert await digest.send_due(session, wall("2026-11-18 09:00")) == 0
        moments = (await session.scalars(select(Membership.digest_next_at).where(Membership.role == Role.COACH))).all()
        others = (await session.scalars(select(Membership.digest_next_at).where(Membership.role != Role.COACH))).all()
        assert list(moments) == [WEDNESDAY]
        assert set(others) == {None}


async def test_it_goes_once_at_half_past_three_and_moves_to_the_next_working_day(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        prompt = await here.prompt(wall("2026-11-20 06:30"))
        friday = wall("2026-11-20 15:30")
        await _due(here, friday)
        await here.reflects("Sari", prompt, wall("2026-11-20 11:00"))
        assert await digest.send_due(session, friday - timedelta(minutes=1)) == 0
        assert await digest.send_due(session, friday + timedelta(minutes=1)) == 1
        assert await digest.send_due(session, friday + timedelta(minutes=2)) == 0
        (letter,) = await _letters(session)
        coach = here.people["Ratna"]
        assert letter.key == f"digest:{coach.id}:{here.group.id}:2026-11-20"
        assert (letter.chat_id, letter.person_id, letter.lane) == (coach.tg_user_id, coach.id, Lane.REMINDER)
        assert letter.not_after == wall("2026-11-20 20:00")
        moment = await session.scalar(select(Membership.digest_next_at).where(Membership.role == Role.COACH))
        assert moment == wall("2026-11-23 15:30")


async def test_nothing_is_sent_when_there_is_nothing(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await here.prompt(wall("2026-11-18 06:30"))
        await here.says("Sari", "resource", wall("2026-11-18 10:00"))
        await _due(here, WEDNESDAY)
        assert await digest.send_due(session, WEDNESDAY) == 1
        assert await _letters(session) == []


@pytest.mark.parametrize("why", ["unreachable", "withdrawn", "group left", "role over", "too late in the evening"])
async def test_it_is_not_written_to_those_it_cannot_or_must_not_reach(database: Database, why: str) -> None:
    async with database.writing() as session:
        here = await cast(session)
        prompt = await here.prompt(wall("2026-11-18 06:30"))
        await here.reflects("Sari", prompt, wall("2026-11-18 11:00"))
        await _due(here, WEDNESDAY)
        coach, now = here.people["Ratna"], WEDNESDAY
        if why == "unreachable":
            coach.reachable = False
        elif why == "withdrawn":
            coach.consented_at = None
        elif why == "group left":
            here.group.state = "left"
        elif why == "role over":
            await session.execute(update(Membership).values(until=WEDNESDAY - timedelta(days=1)))
        else:
            now = wall("2026-11-18 20:00")
        await session.flush()
        await digest.send_due(session, now)
        assert await _letters(session) == []


async def test_it_tells_who_reflected_for_the_coach_or_the_group_and_never_a_private_note(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        prompt = await here.prompt(wall("2026-11-18 06:30"))
        at = wall("2026-11-18 11:00")
        await here.reflects("Sari", prompt, at, "Anak-anak <ramai> " + "sekali " * 40, audience="coach")
        await here.reflects("Budi", prompt, at, None, audience="group")
        await here.reflects("Wati", prompt, at, "Saya lelah sekali.", audience="me")
        words = await _told(here)
        assert "Bu Sari: “Anak-anak &lt;ramai&gt; sekali" in words
        line = next(line for line in words.splitlines() if "Sari: “" in line)
        assert len(line.replace("&lt;", "<").replace("&gt;", ">")) <= len("• Bu Sari: “”") + 120
        assert "Pak Budi: pesan suara, 21 detik" in words
        assert "Wati" not in words
        assert "lelah" not in words


async def test_it_tells_who_tried_and_which_question_waits(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        prompt = await here.prompt(wall("2026-11-18 06:30"))
        await here.tries("Budi", prompt, wall("2026-11-18 10:00"), "rahasia Budi")
        await here.asks("Sari", prompt, wall("2026-11-10 10:00"), "Bolehkah diganti permainan?")
        await here.asks("Wati", prompt, wall("2026-11-18 10:00"), "Untuk grup saja", audience="group")
        await here.asks("Wati", prompt, wall("2026-11-18 10:00"), "Sudah dijawab")
        await session.execute(update(Question).where(Question.text == "Sudah dijawab").values(answered_at=WEDNESDAY))
        words = await _told(here)
        assert "<b>Sudah mencoba</b>: Pak Budi" in words
        assert "Bu Sari: “Bolehkah diganti permainan?”" in words
        assert "Wati" not in words
        assert "rahasia" not in words


async def test_a_question_that_waits_is_answered_from_the_digest(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        prompt = await here.prompt(wall("2026-11-18 06:30"))
        for name, text in (("Sari", "Bolehkah diganti permainan?"), ("Sari", "Berapa lama?"), ("Budi", "Kelas 3?")):
            await here.asks(name, prompt, wall("2026-11-18 10:00"), text)
        since = WEDNESDAY - timedelta(days=1)
        found = await digest.gather(session, here.people["Ratna"], here.group, since, WEDNESDAY)
        numbers = list(await session.scalars(select(Question.id).order_by(Question.id)))
        told = [(one["text"], one["callback_data"]) for row in buttons(found, Texts("id")) for one in row]
        labels = ("Jawab Bu Sari", "Jawab Bu Sari (2)", "Jawab Pak Budi")
        assert told == [(label, f"answer:{number}") for label, number in zip(labels, numbers, strict=True)]


async def test_silence_is_told_after_three_prompts_and_only_of_those_who_agreed_and_were_there(
    database: Database,
) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await here.joins("Dewi", Role.TEACHER, at=wall("2026-11-17 12:00"))  # new: after the first of the three
        agus = await here.joins("Agus")  # agreed long ago in another group, new in this one
        at = wall("2026-11-17 12:00")
        session.add(Membership(person_id=agus.id, group_id=here.group.id, role=Role.TEACHER, since=at))
        prompts = [await here.prompt(at) for at in days("2026-11-16", 3)]
        await here.tries("Budi", prompts[1], wall("2026-11-17 10:00"))
        await here.reflects("Wati", prompts[2], wall("2026-11-18 10:00"), audience="me")
        words = await _told(here, since=wall("2026-11-17 15:30"))
        silence = next(part for part in words.split("\n\n") if part.startswith("<b>Mungkin perlu disapa</b>"))
        assert "Bu Sari belum terlihat pada 3 ajakan" in silence
        for name in ("Budi", "Wati", "Dewi", "Agus", "Rini", "Ratna"):
            assert name not in silence


async def test_a_coach_who_also_teaches_is_never_in_their_own_silent_list(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await here.joins("Made", Role.TEACHER, Role.COACH)
        for at in days("2026-11-16", 3):
            await here.prompt(at)
        found = await digest.gather(session, here.people["Made"], here.group, wall("2026-11-17 15:30"), WEDNESDAY)
        assert here.people["Made"].id not in found.silent
        assert here.people["Sari"].id in found.silent
        for_ratna = await digest.gather(session, here.people["Ratna"], here.group, wall("2026-11-17 15:30"), WEDNESDAY)
        assert here.people["Made"].id in for_ratna.silent


async def test_the_same_silence_alone_is_not_told_every_day(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        for at in days("2026-11-16", 5):
            await here.prompt(at)
        for day in ("16", "17", "18", "19", "20"):
            await _due(here, wall(f"2026-11-{day} 15:30"))
            await digest.send_due(session, wall(f"2026-11-{day} 15:31"))
        assert [letter.key[-10:] for letter in await _letters(session)] == ["2026-11-18"]


@pytest.mark.parametrize(
    "story, line",
    [
        ("back", "Bu Sari ikut lagi"),
        ("first", "Pak Budi menulis refleksi pertamanya."),
        ("half", "2 dari 4 guru sudah mencoba di kelas."),
        ("shared", "Ada 3 pesan berbagi sumber belajar"),
        ("thanked", "Ada 4 pesan yang saling menyemangati"),
    ],
)
async def test_one_line_of_good_news_is_the_best_there_is(database: Database, story: str, line: str) -> None:
    async with database.writing() as session:
        here = await cast(session)
        at = wall("2026-11-18 10:00")
        prompts = [await here.prompt(one) for one in days("2026-11-12" if story == "back" else "2026-11-17", 7)[:5]]
        if story == "back":
            prompt = await here.prompt(wall("2026-11-18 06:30"))
            await here.tries("Sari", prompt, at)
        elif story == "first":
            await here.reflects("Budi", prompts[0], at)
        elif story == "half":
            await here.tries("Sari", prompts[0], at)
            await here.tries("Budi", prompts[0], at)
        else:
            await here.asks("Sari", prompts[0], at, "Bagaimana kalau kelasnya besar?")
            label, number = ("resource", 3) if story == "shared" else ("motivation", 4)
            for _ in range(number):
                await here.says("Sari", label, at)
        words = await _told(here)
        assert words.count("<b>Kabar baik</b>") == 1
        assert line in words


@pytest.mark.parametrize("role", Role)
async def test_it_goes_to_whoever_accompanies_the_group_and_to_nobody_else(database: Database, role: Role) -> None:
    async with database.writing() as session:
        here = await cast(session)
        agus = await here.joins("Agus", role, address="bapak")
        prompt = await here.prompt(wall("2026-11-18 06:30"))
        await here.reflects("Sari", prompt, wall("2026-11-18 11:00"))
        await digest.send_due(session, wall("2026-11-18 09:00"))
        await digest.send_due(session, WEDNESDAY)
        told = {letter.chat_id for letter in await _letters(session)}
        accompanies = role in {Role.COACH, Role.MENTOR, Role.COURSE_FACILITATOR}
        assert (agus.tg_user_id in told) is accompanies
        assert here.people["Ratna"].tg_user_id in told
        if accompanies:
            (asked,) = await digest.asked(session, agus, WEDNESDAY)
            assert "Bu Sari: “Murid berani bertanya.”" in letter_html(asked, Texts("id"))
        else:
            for group in (None, here.group):
                with pytest.raises(NotAllowed):
                    await digest.asked(session, agus, WEDNESDAY, group)


async def test_who_accompanies_a_group_in_two_roles_gets_one_digest_of_it(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        agus = await here.joins("Agus", Role.COACH, Role.MENTOR, Role.COURSE_FACILITATOR)
        prompt = await here.prompt(wall("2026-11-18 06:30"))
        await here.reflects("Sari", prompt, wall("2026-11-18 11:00"))
        assert await digest.send_due(session, wall("2026-11-18 09:00")) == 0
        assert await digest.send_due(session, WEDNESDAY) == 2  # Bu Ratna's and this one
        assert [one.chat_id for one in await _letters(session)].count(agus.tg_user_id or 0) == 1
        ended = update(Membership).where(Membership.person_id == agus.id, Membership.role == Role.COACH)
        await session.execute(ended.values(until=WEDNESDAY))
        await here.reflects("Budi", prompt, wall("2026-11-19 11:00"))
        await digest.send_due(session, wall("2026-11-19 09:00"))
        await digest.send_due(session, wall("2026-11-19 15:30"))
        assert [one.chat_id for one in await _letters(session)].count(agus.tg_user_id or 0) == 2


async def test_what_another_has_answered_is_no_news_of_its_own(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await here.joins("Agus", Role.MENTOR)
        prompt = await here.prompt(wall("2026-11-18 06:30"))
        at = wall("2026-11-18 11:00")
        session.add(
            HandIn(
                delivery_id=prompt.id, person_id=here.people["Sari"].id, medium="text", text="Isi", handed_at=at,
                answered_at=at, answered_by=here.people["Ratna"].id, answer="Bagus",
            )
        )  # fmt: skip
        await session.flush()
        await digest.send_due(session, wall("2026-11-18 09:00"))
        await digest.send_due(session, WEDNESDAY)
        assert await _letters(session) == []


async def test_a_crowded_digest_with_worksheets_fits_one_message_too(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session, title="G" * 128)
        at = wall("2026-11-18 10:00")
        prompts = [await here.prompt(one) for one in days("2026-11-16", 3)]
        for number in range(20):
            name = f"{number:02} " + "N" * 120
            person = await here.joins(name, Role.TEACHER)
            if number % 2:
                continue  # silent
            await here.reflects(name, prompts[2], at, "<panjang> " * 60)
            await here.tries(name, prompts[2], at)
            await here.asks(name, prompts[2], at, "p" * 900)
            for prompt, answered in ((prompts[1], None), (prompts[2], at)):
                sheet = HandIn(
                    delivery_id=prompt.id, person_id=person.id, medium="text", text="Isi", handed_at=at,
                    answered_at=answered,
                )  # fmt: skip
                session.add(sheet)
        await session.flush()
        words = await _told(here)
        assert len(words) <= 4096
        for title in ("Menunggu jawaban", "menunggu tanggapan", "Berefleksi", "sudah ditanggapi", "Sudah mencoba"):
            assert title in words


async def test_a_crowded_digest_still_fits_one_message(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session, title="G" * 128)
        at = wall("2026-11-18 10:00")
        prompt = await here.prompt(wall("2026-11-18 06:30"))
        for number in range(30):
            name = f"{number:02} " + "N" * 120
            await here.joins(name, Role.TEACHER)
            await here.reflects(name, prompt, at, "panjang " * 60)
            await here.tries(name, prompt, at)
            await here.asks(name, prompt, at, "p" * 900)
        words = await _told(here)
        assert len(words) < 4096
        assert "dan 22 lagi" in words


async def test_a_digest_that_cannot_be_written_does_not_stop_the_others(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.writing() as session:
        here, there = await cast(session), await cast(session, "KKG Mawar", -1002)
        for one in (here, there):
            prompt = await one.prompt(wall("2026-11-18 06:30"))
            await one.reflects("Sari", prompt, wall("2026-11-18 11:00"))
        await _due(here, WEDNESDAY)
        other = there.group.id
        written = digest.gather

        async def breaks(session: Session, coach: object, group: object, *rest: object) -> object:
            if group is here.group:
                await session.execute(update(Group).values(title="half done"))
                await session.execute(text("select nothing from nowhere"))
            return await written(session, coach, group, *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(digest, "gather", breaks)
        assert await digest.send_due(session, WEDNESDAY) == 2
        assert [letter.group_id for letter in await _letters(session)] == [other]
        assert "half done" not in (await session.scalars(select(Group.title))).all()
        assert await digest.send_due(session, WEDNESDAY) == 0


async def test_a_school_without_a_working_day_does_not_stop_the_others(database: Database) -> None:
    async with database.writing() as session:
        here, there = await cast(session), await cast(session, "KKG Mawar", -1002)
        school = School(name="SD Libur", zone="Asia/Jakarta", workdays="libur", created_at=WEDNESDAY)
        session.add(school)
        await session.flush()
        here.group.school_id = school.id
        await session.flush()
        await _due(here, WEDNESDAY)
        prompt = await there.prompt(wall("2026-11-18 06:30"))
        await there.reflects("Sari", prompt, wall("2026-11-18 11:00"))
        assert await digest.send_due(session, WEDNESDAY) == 2
        assert [letter.group_id for letter in await _letters(session)] == [there.group.id]


async def test_asked_for_it_says_plainly_when_there_is_nothing(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        (told,) = await digest.asked(session, here.people["Ratna"], WEDNESDAY)
        assert "tidak ada yang baru" in letter_html(told, Texts("id"))


async def test_asked_for_on_monday_it_reaches_back_to_friday(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        prompt = await here.prompt(wall("2026-11-20 06:30"))
        await here.reflects("Sari", prompt, wall("2026-11-20 14:00"))
        (told,) = await digest.asked(session, here.people["Ratna"], wall("2026-11-23 07:00"))
        assert len(told.reflections) == 1


@pytest.mark.parametrize("who", ["Sari", "Hendra", "Tamu", "Rini", None])
async def test_nobody_but_a_coach_gets_it(database: Database, who: str | None) -> None:
    async with database.writing() as session:
        here = await cast(session)
        person = here.people[who] if who else None
        for group in (None, here.group):
            with pytest.raises((NotAllowed, NeedsConsent)):
                await digest.asked(session, person, WEDNESDAY, group)


async def test_of_several_in_the_group_on_one_prompt_the_last_of_each_person_is_told(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        first, second = [await here.prompt(at) for at in days("2026-11-17", 2)]
        told = [("Sari", first, "Kata kemarin"), ("Sari", second, "Kata pagi"), ("Sari", second, "Kata siang")]
        for number, (name, prompt, words) in enumerate([*told, ("Budi", second, "Kata Budi")]):
            await here.reflects(name, prompt, wall(f"2026-11-18 1{number}:00"), words, audience="group")
        goal = (await session.scalars(select(Reflection).where(Reflection.text == "Kata Budi"))).one()
        goal.kind = "goal"
        await here.reflects("Budi", second, wall("2026-11-18 14:00"), "Kata Budi sore", audience="group")
        words = await _told(here)
    assert "Kata pagi" not in words
    for told_too in ("Kata kemarin", "Kata siang", "“Kata Budi”", "Kata Budi sore"):
        assert told_too in words


async def test_whatever_was_given_to_the_coach_on_one_prompt_is_told(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        prompt = await here.prompt(wall("2026-11-18 06:30"))
        told = [
            ("coach", "Untuk Bu Ratna"),
            ("coach", "Yang terpandu"),
            ("group", "Kata siang"),
            ("group", "Kata sore"),
        ]
        for hour, (audience, words) in enumerate(told, start=10):
            await here.reflects("Sari", prompt, wall(f"2026-11-18 {hour}:00"), words, audience=audience)
        guided = (await session.scalars(select(Reflection).where(Reflection.text == "Yang terpandu"))).one()
        guided.kind = "guided"
        words = await _told(here)
    assert [one for _, one in told if f"“{one}”" in words] == ["Untuk Bu Ratna", "Yang terpandu", "Kata sore"]


async def test_a_photo_is_named_and_a_draft_is_not_told(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        prompt = await here.prompt(wall("2026-11-18 06:30"))
        for name, kind, medium in (("Sari", "free", "photo"), ("Budi", "draft", "text")):
            session.add(
                Reflection(
                    delivery_id=prompt.id,
                    person_id=here.people[name].id,
                    kind=kind,
                    audience="coach",
                    medium=medium,
                    file_id="f",
                    created_at=wall("2026-11-18 09:00"),
                )
            )
        await session.flush()
        words = await _told(here)
    assert "Sari: foto" in words
    assert "Budi" not in words
