"""Papers of a school filled from what is stored: what they say, who is given them, and what never stands there."""

import dataclasses
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from coaching import meetings, rubrics
from coaching.refusals import Gone, NotNow
from community import people, rights
from community.refusals import NotAllowed, Refusal
from content.texts import LANGUAGES, Texts
from reports import papers, person
from reports.papers import desk, letterheads, minutes, month_report, signing
from reports.papers.making import Kind, Made
from reports.papers.minutes import Minutes
from storage import outbox
from storage.database import Database
from storage.letters import Draft
from storage.models import (
    Commitment,
    CycleStep,
    Letter,
    Look,
    MeetingAttendance,
    MeetingPaper,
    Observation,
    ObservationNote,
    ObservationScore,
    Signature,
)
from tests.coaching.cast import begun, wall
from tests.reports import reading_back
from tests.reports.office import COMING, HELD, MINUTES, NOW, SAY, Office, add_photo, busy_month, crowd, office, photo

TYPED = "Faisal Rahman, S.Pd.\nFasilitator KBP\nNIP. 19800101 200501 1 001\nTangerang"
NIP = "198001012005011001"


async def _files(here: Office, made: Made) -> tuple[str, str]:
    """What stands on the PDF and in the DOCX."""
    data, pictures = made.paper.plain(), await here.pictures(made)
    pdf, docx = (papers.draw("office", data, "id", form, pictures) for form in papers.FORMS)
    return reading_back.of_pdf(pdf), reading_back.of_docx(docx)


async def test_an_invitation_is_filled_from_the_meeting_and_says_what_it_lacks(database: Database) -> None:
    async with office(database) as here:
        here.cast.group.zone = "Asia/Makassar"
        made = await here.made("inv", here.coming.id)
        shown, edited = await _files(here, made)
        for words in (
            "Nomor", "Lampiran", "Undangan pertemuan", "Yth. Bapak/Ibu anggota KKG Melati", "Kamis, 3 Desember 2026",
            "14.30 WITA s.d. selesai", "Melihat LKPD yang baru", "Faisal", "Fasilitator,", "27 November 2026",
        ):  # fmt: skip
            assert words in " ".join(shown.split()) and words in " ".join(edited.split()), words
        assert made.missing == ("place", "number", "kop")
        for field, words in (("place", "Aula SDN Melati 2"), ("number", "005/KBP/XI/2026")):
            page, _ = await desk.typed(here.of(here.cast.faisal), desk.subject("inv", here.coming.id), field, words)
            assert words in page
        assert (await here.made("inv", here.coming.id)).missing == ("kop",)
        assert "Aula SDN Melati 2" in (await _files(here, await here.made("att", here.coming.id)))[0], "typed once"


async def test_an_attendance_list_names_who_was_there_and_never_who_was_not(database: Database) -> None:
    async with office(database) as here:
        shown, _ = await _files(here, await here.made("att", here.held.id))
        assert all(name in shown for name in ("Dewi", "Faisal", "Sari", "SDN Melati 2", "Hadir: 3 orang"))
        assert "Hendra" not in shown and "Ratna" not in shown
        before, _ = await _files(here, await here.made("att", here.coming.id))
        assert all(name in before for name in ("Dewi", "Hendra", "Ratna")) and "Tamu" not in before
        alone, _ = await _files(here, await here.made("att", here.coming.id, by=here.cast.kepala))
        assert "Mengetahui" in shown and "Mengetahui" not in alone, "the principal signs once"


