"""An export dropped on the dashboard: whose right it is, what it tells, what is refused, and that nothing is kept."""

import asyncio
import io
import re
import zipfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
import openpyxl
import pytest
from sqlalchemy import select, update

from community.roles import Role
from storage.database import Database
from storage.models import Attachment, Import, Membership
from tests.reports.cast import cast
from tests.web.pages import Site, site
from web import exports, history

SAID = (
    "Bu Ratnawulan: ada yang punya LKPD pecahan kelas 4?",
    "Pak Yusufandi: Ada Bu, ini LKPD pecahan https://drive.example/lkpd",
    "Bu Tiwi: Besok rapat jam 13.00 ya",
)
CHAT = "tanpa tanggal\n" + "\n".join(
    f"{13 + day}/07/26 06.3{place} - {said}" for day in range(12) for place, said in enumerate(SAID)
)
UNCLEAR = f"3/4/26, 06:30 - {SAID[2]}"


def form(token: str, *files: bytes, token_last: bool = False, **said: str) -> aiohttp.FormData:
    made = aiohttp.FormData()
    fields = [("token", token), *said.items()]
    for name, value in [] if token_last else fields:
        made.add_field(name, value)
    for content in files:
        made.add_field("file", content, filename="Chat.txt", content_type="text/plain")
    for name, value in fields if token_last else []:
        made.add_field(name, value)
    return made


async def token_of(here: Site, name: str = "Hendra") -> str:
    await here.enters(name)
    _, page = await here.sees()
    return re.findall(r'name="token" value="([0-9a-f]+)"', page)[0]


async def drops(here: Site, content: aiohttp.FormData, number: int | None = None, **headers: str) -> tuple[int, str]:
    path = f"/dasbor/grup/{number or here.group.id}/riwayat"
    async with here.browser.post(path, data=content, headers=headers) as answer:
        return answer.status, await answer.text()


