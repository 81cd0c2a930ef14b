"""Worksheets: open on school days and then in grace, read by who is named, answered once; signs and evidence."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from community import calendar
from community.notes import Note
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from content.lessons import Worksheet
from content.texts import Texts
from learning import belongings, checks, evidence, hand_ins, worksheets
from learning.refusals import Gone, NotYours
from learning.sent import Sent
from reports import digest
from reports.digest_words import letter_html
from storage.database import Database
from storage.letters import Draft
from storage.models import CalendarDay, Delivery, Enrolment, Evidence, HandIn, Letter, Membership, Person, Trial
from tests.content.sample import sample
from tests.learning.conftest import MORNING, Cast, data_of, letters, words_of
from tests.learning.means import BUDI, GROUP, HENDRA, MADE, NOBODY, RATNA, SARI, TAMU, MeansDoor, prompt_of, rows

SAY = Texts("id")
FILE = {"file_id": "F-1", "file_unique_id": "u", "file_size": 2000}
PHOTO = {"photo": [FILE | {"width": 90, "height": 60}, FILE | {"file_id": "F-2", "width": 900, "height": 600}]}
VOICE = {"voice": FILE | {"duration": 7}}
DOCUMENT = {"document": FILE | {"file_name": "catatan.pdf"}}
VIDEO = {"video": FILE | {"duration": 7, "width": 9, "height": 9}}


def noon(day: int) -> datetime:
    """Twelve o'clock in Jakarta on that day of July 2026; the prompt comes on Wednesday the 22nd."""
    return datetime(2026, 7, day, 5, 0, tzinfo=UTC)


@pytest.fixture
async def lesson(database: Database, cast: Cast) -> Delivery:
    """Its worksheet is open for two school days, then a day in grace: until Friday, and Monday."""
    return await prompt_of(database, cast)


@pytest.fixture
async def talk(database: Database, lesson: Delivery) -> MeansDoor:
    return MeansDoor(database)


async def _hands_in(talk: MeansDoor, lesson: Delivery, text: str | None = "Murid menulis.", **file: Any) -> Draft:
    await talk.tap(SARI, f"sheet:{lesson.id}", GROUP)
    (said,) = await talk.message(SARI, text, **file)
    return said


async def test_items_reader_and_last_day_are_told_before_anything_is_sent(talk: MeansDoor, lesson: Delivery) -> None:
    toast, sheet = await talk.tap(SARI, f"sheet:{lesson.id}", GROUP)
    assert toast.params["text"] == "Saya tulis di chat pribadi."
    said = words_of(sheet)
    assert "1. Apa soalnya?\n2. Apa jawabnya?" in said
    assert "Yang membaca: <b>Bu Ratna, kepala sekolah</b>." in said and "Terbuka sampai Jumat, 24 Jul." in said
    assert "Soalnya satu." not in said, "the worked answer comes after the hand-in"


@pytest.mark.parametrize(
    "text, file, medium, file_id, seconds",
    [
        ("Murid menulis.", {}, "text", None, None), (None, PHOTO | {"caption": "Papan"}, "photo", "F-2", None),
        (None, VOICE, "voice", "F-1", 7), (None, DOCUMENT, "document", "F-1", None),
    ],
)  # fmt: skip
async def test_one_message_is_the_hand_in_and_the_worked_answer_follows(
    database: Database, talk: MeansDoor, lesson: Delivery, text: str | None, file: dict[str, Any], medium: str,
    file_id: str | None, seconds: int | None,
) -> None:  # fmt: skip
    said = await _hands_in(talk, lesson, text, **file)
    assert "Yang membaca: <b>Bu Ratna, kepala sekolah</b>" in words_of(said) and "Soalnya satu." in words_of(said)
    (kept,) = await rows(database, HandIn)
    assert (kept.medium, kept.file_id, kept.late, kept.answered_at) == (medium, file_id, False, None)
    assert kept.seconds == seconds
    assert kept.text == (text or file.get("caption"))
    assert kept.handed_at == talk.now


