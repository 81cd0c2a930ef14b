"""Words that are shown shortened: cut between words, never longer than asked, and by no detour shorter."""

import pytest

from community.notes import CAPTION, clipped, fitted

SAID = "Cara Bapak memulai dari benda nyata itu bagus sekali"


@pytest.mark.parametrize(
    "text, most, shown",
    [
        (SAID, 60, SAID),
        (SAID, 20, "Cara Bapak memulai…"),
        (SAID, 19, "Cara Bapak memulai…"),
        (SAID, 18, "Cara Bapak…"),
        ("Baris pertama\nbaris kedua", 16, "Baris pertama…"),
        ("https://contoh.sch.id/bahan-ajar-pecahan-kelas-empat", 20, "https://contoh.sch.…"),
        ("Di https://contoh.sch.id/bahan-ajar-pecahan", 20, "Di https://contoh.s…"),
    ],
)
def test_what_is_too_long_is_cut_between_words_unless_one_word_is_most_of_it(text: str, most: int, shown: str) -> None:
    assert clipped(text, most) == shown


def test_of_sixty_characters_forty_stay() -> None:
    words = "Anak-anak mengukur halaman dengan langkah, lalu " + "x" * 60
    assert all(len(clipped(words, most)) > 41 for most in range(60, 100))


def test_more_room_never_shows_less() -> None:
    lengths = [len(clipped(SAID * 3, most)) for most in range(2, 200)]
    assert lengths == sorted(lengths)
    assert all(length <= most for most, length in enumerate(lengths, start=2))
    words = fitted(SAID * 200, CAPTION, lambda part: f"<b>Sari</b> {part}")
    assert words.endswith("…") and CAPTION - 20 < len(words) <= CAPTION
