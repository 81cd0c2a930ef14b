"""`sejawat evaluate --survey`: a survey's start and end straight from the database, its arms named by groups."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands import exporting
from bot.commands.plainly import fail

if TYPE_CHECKING:
    from bot.settings import Settings
    from content.texts import Texts
    from reports.evaluation.surveyed import Surveyed
    from reports.evaluation.values import Study
    from reports.pseudonyms import Pseudonyms


@dataclass(frozen=True, slots=True)
class Asked:
    """Which survey, which part of it, and the groups of both arms by title or number."""

    survey: str
    subscale: str | None
    in_: list[str]
    beside: list[str]
    drawn: bool


def study(asked: Asked, key_file: Path | None, say: "Texts") -> "Study":
    """The scores of those who agreed to research, under codes; who is left out is said on stderr."""
    from bot.settings import load
    from reports.evaluation.surveyed import instrument_of
    from reports.evaluation.values import CannotEvaluate

    if not asked.in_ or not asked.beside:
        fail(say.plain("evaluation.command.no_arm"))
    try:
        instrument_of(asked.survey, asked.subscale)
        settings = load()
        codes = exporting.codes(settings, key_file, say).of_study(f"evaluate {asked.survey}")
        found = asyncio.run(_gathered(settings, codes, asked, say))
    except CannotEvaluate as cannot:
        fail(say.plain(cannot.text_key, **cannot.blanks))
    print(say.plain("evaluation.command.who", n=found.agreed, of=found.answered), file=sys.stderr)
    if found.in_both:
        print(say.plain("evaluation.command.in_both", n=found.in_both), file=sys.stderr)
    return found.study


async def _gathered(settings: "Settings", codes: "Pseudonyms", asked: Asked, say: "Texts") -> "Surveyed":
    from reports.evaluation.surveyed import ARMS, gather

    async with exporting.reading(settings) as session:
        arms = [await exporting.groups(session, named, say) or [] for named in (asked.in_, asked.beside)]
        if twice := set(arms[0]) & set(arms[1]):
            fail(say.plain("evaluation.command.same_group", group=min(twice)))
        names = {arm: say.plain(f"evaluation.command.arm.{arm}") for arm in ARMS}
        by_arm = dict(zip(ARMS, arms, strict=True))
        return await gather(session, codes, asked.survey, asked.subscale, by_arm, names, drawn=asked.drawn)
