"""What stands behind a stamp: texts, what WhatsApp writes in its own words, and who it is from."""

import pytest

from tests.exports.told import IPHONE, STAMP, one, told

L, R = "\u200e", "\u200f"

# On either telephone: the body, its kind, text and file.
ANDROID = [
    ("<Media tidak disertakan>", "media", "", None),
    ("<Media omitted>", "media", "", None),
    ("<Media disingkirkan>", "media", "", None),
    ("<省略多媒体文件>", "media", "", None),
    ("<Media tidak disertakan>\nLKPD pecahan kelas 4\nmonggo dipakai", "media",
     "LKPD pecahan kelas 4\nmonggo dipakai", None),
    ("<Media omitted>\nKelas saya 😊", "media", "Kelas saya 😊", None),
    ("<Media omitted>\n", "media", "", None),
    ("<ini modulnya>\nmonggo", "text", "<ini modulnya>\nmonggo", None),
    ("null", "media", "", None),
    ("", "media", "", None),
    ("IMG-20250830-WA0001.jpg (file terlampir)", "photo", "", "IMG-20250830-WA0001.jpg"),
    (f"{L}IMG-20250830-WA0001.jpg (file attached)\nKelas 4A\nhari ini", "photo", "Kelas 4A\nhari ini",
     "IMG-20250830-WA0001.jpg"),
    ("IMG-20250830-WA0001.jpg (gambar dilampirkan)", "photo", "", "IMG-20250830-WA0001.jpg"),
    ("VID-20250830-WA0002.mp4 (file terlampir)", "video", "", "VID-20250830-WA0002.mp4"),
    ("PTT-20250830-WA0003.opus (file terlampir)", "voice", "", "PTT-20250830-WA0003.opus"),
    ("STK-20250830-WA0004.webp (file terlampir)", "sticker", "", "STK-20250830-WA0004.webp"),
    ("Modul ajar (pecahan).docx (file terlampir)", "document", "", "Modul ajar (pecahan).docx"),
    ("Bu Wati.vcf (file terlampir)", "contact", "", "Bu Wati.vcf"),
    ("فایل پیوست شد IMG-20250830-WA0001.jpg", "photo", "", "IMG-20250830-WA0001.jpg"),
    ("lokasi : https://maps.google.com/?q=-7.79,110.36", "location", "https://maps.google.com/?q=-7.79,110.36", None),
    ("Lokasi terkini dibagikan", "location", "", None),
    ("POLL:\nRapat kapan?\nOPTION: Senin (3 votes)\nOPTION: Selasa (1 vote)\n", "poll",
     "Rapat kapan?\nSenin\nSelasa", None),
    ("POLLING:\nRapat kapan?\nOPSI: Senin (3 suara)\nOPSI: Selasa (0 suara)", "poll", "Rapat kapan?\nSenin\nSelasa",
     None),
]  # fmt: skip
IPHONES = [
    (f"{L}gambar tidak disertakan", "photo", "", None),
    (f"{L}stiker tidak disertakan", "sticker", "", None),
    (f"{L}audio tidak disertakan", "voice", "", None),
    (f"{L}GIF tidak disertakan", "video", "", None),
    (f"{L}Kartu kontak tidak disertakan", "contact", "", None),
    (f"Modul.docx {L}dokumen tidak disertakan", "document", "", "Modul.docx"),
    (f"Modul ajar.pdf • {L}2 halaman {L}dokumen tidak disertakan", "document", "", "Modul ajar.pdf"),
    (f"{L}<terlampir: 00000006-PHOTO-2025-08-30-18-00-09.jpg>", "photo", "", "00000006-PHOTO-2025-08-30-18-00-09.jpg"),
    (f"Kelas 4A\n{L}<terlampir: 00000007-VIDEO-2025-08-30-18-00-09.mp4>", "video", "Kelas 4A",
     "00000007-VIDEO-2025-08-30-18-00-09.mp4"),
    (f"Modul.pdf • {L}7 halaman {L}<terlampir: 00000008-Modul.pdf>", "document", "", "Modul.pdf"),
    (f"2015-08-04-PHOTO-00004762.jpg <{L}attached>", "photo", "", "2015-08-04-PHOTO-00004762.jpg"),
    (f"{L}<modul.pdf eklendi>", "document", "", "modul.pdf"),
    (f"{L}Lokasi: https://maps.google.com/?q=-7.79,110.36", "location", "https://maps.google.com/?q=-7.79,110.36",
     None),
    (f"{L}POLL:\nVenerdì?\n{L}OPTION: Sì (1 vote)\n{L}OPTION: No (0 votes)", "poll", "Venerdì?\nSì\nNo", None),
    (f"{L}Anda menerima pesan sekali lihat.", "media", "", None),
]  # fmt: skip


