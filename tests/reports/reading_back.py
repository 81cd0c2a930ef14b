"""Reads papers back from their files: what somebody sees who opens them."""

import io
import re
import unicodedata
from collections import Counter

import docx
from docx.table import Table
from pypdf import PdfReader


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def of_pdf(pdf: bytes) -> str:
    """All of it but the numbers of pages."""
    return re.sub(r"(?m)^\d+ (?:dari|of) \d+$", " ", "\n".join(pages(pdf)))


def of_docx(file: bytes) -> str:
    """Paragraphs and cells in their order; a cell over several columns once."""
    found: list[str] = []
    for one in docx.Document(io.BytesIO(file)).iter_inner_content():
        if isinstance(one, Table):
            cells = {cell._tc: cell.text for row in one.rows for cell in row.cells}
            found += cells.values()
        else:
            found.append(one.text)
    return "\n".join(found)


def words(text: str) -> Counter[str]:
    """Each word as often as it is said; dotted lines to write on, and lines a drawer breaks, do not matter."""
    plain = unicodedata.normalize("NFKC", text)
    return Counter(re.sub(r"\.{4,}", " ", plain).split())
