"""The module of a cycle as pages: its versions, a new one, and the criteria of the newest, two taps for each."""

from datetime import datetime

from coaching import modules, observations, rubrics, seats, steps
from coaching.cycle_notes import Given
from coaching.pages import Page
from coaching.refusals import Gone, NotNow
from coaching.rights import Act
from community import calendar, people
from community.calendar import local_day
from community.notes import Note, clipped, shown
from content.rubrics import Rubric
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, Draft, button, message
from storage.models import ModuleScore, ModuleVersion, Person

LABEL = 60
SHOWN = 8  # versions in a list, the newest ones


def _tap(say: Texts, name: str, data: str, **blanks: object) -> Button:
    return button(say.plain(f"modules.button.{name}", **blanks)[:LABEL], data)


async def listed(session: Session, person: Person | None, cycle_id: int, say: Texts, note: str = "") -> Page:
    """Every version, and what the open step asks of the module. Raises NeedsConsent, Gone, NotAllowed."""
    seat = await seats.take(session, person, cycle_id, Act.READ)
    found = await modules.versions(session, seat)
    numbers = {row.id: row.number for row, _ in found}
    lines = [note] if note else []
    lines.append(say("modules.page.title" if found else "modules.page.none"))
    rows: list[list[Button]] = []
    for row, maker in found[-SHOWN:]:
        day = calendar.spoken(local_day(row.made_at, seat.group.zone), say)
        before = say.plain("modules.page.from", n=numbers[row.from_id]) if row.from_id in numbers else ""
        name = people.display(maker, say)
        lines.append(say("modules.page.one", n=row.number, title=row.title, name=name, day=day, before=before))
        rows.append([_tap(say, "open", f"modone:{row.id}", n=row.number, title=clipped(row.title, 40))])
    standing = await steps.standing(session, seat) if seat.cycle.state == "active" else None
    needed = standing.step.needs if standing is not None else ()
    if "version" in needed:
        rows.append([_tap(say, "new", f"modnew:{cycle_id}")])
    if "criteria" in needed and found:
        rows.append([_tap(say, "criteria", f"modcr:{cycle_id}")])
    rows.append([_tap(say, "back", f"cyc:{cycle_id}")])
    return "\n\n".join(lines), rows


async def asked(session: Session, person: Person | None, cycle_id: int, say: Texts) -> Page:
    """How to bring a new version. Raises as modules.at."""
    await modules.at(session, person, cycle_id, "version")
    return say("modules.page.send"), [[_tap(say, "back", f"cycmod:{cycle_id}")]]


async def came(session: Session, person: Person | None, cycle_id: int, given: Given, say: Texts, now: datetime) -> Page:
    """A file, a photo or a link was sent: it is the next version, grown from the one before. Raises as modules.keep."""
    before = await modules.newest(session, cycle_id)
    title = (given.text or "").strip() if given.medium != "link" else ""
    name = title or (before.title if before is not None else say.plain("modules.page.untitled"))
    row = await modules.keep(
        session, person, cycle_id, clipped(name, modules.LONGEST_TITLE), given, before.id if before else 0, now
    )
    return await listed(session, person, cycle_id, say, say("modules.page.kept", n=row.number))


async def sent(session: Session, person: Person | None, version_id: int, chat_id: int, say: Texts) -> list[Draft]:
    """One version itself, and what was agreed about it. Raises NeedsConsent, Gone, NotAllowed."""
    row, _seat = await modules.one(session, person, version_id)
    lines = [say("modules.page.head", n=row.number, title=row.title)]
    if row.link:
        lines.append(say("modules.page.link", link=row.link))
    for score, rubric in await modules.scores(session, row):
        lines.append(_agreed(score, rubric, say))
    rows = [[_tap(say, "compare", f"modcmp:{row.id}")]] if row.from_id is not None else None
    return [message(chat_id, "\n\n".join(lines), buttons=rows), *_file(row, chat_id, say)]


async def compared(
    session: Session, person: Person | None, version_id: int, chat_id: int, say: Texts
) -> list[Draft]:  # fmt: skip
    """A version and the one it grew from: by criterion what was agreed then and now, and both to look at.

    Raises NeedsConsent, Gone also for one that grew from none, NotAllowed.
    """
    row, _seat = await modules.one(session, person, version_id)
    if row.from_id is None:
        raise Gone
    before, _seat = await modules.one(session, person, row.from_id)
    lines = [say("modules.page.beside", n=before.number, m=row.number, title=row.title)]
    for one in (before, row):
        lines += [say("modules.page.its_link", n=one.number, link=one.link)] if one.link else []
    was = {(rubric.id, score.criterion): score for score, rubric in await modules.scores(session, before)}
    now = {(rubric.id, score.criterion): score for score, rubric in await modules.scores(session, row)}
    for rubric in rubrics.for_modules():
        for criterion in rubric.criteria:
            at = (rubric.id, criterion.id)
            if at in was or at in now:
                seen = (now.get(at) or was[at]).seen
                blanks = {"was": _rung(was.get(at), rubric, say), "now": _rung(now.get(at), rubric, say)}
                lines.append(
                    say("modules.page.then_and_now", title=criterion.title.of(say.language), seen=seen, **blanks)
                )
    return [message(chat_id, "\n\n".join(lines)), *_file(before, chat_id, say), *_file(row, chat_id, say)]


