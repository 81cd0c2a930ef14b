"""A group's members from a sheet: every mistake at its cell, nothing half imported, the same sheet twice is once."""

import io
import threading
import zipfile
from collections import Counter
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from community import members, people, roster_sheet, roster_talk, twins
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from community.roster_sheet import Line
from content.texts import Texts
from storage import post_office
from storage.database import Database, Session
from storage.letters import MOST_FETCHED, Upload
from storage.models import Attachment, Group, Membership, Person, Posting, School
from tests.community.cast import NOW, a_group, somebody

SAY, ENGLISH = Texts("id"), Texts("en")
HEADER = ["nama", "peran", "sekolah", "gugus", "kelas", "zona"]
KNOWN = "guru, fasilitator, coach, mentor, pengampu, kepala sekolah, Dinas"


def xlsx(*rows: list[Any], title: str = "Anggota") -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for row in rows:
        page.append(row)
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def csv(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def problems(content: bytes) -> list[str]:
    return roster_sheet.read(content, SAY).problems


@pytest.mark.parametrize(
    "content",
    [
        xlsx(HEADER, ["Sari", "guru", "SDN Melati 2", "Melati", 4, "WIB"]),
        xlsx(["Daftar Guru SDN Melati 2"], [], HEADER, ["  Sari ", "GURU", "SDN  Melati 2", "Melati", "4", "wib"]),
        xlsx(["NAMA GURU", "Peran ", "Asal Sekolah", "gugus", "KELAS", "Zona Waktu"],
             ["Sari", "", "SDN Melati 2", "Melati", 4.0, "Asia/Jakarta"], title="Sheet1"),
        xlsx(["Name", "Role", "School", "Cluster", "Grade", "Time zone"],
             ["Sari", "teacher", "SDN Melati 2", "Melati", "4", "Jakarta"]),
        csv("nama,peran,sekolah,gugus,kelas,zona", "Sari,guru,SDN Melati 2,Melati,4,WIB"),
        b"\xef\xbb\xbf" + csv("Nama;Peran;Sekolah;Gugus;Kelas;Zona", "Sari;Guru;SDN Melati 2;Melati;4;WIB"),
        csv("zona\tkelas\tgugus\tsekolah\tperan\tnama", "WIB\t4\tMelati\tSDN Melati 2\tguru\tSari"),
    ],
)  # fmt: skip
def test_a_sheet_is_understood_as_people_write_it(content: bytes) -> None:
    read = roster_sheet.read(content, SAY)
    assert read.problems == []
    found = [line._replace(row=0) for line in read.lines]
    assert found == [Line(0, "Sari", (Role.TEACHER,), "SDN Melati 2", "Melati", "4", "Asia/Jakarta")]


def test_names_alone_are_enough_and_other_columns_are_neither_read_nor_kept() -> None:
    read = roster_sheet.read(
        xlsx(["No", "Nama", "NIP"], [1, "Sari", "19800101"], [2, None, None], [3, "Budi", ""]), SAY
    )
    assert ([line.name for line in read.lines], read.unused) == (["Sari", "Budi"], ["No", "NIP"])


def test_the_empty_sheets_of_a_new_workbook_are_passed_over() -> None:
    book = load_workbook(io.BytesIO(xlsx(["Nama"], ["Sari"], title="Sheet1")))
    book.create_sheet("Sheet2")
    book.create_sheet("Sheet3")
    into = io.BytesIO()
    book.save(into)
    assert [line.name for line in roster_sheet.read(into.getvalue(), SAY).lines] == ["Sari"]


@pytest.mark.parametrize(
    "written, roles",
    [
        ("", (Role.TEACHER,)), ("Kepala  Sekolah", (Role.PRINCIPAL,)), ("kepsek", (Role.PRINCIPAL,)),
        ("coach, kepala sekolah", (Role.COACH, Role.PRINCIPAL)), ("Coach & Guru", (Role.COACH, Role.TEACHER)),
        ("mentor dan pengampu", (Role.MENTOR, Role.COURSE_FACILITATOR)), ("guru, guru", (Role.TEACHER,)),
    ],
)  # fmt: skip
def test_a_role_is_understood_in_a_cell_alone_or_with_another(written: str, roles: tuple[Role, ...]) -> None:
    assert roster_sheet.read(xlsx(HEADER, ["Sari", written]), SAY).lines[0].roles == roles


def test_every_mistake_is_named_by_its_cell_and_all_at_once() -> None:
    sheet = xlsx(
        HEADER,
        ["Sari", "gurru", "SDN Melati 2"],
        [None, "guru"],
        ["Budi", "guru", "", "", "4", "WIBB"],
        ["Budi", "guru", "@sum", "", "x" * 33],
        ["Rini", "guru"],
        [" rini ", "coach"],
        ["x" * 129],
    )
    assert problems(sheet) == [
        f"B2: peran ‘gurru’ tidak dikenal; yang dikenal: {KNOWN}",
        "A3: namanya belum diisi",
        "F4: zona ‘WIBB’ tidak dikenal; yang dikenal: WIB, WITA, WIT",
        "C5: isi sel ini rumus; ketik isinya saja",
        "E5: lebih dari 32 huruf",
        "A7: nama ini sudah ada di baris 6; dua peran ditulis dalam satu sel, dipisah koma",
        "A8: lebih dari 128 huruf",
    ]


def test_a_formula_in_a_name_is_a_mistake_and_is_not_evaluated() -> None:
    assert problems(csv("nama,kelas", "=1+1,4", "+62812,4", "Sari,=cmd|' /c calc'!A0")) == [
        "A2: isi sel ini rumus; ketik isinya saja",
        "A3: isi sel ini rumus; ketik isinya saja",
        "B4: isi sel ini rumus; ketik isinya saja",
    ]


def test_a_grade_that_a_sheet_made_a_date_is_named() -> None:
    assert problems(xlsx(HEADER, ["Sari", "", "", "", date(2026, 5, 4)])) == [
        "E2: isi sel ini berubah menjadi tanggal; ubah selnya menjadi teks, lalu ketik ulang"
    ]


def test_a_sheet_without_names_says_which_headers_it_knows() -> None:
    for content in (xlsx(["siapa", "peran"], ["Sari", "guru"]), roster_sheet.template(SAY)):
        with pytest.raises(Refusal) as refused:
            roster_sheet.read(content, SAY)
        words = SAY(refused.value.text_key, **refused.value.blanks)
        assert words.endswith("yang dikenal: nama, peran, sekolah, gugus, kelas, zona")


def _bomb() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (roster_sheet.MOST_UNPACKED + 1))
    return into.getvalue()


