"""`/program`: own pace, private copies, a new version on purpose, the week's budget, reminders that end."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from community import budget
from community.refusals import NotAllowed, Refusal
from content import packs
from content.texts import Texts
from handlers import previews, programmes
from learning import delivering, prompts, reminders, versions
from learning import programmes as room
from storage.database import Database
from storage.models import (
    Attention,
    Delivery,
    Enrolment,
    Group,
    Leave,
    Letter,
    Membership,
    PackVersion,
    Person,
    Readiness,
    Reflection,
)
from tests.learning.conftest import EVENING_BEFORE, MORNING, Cast, Door, data_of, letters, words_of

SARI, BUDI, HENDRA, TAMU = 100, 101, 103, 106
DAY = timedelta(days=1)
AFTERNOON = datetime(2026, 7, 23, 8, 30, tzinfo=UTC)  # Thursday 15:30 in Jakarta, the day after the first prompt


@pytest.fixture
async def office(database: Database, cast: Cast) -> Door:
    """The doors of this page; Kombel Melati follows the starter pack."""
    async with database.writing() as session:
        await room.enrol(session, cast.melati.id, "awal", EVENING_BEFORE)
    opened = Door(database, programmes, previews)
    opened.now = EVENING_BEFORE
    return opened


async def deliver(database: Database, now: datetime) -> None:
    async with database.writing() as session:
        while await delivering.deliver_due(session, now):
            pass


async def arrive(database: Database) -> None:
    """Telegram has everything that was written."""
    async with database.writing() as session:
        await session.execute(update(Letter).values(state="delivered", result={"message_id": 1}))
        rows = (await session.scalars(select(Delivery).where(Delivery.delivered_at.is_(None)))).all()
        for number, row in enumerate(rows):
            row.delivered_at, row.tg_chat_id, row.tg_message_id = row.due_at, -1001, 600 + number


async def remind(database: Database, now: datetime) -> list[Letter]:
    """The reminders that this moment brings."""
    before = {row.key for row in await letters(database, Letter.key.startswith("remind:"))}
    async with database.writing() as session:
        while await reminders.remind_due(session, now):
            pass
    return [row for row in await letters(database, Letter.key.startswith("remind:")) if row.key not in before]


async def test_a_teacher_sees_where_the_group_is_and_steers_nothing(office: Door, cast: Cast) -> None:
    (panel,) = await office.message(SARI, "/program")
    assert "Sepuluh hari pertama" in words_of(panel)
    assert "Berikutnya Rabu, 22 Jul, pukul 06.30" in words_of(panel)
    group = cast.melati.id
    assert data_of(panel) == [f"progcopy:{group}:1", f"progown:{group}"]


async def test_a_facilitator_postpones_pauses_and_goes_on(office: Door, database: Database, cast: Cast) -> None:
    (panel,) = await office.message(HENDRA, "/program")
    async with database.reading() as session:
        enrolment = (await session.scalars(select(Enrolment))).one().id
    assert data_of(panel)[:2] == [f"proglater:{enrolment}", f"progstop:{enrolment}"]
    _, panel = await office.tap(HENDRA, f"proglater:{enrolment}")
    assert "Kamis, 23 Jul" in words_of(panel)
    _, panel = await office.tap(HENDRA, f"progstop:{enrolment}")
    assert "dijeda" in words_of(panel)
    await deliver(database, MORNING + 3 * DAY)
    assert await letters(database, Letter.key.startswith("prompt:")) == []
    _, panel = await office.tap(HENDRA, f"proggo:{enrolment}")
    assert "Berikutnya Rabu, 22 Jul" in words_of(panel)


@pytest.mark.parametrize("tap", ["proglater:{e}", "progstop:{e}", "proggo:{e}", "progmove:{e}", "progpick:{g}",
                                 "progset:{g}:media", "progyes:{g}:media", "pv:{g}.media:0", "pvquiz:{g}.media:0",
                                 "pvmedia:{g}.media:0:0", "pvmore:{g}.media:0", "progyes:{g}:nothing",
                                 "budget:{x}", "budgetset:{g}:1"])  # fmt: skip
async def test_a_forged_button_steers_nothing(office: Door, database: Database, cast: Cast, tap: str) -> None:
    async with database.reading() as session:
        enrolment = (await session.scalars(select(Enrolment))).one()
    data = tap.format(e=enrolment.id, g=cast.melati.id, x=cast.groups["KKG Anggrek"].id)
    with pytest.raises(Refusal):
        await office.tap(SARI, data)
    async with database.reading() as session:
        after = (await session.scalars(select(Enrolment))).one()
        assert (after.next_at, after.pack) == (enrolment.next_at, "awal")


async def _followed(database: Database) -> set[str]:
    async with database.reading() as session:
        return set(await session.scalars(select(Enrolment.pack).where(Enrolment.next_at.is_not(None))))


async def test_another_programme_is_looked_into_and_said_before_it_is_taken(
    office: Door, database: Database, cast: Cast
) -> None:
    group = cast.melati.id
    await deliver(database, MORNING)
    office.now = AFTERNOON
    (listed,) = await office.tap(HENDRA, f"progpick:{group}")
    assert {f"progset:{group}:awal", f"progset:{group}:media"} <= set(data_of(listed))
    assert "✓ Sepuluh hari pertama" in str(listed.params)
    (asked,) = await office.tap(HENDRA, f"progset:{group}:media")
    for said in ("Media belajar dari yang ada", "Sepuluh hari pertama", "1 dari 10", "Jumat, 24 Jul", "06.30"):
        assert said in words_of(asked)
    assert data_of(asked) == [f"progyes:{group}:media", f"pv:{group}.media:0", f"progpick:{group}"]
    assert await _followed(database) == {"awal"}
    (page,) = await office.tap(HENDRA, f"pv:{group}.media:0")
    assert packs.pack("media").lessons[0].text("id").title in words_of(page)
    assert data_of(page)[-1] == f"progset:{group}:media"
    (page,) = await office.tap(HENDRA, f"pv:{group}.media:1")
    assert packs.pack("media").lessons[1].text("id").title in words_of(page)
    toast, panel = await office.tap(HENDRA, f"progyes:{group}:media")
    assert "diganti" in toast.params["text"]
    assert "Media belajar dari yang ada" in words_of(panel)
    assert await _followed(database) == {"media"}
    (back,) = await office.tap(HENDRA, f"progset:{group}:awal")
    assert "pelajaran ke-2" in words_of(back)


async def test_the_programme_that_runs_is_not_asked_for_again(office: Door, cast: Cast) -> None:
    (asked,) = await office.tap(HENDRA, f"progset:{cast.melati.id}:awal")
    assert "sedang diikuti" in words_of(asked)
    assert data_of(asked) == [f"pv:{cast.melati.id}.awal:0", f"progpick:{cast.melati.id}"]


async def test_at_ones_own_pace_lessons_come_in_private_on_ones_own_days(
    office: Door, database: Database, cast: Cast
) -> None:
    async with database.writing() as session:
        await session.execute(
            update(Person).where(Person.tg_user_id == SARI).values(
                prompt_time="19:00", workdays="tue,sat", zone="Asia/Makassar")
        )  # fmt: skip
    group = cast.melati.id
    (choice,) = await office.tap(SARI, f"progown:{group}")
    assert f"progownset:{group}:media" in data_of(choice)
    assert f"progownset:{group}:percakapan-coaching" not in data_of(choice), "that one is for coaches"
    (panel,) = await office.tap(SARI, f"progownset:{group}:media")
    assert "Langkah sendiri" in words_of(panel)
    saturday = datetime(2026, 7, 25, 11, 0, tzinfo=UTC)  # 19:00 in Makassar
    await deliver(database, saturday)
    (letter,) = await letters(database, Letter.chat_id == SARI, Letter.key.startswith("prompt:"))
    assert letter.params is not None
    assert packs.pack("media").lessons[0].text("id").title in letter.params["text"]
    async with database.reading() as session:
        row = (await session.scalars(select(Delivery).where(Delivery.person_id == cast["Sari"].id))).one()
        following = await session.scalar(select(Enrolment.next_at).where(Enrolment.id == row.enrolment_id))
    assert (row.day.isoformat(), following) == ("2026-07-25", datetime(2026, 7, 28, 11, 0, tzinfo=UTC))


async def test_what_comes_at_ones_own_pace_is_nobody_elses(office: Door, database: Database, cast: Cast) -> None:
    await office.tap(SARI, f"progownset:{cast.melati.id}:media")
    await deliver(database, MORNING)
    await arrive(database)
    async with database.reading() as session:
        row = (await session.scalars(select(Delivery).where(Delivery.person_id.is_not(None)))).one()
    for data in (f"again:{row.id}", f"tried:{row.id}"):
        with pytest.raises(Refusal):
            await office.tap(BUDI, data)
    office.now = MORNING
    assert str(row.id) in str([data_of(one) for one in await office.message(SARI, "/hariini")])
    assert str(f"refl:{row.id}") not in str([data_of(one) for one in await office.message(BUDI, "/hariini")])


async def test_only_one_programme_at_ones_own_pace_at_a_time(office: Door, cast: Cast) -> None:
    await office.tap(SARI, f"progownset:{cast.melati.id}:media")
    with pytest.raises(Refusal, match="already_own"):
        await office.tap(SARI, f"progownset:{cast.melati.id}:alat-digital")


async def test_who_left_the_group_does_not_go_on_with_what_belongs_to_it(
    office: Door, database: Database, cast: Cast
) -> None:
    await office.tap(SARI, f"progownset:{cast.melati.id}:media")
    async with database.writing() as session:
        own = (await session.scalars(select(Enrolment).where(Enrolment.person_id == cast["Sari"].id))).one()
        here = Membership.person_id == cast["Sari"].id
        await session.execute(update(Membership).where(here).values(until=EVENING_BEFORE))
        session.add(
            Membership(person_id=cast["Sari"].id, group_id=cast.groups["KKG Anggrek"].id, role="teacher", since=MORNING)
        )
    for move in ("later", "stop", "go", "move"):
        with pytest.raises(NotAllowed, match="join_first"):
            await office.tap(SARI, f"prog{move}:{own.id}")
    (panel,) = await office.tap(SARI, f"prog:{cast.groups['KKG Anggrek'].id}")
    assert f"progown:{cast.groups['KKG Anggrek'].id}" in data_of(panel), "another may begin where they are now"
    await office.tap(SARI, f"progownset:{cast.groups['KKG Anggrek'].id}:media")
    async with database.reading() as session:
        rows = await session.execute(
            select(Enrolment.next_at).where(Enrolment.person_id.is_not(None)).order_by(Enrolment.id)
        )
        assert [row.next_at is None for row in rows] == [True, False]


async def test_what_was_paused_does_not_go_on_beside_another(office: Door, database: Database, cast: Cast) -> None:
    group = cast.melati.id
    await office.tap(SARI, f"progownset:{group}:media")
    async with database.reading() as session:
        first = (await session.scalars(select(Enrolment.id).where(Enrolment.person_id == cast["Sari"].id))).one()
    await office.tap(SARI, f"progstop:{first}")
    await office.tap(SARI, f"progownset:{group}:alat-digital")
    with pytest.raises(Refusal, match="already_own"):
        await office.tap(SARI, f"proggo:{first}")


async def test_whoever_mutes_the_group_gets_one_private_copy(office: Door, database: Database, cast: Cast) -> None:
    await office.tap(SARI, f"progcopy:{cast.melati.id}:1")
    await deliver(database, MORNING)
    await deliver(database, MORNING)
    (copy,) = await letters(database, Letter.key.startswith("copy:"))
    assert copy.chat_id == SARI
    assert "disable_notification" not in (copy.params or {}), "who mutes the group wants to notice this one"
    await office.tap(SARI, f"progcopy:{cast.melati.id}:0")
    await deliver(database, MORNING + DAY)
    assert len(await letters(database, Letter.key.startswith("copy:"))) == 1


async def test_a_running_programme_keeps_its_version_until_it_is_moved_on_purpose(
    office: Door, database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await deliver(database, MORNING)
    old = packs.pack("awal")
    second = old.lessons[1]
    words = {"id": second.texts["id"]._replace(title="Judul versi dua"), "en": second.texts["en"]}
    newer = old._replace(version=2, lessons=(old.lessons[0], second._replace(texts=words), *old.lessons[2:]))
    monkeypatch.setattr(packs, "pack", lambda name: newer if name == "awal" else old)
    await deliver(database, MORNING + DAY)
    told = await letters(database, Letter.key.startswith("prompt:"))
    assert second.text("id").title in str(told[-1].params), "the words it began with"
    async with database.reading() as session:
        enrolment = (await session.scalars(select(Enrolment))).one().id
    (panel,) = await office.message(HENDRA, "/program")
    assert f"progmove:{enrolment}" in data_of(panel)
    _, panel = await office.tap(HENDRA, f"progmove:{enrolment}")
    assert "versi 2" in words_of(panel)
    await deliver(database, MORNING + 2 * DAY)
    async with database.reading() as session:
        last = (await session.scalars(select(Delivery).order_by(Delivery.id.desc()))).first()
        stored = (await session.scalars(select(PackVersion.version).order_by(PackVersion.version))).all()
    assert last is not None
    assert (last.version, last.lesson, list(stored)) == (2, old.lessons[2].id, [1, 2])


async def test_only_who_has_not_answered_is_reminded_privately_and_at_most_twice(
    office: Door, database: Database, cast: Cast
) -> None:
    await deliver(database, MORNING)
    await arrive(database)
    async with database.writing() as session:
        await session.execute(update(Enrolment).values(next_at=None))  # one lesson alone
        row = (await session.scalars(select(Delivery))).one()
        session.add(Reflection(delivery_id=row.id, person_id=cast["Sari"].id, audience="me", medium="text", text="x",
                               created_at=MORNING))  # fmt: skip
    assert await remind(database, AFTERNOON - timedelta(minutes=1)) == []
    (first,) = await remind(database, AFTERNOON)
    assert (first.chat_id, first.person_id) == (BUDI, cast["Budi"].id), "Sari has answered, Hendra does not teach"
    assert await remind(database, AFTERNOON + timedelta(minutes=5)) == []
    (second,) = await remind(database, datetime(2026, 7, 27, 8, 30, tzinfo=UTC))
    assert second.chat_id == BUDI
    for ahead in range(1, 30):
        assert await remind(database, datetime(2026, 7, 27, 8, 30, tzinfo=UTC) + ahead * DAY) == []


async def test_nobody_is_reminded_on_leave_on_a_holiday_or_after_letting_it_go(
    office: Door, database: Database, cast: Cast
) -> None:
    await deliver(database, MORNING)
    await arrive(database)
    async with database.writing() as session:
        await session.execute(update(Enrolment).values(next_at=None))
        session.add(Leave(person_id=cast["Budi"].id, first_day=AFTERNOON.date(), last_day=AFTERNOON.date(),
                          created_at=MORNING))  # fmt: skip
    office.now = MORNING + timedelta(hours=5)
    await office.tap(SARI, "skipall:0")
    assert await remind(database, AFTERNOON) == []
    (later,) = await remind(database, datetime(2026, 7, 27, 8, 30, tzinfo=UTC))
    assert later.chat_id == BUDI


async def test_one_letter_a_day_reminds_of_all_that_is_open(office: Door, database: Database, cast: Cast) -> None:
    for number in range(3):
        await deliver(database, MORNING + number * DAY)
        await arrive(database)
    told = await remind(database, datetime(2026, 7, 24, 8, 30, tzinfo=UTC))
    assert sorted(row.chat_id or 0 for row in told) == [SARI, BUDI]
    assert all(len(set(data_of_letter(row))) >= 2 for row in told)
    for row in told:
        labels = [key["text"] for line in (row.params or {})["reply_markup"]["inline_keyboard"] for key in line]
        assert not any(label in (row.params or {})["text"] for label in labels), "a title stands on its button alone"


def data_of_letter(row: Letter) -> list[str]:
    rows = (row.params or {})["reply_markup"]["inline_keyboard"]
    return [key["callback_data"] for line in rows for key in line]


async def test_beyond_the_weeks_budget_nothing_is_sent_and_it_is_counted(
    office: Door, database: Database, cast: Cast
) -> None:
    async with database.writing() as session:
        await session.execute(update(Group).where(Group.id == cast.melati.id).values(budget_messages=5))
        session.add(Attention(person_id=cast["Budi"].id, week=budget.monday(AFTERNOON.date()), messages=4))
    await deliver(database, MORNING)
    await arrive(database)
    told = await remind(database, AFTERNOON)
    assert [row.chat_id for row in told] == [SARI], "the group's prompt and four letters are Budi's five"
    async with database.reading() as session:
        rows = {row.person_id: row for row in await session.scalars(select(Attention))}
    assert (rows[cast["Budi"].id].messages, rows[cast["Budi"].id].refused) == (4, 1)
    assert (rows[cast["Sari"].id].messages, rows[cast["Sari"].id].refused) == (1, 0)


async def test_a_lesson_at_own_pace_beyond_the_minutes_comes_another_week(
    office: Door, database: Database, cast: Cast
) -> None:
    async with database.writing() as session:
        await session.execute(update(Group).values(budget_minutes=15))
    await office.tap(SARI, f"progownset:{cast.melati.id}:media")
    for ahead in range(8):
        await deliver(database, MORNING + ahead * DAY)
    async with database.reading() as session:
        own = select(Delivery).where(Delivery.person_id.is_not(None)).order_by(Delivery.id)
        rows = (await session.scalars(own)).all()
        refused = await session.scalar(select(Attention.refused).where(Attention.refused > 0).limit(1))
    assert [row.lesson for row in rows] == [lesson.id for lesson in packs.pack("media").lessons[: len(rows)]]
    assert len(rows) < 6, "six school days have passed"
    assert refused


async def test_a_budget_is_chosen_from_what_is_offered(office: Door, database: Database, cast: Cast) -> None:
    group = cast.melati.id
    (asked,) = await office.tap(HENDRA, f"budget:{group}")
    assert data_of(asked) == [f"budgetset:{group}:{at}" for at in range(3)]
    await office.tap(HENDRA, f"budgetset:{group}:0")
    async with database.reading() as session:
        row = await session.get_one(Group, group)
    assert (row.budget_messages, row.budget_minutes) == budget.CHOICES[0]


async def test_the_end_of_a_pack_is_told_to_the_facilitator_once(office: Door, database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        await session.execute(update(Enrolment).values(position=len(packs.pack("awal").lessons)))
    await deliver(database, MORNING)
    await deliver(database, MORNING + DAY)
    (told,) = await letters(database, Letter.key.startswith("ended:"))
    assert told.chat_id == HENDRA
    assert "sudah selesai" in str(told.params)


async def test_stored_versions_are_read_once_and_belong_to_their_database(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        await versions.keep(session, packs.pack("media"), MORNING)
    async with database.reading() as session:
        first = await versions.get(session, "media", 1)
    async with database.reading() as session:
        assert await versions.get(session, "media", 1) is first
        assert first == packs.pack("media"), "nothing is lost on the way into the database and back"


async def test_a_member_who_left_is_not_written_to(office: Door, database: Database, cast: Cast) -> None:
    await office.tap(SARI, f"progcopy:{cast.melati.id}:1")
    async with database.writing() as session:
        await session.execute(update(Membership).where(Membership.person_id == cast["Sari"].id).values(until=MORNING))
    await deliver(database, MORNING)
    await arrive(database)
    assert [row.chat_id for row in await remind(database, AFTERNOON)] == [BUDI]
    assert await letters(database, Letter.key.startswith("copy:")) == []


def test_the_words_of_a_prompt_stay_within_two_kilobytes() -> None:
    too_long: dict[str, int] = {}
    for pack in packs.every():
        for lesson in (*pack.lessons, *pack.side):
            for language in pack.languages:
                words = prompts.words(lesson, Texts(language))
                size = len(words.encode())
                if size > 2_000:
                    too_long[f"{pack.id}/{lesson.id}/{language}"] = size
    assert too_long == {}


async def test_in_private_a_lesson_says_more_to_whom_it_fits(office: Door, database: Database, cast: Cast) -> None:
    lesson = next(one for one in packs.pack("awal").lessons if any(b.on == "signal" for b in one.branches))
    async with database.writing() as session:
        for name, signal in (("Sari", "weak"), ("Budi", "strong")):
            session.add(Readiness(person_id=cast[name].id, signal=signal, updated_at=MORNING))
        await session.execute(update(Membership).where(Membership.role == "teacher").values(private_copy=True))
        await session.execute(update(Enrolment).values(position=packs.pack("awal").lessons.index(lesson)))
    await deliver(database, MORNING)
    (branch,) = [b for b in lesson.branches if b.on == "signal"]
    said = str(lesson.text("id").branches[branch.number])[:40]
    told = {row.chat_id: str(row.params) for row in await letters(database, Letter.method == "sendMessage")}
    assert said in told[SARI]
    assert said not in told[BUDI]
    assert said not in told[-1001], "readiness is nobody else's business"


async def test_a_coach_learns_the_coaching_conversation_alone_and_reflects_on_it(
    office: Door, database: Database, cast: Cast
) -> None:
    ratna, group = 102, cast.melati.id
    (choice,) = await office.tap(ratna, f"progown:{group}")
    assert f"progownset:{group}:percakapan-coaching" in data_of(choice)
    assert f"progownset:{group}:media" not in data_of(choice), "that one is for teachers"
    await office.tap(ratna, f"progownset:{group}:percakapan-coaching")
    await deliver(database, MORNING)
    await arrive(database)
    async with database.reading() as session:
        row = (await session.scalars(select(Delivery).where(Delivery.person_id == cast["Ratna"].id))).one()
    office.now = MORNING
    await office.tap(ratna, f"refl:{row.id}")
    await office.message(ratna, "Saya menahan saran sampai akhir percakapan.")
    async with database.reading() as session:
        kept = (await session.scalars(select(Reflection))).one()
    assert (kept.person_id, kept.audience) == (cast["Ratna"].id, "me")
