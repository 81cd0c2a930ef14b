"""A paper as a message: what it will say, in the order in which it says it, short enough for a phone."""

import html
import re
from collections.abc import Sequence

from content.texts import Texts
from reports.papers.paper import Block, Code, Listed, Pairs, Paper, Pictures, Signed, Table, Words

MOST = 3000  # characters
ROWS = 12  # of a table or a list
_DOTS = "...."


def draw(paper: Paper, say: Texts) -> str:
    """Telegram HTML of at most MOST characters; what is cut is said."""
    parts = ["\n".join(html.escape(line, quote=False) for line in paper.head.lines)] if paper.head.lines else []
    parts += [_shown(one, say) for one in paper.blocks]
    told, length = list[str](), 0
    for part in (one for one in parts if one):
        length += len(part) + 1
        if length > MOST:
            told.append(say("papers.preview.cut"))
            break
        told.append(part)
    return "\n".join(told)


def _shown(block: Block, say: Texts) -> str:
    match block:
        case Words(text, style):
            bold = style in ("title", "heading", "day")
            return ("\n" if style == "heading" else "") + (f"<b>{_plain(text)}</b>" if bold else _plain(text))
        case Pairs(rows):
            return "\n".join(f"{_plain(label)}: {_plain(words)}" for label, words in rows)
        case Listed(items):
            return _some([f"{n}. {_plain(one)}" for n, one in enumerate(items, 1)], say)
        case Table(head, rows, tall=tall):
            above = [] if tall else [f"<i>{' · '.join(_plain(cell.text) for cell in head[0])}</i>"]
            filled = [row for row in rows if any(cell.strip("0123456789. ") for cell in row)]
            return "\n".join([*above, _some([_row(row) for row in filled], say)] if filled else [])
        case Pictures(items):
            return say("papers.preview.pictures", n=len(items))
        case Signed(signers):
            return "\n" + "\n".join(
                ", ".join(
                    _plain(word.rstrip(",")) for word in (*one.above, one.role, one.name or _DOTS, one.nip) if word
                )
                for one in signers
            )
        case Code(_, text):
            return _plain(text)


def _row(row: Sequence[str]) -> str:
    """Its number, what stands in it; a place to sign is for the paper alone."""
    number, *cells = row if re.fullmatch(r"\d+\.", row[0]) else ("", *row)
    told = [", ".join(_plain(one).split("\n")) for one in cells if one and not re.fullmatch(r"\d+\.", one)]
    return " ".join(filter(None, (number, " · ".join(told))))


def _plain(words: str) -> str:
    """Dotted lines are long on paper and short here."""
    short = _DOTS if words and not words.strip(".") else words
    return html.escape(short, quote=False)


def _some(lines: list[str], say: Texts) -> str:
    rest = len(lines) - ROWS
    return "\n".join([*lines[:ROWS], *([say("papers.preview.more", n=rest)] if rest > 0 else [])])
