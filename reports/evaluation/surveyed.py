"""A study made of a survey by name that two sets of groups answered at the start and at the end.

Only of people who agreed to research (community.purposes): the others are in no arm, not even as a loss. Everybody
and every school stands under a code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from community.purposes import STUDY, who_agreed
from content.instruments import Instrument, house
from learning.surveys import answers, results, scores
from reports.evaluation.values import CannotEvaluate, Score, Study
from reports.pseudonyms import Pseudonyms
from storage.bulk import among
from storage.database import Session
from storage.models import Group, Person, School

PROGRAMME, COMPARISON = ARMS = ("programme", "comparison")


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The study, how many of those who ``answered`` agreed to research, and who is in both arms and so in none."""

    study: Study
    agreed: int
    answered: int
    in_both: int


def instrument_of(name: str, subscale: str | None) -> Instrument:
    """A survey whose answers have names, and a part that it has. Raises CannotEvaluate."""
    one = house().get(name)
    if one is None:
        known = ", ".join(each.id for each in house().values() if not each.anonymous)
        raise CannotEvaluate("evaluation.command.no_survey", name=name, known=known)
    if one.anonymous:
        raise CannotEvaluate("evaluation.command.unnamed", name=name)
    parts = [each.id for each in one.subscales]
    if subscale is not None and subscale not in parts:
        known = ", ".join(parts) or "–"
        raise CannotEvaluate("evaluation.command.no_scale", name=name, scale=subscale, known=known)
    return one


async def gather(
    session: Session, codes: Pseudonyms, name: str, subscale: str | None, arms: Mapping[str, Sequence[int]],
    names: Mapping[str, str], *, drawn: bool = False,
) -> Surveyed:  # fmt: skip
    """Scores by person of the groups in each arm; ``names`` are what the arms are called. Raises CannotEvaluate.

    The score is the mean level of the items (of the sub-scale), or the share of right answers of a test. Who is in
    several groups of an arm counts in the first of them.
    """
    instrument = instrument_of(name, subscale)
    here = {
        arm: [await session.get_one(Group, number) for number in dict.fromkeys(numbers)]
        for arm, numbers in arms.items()
    }  # fmt: skip
    found = {arm: await _scores(session, instrument, subscale, groups) for arm, groups in here.items()}
    answered = {one for each in found.values() for one in each}
    agreed = answered & set(await session.scalars(who_agreed(STUDY)))
    both = set.intersection(*(set(each) for each in found.values())) & agreed
    people = {one.id: one for one in await session.scalars(select(Person).where(among(session, Person.id, agreed)))}
    schools = await _schools(session, codes, [one for groups in here.values() for one in groups])
    rows = [
        Score(codes.person(people[who]), names[arm], before, after, schools[group_id])
        for arm, each in found.items()
        for who, (group_id, before, after) in sorted(each.items())
        if who in agreed - both
    ]
    top = 1.0 if instrument.rights else float(len(instrument.scale))
    bottom = 0.0 if instrument.rights else 1.0
    study = Study(names[PROGRAMME], names[COMPARISON], tuple(rows), bottom, top, drawn)
    return Surveyed(study, len(agreed), len(answered), len(both))


Ends = tuple[int, float | None, float | None]  # group, before, after


async def _scores(
    session: Session, instrument: Instrument, subscale: str | None, groups: Sequence[Group]
) -> dict[int, Ends]:  # fmt: skip
    found: dict[int, Ends] = {}
    for group in groups:
        ends = await results.ends_of(session, group.id, instrument.id)
        if ends is None:
            raise CannotEvaluate("evaluation.command.no_ends", group=group.title, name=instrument.id)
        first, last = [await answers.by_person(session, one) for one in ends]
        for who in sorted(first.keys() | last.keys()):
            before, after = (_score(instrument, subscale, each.get(who, {})) for each in (first, last))
            if before is not None or after is not None:
                found.setdefault(who, (group.id, before, after))
    return found


def _score(instrument: Instrument, subscale: str | None, response: scores.Response) -> float | None:
    if subscale is None and instrument.rights:
        return scores.share_right(instrument, response)
    rated = [one for one in instrument.items if one.kind == "likert" and subscale in (None, one.of)]
    return scores.score(instrument, rated, response)


async def _schools(session: Session, codes: Pseudonyms, groups: Sequence[Group]) -> dict[int, str]:
    """By group the code of its school, empty where it is not known."""
    ids = {one.school_id for one in groups if one.school_id is not None}
    rows = {one.id: one for one in await session.scalars(select(School).where(among(session, School.id, ids)))}
    return {one.id: codes.school(rows[one.school_id]) if one.school_id in rows else "" for one in groups}
