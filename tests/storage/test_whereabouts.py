"""No coordinates in what is kept, the picture as it was, and nothing a stranger sends makes it fall over."""

import struct
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from storage.whereabouts import without_place

GPS, ORIENTATION, CAMERA = 0x8825, 0x0112, 0x010F
PLACE = {1: "S", 2: (6.0, 12.0, 31.0), 3: "E", 4: (106.0, 49.0, 5.0), 29: "2026:11:18"}
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><exif:GPSLatitude>6,12.52S</exif:GPSLatitude></x:xmpmeta>"
PICTURES = ("JPEG", "PNG", "WEBP")


def picture(form: str) -> bytes:
    """Red above, blue below, turned, taken in Jakarta with a known camera; an XMP says where, too."""
    drawn = Image.new("RGB", (64, 48), "red")
    drawn.paste("blue", (0, 24, 64, 48))
    exif = Image.Exif()
    exif[ORIENTATION], exif[CAMERA] = 6, "Kamera Uji"
    exif.get_ifd(GPS).update(PLACE)
    into = BytesIO()
    more = {"xmp": XMP} if form != "PNG" else {}
    drawn.save(into, form, exif=exif, lossless=True, quality=95, **more)
    return into.getvalue()


@pytest.mark.parametrize("form", PICTURES)
def test_a_picture_keeps_how_it_is_turned_and_loses_where_it_was_taken(form: str) -> None:
    before = picture(form)
    with Image.open(BytesIO(before)) as taken:
        assert taken.getexif().get_ifd(GPS)[2] == (6.0, 12.0, 31.0), "there was something to lose"
    after = without_place(before)
    with Image.open(BytesIO(before)) as taken, Image.open(BytesIO(after)) as kept:
        assert kept.getexif()[ORIENTATION] == 6
        assert not kept.getexif().get_ifd(GPS)
        assert list(kept.convert("RGB").tobytes()) == list(taken.convert("RGB").tobytes())
    assert b"GPSLatitude" not in after
    assert b"2026:11:18" not in after
    assert without_place(after) == after


def box(name: bytes, *inner: bytes) -> bytes:
    body = b"".join(inner)
    return struct.pack(">I", 8 + len(body)) + name + body


FILM = box(
    b"ftyp", b"isommp42"
) + box(
    b"moov",
    box(b"mvhd", bytes(100)),
    box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7-6.2087+106.8456/"), box(b"\xa9nam", b"Kelas IPA")),
    box(b"trak", box(b"udta", box(b"loci", b"Jakarta -6.2087"))),
    box(b"meta", box(b"keys", b"com.apple.quicktime.location.ISO6709"), box(b"ilst", b"-6.2087+106.8456")),
) + box(b"mdat", bytes(range(256)))  # fmt: skip


def test_a_film_loses_its_places_and_keeps_its_length_and_its_sound() -> None:
    kept = without_place(FILM)
    assert len(kept) == len(FILM), "what points into the film still points there"
    assert b"6.2087" not in kept and b"Jakarta" not in kept
    assert b"Kelas IPA" in kept and bytes(range(256)) in kept


def test_an_iphones_picture_loses_its_place() -> None:
    with Image.open(BytesIO(picture("JPEG"))) as taken:
        exif = taken.info["exif"]
    kept = without_place(box(b"ftyp", b"heicmif1") + box(b"mdat", exif))
    assert b"2026:11:18" not in kept and b"Kamera Uji" in kept


@pytest.mark.parametrize("content", [b"", b"\xff\xd8", b"PK\x03\x04 lembar", b"\x89PNG\r\n\x1a\n", FILM[:40]])
def test_what_is_no_picture_or_half_a_one_is_given_back(content: bytes) -> None:
    assert without_place(content) == content


@given(
    form=st.sampled_from(PICTURES),
    cuts=st.lists(st.tuples(st.integers(0, 4000), st.binary(max_size=6)), min_size=1, max_size=6),
)
def test_a_damaged_picture_harms_nothing(form: str, cuts: list[tuple[int, bytes]]) -> None:
    content = bytearray(DAMAGED[form])
    for at, new in cuts:
        content[at % len(content) : at % len(content) + len(new)] = new
    assert isinstance(without_place(bytes(content)), bytes)


@given(at=st.integers(0, len(FILM) - 4), new=st.binary(min_size=4, max_size=4))
def test_a_damaged_film_harms_nothing(at: int, new: bytes) -> None:
    assert isinstance(without_place(FILM[:at] + new + FILM[at + 4 :]), bytes)


DAMAGED = {form: picture(form) for form in PICTURES}
