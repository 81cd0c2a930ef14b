"""The codebook, rule by rule, on sentences that are in no conversation of the project."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.tagging import LABELS, REMEMBERED, Line, Said, Tag, Talk, line_of, normalise, rules, tag, tag_by_rules
from community.tagging.messages import Groups, read_messages
from community.tagging.reading import read_message

DATA = Path(__file__).parents[1] / "data"

RULE_1 = [
    (Said("Bu Wati bergabung menggunakan tautan undangan", sender="(sistem)"), "other"),
    (Said("Pak Tono left", kind="service", sender="Pak Tono"), "other"),
    (Said("Pesan ini telah dihapus", sender="Pak Agus"), "other"),
    (Said("☀️ Pelajaran hari ini: kapan murid Anda bertanya?", sender="Bot Sejawat"), "other"),
    (Said("/hariini", sender="Bu Sari"), "other"),
]
RULE_2 = [
    (Said("Selamat siang, ada yang punya modul ajar IPAS kelas 3 semester 2?"), "consultation"),
    (Said("boleh minta rpp pjok nya pak?"), "consultation"),
    (Said("nyuwun file prota kelas 6 bu, wonten?"), "consultation"),
    (Said("Does anyone have a worksheet on the water cycle?"), "consultation"),
    (Said("", "document", "LKPD Siklus Air Kelas 5.pdf", "Bu Dewi", Line("consultation")), "resource"),
]
RULE_3 = [
    (Said("coba pakai sedotan dipotong-potong, Bu", answers=Line("consultation")), "consultation"),
    (Said("kelas berapa?", answers=Line("consultation")), "consultation"),
    (Said("saya biasanya mulai dari cerita pendek dulu bu", answers=Line("consultation")), "consultation"),
    (Said("https://contoh.sch.id/video-perkalian-jarimatika", "link", None, "", Line("consultation")), "resource"),
    (Said("Pair them with a buddy and let them draw it", answers=Line("consultation")), "consultation"),
]
RULE_4 = [
    (Said("https://us02web.zoom.us/j/5551234?pwd=abc", "link"), "coordination"),
    (Said("https://forms.gle/abcDEF123", "link"), "coordination"),
    (Said("https://shopee.co.id/abc-i.123", "link"), "other"),
    (Said("https://www.tokopedia.com/toko/barang", "link", None, "", Line("consultation")), "other"),
    (Said("https://tokopedia.link/abc", "link"), "other"),
    (Said("Berikut link absensi pelatihan https://contoh.id/hari-ini mohon segera diisi", "link"), "coordination"),
    (Said("", "document", "Undangan Rapat Komite.pdf"), "coordination"),
    (Said("", "document", "Daftar_Hadir_MGMP_Maret.xlsx"), "coordination"),
    (Said("", "document", "RPP Matematika Kelas 2 Penjumlahan.docx"), "resource"),
    (Said("Webinar numerasi Sabtu 12 April jam 09.00, mohon hadir tepat waktu"), "coordination"),
    (Said("https://www.youtube.com/watch?v=abc Rekaman webinar numerasi kemarin", "link"), "resource"),
]
RULE_5 = [
    (Said("Pak, akun PMM saya kok tidak bisa login ya?"), "consultation"),
    (Said("aplikasi rapor error terus, muncul tulisan sesi habis"), "consultation"),
    (Said("Mohon isi e-Kinerja paling lambat Rabu jam 12.00"), "coordination"),
    (Said("How do I add a collaborator in Canva?"), "consultation"),
]
RULE_6 = [
    (Said("rapatnya jadi jam berapa bu?"), "coordination"),
    (Said("besok kumpul di mana ya?"), "coordination"),
    (Said("hadir", thread=(Line("coordination", "Bu Ratna", True),)), "coordination"),
    (Said("sudah saya kirim pak", answers=Line("coordination")), "coordination"),
    (Said("Mohon izin tidak bisa hadir, mengantar orang tua kontrol"), "coordination"),
    (Said("Motor Vario hitam plat AB menghalangi pintu, tolong digeser"), "other"),
    (Said("Open PO kerudung, harga 45rb, yang mau japri"), "other"),
    (Said("Perkenalkan, saya Made, guru baru. Salam kenal"), "other"),
]
RULE_7 = [
    (Said("makasih bu"), "motivation"),
    (Said("baik, makasih"), "motivation"),
    (Said("matur nuwun sanget pak"), "motivation"),
    (Said("hatur nuhun bu Wati 🙏"), "motivation"),
    (Said("Thank you so much, Dewi!"), "motivation"),
    (Said("siap bu", answers=Line("coordination")), "other"),
    (Said("nggih", answers=Line("coordination")), "other"),
    (Said("noted", answers=Line("coordination")), "other"),
    (Said("👍", answers=Line("coordination")), "other"),
    (Said("Besok rapat jam 10.00 di aula, mohon membawa laptop. Terima kasih"), "coordination"),
]
RULE_8 = [(Said("keren banget pak Budi 👏", answers=Line("resource")), "motivation")]
RULE_9 = [
    (Said("Turut berduka cita, semoga keluarga diberi ketabahan"), "motivation"),
    (Said("Innalillahi wa inna ilaihi rojiun"), "motivation"),
    (Said("lekas sembuh bu Rini"), "motivation"),
    (Said("Selamat ulang tahun Pak Agus 🎂"), "motivation"),
    (Said("Congratulations, well deserved!"), "motivation"),
    (Said("aamiin", thread=(Line("motivation", "Bu Sari"),)), "motivation"),
    (Said("aamiin", thread=(Line("other", "Bu Sari"),)), "other"),
    (Said("Assalamu'alaikum wr wb, selamat pagi bapak ibu semua"), "other"),
    (Said("Selamat Hari Raya Idul Fitri, mohon maaf lahir dan batin"), "other"),
]
RULE_10 = [
    (Said("Refleksi: hari ini saya pakai kartu angka, kelompok selesai sebelum bel"), "other"),
    (Said("Refleksi saya: murid kelas 1 bingung, bagaimana caranya supaya tidak berebut?"), "consultation"),
]
RULE_11 = [
    (Said("", "photo", "IMG_0001.jpg", "Bu Sari"), "other"),
    (Said("", "photo", None, "Bu Sari", None, (Line("resource", "Bu Sari"),)), "resource"),
    (Said("👏", "sticker", answers=Line("resource")), "motivation"),
    (Said("🙏", "sticker", answers=Line("coordination")), "other"),
    (Said("🤣", "sticker", answers=Line("consultation")), "other"),
    (Said("❤️", thread=(Line("consultation", "Pak Budi"),)), "motivation"),
]
RULE_12 = [
    (Said("Terima kasih yang sudah hadir. Laporan ditunggu paling lambat Senin jam 14.00 ya"), "coordination"),
    (Said("Makasih bu. Kalau murid yang belum bisa membaca bagaimana ya?"), "consultation"),
]
RULES = (RULE_1, RULE_2, RULE_3, RULE_4, RULE_5, RULE_6, RULE_7, RULE_8, RULE_9, RULE_10, RULE_11, RULE_12)
CASES = [case for cases in RULES for case in cases]
TABLE = [
    pytest.param(said, label, id=f"rule {number}: {said.text[:40] or said.file_name}")
    for number, cases in enumerate(RULES, start=1)
    for said, label in cases
]


@pytest.mark.parametrize("said, label", TABLE)
def test_the_rules_follow_the_codebook(said: Said, label: str) -> None:
    assert tag_by_rules(said).label == label


def test_the_model_outweighs_the_rules_in_these_two_alone() -> None:
    """Both are mistakes: congratulations out of the blue, and folded hands after an instruction."""
    assert [(said.text, label) for said, label in CASES if tag(said).label != label] == [
        ("Congratulations, well deserved!", "motivation"), ("🙏", "other"),
    ]  # fmt: skip


def test_thanks_with_a_question_is_a_consultation_with_motivation_second() -> None:
    tagged = tag(Said("Terima kasih banyak bu Dewi. Kalau muridnya 40, bagaimana ya membagi kelompoknya?"))
    assert (tagged.label, tagged.secondary) == ("consultation", "motivation")


def test_the_reason_names_the_words_as_they_were_written() -> None:
    tagged = tag(Said("Pagi bu, ad yg pny? maaf, ada yg punya soal sumatif?"))
    assert tagged.reason == "tagging.asks_for_material"
    assert tagged.evidence == "ada yg punya"
    assert tagged.source == "rule"


@pytest.mark.parametrize(
    "slip, label",
    [
        ("terimaksih atas bantuannya", "motivation"),
        ("turut berduka citta", "motivation"),
        ("mohon dikumpulkn paling lambatt hari jumat", "coordination"),
    ],
)
def test_a_slip_of_the_finger_is_forgiven(slip: str, label: str) -> None:
    assert tag(Said(slip)).label == label


def test_a_short_or_ordinary_word_is_not_bent_into_another() -> None:
    assert tag(Said("kami berdua sudah pulang", sender="Bu Sari")).label != "motivation"
    assert "galungan" not in tag(Said("bahannya gulungan tisu", "photo")).evidence


def test_the_same_words_mean_another_thing_in_another_thread() -> None:
    said = "yang kuning bu"
    assert tag(Said(said, answers=Line("consultation"))).label == "consultation"
    assert tag(Said(said, answers=Line("coordination"))).label == "coordination"


def test_a_question_inside_quotation_marks_is_an_example_and_not_a_question() -> None:
    assert tag(Said('IPA kelas 4: "Mengapa es mencair?" Silakan dipakai')).label == "resource"


def test_a_talk_remembers_a_few_messages_and_who_asked() -> None:
    talk = Talk()
    for number in range(9):
        said = Said(f"kelas {number} rapatnya jam berapa?", sender=f"Bu {number}", thread=talk.thread)
        talk.remember(line_of(said, tag(said)))
    assert len(talk.thread) == REMEMBERED
    assert talk.thread[-1] == Line("coordination", "Bu 8", True)


def test_a_line_knows_a_question_without_a_question_mark() -> None:
    said = Said("mohon masukannya bapak ibu untuk modul ajar saya, masih bingung", sender="Pak Budi")
    assert line_of(said, tag(said)).is_question


LINES = st.builds(Line, st.sampled_from(LABELS), st.text(max_size=5), st.booleans(), st.none() | st.integers(0, 2**40))
KINDS = st.sampled_from(["text", "photo", "document", "video", "voice", "sticker", "poll", "link", "service", "new"])


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(max_size=300),
    kind=KINDS,
    name=st.none() | st.text(max_size=30),
    sender=st.text(max_size=20),
    reply=st.none() | LINES,
    thread=st.lists(LINES, max_size=6),
    at=st.none() | st.integers(0, 2**40),
)
def test_whatever_is_said_gets_a_label_a_doubt_and_a_reason(
    text: str, kind: str, name: str | None, sender: str, reply: Line | None, thread: list[Line], at: int | None
) -> None:
    tagged = tag(Said(text, kind, name, sender, reply, tuple(thread), at))
    assert isinstance(tagged, Tag)
    assert tagged.label in LABELS
    assert tagged.secondary is None or (tagged.secondary in LABELS and tagged.secondary != tagged.label)
    assert 0 <= tagged.confidence <= 1
    assert tagged.reason.startswith("tagging.")
    assert len(tagged.evidence) <= 80


def test_a_very_long_message_is_read_only_as_far_as_telegram_allows() -> None:
    assert len(normalise("rapat " * 100_000)) < 6 * 4096


def test_a_rule_that_is_passed_over_would_have_had_nothing_to_say() -> None:
    """On every message of the development conversations: what `judge` leaves out is None."""
    groups, skipped = Groups(tag_by_rules), 0
    for message in read_messages(DATA / "conversations.jsonl"):
        reading = read_message(groups.said(message))
        asked = rules.fitting(reading)
        left = [rule for rule, _ in rules.RULES if rule not in asked]
        assert [rule.__name__ for rule in left if rule(reading)] == [], message["text"]
        skipped += len(left)
        groups.tag(message)
    assert skipped > 900 * 15, "most of the rules are passed over"
