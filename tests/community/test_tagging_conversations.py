"""The tagger on the eight invented conversations, and the two commands."""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.commands import tagging
from community.tagging import Said, Tag, hidden_training, standard, tag, tag_by_rules
from community.tagging.agreement import agreement
from community.tagging.messages import Groups, Message, labels_of, read_messages
from community.tagging.training import examples, made_of
from content.texts import Texts, phrases

DATA = Path(__file__).parents[1] / "data"
GOLD, MORE, UNSEEN = (DATA / f"{name}conversations.jsonl" for name in ("", "more_", "unseen_"))
SECOND = DATA / "unseen_second_coder.jsonl"
RUN = CliRunner()

app = typer.Typer(pretty_exceptions_enable=False)
app.command("tag")(tagging.tag)
app.command("agreement")(tagging.agreement)


@cache
def tagged(file: Path, by: Callable[[Said], Tag] = tag) -> list[tuple[Message, Tag]]:
    groups = Groups(by)
    return [(message, groups.tag(message)) for message in read_messages(file)]


def told(file: Path, by: Callable[[Said], Tag] = tag) -> list[tuple[str, str]]:
    return [(message["label"], given.label) for message, given in tagged(file, by)]


def test_conversations_nobody_built_it_on_are_read_as_their_coder_read_them() -> None:
    """The bar of docs/tagging.md, on ten groups that neither the rules nor the model have seen."""
    found = agreement(told(UNSEEN))
    assert found.messages == 1030
    assert found.macro_f1 >= 0.80
    assert found.alpha is not None and found.alpha >= 0.75
    assert found.share_error["of_four"] <= 0.02
    alone = agreement(told(UNSEEN, tag_by_rules))
    assert found.macro_f1 > alone.macro_f1 + 0.05


def test_two_coders_labelled_the_unseen_conversations() -> None:
    first, second = labels_of(UNSEEN), labels_of(SECOND)
    assert first.keys() == second.keys()
    found = agreement([(first[known]["label"], second[known]["label"]) for known in first])
    assert found.alpha is not None and found.alpha >= 0.80


def test_no_message_is_both_learnt_from_and_measured_on() -> None:
    learnt = {message["group"] for file in (GOLD, MORE) for message in read_messages(file)}
    assert learnt.isdisjoint(message["group"] for message in read_messages(UNSEEN))


def test_the_model_was_trained_on_these_conversations_with_these_rules() -> None:
    """Run `python -m community.tagging tests/data/conversations.jsonl tests/data/more_conversations.jsonl` after a
    change of a rule, a phrase, a feature or a conversation."""
    found = examples(message for file in (GOLD, MORE) for message in read_messages(file))
    assert made_of(found) == standard().made_of
    messages = [message for file in (GOLD, MORE) for message in read_messages(file)]
    assert hidden_training.made_of(messages) == standard().hidden_of


def test_every_reason_reads_as_a_sentence_in_both_languages() -> None:
    reasons = set[str]()
    languages = [Texts(language) for language in ("id", "en")]
    for message, given in [*tagged(GOLD), *tagged(UNSEEN)]:
        reasons.add(given.reason)
        for say in languages:
            sentence = say.plain(given.reason, evidence=given.evidence)
            assert "''" not in sentence, (message["id"], sentence)
    assert {reason for reason in reasons if reason.startswith("tagging.reads_as")} >= {
        "tagging.reads_as_asking", "tagging.reads_as_advice", "tagging.reads_as_organising",
        "tagging.reads_as_support", "tagging.reads_as_talk",
    }  # fmt: skip
    assert {key for key in phrases("id") if key.startswith("tagging.")} == {
        key for key in phrases("en") if key.startswith("tagging.")
    }


def test_a_confidence_is_about_how_often_the_tag_is_right() -> None:
    found = [(given.confidence, given.label == message["label"]) for message, given in tagged(UNSEEN)]
    sure = [right for confidence, right in found if confidence >= 0.9]
    unsure = [right for confidence, right in found if confidence < 0.6]
    assert sum(sure) / len(sure) > 0.93
    assert sum(unsure) / len(unsure) < 0.65
    assert abs(sum(confidence - right for confidence, right in found)) / len(found) < 0.04


