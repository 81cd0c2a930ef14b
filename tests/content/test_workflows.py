"""Workflows as files: what the house's six say, what is read, and what is wrong with file and line."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from typer.testing import CliRunner

from bot.commands import app
from content import rubrics, workflows
from content.texts import LANGUAGES, Texts
from content.workflows import END, Step, Workflow

HOUSE = sorted(path.stem for path in workflows.FOLDER.glob("*.yaml"))
STEPS = [(name, step) for name, workflow in workflows.house().items() for step in workflow.steps]
each_workflow = pytest.mark.parametrize("name", HOUSE)
each_step = pytest.mark.parametrize("name, step", STEPS, ids=[f"{name}-{step.id}" for name, step in STEPS])

GOOD = """\
id: pendek
between: coach
title: {id: Dua langkah, en: Two steps}
words: {id: Sebentar saja., en: Only a while.}
sides:
  coach: {id: Coach, en: Coach}
  coachee: {id: Guru, en: Teacher}
repeats: month
then: harmoni
steps:
  - id: mulai
    title: {id: Mulai, en: Start}
    words: {id: Mulailah., en: Begin.}
    by: both
    days: 5
    asks:
      - id: siap
        of: coachee
        ask: {id: "Sudah siap?", en: "Ready?"}
        answer: choice
        options: [{id: sudah, title: {id: Sudah, en: "Yes"}}, {id: belum, title: {id: Belum, en: Not yet}}]
    go:
      - {ask: siap, is: belum, to: mulai}
  - id: janji
    letter: J
    title: {id: Janji, en: Promise}
    words: {id: Berjanjilah., en: Promise.}
    by: both
    days: 3
    needs: [commitments]
    asks:
      - id: kesimpulan
        of: coach
        ask: {id: "Apa kesimpulannya?", en: "What do you conclude?"}
        fixed: true
    next: end
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pendek.yaml"


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path.parent


def shown(step: Step, language: str) -> str:
    """All that somebody reads of a step."""
    return "\n".join([step.title.of(language), step.words.of(language), *(ask.ask.of(language) for ask in step.asks)])


def sentences(value: Any, language: str) -> Iterator[str]:
    """Every text of that language in a workflow as JSON."""
    if isinstance(value, dict) and set(value) == set(LANGUAGES):
        yield value[language]
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from sentences(part, language)


# --- The house's own ---


def test_the_house_has_six_and_they_are_sound() -> None:
    assert workflows.check() == []
    assert set(HOUSE) == {"harmoni", "knight", "media-assistance", "needs-assessment", "pdca", "peer-observation"}
    assert list(workflows.house()) == HOUSE


@each_workflow
def test_a_workflow_of_the_house_comes_back_from_where_it_is_stored(name: str) -> None:
    workflow = workflows.house()[name]
    assert workflows.from_json(json.loads(json.dumps(workflow.to_json()))) == workflow
    assert workflows.read(workflows.FOLDER / f"{name}.yaml") == workflow


def test_what_was_stored_and_tampered_with_is_refused() -> None:
    stored = workflows.house()["knight"].to_json()
    stored["steps"][0]["next"] = "tidak-ada"
    with pytest.raises(ValidationError):
        workflows.from_json(stored)


@each_workflow
def test_a_workflow_of_the_house_has_promises_and_few_steps(name: str) -> None:
    workflow = workflows.house()[name]
    assert len(workflow.steps) <= 8
    assert any("commitments" in step.needs for step in workflow.steps)


@each_step
def test_a_step_is_one_screen(name: str, step: Step) -> None:
    assert {language: len(shown(step, language)) for language in LANGUAGES if len(shown(step, language)) > 700} == {}


@each_step
def test_what_a_step_asks_can_be_answered_by_whose_step_it_is(name: str, step: Step) -> None:
    others = {ask.id: ask.of for ask in step.asks if ask.required and step.by not in {"both", ask.of}}
    assert others == {}