@contextmanager
def nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Not a file of theirs is looked at."""

    def never(*_: Any) -> None:
        raise AssertionError("it was read")

    with monkeypatch.context() as patched:
        patched.setattr(exports, "made_of", never)
        patched.setattr(exports, "_read", only_words(exports._read))
        yield


def only_words(read: Any) -> Any:
    async def words(part: Any, most: int) -> bytes:
        assert part.name != "file", "it was read"
        return bytes(await read(part, most))

    return words


async def test_it_tells_figures_asks_nothing_twice_and_keeps_nothing(one_database: Database) -> None:
    async with site(one_database) as here:
        token = await token_of(here)
        _, group = await here.sees(f"/grup/{here.group.id}")
        assert f'href="/dasbor/grup/{here.group.id}/riwayat"' in group
        status, empty = await here.sees(f"/grup/{here.group.id}/riwayat")
        assert status == 200 and 'enctype="multipart/form-data"' in empty and "tidak disimpan" in empty
        assert empty.index('name="token"') < empty.index('name="file"'), "the sign is read before the file"
        status, page = await drops(here, form(token, CHAT.encode(), zona="wit"))
        assert status == 200
        for words in (
            "<dd>36</dd>", "Asia/Jayapura", "Jenis percakapan", "Dari waktu ke waktu", "Angka Gini",
            "<td>12</td>", "12 dari 12", "Paling ramai", "Baris 1.", '<option value="wit" selected>',
        ):  # fmt: skip
            assert words in page, words
        assert not re.search("Ratnawulan|Yusufandi|Tiwi|LKPD|pecahan|drive", page)
        assert "style=" not in page and "<script>" not in page and page.count("<svg") > 6
        files = dict(re.findall(r'href="data:[^;]+;base64,([^"]+)" download="sejawat-ekspor.(xlsx|png)"', page))
        kinds = {ending: b64decode(content) for content, ending in files.items()}
        assert kinds["png"].startswith(b"\x89PNG")
        assert openpyxl.load_workbook(io.BytesIO(kinds["xlsx"])).sheetnames[0] == "Ringkasan"
        english = await here.browser.post(
            f"/dasbor/grup/{here.group.id}/riwayat?bahasa=en", data=form(token, CHAT.encode())
        )
        assert "Busiest hours" in await english.text()
        async with one_database.reading() as session:
            for table in (Import, Attachment):
                assert (await session.scalars(select(table))).all() == []


async def test_what_day_comes_first_is_asked(one_database: Database) -> None:
    async with site(one_database) as here:
        token = await token_of(here)
        _, page = await drops(here, form(token, UNCLEAR.encode()))
        assert 'name="urutan" value="mdy"' in page and "Tanggal 3/4 di berkas ini" in page
        for order, day in (("mdy", "4 Mar 2026"), ("dmy", "3 Apr 2026")):
            _, page = await drops(here, form(token, UNCLEAR.encode(), urutan=order))
            assert day in page and "fieldset" not in page


def bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../_chat.txt", b"\0" * 30_000_000)
    return held.getvalue()


async def test_what_is_no_export_is_refused_in_a_sentence(
    one_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site(one_database) as here:
        token = await token_of(here)
        for content in (b"\xff\xd8\xff\xe0" * 900, b"PK\x03\x04 rusak", b'{"messages": [', b"Halo", bomb(), b"\0" * 99):
            status, page = await drops(here, form(token, content))
            alert = re.search(r'role="alert" class="quiet">([^<\n]+)</p>', page)
            assert status == 200 and alert is not None and "<dd>" not in page, content[:9]
        assert "Belum ada berkas yang dipilih" in (await drops(here, form(token, b"")))[1]
        path, kinds = f"/dasbor/grup/{here.group.id}/riwayat", {"Content-Type": "multipart/form-data; boundary=x"}
        fields = (("token", token), ("file", CHAT))
        parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{said}' for name, said in fields]
        half = await here.browser.post(path, data="\r\n".join(parts).encode(), headers=kinds)
        assert half.status == 200 and "tidak sampai utuh" in await half.text(), "half a chat is no figure of it"
        monkeypatch.setattr(exports, "MOST_BYTES", 1_000_000)
        for files in ([b"x" * 1_000_001], [b"x" * 600_000] * 2):
            assert "Paling besar 1 MB" in (await drops(here, form(token, *files)))[1]
        monkeypatch.setattr(history, "SECONDS", 0)
        assert "tidak sampai utuh" in (await drops(here, form(token, b"x" * 900_000)))[1]


async def test_who_may_not_import_finds_no_such_page(one_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with site(one_database) as here:
        async with one_database.writing() as session:
            theirs = (await cast(session, "KKG Kenanga", -1003)).group.id
            coached = (await cast(session, "KKG Mawar", -1004)).group.id
            hendra = here.people["Hendra"].id
            session.add(Membership(person_id=hendra, group_id=coached, role=Role.COACH, since=here.now))
        with nothing_is_read(monkeypatch):
            assert (await drops(here, form("", CHAT.encode())))[0] == 401
            for name in ("Ratna", "Dina"):
                here.another_browser()
                token = await token_of(here, name)
                assert "riwayat" not in (await here.sees(f"/grup/{here.group.id}"))[1]
                assert (await here.sees(f"/grup/{here.group.id}/riwayat"))[0] == 404
                assert (await drops(here, form(token, CHAT.encode())))[0] == 404
            here.another_browser()
            token = await token_of(here)
            for number in (theirs, coached, 99):
                assert (await here.sees(f"/grup/{number}/riwayat"))[0] == 404
                assert (await drops(here, form(token, CHAT.encode()), number))[0] == 404
            assert "riwayat" not in (await here.sees(f"/grup/{coached}"))[1]
            for path in ("/sekolah/1/riwayat", "/angka/semua/riwayat", f"/grup/0{here.group.id}/riwayat"):
                assert (await here.sees(path))[0] == 404
            async with one_database.writing() as session:
                gone = update(Membership).where(Membership.person_id == hendra, Membership.role == Role.FACILITATOR)
                await session.execute(gone.values(until=here.now))
            assert (await drops(here, form(token, CHAT.encode())))[0] == 404


async def test_a_file_without_the_sessions_sign_is_not_read(
    one_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site(one_database) as here:
        token = await token_of(here)
        other = token[:-1] + ("0" if token[-1] != "0" else "1")
        with nothing_is_read(monkeypatch):
            for forged in ("", other, token.upper() + "é", token + "0"):
                assert (await drops(here, form(forged, CHAT.encode())))[0] == 403
            late = form(token, CHAT.encode(), token_last=True)
            assert (await drops(here, late))[0] == 403, "what comes behind the file is too late"
            for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
                assert (await drops(here, form(token, CHAT.encode()), **headers))[0] == 403
            odd = b'--x\r\nContent-Disposition: form-data; name="token"\r\nContent-Transfer-Encoding: \xff\r\n\r\n\xff'
            for content in (b"no form", b"--x\r\n", odd):
                path = f"/dasbor/grup/{here.group.id}/riwayat"
                kinds = {"Content-Type": "multipart/form-data; boundary=x"}
                assert (await here.browser.post(path, data=content, headers=kinds)).status == 403
        assert (await drops(here, form(token, CHAT.encode())))[0] == 200


async def test_one_file_of_a_person_at_a_time(one_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with site(one_database) as here:
        token = await token_of(here)
        begun, go = asyncio.Event(), asyncio.Event()
        fill = exports.fill

        async def slowly(*given: Any) -> None:
            begun.set()
            await go.wait()
            await fill(*given)

        monkeypatch.setattr(exports, "fill", slowly)
        first = asyncio.create_task(drops(here, form(token, CHAT.encode())))
        await begun.wait()
        assert "sedang dibaca" in (await drops(here, form(token, b"x")))[1]
        go.set()
        assert "<dd>36</dd>" in (await first)[1]
        assert "<dd>36</dd>" in (await drops(here, form(token, CHAT.encode())))[1], "then it is the next one's turn"