async def test_a_film_is_no_hand_in_and_the_question_stays_open(
    database: Database, talk: MeansDoor, lesson: Delivery
) -> None:
    assert "tulisan, foto, berkas, atau suara" in words_of(await _hands_in(talk, lesson, None, **VIDEO))
    assert await rows(database, HandIn) == []
    await talk.message(SARI, "Murid menulis.")
    assert len(await rows(database, HandIn)) == 1


async def test_until_it_is_answered_the_new_one_replaces_the_old(
    database: Database, talk: MeansDoor, lesson: Delivery
) -> None:
    await _hands_in(talk, lesson, "Yang pertama")
    talk.now += timedelta(hours=2)
    said = await _hands_in(talk, lesson, None, **PHOTO)
    assert "menggantikan yang lama" in words_of(said)
    (kept,) = await rows(database, HandIn)
    assert (kept.medium, kept.text, kept.handed_at) == ("photo", None, talk.now)


async def test_of_an_album_one_is_kept_and_it_is_said(database: Database, talk: MeansDoor, lesson: Delivery) -> None:
    said = await _hands_in(talk, lesson, None, media_group_id="A", **PHOTO)
    assert "yang tersimpan satu" in words_of(said)
    assert await talk.message(SARI, None, media_group_id="A", **PHOTO) == []
    assert len(await rows(database, HandIn)) == 1


@pytest.mark.parametrize("day, late", [(22, False), (24, False), (25, True), (27, True)])
async def test_in_grace_it_is_late_for_us_alone(
    database: Database, talk: MeansDoor, lesson: Delivery, day: int, late: bool
) -> None:
    talk.now = noon(day)
    _, sheet = await talk.tap(SARI, f"sheet:{lesson.id}", SARI)
    told = "Masih saya terima sampai Senin, 27 Jul." if late else "Terbuka sampai Jumat, 24 Jul."
    assert told in words_of(sheet) and "terlambat" not in words_of(sheet).lower()
    (said,) = await talk.message(SARI, "Murid menulis.")
    assert "terlambat" not in words_of(said).lower()
    (kept,) = await rows(database, HandIn)
    assert kept.late is late


async def test_after_grace_it_is_kindly_closed_and_refleksi_offered(
    database: Database, talk: MeansDoor, lesson: Delivery
) -> None:
    talk.now = datetime(2026, 7, 27, 16, 59, tzinfo=UTC)  # a minute before midnight
    await talk.tap(SARI, f"sheet:{lesson.id}", SARI)
    talk.now = datetime(2026, 7, 27, 17, 1, tzinfo=UTC)  # a minute after midnight
    (said,) = await talk.message(SARI, "Murid menulis.")
    assert "ditutup pada Senin, 27 Jul" in words_of(said) and data_of(said) == [f"refl:{lesson.id}"]
    _, sheet = await talk.tap(SARI, f"sheet:{lesson.id}", SARI)
    assert data_of(sheet) == [f"refl:{lesson.id}"] and "Apa soalnya?" in words_of(sheet)
    assert await rows(database, HandIn) == []


async def test_days_off_move_the_last_day(database: Database, cast: Cast, lesson: Delivery) -> None:
    async with database.writing() as session:
        closed = {"scope": "school", "kind": "closed", "label": "Ulang tahun sekolah", "created_at": MORNING}
        days = {"first_day": date(2026, 7, 23), "last_day": date(2026, 7, 24)}
        session.add(CalendarDay(school_id=cast.melati.school_id, **days, **closed))
    _, sheet = await MeansDoor(database).tap(SARI, f"sheet:{lesson.id}", SARI)
    assert "Terbuka sampai Selasa, 28 Jul." in words_of(sheet)


async def test_a_worksheet_at_the_end_of_a_pack_stays_open_after_the_programme_ended(
    database: Database, talk: MeansDoor, lesson: Delivery
) -> None:
    async with database.writing() as session:
        await session.execute(update(Enrolment).values(next_at=None, finished_at=MORNING))
    talk.now = noon(24)
    await _hands_in(talk, lesson)
    assert len(await rows(database, HandIn)) == 1


async def test_without_a_coach_nobody_is_named_as_reader(database: Database, talk: MeansDoor, lesson: Delivery) -> None:
    async with database.writing() as session:
        await session.execute(update(Membership).where(Membership.role == Role.COACH).values(until=MORNING))
    assert "yang membaca hanya Bapak/Ibu sendiri" in words_of(await _hands_in(talk, lesson))