@each_step
def test_whoever_has_a_step_has_something_to_do_in_it(name: str, step: Step) -> None:
    asked = {ask.of for ask in step.asks if ask.required}
    assert step.needs or step.by in asked or (step.by == "both" and asked)


@each_workflow
def test_nobody_is_called_anda_or_kamu(name: str) -> None:
    told = " ".join(sentences(workflows.house()[name].to_json(), "id"))
    assert len(told.split()) > 100
    assert re.findall(r"(?i)\b(anda|kamu|kalian|saudara)\b", told) == []


@each_workflow
def test_the_languages_are_two_and_not_one_twice(name: str) -> None:
    value = workflows.house()[name].to_json()
    twins = list(zip(sentences(value, "id"), sentences(value, "en"), strict=True))
    alike = {one for one, other in twins if one == other}
    assert len(twins) > 15
    assert alike <= {"Coach", "Coaching", "Digital"}


def test_harmoni_is_seven_steps_with_its_letters() -> None:
    harmoni = workflows.house()["harmoni"]
    assert [step.letter for step in harmoni.steps] == list("HARMONI")
    assert ("plan" in harmoni.steps[3].needs, "support" in harmoni.steps[4].needs) == (True, True)


def test_where_somebody_is_not_at_ease_harmoni_stays_with_the_relationship() -> None:
    first = workflows.house()["harmoni"].steps[0]
    assert list(workflows.house()["harmoni"].ways(first)) == ["hubungan", "tujuan"]


def test_media_are_made_in_five_stages_and_the_one_who_assists_sees_them_used() -> None:
    media = workflows.house()["media-assistance"]
    assert [step.id for step in media.steps] == ["kebutuhan", "pelatihan", "pengembangan", "kelas", "refleksi"]
    assert (media.between, media.repeats) == ("group", "semester")
    used = media.step("kelas")
    assert used and [ask.id for ask in used.asks if ask.of == "coach"] == ["pemakaian", "interaksi", "pemahaman"]
    kind = media.steps[1].asked("jenis")
    assert kind and {option.id for option in kind.options} == {"digital", "sederhana", "lingkungan"}


def test_a_module_goes_round_by_pdca_until_it_is_ready() -> None:
    pdca = workflows.house()["pdca"]
    plan, do, check, act = pdca.steps
    assert ([step.letter for step in pdca.steps], pdca.between) == (list("PDCA"), "group")
    assert ("version" in plan.needs, "version" in act.needs, "criteria" in check.needs) == (True, True, True)
    assert list(pdca.ways(act)) == [do.id, END]
    held_against = {
        one.id: [each.id for each in one.criteria] for one in rubrics.house().values() if one.of == "module"
    }
    assert held_against == {
        "aiw": ["pengetahuan", "inkuiri", "makna"],
        "product-matrix": ["kebaruan", "penyelesaian", "gaya"],
    }


