"""The model as it is applied: rows of words, several threads, what it weighs on a machine."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from community.tagging import BATCH, Said, lexicon, look
from community.tagging import model as model_module
from community.tagging.features import letters, of_message, of_rules, of_thread, pairs, place, standing
from community.tagging.messages import Groups, read_messages
from community.tagging.model import FILE, Model
from community.tagging.packed import STEP, all_packed, apart, packed, scores, scores_of_both
from community.tagging.reading import read_message
from community.tagging.rules import judge
from community.tagging.talk import weigh
from community.tagging.values import Line
from community.tagging.word_rows import WordRows, beside

UNSEEN = Path(__file__).parents[1] / "data" / "unseen_conversations.jsonl"
NAMES = ["w rapat", "c <r", "c ra", "b ^ rapat", "b rapat besok"]
ROWS = np.arange(25, dtype=np.float32).reshape(5, 5)


TABLE = WordRows(NAMES, ROWS)


def row(word: str) -> tuple[float, ...]:
    return scores(TABLE.word(word))


def test_a_word_is_its_own_row_and_a_share_of_its_letters() -> None:
    found = letters("rapat")
    expected = ROWS[0] + (ROWS[1] + ROWS[2]) / len(found) ** 0.5
    assert row("rapat") == pytest.approx(expected.tolist(), abs=1e-6)


def test_a_word_nobody_listed_stands_on_its_letters_and_a_question_mark_has_none() -> None:
    assert row("rajin") != (0.0,) * 5
    assert row("xyz") == row("?") == (0.0,) * 5


def test_pairs_that_are_not_known_are_nothing() -> None:
    assert list(pairs(["rapat", "besok"])) == ["^ rapat", "rapat besok", "besok $"]
    each = TABLE.each_pair(["rapat", "besok"])
    assert [list(scores(one)) for one in each] == [ROWS[3].tolist(), ROWS[4].tolist(), [0.0] * 5]
    words = ["rapat", "besok"]
    assert beside(TABLE.after("^"), map(TABLE.after, words), words) == sum(each)
    assert beside(TABLE.after("^"), (), ()) == 0


def test_rows_are_packed_and_unpacked_to_the_last_bit() -> None:
    """Fields below zero borrow from the next one; a sum of many and the largest field must not."""
    chance = np.random.default_rng(5)
    table = chance.normal(0, 4, (500, 5)).astype(np.float16).astype(np.float32)
    table[:3] = [[-1] * 5, [0, -(2.0**-24), 0, 2.0**-24, -0.0], [2.0**22, -(2.0**22), 1, -(2.0**22), 2.0**22]]
    many = all_packed(table)
    assert [scores(one) for one in many] == [tuple(one) for one in table.tolist()]
    assert [packed(one) for one in table.tolist()] == many
    assert scores(sum(many), 0.5) == tuple((table.astype(np.float64).sum(0) / 2).tolist())
    assert sum(many[250:]) + sum(many[:250]) == sum(reversed(many)), "in any order"


def test_two_sums_are_taken_apart_at_once_and_fields_compared() -> None:
    table = np.random.default_rng(6).normal(0, 4, (40, 5)).astype(np.float16).astype(np.float32)
    for one, other in zip(all_packed(table), all_packed(table[::-1]), strict=True):
        alone = zip(scores(one, 0.3), scores(other), strict=True)
        assert scores_of_both(one, 0.3, other) == tuple(a + b for a, b in alone)
        assert [apart(one, 0, place) * STEP for place in range(5)] == [scores(one)[0] - b for b in scores(one)]


def test_every_standing_has_a_number_of_its_own() -> None:
    groups, found = Groups(), dict[int, object]()
    others = [f"Guru {number}" for number in range(3)]
    for number, message in enumerate(read_messages(UNSEEN)):
        said = groups.said(message)
        for line in (None, Line("other"), *said.thread):
            for at in (None, said.at, (said.at or 0) + 600, (said.at or 0) + 90_000):
                here = said._replace(answers=line, at=at, sender=others[number % 3] if number % 5 else said.sender)
                reading = read_message(here)
                for rule in ("", "other", "consultation"):
                    where = standing(reading, rule)
                    assert found.setdefault(place(reading, rule), where) == where
        groups.tag(message)
        if number == 200:
            break
    assert len(set(found.values())) == len(found) > 500


def test_full_tables_begin_anew_and_several_threads_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "KEPT", 50)
    monkeypatch.setattr(model_module, "TEXTS", 20)
    model = Model.read()
    words = [f"kata{number % 210}x" for number in range(4_000)]
    alone = {word: model.words.word(word) + sum(model.words.each_pair([word])) for word in set(words)}
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda word: (word, model.look(word).of_words), words))
    assert all(alone[word] == found for word, found in together)


def test_the_scores_are_the_sum_of_rows() -> None:
    """Added up by numpy from the model's table, name by name, as the training does."""
    model = Model.read()
    places = {name: place for place, name in enumerate(model.names.split("\n"))}
    groups, kinds = Groups(), set()
    for message in islice(read_messages(UNSEEN), 0, None, 7):
        said = groups.said(message)
        seen = model.look(said.text)
        reading = read_message(said, seen.shown)
        verdict = judge(reading)
        where = standing(reading, verdict.label)
        of_words = sum(map(np.array, map(scores, map(model.words.word, reading.words))), np.zeros(5))
        of_pairs = [f"b {pair}" for pair in pairs(reading.words)]
        of_words = of_words + sum((model.rows[places[one]] for one in of_pairs if one in places), np.zeros(5))
        expected = model.start + of_words / max(1, len(reading.words)) ** 0.5
        for name in [*of_rules(verdict.label, verdict.reason), *of_message(reading), *of_thread(where)]:
            if name in places:
                expected = expected + model.rows[places[name]]
        found = model.scores(seen, reading, verdict[:2])
        assert found == pytest.approx(expected.tolist(), abs=1e-5)
        assert model.look(said.text).of_words == seen.of_words, "the second time as the first"
        kinds.add((said.kind, bool(said.file_name), bool(said.answers), bool(reading.links)))
        groups.tag(message)
    assert len(kinds) >= 6