@pytest.mark.parametrize(
    "content, key",
    [
        (_bomb(), "roster.too_big"),
        (csv("nama", *(f"Guru {n}" for n in range(roster_sheet.MOST_ROWS + 1))), "roster.too_big"),
        (b"PK\x03\x04not a workbook", "roster.unreadable"),
        (b"\x00\x01\x02" * 50, "roster.unreadable"),
        (b"", "roster.no_table"),
        (xlsx(), "roster.no_table"),
    ],
    ids=["bomb", "rows", "broken", "bytes", "nothing", "empty"],
)
def test_what_is_no_list_is_refused_in_words(content: bytes, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        roster_sheet.read(content, SAY)
    assert refused.value.text_key == key
    assert SAY(key, **refused.value.blanks)


_word = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=12)
_name = st.lists(_word, min_size=1, max_size=3).map(" ".join).filter(lambda n: any(c.isalpha() for c in n))
_lines = st.lists(
    st.builds(
        Line, st.just(0), _name, st.sampled_from([(Role.TEACHER,), (Role.COACH, Role.PRINCIPAL)]), _word, _word, _word,
        st.sampled_from(["", "Asia/Makassar"]),
    ),
    min_size=1, max_size=6, unique_by=lambda line: line.key,
)  # fmt: skip


