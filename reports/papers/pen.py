"""A page to write on: fonts that have the letters, words cut down to what can be drawn."""

import unicodedata
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from content.texts import Texts
from reports.papers import arabic

ACCENT, INK, SOFT, HAIR = (15, 92, 92), (0, 0, 0), (85, 85, 85), (190, 190, 190)
SANS, SERIF, OFFICE = "sans", "serif", "office"
_FILES = {
    (OFFICE, ""): "STIXGeneral.ttf",  # drawn to stand beside Times, in which offices write
    (OFFICE, "B"): "STIXGeneralBol.ttf",
    (SANS, ""): "DejaVuSans.ttf",
    (SANS, "B"): "DejaVuSans-Bold.ttf",
    (SERIF, ""): "DejaVuSerif.ttf",
    (SERIF, "B"): "DejaVuSerif-Bold.ttf",
}
_CORE = {SANS: "helvetica", SERIF: "times", OFFICE: "times"}


def fonts() -> Path | None:
    """The folder of fonts that comes with matplotlib; that itself need not be loaded for it."""
    found = find_spec("matplotlib")
    folder = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" if found and found.origin else None
    return folder if folder and all((folder / name).is_file() for name in _FILES.values()) else None


class Pen:
    """Writes in these families of type; what they have no shape for comes from DejaVu Sans, Arabic too."""

    def __init__(
        self, orientation: str, title: str, made: date, language: str, families: Collection[str] = (SANS, SERIF)
    ) -> None:
        from fpdf import FPDF  # loads an imaging library, which the start need not

        self.pdf = FPDF(orientation="landscape" if orientation == "landscape" else "portrait", format="A4")
        self.folder = fonts()
        if self.folder is not None:
            for (family, style), name in _FILES.items():
                if family in {SANS, *families}:
                    self.pdf.add_font(family, "B" if style else "", self.folder / name)
            self.pdf.set_fallback_fonts([SANS], exact_match=False)
        self.pdf.set_title(title)
        self.pdf.set_lang(language)
        self.pdf.set_creator("Sejawat")
        self.pdf.set_creation_date(datetime.combine(made, time(), UTC))  # the same data are the same bytes

    def font(self, family: str, size: float, style: str = "", colour: tuple[int, int, int] = INK) -> None:
        self.pdf.set_font(family if self.folder else _CORE[family], "B" if style else "", size)
        self.pdf.set_text_color(*colour)

    def drawable(self, words: str, width: float = 0) -> str:
        """Without emoji and signs the type has no shape for; 𝐒𝐚𝐫𝐢 becomes Sari.

        Arabic is joined and turned around, line by line where a ``width`` in millimetres says how they break.
        """
        if self.folder is not None and arabic.is_drawn(words):
            return words
        plain = unicodedata.normalize("NFKC", words)
        if self.folder is None:
            return plain.encode("latin-1", "replace").decode("latin-1")
        plain = arabic.joined(plain) if arabic.has(plain) else plain
        known = self._known()
        shown = "\n".join(
            " ".join("".join(sign for sign in line if ord(sign) in known).split()) for line in plain.split("\n")
        )
        if not arabic.has(shown):
            return shown
        broken = self.lines(shown, width) if width else shown.split("\n")
        return "\n".join(arabic.in_order(line) for line in broken)

    def lines(self, shown: str, width: float) -> list[str]:
        """The lines into which words break in so many millimetres, in the font that is set."""
        return cast(list[str], self.pdf.multi_cell(width, 5, shown, dry_run=True, output="LINES"))

    def _known(self) -> set[int]:
        fonts = [self.pdf.current_font, self.pdf.fonts.get(SANS)]
        return {sign for font in fonts for sign in getattr(font, "cmap", {})}

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
        shown = self.drawable(words, width or self.pdf.epw)
        self.pdf.multi_cell(width, height, shown, align=align, new_x="LMARGIN", new_y="NEXT")

    def bytes(self) -> bytes:
        return bytes(self.pdf.output())


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
