"""The answer that solved a question: marked by who asked, kept when both who asked and who answered tap "Simpan"."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, delete, or_, select
from sqlalchemy.orm import aliased

from community import calendar, consultations, people, rights
from community.library import collecting, facts
from community.notes import clipped
from community.refusals import NeedsConsent, Refusal
from community.rights import Action
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, Draft, Lane, button, message
from storage.models import Consultation, Group, GroupChat, LibraryEntry, Message, Person, Solution

KEY = "solve"  # solve:7:31:15, of solution 7 with message 31 to person 15
CHOICES = 5
LABEL, QUOTE = 44, 300  # characters of an answer on a button, of a message in a letter


class Over(Refusal):
    """It was taken back, saved before, or never was (buttons can be forged)."""

    text_key = "library.solution_over"


async def marked_by_reply(
    session: Session, person: Person | None, tg_chat_id: int, tg_message_id: int | None, now: datetime
) -> list[Draft]:
    """/selesai under the answer, by who asked: both are asked whether it may be kept.

    Raises NeedsConsent, and Refusal where no answer of a colleague or no question of theirs is meant.
    """
    if person is None or person.consented_at is None:
        raise NeedsConsent
    said = await session.scalar(
        select(Message)
        .join(GroupChat, GroupChat.id == Message.chat_id)
        .where(GroupChat.tg_chat_id == tg_chat_id, Message.tg_message_id == tg_message_id)
    )
    if said is None:
        raise Refusal("library.which_answer")
    if said.person_id == person.id:
        raise Refusal("library.own_answer")
    row = await _question_of(session, person, said)
    if row is None:
        raise Refusal("library.no_question")
    if row.settled_at is None:
        consultations.close(row, "asker", now)
    return await _mark(session, person, row, said, now)


async def _question_of(session: Session, person: Person, said: Message) -> Consultation | None:
    """The person's question that this message answers: by the reply, else their latest one before it."""
    asked = aliased(Message)
    theirs = (
        select(Consultation)
        .join(asked, asked.id == Consultation.message_id)
        .where(Consultation.person_id == person.id, asked.chat_id == said.chat_id)
    )
    if said.reply_to is not None:
        answered = or_(asked.tg_message_id == said.reply_to, Consultation.post_id == said.reply_to)
        row: Consultation | None = await session.scalar(theirs.where(answered).limit(1))
        if row is not None:
            return row
    earlier = theirs.where(Consultation.asked_at < said.sent_at, asked.label == "consultation")
    found: Consultation | None = await session.scalar(earlier.order_by(Consultation.asked_at.desc()).limit(1))
    return found


async def which(
    session: Session, person: Person | None, row: Consultation, say: Texts
) -> tuple[str, list[list[Button]]]:
    """Thanks to who says that a question is answered; to who asked it also: which message was the answer?"""
    found = await _choices(session, person, row, say) if person is not None and person.id == row.person_id else []
    if not found:
        return say("library.thanks"), []
    return say("library.which_was_it"), [*found, [button(say.plain("library.none_of_these"), "libnone")]]


async def _choices(session: Session, person: Person, row: Consultation, say: Texts) -> list[list[Button]]:
    """Replies to the question, then advice since, of colleagues whose words are still there; in one's own group."""
    if not rights.may(await people.roles_in(session, person.id, row.group_id), Action.FIND):
        return []
    question = await session.get_one(Message, row.message_id)
    replied = Message.reply_to.in_([question.tg_message_id, *([row.post_id] if row.post_id else [])])
    rows = await session.execute(
        select(Message, Person)
        .join(Person, Person.id == Message.person_id)
        .where(
            Message.chat_id == question.chat_id, Message.person_id != person.id, Message.text.is_not(None),
            Message.sent_at > row.asked_at, Person.consented_at.is_not(None),
            or_(replied, Message.reason.in_(consultations.ADVISING) & Message.reply_to.is_(None)),
        )
        .order_by(case((replied, 0), else_=1), Message.sent_at)
        .limit(CHOICES)
    )  # fmt: skip
    return [
        [button(clipped(f"{people.display(by, say)}: {' '.join((said.text or '').split())}", LABEL),
                f"libpick:{row.id}:{said.id}")]
        for said, by in rows
    ]  # fmt: skip


