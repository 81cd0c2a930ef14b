"""`sejawat content check` and `preview`: packs with file and line, and a lesson as Telegram will show it."""

import html
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from content.lessons import Branch, Lesson, Pack
    from content.marked import Problem
    from content.pack_limits import Limits
    from content.texts import Texts

Folder = Annotated[Path | None, typer.Argument(help="A pack's folder; without it, all of the house.")]
Place = Annotated[
    Path | None, typer.Argument(help="A pack's folder or a workflow's file; without it, all of the house.")
]
Language = Annotated[str, typer.Option(help="id or en.")]
# The longest greeting, notes and counts that may stand around a lesson.
AROUND = 400


def fail(words: str) -> NoReturn:
    """One line on stderr and exit 2."""
    print(f"sejawat: {words}", file=sys.stderr)
    raise SystemExit(2)


def limits() -> "Limits":
    """Telegram's numbers, as python-telegram-bot knows them."""
    from telegram.constants import FileSizeLimit, MessageLimit, PollLimit

    from content.pack_limits import Limits

    return Limits(
        text=MessageLimit.MAX_TEXT_LENGTH,
        caption=MessageLimit.CAPTION_LENGTH,
        poll_question=PollLimit.MAX_QUESTION_LENGTH,
        poll_option=PollLimit.MAX_OPTION_LENGTH,
        poll_options=PollLimit.MAX_OPTION_NUMBER,
        explanation=PollLimit.MAX_EXPLANATION_LENGTH,
        explanation_line_feeds=PollLimit.MAX_EXPLANATION_LINE_FEEDS,
        file=FileSizeLimit.FILESIZE_DOWNLOAD,  # what a bot can fetch back, when a file is passed on
        photo=FileSizeLimit.PHOTOSIZE_UPLOAD,
    )


def in_language(language: str) -> "Texts":
    """The phrases of that language, or exit 2."""
    from content.texts import LANGUAGES, Texts

    if language not in LANGUAGES:
        fail(f"--language {language}: one of {', '.join(LANGUAGES)}")
    return Texts(language)


def _folders(folder: Path | None) -> list[Path]:
    from content import packs

    if folder is None:
        return sorted(found.parent for found in packs.FOLDER.glob("*/pack.yaml"))
    if not folder.is_dir():
        fail(f"{folder} is not a folder; name the folder that holds pack.yaml")
    return [folder]


def check(folder: Place = None, language: Language = "en") -> None:
    """Name everything that is wrong in a pack or a workflow, with file and line; exit 2 when something is.

    Without a folder also in programmes, calendars of provinces, workflows, rubrics, instruments and the figures.
    """
    from content import calendars, courses, figures, instruments, packs, plans, rubrics, workflows

    say, numbers = in_language(language), limits()
    if folder is not None and folder.suffix in {".yaml", ".yml"} and folder.name != "pack.yaml" and folder.is_file():
        _check_file(folder, say)
        return
    wrong: list[Problem] = [*courses.check(say=say), *calendars.check(say=say)] if folder is None else []
    wrong += [*workflows.check(say=say), *rubrics.check(say=say), *plans.check(say=say)] if folder is None else []
    wrong += [*instruments.check(say=say), *figures.check(say=say)] if folder is None else []
    folders, lessons, side = _folders(folder), 0, 0
    for one in folders:
        pack, found = packs.examine(one, say.language, numbers)
        wrong += found
        if pack:
            wrong += _prompts(one, pack, numbers.text)
            lessons, side = lessons + len(pack.lessons), side + len(pack.side)
    for problem in wrong:
        print(problem)
    if wrong:
        raise SystemExit(2)
    if folder is None:
        print(
            say.plain(
                "content.checked_house", packs=len(folders), lessons=lessons, side=side,
                workflows=len(workflows.house()), rubrics=len(rubrics.house()), instruments=len(instruments.house()),
            )
        )  # fmt: skip
    else:
        print(say.plain("content.checked", packs=len(folders), lessons=lessons, side=side))


def _check_file(path: Path, say: "Texts") -> None:
    """Name everything that is wrong in one workflow, that of a school for instance; exit 2 when something is.

    A file in a folder `instruments` is read as an instrument.
    """
    from content import instruments, workflows

    wrong: list[Problem] = []
    if path.resolve().parent.name == instruments.FOLDER.name:
        one = instruments.examine(path, wrong, say)
        told = {"title": one.title.of(say.language), "items": len(one.items)} if one else {}
        said = say.plain("content.checked_instrument", **told) if told else ""
    else:
        found = workflows.examine(path, wrong, say)
        told = {"title": found.title.of(say.language), "steps": len(found.steps)} if found else {}
        said = say.plain("content.checked_workflow", **told) if told else ""
    for problem in wrong:
        print(problem)
    if not said:
        raise SystemExit(2)
    print(said)


