"""What a plan looks like: the list of its rows, one row, the next question of a new one, and what others see of it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from coaching import naming, plan_checks, plan_kinds, plan_rights, plans, seats
from coaching.pages import Page
from coaching.plan_checks import Standing
from coaching.plan_rights import PlanAct, PlanSeat, PlanSide
from coaching.plans import COMPETENCES, FIELDS
from coaching.refusals import Gone
from coaching.rights import Act
from community import calendar, people
from community.notes import clipped
from community.refusals import NotAllowed
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, button
from storage.models import Person, PlanRow, WorkPlan

SHOWN = 20  # rows on one page
ROOM = 3_600  # characters for the rows and what is said below them; a title and a sentence stand above
QUANTITIES = (1, 2, 3, 4, 6)
PLACES = ("staff_room", "classroom", "online")
CHAIN = ("quantity", "when_text", "place")  # asked one after another of a new row; each may be skipped


def tap(say: Texts, name: str, data: str, **blanks: object) -> Button:
    """A button of this room's phrases."""
    return button(say.plain(f"plans.button.{name}", **blanks)[:60], data)


def period_words(period: str, say: Texts) -> str:
    """2026/2027 semester 2."""
    year, _, half = period.partition("-")
    return say.plain("plans.semester", year=year, n=half) if half else say.plain("plans.year", year=year)


async def home(session: Session, person: Person | None, say: Texts, now: datetime, note: str = "") -> Page:
    """/rhk: one's own plan, what waits for one's word, the catalogues one keeps. Raises NeedsConsent, NotAllowed."""
    kept = await plan_kinds.schools(session, person)
    catalogue = [[tap(say, "catalogue", f"rhkcat:{one.id}", school=clipped(one.name, 30))] for one in kept]
    told, waits = await plan_checks.to_confirm(session, person, say)
    try:
        plan = await plans.mine(session, person, now)
    except NotAllowed:
        if not catalogue and not waits:
            raise
        return "\n\n".join([*told, *[say("plans.only_catalogue")] * bool(catalogue)]), [*waits, *catalogue]
    words, rows = await _listed(session, plan, say)
    return "\n\n".join([*[note] * bool(note), *told, words]), [*waits, *rows, *catalogue]


async def _listed(session: Session, plan: WorkPlan, say: Texts) -> Page:
    rows = await plans.rows_of(session, plan.id)
    found = await plan_checks.standing(session, plan, rows)
    below = [*await _about(session, plan, rows, found, say), await _readers(session, plan, found, say)]
    room = ROOM - sum(len(one) for one in below)
    listed = fit([_line(row, found, say) for row in rows[:SHOWN]], room) or say("plans.empty")
    parts = [say("plans.title", period=period_words(plan.period, say)), listed, *below]
    buttons = [[button(f"{row.number}. {clipped(row.result, 50)}"[:60], f"rhkrow:{row.id}")] for row in rows[:SHOWN]]
    buttons.append([tap(say, "add", f"rhkadd:{plan.id}")])
    buttons.append([tap(say, "sheet_in", f"rhkin:{plan.id}"), tap(say, "sheet_out", f"rhkout:{plan.id}")])
    if rows:
        buttons.append([tap(say, "paper", f"rhkpaper:{plan.id}")])
    if found.profile.confirmed and plan.asked_at is None and rows and await plan_rights.principals(session, plan):
        buttons.append([tap(say, "ask", f"rhkask:{plan.id}")])
    if (await plans.profile_in(session, plan.group_id)).points is not None:
        wanted = "with_points" if plan.is_free else "without_points"
        buttons.append([tap(say, wanted, f"rhkfree:{plan.id}:{0 if plan.is_free else 1}")])
    if plan.cycle_id is not None:
        buttons.append([tap(say, "cycle", f"cyc:{plan.cycle_id}")])
    return "\n\n".join(parts), buttons


async def _readers(session: Session, plan: WorkPlan, found: Standing, say: Texts) -> str:
    """Who reads it and from when, named before anything is written."""
    coaches = await plan_rights.coaches(session, plan)
    names = await naming.readers(session, coaches, plan.group_id or 0, say)
    told = say("plans.readers.coach", name=names) if names else say("plans.readers.own")
    heads = await plan_rights.principals(session, plan) if found.profile.confirmed else []
    if not found.profile.confirmed or (heads and all(one in coaches for one in heads)):
        return told  # the principal is the coach, and named above
    return f"{told} {say('plans.readers.asked' if plan.asked_at else 'plans.readers.principal')}"


def _line(row: PlanRow, found: Standing, say: Texts) -> str:
    if found.counts and row.points is not None:
        times = say.plain("plans.times_points", n=row.quantity or 0, points=row.points, total=row.total)
    else:
        times = say.plain("plans.times", n=row.quantity or 0)
    told = [times] if row.quantity else []
    told += [clipped(one, 60) for one in (row.when_text, row.place) if one]
    return say("plans.line", n=row.number, result=clipped(row.result, 90), about=" · ".join(told))


