"""Pupils who are called by name are nobody in what leaves; titles, schools and classes stay what they are."""

import json

import pytest

from community.pupils import hidden
from reports.papers.paper import Cell, Listed, Pairs, Paper, Signed, Signer, Table, Words

HIDDEN = {
    "murid Ani, Budi, dan Citra berani bertanya": "murid [nama], [nama], dan [nama] berani bertanya",
    "Ananda Rizky Pratama sudah lancar": "Ananda [nama] sudah lancar",
    "murid kami si Dewi Lestari maju ke depan": "murid kami si [nama] maju ke depan",
    "Peserta didik bernama budi menangis": "Peserta didik bernama [nama] menangis",
    "siswa (Rani) diam": "siswa ([nama]) diam",
    "murid yang bernama Siti Aminah dan Joko": "murid yang bernama [nama] dan [nama]",
    "murid a.n. Rara: tuntas": "murid a.n. [nama]: tuntas",
    "santri Ma'ruf hafal": "santri [nama] hafal",
    "Two pupils, Anna's friend; pupil Ben laughed": "Two pupils, Anna's friend; pupil [nama] laughed",
}
STAYS = (
    "siswa SMP Melati 2 hadir", "Lembar Kerja Siswa Pecahan Senilai", "Murid Kelas 5 menakar air", "murid bertanya",
    "Murid aktif. Budi Santoso memimpin diskusi", "Kata Bu Sari, murid-murid senang", "Keterlibatan Murid Aktif", "",
)  # fmt: skip


@pytest.mark.parametrize(("said", "told"), HIDDEN.items())
def test_a_pupil_who_is_called_by_name_is_nobody(said: str, told: str) -> None:
    assert hidden(said) == told
    assert hidden(told) == told


@pytest.mark.parametrize("said", STAYS)
def test_what_is_no_pupils_name_stays(said: str) -> None:
    assert hidden(said) == said


def test_a_paper_names_no_pupil_and_keeps_who_signs() -> None:
    note = "Guru menyapa siswa Rangga dan Laras"
    blocks = (
        Words(note), Pairs((("Catatan", note),)), Listed((note,)), Table(((Cell(note),),), ((note,),), (1.0,)),
        Signed((Signer(("Ketua Siswa Rangga",), "Wali murid", "Laras"),)),
    )  # fmt: skip
    written = json.dumps(Paper("Notula", "2026-11-18", blocks).plain()["blocks"][:4], ensure_ascii=False)
    assert written.count("siswa [nama] dan [nama]") == 5 and "Rangga" not in written
    assert Paper("Notula", "2026-11-18", blocks).plain()["blocks"][4]["signers"][0]["name"] == "Laras"


def test_long_words_are_read_in_time() -> None:
    for said in ("murid " * 20_000, "murid " + "A'" * 40_000, "siswa " + "Ab, " * 20_000, "bernama " * 20_000):
        assert hidden(said)
