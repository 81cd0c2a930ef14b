"""`sejawat evaluate`: a sheet of scores of two groups in, the analysis of covariance and what it may say out."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.plainly import fail

if TYPE_CHECKING:
    from content.texts import Texts
    from reports.evaluation.figures import Evaluation
    from reports.evaluation.values import Study

_MOST = 20  # mistakes of a sheet that a terminal shows


def evaluate(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Scores: XLSX or CSV, one row for each person.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="A folder for the page and the sheet.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    least: Annotated[float | None, typer.Option("--min", help="The lowest score there is.")] = None,
    most: Annotated[float | None, typer.Option("--max", help="The highest score there is.")] = None,
    programme: Annotated[
        str | None, typer.Option(help="The group in the programme, where its name is unclear.")
    ] = None,
    drawn: Annotated[bool, typer.Option("--drawn", help="The groups were made by lot.")] = False,
    template: Annotated[bool, typer.Option("--template", help="Write an empty sheet to FILE instead.")] = False,
    published: Annotated[
        list[str] | None, typer.Option(help="A printed figure: 'F(1,117)=15.86', or '3.12 -> 4.36 / 5'.")
    ] = None,
    survey: Annotated[str | None, typer.Option(help="A survey by name, start and end, instead of FILE.")] = None,
    in_: Annotated[list[str] | None, typer.Option("--in", help="A group in the programme; again for more.")] = None,
    beside: Annotated[list[str] | None, typer.Option(help="A group to compare with; again for more.")] = None,
    subscale: Annotated[str | None, typer.Option("--of", help="One sub-scale; all items otherwise.")] = None,
    key_file: Annotated[Path | None, typer.Option(help="A file with the key of codes; RESEARCH_KEY otherwise.")] = None,
    language: Annotated[str, typer.Option("--language", help="id or en.")] = "id",
) -> None:
    """Compare two groups before and after a programme: ANCOVA, its assumptions, sizes, losses, schools."""
    from content.texts import LANGUAGES, Texts

    if language not in LANGUAGES:
        fail(f"--language {language}: {' | '.join(LANGUAGES)}")
    say = Texts(language)
    if sum(bool(one) for one in (file, published, survey)) != 1 or (template and file is None):
        fail(say.plain("evaluation.command.one_source"))
    if published:
        from bot.commands import evaluate_published

        return evaluate_published.show(published, say, as_json=as_json)
    if template and file is not None:
        return _template(file, say)
    if least is not None and most is not None and least >= most:
        fail(say.plain("evaluation.command.bad_scale"))
    if out is not None and out.exists() and not out.is_dir():
        fail(say.plain("analysis.command.out_is_file", path=out))
    if survey is not None:
        from bot.commands import evaluate_survey

        asked = evaluate_survey.Asked(survey, subscale, in_ or [], beside or [], drawn)
        study = evaluate_survey.study(asked, key_file, say)
    else:
        assert file is not None  # one of the three is there
        study = _read(file, (least, most), programme, drawn, say)
    found = _found(study, say)
    _show(found, say, as_json=as_json)
    if out is not None:
        _write(found, out, say)
    return None


def _read(
    file: Path, scale: tuple[float | None, float | None], programme: str | None, drawn: bool, say: "Texts"
) -> "Study":
    from reports.evaluation.sheet import BadScores, Scale, read
    from reports.evaluation.values import CannotEvaluate

    try:
        return read(file.read_bytes(), say, Scale(*scale), programme, drawn=drawn)
    except OSError:
        fail(say.plain("evaluation.command.no_file", path=file))
    except BadScores as bad:
        more = [say.plain("evaluation.command.more", n=n)] if (n := len(bad.problems) - _MOST) > 0 else []
        fail("\n".join([say.plain("evaluation.command.problems", path=file), *bad.problems[:_MOST], *more]))
    except CannotEvaluate as cannot:
        fail(say.plain(cannot.text_key, **cannot.blanks))


def _found(study: "Study", say: "Texts") -> "Evaluation":
    from reports.evaluation.figures import evaluate
    from reports.evaluation.values import CannotEvaluate, NeedsResearch

    try:
        return evaluate(study)
    except CannotEvaluate as cannot:
        fail(say.plain(cannot.text_key, **cannot.blanks))
    except NeedsResearch:
        fail(say.plain("evaluation.command.research"))


def _show(found: "Evaluation", say: "Texts", *, as_json: bool) -> None:
    from reports.evaluation.words import plain, terminal

    print(json.dumps(plain(found), ensure_ascii=False, indent=2) if as_json else terminal(found, say))


def _write(found: "Evaluation", out: Path, say: "Texts") -> None:
    from reports.evaluation.page import page
    from reports.evaluation.workbook import workbook

    _put(out / "evaluation.html", page(found, say).encode(), say)
    _put(out / "evaluation.xlsx", workbook(found, say), say)


def _template(path: Path, say: "Texts") -> None:
    from reports.evaluation.sheet import template

    _put(path, template(say), say)
    print(say.plain("evaluation.command.template", path=path), file=sys.stderr)


def _put(path: Path, content: bytes, say: "Texts") -> None:
    """The file put in place whole."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.part")
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as problem:
        fail(say.plain("analysis.command.unwritable", path=problem.filename, why=problem.strerror))
    print(say.plain("evaluation.command.written", path=path), file=sys.stderr)