def _prompts(folder: Path, pack: "Pack", most: int) -> "list[Problem]":
    """Prompts that are longer than a message, with what may stand around them."""
    from content.marked import Problem
    from content.pack_limits import units
    from content.packs import lesson_path
    from content.texts import Texts
    from learning import prompts

    wrong = []
    for lesson in (*pack.lessons, *pack.side):
        for language in pack.languages:
            length = units(_plain(prompts.words(lesson, Texts(language)))) + AROUND
            if length > most:
                words = Texts(language).plain("content.problem.over_message", length=length, most=most)
                wrong.append(Problem(lesson_path(folder, language, lesson.id), 1, words))
    return wrong


def _plain(words: str) -> str:
    return html.unescape(re.sub(r"</?[bi]>", "", words))


def preview(
    folder: Folder = None,
    day: Annotated[int | None, typer.Option(help="Only the lesson of this day.")] = None,
    language: Language = "id",
    readiness: Annotated[
        str | None, typer.Option(help="A teacher: signal=weak,mode=voice,quiz=wrong, or a choice: 10-pilih=siap.")
    ] = None,
) -> None:
    """Show lessons as the group will see them, with what they bring along; or what one kind of teacher would get."""
    from rich.console import Console

    from content import packs

    console, say, shown = Console(width=60, highlight=False), in_language(language), 0
    teacher = _teacher(readiness) if readiness else None
    for one in _folders(folder):
        try:
            pack = packs.read(one)
        except packs.BadPack as problem:
            fail(f"the pack cannot be read; try `sejawat content check`\n{problem}")
        for lesson in (*pack.lessons, *pack.side):
            if day in (None, lesson.day):
                console.print(_marked("\n\n".join(_parts(pack, lesson, say, teacher))) + "\n" + "─" * 60)
                shown += 1
    if not shown:
        fail(f"no lesson for day {day}; `sejawat content preview` shows all")


def _parts(pack: "Pack", lesson: "Lesson", say: "Texts", teacher: dict[str, str] | None) -> list[str]:
    """A lesson's prompt with its buttons, then what comes with it, as Telegram HTML."""
    from content import previews
    from learning import prompts

    parts = [previews.heading(lesson, say), prompts.words(lesson, say)]
    if lesson.day:
        keys = [" ".join(f"({key['text']})" for key in row) for row in prompts.buttons(say, 0, lesson)]
        parts.append(html.escape("\n".join(keys), quote=False))
    parts += previews.extras(lesson, say)
    if teacher is None:
        return [*parts, *previews.branches(pack, lesson, say)]
    fits = _fitting(lesson, teacher)
    if not fits:
        return [*parts, *([say("content.preview.nothing_for_this_teacher")] if lesson.branches else [])]
    return [*parts, say("content.preview.for_this_teacher"), *previews.branches(pack, lesson, say, fits)]


def _fitting(lesson: "Lesson", teacher: dict[str, str]) -> "list[Branch]":
    from content.lessons import READINESS, branches_for

    readiness = {name: value for name, value in teacher.items() if name in READINESS}
    choices = {name: value for name, value in teacher.items() if name not in {*READINESS, "quiz"}}
    quiz = {"right": True, "wrong": False}.get(teacher.get("quiz", ""))
    return branches_for(lesson, readiness=readiness, quiz=quiz, choices=choices)


def _teacher(written: str) -> dict[str, str]:
    """`signal=weak,quiz=wrong` as a mapping; a name that is neither is the lesson of a choice."""
    from content.pack_forms import CONDITIONS

    teacher = {}
    for part in written.split(","):
        name, equals, value = part.strip().partition("=")
        if not equals or (name in CONDITIONS and value not in CONDITIONS[name]):
            known = "; ".join(f"{one}={'|'.join(values)}" for one, values in CONDITIONS.items())
            fail(f"--readiness {part.strip()}: {known}; LESSON=OPTION for a choice")
        teacher[name] = value
    return teacher


def _marked(words: str) -> str:
    """Telegram HTML as rich's markup."""
    from rich.markup import escape

    return html.unescape(re.sub(r"<(/?)([bi])>", r"[\1\2]", escape(words)))