@pytest.mark.parametrize("many", [0, 60])
async def test_a_list_of_nobody_and_of_many_with_hard_names(database: Database, many: int) -> None:
    async with office(database) as here:
        if many:
            await crowd(here, many)
        else:
            for who in (here.cast.ratna, here.cast.hendra, here.cast.sari, here.cast.dewi, here.cast.kepala):
                who.consented_at = None
            here.cast.faisal.name = "محمد 🌸"
            await here.session.flush()
        shown, edited = await _files(here, await here.made("att", here.coming.id))
        assert reading_back.words(edited) - reading_back.words(shown) == reading_back.words("")
        numbered = [n for n in range(1, 90) if f"{n}." in shown.split()]
        assert numbered[-1] == (many + 6 + 5 if many else 1 + 5), "and lines for those who are not in the chat"
        assert "🌸" not in shown + edited


async def test_a_list_printed_before_the_meeting_is_signed_on_its_day(database: Database) -> None:
    async with office(database) as here:
        for kind in ("att", "min"):
            shown, _ = await _files(here, await here.made(kind, here.coming.id))
            assert "..., 3 Desember 2026" in shown and "27 November 2026" not in shown, kind


async def test_minutes_are_put_in_order_and_signed_by_who_led_and_who_wrote(database: Database) -> None:
    async with office(database) as here:
        shown, edited = await _files(here, await here.made("min", here.held.id, said=signing.read(TYPED).plain()))
        flat = " ".join(shown.split())
        for words in (
            "Pimpinan : Dewi", "Notulis : Sari", "Peserta : 3 orang", "Keputusan 1. LKPD dipakai bersama",
            "Perbaiki gambar LKPD Sari 1 Desember 2026", "Tempat : Ruang guru SDN Melati 2",
        ):  # fmt: skip
            assert words in flat, words
        assert NIP[:8] not in shown, "the facilitator's number is not put below Sari's name"
        assert reading_back.words(edited) - reading_back.words(shown) == reading_back.words("")
        here.held.minutes = here.held.minutes_by = None
        empty = await here.made("min", here.held.id)
        assert "minutes" in empty.missing and "Pembahasan" in (await _files(here, empty))[0]
        page, rows = await desk.preview(here.of(here.cast.faisal), desk.subject("min", here.held.id))
        assert "notulen; tulis sekarang" in page and f"papask:minutes:min:{here.held.id}:0" in str(rows)
        await desk.typed(here.of(here.cast.faisal), desk.subject("min", here.held.id), "minutes", MINUTES)
        assert here.held.minutes == MINUTES and here.held.minutes_by == here.cast.faisal.id
        _, ahead = await desk.preview(here.of(here.cast.faisal), desk.subject("min", here.coming.id))
        assert "papask:minutes" not in str(ahead), "a meeting that has not begun has none"


async def test_who_signs_no_minutes_is_not_asked_how_and_who_led_signs_as_they_say(database: Database) -> None:
    said = {"name": "Faisal Akbar, M.Pd.", "role": "Fasilitator", "nip": "198001012005011001", "place": "Kediri"}
    async with office(database) as here:
        paper, faisal = desk.subject("min", here.held.id), here.cast.faisal
        words, rows = await desk.preview(here.of(faisal, said), paper)
        assert "papsig" not in str(rows) and "Faisal Akbar" not in words and "Kediri" in words
        assert "papsig" in str((await desk.preview(here.of(faisal), desk.subject("att", here.held.id)))[1])
        here.held.leader_id = faisal.id
        words, rows = await desk.preview(here.of(faisal, said), paper)
        assert "papsig" in str(rows) and "Pimpinan, Faisal Akbar, M.Pd., NIP 19800101 200501 1 001" in words


async def test_what_the_group_did_that_week_stands_below_its_minutes_without_a_name(database: Database) -> None:
    async with office(database) as here:
        await busy_month(here)
        before, _ = await _files(here, await here.made("min", here.held.id))
        assert "Catatan pekan itu" not in before, "no synthesis was sent"
        sent = Draft("sendMessage", {"chat_id": 1, "text": "x"}, 1, key=f"synthesis:{here.cast.group.id}:2026-11-23")
        await outbox.post(here.session, sent, NOW)
        shown, edited = await _files(here, await here.made("min", here.held.id))
        told = " ".join(shown.split()).partition("Catatan pekan itu di grup ")[2]
        assert re.match(r"1\. \d+ pesan berbagi bahan ", told), told[:80]
        assert (
            "Terima kasih sudah belajar" not in shown
            and "Pekan ini di" not in shown
            and "Rahasia" not in shown + edited
        )