async def _about(session: Session, plan: WorkPlan, rows: Sequence[PlanRow], found: Standing, say: Texts) -> list[str]:
    """The sum and what it lacks, or the principal's word."""
    told: list[str] = []
    if found.counts and rows:
        bounds, key = found.bounds, {"plan_few": "few", "plan_many": "many"}.get(found.lacks or "", "enough")
        told.append(say(f"plans.sum.{key}", total=found.sum, least=bounds.least, most=bounds.most))
        known = await plan_kinds.catalogue(session, await plans.school_of(session, plan))
        strange = plans.unlisted(rows, known)
        if strange:
            told.append(say("plans.sum.unlisted", rows=", ".join(str(row.number) for row in strange)))
    if found.profile.confirmed and rows:
        state = "confirmed" if plan.confirmed_at else "asked" if plan.asked_at else "unasked"
        told += [] if state == "unasked" and found.lacks is None else [say(f"plans.confirm.state_{state}")]
    return told


async def kinds(session: Session, person: Person | None, plan_id: int, say: Texts) -> Page:
    """Which activity? Of the catalogue, or in one's own words. Raises NeedsConsent, Gone, NotAllowed."""
    seat = await plan_rights.take(session, person, plan_id, PlanAct.EDIT)
    known = await plan_kinds.catalogue(session, await plans.school_of(session, seat.plan))
    counts = (await plans.profile_of(session, seat.plan)).points is not None
    rows = []
    for entry in known.values():
        title = entry.title.of(say.language)
        label = say.plain("plans.kind.label", title=title, points=entry.points) if counts else title
        rows.append([button(label[:60], f"rhkkind:{plan_id}:{entry.id}")])
    rows.append([tap(say, "own_words", f"rhkown:{plan_id}")])
    return say("plans.which_kind"), [*rows, [tap(say, "back", "rhk")]]


async def one_row(session: Session, person: Person | None, row_id: int, say: Texts, note: str = "") -> Page:
    """A row with all that is filled in, and a button for each field. Raises NeedsConsent, Gone, NotAllowed."""
    row, seat = await plans.row_at(session, person, row_id, PlanAct.EDIT)
    counts = (await plans.profile_of(session, seat.plan)).points is not None
    parts = [note] if note else []
    parts.append(say("plans.row", n=row.number, lines="\n".join(_fields(row, say, counts=counts))))
    names = [name for name in FIELDS if name != "points" or (counts and row.kind is None)]
    taps = [tap(say, f"field_{name}", f"rhkf:{row.id}:{FIELDS.index(name)}") for name in names]
    rows = [taps[at : at + 2] for at in range(0, len(taps), 2)]
    rows.append([tap(say, "remove", f"rhkdel:{row.id}"), tap(say, "list", "rhk")])
    return "\n\n".join(parts), rows


def _fields(row: PlanRow, say: Texts, *, counts: bool) -> list[str]:
    told = []
    for name in FIELDS:
        value = getattr(row, name)
        if value in (None, "") or (name == "points" and not counts):
            continue
        shown = say.plain(f"plans.competence.{value}") if name == "competence" else clipped(str(value), 150)
        if name == "when_text":
            shown = _with_days(row, shown, say)
        told.append(f"{say.plain(f'plans.column.{name}')}: {shown}")
    return told


def _with_days(row: PlanRow, shown: str, say: Texts) -> str:
    spans = plans.known_spans(row)
    return say.plain("plans.as_days", words=shown, days=spoken(spans, say)) if spans else shown


def spoken(spans: Sequence[tuple[date, date]], say: Texts) -> str:
    """Sabtu 15 Mei sampai Jumat 21 Mei; …"""
    told = []
    for first, last in spans[:4]:
        begin, end = calendar.spoken(first, say), calendar.spoken(last, say)
        told.append(begin if first == last else say.plain("plans.from_to", first=begin, last=end))
    return "; ".join(told)


async def field(session: Session, person: Person | None, row_id: int, place: int, say: Texts, *, chain: bool) -> Page:
    """The question for one field of a row; ``chain``: of a new row, where it may be skipped.

    Raises NeedsConsent, Gone, NotAllowed.
    """
    await plans.row_at(session, person, row_id, PlanAct.EDIT)
    if not 0 <= place < len(FIELDS):
        raise Gone
    name = FIELDS[place]
    base = f"rhkset:{row_id}:{place}:{int(chain)}"
    rows: list[list[Button]] = []
    if name == "quantity":
        rows.append([button(str(one), f"{base}:{at}") for at, one in enumerate(QUANTITIES)])
    elif name == "points":
        rows.append([button(str(one), f"{base}:{at}") for at, one in enumerate(plan_kinds.POINTS)])
    elif name == "place":
        rows.append([tap(say, f"place_{one}", f"{base}:{at}") for at, one in enumerate(PLACES)])
    elif name == "competence":
        rows += [
            [button(say.plain(f"plans.competence.{one}"), f"{base}:{at}")] for at, one in enumerate(COMPETENCES)
        ]  # fmt: skip
    rows.append([tap(say, "skip", f"rhkskip:{row_id}:{place}") if chain else tap(say, "back", f"rhkrow:{row_id}")])
    return say(f"plans.question.{name}"), rows


