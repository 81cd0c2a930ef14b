"""What makes a pack a good one beyond its form: words, markup, twins, links between lessons."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from content.flaws import Flaw, Where
from content.fronts import INVISIBLE, BranchFront, EntryFront, Front, Manifest
from content.lessons import BOLD
from content.pack_forms import Lessons, Written

FEWEST_WORDS, MOST_WORDS = 60, 120
MOST_BOLD = 3
MOST_BYTES = 2_000  # of a whole prompt; teachers pay for them
LABELS = 150  # bytes of the words around a lesson: minutes, "Coba hari ini", the count of answers
# Everything is escaped before it is sent; what looks like markup would be read as it stands.
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>?|&#?\w+;")
_SIGN = re.compile(r"[*_`]")
_LINK = re.compile(r"\]\(|https?://")
_BLOCK = re.compile(r"^\s*(?:#+ |[-+] |\d+[.)] |> )", re.MULTILINE)


def of_manifest(manifest: Manifest) -> Iterator[Flaw]:
    """Titles in every language of the pack, and each id once."""
    yield from _languages(("title",), manifest.title, manifest.languages)
    yield from _languages(("description",), manifest.description, manifest.languages)
    for number, practice in enumerate(manifest.practices):
        at: Where = ("practices", number)
        yield from _languages((*at, "title"), practice.title, manifest.languages)
        for index, criterion in enumerate(practice.criteria):
            yield from _languages((*at, "criteria", index, "label"), criterion.label, manifest.languages)
        for double in _doubles(one.id for one in practice.criteria):
            yield Flaw((*at, "criteria"), "twice", {"id": double})
    for double in _doubles(one.id for one in manifest.practices):
        yield Flaw(("practices",), "twice", {"id": double})
    for double in _doubles(entry.id for entry, _ in entries(manifest)):
        yield Flaw(("practices",), "twice", {"id": double})


def entries(manifest: Manifest) -> list[tuple[EntryFront, int | None]]:
    """Every lesson with its day, those without a day last."""
    days = [entry for one in manifest.practices for entry in one.lessons]
    side = [entry for one in manifest.practices for entry in one.side]
    return [*((entry, day) for day, entry in enumerate(days, 1)), *((entry, None) for entry in side)]


def of_place(front: Front, entry: EntryFront, day: int | None, language: str) -> Iterator[Flaw]:
    """What `pack.yaml` and the folder say of the lesson is what it says itself."""
    wanted = {"id": entry.id, "language": language, "day": day, "step": entry.step}
    for name, value in wanted.items():
        if getattr(front, name) != value:
            yield Flaw((name,), "not_as_in_pack", {"is": getattr(front, name), "wanted": value})


def of_words(written: Written) -> Iterator[Flaw]:
    """One language of a lesson: its length, and nothing that would be read as markup."""
    body, front = written.body, written.front
    if odd := INVISIBLE.search(body):
        yield Flaw(("body",), "sign", {"code": f"U+{ord(odd[0]):04X}"})
    count = sum(any(sign.isalnum() for sign in run) for run in body.split())
    if not FEWEST_WORDS <= count <= MOST_WORDS:
        yield Flaw(("body",), "words", {"count": count, "fewest": FEWEST_WORDS, "most": MOST_WORDS})
    if len(BOLD.findall(body)) > MOST_BOLD:
        yield Flaw(("body",), "bold", {"most": MOST_BOLD})
    plain = BOLD.sub(r"\1", body)
    if "**" in plain:
        yield Flaw(("body",), "bold_alone")
    if block := _BLOCK.search(plain):
        yield Flaw(("body",), "markup", {"found": block[0].strip()})
    for where, said in _texts(front.model_dump(exclude_none=True), ()):
        yield from _markup(where, said)
    yield from _markup(("body",), plain.replace("**", ""))
    size = len("\n\n".join((front.title, body, front.try_today, front.question)).encode()) + LABELS
    if size > MOST_BYTES:
        yield Flaw(("body",), "bytes", {"size": size, "most": MOST_BYTES})


def _markup(where: Where, said: str) -> Iterator[Flaw]:
    kinds: Sequence[tuple[re.Pattern[str], str]] = ((_TAG, "html"), (_SIGN, "markup"), (_LINK, "link"))
    for pattern, key in kinds:
        if found := pattern.search(said):
            yield Flaw(where, key, {"found": found[0]})


def _texts(value: Any, where: Where) -> Iterator[tuple[Where, str]]:
    """Every text that somebody reads, with its place."""
    if isinstance(value, str):
        if not where or where[-1] not in {"url", "file", "id", "lesson", "kind"}:
            yield where, value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            if name != "when":
                yield from _texts(part, (*where, name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _texts(part, (*where, index))


def of_twins(first: Front, other: Front) -> Iterator[Flaw]:
    """Two languages of a lesson differ in nothing but words. The places are those of ``other``."""
    facts, others = _facts(first), _facts(other)
    for name, value in facts.items():
        if others[name] != value:
            yield Flaw((name,), "differs")


def _facts(front: Front) -> dict[str, Any]:
    quiz, choice, sheet = front.quiz, front.choice, front.worksheet
    return {
        "day": front.day,
        "minutes": front.minutes,
        "competence": front.competence,
        "samr": front.samr,
        "step": front.step,
        "media": [(one.kind, one.file, one.url, one.size_kb) for one in front.media],
        "quiz": quiz and (len(quiz.options), quiz.correct, bool(quiz.explanation)),
        "choice": choice and [one.id for one in choice.options],
        "worksheet": sheet and (len(sheet.items), sheet.days, sheet.grace),
        "answer": front.answer is not None,
        "checks": len(front.checks),
        "talk": front.talk,
        "branches": [(one.when, one.lesson, one.say is not None) for one in front.branches],
    }


def of_links(manifest: Manifest, lessons: Lessons) -> Iterator[tuple[str, Flaw]]:
    """Branches lead to side lessons that are there, and ask for answers that were given before. By lesson.

    A lesson that could not be read is left out: what it holds is not known yet.
    """
    fronts = {one: next(iter(written.values())).front for one, written in lessons.items() if written}
    side = [entry.id for practice in manifest.practices for entry in practice.side]
    turn = _turns(manifest, fronts)
    astray = False
    for one, front in fronts.items():
        for index, branch in enumerate(front.branches):
            targets = [*_target(one, branch, [*turn], side)]
            astray = astray or bool(targets)
            for flaw in (*_condition(one, branch, fronts, turn), *targets):
                yield one, flaw._replace(where=("branches", index, *flaw.where))
    led = {branch.lesson for front in fronts.values() for branch in front.branches}
    if not astray and len(fronts) == len(turn):
        yield from ((one, Flaw(("id",), "nobody_leads_here")) for one in side if one not in led)


def _turns(manifest: Manifest, fronts: Mapping[str, Front]) -> dict[str, float]:
    """When a reader may first be at each lesson: its day; a side lesson comes right after the one that leads there."""
    turn: dict[str, float] = {entry.id: float(day) for entry, day in entries(manifest) if day is not None}
    side = [entry.id for practice in manifest.practices for entry in practice.side]
    for one in side:
        leading = [turn[name] for name, front in fronts.items() if name in turn and _leads(front, one)]
        turn[one] = min(leading, default=float(len(turn))) + 0.5 / (len(side) + 1)
    return turn


def _leads(front: Front, lesson: str) -> bool:
    return any(branch.lesson == lesson for branch in front.branches)


def _condition(one: str, branch: BranchFront, fronts: Mapping[str, Front], turn: Mapping[str, float]) -> Iterator[Flaw]:
    on, value = branch.when.condition
    if on == "quiz" and fronts[one].quiz is None:
        yield Flaw(("when",), "no_quiz")
    if on != "choice":
        return
    earlier, slash, option = value.partition("/")
    asked, option = (earlier, option) if slash else (one, value)
    choice = fronts[asked].choice if asked in fronts else None
    if asked not in turn:
        yield Flaw(("when",), "no_lesson", {"id": asked})
    elif asked not in fronts:
        return
    elif choice is None:
        yield Flaw(("when",), "no_choice", {"id": asked})
    elif option not in [known.id for known in choice.options]:
        known_ids = ", ".join(known.id for known in choice.options)
        yield Flaw(("when",), "no_option", {"id": asked, "option": option, "known": known_ids})
    elif turn[asked] > turn[one]:
        yield Flaw(("when",), "later", {"id": asked})


def _target(one: str, branch: BranchFront, known: Sequence[str], side: Sequence[str]) -> Iterator[Flaw]:
    if branch.lesson is None:
        return
    if branch.lesson not in known:
        yield Flaw(("lesson",), "no_lesson", {"id": branch.lesson})
    elif branch.lesson not in side:
        yield Flaw(("lesson",), "not_a_side_lesson", {"id": branch.lesson})
    elif one in side and side.index(branch.lesson) <= side.index(one):
        yield Flaw(("lesson",), "round", {"id": branch.lesson})  # would lead a reader round and round


def _languages(where: Where, texts: Mapping[str, str], languages: Sequence[str]) -> Iterator[Flaw]:
    for language in languages:
        if language not in texts:
            yield Flaw(where, "no_language", {"language": language})
    for language in sorted(set(texts) - set(languages)):
        yield Flaw((*where, language), "other_language", {"language": language, "known": ", ".join(languages)})


def _doubles(ids: Iterable[str]) -> list[str]:
    seen = list(ids)
    return sorted({one for one in seen if seen.count(one) > 1})
