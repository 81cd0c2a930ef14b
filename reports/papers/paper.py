"""A paper as one value: letterhead, words, tables, pictures, signatures. Both drawers read nothing else."""

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from community import pupils

LONGEST = 6000  # characters of one paragraph or cell; nothing that is kept here is longer


def clean(words: str) -> str:
    """Words that every drawer can write: 𝐒𝐚𝐫𝐢 becomes Sari; emoji and what no eye sees go; lines stay."""
    plain = unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\t", " ")[:LONGEST])
    kept = "".join(_letter(sign) for sign in plain)
    return "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()


def _letter(sign: str) -> str:
    if sign == "\n":
        return sign
    if 0x1D400 <= ord(sign) <= 0x1D7FF:  # letters made for formulas, worn as ornament
        return unicodedata.normalize("NFKC", sign)
    kind = unicodedata.category(sign)
    # Sk holds the skin colours of emoji; Cf the joiners between them, and marks of direction.
    unseen = kind[0] == "C" or 0xFE00 <= ord(sign) <= 0xFE0F
    return "" if unseen or kind == "Sk" or (kind == "So" and sign not in "°©®№") else sign


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph. ``style``: body, title, under (a title), great, heading, day, small, right, lead (close)."""

    text: str
    style: str = "body"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Lines of a label and what it says, with colons below each other: Hari/tanggal : Rabu, 22 Juli 2026."""

    rows: tuple[tuple[str, str], ...]
    indented: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """Numbered lines."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """Of a heading: how many columns and rows it takes."""

    text: str
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of words. ``widths`` are shares of the line; ``tall`` leaves room to sign by hand."""

    head: tuple[tuple[Cell, ...], ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    centred: tuple[int, ...] = ()  # columns
    tall: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class Pictures:
    """Photos two by two, each by the name under which its bytes are brought, with a line below it."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Signer:
    """One signature. ``above``: place and date, or what is said by signing; an empty name is a dotted line."""

    above: tuple[str, ...]
    role: str
    name: str = ""
    nip: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """One block stands at the right, two side by side."""

    signers: tuple[Signer, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A QR that opens an address, with words beside it."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """The letterhead: lines, the first of them large, or a picture by its name; nothing where none was brought."""

    lines: tuple[str, ...] = ()
    picture: str = ""


Block = Words | Pairs | Listed | Table | Pictures | Signed | Code
_BLOCKS: dict[str, type[Any]] = {
    one.__name__: one for one in (Words, Pairs, Listed, Table, Pictures, Signed, Code)
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paper:
    """``made`` is a date in ISO form; ``wide`` lies on its side; ``middle`` stands between top and foot of its page."""

    title: str
    made: str
    blocks: tuple[Block, ...]
    head: Head = Head()
    wide: bool = False
    middle: bool = False

    def plain(self) -> dict[str, Any]:
        """For a letter's JSON. What people wrote names no pupil any more; who signs and whose school it is stays."""
        blocks = [{"is": type(one).__name__} | _told(one) for one in self.blocks]
        whole = {
            "title": self.title,
            "made": self.made,
            "head": asdict(self.head),
            "wide": self.wide,
            "middle": self.middle,
        }
        return _cleaned(whole | {"blocks": blocks})  # type: ignore[no-any-return]

    @classmethod
    def read(cls, data: dict[str, Any]) -> "Paper":
        """What ``plain`` gave, also after a way through JSON."""
        blocks = tuple(_block(one) for one in data["blocks"])
        head = Head(tuple(data["head"]["lines"]), data["head"]["picture"])
        return cls(data["title"], data["made"], blocks, head, data["wide"], data["middle"])

    @property
    def pictures(self) -> list[str]:
        """The names of all pictures on it."""
        found = [name for one in self.blocks if isinstance(one, Pictures) for name, _ in one.items]
        return [*([self.head.picture] if self.head.picture else []), *found]


def _told(block: Block) -> dict[str, Any]:
    """A block as plain values, without pupils' names."""
    plain = asdict(block)
    return plain if isinstance(block, Signed | Pictures | Code) else _nameless(plain)


def _nameless(value: Any) -> Any:
    if isinstance(value, str):
        return pupils.hidden(value)
    if isinstance(value, dict):
        return {name: _nameless(one) for name, one in value.items()}
    return [_nameless(one) for one in value] if isinstance(value, list | tuple) else value


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: _cleaned(one) for name, one in value.items()}
    return [_cleaned(one) for one in value] if isinstance(value, list | tuple) else value


def _block(data: dict[str, Any]) -> Block:
    values = {name: _frozen(value) for name, value in data.items() if name != "is"}
    if data["is"] == "Table":
        values["head"] = tuple(tuple(Cell(**cell) for cell in row) for row in data["head"])
    if data["is"] == "Signed":
        values["signers"] = tuple(
            Signer(tuple(one["above"]), one["role"], one["name"], one["nip"]) for one in data["signers"]
        )
    return _BLOCKS[data["is"]](**values)  # type: ignore[no-any-return]


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list | tuple) else value


def is_large(number: int, line: str) -> bool:
    """Of a letterhead: its first line, and those in capitals, as offices have them above the school's name."""
    return not number or line.isupper()


def heads(*titles: str) -> tuple[tuple[Cell, ...], ...]:
    """One row of headings, a column each."""
    return (tuple(Cell(one) for one in titles),)


def lines_of(words: str | None) -> Sequence[str]:
    """The lines somebody wrote, without the signs they put before each."""
    found = (clean(line).lstrip("-–•*·").strip() for line in (words or "").split("\n"))
    return [line for line in found if line]
