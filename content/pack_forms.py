"""Between a pack as it is written (front matter and bodies) and a pack as a value: the two ways."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from content.fronts import BranchFront, EntryFront, Front, Manifest
from content.lessons import (
    READINESS,
    Branch,
    Choice,
    ChoiceText,
    Criterion,
    Lesson,
    LessonText,
    Medium,
    MediumText,
    Pack,
    Practice,
    Quiz,
    QuizText,
    Worksheet,
    WorksheetText,
)
from content.texts import LANGUAGES


class Written(NamedTuple):
    """A lesson in one language, as a file holds it."""

    front: Front
    body: str


Lessons = Mapping[str, Mapping[str, Written]]  # by id and language


def assembled(manifest: Manifest, lessons: Lessons, sizes: Mapping[str, int] | None = None) -> Pack:
    """The pack, whose every lesson is there in every language; ``sizes`` are of media files, in KB."""
    practices, days, side = [], [], []
    for one in manifest.practices:
        criteria = tuple(Criterion(criterion.id, criterion.label) for criterion in one.criteria)
        practices.append(Practice(one.id, one.title, criteria, tuple(entry.id for entry in one.lessons)))
        days += [_lesson(one.id, entry, lessons[entry.id], sizes or {}) for entry in one.lessons]
        side += [_lesson(one.id, entry, lessons[entry.id], sizes or {}) for entry in one.side]
    return Pack(
        manifest.id, manifest.version, manifest.status, manifest.audience, manifest.cascade, manifest.title,
        manifest.description, tuple(practices), tuple(days), tuple(side), tuple(manifest.languages),
    )  # fmt: skip


def _lesson(practice: str, entry: EntryFront, written: Mapping[str, Written], sizes: Mapping[str, int]) -> Lesson:
    front = written[LANGUAGES[0]].front
    media = tuple(
        Medium(one.kind, one.file, one.url, sizes.get(one.file, one.size_kb) if one.file else one.size_kb)
        for one in front.media
    )
    return Lesson(
        entry.id, front.day, practice, entry.step, front.minutes, front.competence, front.samr, media,
        {language: _text(one.front, one.body) for language, one in written.items()},
        Quiz(len(front.quiz.options), front.quiz.correct) if front.quiz else None,
        Choice(tuple(one.id for one in front.choice.options)) if front.choice else None,
        Worksheet(len(front.worksheet.items), front.worksheet.days, front.worksheet.grace) if front.worksheet else None,
        len(front.checks),
        tuple(_branch(number, entry.id, one) for number, one in enumerate(front.branches)),
        front.talk,
    )  # fmt: skip


def _branch(number: int, lesson: str, front: BranchFront) -> Branch:
    on, value = front.when.condition
    of = None
    if on == "choice":
        earlier, slash, option = value.partition("/")
        of, value = (earlier, option) if slash else (lesson, value)
    return Branch(number, on, value, of, front.lesson)


def _text(front: Front, body: str) -> LessonText:
    quiz, choice, sheet = front.quiz, front.choice, front.worksheet
    return LessonText(
        front.title, body, front.try_today, front.question,
        tuple(MediumText(one.title, one.alt) for one in front.media),
        QuizText(quiz.question, tuple(quiz.options), quiz.explanation) if quiz else None,
        ChoiceText(choice.question, tuple(one.label for one in choice.options)) if choice else None,
        WorksheetText(sheet.title, tuple(sheet.items)) if sheet else None,
        front.answer, tuple(front.checks), tuple(one.say for one in front.branches),
    )  # fmt: skip


def manifest_of(pack: Pack) -> dict[str, Any]:
    """What `pack.yaml` says of this pack; the languages only where they are not all."""
    languages = {} if pack.languages == LANGUAGES else {"languages": list(pack.languages)}
    return {
        "id": pack.id,
        "version": pack.version,
        "status": pack.status,
        "audience": pack.audience,
        "cascade": pack.cascade,
        **languages,
        "title": pack.titles,
        "description": pack.descriptions,
        "practices": [_practice(pack, one) for one in pack.practices],
    }


def _practice(pack: Pack, practice: Practice) -> dict[str, Any]:
    side = [{"id": one.id, "step": one.step} for one in pack.side if one.practice == practice.id]
    return {
        "id": practice.id,
        "title": practice.titles,
        "criteria": [{"id": one.id, "label": one.labels} for one in practice.criteria],
        "lessons": [{"id": one.id, "step": one.step} for one in pack.lessons if one.practice == practice.id],
        **({"side": side} if side else {}),
    }


def front_of(lesson: Lesson, language: str) -> dict[str, Any]:
    """The front matter of a lesson in that language, without what it does not use."""
    text = lesson.texts[language]
    front: dict[str, Any] = {
        "id": lesson.id, "language": language, "day": lesson.day, "title": text.title, "minutes": lesson.minutes,
        "competence": lesson.competence, "samr": lesson.samr, "step": lesson.step, "try_today": text.try_today,
        "question": text.question, "media": [],
    }  # fmt: skip
    for medium, words in zip(lesson.media, text.media, strict=True):
        place = {name: value for name, value in medium._asdict().items() if value is not None}
        front["media"].append({**place, "title": words.title, "alt": words.alt})
    if lesson.quiz and text.quiz:
        words_of = {"question": text.quiz.question, "options": list(text.quiz.options)}
        explained = {"explanation": text.quiz.explanation} if text.quiz.explanation else {}
        front["quiz"] = {**words_of, "correct": lesson.quiz.correct, **explained}
    if lesson.choice and text.choice:
        options = zip(lesson.choice.options, text.choice.labels, strict=True)
        listed = [{"id": one, "label": label} for one, label in options]
        front["choice"] = {"question": text.choice.question, "options": listed}
    if lesson.worksheet and text.worksheet:
        items, sheet = list(text.worksheet.items), lesson.worksheet
        front["worksheet"] = {"title": text.worksheet.title, "items": items, "days": sheet.days, "grace": sheet.grace}
    if text.answer is not None:
        front["answer"] = text.answer
    if text.checks:
        front["checks"] = list(text.checks)
    if lesson.talk:
        front["talk"] = True
    if lesson.branches:
        pairs = zip(lesson.branches, text.branches, strict=True)
        front["branches"] = [_branch_front(lesson.id, branch, said) for branch, said in pairs]
    return front


def _branch_front(lesson: str, branch: Branch, said: str | None) -> dict[str, Any]:
    value = branch.value if branch.of in (None, lesson) else f"{branch.of}/{branch.value}"
    parts = {"say": said, "lesson": branch.lesson}
    return {"when": {branch.on: value}, **{name: part for name, part in parts.items() if part is not None}}


CONDITIONS: dict[str, tuple[str, ...]] = {"quiz": ("right", "wrong"), **READINESS}
