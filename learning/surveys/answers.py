"""Where answers stand: with a person, or without one under a mark that only the bot's secret makes."""

import hashlib
import hmac
import secrets
from collections import defaultdict
from typing import Any

from sqlalchemy import delete, select

from content.instruments import Instrument, Item
from learning.refusals import Gone
from learning.surveys.scores import Response
from storage.bulk import insert_rows
from storage.database import Session, insert
from storage.models import Person, Survey, SurveyAnswer, SurveySeat, UnnamedAnswer

LONGEST = 500  # characters of an answer in words
_KEY = secrets.token_bytes(32)
"""Of the codes under which two surveys are laid together in memory. It is kept nowhere: no code is written down or
handed out (results.Pair, reports.instruments.scores), so none has to be made again, with the bot's secret or without.
"""
Value = int | float | str | list[str]


def mark(survey_id: int, fingerprint: str) -> str:
    """Stands for somebody in one survey alone: mixed with its number, marks of two surveys cannot be laid together."""
    return hashlib.sha256(f"survey:{survey_id}:{fingerprint}".encode()).hexdigest()


def fitting(instrument: Instrument, item: Item, value: Any) -> Value:
    """The value, where it is one that this item takes. Raises Gone for what is forged."""
    if item.kind == "likert" and isinstance(value, int) and 1 <= value <= len(instrument.scale):
        return value
    if item.kind == "number" and isinstance(value, int | float) and item.low <= value <= item.high:
        return value
    if item.kind == "text" and isinstance(value, str) and 0 < len(value) <= LONGEST:
        return value
    if item.kind == "choice":
        names = value if isinstance(value, list) else [value]
        known = all(isinstance(name, str) and item.option(name) for name in names)
        if known and names and len(set(names)) == len(names) and isinstance(value, list) == item.several:
            return list(names) if item.several else str(names[0])
    raise Gone


async def own(session: Session, survey: Survey, person: Person, fingerprint: str) -> dict[str, Any]:
    """What this person has answered so far, by item; None where they passed over it."""
    if survey.anonymous:
        query = select(UnnamedAnswer.item, UnnamedAnswer.value).where(
            UnnamedAnswer.survey_id == survey.id, UnnamedAnswer.mark == mark(survey.id, fingerprint)
        )
    else:
        query = select(SurveyAnswer.item, SurveyAnswer.value).where(
            SurveyAnswer.survey_id == survey.id, SurveyAnswer.person_id == person.id
        )
    return {item: value.get("is") for item, value in (await session.execute(query)).all()}


async def keep(
    session: Session, survey: Survey, person: Person, fingerprint: str, item: str, value: Value | None
) -> None:
    """The answer takes the place of an earlier one; None: passed over."""
    who = {"mark": mark(survey.id, fingerprint)} if survey.anonymous else {"person_id": person.id}
    table = UnnamedAnswer if survey.anonymous else SurveyAnswer
    row = {"survey_id": survey.id, "item": item, "value": {} if value is None else {"is": value}, **who}
    statement = insert(session, table).values(row)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["survey_id", *who, "item"], set_={"value": statement.excluded.value}
        )
    )


async def drop(session: Session, survey: Survey, person: Person) -> None:
    """A vote that was taken back leaves nothing."""
    mine = (SurveyAnswer.survey_id == survey.id, SurveyAnswer.person_id == person.id)
    await session.execute(delete(SurveyAnswer).where(*mine))
    await seat(session, survey, person, answered=False)


async def seat(session: Session, survey: Survey, person: Person, *, answered: bool) -> None:
    """Whether this person has answered; who came later gets a seat with it."""
    row = {"survey_id": survey.id, "person_id": person.id, "answered": answered}
    await insert_rows(session, SurveySeat, [row], unique=["survey_id", "person_id"], update=["answered"])


async def responses(session: Session, survey: Survey) -> dict[str, Response]:
    """All answers by a code that says nothing of who gave them; of a named survey the same in another of its kind.

    Of a named one only those of people who still agree.
    """
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    if survey.anonymous:
        unnamed = select(UnnamedAnswer.mark, UnnamedAnswer.item, UnnamedAnswer.value)
        rows = (await session.execute(unnamed.where(UnnamedAnswer.survey_id == survey.id))).all()
        each = [(one.mark, one.item, one.value) for one in rows]
    else:
        named = select(SurveyAnswer.person_id, SurveyAnswer.item, SurveyAnswer.value)
        named = named.join(Person, Person.id == SurveyAnswer.person_id).where(Person.consented_at.is_not(None))
        answers = (await session.execute(named.where(SurveyAnswer.survey_id == survey.id))).all()
        each = [(code(survey, one.person_id), one.item, one.value) for one in answers]
    for who, item, value in each:
        if "is" in value:
            found[who][item] = value["is"]
    return dict(sorted(found.items()))


async def by_person(session: Session, survey: Survey) -> dict[int, Response]:
    """The answers of a survey by name, of people who still agree, by their number; of an unnamed one there are none.

    For exports, whose caller asks who may be in them and gives everybody a code.
    """
    rows = await session.execute(
        select(SurveyAnswer.person_id, SurveyAnswer.item, SurveyAnswer.value)
        .join(Person, Person.id == SurveyAnswer.person_id)
        .where(SurveyAnswer.survey_id == survey.id, Person.consented_at.is_not(None))
    )
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for who, item, value in rows:
        if "is" in value:
            found[who][item] = value["is"]
    return dict(found)


def code(survey: Survey, person_id: int) -> str:
    """Stands for a person in the surveys of one instrument in one group, in this process alone: without its key nobody
    finds the person by trying all the numbers there are."""
    made = f"{survey.group_id}:{survey.instrument}:{person_id}"
    return hmac.new(_KEY, made.encode(), hashlib.sha256).hexdigest()[:16]


async def shuffle(session: Session, survey: Survey) -> None:
    """Written anew without marks, in the order of the marks, which is none: nobody can be found again, nor an order."""
    rows = await session.execute(
        select(UnnamedAnswer.mark, UnnamedAnswer.item, UnnamedAnswer.value)
        .where(UnnamedAnswer.survey_id == survey.id)
        .order_by(UnnamedAnswer.mark, UnnamedAnswer.item)
    )
    found = [(one.mark, one.item, one.value) for one in rows]
    numbers = {name: f"{at:04}" for at, name in enumerate(sorted({who for who, *_ in found}), start=1)}
    await session.execute(delete(UnnamedAnswer).where(UnnamedAnswer.survey_id == survey.id))
    session.add_all(
        UnnamedAnswer(survey_id=survey.id, mark=numbers[who], item=item, value=value) for who, item, value in found
    )
    await session.flush()


async def counted(session: Session, survey_ids: list[int]) -> dict[int, tuple[int, int]]:
    """By survey: how many have answered, and how many were asked."""
    rows = await session.execute(
        select(SurveySeat.survey_id, SurveySeat.answered).where(SurveySeat.survey_id.in_(survey_ids))
    )
    found = dict.fromkeys(survey_ids, (0, 0))
    for survey_id, answered in rows:
        done, asked = found[survey_id]
        found[survey_id] = (done + int(answered), asked + 1)
    return found