def test_where_a_group_answers_its_way_on_is_chosen_by_one() -> None:
    """Several makers may answer differently; the one who leads says what was agreed."""
    chosen = {
        step.asked(branch.ask)
        for workflow in workflows.house().values()
        if workflow.between == "group"
        for step in workflow.steps
        for branch in step.branches
    }
    assert {ask.of for ask in chosen if ask} == {"coach"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_needs_come_from_five_sources_and_the_group_is_asked_for_what_is_strong(language: str) -> None:
    needs = workflows.house()["needs-assessment"]
    sources = [step for step in needs.steps if re.match(r"(Sumber|Source) \d", step.title.of(language))]
    assert [step.title.of(language).split(":")[0][-1] for step in sources] == list("12345")
    talk = needs.step("fgd")
    assert talk and len(re.findall(r"(?m)^\d\. .*\?$", talk.words.of(language))) in (4, 5)
    mine = needs.step("refleksi")
    assert mine and {ask.audience for ask in mine.asks} == {"me"}


def test_the_needs_lead_to_harmoni() -> None:
    needs = workflows.house()["needs-assessment"]
    first = needs.steps[-1].asked("dahulu")
    assert first and first.answer == "choice"
    assert (needs.then, needs.repeats) == ("harmoni", None)


def test_colleagues_look_both_ways_and_each_way_ends_with_promises() -> None:
    peers = workflows.house()["peer-observation"]
    there, back = peers.steps[:3], peers.steps[3:]
    turned = {"coach": "coachee", "coachee": "coach", "both": "both"}
    assert [turned[step.by] for step in there] == [step.by for step in back]
    for one, other in zip(there, back, strict=True):
        asks = [(ask.id, turned[ask.of], ask.fixed) for ask in one.asks]
        assert asks == [(ask.id, ask.of, ask.fixed) for ask in other.asks if ask.required]
        assert one.needs == other.needs
    assert [step.needs for step in (there[-1], back[-1])] == [("commitments",)] * 2


# --- What is read, and what is wrong ---


def test_a_workflow_is_read_as_written(path: Path) -> None:
    written(path, GOOD)
    found = workflows.read(path)
    assert (found.version, found.between, found.repeats, found.then) == (1, "coach", "month", "harmoni")
    first, last = found.steps
    assert (first.letter, first.days, first.needs, last.needs) == (None, 5, (), ("commitments",))
    assert (list(found.ways(first)), list(found.ways(last))) == (["mulai", "janji"], [END])
    ask = first.asked("siap")
    assert ask and (ask.audience, ask.fixed, ask.required, ask.options[1].title.of("en")) == (
        "me", False, True, "Not yet",
    )  # fmt: skip
    assert [(one.audience, one.fixed) for one in last.asks] == [("both", True)], "what is agreed is for both"
    assert (found.step("janji"), found.step(END), found.step("lain")) == (last, None, None)


@pytest.mark.parametrize(
    "was, becomes, line, said",
    [
        ("id: pendek", "id: lain", 1, "nama berkasnya pendek"),
        ("id: pendek", "id: Pendek", 1, "huruf kecil"),
        ("between: coach", "between: siapa", 2, "pilih satu"),
        ("en: Two steps}", f"en: {'x' * 61}}}", 3, "60"),
        ("words: {id: Sebentar saja., en: Only a while.}", "words: {id: Sebentar saja.}", 4, "belum ada"),
        ("words: {id: Sebentar saja., en: Only a while.}", f"words: {{id: {'x' * 701}, en: y}}", 4, "700"),
        ("coachee: {id: Guru, en: Teacher}", "guru: {id: Guru, en: Teacher}", 7, "pilih satu"),
        ("  coachee: {id: Guru, en: Teacher}\n", "", 5, "belum ada"),
        ("repeats: month", "repeats: sometimes", 8, "pilih satu"),
        ("then: harmoni", "then: tidak-ada", 9, "tidak ada alur tidak-ada"),
        (GOOD[GOOD.index("steps:") :], "steps: []", 10, "paling sedikit 1"),
        (GOOD[GOOD.index("steps:") :], "steps: banyak", 10, "isinya daftar"),
        (GOOD, "- satu\n- dua", 1, "isinya nama dan nilai"),
        (GOOD, "", 1, "isinya nama dan nilai"),
        ("id: janji", "id: mulai", 24, "muncul dua kali"),
        ("letter: J", "letter: JJJ", 25, "lebih dari 2"),
        ("by: both\n    days: 3", "by: guru\n    days: 3", 28, "pilih satu"),
        ("days: 3", "days: 0", 29, "paling sedikit 1"),
        ("days: 3", "days: 61", 29, "paling banyak 60"),
        ("days: 3", "days: tiga", 29, "angka bulat"),
        ("needs: [commitments]", "needs: [janji]", 30, "pilih satu"),
        ("needs: [commitments]", "needs: [plan]", 10, "belum ada langkah yang berakhir dengan janji"),
        ("of: coachee", "of: murid", 18, "pilih satu"),
        ("by: both\n    days: 3", "by: coachee\n    days: 3", 33, "pertanyaan wajib untuk coach"),
        ("answer: choice", "answer: words", 21, "tidak dikenal"),
        (', {id: belum, title: {id: Belum, en: Not yet}}', "", 21, "paling sedikit 2"),
        ("{id: belum, title", "{id: sudah, title", 21, "muncul dua kali"),
        ("{ask: siap, is: belum", "{ask: kapan, is: belum", 23, "tidak punya pertanyaan kapan"),
        ("{ask: siap, is: belum", "{ask: siap, is: nanti", 23, "tidak punya pilihan nanti"),
        ("is: belum, to: mulai}", "is: belum, to: lagi}", 23, "tidak ada langkah lagi"),
        ("next: end", "next: lagi", 36, "tidak ada langkah lagi"),
        ("next: end", "next: mulai", 11, "tidak ada jalan sampai selesai"),
        ("days: 5", "days: 5\n    next: end", 25, "tidak ada jalan menuju langkah janji"),
        ("fixed: true", "fixed: true\n        audience: me", 36, "untuk berdua"),
        ("fixed: true", "tetap: true", 35, "tidak dikenal"),
        ("days: 3", "days: [", 31, "not YAML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(path: Path, was: str, becomes: str, line: int, said: str) -> None:
    assert GOOD.count(was) == 1
    wrong = workflows.check(written(path, GOOD.replace(was, becomes)))
    assert [(one.path, one.line) for one in wrong][:1] == [(path, line)], wrong
    assert said in wrong[0].words
    assert "Input should" not in wrong[0].words


def test_too_many_of_anything_is_named(path: Path) -> None:
    many = yaml.safe_load(GOOD)
    for at in range(12):
        many["steps"].insert(0, {**deepcopy(many["steps"][-1]), "id": f"langkah-{at}", "next": None})
    (problem,) = workflows.check(written(path, yaml.safe_dump(many, sort_keys=False)))
    assert "steps: paling banyak 12 buah" in problem.words


def test_a_bad_file_is_refused_with_all_that_is_wrong_in_english(path: Path) -> None:
    written(path, GOOD.replace("days: 3", "days: 0").replace("of: coachee", "of: murid"))
    with pytest.raises(workflows.BadWorkflow, match=r"pendek\.yaml:18: steps\.0\.asks\.0\.of: one of") as found:
        workflows.read(path)
    assert [problem.line for problem in found.value.problems] == [18, 29]


def test_a_schools_own_may_follow_upon_another_of_its_own(path: Path) -> None:
    folder = written(path, GOOD.replace("then: harmoni", "then: lain"))
    assert len(workflows.check(folder)) == 1
    written(folder / "lain.yaml", GOOD.replace("id: pendek", "id: lain"))
    assert workflows.check(folder) == []


# --- Whatever is put in ---

_SIGNS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), _SIGNS, st.binary(max_size=4),
    st.sampled_from(["coach", "coachee", "both", "choice", "end", "commitments", "mulai", "siap", "x" * 800]),
)  # fmt: skip
_KEYS = st.one_of(
    st.sampled_from(sorted({*Workflow.model_fields, *Step.model_fields, "go", "next", "of", "ask", "is", "to", "en"})),
    st.integers(0, 3), st.booleans(), st.none(), _SIGNS, st.tuples(st.integers(0, 1)),
)  # fmt: skip
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=6), max_leaves=20
)


