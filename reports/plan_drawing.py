"""Draws a work plan to print: the table with its two rows of headings, then promises and what follows."""

from datetime import date
from typing import Any

from content.texts import Texts
from reports.papers import ACCENT, INK, SANS, SERIF, SOFT, Pen, long_day, numbered

# Millimetres of the columns; landscape A4 less its margins is 273.
_WIDTHS = {
    "number": 7, "result": 34, "aim": 27, "quantity": 15, "points": 9, "total": 12, "material": 25, "challenge": 23,
    "anticipation": 26, "when_text": 22, "place": 19, "preparation": 22, "support_source": 16, "support_form": 18,
}  # fmt: skip
_UNCOUNTED = ("points", "total")


def plan(data: dict[str, Any], say: Texts) -> bytes:
    """Landscape A4 in as many pages as it needs. ``data`` is what reports.plan_paper gives."""
    pen = Pen("landscape", data["title"], date.fromisoformat(data["made"]), say.language)
    pdf = pen.pdf
    pdf.set_margins(12, 14, 12)
    pdf.c_margin = 1
    pdf.set_auto_page_break(True, 18)
    pdf.add_page()
    pdf.set_fill_color(*ACCENT)
    pdf.rect(12, 11, 273, 1.4, style="F")
    pdf.set_y(15)
    pen.font(SERIF, 16, "B")
    pen.line(data["title"], 8, align="L")
    pen.font(SANS, 9, colour=SOFT)
    pen.line(data["about"], 5, align="L")
    pdf.ln(3)
    _table(pen, data, say)
    for section in data["sections"]:
        _section(pen, section)
    pen.font(SANS, 8, colour=SOFT)
    pdf.ln(4)
    pen.line(say.plain("plans.paper.made", day=long_day(date.fromisoformat(data["made"]), say)), 5, align="L")
    numbered(pen, say)
    return pen.bytes()


def _table(pen: Pen, data: dict[str, Any], say: Texts) -> None:
    """The rows; the columns of points only where points are counted."""
    from fpdf.enums import TableBordersLayout
    from fpdf.fonts import FontFace

    columns = [(name, above) for name, above in data["columns"] if data["counts"] or name not in _UNCOUNTED]
    pen.font(SANS, 6.5)
    pen.pdf.set_fill_color(255, 255, 255)  # the cells take on what was filled last
    bold = FontFace(emphasis="B", fill_color=(227, 239, 239), color=INK)
    room = 273 / sum(_WIDTHS[name] for name, _ in columns)
    with pen.pdf.table(
        width=273, col_widths=[_WIDTHS[name] * room for name, _ in columns], line_height=3.2, num_heading_rows=2,
        headings_style=bold, text_align="L", borders_layout=TableBordersLayout.ALL, padding=0.8,
    ) as table:  # fmt: skip
        first, second = table.row(), table.row()
        told: set[str] = set()
        for name, above in columns:
            words = pen.drawable(say.plain(f"plans.column.{name}"))
            if not above:
                first.cell(words, rowspan=2)
                continue
            second.cell(words)
            if above not in told:
                span = sum(one == above for _, one in columns)
                first.cell(pen.drawable(say.plain(f"plans.column.{above}")), colspan=span, align="C")
            told.add(above)
        for row in data["rows"]:
            line = table.row()
            for name, _ in columns:
                line.cell(pen.drawable(str(row.get(name) or "")))
    if data["counts"]:
        pen.font(SANS, 9, "B")
        pen.pdf.ln(2)
        pen.line(say.plain("plans.paper.sum", total=data["total"]), 5, align="L")


def _section(pen: Pen, section: dict[str, Any]) -> None:
    """A heading and its paragraphs; a heading does not stand alone at the foot of a page."""
    pdf = pen.pdf
    if pdf.get_y() + 24 > pdf.h - 18:
        pdf.add_page()
    pdf.ln(5)
    pen.font(SERIF, 12, "B", ACCENT)
    pen.line(section["title"], 6, align="L")
    for words in section["lines"]:
        pen.font(SANS, 9)
        pen.line(words, 5, align="L")
