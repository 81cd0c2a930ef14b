"""Writes a paper as DOCX: the same words as the PDF, with lists, tables and pictures that can be edited."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from docx.document import Document

TYPE = "Times New Roman"
_STYLES: dict[str, tuple[float, bool, str, float]] = {  # size, bold, align, points above
    "title": (14, True, "CENTER", 6), "under": (12, False, "CENTER", 0), "heading": (12, True, "LEFT", 9),
    "body": (12, False, "LEFT", 4), "lead": (12, False, "LEFT", 0), "right": (12, False, "RIGHT", 0),
    "small": (9, False, "LEFT", 6), "day": (12, True, "LEFT", 6), "great": (30, True, "CENTER", 8),
}  # fmt: skip


def draw(paper: Paper, say: Texts, pictures: Mapping[str, bytes]) -> bytes:
    """The file; pictures that are not brought are left out."""
    import docx

    made = docx.Document()
    _page(made, paper, say)
    _head(made, paper.head, pictures)
    for block in paper.blocks:
        _block(made, block, pictures)
    into = BytesIO()
    made.save(into)
    return into.getvalue()


def _page(made: "Document", paper: Paper, say: Texts) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = made.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if paper.wide else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if paper.wide else WD_ORIENT.PORTRAIT
    section.left_margin, section.right_margin = (Mm(12), Mm(12)) if paper.wide else (Mm(25), Mm(20))
    section.top_margin, section.bottom_margin = (Mm(10), Mm(8)) if paper.middle else (Mm(15), Mm(18))
    if paper.middle:
        middle = OxmlElement("w:vAlign")
        middle.set(qn("w:val"), "center")
        grid = section._sectPr.find(qn("w:docGrid"))
        grid.addprevious(middle) if grid is not None else section._sectPr.append(middle)
    style: Any = made.styles["Normal"]
    style.font.name, style.font.size = TYPE, Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), TYPE)
    style.paragraph_format.space_after = Pt(0)
    about = made.core_properties
    about.title, about.author, about.language = paper.title, "Sejawat", say.language
    about.created = about.modified = datetime.combine(date.fromisoformat(paper.made), time(), UTC)


def _block(made: "Document", block: Block, pictures: Mapping[str, bytes]) -> None:
    match block:
        case Words():
            _words(made, block)
        case Pairs():
            _pairs(made, block)
        case Listed():
            _listed(made, block)
        case Table():
            _table(made, block)
        case Pictures():
            _pictures(made, block, pictures)
        case Signed():
            _signed(made, block)
        case Code():
            _code(made, block)


def _line(place: Any, words: str, size: float, *, bold: bool = False, align: str = "LEFT", above: float = 0) -> Any:
    """A paragraph of the document or of a cell; its lines are broken where the words break them."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = place.add_paragraph() if hasattr(place, "add_paragraph") else place
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align)
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(above), Pt(0)
    run = paragraph.add_run(words)
    run.bold, run.font.size = bold, Pt(size)
    return paragraph


def _head(made: "Document", head: Head, pictures: Mapping[str, bytes]) -> None:
    from docx.shared import Mm

    if head.picture in pictures:
        last = _line(made, "", 11, align="CENTER")
        last.add_run().add_picture(BytesIO(pictures[head.picture]), **_within(pictures[head.picture], 162, 34, Mm))
    elif head.lines:
        for number, words in enumerate(head.lines):
            large = is_large(number, words)
            last = _line(made, words, 14 if large else 11, bold=large, align="CENTER")
    else:
        return
    _double_line(last)
    _line(made, "", 6)


def _double_line(paragraph: Any) -> None:
    """A thick and a thin line below the letterhead."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders, below = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "thickThinSmallGap"), ("sz", "24"), ("space", "4"), ("color", "000000")):
        below.set(qn(f"w:{name}"), value)
    borders.append(below)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _within(content: bytes, wide: float, high: float, unit: Any) -> dict[str, Any]:
    """The size of a picture that fits into so many millimetres."""
    from PIL import Image

    with Image.open(BytesIO(content)) as picture:
        width, height = picture.size
    share = min(wide / width, high / height)
    return {"width": unit(width * share), "height": unit(height * share)}


def _words(made: "Document", block: Words) -> None:
    size, bold, align, above = _STYLES[block.style]
    paragraph = _line(made, block.text, size, bold=bold, align=align, above=above)
    paragraph.paragraph_format.keep_with_next = block.style in ("heading", "day")


def _pairs(made: "Document", block: Pairs) -> None:
    """A table without lines: labels, colons, what they say."""
    from docx.shared import Mm

    left = 10 if block.indented else 0
    longest = max((len(label) for label, _ in block.rows), default=0)
    wide = min(max(longest * 2.7 + 4, 20), 70)
    table = made.add_table(rows=0, cols=3)
    widths = (Mm(wide + left), Mm(5), Mm(160 - wide - left))
    for label, words in block.rows:
        cells = table.add_row().cells
        for cell, said in zip(cells, (label, ":", words), strict=True):
            paragraph = _line(cell.paragraphs[0], said, 12)
            if left and said is label:
                paragraph.paragraph_format.left_indent = Mm(left)
    _widths(table, widths)


def _widths(table: Any, widths: Sequence[Any]) -> None:
    """Said twice: some programs go by the columns, some by the cells."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def _listed(made: "Document", block: Listed) -> None:
    from docx.shared import Mm

    for number, words in enumerate(block.items, 1):
        paragraph = _line(made, f"{number}.\t{words}", 12)
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Mm(12), Mm(-8)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(12))