def checked(text: str) -> list[str]:
    """What a check of the text finds, in both languages; every problem points into the file."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "pendek.yaml"
        path.write_text(text, encoding="utf-8")
        found = [workflows.check(path.parent, Texts(language)) for language in LANGUAGES]
        for one in (*found[0], *found[1]):
            assert one.path == path and 1 <= one.line <= text.count("\n") + 2 and one.words
        assert [one.line for one in found[0]] == [one.line for one in found[1]]
        return [str(one) for one in found[0]]


@settings(max_examples=80, derandomize=True, deadline=None)
@given(value=st.dictionaries(_KEYS, _VALUES, max_size=8))
def test_whatever_mapping_is_put_in_is_named_as_wrong(value: dict[Any, Any]) -> None:
    assert checked(yaml.dump(value, allow_unicode=True, sort_keys=False))


def places(value: Any, *way: Any) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a workflow, from the outside in."""
    if isinstance(value, dict | list):
        for at, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*way, at)
            yield from places(part, *way, at)


@settings(max_examples=80, derandomize=True, deadline=None)
@given(data=st.data(), value=_VALUES, away=st.booleans())
def test_with_one_thing_changed_a_workflow_is_either_sound_or_wrong_with_a_reason(
    data: st.DataObject, value: Any, away: bool
) -> None:
    changed = yaml.safe_load(GOOD)
    *way, last = data.draw(st.sampled_from(list(places(changed))))
    around = changed
    for part in way:
        around = around[part]
    if away:
        del around[last]
    else:
        around[last] = value
    text = yaml.dump(changed, allow_unicode=True, sort_keys=False)
    if not checked(text):
        found = Workflow.model_validate(yaml.safe_load(text))
        assert workflows.from_json(json.loads(json.dumps(found.to_json()))) == found