@settings(max_examples=40, derandomize=True, deadline=None)
@given(
    start=st.dates(date(2026, 1, 1), date(2027, 12, 31)), days=st.integers(1, 30), grace=st.integers(0, 30),
    week=st.sampled_from([calendar.FIVE_DAYS, calendar.SIX_DAYS, calendar.FIVE_DAYS_FRIDAY_OFF]),
)  # fmt: skip
def test_a_window_ends_on_school_days_that_many_ahead(start: date, days: int, grace: int, week: str) -> None:
    days_of = calendar.of(week)
    closes, last = worksheets.window(start, Worksheet(2, days, grace), days_of)
    assert days_of.is_open(closes) and days_of.is_open(last) and start < closes <= last
    assert days_of.working_days_between(start + timedelta(days=1), closes) == days
    assert days_of.working_days_between(closes + timedelta(days=1), last) == grace


async def _waits(database: Database, name: str, cast: Cast, now: datetime) -> Sequence[hand_ins.Waiting]:
    async with database.reading() as session:
        reader = await session.get_one(Person, cast[name].id)
        return await hand_ins.readable_by(session, reader, cast.melati, now, answered_since=now)


async def test_who_accompanies_sees_what_waits_and_for_how_many_school_days(
    database: Database, cast: Cast, talk: MeansDoor, lesson: Delivery
) -> None:
    await _hands_in(talk, lesson)
    talk.now = noon(23)
    await talk.tap(BUDI, f"sheet:{lesson.id}", BUDI)
    await talk.message(BUDI, "Murid membaca.")
    found = await _waits(database, "Ratna", cast, noon(27))
    assert [(one.row.person_id, one.days, one.title) for one in found] == [
        (cast["Sari"].id, 3, "Catatan"), (cast["Budi"].id, 2, "Catatan"),
    ]  # fmt: skip
    for stranger in ("Hendra", "Made", "Dewi", "Sari"):
        assert await _waits(database, stranger, cast, noon(27)) == []
    async with database.writing() as session:
        coach = await session.get_one(Person, cast["Ratna"].id)
        (told,) = await digest.asked(session, coach, noon(27))
    assert "• Bu Sari · Catatan, 3 hari sekolah\n• Budi · Catatan, 2 hari sekolah" in letter_html(told, SAY)
    assert not told.is_empty


async def test_what_was_handed_in_before_somebody_came_is_not_theirs_to_read(
    database: Database, cast: Cast, talk: MeansDoor, lesson: Delivery
) -> None:
    await _hands_in(talk, lesson)
    async with database.writing() as session:
        late = {"group_id": cast.melati.id, "role": "coach", "since": MORNING + timedelta(hours=1)}
        session.add(Membership(person_id=cast["Hendra"].id, **late))
    assert await _waits(database, "Hendra", cast, noon(24)) == []
    (kept,) = await rows(database, HandIn)
    with pytest.raises(NotAllowed):
        await talk.tap(HENDRA, f"wsans:{kept.id}", HENDRA)


async def test_who_withdrew_is_not_shown(database: Database, cast: Cast, talk: MeansDoor, lesson: Delivery) -> None:
    await _hands_in(talk, lesson)
    async with database.writing() as session:
        await session.execute(update(Person).where(Person.id == cast["Sari"].id).values(consented_at=None))
    assert await _waits(database, "Ratna", cast, noon(24)) == []
    with pytest.raises(Gone):
        await talk.tap(RATNA, f"wsans:{(await rows(database, HandIn))[0].id}", RATNA)


@pytest.mark.parametrize("who, refusal", [(BUDI, NotAllowed), (SARI, NotAllowed), (MADE, NotAllowed),
                                          (TAMU, NotAllowed), (NOBODY, NeedsConsent)])  # fmt: skip
async def test_nobody_else_opens_a_hand_in(
    database: Database, talk: MeansDoor, lesson: Delivery, who: int, refusal: type[Refusal]
) -> None:
    await _hands_in(talk, lesson)
    with pytest.raises(refusal):
        await talk.tap(who, f"wsans:{(await rows(database, HandIn))[0].id}", who)


