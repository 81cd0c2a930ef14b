"""The dashboard's pages: what is somebody's and what is not, figures as the report tells them, and their files."""

import csv
import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
from sqlalchemy import select, update

from community import imported_counts
from community.roles import Role
from content import workflows
from content.texts import Texts
from reports.dashboard import figures, places
from reports.dashboard.figures import Nowhere
from reports.dashboard.values import Columns, Drawing, Figure, Layer, Look
from reports.tables import Table, as_csv, as_xlsx
from storage.database import Database, Session
from storage.models import (
    Attachment,
    Cycle,
    Enrolment,
    Group,
    Import,
    Letter,
    Meeting,
    MeetingAttendance,
    Membership,
    Programme,
    School,
    WorkflowVersion,
)
from tests.counting import statements
from tests.reports.cast import Cast, cast, wall
from tests.reports.test_before_after import _history
from tests.web.pages import NOW, Site, site
from web import svg

SAY = Texts("id")
SPELL = "=HYPERLINK(1)"


async def with_much(session: Session, here: Cast) -> None:
    """Two weeks of talk, four prompts, some trials and reflections, three cycles and a question."""
    at = wall("2026-11-05 09:00")
    for number in range(40):
        who, label = ("Sari", "Budi", "Wati")[number % 3], ("resource", "consultation", "coordination", "motivation")
        await here.says(who, label[number % 4], at + timedelta(hours=6 * number), source="model")
    await here.counts(date(2026, 11, 6), 60)
    for day in ("2026-11-09", "2026-11-10", "2026-11-11", "2026-11-12"):
        prompt = await here.prompt(wall(f"{day} 06:30"))
        await here.tries("Sari", prompt, wall(f"{day} 12:00"))
        await here.tries("Budi", prompt, wall(f"{day} 12:30"))
        await here.reflects("Sari", prompt, wall(f"{day} 13:00"), audience="me")
    version = WorkflowVersion(
        workflow="knight", digest=f"{here.group.id}", content=workflows.house()["knight"].to_json(), created_at=at
    )
    session.add(version)
    await session.flush()
    for state in ("active", "closed", "active", "active", "active"):
        session.add(
            Cycle(
                version_id=version.id, group_id=here.group.id, between="coach", state=state, step="goal", started_at=at
            )
        )  # fmt: skip
    await session.flush()


async def beside(session: Session, here: Cast, role: Role = Role.FACILITATOR) -> Cast:
    """Another group of the same school and gugus in one programme with the first, which Hendra leads, too."""
    there = await cast(session, f"KKG {SPELL} & <Mawar>", -1002)
    school = School(name="SDN Melati 2", zone="Asia/Jakarta", gugus="Gugus 1/A & B", created_at=NOW)
    together = Programme(title="KBP bersama", started_on=date(2026, 8, 3), created_at=NOW)
    session.add_all([school, together])
    await session.flush()
    for group in (here.group, there.group):
        values = {"school_id": school.id}
        await session.execute(update(Group).where(Group.id == group.id).values(**values))
        session.add(
            Enrolment(group_id=group.id, programme_id=together.id, pack="awal", version=1, started_at=NOW)
        )  # fmt: skip
    hendra = here.people["Hendra"].id
    session.add(Membership(person_id=hendra, group_id=there.group.id, role=role, since=NOW))
    await session.flush()
    return there


async def both(here: Site) -> Cast:
    async with here.database.writing() as session:
        people = dict(here.people)
        return await beside(session, Cast(session, await session.merge(here.group), None, people))  # type: ignore[arg-type]


async def links(here: Site) -> list[str]:
    """Where the first page leads; who has one place only is there already."""
    async with here.browser.get("/dasbor") as answer:
        if answer.url.path != "/dasbor":
            return [answer.url.path.removeprefix("/dasbor")]
        return re.findall(r'<a href="/dasbor(/[^"]+)"', await answer.text())


async def test_each_role_sees_its_own_places_and_no_other(one_database: Database) -> None:
    async with site(one_database) as here:
        mine = f"/grup/{here.group.id}"
        for name, expected in (("Hendra", [mine]), ("Ratna", [mine, "/angka/semua"]), ("Dina", ["/angka/semua"])):
            here.another_browser()
            await here.enters(name)
            assert await links(here) == expected, name
            assert (await here.sees(mine))[0] == (200 if mine in expected else 404)
            assert (await here.sees("/angka/semua"))[0] == (200 if "/angka/semua" in expected else 404)


