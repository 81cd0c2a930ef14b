"""Draws the certificate to print: one landscape page, whatever the names are."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from content.texts import Texts
from reports.papers.as_pdf import code
from reports.papers.days import hours, long_day
from reports.papers.paper import Block, Code, Pairs, Paper, Words
from reports.papers.pen import ACCENT, HAIR, SANS, SERIF, SOFT, Pen

if TYPE_CHECKING:
    from fpdf import FPDF


def certificate(data: dict[str, Any], say: Texts) -> bytes:
    """Landscape A4: who, for what, how much, since when; the number and the date at the foot."""
    issued = date.fromisoformat(data["issued"])
    pen = Pen("landscape", say.plain("finishing.paper.title"), issued, say.language)
    pdf, inner = pen.pdf, 225.0
    pdf.set_auto_page_break(False)
    pdf.add_page()
    pdf.set_margins(36, 0, 36)
    pdf.c_margin = 0
    _frame(pdf)
    pdf.set_y(27)
    pen.font(SANS, 13, "B", ACCENT)
    pdf.set_char_spacing(3.2)
    pen.line(say.plain("finishing.paper.title").upper(), 8)
    pdf.set_char_spacing(0)
    pdf.set_y(42)
    pen.font(SANS, 11, colour=SOFT)
    pen.line(say.plain("finishing.paper.given_to"), 7)
    name = pen.fitted(data["name"], SERIF, (34, 30, 26, 22, 19), inner, "B")
    pdf.set_y(51)
    pen.line(name or say.plain("community.address.colleague"), pdf.font_size * 1.25)
    if data["school"]:
        school = pen.fitted(data["school"], SANS, (13, 12, 11, 10), inner)
        pen.line(school, 7)
    pdf.set_y(max(pdf.get_y() + 5, 82))
    pen.font(SANS, 11, colour=SOFT)
    pen.line(say.plain("finishing.paper.finished"), 7)
    pdf.set_y(pdf.get_y() + 1)
    pack = pen.fitted(data["pack"], SERIF, (22, 20, 18, 16), inner, "B")
    pen.line(pack, pdf.font_size * 1.3)
    _practices(pen, data["practices"], say)
    pdf.set_y(min(max(pdf.get_y() + 10, 144), 158))
    pen.font(SANS, 10.5)
    if data["hours"] >= 1:  # less than an hour said out loud belittles what was done
        pen.line(say.plain("finishing.paper.hours", hours=hours(data["hours"], say)), 6.5)
    pen.font(SANS, 9, colour=SOFT)
    pen.line(say.plain("finishing.paper.rule"), 5.5)
    _foot(pen, data, issued, say)
    return pen.bytes()


def _frame(pdf: "FPDF") -> None:
    pdf.set_draw_color(*HAIR)
    pdf.set_line_width(0.3)
    pdf.rect(11, 11, 275, 188)
    pdf.set_fill_color(*ACCENT)
    pdf.rect(11, 11, 275, 2.4, style="F")
    pdf.set_draw_color(*ACCENT)
    pdf.set_line_width(0.5)
    pdf.line(138.5, 38.5, 158.5, 38.5)


def _practices(pen: Pen, titles: Sequence[str], say: Texts) -> None:
    """What the weeks were about; below each other while there is room."""
    pdf = pen.pdf
    pdf.set_y(pdf.get_y() + 4)
    pen.font(SANS, 9, colour=SOFT)
    pen.line(say.plain("finishing.paper.practices"), 6)
    room = 154 - pdf.get_y()
    step = min(6.5, room / max(len(titles), 1))
    if step >= 4.5:
        for title in titles:
            shown = pen.fitted(title, SANS, (11, 10, 9, 8), 225)
            pen.line(shown, step)
    else:
        pen.font(SANS, 9)
        pen.line(" · ".join(titles), 5)


def _foot(pen: Pen, data: dict[str, Any], issued: date, say: Texts) -> None:
    """Number and days, and beside them the code by which anybody sees that this certificate exists."""
    pdf, check = pen.pdf, data.get("check") or ""
    left = 66 if check else 36
    wide = (261 - left) / 3
    pdf.set_draw_color(*HAIR)
    pdf.set_line_width(0.3)
    pdf.line(left, 177, 261, 177)
    for place, ((label, value), align) in enumerate(zip(_facts(data, issued, say), "LCR", strict=True)):
        pdf.set_xy(left + wide * place, 179)
        pen.font(SANS, 8, colour=SOFT)
        pdf.cell(wide, 5, pen.drawable(label), align=align)
        pdf.set_xy(left + wide * place, 184)
        pen.font(SANS, 10)
        pdf.cell(wide, 6, pen.drawable(value), align=align)
    if check:
        code(pen, check, 36, 171.5, 25)
        pdf.set_xy(left, 191)
        pen.fitted(say.plain("finishing.paper.check", address=check), SANS, (7.5, 7, 6), 261 - left)
        pdf.set_text_color(*SOFT)
        pdf.cell(261 - left, 4, pen.drawable(say.plain("finishing.paper.check", address=check)))


def _facts(data: dict[str, Any], issued: date, say: Texts) -> list[tuple[str, str]]:
    since = long_day(date.fromisoformat(data["since"]), say)
    labels = ("number", "since", "issued")
    said = (data["number"], since, long_day(issued, say))
    return [(say.plain(f"finishing.paper.{label}"), value) for label, value in zip(labels, said, strict=True)]


def paper(data: dict[str, Any], say: Texts) -> Paper:
    """The same words to be edited, for a school that frames its certificates itself."""
    issued = date.fromisoformat(data["issued"])
    blocks: list[Block] = [
        Words(say.plain("finishing.paper.title").upper(), "title"),
        Words(say.plain("finishing.paper.given_to"), "under"),
        Words(data["name"] or say.plain("community.address.colleague"), "great"), Words(data["school"], "under"),
        Words(say.plain("finishing.paper.finished"), "under"), Words(data["pack"], "title"),
    ]  # fmt: skip
    if data["practices"]:
        blocks.append(Words(say.plain("finishing.paper.practices"), "under"))
        blocks += [Words(title, "under") for title in data["practices"]]
    if data["hours"] >= 1:
        blocks.append(Words(say.plain("finishing.paper.hours", hours=hours(data["hours"], say)), "under"))
    blocks += [Words(say.plain("finishing.paper.rule"), "under"), Pairs(tuple(_facts(data, issued, say)))]
    if check := data.get("check"):
        blocks.append(Code(check, say.plain("finishing.paper.check", address=check)))
    kept = [one for one in blocks if not isinstance(one, Words) or one.text]
    return Paper.read(
        Paper(say.plain("finishing.paper.title"), data["issued"], tuple(kept), wide=True, middle=True).plain()
    )