@pytest.mark.parametrize(
    "typed, found",
    [
        (None, Minutes()),
        ("Kami bicara.\n\n- Lalu pulang.", Minutes(("Kami bicara.", "Lalu pulang."))),
        ("B. KEPUTUSAN\n1. Setuju", Minutes((), ("Setuju",))),
        ("Tindak lanjut: cek soal - Bu Sari", Minutes((), (), (("cek soal", "Bu Sari", ""),))),
        ("RTL:\nfoto | Budi | Senin", Minutes((), (), (("foto", "Budi", "Senin"),))),
        ("Catatan: hadir semua", Minutes(("Catatan: hadir semua",))),
        ("Decisions:\nYes", Minutes((), ("Yes",))),
        ("ke-2 - apa - siapa", Minutes(("ke-2 - apa - siapa",))),
    ],
)
def test_every_line_of_minutes_goes_somewhere(typed: str | None, found: Minutes) -> None:
    assert minutes.read(typed) == found


async def test_a_month_is_told_in_figures_with_their_doubt_and_in_nobodys_private_words(database: Database) -> None:
    async with office(database) as here:
        await busy_month(here)
        made = await here.made("mon", here.cast.group.id, 202611)
        shown, edited = await _files(here, made)
        flat = " ".join(shown.split())
        for words in (
            "A. Pendahuluan", "Kamis, 26 November 2026", "Guru yang berefleksi 1 dari 2 guru", "yang dikirim 2",
            "Pertemuan berdua yang berlangsung 2", "Dari 40 pesan", "Berbagi sumber belajar 30", "(55–84)",
            "Perbaiki gambar LKPD Sari", "Kusuma",
        ):  # fmt: skip
            assert words in flat, words
        assert "Rahasia" not in shown + edited and "Hendra" not in shown
        assert reading_back.words(edited) - reading_back.words(shown) == reading_back.words("")
        quiet, _ = await _files(here, await here.made("mon", here.cast.group.id, 202610))
        assert "tidak ada pertemuan yang tercatat" in " ".join(quiet.split()) and "B. Pertemuan" in quiet
        assert "E. Penutup" not in quiet and "D. Penutup" in quiet, "letters follow what is there"


@pytest.mark.parametrize("number", [0, 202600, 202613, 199912, 999912, 20261])
def test_a_month_that_is_none(number: int) -> None:
    with pytest.raises(Gone):
        month_report.span(number, "Asia/Jakarta")


def test_a_month_ends_where_the_next_begins_by_the_wall_of_the_group() -> None:
    since, until = month_report.span(202612, "Asia/Jayapura")
    assert (since, until) == (wall("2026-11-30T22:00"), wall("2026-12-31T22:00"))


async def test_photos_go_where_their_meeting_goes(database: Database) -> None:
    async with office(database) as here:
        number = await add_photo(here, here.cast.sari, photo())
        for kind, of, month in (("min", here.held.id, 0), ("mon", here.cast.group.id, 202611)):
            made = await here.made(kind, of, month)
            assert made.paper.pictures == [f"f{number}"] and "photos" not in made.missing
            assert list(await here.pictures(made)) == [f"f{number}"]
        agreed, here.cast.sari.consented_at = here.cast.sari.consented_at, None
        await here.session.flush()
        made = await here.made("min", here.held.id)
        assert made.paper.pictures == [] and "Sari" not in " ".join(
            (await _files(here, made))[0].split("Tindak lanjut")[0]
        )
        here.cast.sari.consented_at = agreed
        await person.forget(here.session, here.cast.sari, NOW)
        assert (await here.made("min", here.held.id)).paper.pictures == []