@pytest.mark.parametrize(("body", "kind", "text", "file_name"), ANDROID)
def test_what_android_writes_instead_of_a_text(body: str, kind: str, text: str, file_name: str | None) -> None:
    found = one(f"Sari: {body}")
    assert (found.sender, found.kind, found.text, found.file_name) == ("Sari", kind, text, file_name)


@pytest.mark.parametrize(("body", "kind", "text", "file_name"), IPHONES)
def test_what_an_iphone_writes_instead_of_a_text(body: str, kind: str, text: str, file_name: str | None) -> None:
    found = one(f"Sari: {body}", IPHONE)
    assert (found.sender, found.kind, found.text, found.file_name) == ("Sari", kind, text, file_name)


@pytest.mark.parametrize("body", [
    "Pesan ini telah dihapus", "Anda telah menghapus pesan ini", "pesan telah dihapus", "This message was deleted",
    "You deleted this message", "Pesan ini dihapus oleh admin Bu Ratna", "Dit bericht is verwijderd",
])  # fmt: skip
def test_a_deleted_message_says_nothing_any_more(body: str) -> None:
    found = [one(f"Sari: {body}"), one(f"Sari: {L}{body}.", IPHONE)]
    assert [(each.sender, each.text, each.deleted, each.kind) for each in found] == [("Sari", "", True, "text")] * 2


@pytest.mark.parametrize("mark", [" <Pesan ini diedit>", f" {L}<Pesan ini diedit>", f" {L}<This message was edited>"])
def test_an_edited_message_is_its_text_alone(mark: str) -> None:
    for stamp in (STAMP, IPHONE):
        found = one(f"Sari: Rapat jam 10\ndi ruang guru{mark}", stamp)
        assert (found.text, found.edited) == ("Rapat jam 10\ndi ruang guru", True)
    assert not one("Sari: ditulis <Pesan ini diedit> di tengah").edited
    captioned = one(f"Sari: IMG-20250830-WA0001.jpg (file terlampir)\nKelas 4A{mark}")
    assert (captioned.kind, captioned.text, captioned.edited) == ("photo", "Kelas 4A", True)


@pytest.mark.parametrize("text", [
    "Tugas: kerjakan halaman 4", "ada <b>tebal</b>", "nilai (sementara)", "Pesan ini dihapus saja ya", "admin grup",
    "PENTING:\nbesok libur\nbawa: buku (2 buah)", "lihat https://maps.google.com/maps lalu", "a > b", "لا بأس",
    "satu\n\ntiga", "video tidak disertakan di modul", " menjorok", "jam 18.00 - 19.00", "null saja",
])  # fmt: skip
def test_a_text_that_only_looks_like_it_stays_as_it_was_written(text: str) -> None:
    for stamp in (STAMP, IPHONE):
        found = one(f"Sari: {text}", stamp)
        assert (found.sender, found.kind, found.text, found.deleted, found.edited) == (
            "Sari",
            "text",
            text,
            False,
            False,
        )


