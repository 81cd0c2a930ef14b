"""No coordinates in what is kept, the picture as it was, and nothing a stranger sends makes it fall over."""

import struct
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from storage import whereabouts
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


def inside(content: bytes) -> bytes:
    """The TIFF of that picture's EXIF."""
    with Image.open(BytesIO(content)) as taken:
        return bytes(taken.info["exif"].removeprefix(b"Exif\0\0"))


def segment(name: int, body: bytes) -> bytes:
    return b"\xff" + bytes([name]) + struct.pack(">H", 2 + len(body)) + body


PHOTO = picture("JPEG")
HIDDEN = {
    "a film behind it, as telephones make them": PHOTO + FILM,
    "a second picture behind it": PHOTO + picture("JPEG"),
    "padding before its EXIF": PHOTO[:2] + b"\xff\xff\xff" + PHOTO[2:],
    "something between its parts": PHOTO[:2] + b"\0\0" + PHOTO[2:],
    "half of it": PHOTO[: len(PHOTO) - 40],
    "EXIF that breaks off": PHOTO[:2] + segment(0xE1, b"Exif\0\0" + inside(PHOTO)[:-60]) + PHOTO[2:],
    "EXIF of an unknown order": PHOTO[:2] + segment(0xE1, b"Exif\0\0XX" + inside(PHOTO)[2:]) + PHOTO[2:],
    "AVIF, without a name before its EXIF": box(b"ftyp", b"avif") + box(b"mdat", bytes(7), inside(PHOTO)),
    "XMP among the bytes of HEIC": box(b"ftyp", b"heic") + box(b"mdat", XMP, b"after", XMP),
    "a film's list of tags": box(b"ftyp", b"isom")
    + box(b"moov", box(b"udta", box(b"meta", box(b"ilst", box(b"\xa9xyz", b"-6.2087+106.8456"))))),
}  # fmt: skip


@pytest.mark.parametrize("how", HIDDEN)
def test_a_place_is_found_wherever_programs_put_it(how: str) -> None:
    before = HIDDEN[how]
    after = without_place(before)
    signs = (b"2026:11:18", b"6.2087", b"GPSLatitude")
    assert any(sign in before for sign in signs) and not any(sign in after for sign in signs)
    assert without_place(after) == after


def test_words_in_a_png_go_and_its_picture_stays() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("exif:GPSLatitude", "6/1, 12/1, 31/1")
    told.add_itxt("Comment", "-6.2087", zip=True)
    into = BytesIO()
    Image.new("RGB", (8, 8), "red").save(into, "PNG", pnginfo=told)
    after = without_place(into.getvalue() + FILM)
    assert b"GPSLatitude" not in after and b"6.2087" not in after
    with Image.open(BytesIO(after)) as kept:
        assert kept.getpixel((0, 0)) == (255, 0, 0) and kept.info == {}


def test_the_place_in_the_small_picture_beside_the_large_one_goes() -> None:
    tiff = inside(PHOTO)
    count = struct.unpack_from(">H" if tiff[:2] == b"MM" else "<H", tiff, 8)[0]
    order, after = (">" if tiff[:2] == b"MM" else "<"), 10 + 12 * count
    second = bytearray(tiff[:8] + struct.pack(f"{order}HI", 0, len(tiff)) + tiff[14:])
    assert after > 14, "the first directory has entries, which now stand behind an empty one"
    moved = bytes(second) + tiff[8 : after + 4]
    assert b"2026:11:18" in moved
    kept = without_place(PHOTO[:2] + segment(0xE1, b"Exif\0\0" + moved))
    assert b"2026:11:18" not in kept


