"""Tags looked at one message at a time, in the facilitator's private chat; one tap corrects."""

from aiogram import Router
from aiogram.types import CallbackQuery

from community.refusals import Refusal
from community.tagging import LABELS
from content.texts import Texts, UnknownPhrase
from handlers.filters import Pressed
from handlers.reports import numbered
from handlers.visiting import Answer, Visit
from reports import review
from reports.review import Card
from storage.letters import Button, Draft, button, button_answer, change, message
from storage.models import Message

WORDS = 1_500  # characters of the message that are shown


def router() -> Router:
    made = Router(name="tags")
    made.callback_query.register(review_tags, Pressed("tags"))
    made.callback_query.register(correct_tag, Pressed("tag"))
    made.callback_query.register(finish_review, Pressed("tagsdone"))
    return made


async def review_tags(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    group_id, _ = numbered(args)
    card = await review.next_card(visit.session, visit.person, group_id)
    words, buttons = _card(card, visit.say)
    return message(visit.user_id, words, buttons=buttons)


async def correct_tag(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    message_id, label = numbered(args)
    if label not in LABELS:
        raise Refusal
    card = await review.correct(visit.session, visit.person, message_id, label, visit.now)
    kept = visit.say.plain("reports.tags.kept", label=visit.say.plain(f"reports.label.{label}"))
    return [button_answer(query.id, kept), _turned(query, visit, *_card(card, visit.say))]


async def finish_review(query: CallbackQuery, visit: Visit) -> Answer:
    return _turned(query, visit, visit.say("reports.tags.done"), [])


def _turned(query: CallbackQuery, visit: Visit, words: str, buttons: list[list[Button]]) -> Draft:
    """The same message shows the next card."""
    if query.message is None:
        return message(visit.user_id, words, buttons=buttons)
    return change(visit.user_id, words, buttons=buttons, message_id=query.message.message_id)


def _card(card: Card, say: Texts) -> tuple[str, list[list[Button]]]:
    row = card.message
    if row is None:
        return say("reports.tags.none"), []
    label = say.plain(f"reports.label.{row.label}")
    words = say("reports.tags.card", left=card.left, words=_words(row, say), label=label, reason=_reason(row, say))
    # "Benar" stands first: most tags are right, and the thumb finds it without reading on.
    keys = [[button(say.plain("reports.tags.right"), f"tag:{row.id}:{row.label}")]]
    keys += [[button(say.plain(f"reports.label.{other}"), f"tag:{row.id}:{other}")] for other in LABELS]
    return words, [*keys, [button(say.plain("reports.tags.finish"), "tagsdone")]]


def _words(row: Message, say: Texts) -> str:
    parts = [(row.text or "")[:WORDS], say.plain("reports.tags.file", name=row.file_name) if row.file_name else ""]
    return "\n".join(part for part in parts if part)


def _reason(row: Message, say: Texts) -> str:
    """Why the tag was set, in words; older rules may have left with their phrase."""
    try:
        return say.plain(row.reason, evidence=row.evidence or "")
    except UnknownPhrase:
        return say.plain("reports.tags.reason_unknown")