async def test_what_one_may_not_see_does_not_exist(one_database: Database) -> None:
    async with site(one_database) as here:
        async with one_database.writing() as session:
            theirs = (await cast(session, "KKG Kenanga", -1003)).group.id
        await here.enters("Hendra")
        mine = here.group.id
        paths = [
            f"/grup/{theirs}", f"/grup/{theirs}/jenis.xlsx", f"/grup/{theirs}/jenis.csv", "/grup/0",
            "/grup/-1", "/grup/x", f"/grup/0{mine}", f"/grup/{mine}%20", f"/sekolah/{mine}",
            "/gugus/x", "/program/1", "/angka/semua", "/x/1",
            f"/grup/{mine}/jenis.pdf", f"/grup/{mine}/nama.csv", f"/grup/{mine}/jenis.png", f"/grup/{mine}/../{theirs}",
            f"/grup/{mine}?grup={theirs}", f"/grup/{mine}?periode=9999", f"/grup/{mine}?periode=%00",
            "/.env", "/pages/base.html",
        ]  # fmt: skip
        bodies = set()
        for path in paths:
            status, page = await here.sees(path)
            assert status == 404, path
            bodies.add(page)
            assert "Kenanga" not in page
        assert len(bodies) == 1, "there is nothing to tell one from the other"


async def test_a_page_tells_what_the_report_tells(database: Database) -> None:
    async with site(database) as here:
        async with database.writing() as session:
            await with_much(session, Cast(session, await session.merge(here.group), here.chat, dict(here.people)))
        await here.enters("Hendra")
        status, page = await here.sees(f"/grup/{here.group.id}")
        assert status == 200
        for words in (
            "KKG Melati", "20 Okt 2026 – 18 Nov 2026", "Jenis percakapan", "Tercatat 40 dari 60 pesan",
            "<td>3</td><td>4</td>", "Dibuat 18 Nov 2026", "Coaching yang dimulai", "Ditanyakan",
        ):  # fmt: skip
            assert words in page, words
        assert "Belum ada apa-apa" not in page
        assert not re.search("Sari|Budi|Wati|Ini pesan|Murid berani", page.replace("Dibuka oleh Pak Hendra", ""))
        assert "<td>kurang dari 3</td>" in page, "one of five closed cycles is not written exactly"
        assert page.count("<svg") > 10 and "style=" not in page and "<script>" not in page
        short = (await here.sees(f"/grup/{here.group.id}", periode="7"))[1]
        assert "12 Nov 2026 – 18 Nov 2026" in short


async def test_schools_gugus_and_programmes_sum_the_readers_own_groups(one_database: Database) -> None:
    async with site(one_database) as here:
        await here.enters("Hendra")
        there = await both(here)
        found = await links(here)
        assert [one.split("/")[1] for one in found] == ["grup", "grup", "sekolah", "gugus", "program"]
        for path in found[2:]:
            status, page = await here.sees(path)
            assert status == 200 and "KKG Melati" in page and "Tiap grup" in page, path
            assert "<Mawar>" not in page and "&lt;Mawar&gt;" in page
            one = await here.sees(path, grup=str(there.group.id))
            assert one[0] == 200 and "Tiap grup" not in one[1]
            sheet = await here.browser.get(f"/dasbor{path}/grup.csv")
            assert f"'{SPELL}" not in await sheet.text() and SPELL in await sheet.text()
        async with one_database.writing() as session:
            lost = update(Membership).where(Membership.group_id == there.group.id)
            await session.execute(lost.values(until=here.now))
        left = {path for path in found if (await here.sees(path))[0] != 404}
        assert left == {f"/grup/{here.group.id}"}


