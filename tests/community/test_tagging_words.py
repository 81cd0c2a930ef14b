"""The normaliser of informal Indonesian, Javanese and Sundanese spelling."""

import re
import tomllib
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.tagging import normalise
from community.tagging.phrases import phrases
from community.tagging.words import FOLDER, LANGUAGES, LONGEST, written


@pytest.mark.parametrize(
    "written, plain",
    [
        ("Gmn caranya yg bnr?", "bagaimana caranya yang benar ?"),
        ("mksh byk", "makasih banyak"),
        ("tlg dgn sy", "tolong dengan saya"),
        ("bisaaaa", "bisa"),
        ("anak2 sama2", "siswa siswa sama sama"),
        ("Assalamu'alaikum", "assalamualaikum"),
        ("jam 13.00 ya!!", "jam 13.00 ya"),
        ("kumaha carana?", "bagaimana carana ?"),
        ("mboten saged", "tidak bisa"),
        ("lihat https://contoh.id/a?b=c dulu", "lihat dulu"),
        ("😀🙏", ""),
    ],
)
def test_everyday_spelling_becomes_plain(written: str, plain: str) -> None:
    assert normalise(written) == plain


ALPHABET = st.text(alphabet=st.sampled_from("abeghiklmnopstuwy2 ?.'!🙏13"), max_size=60)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | ALPHABET)
def test_normalising_twice_changes_nothing_and_stays_bounded(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert len(once) <= 6 * min(len(text), LONGEST)


def _spellings() -> list[str]:
    read = [tomllib.loads((FOLDER / language / "words.toml").read_text("utf-8")) for language in LANGUAGES]
    return [spelling for words in read for spelling in words["means"]]


def test_every_listed_spelling_comes_to_rest_at_once() -> None:
    for spelling in _spellings():
        once = normalise(spelling)
        assert once
        assert normalise(once) == once


def test_every_phrase_can_be_said() -> None:
    """A phrase whose words the normaliser would change could never be found."""
    for phrase in phrases():
        words = [word.rstrip("*") for word in phrase.words if word not in ("_", "#", "@")]
        changed = [word for word in words if normalise(word) != word and f"{word}*" not in phrase.words]
        assert not changed, phrase
        assert phrase.words[0] != "_", phrase


def test_words_of_plain_letters_are_found_as_the_expression_finds_them() -> None:
    chance = Random(8)
    letters = "abcXYZ019.:,/'`?_ -\n\t\x1c’é😀"
    for _ in range(5_000):
        text = "".join(chance.choices(letters[: 12 + chance.randrange(16)], k=chance.randrange(24)))
        found = re.sub("['’‘`ʼ´]", "", text.lower())
        assert written(text) == re.findall(r"\d+(?:[.:,/]\d+)+|[^\W_]+|\?", found), text
