"""`sejawat themes`: a sheet to code by hand, what was found, and how far two coders agree."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.commands.exporting import texts
from bot.commands.plainly import fail

if TYPE_CHECKING:
    from content.texts import Texts
    from reports.themes.sheet import Coding

_MOST = 20  # mistakes of a sheet that a terminal shows
Language = Annotated[str, typer.Option("--language", help="id or en.")]


def sheet(
    words: Annotated[Path, typer.Argument(metavar="WORDS.csv", help="From `sejawat export research --words`.")],
    out: Annotated[Path, typer.Option(help="The XLSX to write; it must not exist yet.")],
    theme: Annotated[list[str] | None, typer.Option(help="A theme of yours; several times for several.")] = None,
    language: Language = "id",
) -> None:
    """A sheet to give themes by hand: one row for each text, one column for each theme."""
    from reports.themes.sheet import BadCoding, blank

    say = texts(language)
    if out.exists():  # it may hold hours of somebody's coding
        fail(say.plain("themes.exists", path=out))
    try:
        made = blank(_content(words, say), theme or [], say)
        draft = out.with_name(f"{out.name}.part")
        draft.write_bytes(made)
        draft.replace(out)
    except BadCoding as bad:
        _wrong(words, bad.problems, say)
    except OSError as problem:
        fail(say.plain("analysis.command.unwritable", path=problem.filename, why=problem.strerror))
    print(say.plain("evaluation.command.written", path=out), file=sys.stderr)


def compare(
    first: Annotated[Path, typer.Argument(metavar="FIRST.xlsx", help="A coder's sheet.")],
    second: Annotated[
        Path | None, typer.Argument(metavar="SECOND.xlsx", help="Another coder's, of the same texts.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    language: Language = "id",
) -> None:
    """Count the themes of a coder; with a second one, tell how far both agree."""
    from reports.themes import agreeing
    from reports.themes.words import plain, terminal

    say = texts(language)
    ours = _read(first, say)
    counts = agreeing.counts(ours)
    found = agreeing.compare(ours, _read(second, say)) if second else None
    print(json.dumps(plain(counts, found), ensure_ascii=False, indent=2) if as_json else terminal(counts, found, say))


def _read(path: Path, say: "Texts") -> "Coding":
    from reports.themes.sheet import BadCoding, read

    try:
        return read(_content(path, say), say)
    except BadCoding as bad:
        _wrong(path, bad.problems, say)


def _content(path: Path, say: "Texts") -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        fail(say.plain("evaluation.command.no_file", path=path))


def _wrong(path: Path, problems: list[str], say: "Texts") -> NoReturn:
    more = [say.plain("evaluation.command.more", n=n)] if (n := len(problems) - _MOST) > 0 else []
    fail("\n".join([say.plain("evaluation.command.problems", path=path), *problems[:_MOST], *more]))