def _rung(score: ModuleScore | None, rubric: Rubric, say: Texts) -> str:
    if score is None:
        return say.plain("modules.page.not_looked_at")
    return rubric.levels[rubric.level(score.level) or 0].title.of(say.language)


def _file(row: ModuleVersion, chat_id: int, say: Texts) -> list[Draft]:
    if row.file_id is None:
        return []
    if row.medium == "photo":
        return [
            shown(
                Note(None, row.file_id, photo=True),
                chat_id,
                say,
                say("modules.page.head", n=row.number, title=row.title),
            )
        ]
    caption = {"caption": say("modules.page.head", n=row.number, title=row.title), "parse_mode": "HTML"}
    return [Draft("sendDocument", {"chat_id": chat_id, "document": row.file_id} | caption, chat_id)]


def _agreed(score: ModuleScore, rubric: Rubric, say: Texts) -> str:
    criterion, rung = rubric.criterion(score.criterion), rubric.level(score.level) or 0
    title = criterion.title.of(say.language) if criterion else score.criterion
    return say("modules.page.score", title=title, level=rubric.levels[rung].title.of(say.language), seen=score.seen)


async def criteria(session: Session, person: Person | None, cycle_id: int, say: Texts, note: str = "") -> Page:
    """The next criterion nobody has answered at this step; with none left, the list of versions. Raises NotNow."""
    found = await modules.at(session, person, cycle_id, "criteria")
    version = await modules.newest(session, cycle_id)
    if version is None:
        raise NotNow("modules.no_version")
    given = {
        (rubric.id, score.criterion)
        for score, rubric in await modules.scores(session, version)
        if score.step_id == found.row.id
    }
    wanted = [(one, at) for one in rubrics.for_modules() for at in range(len(one.criteria))]
    left = [(one, at) for one, at in wanted if (one.id, one.criteria[at].id) not in given]
    if not left:
        return await listed(session, person, cycle_id, say, say("modules.page.agreed"))
    rubric, place = left[0]
    criterion = rubric.criteria[place]
    rows = [
        [button(level.title.of(say.language)[:LABEL], f"modlv:{cycle_id}:{rubric.id}:{place}:{rung}")]
        for rung, level in enumerate(rubric.levels)
    ]
    words = say(
        "modules.page.level", n=len(wanted) - len(left) + 1, of=len(wanted), rubric=rubric.title.of(say.language),
        title=criterion.title.of(say.language), words=criterion.words.of(say.language), version=version.number,
    )  # fmt: skip
    return "\n\n".join([note, words] if note else [words]), [*rows, [_tap(say, "back", f"cycmod:{cycle_id}")]]


async def what_was_seen(
    session: Session, person: Person | None, cycle_id: int, rubric_id: str, place: int, level: int, say: Texts
) -> Page:
    """The level is tapped: what was seen? Raises as modules.agree."""
    await modules.at(session, person, cycle_id, "criteria")
    rubric = modules.by_id(rubric_id)
    criterion = observations.criterion_at(rubric, place)
    if not 0 <= level < len(rubric.levels):
        raise Gone
    rows = [
        [button(one.title.of(say.language)[:LABEL], f"modln:{cycle_id}:{rubric.id}:{place}:{level}:{at}")]
        for at, one in enumerate(criterion.signs)
    ]
    title, rung = criterion.title.of(say.language), rubric.levels[level].title.of(say.language)
    return say("modules.page.seen", title=title, level=rung), [*rows, [_tap(say, "back", f"modcr:{cycle_id}")]]


async def tapped(
    session: Session, person: Person | None, cycle_id: int, rubric_id: str, place: int, level: int, sign: int,
    say: Texts, now: datetime,
) -> Page:  # fmt: skip
    """The line is one of the rubric's signs. Raises as modules.agree."""
    signs = observations.criterion_at(modules.by_id(rubric_id), place).signs
    if not 0 <= sign < len(signs):
        raise Gone
    line = signs[sign].title.of(say.language)
    return await said(session, person, cycle_id, rubric_id, place, level, line, say, now)


async def said(
    session: Session, person: Person | None, cycle_id: int, rubric_id: str, place: int, level: int, line: str,
    say: Texts, now: datetime,
) -> Page:  # fmt: skip
    """The line is typed. Raises as modules.agree."""
    await modules.agree(session, person, cycle_id, rubric_id, place, level, line, now)
    return await criteria(session, person, cycle_id, say)
