"""The model as it is applied: rows of words, several threads, what it weighs on a machine."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from community.tagging import BATCH, Said, look, word_rows
from community.tagging.features import letters, of_message, of_rules, of_thread, pairs, standing
from community.tagging.messages import Groups, read_messages
from community.tagging.model import FILE, Model
from community.tagging.reading import read_message
from community.tagging.rules import judge
from community.tagging.talk import weigh
from community.tagging.word_rows import WordRows

NAMES = ["w rapat", "c <r", "c ra", "b ^ rapat", "b rapat besok"]
ROWS = np.arange(25, dtype=np.float32).reshape(5, 5)


def rows(*words: str) -> list[list[float]]:
    table = WordRows(NAMES, ROWS)
    found = table.each(words)
    assert len(found) == 2 * len(words) + 1
    assert table.of(words)[len(words) :] == [row for row in found[len(words) :] if any(row)]
    return [[round(float(value), 4) for value in row] for row in found]


def test_a_word_is_its_own_row_and_a_share_of_its_letters() -> None:
    found = letters("rapat")
    expected = ROWS[0] + (ROWS[1] + ROWS[2]) / len(found) ** 0.5
    assert rows("rapat")[0] == [round(float(value), 4) for value in expected]


def test_a_word_nobody_listed_stands_on_its_letters_and_a_question_mark_has_none() -> None:
    assert rows("rajin")[0] != [0.0] * 5
    assert rows("xyz")[0] == rows("?")[0] == [0.0] * 5


def test_pairs_come_after_the_words_and_unknown_ones_are_nothing() -> None:
    assert list(pairs(["rapat", "besok"])) == ["^ rapat", "rapat besok", "besok $"]
    assert rows("rapat", "besok")[2:] == [ROWS[3].tolist(), ROWS[4].tolist(), [0.0] * 5]


def test_a_full_table_begins_anew_and_several_threads_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_rows, "KEPT", 50)
    model = Model.read()
    words = [f"kata{number % 210}" for number in range(4_000)]
    alone = {word: model.words.of([word])[0] for word in set(words)}
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda word: (word, model.words.of([word])[0]), words))
    assert all(alone[word] == found for word, found in together)


def test_the_scores_are_the_sum_of_rows() -> None:
    """Added up by numpy from the model's table, name by name, as the training does."""
    model = Model.read()
    names = model.names.split("\n")
    for said in (Said("Ada yang punya modul ajar pecahan? 🙏", sender="Bu Rina"), Said("", "sticker"), Said("siap bu")):
        reading = read_message(said)
        verdict = judge(reading)
        flags, where = of_rules(verdict) + of_message(reading), standing(reading, verdict)
        of_words = sum((np.array(row) for row in model.words.each(reading.words)), np.zeros(5))
        expected = model.start + of_words / max(1, len(reading.words)) ** 0.5
        for name in [*flags, *of_thread(where)]:
            if name in names:
                expected = expected + model.rows[names.index(name)]
        assert model.scores(model.of_words(reading.words), flags, where) == pytest.approx(expected.tolist(), abs=1e-5)


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
    messages = list(read_messages(Path(__file__).parents[1] / "data" / "unseen_conversations.jsonl"))[: BATCH + 50]
    one_by_one = Groups()
    assert [(one["id"], tagged) for one, tagged in Groups().tag_all(messages)] == [
        (one["id"], one_by_one.tag(one)) for one in messages
    ]


def test_what_was_looked_at_with_another_model_is_weighed_anew() -> None:
    """Otherwise leaving a group out would be measured with the model that has seen it."""
    said = Said("Ada yang punya modul ajar pecahan?")
    other = Model(["w modul"], np.ones((1, 5), np.float32), np.arange(5, dtype=np.float32))
    assert weigh(said._replace(seen=look([said.text])[0]), other).chances == weigh(said, other).chances
