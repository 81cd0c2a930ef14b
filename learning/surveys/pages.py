"""/survei: what waits to be answered, the surveys of the groups one leads, and the steps by which one is opened."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from community import calendar, moments, people, rights
from community.refusals import NeedsConsent, Refusal
from community.rights import Action
from content import instruments
from content.instruments import Instrument
from content.texts import Texts
from learning.refusals import Gone
from learning.surveys import answers, opening, words
from learning.surveys import rights as who
from learning.surveys.opening import DAYS, PHASES, Plan
from learning.surveys.scores import ENOUGH
from storage.bulk import among
from storage.database import Session
from storage.letters import Button, button
from storage.models import Group, Person, Survey, SurveySeat

MOST = 10
Rows = list[list[Button]]
Page = tuple[str, Rows]
# The questions of the wizard, in order; a button carries the answers to those before it.
STEPS = ("instrument", "group", "way", "when", "days", "phase")


async def home(session: Session, person: Person | None, say: Texts) -> Page:
    """What waits for the person's answer, and the latest surveys they lead. Raises NeedsConsent."""
    if person is None:
        raise NeedsConsent
    waits = (
        await session.scalars(
            select(Survey)
            .join(SurveySeat, SurveySeat.survey_id == Survey.id)
            .where(
                SurveySeat.person_id == person.id, SurveySeat.answered.is_(False), Survey.opened_at.is_not(None),
                Survey.closed_at.is_(None), Survey.way == "private",
            )
            .order_by(Survey.closes_at, Survey.id)
            .limit(MOST)
        )
    ).all()  # fmt: skip
    leading = await _leading(session, person)
    mine = await _latest(session, leading)
    rows = [[button(say.plain("surveys.button.answer_one", title=words.titled(one, say))[:60], f"svgo:{one.id}")]
            for one in waits]  # fmt: skip
    counted = await answers.counted(session, [one.id for one, _ in mine])
    for survey, group in mine:
        done, asked = counted[survey.id]
        label = say.plain(
            "surveys.button.one", title=words.titled(survey, say), group=group.title, done=done, asked=asked
        )
        rows.append([button(label[:60], f"sv:{survey.id}")])
    if leading:
        rows.append([button(say.plain("surveys.button.new"), "svnew")])
        rows.append([button(say.plain("surveys.button.scores"), "svsheet")])
    if await people.groups_of(session, person.id, rights.ALLOWED[Action.CODE_THEMES]):
        rows.append([button(say.plain("surveys.button.themes"), "themes")])
    if waits:
        return say("surveys.home.waits"), rows
    return say("surveys.home.lead" if leading else "surveys.home.nothing"), rows


async def _leading(session: Session, person: Person) -> list[Group]:
    """The groups in which the person may open any instrument."""
    found: dict[int, Group] = {}
    for action in {who.leads(one) for one in instruments.house().values()}:
        found |= {one.id: one for one in await people.groups_of(session, person.id, rights.ALLOWED[action])}
    return sorted(found.values(), key=lambda one: (one.title, one.id))


async def _latest(session: Session, groups: Sequence[Group]) -> list[tuple[Survey, Group]]:
    by_id = {one.id: one for one in groups}
    query = select(Survey).where(among(session, Survey.group_id, list(by_id))).order_by(Survey.id.desc()).limit(MOST)
    found = (await session.scalars(query)).all() if by_id else []
    return [(one, by_id[one.group_id]) for one in found]


async def of_survey(session: Session, person: Person | None, survey_id: int, say: Texts, note: str = "") -> Page:
    """One survey for who leads it: where it stands, n first. Raises NeedsConsent, NotAllowed, Gone."""
    _, survey, instrument, group = await who.led(session, person, survey_id)
    done, asked = (await answers.counted(session, [survey.id]))[survey.id]
    state = "planned" if survey.opened_at is None else "open" if survey.closed_at is None else "closed"
    html = say(
        f"surveys.page.{state}", title=words.titled(survey, say), group=group.title, done=done, asked=asked,
        opens=moments.said(survey.opens_at, group.zone, say), closes=moments.said(survey.closes_at, group.zone, say),
    )  # fmt: skip
    rows = []
    if state == "planned":
        rows.append([button(say.plain("surveys.button.drop"), f"svdrop:{survey.id}")])
    if state == "open":
        rows.append([button(say.plain("surveys.button.close"), f"svclose:{survey.id}")])
    if state == "closed" or (state == "open" and not instrument.anonymous):
        rows.append([button(say.plain("surveys.button.results"), f"svres:{survey.id}")])
    return f"{note}\n\n{html}" if note else html, rows


async def wizard(session: Session, person: Person | None, chosen: list[str], say: Texts, now: datetime) -> Page:
    """The next question, or what all answers come to, read back. Raises NeedsConsent, NotAllowed, Gone, Refusal."""
    if person is None:
        raise NeedsConsent
    filled = await _filled(session, person, chosen)
    if len(filled) == len(STEPS):
        return await _read_back(session, person, filled, say, now)
    step = STEPS[len(filled)]
    instrument = _instrument(filled[0]) if filled else None
    group = await _group(session, person, instrument, filled[1]) if instrument and len(filled) > 1 else None
    offered = await _offers(session, person, step, instrument, group, say, now)
    before = ":".join(["svnew", *filled])
    rows = [[button(label[:60], f"{before}:{value}")] for value, label in offered]
    if step == "when":
        rows.append([button(say.plain("surveys.button.write_hour"), ":".join(["svhour", *filled]))])
    return say(f"surveys.ask.{step}"), [*rows, _leave(say)]


