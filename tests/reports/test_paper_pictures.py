"""Pictures that strangers send for papers: taken apart, made anew, or refused; never kept as they came."""

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from coaching.refusals import Gone
from community.refusals import NeedsConsent, NotAllowed, Refusal
from reports.papers import letterheads, photos, pictures
from storage import post_office
from storage.database import Database
from storage.letters import Upload
from storage.models import Attachment, Letterhead, MeetingPhoto, Person
from tests.reports.office import NOW, SAY, Office, office, photo


def _with_place(content: bytes) -> bytes:
    """The same picture with a camera's name, a place and a turn written into it."""
    into, exif = io.BytesIO(), Image.Exif()
    exif[0x010F], exif[0x0112] = "KAMERA-SARI", 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (6.0, 12.0, 30.0)
    Image.open(io.BytesIO(content)).save(into, "JPEG", exif=exif, comment=b"KAMERA-SARI")
    return into.getvalue()


def _png(width: int, height: int, rows: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _saved(picture: Image.Image, kind: str) -> bytes:
    into = io.BytesIO()
    picture.save(into, kind)
    return into.getvalue()


BAD: dict[str, tuple[bytes, str]] = {
    "a bomb": (_png(30_000, 30_000), "too_large"),
    "a small bomb": (_png(5_001, 5_000, b"\0" * 5_002 * 5_000), "too_large"),  # below what the library itself minds
    "a bomb that has its bytes": (_png(60_000, 2_000, b"\0" * 1_000_000), "too_large"),
    "cut short": (photo()[:2000], "not_one"),
    "no rows": (_png(400, 400), "not_one"),
    "words": (b"bukan gambar" * 99, "not_one"),
    "nothing": (b"", "not_one"),
    "a page with scripts": (b"<svg xmlns='http://www.w3.org/2000/svg' width='400' height='400'/>", "not_one"),
    "a moving one of another kind": (_saved(Image.new("P", (400, 400)), "GIF"), "not_one"),
    "a dot": (_saved(Image.new("RGB", (8, 8)), "PNG"), "too_small"),
    "too many bytes": (photo() + b"\0" * pictures.MOST_BYTES, "too_large"),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("make", [pictures.photo, pictures.letterhead])
async def test_what_is_no_picture_or_too_much_of_one_is_refused(name: str, make: Any) -> None:
    content, why = BAD[name]
    with pytest.raises(Refusal) as refused:
        await make(content)
    assert refused.value.text_key == f"papers.picture.{why}"
    assert SAY(refused.value.text_key, **refused.value.blanks)


async def test_place_camera_and_remarks_are_gone_and_it_stands_upright() -> None:
    raw = _with_place(photo())
    assert b"KAMERA-SARI" in raw
    for made in (await pictures.photo(raw), await pictures.letterhead(raw)):
        again = Image.open(io.BytesIO(made))
        assert b"KAMERA" not in made and not again.getexif() and not {"exif", "comment"} & set(again.info)
        assert again.height > again.width, "it was taken lying on its side"


async def test_a_photo_is_small_and_a_letterhead_loses_its_white_edge() -> None:
    large = _saved(Image.new("RGB", (4000, 3000), (120, 130, 140)), "JPEG")
    assert Image.open(io.BytesIO(await pictures.photo(large))).size == (1280, 960)
    page = Image.new("RGBA", (1000, 800), (255, 255, 255, 0))
    page.paste((10, 20, 30, 255), (100, 50, 900, 150))
    head = Image.open(io.BytesIO(await pictures.letterhead(_saved(page, "PNG"))))
    assert (head.size, head.format, head.mode) == ((800, 100), "PNG", "RGB")
    blank = await pictures.letterhead(_saved(Image.new("RGB", (400, 200), "white"), "WEBP"))
    assert Image.open(io.BytesIO(blank)).size == (400, 200)


async def _arrives(here: Office, who: Person, content: bytes) -> dict[str, Any]:
    """As the courier brings it."""
    digest = await post_office.receive(here.session, "foto.jpg", content, who.id, NOW)
    return {"ok": True, "result": {"attachment": digest, "name": "foto.jpg", "size": len(content)}}


async def test_a_photo_is_kept_only_after_its_sender_says_that_no_pupil_is_in_it(database: Database) -> None:
    async with office(database) as here:
        sari, meeting = here.cast.sari, here.held.id
        for shows, kept in ((True, 0), (False, 1)):
            answer = await _arrives(here, sari, photo(f"foto {shows}"))
            words, rows = await photos.came(here.session, sari, meeting, answer, SAY)
            assert "wajah atau nama murid" in words
            assert (await here.session.scalars(select(MeetingPhoto))).all() == [], "not before the answer"
            _, of, digest, _ = rows[0][1]["callback_data"].split(":")
            for other in (here.cast.dewi, here.cast.faisal):
                with pytest.raises(Refusal):
                    await photos.answered(here.session, other, int(of), digest, False, SAY, NOW)
            await photos.answered(here.session, sari, int(of), digest, shows, SAY, NOW)
            assert len((await here.session.scalars(select(MeetingPhoto))).all()) == kept
            assert (await here.session.scalars(select(Attachment))).all() == [], "what was sent is kept nowhere else"
            with pytest.raises(Refusal):
                await photos.answered(here.session, sari, int(of), digest, False, SAY, NOW)
        (row,) = await here.session.scalars(select(MeetingPhoto))
        with pytest.raises(Gone):
            await photos.drop(here.session, here.cast.dewi, row.id, SAY)
        await photos.drop(here.session, sari, row.id, SAY)
        assert (await here.session.scalars(select(MeetingPhoto))).all() == []


async def test_photos_come_from_members_not_too_many_and_not_too_large(database: Database) -> None:
    async with office(database) as here:
        file = Upload("x", "foto.jpg", 90_000)
        assert (await photos.sent(here.session, here.cast.sari, here.held.id, file)).method == "getFile"
        with pytest.raises(NeedsConsent):
            await photos.ask(here.session, None, here.held.id, SAY)
        with pytest.raises(Gone):
            await photos.ask(here.session, here.cast.tamu, here.held.id, SAY)
        with pytest.raises(Refusal) as large:
            await photos.sent(here.session, here.cast.sari, here.held.id, Upload("x", "", pictures.MOST_BYTES + 1))
        assert large.value.text_key == "papers.picture.too_large"
        words, _ = await photos.came(here.session, here.cast.sari, here.held.id, {"ok": False}, SAY)
        assert "belum sampai" in words
        words, _ = await photos.came(
            here.session, here.cast.sari, here.held.id, await _arrives(here, here.cast.sari, b"x"), SAY
        )
        assert "bukan gambar" in words and (await here.session.scalars(select(Attachment))).all() == []
        for _ in range(photos.MOST):
            here.session.add(MeetingPhoto(meeting_id=here.held.id, person_id=here.cast.dewi.id, content=b"x", at=NOW))
        await here.session.flush()
        with pytest.raises(Refusal) as full:
            await photos.ask(here.session, here.cast.sari, here.held.id, SAY)
        assert full.value.text_key == "papers.photo.full"
        assert len(await photos.shown(here.session, [here.held.id])) == photos.ON_PAPER


async def test_a_letterhead_may_be_a_picture_and_the_newest_stands(database: Database) -> None:
    async with office(database) as here:
        session, faisal, group = here.session, here.cast.faisal, here.cast.group
        await letterheads.typed(session, faisal, group.id, "SDN MELATI 2", SAY, NOW)
        assert (
            await letterheads.sent(session, faisal, group.id, Upload("x", "kop.png", 9000))
        ).then == letterheads.CAME
        words, _ = await letterheads.came(session, faisal, group.id, await _arrives(here, faisal, b"x"), SAY, NOW)
        assert "bukan gambar" in words and (await letterheads.of(session, group)).lines == ("SDN MELATI 2",)
        answer = await _arrives(here, faisal, photo("KOP SDN MELATI 2", (1400, 260)))
        words, _ = await letterheads.came(session, faisal, group.id, answer, SAY, NOW)
        assert "berupa gambar" in words
        made = await here.made("inv", here.coming.id)
        assert made.paper.head.lines == () and made.paper.pictures == [f"k{group.id}"]
        assert (await here.pictures(made))[f"k{group.id}"].startswith(b"\x89PNG")
        assert (await session.scalars(select(Attachment))).all() == []
        with pytest.raises(NotAllowed):
            await letterheads.came(session, here.cast.sari, group.id, answer, SAY, NOW)
        await letterheads.typed(session, here.cast.kepala, group.id, "SDN MELATI DUA", SAY, NOW)
        (row,) = await session.scalars(select(Letterhead))
        assert (row.picture, row.person_id) == (None, here.cast.kepala.id)