async def test_the_answer_reaches_the_teacher_once(
    database: Database, cast: Cast, talk: MeansDoor, lesson: Delivery
) -> None:
    await _hands_in(talk, lesson, None, **PHOTO)
    (kept,) = await rows(database, HandIn)
    talk.now = noon(23)
    shown, ask = await talk.tap(RATNA, f"wsans:{kept.id}", RATNA)
    assert (shown.method, shown.params["photo"], shown.chat_id) == ("sendPhoto", "F-2", RATNA)
    assert "Bu Sari" in words_of(ask)
    (told,) = await talk.message(RATNA, "Bagus, lanjutkan besok.")
    assert words_of(told) == "Tanggapan sudah saya sampaikan kepada Bu Sari."
    (answer,) = await letters(database, Letter.key.startswith("wsanswer:"))
    assert answer.chat_id == SARI and "“Bagus, lanjutkan besok.”" in (answer.params or {})["text"]
    (kept,) = await rows(database, HandIn)
    assert (kept.answered_by, kept.answered_at, kept.answer) == (cast["Ratna"].id, noon(23), "Bagus, lanjutkan besok.")
    (shown,) = await talk.tap(RATNA, f"wsans:{kept.id}", RATNA)  # it may be read again, and nothing is asked
    assert shown.params["photo"] == "F-2" and "sudah ditanggapi" in words_of(shown)
    with pytest.raises(Refusal) as twice:
        async with database.writing() as session:
            ratna = await session.get_one(Person, cast["Ratna"].id)
            await hand_ins.answer(session, ratna, kept.id, Note("Lagi"), SAY, noon(23))
    assert twice.value.text_key == "means.sheet_answer.already"
    assert await _waits(database, "Ratna", cast, noon(24)) == []
    _, sheet = await talk.tap(SARI, f"sheet:{lesson.id}", SARI)
    assert "Tanggapan <b>Bu Ratna</b>" in words_of(sheet) and "Bagus, lanjutkan besok." in words_of(sheet)
    with pytest.raises(Refusal):
        async with database.writing() as session:
            sari = await session.get_one(Person, cast["Sari"].id)
            await worksheets.hand_in(session, sari, lesson.id, Sent("text", "Lagi"), noon(23))


@pytest.mark.parametrize("words, voice", [("Bagus.", {}), (None, VOICE)])
async def test_an_answer_to_who_cannot_be_reached_waits_at_the_worksheet(
    database: Database, cast: Cast, talk: MeansDoor, lesson: Delivery, words: str | None, voice: dict[str, Any]
) -> None:
    await _hands_in(talk, lesson)
    async with database.writing() as session:
        await session.execute(update(Person).where(Person.id == cast["Sari"].id).values(reachable=False))
    await talk.tap(RATNA, f"wsans:{(await rows(database, HandIn))[0].id}", RATNA)
    (told,) = await talk.message(RATNA, words, **voice)
    assert "tersimpan" in words_of(told)
    assert await letters(database, Letter.key.startswith("wsanswer:")) == []
    _, *sheet = await talk.tap(SARI, f"sheet:{lesson.id}", SARI)
    assert [one.method for one in sheet] == ["sendMessage", *(["sendVoice"] if voice else [])]
    assert any("Tanggapan <b>Bu Ratna</b>" in words_of(one) for one in sheet)