def test_tag_then_agreement(tmp_path: Path) -> None:
    coded = tmp_path / "coded.jsonl"
    result = RUN.invoke(app, ["tag", str(GOLD), str(coded)])
    assert (result.exit_code, result.stdout) == (0, "")
    first = json.loads(coded.read_text("utf-8").splitlines()[9])
    assert first["label"] == "consultation"
    assert first["reason"] == "meminta bahan: 'ada yg punya'"
    assert first["text"] == labels_of(GOLD)[first["id"]]["text"]
    assert not list(tmp_path.glob("*.part"))
    told = json.loads(RUN.invoke(app, ["agreement", str(GOLD), str(coded), "--json"]).stdout)
    assert {"alpha", "kappa", "macro_f1", "f1", "confusion", "share_error"} <= told.keys()
    assert told["share_error"].keys() == {"of_four", "of_all"}
    assert told["messages"] == 932
    readable = RUN.invoke(app, ["agreement", str(GOLD), str(coded), "--language", "en"])
    assert f"Macro-F1 {told['macro_f1']:.3f}" in readable.stdout


BAD = {
    "not_json": ('{"id": 1, "text": "a"}\nnot json\n', "baris 2"),
    "a_list": ("[]\n", "baris 1"),
    "no_id": ('{"text": "a"}\n', "baris 1"),
    "twice": ('{"id": 1, "text": "a"}\n{"id": "1", "text": "b"}\n', "baris 2"),
    "text_is_number": ('{"id": 1, "text": 5}\n', '"text"'),
    "empty": ("\n\n", "tidak berisi pesan"),
    "deep": ('{"id": 1, "text": ' + "[" * 100_000 + "\n", "baris 1"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_one_line_and_exit_2_and_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    content, said = BAD[name]
    bad, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    bad.write_text(content, encoding="utf-8")
    result = RUN.invoke(app, ["tag", str(bad), str(out)])
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"in.jsonl"}


def test_missing_binary_and_unwritable_files_are_one_line_too(tmp_path: Path) -> None:
    binary, good = tmp_path / "binary", tmp_path / "good.jsonl"
    binary.write_bytes(b"\xff\xfe\x00\x81" * 9)
    good.write_text('{"id": 1, "text": "a"}\n', encoding="utf-8")
    calls = [
        [str(tmp_path / "none.jsonl"), str(tmp_path / "out")],
        [str(binary), str(tmp_path / "out")],
        [str(tmp_path), str(tmp_path / "out")],
        [str(good), str(tmp_path / "no" / "such" / "folder")],
        [str(good), str(good)],
        [str(good), str(tmp_path / "out"), "--language", "fr"],
    ]
    for call in calls:
        result = RUN.invoke(app, ["tag", *call])
        assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1), (call, result.output)


def test_labels_that_nobody_knows_and_files_without_a_common_id_are_refused(tmp_path: Path) -> None:
    odd, other = tmp_path / "odd.jsonl", tmp_path / "other.jsonl"
    odd.write_text('{"id": 1, "text": "a", "label": "gossip"}\n', encoding="utf-8")
    other.write_text('{"id": 2, "text": "a", "label": "other"}\n', encoding="utf-8")
    unknown = RUN.invoke(app, ["agreement", str(GOLD), str(odd)])
    assert (unknown.exit_code, "gossip" in unknown.stderr) == (2, True)
    apart = RUN.invoke(app, ["agreement", str(GOLD), str(other)])
    assert (apart.exit_code, len(apart.stderr.splitlines())) == (2, 1)


def test_tagging_loads_neither_aiogram_nor_sqlalchemy(tmp_path: Path) -> None:
    source = (
        "import sys, pathlib\n"
        "from bot.commands.tagging import tag, agreement\n"
        f"gold, out = pathlib.Path({str(GOLD)!r}), pathlib.Path({str(tmp_path / 'out.jsonl')!r})\n"
        "tag(gold, out)\n"
        "agreement(gold, out, as_json=True)\n"
        "heavy = {'aiogram', 'sqlalchemy', 'aiohttp', 'scipy', 'sklearn', 'apscheduler'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or None)\n"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
