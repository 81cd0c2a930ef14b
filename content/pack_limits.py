"""What Telegram takes of a lesson: lengths of messages, captions and polls, and the media files themselves.

The numbers are handed in: a check knows them from python-telegram-bot, the running assistant does without.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from content.flaws import Flaw
from content.fronts import Front, MediumFront
from content.lessons import Pack

# What a file of each ending begins with, from which byte on. An ending without a sign is believed.
_SIGNS: dict[str, tuple[int, tuple[bytes, ...]]] = {
    "jpg": (0, (b"\xff\xd8\xff",)),
    "jpeg": (0, (b"\xff\xd8\xff",)),
    "png": (0, (b"\x89PNG\r\n\x1a\n",)),
    "webp": (8, (b"WEBP",)),
    "mp4": (4, (b"ftyp",)),
    "m4a": (4, (b"ftyp",)),
    "mp3": (0, (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "ogg": (0, (b"OggS",)),
    "pdf": (0, (b"%PDF-",)),
    "docx": (0, (b"PK\x03\x04",)),
    "xlsx": (0, (b"PK\x03\x04",)),
    "pptx": (0, (b"PK\x03\x04",)),
    "odt": (0, (b"PK\x03\x04",)),
    "txt": (0, ()),
    "csv": (0, ()),
}
ENDINGS = {
    "photo": ("jpg", "jpeg", "png", "webp"),
    "audio": ("mp3", "m4a", "ogg"),
    "video": ("mp4",),
    "document": ("pdf", "docx", "xlsx", "pptx", "odt", "txt", "csv"),
}


class Limits(NamedTuple):
    """Telegram's numbers; lengths in UTF-16 code units, sizes in bytes."""

    text: int
    caption: int
    poll_question: int
    poll_option: int
    poll_options: int
    explanation: int
    explanation_line_feeds: int
    file: int
    photo: int


def units(words: str) -> int:
    """The length as Telegram counts it."""
    return len(words.encode("utf-16-le")) // 2


def of_lengths(front: Front, limits: Limits) -> Iterator[Flaw]:
    """Captions, the poll of a quiz and the messages of their own; the prompt itself is measured where it is made."""
    for index, medium in enumerate(front.media):
        yield from _longer(("media", index, "alt"), f"{medium.title}\n\n{medium.alt}", limits.caption, "caption")
    if front.quiz:
        yield from _longer(("quiz", "question"), front.quiz.question, limits.poll_question, "poll")
        yield from _longer(("quiz", "explanation"), front.quiz.explanation, limits.explanation, "poll")
        if front.quiz.explanation.count("\n") > limits.explanation_line_feeds:
            yield Flaw(("quiz", "explanation"), "line_feeds", {"most": limits.explanation_line_feeds})
        if len(front.quiz.options) > limits.poll_options:
            yield Flaw(("quiz", "options"), "too_many", {"most": limits.poll_options})
        for index, option in enumerate(front.quiz.options):
            yield from _longer(("quiz", "options", index), option, limits.poll_option, "poll")
    if front.worksheet:
        whole = "\n\n".join((front.worksheet.title, *front.worksheet.items))
        yield from _longer(("worksheet",), whole, limits.text, "message")
    if front.answer:
        yield from _longer(("answer",), front.answer, limits.text, "message")
    for index, branch in enumerate(front.branches):
        yield from _longer(("branches", index, "say"), branch.say or "", limits.text, "message")


def _longer(where: tuple[str | int, ...], words: str, most: int, kind: str) -> Iterator[Flaw]:
    if (length := units(words)) > most:
        yield Flaw(where, f"over_{kind}", {"length": length, "most": most})


def of_files(folders: Sequence[Path], front: Front, limits: Limits) -> Iterator[Flaw]:
    """The media of a lesson lie in one of the folders, and are what they are called."""
    for index, medium in enumerate(front.media):
        if medium.file is not None:
            for key, blanks in _file(found(folders, medium.file), medium, limits):
                yield Flaw(("media", index, "file"), key, blanks)


def found(folders: Sequence[Path], file: str) -> Path:
    """Where a medium's file lies: in the first folder that has it."""
    return next((one / file for one in folders if (one / file).is_file()), Path(file))


def _file(path: Path, medium: MediumFront, limits: Limits) -> Iterator[tuple[str, dict[str, object]]]:
    ending = path.suffix.removeprefix(".").lower()
    if not path.is_file():
        yield "no_file", {"file": medium.file}
        return
    size, most = path.stat().st_size, limits.photo if medium.kind == "photo" else limits.file
    if size == 0:
        yield "empty_file", {"file": medium.file}
    elif size > most:
        yield "big_file", {"file": medium.file, "size": size // 1000, "most": most // 1000}
    if ending not in ENDINGS[medium.kind]:
        yield "ending", {"kind": medium.kind, "known": ", ".join(ENDINGS[medium.kind])}
    elif size and not _begins_like(path, ending):
        yield "not_what_it_says", {"file": medium.file, "ending": ending}


def _begins_like(path: Path, ending: str) -> bool:
    at, signs = _SIGNS[ending]
    with path.open("rb") as opened:
        begin = opened.read(16)
    return not signs or any(begin[at:].startswith(sign) for sign in signs)


def unused(folder: Path, pack: Pack) -> list[Path]:
    """Files in the media folder that no lesson shows."""
    shown = {medium.file for lesson in (*pack.lessons, *pack.side) for medium in lesson.media}
    return [path for path in sorted((folder / "media").glob("*")) if f"media/{path.name}" not in shown]