async def test_files_open_clean_and_spells_do_nothing(one_database: Database) -> None:
    async with site(one_database) as here:
        await here.enters("Hendra")
        answer = await here.browser.get(f"/dasbor/grup/{here.group.id}/jenis.xlsx")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="sejawat-grup-jenis.xlsx"'
        assert answer.headers["Cache-Control"] == "no-store", "a shared computer keeps no copy"
        book = openpyxl.load_workbook(io.BytesIO(await answer.read()))
        assert [cell.value for cell in book["1"][1]][:3] == ["label", "name", "n"]
        sheet = await here.browser.get(f"/dasbor/grup/{here.group.id}/partisipasi.csv")
        assert (await sheet.read()).startswith("\ufeffYang dihitung,Guru,Dari".encode())
    spells = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "=cmd|' /C calc'!A0")
    table = Table("=title", ("=a", "n"), tuple((spell, -1) for spell in spells), ("=note",))
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(table, NOW)))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"} and len(cells) == 2 + 2 * len(spells) + 2
    written = list(csv.reader(io.StringIO(as_csv(table), newline="")))
    assert [row[0] for row in written] == ["'=a", *(f"'{spell}" for spell in spells)]
    assert {row[1] for row in written[1:]} == {"-1"}, "a number is a number"
    hidden = as_csv(Table("t", ("a", "n"), (("Sari\r=1", 1), ("\r\n=1", 2))))
    assert "\r" not in hidden and list(csv.reader(io.StringIO(hidden)))[1:] == [["Sari\n=1", "1"], ["'\n=1", "2"]]


async def nothing(session: Session, here: Cast) -> None:
    """Of a whole year."""
    here.group.added_at = NOW - timedelta(days=400)


async def one_message(session: Session, here: Cast) -> None:
    await here.says("Sari", "consultation", NOW - timedelta(days=1))


@pytest.mark.parametrize("period", ["7", "30", "180", "all"])
@pytest.mark.parametrize("filled", [nothing, one_message])
async def test_nothing_and_one_message_read_well(one_database: Database, filled, period: str) -> None:  # type: ignore[no-untyped-def]
    async with site(one_database) as here:
        async with one_database.writing() as session:
            await filled(session, Cast(session, await session.merge(here.group), here.chat, dict(here.people)))
        await here.enters("Hendra")
        status, page = await here.sees(f"/grup/{here.group.id}", periode=period)
        assert status == 200
        assert ("Belum ada apa-apa" in page) is (filled is nothing)
        assert not re.search(r"nan|None|inf\b", page.lower().replace("none;", "").replace("percakapan", ""))


async def test_a_group_of_nobody_and_one_of_one_person(one_database: Database) -> None:
    async with one_database.writing() as session:
        empty = Group(title="", state="active", zone="Asia/Jayapura", added_at=NOW)
        session.add(empty)
        here = await cast(session)
        await session.flush()
        session.add(
            Membership(person_id=here.people["Hendra"].id, group_id=empty.id, role=Role.FACILITATOR, since=NOW)
        )  # fmt: skip
    async with one_database.reading() as session:
        found = await places.of_person(session, here.people["Hendra"], SAY)
        place = next(one for one in found if one.id == str(empty.id))
        seen = await figures.shown(session, place, {"periode": "all"}, NOW, SAY)
        assert not seen.has_something
        assert [row[1:] for row in seen.figure("partisipasi").table.rows] == [(0, 0, None)] * 4
        with pytest.raises(Nowhere):
            seen.figure("coaching")


async def test_counts_of_few_point_at_nobody(database: Database) -> None:
    """Of three teachers who agreed, one reflected: for the Dinas that is "some"."""
    async with site(database) as here:
        async with database.writing() as session:
            cast_ = Cast(session, await session.merge(here.group), here.chat, dict(here.people))
            prompt = await cast_.prompt(wall("2026-11-10 06:30"))
            await cast_.reflects("Sari", prompt, wall("2026-11-10 12:00"))
        await here.enters("Dina")
        status, page = await here.sees("/angka/semua")
        assert status == 200 and "9 Nov 2026 – 15 Nov 2026" in page
        row = re.search(r"<th scope=\"row\">Guru yang berefleksi</th><td>([^<]*)</td><td>([^<]*)</td>", page)
        assert row is not None and (row[1], row[2]) == ("sebagian", "3")
        assert re.search(r"Refleksi</th><td>–</td><td></td>", page)
        late = "Siklus coaching berjalan yang lewat tanggal"
        assert late in page and "KKG Melati" not in page
        earlier = (await here.sees("/angka/semua", pekan="2026-11-02"))[1]
        assert late not in earlier and "<td>0</td><td>3</td>" in earlier
        assert (await here.sees("/angka/semua", pekan="2026-11-03"))[0] == 404, "no days that overlap"