async def _observed(here: Office) -> Observation:
    """Ratna watched Sari; both have given theirs."""
    cycle = await begun(here.session, here.cast)
    step = await here.session.scalar(select(CycleStep).where(CycleStep.cycle_id == cycle.id))
    assert step is not None
    version = await rubrics.stored(here.session, rubrics.to_watch()[0])
    row = Observation(
        cycle_id=cycle.id, step_id=step.id, rubric_id=version.id, observed_id=here.cast.sari.id,
        observer_id=here.cast.ratna.id, started_at=HELD, observed_done_at=HELD, observer_done_at=HELD, opened_at=HELD,
    )  # fmt: skip
    here.session.add(row)
    await here.session.flush()
    first = rubrics.of(version).criteria[0]
    level = rubrics.of(version).levels[1]
    for who, seen in ((here.cast.sari, "Murid mulai bertanya"), (here.cast.ratna, "Lima murid bertanya")):
        here.session.add(
            ObservationScore(
                observation_id=row.id, person_id=who.id, criterion=first.id, level=level.id, seen=seen, at=HELD
            )
        )
    here.session.add(
        ObservationNote(
            observation_id=row.id, person_id=here.cast.ratna.id, medium="text", text="Kelompok belakang", at=HELD
        )
    )
    here.session.add(
        Commitment(
            cycle_id=cycle.id, step_id=step.id, person_id=here.cast.sari.id, side="coachee",
            text="Memberi waktu berpikir", due_on=COMING.date(), created_at=HELD,
        )
    )  # fmt: skip
    await here.session.flush()
    return row


async def test_an_observation_is_reported_to_the_two_of_it_and_to_nobody_else(database: Database) -> None:
    async with office(database) as here:
        row = await _observed(here)
        for who in (here.cast.sari, here.cast.ratna):
            shown, edited = await _files(here, await here.made("obs", row.id, by=who))
            flat = " ".join(shown.split())
            for words in ("Sari", "Ratna", "Lima murid bertanya", "Murid mulai bertanya", "13.30 Kelompok belakang"):
                assert words in flat and words in " ".join(edited.split()), words
            assert "Memberi waktu berpikir" in flat
        for stranger in (here.cast.faisal, here.cast.kepala, here.cast.tamu, here.cast.dewi):
            with pytest.raises(Gone):
                await here.made("obs", row.id, by=stranger)
        row.opened_at = None
        await here.session.flush()
        with pytest.raises(NotNow):
            await here.made("obs", row.id, by=here.cast.ratna)


@pytest.mark.parametrize("kind", [Kind.INVITATION, Kind.ATTENDANCE, Kind.MINUTES, Kind.MONTH])
async def test_papers_of_a_group_are_made_by_its_facilitator_and_its_principal_alone(
    database: Database, kind: Kind
) -> None:
    async with office(database) as here:
        number, month = (here.cast.group.id, 202611) if kind is Kind.MONTH else (here.held.id, 0)
        for who in (here.cast.faisal, here.cast.kepala):
            await here.made(kind, number, month, by=who)
        for other in (here.cast.sari, here.cast.ratna, here.cast.hendra, here.cast.tamu):
            with pytest.raises(Refusal) as refused:
                await here.made(kind, number, month, by=other)
            assert isinstance(refused.value, NotAllowed | Gone)
            with pytest.raises(Refusal):
                await letterheads.typed(here.session, other, here.cast.group.id, "Kop palsu", SAY, NOW)
            with pytest.raises(Refusal):
                await desk.of_what(here.session, other, kind, here.cast.group.id, SAY, NOW)


@pytest.mark.parametrize(
    "words", ["", "Hanya nama", "Nama\nJabatan\nKota\nLagi", f"N\nJ\nNIP {NIP[1:]}", "N" * 81 + "\nJ"]
)
def test_a_signature_that_is_none(words: str) -> None:
    with pytest.raises(Refusal):
        signing.read(words)


