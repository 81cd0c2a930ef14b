"""Tags that a facilitator looks at, one message at a time, and what their answers tell in the end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from community import conversation, groups, people, reviews, rights
from community.refusals import NotAllowed
from community.reviews import Agreed, Agreement, Offer, Why
from community.roles import Role
from content.texts import Texts
from storage.database import Session
from storage.models import Group, GroupChat, Message, Person


@dataclass(frozen=True, slots=True)
class Card:
    """What to look at now; the tag stays hidden while ``blind``. ``agreement`` is there when all is done."""

    group_id: int
    message: Message | None
    left: int
    blind: bool
    agreement: Agreement | None = None
    url: str | None = None
    """Where it stands in its thread, without which many a message cannot be judged; of supergroups alone."""
    guess: str | None = None
    """What the tagger had thought of the message that was just answered blind."""


async def groups_for(session: Session, person: Person | None) -> Sequence[Group]:
    """The groups whose tags this person may correct. Raises NeedsConsent, or NotAllowed when there is none."""
    if person is None:
        await rights.require(session, person, rights.Action.CORRECT_TAG, 0)
        return ()
    correcting = {role for role in Role if rights.may({role}, rights.Action.CORRECT_TAG)}
    found = await people.groups_of(session, person.id, correcting)
    if not found:
        raise NotAllowed("reports.tags.nobody")
    return found


async def next_card(session: Session, person: Person | None, group_id: int, now: datetime) -> Card:
    """The most useful message to look at; raises NotAllowed or NeedsConsent without the right to correct."""
    await rights.require(session, person, rights.Action.CORRECT_TAG, group_id)
    group = await session.get(Group, group_id)
    if group is None or person is None:
        raise NotAllowed
    found = await reviews.offer(session, group, person, now)
    return await _card(session, group_id, found)


async def _card(session: Session, group_id: int, found: Offer) -> Card:
    row, blind = found.message, found.why == Why.SAMPLE
    if row is None:
        return Card(group_id, None, found.left, blind, await reviews.agreement(session, group_id))
    chat = await session.get_one(GroupChat, row.chat_id)
    return Card(group_id, row, found.left, blind, url=groups.message_url(chat.tg_chat_id, row.tg_message_id))


async def correct(session: Session, person: Person | None, message_id: int, label: str, now: datetime) -> Card:
    """What the person says is kept, and the next card comes. Raises as community.conversation.retag."""
    row = await conversation.retag(session, message_id, label, person, now)
    said = await reviews.said(session, row.id, person)
    card = await next_card(session, person, row.group_id, now)
    return replace(card, guess=said.guess if said and said.why == Why.SAMPLE else None)


async def end(session: Session, person: Person | None, group_id: int) -> Agreement | None:
    """How far the answers agree so far; raises NotAllowed or NeedsConsent without the right to correct."""
    await rights.require(session, person, rights.Action.CORRECT_TAG, group_id)
    return await reviews.agreement(session, group_id)


def agreement_words(found: Agreement, say: Texts) -> str:
    """Alpha between two reviewers and between tagger and reviewer, each with its n; nobody is named.

    A second line where the tagger has learnt from their answers: how often it was right before and after.
    """
    line = say(
        "reports.agreement.line",
        reviewers=_words("reviewers", found.reviewers, say), tagger=_words("tagger", found.tagger, say),
    )  # fmt: skip
    if found.learnt is None:
        return line
    before, after = (round(100 * share) for share in (found.learnt.before, found.learnt.after))
    return f"{line}\n{say('reports.agreement.learnt', n=found.learnt.n, before=before, after=after)}"


def _words(who: str, found: Agreed, say: Texts) -> str:
    name = say.plain(f"reports.agreement.{who}")
    if found.n < reviews.ENOUGH:
        return say.plain("reports.agreement.few", who=name, n=found.n, needed=reviews.ENOUGH)
    if found.alpha is None:
        return say.plain("reports.agreement.alike", who=name, n=found.n)
    figure = f"{found.alpha:.2f}".replace(".", say.plain("learning.decimal"))
    return say.plain("reports.agreement.alpha", who=name, n=found.n, alpha=figure)
