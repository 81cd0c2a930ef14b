"""Polls by bots: sendPoll and stopPoll."""

from typing import Any

from playground.access import chat_for, message_id_of
from playground.call import Call, method
from playground.entities import formatted, formatted_text
from playground.keyboards import read
from playground.limits import (
    POLL_EXPLANATION,
    POLL_EXPLANATION_LINES,
    POLL_OPEN_SECONDS,
    POLL_OPTION,
    POLL_OPTIONS_MAX,
    POLL_QUESTION,
)
from playground.outgoing import draft, send
from playground.posting import changed
from playground.refusal import Refusal, bad
from playground.shapes import poll_json
from playground.state import Json, Poll
from playground.voting import close_if_due


@method("sendPoll")
def send_poll(call: Call) -> Json:
    """A poll or quiz with 1 to 12 options; anonymous unless is_anonymous is false."""
    args, world = call.args, call.world
    question, entities = formatted(world, args, "question", "question_parse_mode", "question_entities")
    given = args.json("options", "can't parse options JSON object")
    if not isinstance(given, list):
        raise bad("expected an Array of String as options")
    options = [_option(call, number, one) for number, one in enumerate(given)]
    kind = args.text("type").lower() or "regular"
    if kind not in ("regular", "quiz"):
        raise bad("unsupported poll type specified")
    ready = draft(call, "poll")
    _check_lengths(question, options)
    poll = Poll(
        str(world.random.getrandbits(62)), call.bot.id, ready.chat.id, 0, question, entities, options,
        args.flag("is_anonymous", True), kind, args.flag("allows_multiple_answers"), _extra(call, kind),
        closed=args.flag("is_closed"),
    )  # fmt: skip
    if kind == "quiz":
        poll.correct = _correct(call, len(options))
    if ready.chat.kind == "channel" and not poll.anonymous:
        raise bad("non-anonymous polls can't be sent to channel chats")
    _set_closing(call, poll)
    world.polls[poll.id] = poll
    try:
        return send(call, ready, {"poll": {"id": poll.id}})
    except Refusal:
        del world.polls[poll.id]  # a poll that was never sent must not close one day either
        raise


def _option(call: Call, number: int, given: Any) -> Json:
    if isinstance(given, dict):
        mode, marked = str(given.get("text_parse_mode") or ""), given.get("text_entities")
        text, entities = formatted_text(call.world, str(given.get("text", "")), mode, marked)
    elif isinstance(given, str):
        text, entities = formatted_text(call.world, given, "", None)
    else:
        raise bad("expected an option to be a String or an InputPollOption")
    shown: Json = {"persistent_id": str(number), "text": text}
    return shown | ({"text_entities": entities} if entities else {})


def _check_lengths(question: str, options: list[Json]) -> None:
    if not question:
        raise bad("poll question must be non-empty")
    if len(question) > POLL_QUESTION:
        raise bad(f"poll question length must not exceed {POLL_QUESTION}")
    if not options:
        raise bad("poll must have at least one answer option")
    if len(options) > POLL_OPTIONS_MAX:
        raise bad(f"poll can't have more than {POLL_OPTIONS_MAX} options")
    for option in options:
        if not option["text"]:
            raise bad("poll options must be non-empty")
        if len(option["text"]) > POLL_OPTION:
            raise bad(f"poll options length must not exceed {POLL_OPTION}")


def _extra(call: Call, kind: str) -> Json:
    extra: Json = {"allows_revoting": call.args.flag("allows_revoting", kind == "regular")}
    if kind == "quiz" and call.args.has("explanation"):
        text, entities = formatted(
            call.world, call.args, "explanation", "explanation_parse_mode", "explanation_entities"
        )
        if len(text) > POLL_EXPLANATION or text.count("\n") > POLL_EXPLANATION_LINES:
            raise bad(
                "explanation is too long" if len(text) > POLL_EXPLANATION else "explanation has too many line feeds"
            )
        extra |= {"explanation": text} | ({"explanation_entities": entities} if entities else {})
    if call.args.has("description"):
        text, entities = formatted(
            call.world, call.args, "description", "description_parse_mode", "description_entities"
        )
        extra |= {"description": text} | ({"description_entities": entities} if entities else {})
    return extra


def _correct(call: Call, count: int) -> list[int]:
    """The right answers of a quiz. Raises 400 when there are none or they do not exist."""
    given = call.args.json("correct_option_ids", "can't parse correct option identifiers JSON object")
    if given is None:
        given = [call.args.number("correct_option_id", -1)]
    if (
        not isinstance(given, list)
        or not given
        or any(not isinstance(one, int) or not 0 <= one < count for one in given)
    ):
        raise bad("wrong correct option ID specified")
    return sorted(set(given))


def _set_closing(call: Call, poll: Poll) -> None:
    period, date = call.args.number("open_period"), call.args.number("close_date")
    least, most = POLL_OPEN_SECONDS
    now = call.world.stamp()
    if period:
        if not least <= period <= most:
            raise bad("OPEN_PERIOD_INVALID")
        poll.extra["open_period"], poll.close_at = period, now + period
    elif date:
        if not least <= date - now <= most:
            raise bad("CLOSE_DATE_INVALID")
        poll.close_at = date
    if poll.close_at is not None:
        poll.extra["close_date"] = poll.close_at


@method("stopPoll")
def stop_poll(call: Call) -> Json:
    """Close a poll that the bot sent; answers with the final Poll."""
    markup = read(call.args, inline_only=True)
    message_id = message_id_of(call)
    chat = chat_for(call)
    message = chat.messages.get(message_id)
    if message is None:
        raise bad("message with poll to stop not found")
    if "poll" not in message.content:
        raise bad("message is not a poll")
    if message.sender != call.bot.id and message.sender_chat != chat.id:
        raise bad("poll can't be stopped")
    poll = call.world.polls[message.content["poll"]["id"]]
    close_if_due(call.world, poll)
    if poll.closed:
        raise bad("poll has already been closed")
    poll.closed, message.markup = True, markup.inline
    changed(call.world, chat, message, by_bot=True)
    return poll_json(poll)
