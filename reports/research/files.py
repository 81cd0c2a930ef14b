"""The files of a research export: tables as CSV, the codebook, and a README that says how each column was made."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from content.sheets.cells import neutral
from content.texts import Texts
from reports.research.gathering import Data

COLUMNS = {
    "people": ("person", "group", "role", "school", "grade", "joined"),
    "measures": ("person", "week", "measure", "value"),
    "groups": ("group", "week", "lessons"),
    "words": ("text", "person", "week", "lesson", "words"),
}
"""Every table with its columns; the codebook has a line for each, and a test holds it to that."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the data: the study's name, its days, when it was made, the k that was asked for."""

    study: str
    first: date
    last: date
    made: date
    k: int
    words: bool


def files(data: Data, frame: Frame, say: Texts) -> dict[str, bytes]:
    """Every file by its name, UTF-8."""
    tables: dict[str, Iterable[Sequence[object]]] = {
        "people": [(code, *(row[name] for name in COLUMNS["people"][1:])) for code, row in data.people.kept.items()],
        "measures": [(*key, value) for key, value in data.measures.items()],
        "groups": [(*key, value) for key, value in data.groups.items()],
    }
    if frame.words:
        tables["words"] = [(one.id, one.person, one.week, one.lesson, one.text) for one in data.words]
    made = {f"{name}.csv": _csv(COLUMNS[name], rows) for name, rows in tables.items()}
    made["codebook.csv"] = _csv(*_codebook(list(tables), say))
    made["README.md"] = readme(data, frame, say).encode()
    return made


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Cells that a sheet would take for a formula begin with an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([neutral(str(cell)) for cell in row] for row in rows)
    return out.getvalue().encode()


def _codebook(tables: list[str], say: Texts) -> tuple[Sequence[str], list[tuple[str, str, str, str]]]:
    return ("file", "column", "type", "meaning"), [
        (f"{table}.csv", column, say.plain(f"research.type.{table}.{column}"),
         say.plain(f"research.meaning.{table}.{column}"))
        for table in tables
        for column in COLUMNS[table]
    ]  # fmt: skip


def readme(data: Data, frame: Frame, say: Texts) -> str:
    """What is in the export, who is in it, what was made coarser or left out, and what it is not good for."""
    people = data.people
    parts = [
        "# " + say.plain("research.title", study=frame.study),
        say.plain("research.span", first=frame.first, last=frame.last, made=frame.made),
        say.plain("research.who", agreed=data.agreed, members=data.members),
        "## " + say.plain("research.k_title"),
        say.plain("research.k", k=frame.k, smallest=people.smallest),
    ]
    steps = [say.plain(f"research.step.{one.attribute}.{one.how}") for one in people.steps]
    parts.append("\n".join(f"* {step}" for step in steps) or say.plain("research.no_steps"))
    left = "left_out" if people.left_out else "nobody_left_out"
    parts.append(say.plain(f"research.{left}", n=people.left_out))
    if not data.groups:
        parts.append(say.plain("research.no_groups"))
    parts += ["## " + say.plain("research.made_title"), say.plain("research.made")]
    words = say.plain("research.with_words", n=len(data.words)) if frame.words else say.plain("research.without_words")
    parts.append(words)
    parts += ["## " + say.plain("research.limits_title"), say.plain("research.limits")]
    return "\n\n".join(parts) + "\n"