@pytest.mark.parametrize("line", [
    'Bu Ratna membuat grup "KKG: Kelas 4"', 'Anda membuat grup "KKG"', "Bu Ratna menambahkan Wali Kelas 9C: Bu Dewi",
    "Budi keluar", 'Bu Ratna telah mengubah subjek dari "KKG: 4" menjadi "KKG: 5"', "Sekarang Anda adalah admin",
    "Pesan dan panggilan terenkripsi secara end-to-end. Tidak seorang pun dapat membacanya.",
    'Budi changed the group description: "Info: besok"', "‎Made bergabung menggunakan tautan undangan grup ini",
    "Kode keamanan Budi berubah. Ketuk untuk info selengkapnya.", "Budi menyematkan pesan",
])  # fmt: skip
def test_a_line_of_the_program_has_no_sender(line: str) -> None:
    for stamp, mark in ((STAMP, ""), (IPHONE, L)):
        found = one(mark + line, stamp)
        assert (found.sender, found.kind, found.text) == (None, "service", line.strip(L))


@pytest.mark.parametrize("body", [
    f"{L}Pesan dan panggilan terenkripsi secara end-to-end.", f"{L}Panggilan suara tak terjawab",
    "Messages and calls are end-to-end encrypted. No one outside of this chat can read them.",
    f"{L}Anda menambahkan Budi", f"{L}etwas ganz Neues",
])  # fmt: skip
def test_an_iphone_lets_a_name_say_what_the_program_says(body: str) -> None:
    found = one(f"KKG Kelas 4: {body}", IPHONE)
    assert (found.sender, found.kind) == (None, "service")


@pytest.mark.parametrize(("name", "clean"), [
    ("~\u202fSari W", "~ Sari W"), ("\u202a+62\u00a0812\u20113456\u20117890\u202c", "+62 812-3456-7890"),
    ("Anda", "Anda"),
    ("Bu Dewi 🌸", "Bu Dewi 🌸"), ("Pak Made - SDN 3", "Pak Made - SDN 3"), ("Ust. Agus, S.Pd.", "Ust. Agus, S.Pd."),
])  # fmt: skip
def test_a_name_is_written_without_marks_of_direction(name: str, clean: str) -> None:
    assert [one(f"{name}: halo", stamp).sender for stamp in (STAMP, IPHONE)] == [clean, clean]


def test_a_mention_is_the_name_alone() -> None:
    assert one("Sari: tolong @\u2068Bu Dewi\u2069 ya").text == "tolong @Bu Dewi ya"


def test_a_name_with_nothing_or_no_space_behind_its_colon() -> None:
    found = told("Budi:", "Sari:Hai", "Budi:\nbaris kedua")
    assert [(each.sender, each.text) for each in found] == [("Budi", ""), ("Sari", "Hai"), ("Budi", "baris kedua")]


def test_names_with_colons_are_learnt_from_the_whole_file() -> None:
    ratna, dewi, deep = "Wali Kelas 9C: Bu Ratna", "Wali Kelas 9C: Bu Dewi", "SMP: 9: Made"
    found = told(
        f"{ratna}: pagi", f"{dewi}: <Media tidak disertakan>", "Budi: Info: libur", f"{ratna}: Catatan: baris: dua",
        f"{deep}: satu", f"{deep}: dua", f"{deep}: tiga", f"{ratna} keluar", f"{ratna}: Tugas: hal 4", "Budi: halo",
        "Admin: Pengumuman: a", "Admin: Pengumuman: b", "Admin: Pengumuman: c", f"{dewi}:",
    )  # fmt: skip
    assert [each.sender for each in found] == [
        ratna, dewi, "Budi", ratna, deep, deep, deep, None, ratna, "Budi", "Admin", "Admin", "Admin", dewi,
    ]  # fmt: skip
    assert found[3].text == "Catatan: baris: dua"
    assert found[10].text == "Pengumuman: a"


def test_somebody_who_quotes_others_keeps_his_own_name() -> None:
    found = told(*["Budi: Bu Ratna: besok rapat"] * 4, "Budi: itu kata beliau")
    assert {each.sender for each in found} == {"Budi"}