@pytest.mark.parametrize(
    "text",
    [
        'id: !!int ""', 'id: !!float ""', "id: !!bool mungkin", "id: !!timestamp besok", "id: !!python/name:os.system",
        "id: 2026-13-45", "? [a]\n: 1", "? {a: 1}\n: 1", "&a {id: *a}", "steps: &a [*a]", "<<: 1", "\t", "!<x> y",
        "id: a\n---\nid: b", "[" * 300, "[" * 99 + "]" * 99,
    ],
    ids=repr,
)  # fmt: skip
def test_odd_yaml_is_named_and_not_a_traceback(text: str) -> None:
    assert checked(text)


@pytest.mark.parametrize("text", ["[", "- "])
def test_a_file_nested_without_end_does_not_take_the_process_down(tmp_path: Path, text: str) -> None:
    """The fast reader of YAML goes down with the whole process, so it is asked in a process of its own."""
    path = tmp_path / "dalam.yaml"
    path.write_text(text * 100_000, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "bot", "content", "check", str(path)], capture_output=True, text=True, check=False
    )
    said = f"{path}:1: not YAML: nested too deeply\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, said, "")


# --- The command ---


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["content", "check", *map(str, words)])
    return done.exit_code, done.output


def test_content_check_counts_the_workflows_of_the_house(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = run()
    assert (code, "· workflows: 6 · rubrics: 6 · instruments: 9 · no problem found" in said) == (0, True), said
    assert "alur coaching: 6" in run("--language", "id")[1]
    bad = written(path, GOOD.replace("days: 3", "days: 0"))
    monkeypatch.setattr(workflows.check, "__defaults__", (bad, None))
    assert run() == (2, f"{path}:29: steps.1.days: at least 1\n")


def test_content_check_reads_a_schools_workflow_under_any_name(path: Path) -> None:
    own = path.with_name("alur sekolah kami.yml")
    written(own, GOOD)
    assert run(own) == (0, "Two steps · steps: 2 · no problem found\n")
    assert run(own, "--language", "id") == (0, "Dua langkah · langkah: 2 · tidak ada yang salah\n")
    written(own, GOOD.replace("days: 3", "days: 0").replace("to: mulai", "to: lagi"))
    assert run(own, "--language", "id") == (2, f"{own}:29: steps.1.days: paling sedikit 1\n")


def test_content_check_refuses_a_file_that_is_no_workflow(path: Path) -> None:
    code, said = run(path)
    assert (code, said.count("\n"), "is not a folder" in said) == (2, 1, True), said
    code, said = run(workflows.FOLDER.parent / "packs" / "awal" / "pack.yaml")
    assert (code, "name the folder that holds pack.yaml" in said) == (2, True), said
