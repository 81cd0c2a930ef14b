"""The quiz of a lesson: Telegram's own, sent to the private chat once, and what its answer leads to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from community import people, rights
from community.rights import Action
from content.lessons import Branch, Lesson
from content.texts import Texts
from learning import branches, deliveries
from learning.refusals import Gone
from storage.database import Session, insert
from storage.letters import Draft, Lane, button, message
from storage.models import Delivery, LessonAnswer, LessonPoll, Letter, Person

_ON_ITS_WAY = ("pending", "sending")
_NEVER_CAME = ("refused", "dropped")
_STILL_UNKNOWN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A quiz for one person. `sent`: a letter has brought it before; as message `message_id`, where that is known."""

    delivery: Delivery
    lesson: Lesson
    key: str
    sent: bool
    on_its_way: bool
    message_id: int | None


async def ask(session: Session, person: Person | None, delivery_id: int) -> Asked:
    """The quiz of a prompt, for a teacher of its group. Raises NeedsConsent, NotAllowed, Gone."""
    person, delivery, _, lesson = await deliveries.opened(session, person, delivery_id, Action.REFLECT, "k")
    if lesson.quiz is None:
        raise Gone
    key = f"quiz:{delivery.id}:{person.id}"
    same = or_(Letter.key == key, Letter.key.startswith(f"{key}:", autoescape=True))
    sent = (await session.scalars(select(Letter).where(same).order_by(Letter.id))).all()
    came = [one for one in sent if one.state not in _NEVER_CAME]
    number = (came[-1].result or {}).get("message_id") if came else None
    again = f"{key}:{len(sent)}" if sent else key
    return Asked(
        delivery, lesson, again, bool(came), bool(came) and came[-1].state in _ON_ITS_WAY,
        int(number) if number is not None else None,
    )  # fmt: skip


def letter(asked: Asked, chat_id: int, say: Texts) -> Draft:
    """The quiz itself; or where it stands, for whoever taps again."""
    if asked.sent:
        if asked.message_id is not None:
            return message(chat_id, say("means.quiz.sent"), reply_to=asked.message_id)
        return message(chat_id, say("means.quiz.coming" if asked.on_its_way else "means.quiz.sent_before"))
    then = {"delivery": asked.delivery.id, "user_id": chat_id, "chat_id": chat_id}
    return poll(asked.lesson, chat_id, say, key=asked.key, then="learning.quiz_sent", then_data=then)


def poll(
    lesson: Lesson, chat_id: int, say: Texts, *, key: str = "", then: str | None = None,
    then_data: dict[str, int] | None = None,
) -> Draft:  # fmt: skip
    """A quiz poll that tells us who answered what. Raises Gone for a lesson without one."""
    words = lesson.text(say.language).quiz
    if lesson.quiz is None or words is None:
        raise Gone
    params = {
        "chat_id": chat_id, "type": "quiz", "is_anonymous": False, "question": words.question,
        "options": [{"text": option} for option in words.options], "correct_option_ids": [lesson.quiz.correct - 1],
    }  # fmt: skip
    if words.explanation:
        params["explanation"] = words.explanation
    return Draft("sendPoll", params, chat_id, key=key, lane=Lane.REPLY, then=then, then_data=dict(then_data or {}))


async def arrived(session: Session, delivery_id: int, poll_id: str, now: datetime) -> None:
    """Telegram has the poll: an answer under its id is one to this prompt's quiz."""
    row = {"poll_id": poll_id, "delivery_id": delivery_id, "sent_at": now}
    kept = await session.scalar(select(Delivery.id).where(Delivery.id == delivery_id))
    if kept is not None:
        statement = insert(session, LessonPoll).values(row)
        await session.execute(statement.on_conflict_do_nothing(index_elements=["poll_id"]))


async def answered(
    session: Session, person: Person | None, poll_id: str, options: list[int], say: Texts, now: datetime
) -> list[Draft]:
    """The first answer of a teacher is kept, and what it leads to is said once, in private; nothing for anybody else.

    A poll can be passed on, so whoever answers need not be who it was sent to.
    """
    if person is None or len(options) != 1:
        return []
    delivery_id = await _delivery_of(session, person, poll_id, now)
    try:
        delivery, group, lesson = await deliveries.get(session, delivery_id)
    except Gone:
        return []
    mine = delivery.person_id in (None, person.id)
    if not mine or not rights.may(await people.roles_in(session, person.id, group.id), Action.REFLECT):
        return []
    if lesson.quiz is None or not 0 <= options[0] < lesson.quiz.options:
        return []
    correct = options[0] == lesson.quiz.correct - 1
    row = {
        "delivery_id": delivery.id, "person_id": person.id, "kind": "quiz", "value": str(options[0]),
        "correct": correct, "at": now,
    }  # fmt: skip
    statement = insert(session, LessonAnswer).values(row)
    statement = statement.on_conflict_do_nothing(index_elements=["delivery_id", "person_id", "kind"])
    if (await session.scalar(statement.returning(LessonAnswer.id))) is None:
        return []
    return await _told(session, person, delivery, lesson, correct, say)


async def _delivery_of(session: Session, person: Person, poll_id: str, now: datetime) -> int:
    """The prompt a poll belongs to; 0 when it is none of ours.

    A vote can overtake the news of its own poll, and where Telegram's answer was lost that news never comes. Then
    the letter says what it was: by the poll's id, or because it is the only quiz of this person still in doubt.
    """
    known = await session.get(LessonPoll, poll_id)
    if known is not None:
        return known.delivery_id
    quizzes = Letter.key.startswith("quiz:") & (Letter.method == "sendPoll")
    key = await session.scalar(
        select(Letter.key).where(quizzes, Letter.result["poll_id"].as_string() == poll_id).limit(1)
    )
    if key is None:
        doubtful = or_(Letter.state == "sending", Letter.unknowns > 0)
        recent = Letter.created_at > now - _STILL_UNKNOWN
        found = await session.scalars(
            select(Letter.key).where(quizzes, Letter.chat_id == person.tg_user_id, doubtful, recent)
        )
        prompts = {one.split(":")[1] for one in found}
        key = f"quiz:{prompts.pop()}" if len(prompts) == 1 else None
    return int(key.split(":")[1]) if key else 0


async def _told(
    session: Session, person: Person, delivery: Delivery, lesson: Lesson, correct: bool, say: Texts
) -> list[Draft]:
    """What the branch says, and the worked answer unless it belongs to a worksheet."""
    value = "right" if correct else "wrong"
    fits: list[Branch] = [one for one in lesson.branches if one.on == "quiz" and one.value == value]
    sides = await branches.sides_once(session, person, delivery, fits, say)
    said, answer = branches.aside(delivery.id, lesson, fits, None, say).html, lesson.text(say.language).answer
    parts = [said] if said else []
    if answer and lesson.worksheet is None:
        parts.append(say("means.answer", words=answer))
    if not parts:
        return sides
    rows = [[button(say.plain("learning.button.reflect"), f"refl:{delivery.id}")]]
    key = f"quizsaid:{delivery.id}:{person.id}"
    return [message(person.tg_user_id or 0, "\n\n".join(parts), buttons=rows, key=key), *sides]
