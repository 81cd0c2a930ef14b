"""Draws a paper as PDF: A4, in a type that stands beside Times, signatures never torn from their names."""

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from itertools import takewhile

from content.texts import Texts
from reports.papers.paper import (
    Block,
    Code,
    Head,
    Listed,
    Pairs,
    Paper,
    Pictures,
    Signed,
    Signer,
    Table,
    Words,
    is_large,
)
from reports.papers.pen import INK, OFFICE, SOFT, Pen, numbered

FOOT = 20  # millimetres kept free at the foot of a page
LINE = 6.0
_STYLES: dict[str, tuple[float, str, str, float, float]] = {  # size, bold, align, room above, height of a line
    "title": (14, "B", "C", 2, 7), "under": (12, "", "C", 0, 6), "heading": (12, "B", "L", 3, 6.5),
    "body": (12, "", "L", 1.5, LINE), "lead": (12, "", "L", 0, LINE), "right": (12, "", "R", 0, LINE),
    "small": (9, "", "L", 2, 4.5), "day": (12, "B", "L", 2, 6), "great": (30, "B", "C", 3, 13),
}  # fmt: skip
_STAYS = ("heading", "day", "lead")  # with what follows them
SIGNS = 52  # millimetres of a block of signatures


def draw(paper: Paper, say: Texts, pictures: Mapping[str, bytes]) -> bytes:
    """The file; pictures that are not brought are left out with their frames."""
    way = "landscape" if paper.wide else "portrait"
    pen = Pen(way, paper.title, date.fromisoformat(paper.made), say.language, (OFFICE,))
    pdf = pen.pdf
    pdf.set_margins(12, 14, 12) if paper.wide else pdf.set_margins(25, 15, 20)
    pdf.c_margin = 0
    pdf.set_auto_page_break(True, FOOT)
    pdf.add_page()
    _head(pen, paper.head, pictures)
    for number, block in enumerate(paper.blocks):
        _block(pen, block, paper.blocks[number + 1 : number + 3], pictures)
    if pdf.pages_count > 1:
        numbered(pen, say)
    return pen.bytes()


def _block(pen: Pen, block: Block, following: Sequence[Block], pictures: Mapping[str, bytes]) -> None:
    match block:
        case Words():
            _words(pen, block, following)
        case Pairs():
            _pairs(pen, block)
        case Listed():
            _listed(pen, block)
        case Table():
            _table(pen, block)
        case Pictures():
            _pictures(pen, block, pictures)
        case Signed():
            _signed(pen, block)
        case Code():
            _code(pen, block)


def _room(pen: Pen, needed: float) -> None:
    if pen.pdf.get_y() + needed > pen.pdf.h - FOOT:
        pen.pdf.add_page()


def _head(pen: Pen, head: Head, pictures: Mapping[str, bytes]) -> None:
    """The letterhead above a thick and a thin line, as schools have it."""
    pdf = pen.pdf
    if head.picture in pictures:
        pdf.image(BytesIO(pictures[head.picture]), x=pdf.l_margin, w=pdf.epw, h=34, keep_aspect_ratio=True)
        pdf.ln(1)
    elif head.lines:
        for number, line in enumerate(head.lines):
            large = is_large(number, line)
            size = 14 if large else 11
            pen.fitted(line, OFFICE, (size, size - 1, size - 2, size - 3, 8), pdf.epw, "B" if large else "")
            pen.line(line, 6.5 if large else 5)
    else:
        return
    at = pdf.get_y() + 1.5
    pdf.set_draw_color(*INK)
    for below, width in ((0.0, 0.9), (1.1, 0.25)):
        pdf.set_line_width(width)
        pdf.line(pdf.l_margin, at + below, pdf.w - pdf.r_margin, at + below)
    pdf.set_line_width(0.2)
    pdf.set_y(at + 6)