@given(_lines)
@settings(max_examples=40, derandomize=True, deadline=None)
def test_what_is_written_into_a_sheet_is_read_from_it(lines: list[Line]) -> None:
    def row(one: Line) -> list[str]:
        roles = ", ".join(SAY.plain(f"community.role.{role}") for role in one.roles)
        return [one.name, roles, one.school, one.gugus, one.grade, one.zone]

    read = roster_sheet.read(xlsx(HEADER, *map(row, lines)), SAY)
    assert read.problems == []
    assert [line._replace(row=0) for line in read.lines] == lines


@given(st.binary(max_size=300))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_any_bytes_are_a_sheet_or_refused_and_never_an_error(content: bytes) -> None:
    for tried in (content, b"PK" + content, b"nama\n" + content):
        with suppress(Refusal):
            roster_sheet.read(tried, SAY)


@pytest.mark.parametrize("say", [SAY, ENGLISH])
def test_the_empty_sheet_has_the_headers_and_says_how(say: Texts) -> None:
    book = load_workbook(io.BytesIO(roster_sheet.template(say)))
    first, second = book.worksheets
    assert first.title == "Anggota"
    assert [cell.value for cell in first[1]] == [say.plain(f"roster.column.{one}") for one in roster_sheet.COLUMNS]
    assert second.max_row == len(say.plain("roster.guide").split("\n"))
    filled = xlsx([cell.value for cell in first[1]], ["Sari", say.plain("community.role.coach"), "", "", "4", "WIT"])
    assert roster_sheet.read(filled, say).lines == [Line(2, "Sari", (Role.COACH,), "", "", "4", "Asia/Jayapura")]


# ——— beside what is stored ———


async def _town(session: Session) -> tuple[Group, Person]:
    """KKG Melati: Pak Hendra facilitates, Bu Sari has joined, Agus is listed without Telegram."""
    school = School(name="SDN Melati 2", zone="Asia/Jakarta", workdays="mon,tue,wed,thu,fri,sat", created_at=NOW)
    session.add(school)
    await session.flush()
    group = await a_group(session, school_id=school.id)
    hendra = await somebody(session, "Hendra", 70, group=group, roles=(Role.FACILITATOR,))
    await somebody(session, "Sari", 11, group=group, roles=(Role.TEACHER,))
    await members.add(session, group.id, hendra, "Agus", NOW)
    return group, hendra


async def _sent(session: Session, content: bytes, by: Person) -> dict[str, Any]:
    """The answer that the courier brings back."""
    digest = await post_office.receive(session, "guru.xlsx", content, by.id, NOW)
    return {"ok": True, "result": {"attachment": digest, "name": "guru.xlsx", "size": len(content)}}


async def _previewed(session: Session, content: bytes, by: Person, group: Group) -> tuple[str, list[str]]:
    answer = await _sent(session, content, by)
    words, rows = await roster_talk.came(session, by, group.id, answer, SAY, NOW, is_owner=False)
    return words, [key["callback_data"] for row in rows for key in row]


async def _applied(session: Session, content: bytes, by: Person, group: Group) -> roster_talk.Applied:
    _, data = await _previewed(session, content, by, group)
    _, _, group_id, digest = data[0].split(":")
    assert int(group_id) == group.id
    return await roster_talk.applied(session, by, group.id, digest, SAY, NOW, is_owner=False)


async def _counts(session: Session) -> Counter[str]:
    tables = (Person, Membership, Posting, School)
    return Counter(
        {one.__tablename__: await session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}
    )


FULL = xlsx(
    HEADER,
    ["sari", "guru", "SDN Melati 2", "Gugus Melati", "4", "WITA"],
    ["Agus", "guru", "SDN Kenari 1", "Gugus Melati", "5", "WIT"],
    ["Dewi", "", "sdn  kenari 1", "", "6", ""],
    ["Ratna", "coach, kepala sekolah", "", "", "", ""],
)


async def test_a_preview_counts_and_stores_nothing(database: Database) -> None:
    async with database.writing() as session:
        group, hendra = await _town(session)
        before = await _counts(session)
        words, data = await _previewed(session, FULL, hendra, group)
        assert "Baru: 1 · berubah: 2 · tetap: 0" in words
        for part in ("Sekolah baru: SDN Kenari 1", "Ratna (coach), Ratna (kepala sekolah)", "SDN Melati 2"):
            assert part in words
        assert data[0].startswith(f"roster:apply:{group.id}:")
        assert await _counts(session) == before