def tapped(place: int, at: int, say: Texts) -> str:
    """What a button under a field's question stands for. Raises Gone for one that is not there."""
    offered: dict[str, Sequence[str]] = {
        "quantity": [str(one) for one in QUANTITIES], "points": [str(one) for one in plan_kinds.POINTS],
        "place": [say.plain(f"plans.button.place_{one}") for one in PLACES], "competence": COMPETENCES,
    }  # fmt: skip
    values = offered.get(FIELDS[place], ()) if 0 <= place < len(FIELDS) else ()
    if not 0 <= at < len(values):
        raise Gone
    return values[at]


def after(place: int) -> int | None:
    """The field that is asked next of a new row; None after the last."""
    name = FIELDS[place] if 0 <= place < len(FIELDS) else ""
    at = CHAIN.index(name) + 1 if name in CHAIN else len(CHAIN)
    return FIELDS.index(CHAIN[at]) if at < len(CHAIN) else None


def understood(row: PlanRow, name: str, say: Texts) -> str:
    """What a change comes to, as HTML: for a time, the days that it was taken for."""
    if name != "when_text" or not row.when_text:
        return say("plans.kept")
    spans = plans.known_spans(row)
    return say("plans.when_kept", days=spoken(spans, say)) if spans else say("plans.when_words")


async def sure(session: Session, person: Person | None, row_id: int, say: Texts) -> Page:
    """Really take the row out? Raises NeedsConsent, Gone, NotAllowed."""
    row, _ = await plans.row_at(session, person, row_id, PlanAct.EDIT)
    rows = [[tap(say, "remove_yes", f"rhkdel:{row.id}:yes")], [tap(say, "back", f"rhkrow:{row.id}")]]
    return say("plans.remove", result=clipped(row.result, 200)), rows


async def of_cycle(session: Session, person: Person | None, cycle_id: int, say: Texts, now: datetime) -> Page:
    """The plan of a cycle, from its page: one's own to work on, a teacher's to read once it was handed on.

    Raises NeedsConsent, Gone, NotAllowed.
    """
    seat = await seats.take(session, person, cycle_id, Act.READ)
    found = await session.scalars(
        select(WorkPlan).where(WorkPlan.cycle_id == cycle_id).order_by(WorkPlan.id.desc())
    )  # fmt: skip
    all_plans = list(found)
    if seat.side == "coachee" and (not all_plans or any(one.person_id == seat.person.id for one in all_plans)):
        return await home(session, person, say, now)
    for plan in all_plans:
        try:
            return await seen(session, person, plan.id, say)
        except Gone:
            continue
    return say("plans.not_yet"), [[tap(say, "cycle", f"cyc:{cycle_id}")]]


async def seen(session: Session, person: Person | None, plan_id: int, say: Texts) -> Page:
    """A plan for its coach, or for the principal who is asked to confirm it. Raises NeedsConsent, Gone, NotAllowed."""
    seat = await plan_rights.take(session, person, plan_id, PlanAct.SEE)
    owner = await session.get_one(Person, seat.plan.person_id)
    rows = await plans.rows_of(session, plan_id)
    found = await plan_checks.standing(session, seat.plan, rows)
    head = say("plans.of", name=people.display(owner, say), period=period_words(seat.plan.period, say))
    parts = [head, *(_whole(row, found, say) for row in rows[:SHOWN])]
    parts += await _about(session, seat.plan, rows, found, say) if not seat.is_owner else []
    return fit(parts), _answers(seat, say)


def _whole(row: PlanRow, found: Standing, say: Texts) -> str:
    told = [_line(row, found, say)]
    for name in ("challenge", "support_source", "support_form"):
        if getattr(row, name):
            words = clipped(getattr(row, name), 90)
            told.append(say("plans.detail", name=say.plain(f"plans.column.{name}"), words=words))
    return "\n".join(told)


def fit(parts: Sequence[str], most: int = 3_900) -> str:
    """As many as one message, or ``most`` characters of it, hold."""
    kept: list[str] = []
    for part in parts:
        if sum(len(one) + 2 for one in kept) + len(part) > most:
            break
        kept.append(part)
    return "\n\n".join(kept)


def _answers(seat: PlanSeat, say: Texts) -> list[list[Button]]:
    plan = seat.plan
    if PlanSide.PRINCIPAL not in seat.sides or plan.confirmed_at is not None:
        return []
    base = f"rhkyes:{plan.id}:{plan.revision}"
    return [[tap(say, "confirm", f"{base}:1")], [tap(say, "talk_first", f"{base}:0")]]
