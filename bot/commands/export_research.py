"""`sejawat export research`: long tables under codes for a study, with a codebook and a README."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import exporting
from bot.commands.plainly import fail

if TYPE_CHECKING:
    from bot.settings import Settings
    from content.texts import Texts
    from reports.pseudonyms import Pseudonyms
    from reports.research.gathering import Data


def research(
    study: Annotated[str, typer.Option(help="The study's name: the same name gives the same codes.")],
    out: Annotated[Path, typer.Option(help="A new folder for the files.")],
    group: Annotated[list[str] | None, typer.Option(help="A group's title or number; all of them otherwise.")] = None,
    from_: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day (UTC).")] = None,
    to: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day (UTC); today otherwise.")] = None,
    k: Annotated[int, typer.Option(min=2, max=1000, help="At least so many share all attributes.")] = 5,
    words: Annotated[bool, typer.Option("--words", help="Also the words of those who gave them.")] = False,
    key_file: Annotated[Path | None, typer.Option(help="A file with the key; RESEARCH_KEY otherwise.")] = None,
    language: Annotated[str, typer.Option("--language", help="id or en.")] = "id",
) -> None:
    """Data for research, of those who agreed to it: counts by week under codes, checked for who stands out."""
    from bot.settings import load
    from community.looks import Kind
    from reports.research.files import Frame, files
    from scheduler.clock import SystemClock

    say, settings, now = exporting.texts(language), load(), SystemClock().now()
    since = (from_ or datetime(2020, 1, 1)).replace(tzinfo=UTC)  # noqa: DTZ001 (given a zone at once)
    until = min((to.replace(tzinfo=UTC) + timedelta(days=1)) if to else now, now)
    if since >= until:
        fail(say.plain("research.bad_days", first=since.date(), last=until.date()))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        fail(say.plain("research.not_empty", path=out))
    codes = exporting.codes(settings, key_file, say).of_study(study)
    data, groups = asyncio.run(_gathered(settings, codes, group or [], since, until, k, words=words, say=say))
    frame = Frame(study, since.date(), (until - timedelta(microseconds=1)).date(), now.date(), k, words)
    made = files(data, frame, say)
    asyncio.run(exporting.noted(settings, Kind.RESEARCH, groups))  # before a file is there
    _write(out, made, say)
    told = say.plain("research.written", people=len(data.people.kept), rows=len(data.measures), path=out)
    print(told, file=sys.stderr)


async def _gathered(
    settings: "Settings", codes: "Pseudonyms", named: list[str], since: datetime, until: datetime, k: int, *,
    words: bool, say: "Texts",
) -> "tuple[Data, list[int]]":  # fmt: skip
    from reports import overview
    from reports.research.gathering import TooFew, gather

    async with exporting.reading(settings) as session:
        groups = await exporting.groups(session, named, say)
        if groups is None:
            groups = [one.id for one in await overview.find(session, "")]
        try:
            return await gather(session, codes, groups, since, until, k, words=words), groups
        except TooFew:
            fail(say.plain("research.too_few", k=k))


def _write(out: Path, made: dict[str, bytes], say: "Texts") -> None:
    """All files or none: they are put beside the folder first, which then takes its place."""
    draft = out.with_name(f"{out.name}.part")
    try:
        draft.mkdir(parents=True)
        for name, content in made.items():
            (draft / name).write_bytes(content)
        draft.replace(out)
    except OSError as problem:
        fail(say.plain("analysis.command.unwritable", path=problem.filename, why=problem.strerror))