async def picked(
    session: Session, person: Person | None, consultation_id: int, message_id: int, now: datetime
) -> list[Draft]:
    """One of these choices. Raises NeedsConsent, Over, and NotAllowed for who has left the group: it would be read."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    row, said = await session.get(Consultation, consultation_id), await session.get(Message, message_id)
    if row is None or said is None or row.person_id != person.id or said.group_id != row.group_id:
        raise Over
    await rights.require(session, person, Action.FIND, row.group_id)
    if said.person_id == person.id or said.sent_at < row.asked_at:
        raise Over
    return await _mark(session, person, row, said, now)


async def _mark(
    session: Session, person: Person, row: Consultation, said: Message, now: datetime
) -> list[Draft]:  # fmt: skip
    """Keep which message it was, and ask both; marking another one before it is saved asks anew."""
    answerer = await session.get_one(Person, said.person_id)
    found = await session.scalar(select(Solution).where(Solution.consultation_id == row.id))
    if found is not None and found.entry_id is not None:
        raise Over
    if answerer.consented_at is None or not answerer.reachable or answerer.tg_user_id is None:
        raise Refusal("library.cannot_ask")
    if found is None:
        found = Solution(consultation_id=row.id, group_id=row.group_id, asker_id=person.id, marked_at=now)
        session.add(found)
    if found.message_id != said.id:
        found.message_id, found.answerer_id, found.asker_at, found.answerer_at = said.id, answerer.id, None, None
    await session.flush()
    question = await session.get_one(Message, row.message_id)
    group = await session.get_one(Group, row.group_id)
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    said_both = (question, said)
    return [
        _may_keep(found, "asker", person, answerer, said_both, group, now),
        _may_keep(
            found, "answerer", answerer, person, said_both, group, days.awake_after(now, answerer.zone or group.zone)
        ),
    ]


def _may_keep(
    row: Solution, side: str, to: Person, other: Person, said: Sequence[Message], group: Group, due_at: datetime
) -> Draft:  # fmt: skip
    """The question "may this be kept?", in private, to one of the two."""
    say = Texts(to.language)
    question, answer = (clipped(" ".join((one.text or "").split()), QUOTE) for one in said)
    words = say(
        f"library.may_keep.{side}", name=people.display(other, say), group=group.title, question=question,
        answer=answer,
    )  # fmt: skip
    keys = [[
        button(say.plain("library.button.save"), f"libsave:{row.id}"),
        button(say.plain("library.button.no"), f"libno:{row.id}"),
    ]]  # fmt: skip
    return message(
        to.tg_user_id or 0, words, buttons=keys, key=f"{KEY}:{row.id}:{row.message_id}:{to.id}",
        lane=Lane.REPLY if side == "asker" else Lane.REMINDER, person_id=to.id, group_id=group.id, due_at=due_at,
    )  # fmt: skip


async def save(session: Session, person: Person | None, solution_id: int, now: datetime) -> bool:
    """One of the two taps "Simpan". True once both have: now it is found.

    Raises NeedsConsent, Over, and Refusal where the words are no longer there to be kept.
    """
    row = await _theirs(session, person, solution_id)
    if person is not None and person.id == row.asker_id:
        row.asker_at = row.asker_at or now
    else:
        row.answerer_at = row.answerer_at or now
    if row.asker_at and row.answerer_at and row.entry_id is None:
        row.entry_id = await _kept(session, row)
    await session.flush()
    return row.entry_id is not None


async def _kept(session: Session, row: Solution) -> int:
    consultation = await session.get_one(Consultation, row.consultation_id)
    question, said = [
        await session.get_one(Message, number, populate_existing=True)
        for number in (consultation.message_id, row.message_id)
    ]
    if not question.text or not said.text:
        raise Refusal("library.too_old")
    found = facts.of(question.text)
    entry = LibraryEntry(
        group_id=row.group_id, chat_id=said.chat_id, message_id=question.id, tg_message_id=said.tg_message_id,
        place=collecting.ANSWER, person_id=row.asker_id, answerer_id=row.answerer_id, kind="answer",
        title=collecting.first_line(question.text) or clipped(question.text, facts.TITLE), subject=found.subject,
        grade=found.grade, material=None, question=question.text, answer=said.text, shared_at=said.sent_at,
    )  # fmt: skip
    session.add(entry)
    await session.flush()
    return entry.id


async def take_back(session: Session, person: Person | None, solution_id: int) -> bool:
    """One of the two would rather not, before or after it was kept: it is gone. True where it had been kept.

    Raises NeedsConsent, Over.
    """
    row = await _theirs(session, person, solution_id)
    kept = row.entry_id
    await session.execute(delete(Solution).where(Solution.id == row.id).execution_options(synchronize_session="fetch"))
    if kept is not None:
        await collecting.drop(session, LibraryEntry.id == kept)
    return kept is not None


async def _theirs(session: Session, person: Person | None, solution_id: int) -> Solution:
    if person is None or person.consented_at is None:
        raise NeedsConsent
    row = await session.scalar(
        select(Solution).where(Solution.id == solution_id).with_for_update().execution_options(populate_existing=True)
    )
    if row is None or person.id not in (row.asker_id, row.answerer_id):
        raise Over
    return row