async def _filled(session: Session, person: Person, chosen: list[str]) -> list[str]:
    """Where only one answer is possible it is not asked for."""
    if len(chosen) == 1:
        found = await _groups(session, person, _instrument(chosen[0]))
        if not found:
            raise Refusal("surveys.no_group")
        chosen = [*chosen, str(found[0].id)] if len(found) == 1 else chosen
    if len(chosen) == 2 and len(_instrument(chosen[0]).ways) == 1:
        chosen = [*chosen, "private"]
    if len(chosen) > len(STEPS):
        raise Gone
    return chosen


def _instrument(name: str) -> Instrument:
    found = instruments.house().get(name)
    if found is None:
        raise Gone
    return found


async def _groups(session: Session, person: Person, instrument: Instrument) -> list[Group]:
    found = await people.groups_of(session, person.id, rights.ALLOWED[who.leads(instrument)])
    return [one for one in found if one.state == "active"]


async def _group(session: Session, person: Person, instrument: Instrument, number: str) -> Group:
    group_id = int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else 0
    await rights.require(session, person, who.leads(instrument), group_id)
    return await session.get_one(Group, group_id)


async def _offers(
    session: Session, person: Person, step: str, instrument: Instrument | None, group: Group | None, say: Texts,
    now: datetime,
) -> list[tuple[str, str]]:  # fmt: skip
    """Values and labels of what can be chosen at this step."""
    if instrument is None:
        mine = await people.roles(session, person.id)
        house = sorted(instruments.house().values(), key=lambda one: one.title.of(say.language))
        return [(one.id, one.title.of(say.language)) for one in house if rights.may(mine, who.leads(one))]
    if group is None:
        return [(str(one.id), one.title) for one in await _groups(session, person, instrument)]
    if step == "way":
        return [(one, say.plain(f"surveys.way.{one}")) for one in instrument.ways]
    if step == "when":
        school = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
        hours = opening.hours(school, group.zone, now)
        later = [(str(int(one.timestamp()) // 60), moments.said(one, group.zone, say)) for one in hours]
        return [("now", say.plain("surveys.when.now")), *later]
    if step == "days":
        return [(str(one), say.plain("surveys.days", n=one)) for one in DAYS]
    return [(one, say.plain(f"surveys.phase.{one}")) for one in PHASES]


async def _read_back(session: Session, person: Person, filled: list[str], say: Texts, now: datetime) -> Page:
    plan = await planned(session, person, filled, now)
    group = await session.get_one(Group, plan.group_id)
    when = moments.said(plan.at, group.zone, say) if plan.at else say.plain("surveys.when.now")
    title = plan.instrument.title.of(say.language)
    html = say(
        "surveys.read_back", title=title, group=group.title, way=say.plain(f"surveys.way.{plan.way}"), when=when,
        days=say.plain("surveys.days", n=plan.days), phase=say.plain(f"surveys.phase.{plan.phase}"),
        n=len(plan.instrument.items), minutes=words.minutes(plan.instrument),
        asked=say.plain(f"surveys.asked.{plan.instrument.answers[0]}"),
        readers=words.readers(plan.instrument, plan.way, say),
    )  # fmt: skip
    asked = len(await opening.audience(session, group, plan.instrument)) if plan.instrument.anonymous else ENOUGH
    if asked < ENOUGH:  # nobody is asked for an hour of their week that can tell nothing
        html = f"{say('surveys.few_asked', group=group.title, asked=asked, n=ENOUGH)}\n\n{html}"
    yes = button(say.plain("surveys.button.yes"), ":".join(["svok", *filled]))
    return html, [[yes], _leave(say)]


def _leave(say: Texts) -> list[Button]:
    return [button(say.plain("surveys.button.no"), "svno")]


async def planned(session: Session, person: Person, filled: list[str], now: datetime) -> Plan:
    """What the buttons carry, as a plan. Raises NotAllowed, Gone for what is forged, Refusal for a past hour."""
    if len(filled) != len(STEPS):
        raise Gone
    instrument = _instrument(filled[0])
    group = await _group(session, person, instrument, filled[1])
    at, days = filled[3], filled[4]
    if not (at == "now" or (at.isascii() and at.isdecimal() and len(at) < 11)) or days not in map(str, DAYS):
        raise Gone
    way = next((one for one in instrument.ways if one == filled[2]), None)
    if way is None or filled[5] not in PHASES:
        raise Gone
    moment = None if at == "now" else opening.at_minute(int(at))
    return Plan(instrument, group.id, way, moment, int(days), filled[5])


async def opened(session: Session, person: Person | None, filled: list[str], say: Texts, now: datetime) -> Page:
    """Yes: the survey is planned, or opens. Raises NeedsConsent, NotAllowed, Gone, Refusal."""
    if person is None:
        raise NeedsConsent
    survey = await opening.plan(session, person, await planned(session, person, filled, now), now)
    note = say("surveys.opened" if survey.opened_at else "surveys.planned")
    return await of_survey(session, person, survey.id, say, note)


async def at_hour(
    session: Session, person: Person | None, filled: list[str], said: str, say: Texts, now: datetime
) -> Page:
    """The hour that was typed. Raises NeedsConsent, NotAllowed, Gone, and Refusal where it is not understood."""
    if person is None:
        raise NeedsConsent
    if len(filled) != STEPS.index("when"):
        raise Gone
    group = await _group(session, person, _instrument(filled[0]), filled[1])
    at = moments.read(said, now, group.zone)
    if at is None:
        raise Refusal("surveys.when.unclear")
    if not now < at <= now + opening.AHEAD:
        raise Refusal("surveys.when.past")
    return await wizard(session, person, [*filled, str(int(at.timestamp()) // 60)], say, now)
