"""Draws the portfolio to print: what was done in each pack, then one's own words."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from content.texts import Texts
from reports.papers.pen import ACCENT, SANS, SERIF, SOFT, Pen, numbered

if TYPE_CHECKING:
    from fpdf import FPDF


def portfolio(data: dict[str, Any], say: Texts, _pictures: Mapping[str, bytes]) -> bytes:
    """Upright A4 in as many pages as it needs: what was done in each pack, then one's own words."""
    pen = Pen("portrait", data["title"], date.fromisoformat(data["made"]), say.language)
    pdf = pen.pdf
    pdf.set_margins(22, 20, 22)
    pdf.c_margin = 0
    pdf.set_auto_page_break(True, 22)
    pdf.add_page()
    pdf.set_fill_color(*ACCENT)
    pdf.rect(22, 16, 166, 1.6, style="F")
    pdf.set_y(22)
    pen.fitted(data["title"], SERIF, (20, 18, 16), 166, "B")
    pen.line(data["title"], 9, align="L")
    pen.font(SANS, 9, colour=SOFT)
    pen.line(data["note"], 5, align="L")
    for section in data["sections"]:
        _section(pen, section)
    numbered(pen, say)
    return pen.bytes()


def _section(pen: Pen, section: dict[str, Any]) -> None:
    """A heading, its lines, and below them entries of a title, a small line and words."""
    pdf = pen.pdf
    _room(pdf, 30)
    pdf.ln(6)
    pen.font(SERIF, 14, "B", ACCENT)
    pen.line(section["title"], 7, align="L")
    for words in section.get("lines", ()):
        pen.font(SANS, 10)
        pen.line(words, 5.5, align="L")
    for entry in section.get("entries", ()):
        _room(pdf, 22)
        pdf.ln(3)
        pen.font(SANS, 10.5, "B")
        pen.line(entry["title"], 5.8, align="L")
        if entry.get("about"):
            pen.font(SANS, 8.5, colour=SOFT)
            pen.line(entry["about"], 5, align="L")
        for heading, words in entry["words"]:
            if heading:
                pen.font(SANS, 9, "B", SOFT)
                pen.line(heading, 5.4, align="L")
            pen.font(SANS, 10)
            pen.line(words, 5.5, align="L")


def _room(pdf: "FPDF", needed: float) -> None:
    """A heading does not stand alone at the foot of a page."""
    if pdf.get_y() + needed > pdf.h - 22:
        pdf.add_page()