@pytest.mark.parametrize("short", ["123", "NIP 1980", "nip. 19 80"])
def test_a_number_cut_short_is_told_as_that(short: str) -> None:
    with pytest.raises(Refusal) as refused:
        signing.read(f"Hendra\nFasilitator\n{short}\nTangerang")
    assert refused.value.text_key == "papers.sign.nip"
    assert signing.read("Hendra\nKepala SDN 2\nSerpong 2").place == "Serpong 2"


async def test_a_signature_is_for_this_paper_alone_until_somebody_says_otherwise(database: Database) -> None:
    hand = signing.read(TYPED)
    assert (hand.nip, hand.place) == (NIP, "Tangerang") and signing.spelled(NIP) == "NIP 19800101 200501 1 001"
    assert signing.read("Rahman\nGuru") == signing.Hand("Rahman", "Guru")
    async with office(database) as here:
        once, _ = await _files(here, await here.made("inv", here.coming.id, said=hand.plain()))
        assert "Tangerang, 27 November 2026" in once and "NIP 19800101 200501 1 001" in once
        again, _ = await _files(here, await here.made("inv", here.coming.id))
        assert "NIP" not in again and (await here.session.scalars(select(Signature))).all() == []
        await signing.keep(here.session, here.cast.faisal, hand.plain(), NOW)
        for _ in range(2):
            await signing.keep(here.session, here.cast.faisal, hand.plain() | {"role": "Ketua"}, NOW)
        kept, _ = await _files(here, await here.made("inv", here.coming.id))
        assert "NIP 19800101" in kept and "Ketua" in kept
        other, _ = await _files(here, await here.made("inv", here.coming.id, by=here.cast.kepala))
        assert "NIP" not in other, "nobody signs with another's"
        await signing.drop(here.session, here.cast.faisal)
        assert not await signing.is_kept(here.session, here.cast.faisal)


async def test_a_letterhead_is_brought_once_for_all_groups_of_a_school(database: Database) -> None:
    async with office(database) as here:
        group, session = here.cast.group, here.session
        page, _ = await letterheads.page(session, here.cast.faisal, group.id, SAY)
        assert "Belum ada kop" in page
        await letterheads.typed(session, here.cast.faisal, group.id, "SDN MELATI 2\n\nJalan Melati <2>", SAY, NOW)
        made = await here.made("inv", here.coming.id)
        assert made.paper.head.lines == ("SDN MELATI 2", "Jalan Melati <2>") and "kop" not in made.missing
        page, _ = await desk.preview(here.of(here.cast.faisal), desk.subject("inv", here.coming.id))
        assert "Jalan Melati &lt;2&gt;" in page
        other = await session.get(type(group), (await rights_group(here)))
        assert other is not None and (await letterheads.of(session, other)).lines[0] == "SDN MELATI 2"
        for bad in ("", "a\n" * 6, "a" * 91):
            with pytest.raises(Refusal):
                await letterheads.typed(session, here.cast.faisal, group.id, bad, SAY, NOW)
        await letterheads.drop(session, here.cast.kepala, group.id, SAY)
        assert (await letterheads.of(session, group)).lines == ()


async def rights_group(here: Office) -> int:
    """The other group of the school, in which Tamu is."""
    (other,) = await people.groups_of(here.session, here.cast.tamu.id)
    return other.id


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_preview_says_what_the_paper_says_and_fits_into_a_message(database: Database, language: str) -> None:
    async with office(database) as here:
        await crowd(here, 60)
        here.held.minutes = "Pembahasan:\n" + "\n".join(f"{n}. Baris <b>yang</b> panjang sekali {n}" for n in range(70))
        for kind, number, month in (("inv", here.held.id, 0), ("att", here.coming.id, 0), ("min", here.held.id, 0),
                                    ("mon", here.cast.group.id, 202611)):  # fmt: skip
            one = here.of(here.cast.faisal, language=language)
            page, rows = await desk.preview(one, desk.subject(kind, number, month))
            assert len(page) < 4000 and "<b>yang" not in page
            assert len(rows) >= 5 and "papget" in str(rows)
        assert (
            (Texts(language)("papers.preview.more", n=54).split()[-1])
            in (await desk.preview(here.of(here.cast.faisal, language=language), desk.subject("att", here.coming.id)))[
                0
            ]
        )


