"""Papers to hand in: one value for each, drawn as PDF to print and as DOCX to edit, in a thread of the courier's."""

from collections.abc import Callable, Mapping
from typing import Any

from content.texts import Texts
from reports.papers.days import clock, full_day, hours, long_day, month
from reports.papers.paper import Paper

FORMS = ("pdf", "docx")
_Drawer = Callable[[dict[str, Any], Texts, Mapping[str, bytes]], bytes]


def draw(
    kind: str, data: dict[str, Any], language: str, form: str = "pdf", pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """The file. Takes up to a second of processor: call it in a thread.

    `data` is what `reports.certificate`, `reports.portfolio` or `reports.plan_paper` gives, or for the kind "office" a
    `Paper` as plain JSON; `pictures` are the bytes of those that a paper names. Raises ValueError for a kind or a form
    nobody draws.
    """
    from reports.papers import certificate_sheet, plan, portfolio_sheet  # load an imaging library when they draw

    say = Texts(language)
    own: dict[str, _Drawer] = {"certificate": certificate_sheet.certificate, "portfolio": portfolio_sheet.portfolio}
    # A plan is an office's paper now; letters of a program before that, still on their way, are drawn all the same.
    papers = {"certificate": certificate_sheet.paper, "plan": plan.paper, "office": _whole}
    known = {"pdf": {*own, *papers}, "docx": {*papers}}
    if form not in known or kind not in known[form]:
        raise ValueError(f"no paper of the kind {kind!r} as {form}; known: {', '.join(sorted(known.get(form, ())))}")
    if form == "pdf" and kind in own:
        return own[kind](data, say, pictures or {})
    from reports.papers import as_docx, as_pdf

    drawer = as_pdf.draw if form == "pdf" else as_docx.draw
    return drawer(papers[kind](data, say), say, pictures or {})


def _whole(data: dict[str, Any], _say: Texts) -> Paper:
    return Paper.read(data)


__all__ = ["FORMS", "clock", "draw", "full_day", "hours", "long_day", "month"]
