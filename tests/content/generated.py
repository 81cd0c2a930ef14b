"""Packs made up by hypothesis: everything a pack may hold, in odd words."""

from hypothesis import strategies as st

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

LANGUAGES = ("id", "en")
# Whatever a keyboard in any script gives, but what the check would call markup.
_SIGNS = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="*_`<&\ufeff\ufffe\uffff")
_STARTS = st.sampled_from(
    ["", "=", "+", "-", "@", "'", "'=", "''-", "＝", '"', ";", ",", "#", "0", "null", "no", "1/2"]
)


@st.composite
def line(draw: st.DrawFn, most: int = 40) -> str:
    """One line of words, often with a beginning that a sheet or YAML takes for something else."""
    words = (draw(_STARTS) + draw(st.text(_SIGNS, max_size=most - 6))).strip()
    return words.replace("](", "] (").replace("://", ": //") or "kata"


@st.composite
def paragraphs(draw: st.DrawFn) -> str:
    return "\n\n".join(draw(st.lists(line(), min_size=1, max_size=3)))


def names(most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(
        st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,5})?", fullmatch=True), min_size=most, max_size=most, unique=True
    )


@st.composite
def body(draw: st.DrawFn) -> str:
    start = draw(st.sampled_from(["", "=1+1 ", "-2 ", "@kelas ", "'=x ", "**Tebal** ", "— "]))
    return start + "kata " * 40 + "\n\n" + "“kalimat” " * draw(st.integers(20, 60)) + draw(line())


@st.composite
def _lesson(
    draw: st.DrawFn, name: str, day: int | None, practice: str, asked: dict[str, tuple[str, ...]], side: tuple[str, ...]
) -> Lesson:
    """``asked`` are the choices of earlier lessons; ``side`` are lessons that this one leads to."""
    languages = LANGUAGES
    texts = {one: LessonText(draw(line()), draw(body()), draw(line(60)), draw(line(60))) for one in languages}
    media = tuple(
        draw(
            st.lists(
                st.sampled_from(
                    [
                        Medium("photo", "media/a.png"), Medium("link", None, "https://contoh.id/?a=1&b=%20"),
                        Medium("video", None, "http://contoh.id/v", 7), Medium("audio", "media/B-2.mp3"),
                    ]
                ),
                max_size=3,
            )
        )
    )  # fmt: skip
    lesson = Lesson(
        name, day, practice, draw(st.sampled_from(["see", "plan", "try", "look", "reflect"])), draw(st.integers(5, 15)),
        draw(st.sampled_from(["pedagogik", "sosial"])), draw(st.sampled_from([None, "redefinition"])), media, texts,
    )  # fmt: skip
    if draw(st.booleans()):
        count = draw(st.integers(2, 6))
        explained = draw(st.booleans())
        lesson = lesson._replace(quiz=Quiz(count, draw(st.integers(1, count))))
        for one in languages:
            options = draw(st.lists(line(), min_size=count, max_size=count, unique=True))
            said = draw(line()) if explained else ""
            texts[one] = texts[one]._replace(quiz=QuizText(draw(line()), tuple(options), said))
    if draw(st.booleans()):
        ids = draw(names(draw(st.integers(2, 4))))
        lesson = lesson._replace(choice=Choice(tuple(ids)))
        asked[name] = tuple(ids)
        for one in languages:
            labels = draw(st.lists(line(), min_size=len(ids), max_size=len(ids), unique=True))
            texts[one] = texts[one]._replace(choice=ChoiceText(draw(line()), tuple(labels)))
    if draw(st.booleans()):
        sheet = Worksheet(draw(st.integers(2, 6)), draw(st.integers(1, 9)), draw(st.integers(0, 9)))
        lesson = lesson._replace(worksheet=sheet)
        for one in languages:
            items = draw(st.lists(line(), min_size=sheet.items, max_size=sheet.items))
            texts[one] = texts[one]._replace(worksheet=WorksheetText(draw(line()), tuple(items)))
    checks, answered = draw(st.integers(0, 4)), draw(st.booleans())
    branches = _branches(draw, lesson, asked, side)
    spoken = [not branch.lesson or draw(st.booleans()) for branch in branches]
    for one in languages:
        texts[one] = texts[one]._replace(
            media=tuple(MediumText(draw(line()), draw(line())) for _ in media),
            answer=draw(paragraphs()) if answered else None,
            checks=tuple(draw(line()) for _ in range(checks)),
            branches=tuple(draw(paragraphs()) if said else None for said in spoken),
        )
    return lesson._replace(checks=checks, branches=branches, talk=draw(st.booleans()))