async def test_both_languages_and_the_choice_is_kept(one_database: Database) -> None:
    async with site(one_database) as here:
        assert "The dashboard is opened through Telegram" in (await here.sees(bahasa="en"))[1]
        await here.enters("Hendra")
        assert 'lang="en"' in (await here.sees())[1]
        assert "Who takes part" in (await here.sees(f"/grup/{here.group.id}"))[1]
        assert "Siapa ikut serta" in (await here.sees(f"/grup/{here.group.id}", bahasa="id"))[1]


async def test_the_first_page_is_small(one_database: Database) -> None:
    """All of it: the page, its style and its script; nothing else is asked for."""
    async with site(one_database) as here:
        async with one_database.writing() as session:
            await with_much(session, Cast(session, await session.merge(here.group), here.chat, dict(here.people)))
        await here.enters("Hendra")
        _, page = await here.sees(f"/grup/{here.group.id}", periode="180")
        asked = re.findall(r'(?:src|href)="(/dasbor/dashboard\.[^"]+)"', page)
        sizes = [len(page.encode())] + [len(await (await here.browser.get(one)).read()) for one in asked]
        assert len(asked) == 2 and sum(sizes) < 60_000, sizes
        packed = await here.browser.get(f"/dasbor/grup/{here.group.id}", headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip" and int(packed.headers["Content-Length"]) < 12_000


async def test_another_figure_is_shown_drawn_and_handed_out_without_a_page_of_its_own(
    one_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = {"label": "resource", "n": 21, "of": 40, "low": 0.4, "high": 0.7}
    data = {
        "group": "KKG Melati", "since": "2026-11-01", "until": "2026-11-18", "of_four": [one], "of_all": [one],
        "recorded": 40, "counted": 60, "writers": 3, "agreed": 3, "size": 4,
    }  # fmt: skip

    async def ours(session: Session, look: Look, say: Texts) -> Figure:
        table = Table("Kurva kami", ("Pekan", "n"), (("1", 5),))
        return Figure("kurva", table, Drawing("Kurva naik", "shares", data))

    monkeypatch.setattr(figures, "FIGURES", (*figures.FIGURES, ours))
    async with site(one_database) as here:
        await here.enters("Hendra")
        _, page = await here.sees(f"/grup/{here.group.id}")
        shown = re.search(r'<img class="drawing" src="([^"]+)" alt="Kurva naik"', page)
        assert shown is not None and "Kurva kami" in page
        drawn = await here.browser.get(shown[1].replace("&amp;", "&"))
        assert drawn.content_type == "image/png" and (await drawn.read()).startswith(b"\x89PNG")
        assert (await (await here.browser.get(f"/dasbor/grup/{here.group.id}/kurva.csv")).text()).endswith("1,5\n")


async def test_a_page_costs_as_many_statements_however_much_was_said(one_database: Database) -> None:
    async with site(one_database) as here:
        await here.enters("Hendra")
        costs = []
        for _ in range(2):
            async with one_database.writing() as session:
                people = dict(here.people)
                told = Cast(session, await session.merge(here.group), here.chat, people, written=1000 * len(costs))
                for number in range(30):
                    await told.says("Sari", "resource", NOW - timedelta(hours=number + 1))
            with statements() as sent:
                assert (await here.sees(f"/grup/{here.group.id}"))[0] == 200
            costs.append(len(sent))
        assert costs[0] == costs[1] and costs[0] <= 30, costs


async def test_lessons_of_one_pack_alone(one_database: Database) -> None:
    async with site(one_database) as here:
        async with one_database.writing() as session:
            told = Cast(session, await session.merge(here.group), here.chat, dict(here.people))
            for at in ("2026-11-09 06:30", "2026-11-10 06:30"):
                prompt = await told.prompt(wall(at))
            prompt.pack, prompt.lesson, prompt.version = "media", "01-kebutuhan-kelas", 1
        await here.enters("Hendra")
        for asked, lessons in (({}, 2), ({"paket": "media"}, 1), ({"paket": "awal"}, 1)):
            status, page = await here.sees(f"/grup/{here.group.id}", **asked)
            table = page.split('id="praktik"')[1].split("</table>")[0]
            assert (status, table.count('scope="row"')) == (200, lessons), asked
        assert "Semua paket" in page


async def test_what_was_before_and_how_evenly_people_speak(one_database: Database) -> None:
    async with site(one_database) as here:
        async with one_database.writing() as session:
            group = await session.merge(here.group)
            told = Cast(session, group, here.chat, dict(here.people))
            for name in ("Agus", "Dewi", "Made"):
                await told.joins(name, Role.TEACHER)
            for number in range(30):
                who = ("Sari", "Budi", "Wati", "Agus", "Dewi", "Made")[number % 6]
                await told.says(who, "resource", NOW - timedelta(hours=number + 1))
            await _history(session, told, wall("2026-05-01 07:00"), questions=30, meetings=10)
            await imported_counts.take_as_baseline(session, told.people["Hendra"], group.id, NOW, on=True)
        await here.enters("Hendra")
        _, page = await here.sees(f"/grup/{here.group.id}")
        then = page.split('id="sebelum"')[1].split("</section>")[0]
        assert "Berbagi sumber belajar, sesudah" in then and "Konsultasi masalah pembelajaran, sebelum" in then
        assert re.search(r">Konsultasi masalah pembelajaran</th><td>30</td><td>7\d \(\d+–\d+\)</td><td>0</td>", then)
        assert "tidak ikut diekspor" not in then
        async with one_database.writing() as session:
            await session.execute(update(Import).values(figures={"messages": 40, "hidden": 9}))
        assert "tidak ikut diekspor" in (await here.sees(f"/grup/{here.group.id}"))[1]
        even = page.split('id="merata"')[1].split("</table>")[0]
        assert "<td>50 %</td>" in even and "<td>0</td>" in even
        assert "Before and since" in (await here.sees(f"/grup/{here.group.id}", bahasa="en"))[1]


async def test_a_page_that_breaks_says_so_and_nothing_else(
    one_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(session: Session, look: Look, say: Texts) -> Figure:
        raise ValueError("Refleksi rahasia Sari")

    monkeypatch.setattr(figures, "FIGURES", (broken,))
    async with site(one_database) as here:
        await here.enters("Hendra")
        status, page = await here.sees(f"/grup/{here.group.id}")
        assert status == 500 and "gangguan di pihak kami" in page and "rahasia" not in page


async def test_a_table_comes_to_the_chat_of_its_reader_once(one_database: Database) -> None:
    async with site(one_database) as here:
        await here.enters("Hendra")
        mine = f"/dasbor/grup/{here.group.id}"
        _, page = await here.sees(f"/grup/{here.group.id}", periode="7")
        token = re.search(r'name="token" value="([0-9a-f]+)"', page)
        action = re.search(r'action="([^"]+/jenis/kirim[^"]*)"', page)
        assert token is not None and action is not None
        form = {"token": token[1]}
        for _ in range(3):
            answer = await here.browser.post(action[1].replace("&amp;", "&"), data=form)
            assert answer.status == 200 and "Sudah saya kirim" in await answer.text()
            assert answer.url.query["periode"] == "7" and answer.history[0].headers["Location"].endswith("#jenis")
        for path, data in ((f"{mine}/jenis", {}), (f"{mine}/x", form), ("/dasbor/grup/99/jenis", form)):
            refused = await here.browser.post(f"{path}/kirim", data=data)
            assert refused.status == (404 if data else 403), path
        stranger = await here.browser.post(f"{mine}/jenis/kirim", data=form, headers={"Sec-Fetch-Site": "cross-site"})
        assert stranger.status == 403
        async with one_database.reading() as session:
            (letter,) = await session.scalars(select(Letter))
            (kept,) = await session.scalars(select(Attachment))
        assert (letter.method, letter.chat_id) == ("sendDocument", here.people["Hendra"].tg_user_id)
        assert letter.params is not None and letter.params["document"] == {"attachment": kept.digest}
        assert kept.name == "sejawat-grup-jenis.xlsx" and kept.person_id == here.people["Hendra"].id
        assert openpyxl.load_workbook(io.BytesIO(kept.content))["1"]["A1"].value == "label"


async def test_each_part_of_a_page_costs_few_statements_and_every_chart_is_a_picture_too(
    one_database: Database,
) -> None:
    async with site(one_database) as here:
        async with one_database.writing() as session:
            await with_much(session, Cast(session, await session.merge(here.group), here.chat, dict(here.people)))
        await here.enters("Hendra")
        for part, title in (("capaian", "Capaian utama"), ("kegiatan", "Rencana dan pelaksanaan")):
            with statements() as sent:
                status, page = await here.sees(f"/grup/{here.group.id}", bagian=part)
            assert status == 200 and title in page and len(page.encode()) < 40_000
            assert len(sent) <= 40, (part, len(sent))
            pictures = re.findall(r'<img class="drawing" src="([^"]+\.svg[^"]*)" alt="([^"]+)"', page)
            files = re.findall(r'href="([^"]+\.png[^"]*)" download', page)
            assert files and (part == "kegiatan" or pictures), "bars stand in the page itself"
            for path in [*(one for one, _ in pictures[:1]), *files[:1]]:
                drawn = await here.browser.get(path.replace("&amp;", "&"))
                body = await drawn.read()
                assert drawn.content_type.split("/")[0] == "image", path
                assert body.startswith(b"\x89PNG") or (b"<svg" in body[:600] and b"<script" not in body)
        assert (await here.sees(f"/grup/{here.group.id}", bagian="rahasia"))[0] == 404
        sheet = await here.browser.get(f"/dasbor/grup/{here.group.id}/capaian.csv?bagian=capaian")
        rows = list(csv.DictReader(io.StringIO((await sheet.text()).removeprefix("\ufeff"))))
        found = {(row["Angka"], row["Bagian"]): row for row in rows if row["Satuan"] != "selisih bagian"}
        assert found["Keterlibatan murid", "Keterlibatan murid"]["Catatan"] == "belum ada"
        assert found["Partisipasi guru", "Menulis di grup"]["Dari"] == "4"


async def test_meetings_and_chat_are_told_apart(database: Database) -> None:
    async with site(database) as here:
        await here.enters("Hendra")
        _, page = await here.sees(f"/grup/{here.group.id}")
        assert "Hadir di pertemuan" not in page and "kehadiran tidak dihitung" in page
        async with database.writing() as session:
            there = await beside(session, Cast(session, await session.merge(here.group), None, dict(here.people)))  # type: ignore[arg-type]
            for state, day in (("held", 2), ("held", 9), ("cancelled", 3), ("held", 60)):
                at = NOW - timedelta(days=day)
                one = Meeting(group_id=here.group.id, starts_at=at, state=state, created_at=at)
                session.add(one)
                await session.flush()
                # Whoever leads or visits is no teacher of this group; twice is once.
                for name, present in (("Sari", True), ("Budi", state == "cancelled" or day == 60), ("Hendra", True)):
                    came = MeetingAttendance(meeting_id=one.id, person_id=here.people[name].id, present=present)
                    session.add(came)
                came = MeetingAttendance(meeting_id=one.id, person_id=there.people["Wati"].id, present=True)
                session.add(came)
        _, page = await here.sees(f"/grup/{here.group.id}")
        assert re.search(r">Hadir di pertemuan</th><td>1</td><td>4</td><td>25 \(\d+–\d+\)</td>", page)
        assert "terlaksana pada masa ini: 2." in page
        _, page = await here.sees("/program/1")
        assert re.search(r">Hadir di pertemuan</th><td>1</td><td>8</td>", page)
        table = page.split('id="grup"')[1].split("</table>")[0]
        assert re.findall(r"<td>([^<]*)</td>", table)[2::6] == ["1", "–"]


def test_what_a_picture_says_is_no_markup() -> None:
    spell = "<script>&\"'"
    drawn = svg.columns(Columns(spell, (spell, "b"), (Layer("x", "one", (1, 2)),)), "name")
    assert "<script" not in drawn and "&lt;script&gt;&amp;&quot;" in drawn