async def test_files_go_to_who_asked_under_a_key_by_which_they_are_found_again(database: Database) -> None:
    async with office(database) as here:
        one = here.of(here.cast.faisal)
        both = await desk.letters(one, desk.subject("min", here.held.id), "both")
        assert [draft.params["document"]["paper"]["name"] for draft in both] == [
            "Notulen-26-November-2026.pdf", "Notulen-26-November-2026.docx",
        ]  # fmt: skip
        (alone,) = await desk.letters(one, desk.subject("min", here.held.id), "docx")
        lines = [(row.kind, row.reader_id, row.group_id) for row in await here.session.scalars(select(Look))]
        assert lines == [("paper", here.cast.faisal.id, here.cast.group.id)] * 2, "each time it is handed out"
        assert alone.params["document"]["paper"]["form"] == "docx" and alone.chat_id == here.cast.faisal.tg_user_id
        here.cast.sari.name = "Bu Sari"  # on the paper without the form of address
        for draft in both:
            await outbox.post(here.session, draft, NOW)
        await here.session.flush()
        await person.forget(here.session, here.cast.sari, NOW)
        left = (await here.session.scalars(select(Letter).where(Letter.key.startswith("paper:")))).all()
        assert len(left) == 2 and all(row.params is None and row.state == "dropped" for row in left)


async def test_what_was_typed_is_bounded_and_written_by_who_may(database: Database) -> None:
    async with office(database) as here:
        one, subject = here.of(here.cast.faisal), desk.subject("inv", here.coming.id)
        for words in ("", " ", "x" * 121):
            with pytest.raises(Refusal):
                await desk.typed(one, subject, "place", words)
        for field in ("minutes", "person_id", "state"):
            with pytest.raises(Gone):
                await desk.typed(one, subject, field, "x")
        with pytest.raises(NotAllowed):
            await desk.typed(dataclasses.replace(one, person=here.cast.sari), subject, "place", "Kebun")
        with pytest.raises(Gone):
            desk.subject("ijazah", 1)
        count = await here.session.scalar(select(func.count()).select_from(MeetingPaper))
        assert count == 1, "nothing was kept of all that"


async def test_the_same_word_from_the_meeting_and_from_the_paper_is_one_word(database: Database) -> None:
    """Whoever ticks and writes on the meeting's page has typed it for the paper, too."""
    async with office(database) as here:
        await meetings.write(here.session, here.cast.faisal, here.coming.id, "agenda", "Satu hal", NOW)
        await meetings.tick(here.session, here.cast.faisal, here.held.id, here.cast.hendra.id, NOW)
        assert "Satu hal" in (await _files(here, await here.made("inv", here.coming.id)))[0]
        shown, _ = await _files(here, await here.made("att", here.held.id, now=NOW + timedelta(hours=1)))
        assert "Hendra" in shown and "Hadir: 4 orang" in shown
        ticked = await here.session.scalar(select(func.count()).select_from(MeetingAttendance))
        assert ticked == 4


def test_every_paper_has_its_words() -> None:
    assert rights.ALLOWED[rights.Action.MAKE_PAPERS]
    for language in LANGUAGES:
        say: Any = Texts(language)
        for kind in Kind:
            assert say.plain(f"papers.button.{kind}") and say.plain(
                f"papers.file.{kind}", day="x", month="x", period="x"
            )