def _table(made: "Document", block: Table) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    section = made.sections[0]
    room = (section.page_width - section.left_margin - section.right_margin) / Mm(1)  # type: ignore[operator]
    widths = [Mm(room * one / sum(block.widths)) for one in block.widths]
    size = (6.5 if len(block.widths) > 8 else 9) if block.small else 11
    _line(made, "", 4)
    table = made.add_table(rows=len(block.head) + len(block.rows), cols=len(widths))
    table.style = "Table Grid"
    grid = [row.cells for row in table.rows]
    _headings(grid, block, size)
    for number in range(len(block.head)):  # said again on each page
        told = OxmlElement("w:tblHeader")
        told.set(qn("w:val"), "true")
        table.rows[number]._tr.get_or_add_trPr().append(told)
    for cells, words in zip(grid[len(block.head) :], block.rows, strict=True):
        for at, (cell, one) in enumerate(zip(cells, words, strict=True)):
            _filled(cell, one, size, align="CENTER" if at in block.centred else "LEFT")
    for row in table.rows[len(block.head) :] if block.tall else ():
        row.height = Mm(10)
    _widths(table, widths)
    _line(made, "", 4)


def _filled(cell: Any, words: str, size: float, *, bold: bool = False, align: str = "LEFT") -> None:
    """A cell of a table with lines: its words in the middle, with a little air."""
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.shared import Pt

    paragraph = _line(cell.paragraphs[0], words, size, bold=bold, align=align, above=2)
    paragraph.paragraph_format.space_after = Pt(2)
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER


def _headings(grid: list[Any], block: Table, size: float) -> None:
    """Each heading over as many columns and rows as it says."""
    taken: set[tuple[int, int]] = set()
    for down, row in enumerate(block.head):
        at = 0
        for cell in row:
            while (down, at) in taken:
                at += 1
            place = grid[down][at]
            if cell.columns > 1 or cell.rows > 1:
                place = place.merge(grid[down + cell.rows - 1][at + cell.columns - 1])
            taken |= {(down + y, at + x) for y in range(cell.rows) for x in range(cell.columns)}
            _filled(place, cell.text, size, bold=True, align="CENTER")


def _pictures(made: "Document", block: Pictures, pictures: Mapping[str, bytes]) -> None:
    from docx.shared import Mm

    there = [(name, words) for name, words in block.items if name in pictures]
    if not there:
        return
    table = made.add_table(rows=(len(there) + 1) // 2, cols=2)
    for at, (name, words) in enumerate(there):
        cell = table.rows[at // 2].cells[at % 2]
        paragraph = _line(cell.paragraphs[0], "", 9, align="CENTER", above=4)
        paragraph.add_run().add_picture(BytesIO(pictures[name]), **_within(pictures[name], 78, 58, Mm))
        _line(cell, words, 9, align="CENTER")


def _signed(made: "Document", block: Signed) -> None:
    """A table of two columns without lines, kept together on one page."""
    _line(made, "", 12)
    cells = made.add_table(rows=1, cols=2).rows[0].cells
    above = max((len(one.above) for one in block.signers), default=0)
    for cell, one in zip(cells[-len(block.signers) :], block.signers, strict=True):
        _signer(cell, one, above)


def _signer(cell: Any, one: Signer, above: int) -> None:
    lines = ["", *one.above] if len(one.above) < above else [*one.above]
    said = [*lines, f"{one.role}," if one.role else "", "", "", ""]
    for number, words in enumerate(said):
        paragraph = _line(cell.paragraphs[0] if not number else cell, words, 12)
        paragraph.paragraph_format.keep_with_next = True
    paragraph = _line(cell, one.name or "." * 40, 12, bold=bool(one.name))
    paragraph.runs[0].underline = bool(one.name)
    if one.nip:
        paragraph.paragraph_format.keep_with_next = True
        _line(cell, one.nip, 12)


def _code(made: "Document", block: Code) -> None:
    import segno
    from docx.shared import Mm, Pt

    into = BytesIO()
    segno.make(block.address, error="m", micro=False).save(into, kind="png", scale=8, border=2)
    paragraph = _line(made, "", 9, above=8)
    paragraph.add_run().add_picture(BytesIO(into.getvalue()), width=Mm(20))
    paragraph.add_run(f"  {block.text}").font.size = Pt(9)