async def test_a_sheet_is_read_off_the_loop_so_that_nobody_waits_for_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, threads = roster_sheet.read, []

    def noted(content: bytes, say: Texts) -> roster_sheet.Sheet:
        threads.append(threading.get_ident())
        return read(content, say)

    monkeypatch.setattr(roster_sheet, "read", noted)
    async with database.writing() as session:
        group, hendra = await _town(session)
        await _applied(session, FULL, hendra, group)
        with pytest.raises(Refusal, match=r"roster\.too_big"):
            await _previewed(session, _bomb(), hendra, group)
        with pytest.raises(NotAllowed):
            await _previewed(session, FULL, await somebody(session, "Tamu", 71), group)
    assert len(threads) == 3, "looked at, looked at again when it is stored, and the bomb; nothing of a stranger's"
    assert threading.get_ident() not in threads


async def test_applied_it_is_stored_as_a_whole_and_a_second_time_changes_nothing(database: Database) -> None:
    async with database.writing() as session:
        group, hendra = await _town(session)
        done = await _applied(session, FULL, hendra, group)
        assert "Baru: 1 · berubah: 2 · tetap: 0" in done.words
        assert [key["callback_data"] for row in done.rows for key in row] == [
            f"invite:{group.id}:coach", f"invite:{group.id}:principal",
        ]  # fmt: skip
        assert (done.letters, done.gained) == ([], [])
        after = await _counts(session)
        words, data = await _previewed(session, FULL, hendra, group)
        assert "Baru: 0 · berubah: 0 · tetap: 3" in words
        assert data[0] == f"invite:{group.id}:coach"
        assert await _counts(session) == after
        stored = await session.execute(
            select(
                Person.name, Person.zone, Posting.grade, Posting.school_year, School.name.label("school"), School.gugus
            )
            .join(Posting, Posting.person_id == Person.id)
            .join(School, School.id == Posting.school_id)
        )
        assert {tuple(row) for row in stored} == {
            ("Sari", "Asia/Makassar", "4", "2026/2027", "SDN Melati 2", "Gugus Melati"),
            ("Agus", "Asia/Jayapura", "5", "2026/2027", "SDN Kenari 1", "Gugus Melati"),
            ("Dewi", None, "6", "2026/2027", "SDN Kenari 1", "Gugus Melati"),
        }
        kenari = (await session.scalars(select(School).where(School.name == "SDN Kenari 1"))).one()
        assert (kenari.zone, kenari.workdays) == ("Asia/Jayapura", "mon,tue,wed,thu,fri,sat")
        assert await session.scalar(select(func.count()).select_from(Attachment)) == 1, (
            "the second preview's, not applied"
        )


async def test_a_second_sheet_changes_what_changed_and_an_empty_cell_changes_nothing(database: Database) -> None:
    async with database.writing() as session:
        group, hendra = await _town(session)
        await _applied(session, FULL, hendra, group)
        again = xlsx(HEADER, ["SARI", "", "", "", "", "WIB"], ["agus", "", "", "", "6", "WIB"], ["Dewi"])
        done = await _applied(session, again, hendra, group)
        assert "Baru: 0 · berubah: 1 · tetap: 2" in done.words
        agus = (await session.scalars(select(Person).where(Person.name == "Agus"))).one()
        sari = (await session.scalars(select(Person).where(Person.name == "Sari"))).one()
        assert (agus.zone, sari.zone) == ("Asia/Jakarta", "Asia/Makassar"), "the zone of somebody who joined is theirs"
        posting = (await session.scalars(select(Posting).where(Posting.person_id == agus.id))).one()
        school = await session.get(School, posting.school_id)
        assert (posting.grade, school.name if school else "") == ("6", "SDN Kenari 1")


