"""The end of a pack: the facilitators hear of it and choose what comes next; a person at their own pace, too."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from community.roles import Role
from content.texts import Texts
from learning.due import Due
from storage.database import Session
from storage.letters import Draft, Lane, button, message
from storage.models import Group, Membership, Person
from storage.outbox import post_many


async def tell(session: Session, ended: Sequence[Due], now: datetime) -> None:
    """Letters for enrolments that have just come to their end, each once; two queries for all of them."""
    if not ended:
        return
    rows = await session.execute(
        select(Membership.group_id, Group.title, Person)
        .join(Person, Person.id == Membership.person_id)
        .join(Group, Group.id == Membership.group_id)
        .where(
            Membership.group_id.in_([one.group_id for one in ended if one.person_id is None]),
            Membership.role == Role.FACILITATOR, Membership.until.is_(None), Person.consented_at.is_not(None),
            Person.reachable.is_(True), Person.tg_user_id.is_not(None),
        )
    )  # fmt: skip
    by_group = {one.group_id: one for one in ended if one.person_id is None}
    drafts = [_to_facilitator(by_group[group_id], title, person, now) for group_id, title, person in rows]
    drafts += [_to_learner(one, now) for one in ended if one.person_id is not None and one.here]
    await post_many(session, drafts, now)


def _to_facilitator(one: Due, group: str, person: Person, now: datetime) -> Draft:
    say = Texts(person.language)
    pack = one.pack.title(say.language) if one.pack else one.pack_id
    words = say("learning.ending.to_facilitator", group=group, pack=pack, n=one.position)
    return message(
        person.tg_user_id or 0, words, key=f"ended:{one.enrolment_id}:{person.id}", lane=Lane.REMINDER,
        buttons=[[button(say.plain("learning.button.next_pack"), f"prog:{one.group_id}")]],
        person_id=person.id, group_id=one.group_id, not_after=one.not_after if one.not_after > now else None,
    )  # fmt: skip


def _to_learner(one: Due, now: datetime) -> Draft:
    say = Texts(one.language)
    pack = one.pack.title(say.language) if one.pack else one.pack_id
    return message(
        one.chat_id, say("learning.ending.to_learner", pack=pack, n=one.position),
        key=f"ended:{one.enrolment_id}:{one.person_id}", lane=Lane.REMINDER, person_id=one.person_id,
        group_id=one.group_id,
    )  # fmt: skip
