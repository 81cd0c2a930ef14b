"""What a lesson brings along besides its prompt, as Telegram HTML for whoever looks at a pack before it goes out."""

from collections.abc import Iterator, Sequence

from content.lessons import Branch, Lesson, Pack
from content.texts import Texts


def heading(lesson: Lesson, say: Texts) -> str:
    """Day (or that it has none), step, minutes, competence, SAMR."""
    day = say("content.preview.day", day=lesson.day) if lesson.day else say("content.preview.side", id=lesson.id)
    facts = [day, say(f"content.step.{lesson.step}"), say("content.preview.minutes", minutes=lesson.minutes)]
    return " · ".join([*facts, lesson.competence, *([lesson.samr] if lesson.samr else [])])


def extras(lesson: Lesson, say: Texts) -> list[str]:
    """Media, quiz, choice, worksheet, worked answer and checks, one part each."""
    return [*_media(lesson, say), *_tasks(lesson, say)]


def branches(pack: Pack, lesson: Lesson, say: Texts, shown: Sequence[Branch] | None = None) -> list[str]:
    """Whom each branch is for and what it says; all of them, or those given."""
    told = lesson.text(say.language).branches
    parts = []
    for branch in lesson.branches if shown is None else shown:
        words, goal = told[branch.number], branch.lesson
        lines = [say("content.preview.when", when=condition(pack, branch, say))]
        lines += [say("content.preview.said", words=words)] if words else []
        if goal:
            lines.append(say("content.preview.leads", title=pack.lesson(goal).text(say.language).title, id=goal))
        parts.append("\n".join(lines))
    return parts


def condition(pack: Pack, branch: Branch, say: Texts) -> str:
    """Whom a branch is for, in words without markup: "sinyal lemah", "memilih “Siap” (10-pilih)"."""
    if branch.on != "choice" or branch.of is None:
        return say.plain(f"content.when.{branch.on}.{branch.value}")
    asked = pack.lesson(branch.of)
    words = asked.text(say.language).choice
    label = branch.value
    if asked.choice and words and branch.value in asked.choice.options:
        label = words.labels[asked.choice.options.index(branch.value)]
    return say.plain("content.when.choice", label=label, lesson=branch.of)


def _media(lesson: Lesson, say: Texts) -> Iterator[str]:
    for medium, text in zip(lesson.media, lesson.text(say.language).media, strict=True):
        size = say.plain("content.preview.size", kilobytes=medium.size_kb) if medium.size_kb else ""
        place = " · ".join(part for part in (medium.file or medium.url, size) if part)
        kind = say.plain(f"content.kind.{medium.kind}")
        yield say("content.preview.medium", kind=kind, title=text.title, place=place, alt=text.alt)


def _tasks(lesson: Lesson, say: Texts) -> Iterator[str]:
    text = lesson.text(say.language)
    if lesson.quiz and text.quiz:
        right = lesson.quiz.correct
        options = "\n".join(f"{'✓' if at == right else '○'} {one}" for at, one in enumerate(text.quiz.options, 1))
        told = f"\n{text.quiz.explanation}" if text.quiz.explanation else ""
        yield say("content.preview.quiz", question=text.quiz.question, options=options + told)
    if text.choice:
        options = "\n".join(f"○ {label}" for label in text.choice.labels)
        yield say("content.preview.choice", question=text.choice.question, options=options)
    if lesson.worksheet and text.worksheet:
        items = "\n".join(f"{at}. {one}" for at, one in enumerate(text.worksheet.items, 1))
        days, grace, title = lesson.worksheet.days, lesson.worksheet.grace, text.worksheet.title
        yield say("content.preview.worksheet", title=title, items=items, days=days, grace=grace)
    if text.answer:
        yield say("content.preview.answer", words=text.answer)
    if text.checks:
        yield say("content.preview.checks", checks="\n".join(f"☐ {one}" for one in text.checks))