async def test_a_voice_answer_comes_as_a_voice_and_is_heard_again_at_the_worksheet(
    database: Database, talk: MeansDoor, lesson: Delivery
) -> None:
    await _hands_in(talk, lesson)
    await talk.tap(RATNA, f"wsans:{(await rows(database, HandIn))[0].id}", RATNA)
    await talk.message(RATNA, None, **VOICE)
    (answer,) = await letters(database, Letter.key.startswith("wsanswer:"))
    assert (answer.method, (answer.params or {})["voice"]) == ("sendVoice", "F-1")
    (kept,) = await rows(database, HandIn)
    assert (kept.answer, kept.answer_file_id, kept.answer_seconds) == (None, "F-1", 7)
    for _ in range(2):
        _, sheet, heard = await talk.tap(SARI, f"sheet:{lesson.id}", SARI)
        assert "Tanggapan <b>Bu Ratna</b> berupa pesan suara" in words_of(sheet) and "Soalnya satu." in words_of(sheet)
        assert (heard.method, heard.params["voice"], heard.chat_id) == ("sendVoice", "F-1", SARI)
    (by_link, again) = await talk.message(SARI, f"/start w{lesson.id}")
    assert by_link.params["text"] == sheet.params["text"] and again.params["voice"] == "F-1"
    assert len(await letters(database, Letter.key.startswith("wsanswer:"))) == 4, "each has a key of its own"


async def test_words_under_a_voice_answer_are_read_with_it(
    database: Database, talk: MeansDoor, lesson: Delivery
) -> None:
    await _hands_in(talk, lesson)
    await talk.tap(RATNA, f"wsans:{(await rows(database, HandIn))[0].id}", RATNA)
    await talk.message(RATNA, None, **VOICE, caption="Dua hal")
    _, _, heard = await talk.tap(SARI, f"sheet:{lesson.id}", SARI)
    assert "“Dua hal”" in words_of(heard)


async def test_an_answer_that_was_deleted_is_not_told_as_a_voice(
    database: Database, cast: Cast, talk: MeansDoor, lesson: Delivery
) -> None:
    await _hands_in(talk, lesson)
    await talk.tap(RATNA, f"wsans:{(await rows(database, HandIn))[0].id}", RATNA)
    await talk.message(RATNA, None, **VOICE)
    await talk.tap(SARI, f"sheet:{lesson.id}", SARI)
    async with database.writing() as session:
        await belongings.forget(session, await session.get_one(Person, cast["Ratna"].id), noon(24))
    (kept,) = await rows(database, HandIn)
    assert (kept.answered_by, kept.answer_file_id, kept.answer_seconds) == (None, None, None)
    carried = await letters(database, Letter.key.startswith("wsanswer:"))
    assert [(one.params, one.state) for one in carried] == [(None, "dropped")] * 2
    _, sheet = await talk.tap(SARI, f"sheet:{lesson.id}", SARI)
    assert "suara" not in words_of(sheet) and "sudah ditanggapi" in words_of(sheet)


async def test_the_copies_hold_the_voices_of_both(
    database: Database, cast: Cast, talk: MeansDoor, lesson: Delivery
) -> None:
    await _hands_in(talk, lesson, None, **VOICE)
    await talk.tap(RATNA, f"wsans:{(await rows(database, HandIn))[0].id}", RATNA)
    await talk.message(RATNA, None, voice=FILE | {"file_id": "F-9", "duration": 11})
    async with database.reading() as session:
        hers = (await belongings.copy_of(session, cast["Sari"]))["worksheets"]
        coachs = (await belongings.copy_of(session, cast["Ratna"]))["worksheets_answered"]
    kept = {"medium": "voice", "file_id": "F-1", "seconds": 7, "answer_file_id": "F-9", "answer_seconds": 11}
    assert [kept.items() <= one.items() for one in hers] == [True]
    given = {"answered_at": MORNING.isoformat(), "answer": None, "answer_file_id": "F-9", "answer_seconds": 11}
    assert coachs == [given]


async def test_signs_are_ticked_in_place(database: Database, talk: MeansDoor, lesson: Delivery) -> None:
    _, after = await talk.tap(SARI, f"tried:{lesson.id}", GROUP)
    first, second = f"check:{lesson.id}:0", f"check:{lesson.id}:1"
    assert data_of(after) == [first, second, f"pupils:{lesson.id}", f"evid:{lesson.id}", "skip"]
    assert "Ketuk tandanya" in words_of(after)
    (ticked,) = await talk.tap(SARI, second, SARI)
    assert ticked.method == "editMessageReplyMarkup" and data_of(ticked) == data_of(after)
    labels = [row[0]["text"] for row in ticked.params["reply_markup"]["inline_keyboard"][:2]]
    assert labels == ["☐ Murid menulis", "☑ Murid membaca"]
    await talk.tap(SARI, first, SARI)
    (trial,) = await rows(database, Trial)
    assert trial.checks == "0,1"
    for data in (first, second):
        await talk.tap(SARI, data, SARI)
    (trial,) = await rows(database, Trial)
    assert trial.checks is None
    _, again = await talk.tap(SARI, f"tried:{lesson.id}", GROUP)
    assert data_of(again) == data_of(after), "tapped once more, the signs may still change"


