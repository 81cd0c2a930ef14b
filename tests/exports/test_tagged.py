"""An export is tagged in its thread, as `sejawat tag` tags a file, and within bounds."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from community.imports import tagged as module
from community.imports.tagged import tagged
from community.imports.values import Spoken
from community.tagging import Said, Tag
from community.tagging.messages import Groups, Message

CONVERSATIONS = Path(__file__).parents[1] / "data" / "conversations.jsonl"


def conversations() -> Iterator[list[Message]]:
    """The labelled groups, without lines of the program."""
    groups: dict[str, list[Message]] = {}
    for line in CONVERSATIONS.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        if told["kind"] != "service":
            groups.setdefault(told["group"], []).append(told)
    yield from groups.values()


def spoken(messages: list[Message]) -> list[Spoken]:
    """As an export tells it: none says that a text is a link."""
    keys = {told["id"]: key for key, told in enumerate(messages, start=1)}
    return [
        Spoken(
            int(datetime.fromisoformat(told["sent_at"]).timestamp()), told["sender"],
            told["text"] or "", "text" if told["kind"] == "link" else told["kind"], told["file_name"],
            key=keys[told["id"]], reply_to=keys.get(told["reply_to"]),
        )
        for told in messages
    ]  # fmt: skip


def test_an_export_is_tagged_as_a_file_is() -> None:
    many = quoted = 0
    for messages in conversations():
        groups, lines = Groups(), spoken(messages)
        # Two texts of the dataset hold a link and are called texts there; without a kind their words tell it.
        expected = [groups.tag(told | {"kind": None} if told["kind"] == "text" else told) for told in messages]
        found = list(tagged(lines))
        assert [line for line, _ in found] == lines
        assert [told for _, told in found] == expected
        many, quoted = many + len(found), quoted + sum(line.reply_to is not None for line in lines)
    assert (many > 800, quoted > 20) == (True, True)


def test_lines_of_the_program_are_left_out_and_deleted_ones_are_other() -> None:
    said = [
        Spoken(0, None, "Hendra membuat grup", "service", key=1), Spoken(0, "Sari", "Rapat besok jam 9", key=2),
        Spoken(0, "Sari", "Rapat besok jam 9", deleted=True, key=3),
    ]  # fmt: skip
    assert [(line.key, told.label) for line, told in tagged(said)] == [(2, "coordination"), (3, "other")]


@pytest.mark.parametrize("between, label", [(8, "coordination"), (9, None)])
def test_what_a_message_quotes_is_known_for_a_while(
    between: int, label: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "QUOTED", 10)
    read: list[Said] = []

    def fake(said: Said, *, with_words: bool) -> Tag:
        assert with_words, "one by one, a person may read them"
        read.append(said)
        return Tag("coordination", None, 0.8, "tagging.announces", "")

    monkeypatch.setattr(module, "tag", fake)
    told = [Spoken(0, "Sari", "Rapat jam 9", key=1)]
    told += [Spoken(0, "Made", "Selamat pagi", key=2 + n) for n in range(between + 1)]
    told.append(Spoken(0, "Budi", "siap", key=99, reply_to=1))
    assert len(list(tagged(told))) == between + 3
    assert read[-1].reply_to_label == label