def _branches(
    draw: st.DrawFn, lesson: Lesson, asked: dict[str, tuple[str, ...]], side: tuple[str, ...]
) -> tuple[Branch, ...]:
    conditions: list[tuple[str, str, str | None]] = [
        (on, value, None) for on, values in READINESS.items() for value in values
    ]
    conditions += [("quiz", value, None) for value in ("right", "wrong") if lesson.quiz]
    conditions += [("choice", option, of) for of, options in asked.items() for option in options]
    chosen = draw(st.lists(st.sampled_from(conditions), min_size=len(side), max_size=len(side) + 3))
    goals = [*side, *(None for _ in chosen[len(side) :])]
    return tuple(Branch(at, *condition, goal) for at, (condition, goal) in enumerate(zip(chosen, goals, strict=True)))


@st.composite
def packs(draw: st.DrawFn) -> Pack:
    """One to three practices of one or two days, and up to two side lessons that the first day leads to."""
    counts = draw(st.lists(st.integers(1, 2), min_size=1, max_size=3))
    ids, weeks = draw(names(sum(counts) + 2)), draw(names(len(counts)))
    side_ids = tuple(ids[sum(counts) :][: draw(st.integers(0, 2))])
    asked: dict[str, tuple[str, ...]] = {}
    lessons, practices, at = [], [], 0
    for week, count in zip(weeks, counts, strict=True):
        mine = ids[at : at + count]
        for name in mine:
            at += 1
            lessons.append(draw(_lesson(name, at, week, asked, side_ids if at == 1 else ())))
        criteria = tuple(
            Criterion(one, {language: draw(line()) for language in LANGUAGES})
            for one in draw(names(draw(st.integers(1, 2))))
        )
        practices.append(Practice(week, {language: draw(line()) for language in LANGUAGES}, criteria, tuple(mine)))
    side = [draw(_lesson(name, None, draw(st.sampled_from(weeks)), {}, ())) for name in side_ids]
    side.sort(key=lambda lesson: weeks.index(lesson.practice))
    spoken = {language: (draw(line()), draw(line())) for language in LANGUAGES}
    pack = Pack(
        draw(names(1))[0], draw(st.integers(1, 99)), draw(st.sampled_from(["draft", "published", "retired"])),
        draw(st.sampled_from(["teacher", "facilitator", "coach"])), draw(st.booleans()),
        {one: title for one, (title, _) in spoken.items()}, {one: told for one, (_, told) in spoken.items()},
        tuple(practices), tuple(lessons), tuple(side),
    )  # fmt: skip
    return indonesian(pack) if draw(st.booleans()) else pack


def indonesian(pack: Pack) -> Pack:
    """The pack without its English."""

    def one(texts: dict[str, str]) -> dict[str, str]:
        return {"id": texts["id"]}

    def bare(lesson: Lesson) -> Lesson:
        return lesson._replace(texts={"id": lesson.texts["id"]})

    practices = tuple(
        week._replace(
            titles=one(week.titles), criteria=tuple(it._replace(labels=one(it.labels)) for it in week.criteria)
        )
        for week in pack.practices
    )
    return pack._replace(
        titles=one(pack.titles), descriptions=one(pack.descriptions), practices=practices, languages=("id",),
        lessons=tuple(bare(lesson) for lesson in pack.lessons), side=tuple(bare(lesson) for lesson in pack.side),
    )  # fmt: skip
