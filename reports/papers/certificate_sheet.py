"""Draws the certificate to print: one landscape page, whatever the names are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from content.texts import Texts
from reports.papers.as_pdf import code
from reports.papers.days import hours, long_day
from reports.papers.paper import Block, Code, Head, Paper, Signed, Signer, Words, is_large
from reports.papers.pen import ACCENT, HAIR, INK, SANS, SERIF, SOFT, Pen

if TYPE_CHECKING:
    from fpdf import FPDF

WIDE = 225.0  # millimetres of a line
SIGNS, FOOT = 142.0, 177.0  # where signatures and the foot begin
LEADING = 1.3
LISTED = 4  # practices below each other; more stand in a line


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line in the middle of the page, broken where it is too long. ``sizes`` in points, ``gap`` in millimetres."""

    text: str
    sizes: tuple[float, ...]
    family: str = SANS
    style: str = ""
    soft: bool = False
    gap: float = 0.0
    titled: bool = False  # spaced, and with a short line below


def certificate(data: dict[str, Any], say: Texts, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Landscape A4: letterhead, who, for what, how much; who signs; the number and the days at the foot."""
    issued = date.fromisoformat(data["issued"])
    pen = Pen("landscape", say.plain("finishing.paper.title"), issued, say.language)
    pdf = pen.pdf
    pdf.set_auto_page_break(False)
    pdf.add_page()
    pdf.set_margins(36, 0, 36)
    pdf.c_margin = 0
    _frame(pdf)
    top = _letterhead(pen, head_of(data), pictures or {})
    signers = signers_of(data)
    _middle(pen, _pieces(data, say), top, (SIGNS if signers else FOOT) - 4)
    for number, one in enumerate(signers):
        _hand(pen, one, 36 if number < len(signers) - 1 else 171)
    _foot(pen, data, issued, say)
    return pen.bytes()


def head_of(data: dict[str, Any]) -> Head:
    """None on those whose letter was written before there was one."""
    told = data.get("head") or {}
    return Head(tuple(told.get("lines") or ()), told.get("picture") or "")


def signers_of(data: dict[str, Any]) -> tuple[Signer, ...]:
    """As head_of."""
    return tuple(Signer(tuple(one["above"]), one["role"], one["name"]) for one in data.get("signers") or ())


def _frame(pdf: "FPDF") -> None:
    pdf.set_draw_color(*HAIR)
    pdf.set_line_width(0.3)
    pdf.rect(11, 11, 275, 188)
    pdf.set_fill_color(*ACCENT)
    pdf.rect(11, 11, 275, 2.4, style="F")


def _letterhead(pen: Pen, head: Head, pictures: Mapping[str, bytes]) -> float:
    """At the head of the page, above two lines; answers where it ends."""
    pdf = pen.pdf
    pdf.set_y(17)
    if head.picture in pictures:
        pdf.image(BytesIO(pictures[head.picture]), x=36, y=17, w=WIDE, h=22, keep_aspect_ratio=True)
        pdf.set_y(40)
    elif head.lines:
        for number, line in enumerate(head.lines):
            large = is_large(number, line)
            pen.fitted(line, SERIF, (12, 11, 10, 9, 8) if large else (9, 8, 7), WIDE, "B" if large else "")
            pen.line(line, 5.2 if large else 4)
    else:
        return 20.0
    at = pdf.get_y() + 1.2
    pdf.set_draw_color(*INK)
    for below, width in ((0.0, 0.7), (0.9, 0.2)):
        pdf.set_line_width(width)
        pdf.line(36, at + below, 36 + WIDE, at + below)
    return at + 3


def _pieces(data: dict[str, Any], say: Texts) -> list[_Piece]:
    """From the title to the rule by which it was given."""
    titles = _listed(data)
    found = [
        _Piece(say.plain("finishing.paper.title").upper(), (13,), style="B", titled=True),
        _Piece(say.plain("finishing.paper.given_to"), (11,), gap=5, soft=True),
        _Piece(data["name"] or say.plain("community.address.colleague"), (34, 30, 26, 22, 19), SERIF, "B", gap=1.5),
        _Piece(data["school"], (13, 12, 11, 10), gap=0.5),
        _Piece(say.plain("finishing.paper.finished"), (11,), gap=4, soft=True),
        _Piece(data["pack"], (22, 20, 18, 16), SERIF, "B", gap=1),
        _Piece(say.plain("finishing.paper.practices") if titles else "", (9,), gap=3, soft=True),
        *(_Piece(title, (11, 10, 9, 8), gap=0.5) for title in titles),
    ]
    if data["hours"] >= 1:  # less than an hour said out loud belittles what was done
        words = say.plain("finishing.paper.hours", hours=hours(data["hours"], say))
        found.append(_Piece(words, (10.5,), gap=3))
    found.append(_Piece(say.plain("finishing.paper.rule"), (9,), gap=1.5, soft=True))
    return [one for one in found if one.text]


def _listed(data: dict[str, Any]) -> list[str]:
    """The practices below each other, many of them in one line."""
    titles = list(data["practices"])
    return titles if len(titles) <= LISTED else [" · ".join(titles)]


def _middle(pen: Pen, pieces: Sequence[_Piece], top: float, foot: float) -> None:
    """As large as there is room for, in the middle of it."""
    for percent in range(100, 30, -5):
        scale = percent / 100
        high = sum(_height(pen, one, scale) for one in pieces)
        if high <= foot - top:
            break
    pdf = pen.pdf
    pdf.set_y(top + max(foot - top - high, 0) / 2)
    for one in pieces:
        pdf.set_y(pdf.get_y() + one.gap * scale)
        shown = _set(pen, one, scale)
        pdf.set_char_spacing(3.2 if one.titled else 0)
        pen.line(shown, pdf.font_size * LEADING)
        pdf.set_char_spacing(0)
        if one.titled:
            pdf.set_draw_color(*ACCENT)
            pdf.set_line_width(0.5)
            pdf.line(138.5, pdf.get_y() + 1, 158.5, pdf.get_y() + 1)


def _set(pen: Pen, one: _Piece, scale: float) -> str:
    """The words as they are drawn, in the type that is set for them."""
    shown = pen.fitted(one.text, one.family, [size * scale for size in one.sizes], WIDE, one.style)
    pen.pdf.set_text_color(*(ACCENT if one.titled else SOFT if one.soft else INK))
    return shown


def _height(pen: Pen, one: _Piece, scale: float) -> float:
    shown = _set(pen, one, scale)
    return one.gap * scale + len(pen.lines(shown, WIDE)) * pen.pdf.font_size * LEADING


def _hand(pen: Pen, one: Signer, left: float) -> None:
    """What is said by signing, the office, room for a hand and a stamp, the name."""
    pdf, wide = pen.pdf, 90.0
    pdf.set_y(SIGNS)
    for words in (*one.above, f"{one.role},"):
        pdf.set_x(left)
        pen.fitted(words, SANS, (9.5, 9, 8, 7), wide)
        pdf.cell(wide, 4.6, pen.drawable(words), align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_xy(left, SIGNS + 24)
    name = one.name or "." * 40
    shown = pen.fitted(name, SANS, (9.5, 9, 8, 7, 6), wide, "B" if one.name else "")
    pdf.cell(wide, 4.6, shown, align="C")


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
        blocks += [Words(title, "under") for title in _listed(data)]
    if data["hours"] >= 1:
        blocks.append(Words(say.plain("finishing.paper.hours", hours=hours(data["hours"], say)), "under"))
    blocks.append(Words(say.plain("finishing.paper.rule"), "under"))
    blocks += [Signed(signers)] if (signers := signers_of(data)) else []
    facts = " · ".join(f"{label} {value}" for label, value in _facts(data, issued, say))
    blocks.append(Words(facts, "under"))  # one line: with letterhead and code it has to fit on its page
    if check := data.get("check"):
        blocks.append(Code(check, say.plain("finishing.paper.check", address=check)))
    kept = [one for one in blocks if not isinstance(one, Words) or one.text]
    title = say.plain("finishing.paper.title")
    whole = Paper(title, data["issued"], tuple(kept), head_of(data), wide=True, middle=True)
    return Paper.read(whole.plain())
