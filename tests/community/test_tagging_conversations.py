"""The tagger on the eight invented conversations, and the two commands."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.commands import tagging
from community.tagging import calibration
from community.tagging.agreement import agreement
from community.tagging.messages import Groups, labels_of, read_messages
from community.tagging.words import FOLDER
from content.texts import Texts, phrases

GOLD = Path(__file__).parents[1] / "data" / "conversations.jsonl"
RUN = CliRunner()

app = typer.Typer(pretty_exceptions_enable=False)
app.command("tag")(tagging.tag)
app.command("agreement")(tagging.agreement)


def test_every_group_stays_above_the_floor() -> None:
    groups = Groups()
    pairs = [(m["group"], m["label"], groups.tag(m).label) for m in read_messages(GOLD)]
    assert len(pairs) == 932
    assert agreement([(gold, coded) for _, gold, coded in pairs]).macro_f1 >= 0.85
    for name in {group for group, _, _ in pairs}:
        assert agreement([(gold, coded) for group, gold, coded in pairs if group == name]).macro_f1 >= 0.70, name


def test_every_reason_reads_as_a_sentence_in_both_languages() -> None:
    groups = Groups()
    for message in read_messages(GOLD):
        tagged = groups.tag(message)
        for language in ("id", "en"):
            told = Texts(language).plain(tagged.reason, evidence=tagged.evidence)
            assert "''" not in told, (message["id"], told)


def test_every_measured_rule_has_its_words() -> None:
    measured = {answer.rule for answer in calibration.answers(GOLD)}
    assert {f"tagging.{rule}" for rule in measured} <= phrases("id").keys()
    assert {key for key in phrases("id") if key.startswith("tagging.")} == {
        key for key in phrases("en") if key.startswith("tagging.")
    }


def test_the_stored_confidences_are_those_of_the_rules_as_they_are() -> None:
    """Run `python -m community.tagging.calibration tests/data/conversations.jsonl` after changing a rule or phrase."""
    stored = (FOLDER / "confidence.toml").read_text(encoding="utf-8")
    assert stored == calibration.as_toml(calibration.answers(GOLD))


def test_confidence_tells_more_than_one_figure_for_all() -> None:
    fit = calibration.held_out(calibration.answers(GOLD))
    assert fit["brier"] < fit["brier_without"]
    assert fit["gap"] < 0.05


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
        "heavy = {'aiogram', 'sqlalchemy', 'aiohttp', 'numpy', 'apscheduler'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or None)\n"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