async def test_with_one_mistake_nothing_is_imported_and_the_file_goes(database: Database) -> None:
    async with database.writing() as session:
        group, hendra = await _town(session)
        before = await _counts(session)
        words, data = await _previewed(session, xlsx(HEADER, ["Dewi"], ["Made", "gurru"]), hendra, group)
        assert "Belum ada yang disimpan. Yang perlu diperbaiki (1):" in words
        assert f"B3: peran ‘gurru’ tidak dikenal; yang dikenal: {KNOWN}" in words
        assert data == [f"roster:sample:{group.id}"]
        assert await _counts(session) == before
        assert await session.scalar(select(func.count()).select_from(Attachment)) == 0


async def test_a_hundred_mistakes_fit_one_message_and_are_counted(database: Database) -> None:
    async with database.writing() as session:
        group, hendra = await _town(session)
        sheet = xlsx(HEADER, *([f"Guru {n}", "gurru"] for n in range(200)))
        words, _ = await _previewed(session, sheet, hendra, group)
        assert len(words) < 4096
        assert "(200)" in words
        shown = words.count("gurru")
        assert words.endswith(f"… dan {200 - shown} lagi.")


async def test_who_has_joined_gets_a_role_that_the_facilitator_may_give_and_is_told(database: Database) -> None:
    async with database.writing() as session:
        group, hendra = await _town(session)
        done = await _applied(session, xlsx(HEADER, ["Sari", "guru, coach"], ["Agus", "mentor"]), hendra, group)
        sari = (await session.scalars(select(Person).where(Person.name == "Sari"))).one()
        assert await people.roles_in(session, sari.id, group.id) == {Role.TEACHER, Role.COACH}
        agus = (await session.scalars(select(Person).where(Person.name == "Agus"))).one()
        assert await people.roles_in(session, agus.id, group.id) == {Role.TEACHER}
        (letter,) = done.letters
        assert (letter.chat_id, "Hendra mencatat Bapak/Ibu sebagai coach di KKG Melati" in letter.params["text"]) == (
            11,
            True,
        )
        assert done.gained == [(sari, {Role.TEACHER, Role.COACH})]
        assert [key["callback_data"] for row in done.rows for key in row] == [f"invite:{group.id}:mentor"]


@pytest.mark.parametrize(
    "row, problem",
    [
        (["Sari", "fasilitator"], "B2: peran fasilitator tidak dapat diberikan lewat lembar ini"),
        (["Dewi", "Dinas"], "B2: peran Dinas tidak dapat diberikan lewat lembar ini"),
        (["Hendra", "kepala sekolah"], "B2: peran kepala sekolah tidak dapat diberikan lewat lembar ini"),
        (["Budi", "guru"], "A2: di grup ini ada lebih dari satu Budi; bedakan dulu namanya"),
    ],
)
async def test_what_a_sheet_may_not_do_is_a_mistake_at_its_cell(
    database: Database, row: list[str], problem: str
) -> None:
    async with database.writing() as session:
        group, hendra = await _town(session)
        for number in (12, 13):
            await somebody(session, "Budi", number, group=group, roles=(Role.TEACHER,))
        words, _ = await _previewed(session, xlsx(HEADER, row), hendra, group)
        assert problem in words


async def test_the_gugus_of_a_school_is_said_once(database: Database) -> None:
    async with database.writing() as session:
        group, hendra = await _town(session)
        two = xlsx(HEADER, ["Dewi", "", "SDN A 1", "Melati"], ["Made", "", "sdn a 1", "Kenari"])
        words, _ = await _previewed(session, two, hendra, group)
        assert "D3: untuk sekolah yang sama sudah tertulis gugus Melati" in words
        group.school_id = None
        await session.flush()
        words, _ = await _previewed(session, xlsx(HEADER, ["Dewi", "", "", "Melati"]), hendra, group)
        assert "D2: gugus milik sekolah; isi juga kolom sekolah" in words


async def test_a_school_of_the_same_name_elsewhere_is_another_school(database: Database) -> None:
    async with database.writing() as session:
        group, hendra = await _town(session)
        session.add(School(name="SDN 1", zone="Asia/Jayapura", gugus="Lain", created_at=NOW))
        await session.flush()
        await _applied(session, xlsx(HEADER, ["Dewi", "", "SDN 1", "Melati"]), hendra, group)
        schools = await session.execute(select(School.gugus, School.zone).where(School.name == "SDN 1"))
        assert {tuple(row) for row in schools} == {("Lain", "Asia/Jayapura"), ("Melati", "Asia/Jakarta")}