def _words(pen: Pen, block: Words, following: Sequence[Block]) -> None:
    size, bold, align, above, height = _STYLES[block.style]
    if following and block.style in _STAYS:  # does not stand alone at the foot of a page
        signed = any(isinstance(one, Signed) for one in following)  # nor does a signature, without any words above it
        least = 84 if isinstance(following[0], Pictures) else SIGNS + 26 if signed else 26
        stay = (isinstance(one, Words) and one.style in _STAYS for one in following)
        least += 10 * sum(takewhile(bool, stay))  # a heading, its date and "Diputuskan:" go together
        _room(pen, 0 if block.style == "lead" and isinstance(following[0], Words) else least)
    pen.pdf.ln(above)
    pen.font(OFFICE, size, bold, SOFT if block.style == "small" else INK)
    pen.line(block.text, height, align=align)


def _pairs(pen: Pen, block: Pairs) -> None:
    """Labels, then colons below each other, then what they say in as many lines as it needs."""
    pdf = pen.pdf
    pen.font(OFFICE, 12)
    left = pdf.l_margin + (10 if block.indented else 0)
    wide = min(max((pdf.get_string_width(pen.drawable(label)) for label, _ in block.rows), default=0) + 5, 60)
    pdf.ln(1.5)
    for label, words in block.rows:
        room = pdf.w - pdf.r_margin - left - wide - 4
        shown = pen.drawable(words, room)
        _room(pen, LINE * min(len(pen.lines(shown, room)), 6))
        at = pdf.get_y()
        pdf.set_xy(left, at)
        pdf.cell(wide, LINE, pen.drawable(label))
        pdf.cell(4, LINE, ":")
        pdf.multi_cell(room, LINE, shown, align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.set_y(max(pdf.get_y(), at + LINE))


def _listed(pen: Pen, block: Listed) -> None:
    pdf = pen.pdf
    pen.font(OFFICE, 12)
    pdf.ln(1)
    for number, words in enumerate(block.items, 1):
        _room(pen, LINE)
        at = pdf.get_y()
        pdf.set_xy(pdf.l_margin + 4, at)
        pdf.cell(8, LINE, f"{number}.")
        room = pdf.w - pdf.r_margin - pdf.l_margin - 12
        pdf.multi_cell(room, LINE, pen.drawable(words, room), align="L", new_x="LMARGIN", new_y="NEXT")


def _table(pen: Pen, block: Table) -> None:
    from fpdf.enums import TableBordersLayout
    from fpdf.fonts import FontFace

    pdf = pen.pdf
    size = (6.5 if len(block.widths) > 8 else 9) if block.small else 11
    pen.font(OFFICE, size)
    pdf.ln(2)
    pdf.set_draw_color(*INK)
    pdf.set_fill_color(255, 255, 255)  # the cells take on what was filled last
    bold = FontFace(emphasis="B", fill_color=(235, 235, 235), color=INK)
    share = pdf.epw / sum(block.widths)
    columns = tuple("CENTER" if at in block.centred else "LEFT" for at in range(len(block.widths)))
    with pdf.table(
        width=pdf.epw, align="LEFT", col_widths=[share * one for one in block.widths], line_height=size * 0.45,
        num_heading_rows=len(block.head), headings_style=bold, text_align=columns,
        borders_layout=TableBordersLayout.ALL, padding=(0.8, 1.2) if block.small else (1.2, 1.6),
    ) as table:  # fmt: skip
        for above in block.head:
            row = table.row()
            for cell in above:
                row.cell(pen.drawable(cell.text), align="C", colspan=cell.columns, rowspan=cell.rows)
        for words in block.rows:
            row = table.row(min_height=9.5 if block.tall else None)
            for one in words:
                row.cell(pen.drawable(one))
    pdf.ln(1)


def _pictures(pen: Pen, block: Pictures, pictures: Mapping[str, bytes]) -> None:
    """Two by two, each as large as its place lets it be."""
    pdf = pen.pdf
    there = [(name, words) for name, words in block.items if name in pictures]
    wide, high = (pdf.epw - 6) / 2, 58.0
    for first in range(0, len(there), 2):
        _room(pen, high + 12)
        pdf.ln(2)
        top = pdf.get_y()
        for place, (name, words) in enumerate(there[first : first + 2]):
            left = pdf.l_margin + place * (wide + 6)
            pdf.image(BytesIO(pictures[name]), x=left, y=top, w=wide, h=high, keep_aspect_ratio=True)
            pdf.set_xy(left, top + high + 1)
            pen.font(OFFICE, 9, colour=SOFT)
            pdf.cell(wide, 5, pen.drawable(words), align="C")
        pdf.set_xy(pdf.l_margin, top + high + 8)


def _signed(pen: Pen, block: Signed) -> None:
    """At the right, or left and right; a block goes to the next page as a whole."""
    pdf = pen.pdf
    _room(pen, SIGNS)
    pdf.ln(6)
    top, wide = pdf.get_y(), pdf.epw * 0.46
    above = max((len(one.above) for one in block.signers), default=0)
    for place, one in enumerate(block.signers):
        last = place == len(block.signers) - 1
        left = pdf.l_margin + (pdf.epw - wide if last else 0)
        _signer(pen, one, left, top, wide, above)
    pdf.set_xy(pdf.l_margin, top + SIGNS - 6)


def _signer(pen: Pen, one: Signer, left: float, top: float, wide: float, above: int) -> None:
    """Their lines, room for a hand, the name underlined."""
    pdf = pen.pdf
    pdf.set_y(top)
    lines = ("",) * (above - len(one.above)) + one.above
    for words in (*lines, f"{one.role}," if one.role else ""):
        pdf.set_x(left)
        pen.fitted(words, OFFICE, (12, 11, 10, 9), wide)
        pdf.cell(wide, LINE, pen.drawable(words), new_x="LMARGIN", new_y="NEXT")
    pdf.set_y(pdf.get_y() + 17)
    name = one.name or "." * 40
    shown = pen.fitted(name, OFFICE, (12, 11, 10, 9, 8), wide, "B" if one.name else "")
    pdf.set_x(left)
    pdf.cell(wide, LINE, shown, new_x="LMARGIN", new_y="NEXT")
    if one.name:
        pdf.set_line_width(0.3)
        under = pdf.get_y() - 0.9
        pdf.line(left, under, left + min(pdf.get_string_width(shown), wide), under)
    if one.nip:
        pen.font(OFFICE, 12)
        pdf.set_x(left)
        pdf.cell(wide, LINE, pen.drawable(one.nip), new_x="LMARGIN", new_y="NEXT")


def _code(pen: Pen, block: Code) -> None:
    _room(pen, 30)
    pen.pdf.ln(4)
    top = pen.pdf.get_y()
    code(pen, block.address, pen.pdf.l_margin, top, 24)
    pen.font(OFFICE, 9, colour=SOFT)
    pen.pdf.set_xy(pen.pdf.l_margin + 28, top + 8)
    pen.pdf.multi_cell(pen.pdf.epw - 28, 4.5, pen.drawable(block.text), align="L", new_x="LMARGIN", new_y="NEXT")
    pen.pdf.set_y(max(pen.pdf.get_y(), top + 26))


def code(pen: Pen, address: str, left: float, top: float, side: float) -> None:
    """A QR drawn as squares, which stay sharp at any size, with the white around it that readers need."""
    import segno

    rows = [list(row) for row in segno.make(address, error="m", micro=False).matrix_iter(border=2)]
    step = side / len(rows)
    pen.pdf.set_fill_color(*INK)
    for down, row in enumerate(rows):
        at = 0
        while at < len(row):
            run = at
            while run < len(row) and row[run]:
                run += 1
            if run > at:  # neighbours in one piece: no hair of white between them
                pen.pdf.rect(left + at * step, top + down * step, (run - at) * step, step + 0.02, style="F")
            at = max(run, at + 1)
