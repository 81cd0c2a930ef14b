"""What is said of a survey in its group and to those who are asked: what it is for, and who will read what."""

from typing import Any

from community import moments
from content.instruments import Instrument, Item, from_json
from content.texts import Texts
from learning.surveys.scores import ENOUGH
from storage.letters import Button, Draft, Lane, Policy, button, message
from storage.models import Group, Survey

Rows = list[list[Button]]
SECONDS_AN_ITEM = 15
LONGEST_QUESTION = 300  # characters of a poll's question: https://core.telegram.org/bots/api#sendpoll


def minutes(instrument: Instrument) -> int:
    """About how long answering takes."""
    return max(1, round(len(instrument.items) * SECONDS_AN_ITEM / 60))


def key_of(survey: Survey) -> str:
    """The letter that stands in the group."""
    return f"survey:{survey.id}"


def readers(instrument: Instrument, way: str, say: Texts) -> str:
    """Who will read what, as plain text."""
    if instrument.anonymous:
        reads = "coaching" if instrument.by_coach else "anonymous"
        return say.plain(f"surveys.readers.{reads}", n=ENOUGH)
    if way == "poll":
        return say.plain("surveys.readers.poll")
    named = say.plain("surveys.readers.named")
    return f"{say.plain('surveys.readers.unseen')} {named}" if way == "buttons" else named


def about(instrument: Instrument, group: Group, way: str, say: Texts) -> str:
    """Title, purpose and readers, as HTML."""
    return say(
        "surveys.about", title=instrument.title.of(say.language), purpose=instrument.purpose.of(say.language),
        group=group.title, readers=readers(instrument, way, say),
    )  # fmt: skip


def invitation(survey: Survey, instrument: Instrument, group: Group, say: Texts, *, reminder: bool) -> tuple[str, Rows]:
    """To one person, in private: asked for the first time, or reminded."""
    items, title = len(instrument.items), instrument.title.of(say.language)
    if survey.way != "private":
        return say("surveys.remind_in_group", title=title, group=group.title), []
    answer = say.plain("surveys.button.answer")
    if reminder:
        return say("surveys.remind", title=title, group=group.title), [[button(answer, f"svgo:{survey.id}")]]
    start = [[button(answer, f"svq:{survey.id}:0")]]  # what it is for and who reads it stands here already
    return f"{about(instrument, group, survey.way, say)}\n\n{length(items, instrument, say)}", start


def length(items: int, instrument: Instrument, say: Texts) -> str:
    """How many questions, and how long they take."""
    return say("surveys.length", n=items, minutes=minutes(instrument))


def in_group(survey: Survey, instrument: Instrument, group: Group, chat_id: int) -> Draft:
    """What the group sees: the poll, the question with its buttons, or that a survey waits in private."""
    say, item = Texts(group.language), instrument.items[0]
    rest: dict[str, Any] = {
        "key": key_of(survey),
        "lane": Lane.REMINDER,
        "group_id": group.id,
        "not_after": survey.closes_at,
    }
    if survey.way == "poll":
        return _poll(survey, instrument, chat_id, group.zone, say, rest)
    words = about(instrument, group, survey.way, say)
    if survey.way == "buttons":
        rows = [[button(label, f"svb:{survey.id}:{at}")] for at, label in enumerate(labels(instrument, item, say), 1)]
        return message(
            chat_id, f"{words}\n\n{say('surveys.question', words=item.words.of(say.language))}", buttons=rows,
            silent=True, **rest,
        )  # fmt: skip
    rows = [[button(say.plain("surveys.button.answer"), f"svgo:{survey.id}")]]
    return message(
        chat_id, f"{words}\n\n{length(len(instrument.items), instrument, say)}", buttons=rows, silent=True, **rest
    )


def _poll(survey: Survey, instrument: Instrument, chat_id: int, zone: str, say: Texts, rest: dict[str, Any]) -> Draft:
    """Telegram's own, and by name: only then are we told who voted what."""
    item = instrument.items[0]
    params = {
        "chat_id": chat_id, "question": _asked_in_poll(survey, instrument, zone, say), "type": "regular",
        "is_anonymous": False, "allows_multiple_answers": item.several, "disable_notification": True,
        "options": [{"text": label} for label in labels(instrument, item, say)],
    }  # fmt: skip
    then = {"survey": survey.id, "chat_id": chat_id}
    return Draft("sendPoll", params, chat_id, then="surveys.poll_sent", then_data=then, **rest)


def _asked_in_poll(survey: Survey, instrument: Instrument, zone: str, say: Texts) -> str:
    """The question and, where Telegram has room for it, whose votes count, until when, and who reads the result."""
    question = instrument.items[0].words.of(say.language)
    asked, closes = say.plain(f"surveys.asked.{instrument.answers[0]}"), moments.said(survey.closes_at, zone, say)
    whole = f"{question}\n\n{say.plain('surveys.in_poll', asked=asked, closes=closes)}"
    return whole if len(whole) <= LONGEST_QUESTION else question


def labels(instrument: Instrument, item: Item, say: Texts) -> list[str]:
    """What can be tapped for an item, in its order: levels or options."""
    chosen = instrument.scale if item.kind == "likert" else [one.title for one in item.options]
    return [one.of(say.language) for one in chosen]


def agreeing(instrument: Instrument, item: Item, say: Texts) -> str:
    """What counts as agreeing, as it stands on the buttons: “Meningkat” atau “Jauh meningkat”."""
    told = labels(instrument, item, say)
    names = [one.id for one in item.options]
    chosen = [told[names.index(one)] for one in item.agrees] if item.agrees else told[(item.agrees_from or 1) - 1 :]
    return say.plain("surveys.result.or").join(f"“{one}”" for one in chosen)


def closing(survey: Survey, group: Group, chat_id: int) -> Draft:
    """The poll is stopped, or the buttons go; nobody is named and nothing is shown."""
    key = key_of(survey)
    method = "stopPoll" if survey.way == "poll" else "editMessageReplyMarkup"
    return Draft(
        method, {"chat_id": chat_id}, chat_id, key=f"{key}:closed", edits=key, lane=Lane.BROADCAST,
        policy=Policy.REPEAT, group_id=group.id,
    )  # fmt: skip


def closed_notice(
    survey: Survey, instrument: Instrument, group: Group, say: Texts, done: int, asked: int
) -> tuple[str, Rows]:
    """To whoever opened it."""
    title = instrument.title.of(say.language)
    rows = [[button(say.plain("surveys.button.results"), f"svres:{survey.id}")]]
    return say("surveys.closed_notice", title=title, group=group.title, done=done, asked=asked), rows


def titled(survey: Survey, say: Texts) -> str:
    """Its title and phase, as plain text."""
    title = from_json(survey.content).title.of(say.language)
    return title if survey.phase == "once" else f"{title} ({say.plain(f'surveys.phase.{survey.phase}')})"