def test_the_model_is_small_and_holds_no_object_that_could_run() -> None:
    assert FILE.stat().st_size < 1_500_000
    with np.load(FILE, allow_pickle=False) as stored:
        assert all(stored[name].dtype.kind in "fuU" for name in stored.files)


def test_reading_the_model_and_tagging_takes_little_memory_and_no_research_library() -> None:
    """The bound is 60 MB more than Python alone, phrases and numpy included."""
    source = (
        "import re, sys\n"
        "from pathlib import Path\n"
        "def peak():\n"  # not ru_maxrss: a process inherits its parent's
        "    return int(re.search('VmHWM:[^0-9]*([0-9]+)', Path('/proc/self/status').read_text())[1])\n"
        "before = peak()\n"
        "from community.tagging import Said, tag\n"
        "for number in range(3000): tag(Said(f'rapat{number} besok jam {number % 24} ya bu guru{number}'))\n"
        "assert not {'sklearn', 'scipy', 'pandas', 'aiogram', 'sqlalchemy'} & set(sys.modules)\n"
        "print(peak() - before)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=120, check=True, cwd=root
    )
    assert 1024 < int(done.stdout) < 60 * 1024


def test_many_looked_at_together_are_tagged_as_one_by_one() -> None:
    messages = list(islice(read_messages(UNSEEN), BATCH + 50))
    one_by_one = Groups()
    assert [(one["id"], tagged) for one, tagged in Groups().tag_all(messages)] == [
        (one["id"], one_by_one.tag(one)) for one in messages
    ]


def test_what_was_looked_at_with_another_model_is_weighed_anew() -> None:
    """Otherwise leaving a group out would be measured with the model that has seen it."""
    said = Said("Ada yang punya modul ajar pecahan?")
    other = Model(["w modul"], np.ones((1, 5), np.float32), np.arange(5, dtype=np.float32))
    assert weigh(said._replace(seen=look([said.text])[0]), other).chances == weigh(said, other).chances
