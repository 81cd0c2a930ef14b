"""Files that an export left out: told by the talk around them, and by nothing that other messages are told by."""

from collections import Counter

import pytest

from community.tagging import Said, Tag, standard, tag
from community.tagging.agreement import agreement
from community.tagging.messages import read_messages
from community.tagging.quantify import step
from community.tagging.values import HIDDEN, Line
from reports.shares import from_tags
from tests.community.test_tagging_conversations import UNSEEN
from tests.exports.whatsapp_written import FORMS, PROGRAM, Form, read_back

WITHOUT = [form for form in FORMS if not form.is_iphone and "without" in form.name]


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_every_form_of_an_export_comes_back_whole(form: Form) -> None:
    messages = list(read_messages(UNSEEN))
    found = list(read_back(messages, form))
    assert [message["id"] for message, _ in found] == [one["id"] for one in messages if one["sender"] not in PROGRAM]
    told = agreement([(message["label"], given.label) for message, given in found])
    assert told.macro_f1 >= (0.82 if form not in WITHOUT else 0.77)
    assert told.alpha is not None and told.alpha >= (0.76 if form not in WITHOUT else 0.72)


@pytest.mark.parametrize("form", WITHOUT, ids=[form.name for form in WITHOUT])
def test_what_was_shared_is_not_lost_with_the_files(form: Form) -> None:
    """As pictures, which they are not, the files of these ten groups were a third too few resources."""
    found = list(read_back(list(read_messages(UNSEEN)), form))
    counted = Counter((given.label, step(given.confidence)) for _, given in found)
    shares = {one.label: one.value for one in from_tags(counted, standard().doubts).of_four}
    four = [message["label"] for message, _ in found if message["label"] in shares]
    assert shares["resource"] == pytest.approx(four.count("resource") / len(four), abs=0.015)
    assert all(shares[label] == pytest.approx(four.count(label) / len(four), abs=0.025) for label in shares)


def _told(kind: str, text: str = "", *before: str) -> Tag:
    return tag(Said(text, kind, sender="Sari", thread=tuple(Line(label, "Sari", at=0) for label in before), at=60))


def test_the_thread_tells_what_a_file_is_for() -> None:
    assert _told(HIDDEN, "", "resource").label == "resource"
    assert _told(HIDDEN, "", "coordination").label == "coordination"
    assert _told(HIDDEN, "Undangan rapat KKG besok jam 9, mohon hadir", "other").label == "coordination"


def test_only_a_file_that_was_left_out_is_told_by_these_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """All else that the model says is what it said before it learnt of them."""
    rows = [name for name in standard().flags if name.startswith("hidden")]
    assert 40 < len(rows) < 200
    asked: list[bool] = []

    class Asked(dict[tuple[object, bool], int]):
        def __missing__(self, part: tuple[object, bool]) -> int:
            asked.append(part[1])
            return 0

    monkeypatch.setattr(standard(), "_hidden", Asked())
    for kind in ("text", "photo", "document", "video", "voice", "sticker", "poll", "link", "service"):
        _told(kind, "", "resource")
    assert asked == []
    _told(HIDDEN, "", "resource")
    _told(HIDDEN, "Kelas saya hari ini", "resource")
    assert asked == [False, True]
