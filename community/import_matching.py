"""Matching names of an export with members who agreed: what the facilitator sees, and what the member hears."""

from datetime import datetime
from typing import Any

from community import imported, imported_people, people
from community.import_talk import Asked
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, Draft, button, message
from storage.models import Group, ImportedPerson, Person

Rows = list[list[Button]]
Json = dict[str, Any]


async def named(session: Session, person: Person | None, asked: Asked, answer: Json, chat_id: int, say: Texts) -> Draft:
    """The names of the file with a button each, and the way to the next ones. Not kept here: `forgets`."""
    await imported.may(session, person, asked.group)
    told: Json = answer.get("result") or {}
    if not answer.get("ok"):
        return message(chat_id, say("imported.not_fetched"))
    if "bad" in told:
        return message(chat_id, say(told["bad"], **told["blanks"]))
    found: list[Json] = told["names"]
    if not found:
        return message(chat_id, say("imported.nobody_left"))
    words, left = say("imported.whose"), told["left"]
    rows = [[button(say.plain("imported.name", **_told(one)), f"imp:who:{one['speaker']}")] for one in found]
    if left:
        words = f"{words}\n\n{say('imported.names_left', n=left)}"
        onward = say.plain("imported.names_next", n=min(left, imported_people.MOST_NAMED))
        rows.append([button(onward, f"imp:names:{asked.token}:{found[-1]['speaker']}")])
    return message(chat_id, words, buttons=rows, forgets=True)


def _told(one: Json) -> Json:
    return {"name": one["name"], "messages": one["messages"]}


async def who(session: Session, person: Person | None, speaker_id: int, say: Texts) -> tuple[str, Rows]:
    """The members who may be that one. Raises NeedsConsent, NotAllowed."""
    one = await imported_people.speaker(session, person, speaker_id)
    members = await imported_people.offered(session, one.group_id)
    rows = [[button(people.display(member, say)[:60], f"imp:is:{speaker_id}:{member.id}")] for member in members[:90]]
    return say("imported.who" if rows else "imported.nobody_agreed", number=one.number), rows


async def matched(
    session: Session, by: Person | None, speaker_id: int, person_id: int, say: Texts, now: datetime
) -> tuple[str, Rows, list[Draft]]:
    """That is who it is: said to both, and both can take it back. Raises as imported_people.match."""
    member = await imported_people.match(session, by, speaker_id, person_id, now)
    one = await imported_people.speaker(session, by, speaker_id)
    group = await session.get_one(Group, one.group_id)
    theirs = Texts(member.language)
    told = message(
        member.tg_user_id or 0, theirs("imported.told", group=group.title),
        buttons=[[button(theirs.plain("imported.not_me"), f"imp:undo:{speaker_id}")]], person_id=member.id,
        group_id=group.id,
    )  # fmt: skip
    undo = [[button(say.plain("imported.undo"), f"imp:undo:{speaker_id}")]]
    words = say("imported.matched", number=one.number, name=people.display(member, say))
    return words, undo, [] if by is not None and by.id == member.id else [told]


async def undone(session: Session, by: Person | None, speaker_id: int, say: Texts) -> tuple[str, list[Draft]]:
    """It is not them after all; whoever had matched them hears it, by the number alone. Raises as imported_people.undo.

    In their chat it still says who it was.
    """
    before = await session.get(ImportedPerson, speaker_id)
    matched_by = before.matched_by if before is not None else None
    one = await imported_people.undo(session, by, speaker_id)
    words = say("imported.undone", number=one.number)
    who = await session.get(Person, matched_by) if matched_by is not None else None
    if who is None or (by is not None and who.id == by.id):
        return words, []
    if who.tg_user_id is None or not who.reachable or who.consented_at is None:
        return words, []
    group = await session.get_one(Group, one.group_id)
    told = Texts(who.language)("imported.undone_there", number=one.number, group=group.title)
    return words, [message(who.tg_user_id, told, person_id=who.id, group_id=group.id)]
