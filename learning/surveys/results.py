"""What a survey came to, for who may read it: figures, and pairs of before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from community.refusals import Refusal
from content.instruments import Instrument, from_json
from learning.surveys import answers, scores
from learning.surveys import rights as who
from learning.surveys.scores import Figures, Pair
from storage.bulk import among
from storage.database import Session
from storage.models import Group, Person, Survey


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of one survey; ``before`` are those of the survey at the start, where this is the one at the end.

    ``pairs``: of a survey by name, everybody's scores before and after, by sub-scale.
    """

    survey: Survey
    instrument: Instrument
    group: Group
    figures: Figures
    before: Figures | None
    pairs: Mapping[str, Sequence[Pair]]


async def of(session: Session, person: Person | None, survey_id: int) -> Result:
    """For who leads it. Of an unnamed survey only once it is closed: while it is open, every further answer would be
    the difference between two looks at it. Raises NeedsConsent, NotAllowed, Gone, Refusal.
    """
    _, survey, instrument, group = await who.led(session, person, survey_id)
    if survey.opened_at is None or (survey.anonymous and survey.closed_at is None):
        raise Refusal("surveys.not_yet")
    found = await answers.responses(session, survey)
    figures = await _figures(session, survey, instrument, found)
    first = await _first(session, survey) if survey.phase == "end" else None
    if first is None:
        return Result(survey, instrument, group, figures, None, {})
    started = await answers.responses(session, first)
    before = await _figures(session, first, from_json(first.content), started)
    pairs = {} if survey.anonymous else scores.pairs(instrument, started, found)
    return Result(survey, instrument, group, figures, before, pairs)


async def closed(
    session: Session, group_ids: Sequence[int], instrument: str, since: datetime, until: datetime
) -> list[tuple[Survey, Figures]]:
    """The closed surveys with that instrument that opened in that time and have enough answers, oldest first.

    For the reports of groups: the caller has asked who may read them.
    """
    told = []
    for survey, given in await _given(session, group_ids, instrument, since, until):
        figures = await _figures(session, survey, from_json(survey.content), given)
        told += [(survey, figures)] if figures.enough else []
    return told


async def answered(
    session: Session, group_ids: Sequence[int], instrument: str, since: datetime, until: datetime
) -> list[tuple[Survey, Sequence[scores.Response]]]:
    """The same surveys with their single answers, which stand under nobody: for figures that put two items together.

    An unnamed survey with fewer than ENOUGH answers is not there.
    """
    found = [
        (survey, [one for one in given.values() if one])
        for survey, given in await _given(session, group_ids, instrument, since, until)
    ]
    return [(survey, each) for survey, each in found if each and (not survey.anonymous or len(each) >= scores.ENOUGH)]


async def _given(
    session: Session, group_ids: Sequence[int], instrument: str, since: datetime, until: datetime
) -> list[tuple[Survey, dict[str, scores.Response]]]:
    found = await session.scalars(
        select(Survey)
        .where(
            among(session, Survey.group_id, group_ids), Survey.instrument == instrument,
            Survey.closed_at.is_not(None), Survey.opened_at >= since, Survey.opened_at < until,
        )
        .order_by(Survey.opened_at, Survey.id)
    )  # fmt: skip
    return [(survey, await answers.responses(session, survey)) for survey in found.all()]


async def ends_of(session: Session, group_id: int, instrument: str) -> tuple[Survey, Survey] | None:
    """The latest closed survey at the end with the one at the start that it is compared with; None without both."""
    found = await session.scalars(
        select(Survey)
        .where(
            Survey.group_id == group_id, Survey.instrument == instrument, Survey.phase == "end",
            Survey.closed_at.is_not(None),
        )
        .order_by(Survey.opens_at.desc(), Survey.id.desc())
        .limit(1)
    )  # fmt: skip
    last = found.first()
    first = await _first(session, last) if last is not None else None
    return (first, last) if first is not None and last is not None else None


async def _figures(
    session: Session, survey: Survey, instrument: Instrument, found: Mapping[str, scores.Response]
) -> Figures:
    asked = (await answers.counted(session, [survey.id]))[survey.id][1]
    return scores.figures(instrument, list(found.values()), asked, anonymous=survey.anonymous)


async def _first(session: Session, survey: Survey) -> Survey | None:
    """The survey at the start that this one is compared with: the last closed one of the same version before it."""
    found = await session.scalars(
        select(Survey)
        .where(
            Survey.group_id == survey.group_id, Survey.instrument == survey.instrument, Survey.phase == "start",
            Survey.closed_at.is_not(None), Survey.opens_at < survey.opens_at,
        )
        .order_by(Survey.opens_at.desc())
        .limit(1)
    )  # fmt: skip
    first = found.first()
    same = first is not None and from_json(first.content).items == from_json(survey.content).items
    return first if same else None
