"""`sejawat content`: checks lesson packs with file and line, and shows a lesson as Telegram will."""

import re
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

Folder = Annotated[Path | None, typer.Argument(help="A pack's folder; without it, every pack of the house.")]


def _fail(words: str) -> NoReturn:
    print(f"sejawat: {words}", file=sys.stderr)
    raise SystemExit(2)


def _folders(folder: Path | None) -> list[Path]:
    from content import packs

    if folder is None:
        return sorted(found.parent for found in packs.FOLDER.glob("*/pack.yaml"))
    if not folder.is_dir():
        _fail(f"{folder} is not a folder; name the folder that holds pack.yaml")
    return [folder]


def check(folder: Folder = None) -> None:
    """Name everything that is wrong in a pack, with file and line; exit 2 when something is."""
    from telegram.constants import MessageLimit

    from content import packs
    from content.marked import Problem
    from content.texts import LANGUAGES, Texts
    from learning import prompts

    wrong: list[Problem] = []
    lessons = 0
    for one in _folders(folder):
        pack, found = packs.examine(one)
        wrong += found
        for lesson in pack.lessons if pack else ():
            lessons += 1
            for language in LANGUAGES:
                words, path = prompts.words(lesson, Texts(language)), packs.lesson_path(one, language, lesson.id)
                # With the longest greeting and counts that a group can have.
                length = _units(words) + 400
                if length > MessageLimit.MAX_TEXT_LENGTH:
                    most = MessageLimit.MAX_TEXT_LENGTH
                    wrong.append(Problem(path, 1, f"{length} characters; Telegram takes {most} in a message"))
    for problem in wrong:
        print(problem)
    if wrong:
        raise SystemExit(2)
    print(f"{lessons} lessons, no problem found")


def _units(words: str) -> int:
    """The length as Telegram counts it: without markup, in UTF-16 code units."""
    return len(_plain(words).encode("utf-16-le")) // 2


def _plain(words: str) -> str:
    import html

    return html.unescape(re.sub(r"</?[bi]>", "", words))


def preview(
    folder: Folder = None,
    day: Annotated[int | None, typer.Option(help="Only the lesson of this day.")] = None,
    language: Annotated[str, typer.Option(help="id or en.")] = "id",
) -> None:
    """Show lessons as the group will see them."""
    from rich.console import Console
    from rich.markup import escape

    from content import packs
    from content.texts import LANGUAGES, Texts
    from learning import prompts

    if language not in LANGUAGES:
        _fail(f"--language {language}: one of {', '.join(LANGUAGES)}")
    console, say, shown = Console(width=60, highlight=False), Texts(language), 0
    for one in _folders(folder):
        try:
            pack = packs.read(one)
        except packs.BadPack as problem:
            _fail(f"the pack cannot be read; try `sejawat content check`\n{problem}")
        for lesson in pack.lessons:
            if day in (None, lesson.day):
                words = escape(prompts.words(lesson, say))
                marked = re.sub(r"<(/?)([bi])>", r"[\1\2]", words)
                keys = "\n".join(
                    " ".join(f"({key['text']})" for key in row) for row in prompts.buttons(say, lesson.day or 0)
                )
                console.print(f"{_unescaped(marked)}\n\n{keys}\n" + "─" * 60)
                shown += 1
    if not shown:
        _fail(f"no lesson for day {day}; `sejawat content preview` shows all")


def _unescaped(words: str) -> str:
    import html

    return html.unescape(words)