async def test_only_a_facilitator_of_the_group_and_only_their_own_file(database: Database) -> None:
    async with database.writing() as session:
        group, hendra = await _town(session)
        other = await a_group(session, -7, title="KKG Anggrek")
        wati = await somebody(session, "Wati", 71, group=other, roles=(Role.FACILITATOR,))
        sari = (await session.scalars(select(Person).where(Person.name == "Sari"))).one()
        _, data = await _previewed(session, FULL, hendra, group)
        digest = data[0].rsplit(":", 1)[1]
        file = Upload("f", "guru.xlsx", 100)
        for who in (sari, wati):
            with pytest.raises(NotAllowed):
                await roster_talk.begin(session, who, group.id, SAY)
            with pytest.raises(NotAllowed):
                await roster_talk.sent(session, who, group.id, file)
            with pytest.raises(Refusal) as gone:
                await roster_talk.applied(session, who, group.id, digest, SAY, NOW, is_owner=False)
            assert gone.value.text_key == "roster.gone"
            with pytest.raises(Refusal):
                await roster_talk.dropped(session, who, digest)
        with pytest.raises(NotAllowed):
            await roster_talk.applied(session, hendra, other.id, digest, SAY, NOW, is_owner=False)
        with pytest.raises(NeedsConsent):
            await roster_talk.begin(session, None, group.id, SAY)
        for forged in ("", "%", digest[:8], "zz" * 8):
            with pytest.raises(Refusal):
                await roster_talk.applied(session, hendra, group.id, forged, SAY, NOW, is_owner=False)


async def test_a_file_is_asked_for_only_within_its_size(database: Database) -> None:
    async with database.writing() as session:
        group, hendra = await _town(session)
        draft = await roster_talk.sent(session, hendra, group.id, Upload("f1", "guru.xlsx", MOST_FETCHED))
        assert (draft.method, draft.params, draft.then) == ("getFile", {"file_id": "f1"}, roster_talk.CAME)
        assert (draft.then_data["group"], draft.then_data["user_id"]) == (group.id, 70)
        with pytest.raises(Refusal) as big:
            await roster_talk.sent(session, hendra, group.id, Upload("f1", "guru.xlsx", MOST_FETCHED + 1))
        assert "2000 KB" in SAY(big.value.text_key, **big.value.blanks)
        words, _ = await roster_talk.came(session, hendra, group.id, {"ok": False}, SAY, NOW, is_owner=False)
        assert "tidak dapat saya ambil" in words


async def test_who_joins_under_a_listed_name_is_made_one_person_by_the_facilitator(database: Database) -> None:
    async with database.writing() as session:
        group, hendra = await _town(session)
        await _applied(session, FULL, hendra, group)
        agus = await somebody(session, "AGUS ", 15, group=group, roles=(Role.TEACHER,))
        listed = (await session.scalars(select(Person).where(Person.name == "Agus"))).one()
        words, _ = await _previewed(session, FULL, hendra, group)
        assert "masih ada di daftar rekan tanpa Telegram: Agus" in words
        _, rows = await members.page(session, group.id, hendra, SAY)
        assert f"member:unite:{group.id}:{listed.id}" in [key["callback_data"] for row in rows for key in row]
        sari = (await session.scalars(select(Person).where(Person.name == "Sari"))).one()
        with pytest.raises(NotAllowed):
            await twins.pair(session, group.id, listed.id, sari)
        with pytest.raises(Refusal):
            await twins.pair(session, group.id, sari.id, hendra)
        await twins.unite(session, group.id, *await twins.pair(session, group.id, listed.id, hendra))
        posting = (await session.scalars(select(Posting).where(Posting.person_id == agus.id))).one()
        assert (posting.grade, agus.zone) == ("5", "Asia/Jayapura")
        assert await session.scalar(select(Person.id).where(Person.name == "Agus")) is None
        assert await twins.of_group(session, group.id) == {}
