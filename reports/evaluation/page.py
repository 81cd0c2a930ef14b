"""One page about a study that needs nothing else: no network, no script, no names."""

from typing import TYPE_CHECKING

from content.texts import Texts
from reports.evaluation.figures import Evaluation
from reports.evaluation.numbers import number
from reports.evaluation.words import sections, tables
from reports.standalone import template

if TYPE_CHECKING:
    from markupsafe import Markup

WIDE, HIGH, EDGE = 640, 96, 48


def page(found: Evaluation, say: Texts) -> str:
    """The whole page as HTML."""
    return template("evaluation").render(
        say=say.plain, language=say.language, sections=sections(found, say), tables=tables(found, say),
        picture=picture(found, say),
    )  # fmt: skip


def picture(found: Evaluation, say: Texts) -> "Markup":
    """The difference to be read as a point with its interval, beside the line where nothing differs; as SVG."""
    from markupsafe import Markup

    one = found.reading.difference
    low, high = min(one.low, 0.0), max(one.high, 0.0)
    spread = (high - low) or 1.0

    def at(value: float) -> float:
        return round(EDGE + (value - low) / spread * (WIDE - 2 * EDGE), 1)

    told = [number(value, say) for value in (one.value, one.low, one.high)]
    words = say.plain("evaluation.page.picture", value=told[0], low=told[1], high=told[2])
    # One label may not stand upon another: beside zero the end of the interval says nothing that the table does not.
    ends = [
        (at(value), text) for value, text in ((one.low, told[1]), (one.high, told[2])) if abs(at(value) - at(0)) > 60
    ]
    labels = Markup("").join(Markup('<text x="{}" y="88">{}</text>').format(x, text) for x, text in ends)
    return Markup(
        '<svg viewBox="0 0 {w} {h}" role="img" aria-label="{words}"><line class="zero" x1="{z}" x2="{z}" y1="20" '
        'y2="70"/><text x="{z}" y="14">0</text><line class="reach" x1="{l}" x2="{r}" y1="45" y2="45"/>'
        '<path class="reach" d="M{l} 37v16M{r} 37v16"/><circle cx="{c}" cy="45" r="8"/>{labels}</svg>'
    ).format(w=WIDE, h=HIGH, words=words, z=at(0), l=at(one.low), r=at(one.high), c=at(one.value), labels=labels)