@pytest.mark.parametrize("kind", range(1, 14))
def test_a_place_of_any_type_of_number_goes(kind: int) -> None:
    """A directory of one entry that leads to the places, whose one value stands at the end."""
    size = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}[kind]
    places = struct.pack("<HHHIII", 1, 2, kind, 24 // size, 44, 0)
    tiff = b"II*\0" + struct.pack("<IHHHIII", 8, 1, GPS, 4, 1, 26, 0) + places + b"6.2087" * 4
    assert len(tiff) == 44 + 24
    assert b"6.2087" not in without_place(PHOTO[:2] + segment(0xE1, b"Exif\0\0" + tiff))


@pytest.mark.parametrize("progressive", [True, False])
def test_a_jpeg_of_several_passes_stays_as_it_is_seen(progressive: bool) -> None:
    into = BytesIO()
    Image.effect_noise((160, 120), 90).save(into, "JPEG", progressive=progressive, restart_marker_blocks=2)
    assert without_place(into.getvalue()) == into.getvalue()


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


def track(handler: bytes, chunks: list[tuple[int, list[int]]], *, wide: bool = False, same: int = 0) -> bytes:
    """A track whose chunks begin at such places and have pieces so long."""
    sizes = [size for _, pieces in chunks for size in pieces]
    runs = [(number, len(pieces), 1) for number, (_, pieces) in enumerate(chunks, 1)]
    form = "Q" if wide else "I"
    table = box(
        b"stbl",
        box(b"stsd", bytes(16)),
        box(b"stsc", bytes(4), struct.pack(">I", len(runs)), *(struct.pack(">III", *run) for run in runs)),
        box(b"stsz", bytes(4), struct.pack(">II", same, len(sizes)),
            *(() if same else (struct.pack(">I", size) for size in sizes))),
        box(b"co64" if wide else b"stco", bytes(4), struct.pack(">I", len(chunks)),
            *(struct.pack(f">{form}", at) for at, _ in chunks)),
    )  # fmt: skip
    return box(b"trak", box(b"tkhd", bytes(84)), box(b"mdia", box(b"mdhd", bytes(24)), box(b"hdlr", bytes(8), handler),
                                                     box(b"minf", table)))  # fmt: skip


HEAD, SEEN, NOTED = box(b"ftyp", b"isommp42"), bytes(range(1, 201)), b"GPS5 -6.2087 106.8456"
AT = len(HEAD) + 8  # the films' bytes come first, as cameras write them


def filmed(*tracks: bytes) -> bytes:
    """Picture, the first note, picture, the second note."""
    return HEAD + box(b"mdat", SEEN, NOTED, SEEN, NOTED) + box(b"moov", box(b"mvhd", bytes(100)), *tracks)


PAIR, NOTE = len(SEEN) + len(NOTED), len(NOTED)
PICTURE_TRACK = track(b"vide", [(AT, [100, 100]), (AT + PAIR, [200])])


@pytest.mark.parametrize("handler", [b"meta", b"camm"])
@pytest.mark.parametrize(
    "how",
    [
        {"chunks": [(AT + 200, [NOTE]), (AT + PAIR + 200, [NOTE])]},
        {"chunks": [(AT + 200, [9, NOTE - 9]), (AT + PAIR + 200, [NOTE])], "wide": True},
        {"chunks": [(AT + 200, [NOTE]), (AT + PAIR + 200, [5, NOTE - 5])]},
        {"chunks": [(AT + 200, [7, 7, 7]), (AT + PAIR + 200, [7, 7, 7])], "same": 7},
    ],
)  # fmt: skip
def test_a_track_of_what_the_camera_noted_goes_with_its_bytes(handler: bytes, how: dict[str, Any]) -> None:
    film = filmed(PICTURE_TRACK, track(handler, **how))
    kept = without_place(film)
    assert len(kept) == len(film)
    assert kept[AT : AT + 200] == SEEN == kept[AT + PAIR : AT + PAIR + 200]
    assert b"6.2087" not in kept and handler not in kept and PICTURE_TRACK in kept
    assert without_place(kept) == kept


def test_what_is_seen_heard_or_read_stays() -> None:
    film = filmed(PICTURE_TRACK, track(b"soun", [(AT + 200, [NOTE])]), track(b"sbtl", [(AT + PAIR + 200, [NOTE])]))
    assert without_place(film) == film


def test_a_broken_table_keeps_no_place_from_going() -> None:
    noted = track(b"meta", [(AT + 200, [NOTE])])
    place = box(b"udta", box(b"\xa9xyz", b"-6.2087"))
    for cut in range(8, len(noted) - 8):
        short = struct.pack(">I", cut) + noted[4:cut]
        film = HEAD + box(b"mdat", SEEN) + box(b"moov", place, short)
        assert b"-6.2087" not in without_place(film), cut


def test_a_forged_table_is_not_followed_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand chunks that each claim the whole film: no more is written over than it is long."""
    written: list[int] = []
    plain = whereabouts._zero

    def counted(made: bytearray, start: int, end: int) -> None:
        written.append(max(0, min(end, len(made)) - min(start, len(made))))
        plain(made, start, end)

    monkeypatch.setattr(whereabouts, "_zero", counted)
    film = filmed(track(b"meta", [(0, [2**31]) for _ in range(1_000)]))
    without_place(film)
    assert sum(written) <= 2 * len(film)


@given(at=st.integers(0, 1_200), new=st.binary(min_size=4, max_size=4))
def test_a_damaged_track_harms_nothing(at: int, new: bytes) -> None:
    film = filmed(PICTURE_TRACK, track(b"meta", [(AT + 200, [NOTE]), (AT + PAIR + 200, [NOTE])]))
    assert isinstance(without_place(film[:at] + new + film[at + 4 :]), bytes)


def test_what_the_maker_of_the_camera_noted_goes() -> None:
    """Where it was, in a form of its own: a directory like the others, or whatever it likes."""
    drawn, exif, into = Image.new("RGB", (16, 16), "red"), Image.Exif(), BytesIO()
    exif[CAMERA] = "Kamera Uji"
    exif.get_ifd(0x8769).update({0x927C: b"Kamera\0lintang -6.2087 bujur 106.8456", 0x9003: "2026:11:18 07:00:00"})
    drawn.save(into, "JPEG", exif=exif)
    assert b"-6.2087" in into.getvalue()
    kept = without_place(into.getvalue())
    with Image.open(BytesIO(kept)) as picture_kept:
        assert picture_kept.getexif().get_ifd(0x8769)[0x9003] == "2026:11:18 07:00:00"
        assert picture_kept.getexif()[CAMERA] == "Kamera Uji"
    assert b"6.2087" not in kept


DAMAGED = {form: picture(form) for form in PICTURES}
