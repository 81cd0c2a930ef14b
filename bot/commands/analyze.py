"""`sejawat analyze`: a WhatsApp or Telegram export in, the figures of the conversation out."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, cast
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from community.imports.opening import Order
    from community.imports.values import AmbiguousDates, Export, Reading, Spoken
    from content.texts import Texts
    from reports.history import History

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
_EACH = 500  # messages between two moves of the progress line


def analyze(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="Exports of one chat: txt, zip, result.json, messages*.html.")
    ],
    zone: Annotated[str, typer.Option(help="Where the exporting phone was: WIB, WITA, WIT or an IANA name.")] = "WIB",
    order: Annotated[str | None, typer.Option(help="dmy or mdy, where the dates do not tell.")] = None,
    out: Annotated[Path | None, typer.Option(help="A folder for the page, the picture and the sheet.")] = None,
    chat: Annotated[
        str | None, typer.Option(help="Which chat of a full Telegram export; its largest group otherwise.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    reference: Annotated[bool, typer.Option("--reference", help="One programme's shares beside yours.")] = False,
    language: Annotated[str, typer.Option("--language", help="id or en.")] = "id",
) -> None:
    """Tell what a group's conversation is for: types with intervals, evenness, answers, busiest hours."""
    from reports.history_words import plain, terminal

    say = _texts(language)
    here = _zone(zone, say)
    if order not in (None, "dmy", "mdy"):
        _fail(say.plain("analysis.command.bad_order", order=order))
    if out is not None and out.exists() and not out.is_dir():
        _fail(say.plain("analysis.command.out_is_file", path=out))
    if missing := next((path for path in files if not path.exists()), None):
        _fail(say.plain("analysis.command.no_file", path=missing))
    history = _history(files, here, order, chat, say)  # type: ignore[arg-type]
    if as_json:
        print(json.dumps(plain(history), ensure_ascii=False, indent=2))
    else:
        print(terminal(history, say, reference=reference))
    if out is not None:
        _write(history, out, say, reference=reference)


def _history(files: list[Path], zone: ZoneInfo, order: "Order | None", chat: str | None, say: "Texts") -> "History":
    """The figures; where the dates do not tell their order, somebody at a terminal is asked."""
    from community.imports.tagged_together import tagged_together
    from community.imports.values import AmbiguousDates, BadExport
    from reports.history import gather

    by = partial(tagged_together, processes=os.cpu_count() or 1)
    try:
        try:
            with _progress(say) as watched:
                return gather(watched(_opened(files, zone, order, chat)), zone, by=by)
        except AmbiguousDates as doubt:
            order = _asked(doubt, say)
        with _progress(say) as watched:
            return gather(watched(_opened(files, zone, order, chat)), zone, by=by)
    except BadExport as bad:
        _fail(say.plain(bad.text_key, **bad.blanks))


def _opened(files: list[Path], zone: ZoneInfo, order: "Order | None", chat: str | None) -> "Export":
    """The export in these files; of a chat that is asked for by name, there is one file of Telegram's."""
    from community.imports.opening import open_export
    from community.imports.sources import sources
    from community.imports.telegram_json import read_json
    from community.imports.values import BadExport

    if chat is None:
        return open_export(files, zone, order)
    found = [one for path in files for one in sources(path) if one.name.lower().endswith(".json")]
    if len(found) != 1:
        raise BadExport("analysis.bad.chat_of_json")
    return read_json(found[0], zone, chat)


def _asked(doubt: "AmbiguousDates", say: "Texts") -> "Order":
    first = doubt.blanks.get("first", "")
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        _fail(say.plain("analysis.command.needs_order", first=first))
    while True:
        told = typer.prompt(say.plain("analysis.command.ask_order", first=first), err=True).strip().lower()
        if told in ("dmy", "mdy"):
            return told  # type: ignore[no-any-return]


class _Watched:
    """An export that moves the progress line as it is gone through."""

    def __init__(self, export: "Export", move: Callable[[int], None]) -> None:
        self._export, self._move = export, move

    @property
    def reading(self) -> "Reading":
        return self._export.reading

    def __iter__(self) -> "Iterator[Spoken]":
        for n, spoken in enumerate(self._export, start=1):
            if n % _EACH == 0:
                self._move(n)
            yield spoken


@contextmanager
def _progress(say: "Texts") -> "Iterator[Callable[[Export], Export]]":
    """On a terminal, a line on stderr that says how many messages have been read; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda export: export
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(say.plain("analysis.command.working"))

        def move(n: int) -> None:
            counted = say.plain("analysis.command.counted", n=n)
            progress.update(task, description=f"{say.plain('analysis.command.working')}: {counted}")

        yield lambda export: cast("Export", _Watched(export, move))


def _write(history: "History", out: Path, say: "Texts", *, reference: bool) -> None:
    """The page, the picture and the sheet, each put in place whole."""
    from reports.history_drawing import picture
    from reports.history_page import page
    from reports.history_sheet import sheet

    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in (
            ("analysis.html", page(history, say, reference=reference).encode()),
            ("analysis.png", picture(history, say)),
            ("analysis.xlsx", sheet(history, say, reference=reference)),
        ):
            draft = out / f"{name}.part"
            draft.write_bytes(content)
            draft.replace(out / name)
            print(say.plain("analysis.command.written", path=out / name), file=sys.stderr)
    except OSError as problem:
        _fail(say.plain("analysis.command.unwritable", path=problem.filename, why=problem.strerror))


def _zone(named: str, say: "Texts") -> ZoneInfo:
    try:
        return ZoneInfo(ZONES.get(named.upper(), named))
    except (OSError, ValueError, KeyError):  # a folder, a path, a name that is no zone
        _fail(say.plain("analysis.command.bad_zone", zone=named))


def _texts(language: str) -> "Texts":
    from content.texts import LANGUAGES, Texts

    if language not in LANGUAGES:
        _fail(f"--language {language}: {' | '.join(LANGUAGES)}")
    return Texts(language)


def _fail(words: str) -> NoReturn:
    print(f"sejawat: {words}", file=sys.stderr)
    raise SystemExit(2)
