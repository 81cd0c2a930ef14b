"""A pack as a facilitator's sheet (XLSX or CSV) and back: one row a lesson, both languages side by side."""

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from content.lessons import Lesson, Pack
from content.pack_forms import front_of, manifest_of
from content.pack_limits import Limits
from content.sheets import columns
from content.sheets.cells import BadSheet, Row, Unreadable, tables, to_csv, to_xlsx
from content.sheets.columns import LESSONS, PACK, PRACTICES, Column
from content.sheets.reading import Reading
from content.texts import LANGUAGES, Texts

__all__ = ["BadSheet", "read", "write"]


def read(
    name: str,
    content: bytes,
    *,
    language: str = "id",
    pack_id: str | None = None,
    limits: Limits | None = None,
    media: Sequence[Path] | None = None,
) -> Pack:
    """The pack in a file of that name. Raises BadSheet with everything that is wrong, in that language.

    ``pack_id`` is what the pack has to be called; without it the sheet says so, or the file's name. ``media`` are
    folders in which the files of photos and papers must be found (none given: they are not looked for).
    """
    say = Texts(language)
    try:
        found = tables(content, columns.SHEETS, is_header)
    except Unreadable as problem:
        raise BadSheet([(name, say.plain(f"content.sheet.{problem}"))]) from None
    if LESSONS not in found:
        raise BadSheet([(name, say.plain("content.sheet.no_lessons", sheet=LESSONS))])
    return Reading(found, say.language).pack(PurePath(name).stem, pack_id, limits, media)


def is_header(cell: str) -> bool:
    """Whether a cell is one of our headers."""
    return any(columns.plain(cell) in columns.by_header(sheet) for sheet in columns.SHEETS)


def write(name: str, pack: Pack) -> bytes:
    """The file of that name (.csv, else XLSX) that ``read`` gives the same pack for."""
    rows = {PACK: _rows(PACK, [_manifest(pack)]), PRACTICES: _rows(PRACTICES, _practices(pack))}
    rows[LESSONS] = _rows(LESSONS, [_lesson(pack, lesson) for lesson in (*pack.lessons, *pack.side)])
    if name.casefold().endswith(".csv"):
        return to_csv(rows)
    return to_xlsx(rows, {sheet: _choices(sheet, rows[sheet][0]) for sheet in rows})


Parts = Mapping[str | None, Mapping[str, Any]]  # what is the same in all languages (None), and each language's own


def _manifest(pack: Pack) -> Parts:
    facts = {**manifest_of(pack), "languages": ", ".join(pack.languages)}
    own: dict[str | None, Mapping[str, Any]] = {
        language: {"title": pack.titles[language], "description": pack.descriptions[language]}
        for language in pack.languages
    }
    return {None: facts, **own}


def _practices(pack: Pack) -> list[Parts]:
    found: list[Parts] = []
    for one in pack.practices:
        own: dict[str | None, Mapping[str, Any]] = {
            language: {
                "title": one.titles[language],
                "criteria": [{"label": it.labels[language]} for it in one.criteria],
            }
            for language in pack.languages
        }
        found.append({None: {"id": one.id, "criteria": [{"id": it.id} for it in one.criteria]}, **own})
    return found


def _lesson(pack: Pack, lesson: Lesson) -> Parts:
    fronts: dict[str | None, Mapping[str, Any]] = {
        one: {**front_of(lesson, one), "body": lesson.texts[one].body} for one in pack.languages
    }
    return {None: {**fronts[LANGUAGES[0]], "practice": lesson.practice}, **fronts}


def _rows(sheet: str, parts: Sequence[Parts]) -> list[Row]:
    """Header and rows; of the columns that may be there many times, only those that somebody uses."""
    used = [
        column
        for column in columns.columns(sheet)
        if len(column.where) == 1 or any(_value(column, one) not in (None, "") for one in parts)
    ]
    plain = [column for column in used if column.language != LANGUAGES[1] or any(LANGUAGES[1] in one for one in parts)]
    return [[column.header for column in plain], *([_cell(column, one) for column in plain] for one in parts)]


def _value(column: Column, parts: Parts) -> Any:
    value: Any = parts.get(column.language, {})
    for part in column.where:
        if isinstance(part, int):
            value = value[part] if isinstance(value, list) and part < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value


def _cell(column: Column, parts: Parts) -> str | int:
    value = _value(column, parts)
    if value is None:
        return ""
    if column.condition:
        return columns.condition_said(value)
    if column.names:
        return next(said for said, meaning in column.names.items() if meaning == value)
    return value if column.number else str(value)


def _choices(sheet: str, header: Row) -> dict[int, list[str]]:
    """The answers a spreadsheet offers in a column."""
    known = {column.header: column for column in columns.columns(sheet)}
    named = {at: known[str(one)].names for at, one in enumerate(header)}
    return {at: list(names) for at, names in named.items() if names}
