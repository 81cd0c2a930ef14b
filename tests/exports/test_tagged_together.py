"""A long export tagged in several processes comes out as in one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from community.imports import tagged_together as module
from community.imports.tagged import tagged
from community.imports.tagged_together import tagged_together
from community.imports.values import Spoken
from community.tagging.messages import read_messages

TALK = Path(__file__).parents[1] / "data" / "unseen_conversations.jsonl"


def talk() -> Iterator[Spoken]:
    """The ten unseen groups one after the other, with a line of the program here and there."""
    for number, message in enumerate(read_messages(TALK)):
        sender = None if number % 97 == 0 else message["sender"]
        yield Spoken(1_790_000_000 + 40 * number, sender, message["text"], message["kind"], message["file_name"])


@pytest.mark.parametrize("processes", [1, 2])
def test_blocks_in_several_processes_are_tagged_as_one_talk(monkeypatch: pytest.MonkeyPatch, processes: int) -> None:
    monkeypatch.setattr(module, "BLOCK", 150)
    alone, together = list(tagged(talk())), list(tagged_together(talk(), processes))
    assert [spoken for spoken, _ in together] == [spoken for spoken, _ in alone]
    assert [tuple(told) for _, told in together] == [(tag.label, tag.confidence, tag.reason) for _, tag in alone]


def test_an_export_of_one_block_and_an_empty_one_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ProcessPoolExecutor", None)
    assert len(list(tagged_together(talk(), 2))) == len(list(tagged(talk())))
    assert list(tagged_together(iter(()), 2)) == []