@pytest.mark.parametrize("data", ["check:{0}:2", "check:{0}:0"])
async def test_a_sign_needs_a_trial_and_must_exist(talk: MeansDoor, lesson: Delivery, data: str) -> None:
    if data.endswith("2"):
        await talk.tap(SARI, f"tried:{lesson.id}", GROUP)
    with pytest.raises(Gone):
        await talk.tap(SARI, data.format(lesson.id), SARI)


@pytest.mark.parametrize("stored, seen", [(None, set()), ("", set()), ("0,2", {0, 2}), ("x,1,", {1})])
def test_signs_are_stored_by_number(stored: str | None, seen: set[int]) -> None:
    assert checks.numbers(stored) == seen


@pytest.mark.parametrize(
    "text, file, medium",
    [
        (None, PHOTO, "photo"), (None, VIDEO, "video"), (None, VOICE, "voice"), (None, DOCUMENT, "document"),
        ("Ini: https://contoh.sch.id/karya", {}, "link"),
    ],
)  # fmt: skip
async def test_evidence_is_kept_for_its_teacher_alone(
    database: Database, cast: Cast, talk: MeansDoor, lesson: Delivery, text: str | None, file: dict[str, Any],
    medium: str,
) -> None:  # fmt: skip
    (ask,) = await talk.tap(SARI, f"evid:{lesson.id}", SARI)
    assert "Wajah dan nama murid tidak ikut" in words_of(ask) and "hanya Bapak/Ibu sendiri" in words_of(ask)
    (kept,) = await talk.message(SARI, text, **file)
    assert "ada 1" in words_of(kept)
    (row,) = await rows(database, Evidence)
    assert (row.medium, row.person_id) == (medium, cast["Sari"].id)
    (again,) = await talk.tap(SARI, f"evsee:{lesson.id}", SARI)
    assert data_of(again) == [f"evdel:{row.id}"]
    for who, refusal in ((BUDI, NotYours), (NOBODY, NeedsConsent)):
        with pytest.raises(refusal):
            await talk.tap(who, f"evdel:{row.id}", who)
    words, gone = await talk.tap(SARI, f"evdel:{row.id}", SARI)
    assert "dihapus" in words_of(words) and gone.method == "deleteMessage"
    assert await rows(database, Evidence) == []
    (none,) = await talk.tap(SARI, f"evsee:{lesson.id}", SARI)
    assert "Belum ada bukti" in words_of(none)


async def test_words_without_a_link_are_no_evidence(database: Database, talk: MeansDoor, lesson: Delivery) -> None:
    await talk.tap(SARI, f"evid:{lesson.id}", SARI)
    (said,) = await talk.message(SARI, "Sudah saya coba, Pak.")
    assert "https://" in words_of(said) and await rows(database, Evidence) == []
    await talk.message(SARI, None, **PHOTO)
    assert len(await rows(database, Evidence)) == 1


async def test_evidence_has_an_end(database: Database, cast: Cast, lesson: Delivery) -> None:
    async with database.writing() as session:
        sari = await session.get_one(Person, cast["Sari"].id)
        for number in range(evidence.MOST):
            n = await evidence.keep(session, sari, lesson.id, Sent("photo", None, f"F{number}"), MORNING)
        assert n == evidence.MOST
        with pytest.raises(Refusal):
            await evidence.keep(session, sari, lesson.id, Sent("photo", None, "F"), MORNING)


async def test_a_lesson_without_them_has_no_sheet(database: Database, cast: Cast) -> None:
    plain = await prompt_of(database, cast, 1, pack=sample())
    for data in ("sheet", "quiz", "choose"):
        with pytest.raises(Gone):
            await MeansDoor(database).tap(SARI, f"{data}:{plain.id}", SARI)
