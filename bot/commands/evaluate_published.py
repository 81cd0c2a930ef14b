"""`sejawat evaluate --published`: what follows from the figures that a paper prints, without its data."""

import json
from typing import TYPE_CHECKING

from bot.commands.plainly import fail

if TYPE_CHECKING:
    from content.texts import Texts


def show(given: list[str], say: "Texts", *, as_json: bool) -> None:
    """A line, or with ``as_json`` an object, for each printed figure."""
    from reports.evaluation.printed import BadFigure, from_words, plain, told
    from reports.evaluation.values import NeedsResearch

    try:
        found = [from_words(one) for one in given]
    except BadFigure as bad:
        fail(say.plain("evaluation.printed.unreadable", words=str(bad)))
    try:
        lines = [plain(one) for one in found] if as_json else [told(one, say) for one in found]
    except NeedsResearch:
        fail(say.plain("evaluation.command.research"))
    print(json.dumps(lines, ensure_ascii=False, indent=2) if as_json else "\n".join(map(str, lines)))
