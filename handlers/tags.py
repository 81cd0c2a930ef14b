"""`/tinjau`: tags looked at one message at a time, in the facilitator's private chat; one tap corrects."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery
from aiogram.types import Message as Said

from community.notes import clipped
from community.refusals import Refusal
from community.reviews import Agreement
from community.tagging import LABELS
from content.texts import Texts, UnknownPhrase
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.reports import choice, numbered, privately
from handlers.visiting import Answer, Visit
from reports import review
from reports.review import Card
from storage.letters import Button, Draft, button, button_answer, change, link, message
from storage.models import Message

WORDS = 1_500  # characters of the message that are shown


def router() -> Router:
    made = Router(name="tags")
    asked = Command("tinjau", "review", ignore_case=True)
    made.message.register(review_asked, asked, InPrivate())
    made.message.register(review_in_group, asked, InGroup())
    made.callback_query.register(review_tags, Pressed("tags"))
    made.callback_query.register(correct_tag, Pressed("tag"))
    made.callback_query.register(finish_review, Pressed("tagsdone"))
    return made


async def review_asked(said: Said, visit: Visit) -> Answer:
    groups = await review.groups_for(visit.session, visit.person)
    if len(groups) > 1:
        return choice(groups, visit, "reports.tags.group", "tags")
    return await _shown(groups[0].id, visit)


async def review_in_group(said: Said, visit: Visit) -> Answer:
    if visit.group is None:
        return None
    return privately([await _shown(visit.group.id, visit)], said.message_id, visit)


async def review_tags(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    group_id, _ = numbered(args)
    return await _shown(group_id, visit)


async def _shown(group_id: int, visit: Visit) -> Draft:
    card = await review.next_card(visit.session, visit.person, group_id, visit.now)
    words, buttons = _card(card, visit.say)
    return message(visit.user_id, words, buttons=buttons)


async def correct_tag(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    message_id, label = numbered(args)
    if label not in LABELS:
        raise Refusal
    card = await review.correct(visit.session, visit.person, message_id, label, visit.now)
    return [button_answer(query.id, _kept(label, card, visit.say)), _turned(query, visit, *_card(card, visit.say))]


async def finish_review(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    found = await review.end(visit.session, visit.person, numbered(args)[0]) if args else None
    return _turned(query, visit, _ended("reports.tags.done", found, visit.say), [])


def _kept(label: str, card: Card, say: Texts) -> str:
    """What was noted; of a message that was answered blind, what the tagger had thought."""
    name = say.plain(f"reports.label.{label}")
    if card.guess is None:
        return say.plain("reports.tags.kept", label=name)
    return say.plain("reports.tags.kept_blind", label=name, guess=say.plain(f"reports.label.{card.guess}"))


def _ended(key: str, found: Agreement | None, say: Texts) -> str:
    return "\n\n".join([say(key), *([review.agreement_words(found, say)] if found else [])])


def _turned(query: CallbackQuery, visit: Visit, words: str, buttons: list[list[Button]]) -> Draft:
    """The same message shows the next card."""
    if query.message is None:
        return message(visit.user_id, words, buttons=buttons)
    return change(visit.user_id, words, buttons=buttons, message_id=query.message.message_id)


def _card(card: Card, say: Texts) -> tuple[str, list[list[Button]]]:
    row = card.message
    if row is None:
        return _ended("reports.tags.none", card.agreement, say), []
    keys = [[button(say.plain(f"reports.label.{other}"), f"tag:{row.id}:{other}")] for other in LABELS]
    there = [link(say.plain("reports.tags.there"), card.url)] if card.url else []
    keys += [[*there, button(say.plain("reports.tags.finish"), f"tagsdone:{card.group_id}")]]
    if card.blind:
        return say("reports.tags.blind", left=card.left, words=_words(row, say)), keys
    label = say.plain(f"reports.label.{row.label}")
    words = say("reports.tags.card", left=card.left, words=_words(row, say), label=label, reason=_reason(row, say))
    # "Benar" stands first: most tags are right, and the thumb finds it without reading on.
    return words, [[button(say.plain("reports.tags.right"), f"tag:{row.id}:{row.label}")], *keys]


def _words(row: Message, say: Texts) -> str:
    parts = [
        clipped(row.text or "", WORDS),
        say.plain("reports.tags.file", name=row.file_name) if row.file_name else "",
    ]
    return "\n".join(part for part in parts if part)


def _reason(row: Message, say: Texts) -> str:
    """Why the tag was set, in words; older rules may have left with their phrase."""
    try:
        return say.plain(row.reason, evidence=row.evidence or "")
    except UnknownPhrase:
        return say.plain("reports.tags.reason_unknown")
