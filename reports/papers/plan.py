"""A work plan as a paper: the table with its two rows of headings, then promises and what follows."""

from datetime import date
from typing import Any

from content.texts import Texts
from reports.papers.days import long_day
from reports.papers.paper import Block, Cell, Head, Listed, Paper, Signed, Signer, Table, Words

# Shares of the line.
_WIDTHS = {
    "number": 7, "result": 34, "aim": 27, "quantity": 15, "points": 9, "total": 12, "material": 25, "challenge": 23,
    "anticipation": 26, "when_text": 22, "place": 19, "preparation": 22, "support_source": 16, "support_form": 18,
}  # fmt: skip
_UNCOUNTED = ("points", "total")


def paper(data: dict[str, Any], say: Texts, head: Head | None = None, signers: tuple[Signer, ...] = ()) -> Paper:
    """On its side, in as many pages as it needs. ``data`` is what reports.plan_paper gives."""
    blocks: list[Block] = [Words(data["title"], "title"), Words(data["about"], "under"), _table(data, say)]
    if data["counts"]:
        blocks.append(Words(say.plain("plans.paper.sum", total=data["total"])))
    for section in data["sections"]:
        blocks += [Words(section["title"], "heading"), Listed(tuple(section["lines"]))]
    if signers:  # the day stands above a hand
        blocks.append(Signed(signers))
    else:
        made = long_day(date.fromisoformat(data["made"]), say)
        blocks.append(Words(say.plain("plans.paper.made", day=made), "small"))
    return Paper.read(Paper(data["title"], data["made"], tuple(blocks), head or Head(), wide=True).plain())


def _table(data: dict[str, Any], say: Texts) -> Table:
    """The rows; the columns of points only where points are counted."""
    columns = [(name, above) for name, above in data["columns"] if data["counts"] or name not in _UNCOUNTED]
    first, second, told = list[Cell](), list[Cell](), set[str]()
    for name, above in columns:
        words = say.plain(f"plans.column.{name}")
        if not above:
            first.append(Cell(words, rows=2))
            continue
        second.append(Cell(words))
        if above not in told:
            first.append(Cell(say.plain(f"plans.column.{above}"), columns=sum(one == above for _, one in columns)))
        told.add(above)
    rows = tuple(tuple(str(row.get(name) or "") for name, _ in columns) for row in data["rows"])
    return Table((tuple(first), tuple(second)), rows, tuple(_WIDTHS[name] for name, _ in columns), small=True)
