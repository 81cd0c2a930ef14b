"""Questions about a lesson, asked of the group or of the coach; a coach's answer finds its way back."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select, update

from community import calendar, people
from community.notes import CAPTION, MESSAGE, SHOWN, Note, clipped, fitted, shown
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from content.packs import Lesson
from content.texts import Texts
from learning import deliveries, posting, readers
from learning.readers import Reader
from learning.refusals import Gone
from storage.database import Session
from storage.letters import button, message
from storage.models import Delivery, Group, Letter, Person, Question
from storage.outbox import post

HEADING = CAPTION - 200  # over an answer; what is left is for the words under a voice


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a teacher sees before asking: the lesson, and whom they could ask."""

    delivery: Delivery
    group: Group
    lesson: Lesson
    readers: list[Reader]


@dataclass(frozen=True, slots=True)
class Asked:
    """A stored question; `told`: those who got it in their private chat, the others read it in their digest."""

    question: Question
    group: Group
    readers: list[Reader]
    told: list[Reader]


@dataclass(frozen=True, slots=True)
class Answered:
    """`arrives`: the asker's private chat is open."""

    question: Question
    asker: Person
    arrives: bool


async def invite(session: Session, person: Person | None, delivery_id: int, audience: str = "group") -> Invitation:
    """Whom a question about this prompt could be for.

    Raises NeedsConsent, NotAllowed, Gone, and Refusal for a chosen audience that does not exist there.
    """
    person, delivery, group, lesson = await deliveries.opened(session, person, delivery_id, Action.ASK, "q")
    found = await readers.of_group(session, group.id, person)
    _exists(audience, found)
    return Invitation(delivery, group, lesson, found)


async def ask(
    session: Session, person: Person | None, delivery_id: int, audience: str, text: str, now: datetime
) -> Asked:
    """Store the question and bring it to the group or to the coaches.

    Raises NeedsConsent, NotAllowed, Gone, and Refusal where there is no coach to ask.
    """
    person, delivery, group, lesson = await deliveries.opened(session, person, delivery_id, Action.ASK, "q")
    found = await readers.of_group(session, group.id, person)
    _exists(audience, found)
    row = Question(delivery_id=delivery.id, person_id=person.id, audience=audience, text=text, created_at=now)
    session.add(row)
    await session.flush()
    told: list[Reader] = []
    if audience == "group":
        heading = "learning.question.in_group"
        row.letter_key = await posting.to_group(
            session, heading, f"question:{row.id}", Note(text), person, delivery, group, now
        )
    else:
        told = [one for one in found if one.person.reachable and one.person.tg_user_id]
        row.letter_key = f"question:{row.id}:{told[0].person.id}" if told else None
        await _tell(session, row, told, person, group, lesson, now)
    await session.flush()
    return Asked(row, group, found, told)


def _exists(audience: str, found: list[Reader]) -> None:
    """A button can be forged, and the last coach may have left since it was shown."""
    if audience not in ("coach", "group") or (audience == "coach" and not found):
        raise Refusal("learning.no_such_reader")


async def _tell(
    session: Session, row: Question, told: list[Reader], asker: Person, group: Group, lesson: Lesson, now: datetime
) -> None:
    """The coaches get it in private; in quiet hours it waits for the next school morning (I10)."""
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    for one in told:
        coach, zone = one.person, one.person.zone or group.zone
        say, due_at = Texts(coach.language), now
        if days.is_quiet(now, zone):
            due_at = days.moment_after(now, group.prompt_time, zone, prompt=False)
        html = fitted(clipped(row.text, SHOWN), MESSAGE, partial(_to_coach, say, asker, group, lesson))
        draft = message(
            coach.tg_user_id or 0, html, buttons=[[button(say.plain("learning.button.answer"), f"answer:{row.id}")]],
            key=f"question:{row.id}:{coach.id}", person_id=asker.id, group_id=group.id, due_at=due_at,
        )  # fmt: skip
        await post(session, draft, now)


def _to_coach(say: Texts, asker: Person, group: Group, lesson: Lesson, words: str) -> str:
    title, name = lesson.text(say.language).title, people.display(asker, say)
    return say("learning.question.to_coach", name=name, group=group.title, title=title, words=words)


async def by_message(session: Session, chat_id: int, message_id: int) -> int | None:
    """The question that a coach reads in this private message."""
    key = await session.scalar(
        select(Letter.key)
        .where(
            Letter.chat_id == chat_id,
            Letter.key.startswith("question:"),
            Letter.result["message_id"].as_integer() == message_id,
        )
        .limit(1)
    )
    return int(key.split(":")[1].split("@")[0]) if key else None


async def waiting(session: Session, person: Person | None, question_id: int) -> Question:
    """A question this person may answer: it was asked of the coach, and they were one of that group then.

    Raises NeedsConsent, Gone, NotAllowed.
    """
    if person is None:
        raise NeedsConsent
    query = select(Question, Delivery.group_id).join(Delivery, Delivery.id == Question.delivery_id)
    row = (await session.execute(query.where(Question.id == question_id))).one_or_none()
    if row is None:
        raise Gone
    question, group_id = row
    # The same cell as reading: who may read what is for the coach may answer it.
    since = await readers.accompanies_since(session, person, group_id)
    if question.audience != "coach" or since is None or question.created_at < since:
        raise NotAllowed
    return question


async def still_open(session: Session, person: Person | None, question_id: int, say: Texts) -> tuple[Question, str]:
    """As waiting, with the asker's name, for who begins an answer; answered once, the button has done its work.

    Raises a Refusal that says so; a reply to the question itself still adds to the answer.
    """
    question = await waiting(session, person, question_id)
    asker = await session.get(Person, question.person_id)
    name = people.display(asker, say) if asker is not None else say.plain("community.address.colleague")
    if question.answered_at is not None:
        raise Refusal("learning.question.answered_already", name=name)
    return question, name


async def answer(session: Session, person: Person | None, question_id: int, note: Note, now: datetime) -> Answered:
    """The coach's words go to the teacher in private; the question waits no longer.

    Raises NeedsConsent, Gone, NotAllowed; Gone too when the asker has left.
    """
    question = await waiting(session, person, question_id)
    asker = await session.get(Person, question.person_id)
    if asker is None or person is None or asker.consented_at is None:
        raise Gone
    arrives = asker.reachable and asker.tg_user_id is not None
    if arrives:
        say = Texts(asker.language)
        heading = fitted(clipped(question.text, 200), HEADING, partial(_answered, say, people.display(person, say)))
        delivery = await session.get_one(Delivery, question.delivery_id)
        draft = shown(
            note, asker.tg_user_id or 0, say, heading,
            key=f"answer:{question.id}@{int(now.timestamp() * 1000)}", person_id=asker.id,
            group_id=delivery.group_id,
        )  # fmt: skip
        await post(session, draft, now)
        await session.execute(
            update(Question)
            .where(Question.id == question.id, Question.answered_at.is_(None))
            .values(answered_at=now)
            .execution_options(synchronize_session=False)
        )
    return Answered(question, asker, arrives)


def _answered(say: Texts, name: str, words: str) -> str:
    return say("learning.question.answered", name=name, words=words)
