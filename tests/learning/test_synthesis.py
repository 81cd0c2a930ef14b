"""The group's week told to the group, what goes to other groups with its author's yes, and silence for nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from community import consent
from community.answers import Question
from community.notes import Note
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from content.texts import Texts
from handlers import feedback as feedback_door
from handlers import menu
from handlers import pieces as pieces_door
from handlers import synthesis as synthesis_door
from learning import (
    exchange,
    feedback,
    pieces,
    programmes,
    questions,
    reflections,
    synthesis,
    synthesis_words,
    trials,
)
from learning.pieces import Shown
from learning.refusals import Gone, NotYours
from learning.synthesis_facts import Week
from learning.targets import Target
from storage.database import Database, Session
from storage.models import (
    Attention,
    CalendarDay,
    Delivery,
    Enrolment,
    Group,
    GroupChat,
    GroupTurn,
    Leave,
    Letter,
    Membership,
    Message,
    Person,
    Piece,
    Programme,
    School,
    Share,
)
from tests.counting import statements
from tests.learning.conftest import MORNING, Cast, Door, data_of, letters, words_of

MELATI, ANGGREK = -1001, -1002
SARI, BUDI, HENDRA, MADE, DEWI, TAMU = 100, 101, 103, 104, 105, 106
FRIDAY = datetime(2026, 7, 24, 8, 0, tzinfo=UTC)  # 15:00 in Jakarta
MONDAY = date(2026, 7, 20)
SYNTHESIS = Letter.key.startswith("synthesis:")


@pytest.fixture
async def door(database: Database, prompt: Delivery) -> Door:
    return Door(database, feedback_door, pieces_door, synthesis_door)


async def _due(database: Database, now: datetime) -> None:
    """The clock strikes, twice."""
    for _ in range(2):
        async with database.writing() as session:
            await synthesis.send_due(session, now)


@pytest.fixture
async def begun(database: Database, door: Door) -> Door:
    """The groups have their first moments: Friday of the same week."""
    await _due(database, MORNING)
    return door


@pytest.fixture
async def together(database: Database, cast: Cast, begun: Door) -> Door:
    """Both groups follow one programme."""
    async with database.writing() as session:
        programme = Programme(title="Gugus", started_on=MONDAY, created_at=MORNING)
        session.add(programme)
        await session.flush()
        await programmes.enrol(session, cast.groups["KKG Anggrek"].id, "awal", MORNING)
        await session.execute(update(Enrolment).values(programme_id=programme.id))
    return begun


async def _full_week(session: Session, cast: Cast, prompt: Delivery) -> None:
    """Everything a week can hold, in Kombel Melati."""
    group = cast.melati
    chat = (await session.scalars(select(GroupChat.id).where(GroupChat.group_id == group.id))).one()
    for number, label in enumerate(("resource", "resource", "motivation")):
        session.add(
            Message(
                group_id=group.id, chat_id=chat, tg_message_id=900 + number, person_id=cast["Budi"].id, kind="text",
                sent_at=MORNING + timedelta(hours=1), text="Ini LKPD pecahan", label=label, confidence=0.9, reason="x",
            )
        )  # fmt: skip
    await reflections.keep(session, cast["Sari"], prompt.id, "group", Note("Kartu bantuan\n dipakai semua."), MORNING)
    await reflections.keep(session, cast["Sari"], prompt.id, "me", Note("Hanya untuk saya."), MORNING)
    await reflections.keep(session, cast["Budi"], prompt.id, "coach", Note("Hanya untuk coach."), MORNING)
    await trials.tried(session, cast["Sari"], prompt.id, MORNING)
    await questions.ask(session, cast["Budi"], prompt.id, "group", "Bagaimana kelas besar?", MORNING)
    drawer = {"group": group.id, "kind": "medium", "title": "Kartu pecahan", "criteria": [], "suggestion": False}
    turn = await pieces.begin(session, cast["Sari"], Shown("photo", "f1"))
    await pieces.publish(session, cast["Sari"], turn.drawer | drawer, MORNING)
    shared = (
        await session.scalars(select(reflections.Reflection).where(reflections.Reflection.audience == "group"))
    ).one()
    for name in ("Ratna", "Budi"):
        await feedback.keep(session, cast[name], f"r{shared.id}", "recognition", None, Note("Hebat."), MORNING)
    await session.flush()


async def test_the_week_is_told_once_at_its_end_and_silently(
    database: Database, cast: Cast, begun: Door, prompt: Delivery
) -> None:
    async with database.writing() as session:
        await _full_week(session, cast, prompt)
    await _due(database, FRIDAY - timedelta(minutes=1))
    assert await letters(database, SYNTHESIS) == []
    await _due(database, FRIDAY)
    (letter,) = await letters(database, SYNTHESIS)
    assert (letter.key, letter.chat_id) == (f"synthesis:{cast.melati.id}:2026-07-20", MELATI)
    assert letter.params is not None
    assert letter.params["disable_notification"] is True
    assert letter.not_after == datetime(2026, 7, 24, 13, 0, tzinfo=UTC)  # quiet from 20:00
    assert letter.params["text"] == (
        "<b>Pekan ini di Kombel Melati</b>\n\n"
        "<b>Dibagikan</b>\n• 2 pesan berbagi bahan\n• Bu Sari menunjukkan media ajar “Kartu pecahan”\n"
        "• 1 refleksi untuk grup\n   “Kartu bantuan dipakai semua.” (Bu Sari)\n\n"
        "<b>Dicoba</b>\n1 dari 2 guru sudah mencoba ajakannya di kelas.\n\n"
        "<b>Masih menunggu pendapat</b>\n• Budi: “Bagaimana kelas besar?”\n\n"
        "<b>Terima kasih kepada</b>\nBudi dan Bu Ratna, yang menanggapi rekannya pekan ini.\n\n"
        "Senang bisa belajar bersama. Selamat berakhir pekan."
    )
    assert f"sharesyn:{cast.melati.id}:20260720" in str(letter.params)
    async with database.reading() as session:
        moments = {row.group_id: row.next_at for row in await session.scalars(select(GroupTurn))}
    assert moments[cast.melati.id] == FRIDAY + timedelta(weeks=1)


async def test_where_nothing_happened_nothing_is_said(database: Database, begun: Door) -> None:
    await _due(database, FRIDAY)
    assert await letters(database, SYNTHESIS) == []


async def test_what_came_after_one_synthesis_is_in_the_next_and_nothing_twice(
    database: Database, cast: Cast, begun: Door, prompt: Delivery
) -> None:
    async with database.writing() as session:
        await reflections.keep(session, cast["Sari"], prompt.id, "group", Note("Sebelum."), MORNING)
    await _due(database, FRIDAY)
    async with database.writing() as session:
        await reflections.keep(session, cast["Budi"], prompt.id, "group", Note("Sabtu."), FRIDAY + timedelta(days=1))
    await _due(database, FRIDAY + timedelta(weeks=1))
    first, second = (str(one.params) for one in await letters(database, SYNTHESIS))
    assert "Sebelum." in first
    assert "Sabtu." in second
    assert "Sebelum." not in second


async def test_a_week_whose_end_was_suddenly_off_is_told_with_the_next(
    database: Database, cast: Cast, begun: Door, prompt: Delivery
) -> None:
    off, wednesday = FRIDAY + timedelta(weeks=1), FRIDAY + timedelta(days=5)
    async with database.writing() as session:
        await reflections.keep(session, cast["Sari"], prompt.id, "group", Note("Pekan pertama."), MORNING)
    await _due(database, FRIDAY)
    async with database.writing() as session:
        await reflections.keep(session, cast["Sari"], prompt.id, "group", Note("Pekan kedua."), wednesday)
        school = (await session.scalars(select(School))).one()
        session.add(
            CalendarDay(
                scope="school", school_id=school.id, first_day=off.date(), last_day=off.date(), kind="closed",
                created_at=wednesday,
            )
        )  # fmt: skip
    await _due(database, off)
    assert len(await letters(database, SYNTHESIS)) == 1
    await _due(database, off + timedelta(weeks=1))
    _, last = await letters(database, SYNTHESIS)
    assert "Pekan kedua." in str(last.params)
    assert "Pekan pertama." not in str(last.params)


async def test_too_late_in_the_evening_it_is_not_told_and_the_next_week_has_its_own(
    database: Database, cast: Cast, begun: Door, prompt: Delivery
) -> None:
    async with database.writing() as session:
        await reflections.keep(session, cast["Sari"], prompt.id, "group", Note("Rabu."), MORNING)
    await _due(database, FRIDAY + timedelta(hours=6))
    assert await letters(database, SYNTHESIS) == []
    await _due(database, FRIDAY + timedelta(hours=9))
    async with database.reading() as session:
        turns = (await session.scalars(select(GroupTurn))).all()
    assert {one.next_at for one in turns} == {FRIDAY + timedelta(weeks=1), FRIDAY + timedelta(days=7, hours=-1)}


async def test_only_the_words_of_three_people_are_quoted_and_only_of_those_who_agree(
    database: Database, cast: Cast, begun: Door, prompt: Delivery
) -> None:
    async with database.writing() as session:
        for number, name in enumerate(("Rini", "Tono", "Wati", "Agus")):
            person = Person(tg_user_id=200 + number, name=name, consented_at=MORNING, created_at=MORNING)
            session.add(person)
            await session.flush()
            session.add(Membership(person_id=person.id, group_id=cast.melati.id, role="teacher", since=MORNING))
            await session.flush()
            at = MORNING + timedelta(minutes=number)
            for text in ("Yang pertama.", f"Kata {name}."):
                await reflections.keep(session, person, prompt.id, "group", Note(text), at)
        agus = (await session.scalars(select(Person).where(Person.name == "Agus"))).one()
        await consent.withdraw(session, agus, MORNING)
    await _due(database, FRIDAY)
    (letter,) = await letters(database, SYNTHESIS)
    assert letter.params is not None
    quotes = [line for line in letter.params["text"].splitlines() if line.startswith("   ")]
    assert quotes == ["   “Kata Rini.” (Rini)", "   “Kata Tono.” (Tono)", "   “Kata Wati.” (Wati)"]
    assert "6 refleksi untuk grup" in letter.params["text"]
    assert "Agus" not in letter.params["text"]


async def test_a_question_somebody_replied_to_waits_no_longer(
    database: Database, cast: Cast, begun: Door, prompt: Delivery
) -> None:
    async with database.writing() as session:
        for text in ("Sudah dijawab?", "Belum dijawab?"):
            await questions.ask(session, cast["Budi"], prompt.id, "group", text, MORNING)
        asked = (
            await session.scalars(select(Letter).where(Letter.key.startswith("question:")).order_by(Letter.id))
        ).all()
        for number, one in enumerate(asked):
            one.state, one.result = "delivered", {"message_id": 950 + number, "chat_id": MELATI}
        chat = (await session.scalars(select(GroupChat.id).where(GroupChat.group_id == cast.melati.id))).one()
        session.add(
            Message(
                group_id=cast.melati.id, chat_id=chat, tg_message_id=960, person_id=cast["Sari"].id, kind="text",
                sent_at=MORNING, reply_to=950, text="Coba kelompok", label="consultation", confidence=1, reason="x",
            )
        )  # fmt: skip
    await _due(database, FRIDAY)
    (letter,) = await letters(database, SYNTHESIS)
    assert "Belum dijawab?" in str(letter.params)
    assert "Sudah dijawab?" not in str(letter.params)


async def test_who_is_on_leave_is_no_part_of_the_denominator(
    database: Database, cast: Cast, begun: Door, prompt: Delivery
) -> None:
    async with database.writing() as session:
        await trials.tried(session, cast["Sari"], prompt.id, MORNING)
        day = FRIDAY.date()
        session.add(Leave(person_id=cast["Budi"].id, first_day=day, last_day=day, created_at=MORNING))
    await _due(database, FRIDAY)
    (letter,) = await letters(database, SYNTHESIS)
    assert "1 dari 1 guru" in str(letter.params)


async def test_who_took_their_yes_back_is_not_counted_among_those_who_tried(
    database: Database, cast: Cast, begun: Door, prompt: Delivery
) -> None:
    async with database.writing() as session:
        for name in ("Sari", "Budi"):
            await trials.tried(session, cast[name], prompt.id, MORNING)
        await session.execute(update(Person).where(Person.id == cast["Budi"].id).values(consented_at=None))
    await _due(database, FRIDAY)
    (letter,) = await letters(database, SYNTHESIS)
    assert "1 dari 2 guru" in str(letter.params)


async def test_a_hundred_groups_cost_the_statements_of_one(database: Database, cast: Cast, begun: Door) -> None:
    async def add(number: int) -> None:
        async with database.writing() as session:
            for n in range(number):
                group = Group(title=f"KKG {n}", state="active", zone="Asia/Jakarta", added_at=MORNING)
                session.add(group)
                await session.flush()
                chat = GroupChat(tg_chat_id=-5000 - group.id, group_id=group.id)
                session.add(chat)
                await session.flush()
                session.add(
                    Message(
                        group_id=group.id, chat_id=chat.id, tg_message_id=1, person_id=cast["Budi"].id, kind="link",
                        sent_at=MORNING, text="LKPD", label="resource", confidence=1, reason="x",
                    )
                )  # fmt: skip
                session.add(GroupTurn(group_id=group.id, name="synthesis", next_at=FRIDAY))

    spent = []
    for number in (2, 100):
        async with database.writing() as session:
            await session.execute(update(GroupTurn).values(next_at=FRIDAY + timedelta(weeks=1)))
        await add(number)
        async with database.writing() as session:
            with statements() as seen:
                assert await synthesis.send_due(session, FRIDAY) == number
        spent.append(len(seen))
    assert len(await letters(database, SYNTHESIS)) == 102
    assert spent[0] == spent[1] <= 25


# WhatsApp


async def test_for_whatsapp_there_are_counts_and_nobodys_words_or_name(
    database: Database, cast: Cast, begun: Door, prompt: Delivery
) -> None:
    async with database.writing() as session:
        await _full_week(session, cast, prompt)
    await _due(database, FRIDAY)
    async with database.reading() as session:
        text = await synthesis.plain(session, cast["Sari"], cast.melati.id, MONDAY)
        assert len(text) <= 700
        assert "1 refleksi untuk grup" in text
        assert "1 dari 2 guru" in text
        for private in ("Sari", "Budi", "Ratna", "Kartu bantuan", "Bagaimana"):
            assert private not in text
        with pytest.raises(NotAllowed):
            await synthesis.plain(session, cast["Made"], cast.melati.id, MONDAY)
        with pytest.raises(NeedsConsent):
            await synthesis.plain(session, None, cast.melati.id, MONDAY)
        for group_id, day in ((999, MONDAY), (cast.melati.id, MONDAY - timedelta(weeks=1))):
            with pytest.raises(Gone):
                await synthesis.plain(session, cast["Sari"], group_id, day)


# Exchange


async def _shared(database: Database, cast: Cast, prompt: Delivery, text: str = "Kartu bantuan dipakai.") -> str:
    async with database.writing() as session:
        kept = await reflections.keep(session, cast["Sari"], prompt.id, "group", Note(text), MORNING)
    return f"r{kept.reflection.id}"


async def _in_anggrek(database: Database) -> str:
    return "\n".join(str(one.params) for one in await letters(database, SYNTHESIS, Letter.chat_id == ANGGREK))


@pytest.mark.parametrize(
    "answer, told", [("named", "“Kartu bantuan dipakai.” (Bu Sari)"), ("plain", "“Kartu bantuan dipakai.”"), ("no", "")]
)
async def test_with_its_authors_yes_it_reaches_the_other_groups_once(
    database: Database, cast: Cast, together: Door, prompt: Delivery, answer: str, told: str
) -> None:
    code = await _shared(database, cast, prompt)
    (toast,) = await together.tap(HENDRA, f"passon:{code}")
    assert "Bu Sari" in str(toast.params)
    await _due(database, FRIDAY - timedelta(hours=1))  # Anggrek lies an hour ahead: without an answer nothing is told
    assert "Kartu" not in await _in_anggrek(database)
    (ask,) = await letters(database, Letter.key == f"passon:{code}")
    assert (ask.chat_id, "Kartu bantuan" in str(ask.params)) == (SARI, True)
    together.now = FRIDAY
    await together.tap(SARI, f"passok:{code}:{answer}")
    await _due(database, FRIDAY)
    for weeks in (1, 2):
        await _due(database, FRIDAY + timedelta(weeks=weeks, hours=-1))
        await _due(database, FRIDAY + timedelta(weeks=weeks))
    there = await _in_anggrek(database)
    assert there.count("Dari Kombel Melati") == (0 if answer == "no" else 1)
    assert told in there
    assert ("Sari" in there) is (answer == "named")


async def test_a_yes_can_be_taken_back_and_a_named_one_become_nameless(
    database: Database, cast: Cast, together: Door, prompt: Delivery
) -> None:
    code = await _shared(database, cast, prompt)
    await together.tap(HENDRA, f"passon:{code}")
    (said,) = await together.tap(SARI, f"passok:{code}:named")
    assert data_of(said) == [f"passok:{code}:no"]
    await together.tap(SARI, f"passok:{code}:plain")
    anggrek, since = cast.groups["KKG Anggrek"].id, MORNING - timedelta(days=1)
    async with database.writing() as session:
        found = await exchange.passed_to(session, {anggrek: since, cast.melati.id: since}, FRIDAY, 3)
        assert [(one.group.id, one.author) for one in found[anggrek]] == [(cast.melati.id, None)]
        assert cast.melati.id not in found
        await session.execute(update(reflections.Reflection).values(audience="me"))
        assert await exchange.passed_to(session, {anggrek: since}, FRIDAY, 3) == {}
        await session.execute(update(reflections.Reflection).values(audience="group"))
    await together.tap(SARI, f"passok:{code}:no")
    async with database.reading() as session:
        assert (await session.scalars(select(Share))).all() == []


async def test_a_facilitator_who_passes_on_their_own_words_may_stay_nameless(
    database: Database, cast: Cast, together: Door, prompt: Delivery
) -> None:
    code = await _shared(database, cast, prompt)
    async with database.writing() as session:
        session.add(Membership(person_id=cast["Sari"].id, group_id=cast.melati.id, role="facilitator", since=MORNING))
    await together.tap(SARI, f"passon:{code}")
    await together.tap(SARI, f"passok:{code}:plain")
    async with database.reading() as session:
        anggrek = cast.groups["KKG Anggrek"].id
        found = await exchange.passed_to(session, {anggrek: MORNING - timedelta(days=1)}, FRIDAY, 3)
    assert [one.author for one in found[anggrek]] == [None]


async def test_forged_buttons_pass_nothing_on(database: Database, cast: Cast, together: Door, prompt: Delivery) -> None:
    code = await _shared(database, cast, prompt)
    for user in (SARI, BUDI, MADE, TAMU):
        with pytest.raises(NotAllowed):
            await together.tap(user, f"passon:{code}")
    for data in ("passon:r999", "passon:", "passon:zzz"):
        with pytest.raises(Gone):
            await together.tap(HENDRA, data)
    with pytest.raises(Gone):  # nobody asked
        await together.tap(SARI, f"passok:{code}:named")
    await together.tap(HENDRA, f"passon:{code}")
    with pytest.raises(Refusal):  # once is enough
        await together.tap(HENDRA, f"passon:{code}")
    for user in (HENDRA, BUDI, MADE):
        with pytest.raises(NotYours):
            await together.tap(user, f"passok:{code}:named")
    with pytest.raises(Gone):
        await together.tap(SARI, f"passok:{code}:maybe")
    async with database.reading() as session:
        assert [row.agreed_at for row in await session.scalars(select(Share))] == [None]


async def test_by_a_reply_in_the_group_and_only_to_what_was_shared(
    database: Database, cast: Cast, together: Door, prompt: Delivery
) -> None:
    bot = {"id": 42, "is_bot": True, "first_name": "-"}
    chat = {"id": MELATI, "type": "supergroup", "title": "-"}
    answered = {"message_id": 500, "date": 1, "chat": chat, "from": bot}
    await together.message(SARI, "Murid berani.", MELATI, message_id=600, reply_to_message=answered)
    sari = answered | {"message_id": 600, "from": {"id": SARI, "is_bot": False, "first_name": "-"}}
    with pytest.raises(NotAllowed):
        await together.message(BUDI, "/bagikan", MELATI, reply_to_message=sari)
    (thumb,) = await together.message(HENDRA, "/bagikan", MELATI, reply_to_message=sari)
    assert thumb.method == "setMessageReaction"
    for wrong in ({}, {"reply_to_message": answered}):
        with pytest.raises(Refusal) as no:
            await together.message(HENDRA, "/passon", MELATI, **wrong)
        assert no.value.text_key == "peers.exchange.reply_to_it"
    async with database.reading() as session:
        assert len((await session.scalars(select(Share))).all()) == 1


async def test_where_no_other_group_follows_there_is_nothing_to_pass_on_and_nobody_is_asked(
    database: Database, cast: Cast, begun: Door, prompt: Delivery
) -> None:
    code = await _shared(database, cast, prompt)
    with pytest.raises(Refusal) as alone:
        await begun.tap(HENDRA, f"passon:{code}")
    assert alone.value.text_key == "peers.exchange.alone"
    await _due(database, FRIDAY)
    assert await letters(database, Letter.key.startswith("passon:")) == []


async def test_the_facilitator_is_shown_what_could_be_passed_on_within_their_budget(
    database: Database, cast: Cast, together: Door, prompt: Delivery
) -> None:
    code = await _shared(database, cast, prompt)
    await _due(database, FRIDAY)
    (letter,) = await letters(database, Letter.key.startswith("passon:"))
    assert (letter.chat_id, letter.person_id) == (HENDRA, cast["Hendra"].id)
    assert f"passon:{code}" in str(letter.params)
    async with database.writing() as session:
        spent = (await session.scalars(select(Attention).where(Attention.person_id == cast["Hendra"].id))).one()
        assert (spent.messages, spent.minutes) == (1, 1)
        session.add(
            Attention(person_id=cast["Hendra"].id, week=MONDAY + timedelta(weeks=1), messages=99, minutes=0, refused=0)
        )
        await reflections.keep(session, cast["Sari"], prompt.id, "group", Note("Lagi."), FRIDAY + timedelta(days=3))
    await _due(database, FRIDAY + timedelta(weeks=1))
    assert len(await letters(database, Letter.key.startswith(f"passon:{cast.melati.id}:"))) == 1


async def test_a_piece_of_another_group_opens_once_it_was_passed_on(
    database: Database, cast: Cast, together: Door, prompt: Delivery
) -> None:
    async with database.writing() as session:
        turn = await pieces.begin(session, cast["Sari"], Shown("photo", "f1"), "Kartu pecahan")
        drawer = turn.drawer | {"kind": "medium", "criteria": [], "suggestion": False}
        row, _ = await pieces.publish(session, cast["Sari"], drawer, MORNING)
    await together.tap(HENDRA, f"passon:p{row.id}")
    with pytest.raises(NotAllowed):
        await together.tap(MADE, f"look:{row.id}")
    await together.tap(SARI, f"passok:p{row.id}:plain")
    toast, picture = await together.tap(MADE, f"look:{row.id}", ANGGREK)
    assert toast.method == "answerCallbackQuery"
    assert (picture.method, picture.params["photo"], picture.chat_id) == ("sendPhoto", "f1", MADE)
    assert "Sari" not in words_of(picture)
    with pytest.raises(NotAllowed):
        await together.tap(TAMU, f"look:{row.id}")
    await _due(database, FRIDAY - timedelta(hours=1))
    assert f"look:{row.id}" in await _in_anggrek(database)
    assert "Dari Kombel Melati: media ajar “Kartu pecahan”" in await _in_anggrek(database)


# One message, however much there is


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_fullest_week_fits_into_one_message_and_whatsapp_into_seven_hundred_characters(language: str) -> None:
    long, say = "Ω" * 128, Texts(language)
    group = Group(id=1, title=long)
    people = [Person(id=n, name=f"{n}{long}"[:128], address="ustazah") for n in range(40)]
    week = Week(group, MORNING, FRIDAY, resources=9_999, reflections=9_999, tried=9_999, teachers=9_999, thanks=people)
    for person in people[:10]:
        week.pieces.append((Piece(kind="clip", title=long), person))
        week.questions.append((questions.Question(text=long * 9), person))
        week.talk.waiting.append(Question(1, MORNING, False, person, long * 9, None))
        week.talk.collected.solved.append(long)
    week.talk.asked, week.talk.collected.shared = 9_999, 9_999
    for person in people[:3]:
        week.quotes.append((long * 9, person))
        week.passed.append(exchange.Passed(group, person, reflections.Reflection(text=long * 9), None))
    assert len(synthesis_words.html(week, say)) <= 4_096
    assert len(synthesis_words.plain(week, say)) <= 700
    shared = [Target(person, group, reflection=reflections.Reflection(id=1, text=long * 9)) for person in people[:6]]
    offered = [synthesis_words.to_facilitator(long, shared[:1], say) for _ in range(synthesis.OFFERED)]
    assert len("\n\n".join(words for words, _ in offered)) <= 4_096


async def test_in_private_a_facilitator_reads_where_it_is_done_and_the_menu_names_it(
    cast: Cast, together: Door
) -> None:
    (told,) = await together.message(HENDRA, "/bagikan")
    assert "Di grupnya, balas refleksi atau karya" in words_of(told)
    for stranger in (SARI, TAMU):
        with pytest.raises(NotAllowed):
            await together.message(stranger, "/passon")
    for language, name in (("id", "bagikan"), ("en", "passon")):
        shown = {role: {one["command"] for one in menu.commands_for({role}, language)} for role in Role}
        assert {role for role, names in shown.items() if name in names} == {Role.FACILITATOR}
