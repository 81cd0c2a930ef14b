"""Draws papers to print (a certificate, a portfolio) as PDF from plain values, in a thread of the courier's."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from content.texts import Texts

if TYPE_CHECKING:
    from fpdf import FPDF

ACCENT, INK, SOFT, HAIR = (15, 92, 92), (0, 0, 0), (85, 85, 85), (190, 190, 190)
SANS, SERIF = "sans", "serif"
_FILES = {
    (SANS, ""): "DejaVuSans.ttf",
    (SANS, "B"): "DejaVuSans-Bold.ttf",
    (SERIF, ""): "DejaVuSerif.ttf",
    (SERIF, "B"): "DejaVuSerif-Bold.ttf",
}
_CORE = {SANS: "helvetica", SERIF: "times"}


def draw(kind: str, data: dict[str, Any], language: str) -> bytes:
    """The PDF. Takes up to a second of processor: call it in a thread.

    `data` is what `reports.certificate`, `reports.portfolio` or `reports.plan_paper` gives. Raises ValueError for a
    kind nobody draws.
    """
    from reports.plan_drawing import plan  # draws with the pen of this module

    drawers = {"certificate": _certificate, "portfolio": _portfolio, "plan": plan}
    if kind not in drawers:
        raise ValueError(f"no paper of the kind {kind!r}; known: {', '.join(drawers)}")
    return drawers[kind](data, Texts(language))


def fonts() -> Path | None:
    """The folder of DejaVu, which comes with matplotlib; that itself need not be loaded for it."""
    found = find_spec("matplotlib")
    folder = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" if found and found.origin else None
    return folder if folder and all((folder / name).is_file() for name in _FILES.values()) else None


class Pen:
    """A page to write on: fonts that have the letters, words cut down to what can be drawn."""

    def __init__(self, orientation: str, title: str, made: date, language: str) -> None:
        from fpdf import FPDF  # loads an imaging library, which the start need not

        self.pdf: FPDF = FPDF(orientation="landscape" if orientation == "landscape" else "portrait", format="A4")
        self.folder = fonts()
        if self.folder is not None:
            for (family, style), name in _FILES.items():
                self.pdf.add_font(family, "B" if style else "", self.folder / name)
        self.pdf.set_title(title)
        self.pdf.set_lang(language)
        self.pdf.set_creator("Sejawat")
        self.pdf.set_creation_date(datetime.combine(made, time(), UTC))  # the same data are the same bytes

    def font(self, family: str, size: float, style: str = "", colour: tuple[int, int, int] = INK) -> None:
        self.pdf.set_font(family if self.folder else _CORE[family], "B" if style else "", size)
        self.pdf.set_text_color(*colour)

    def drawable(self, words: str) -> str:
        """Without emoji and signs the type has no shape for; 𝐒𝐚𝐫𝐢 becomes Sari."""
        plain = unicodedata.normalize("NFKC", words)
        font = self.pdf.current_font
        if self.folder is None:
            return plain.encode("latin-1", "replace").decode("latin-1")
        known = getattr(font, "cmap", {})
        return "\n".join(
            " ".join("".join(sign for sign in line if ord(sign) in known).split()) for line in plain.split("\n")
        )

    def fitted(self, words: str, family: str, sizes: Sequence[float], width: float, style: str = "") -> str:
        """Sets the largest size in which the words take one line; the smallest where none does."""
        for size in sizes:
            self.font(family, size, style)
            shown = self.drawable(words)
            if self.pdf.get_string_width(shown) <= width:
                break
        return shown

    def line(self, words: str, height: float, width: float = 0, align: str = "C") -> None:
        """A paragraph from the left margin, in as many lines as it needs."""
        self.pdf.set_x(self.pdf.l_margin)
        self.pdf.multi_cell(width, height, self.drawable(words), align=align, new_x="LMARGIN", new_y="NEXT")

    def bytes(self) -> bytes:
        return bytes(self.pdf.output())


def long_day(day: date, say: Texts) -> str:
    """22 Juli 2026."""
    month = say.plain("finishing.paper.months").split()[day.month - 1]
    return say.plain("finishing.paper.day", day=day.day, month=month, year=day.year)


def hours(value: float, say: Texts) -> str:
    """3,2."""
    return f"{value:.1f}".replace(".", say.plain("learning.decimal"))


def _certificate(data: dict[str, Any], say: Texts) -> bytes:
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
    pdf = pen.pdf
    pdf.set_draw_color(*HAIR)
    pdf.set_line_width(0.3)
    pdf.line(36, 177, 261, 177)
    since = long_day(date.fromisoformat(data["since"]), say)
    columns = (
        ("finishing.paper.number", data["number"], "L"),
        ("finishing.paper.since", since, "C"),
        ("finishing.paper.issued", long_day(issued, say), "R"),
    )
    for place, (label, value, align) in enumerate(columns):
        pdf.set_xy(36 + 75 * place, 180)
        pen.font(SANS, 8, colour=SOFT)
        pdf.cell(75, 5, pen.drawable(say.plain(label)), align=align)
        pdf.set_xy(36 + 75 * place, 185)
        pen.font(SANS, 10)
        pdf.cell(75, 6, pen.drawable(value), align=align)


def _portfolio(data: dict[str, Any], say: Texts) -> bytes:
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


def numbered(pen: Pen, say: Texts) -> None:
    """Page and pages at the foot of each."""
    pdf = pen.pdf
    pages = pdf.pages_count
    pdf.set_auto_page_break(False)
    for number in range(1, pages + 1):
        pdf.page = number
        pdf.set_xy(22, pdf.h - 14)
        pen.font(SANS, 9)  # a type that is set already would not be written into this page
        pen.font(SANS, 8, colour=SOFT)
        pdf.cell(pdf.w - 44, 5, pen.drawable(say.plain("portfolio.paper.page", n=number, of=pages)), align="R")
