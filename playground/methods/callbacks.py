"""Answering a tap on an inline button."""

from datetime import timedelta

from playground.call import Call, method
from playground.limits import CALLBACK_ANSWER, CALLBACK_ANSWER_SECONDS
from playground.links import wrong_url
from playground.refusal import bad
from playground.state import Json


@method("answerCallbackQuery")
def answer_callback_query(call: Call) -> bool:
    """Stop the button's waiting, with a note or an alert of up to 200 characters; once per tap."""
    args, world = call.args, call.world
    press = world.callbacks.get(args.text("callback_query_id"))
    late = press is None or world.now() - press.at > timedelta(seconds=CALLBACK_ANSWER_SECONDS)
    if press is None or late or press.bot_id != call.bot.id or press.answer is not None:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    text = args.text("text")
    if len(text) > CALLBACK_ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    if args.has("url") and wrong_url(args.text("url")) is not None:
        raise bad("URL_INVALID")
    answer: Json = {"callback_query_id": press.id, "text": text, "show_alert": args.flag("show_alert")}
    answer |= {"url": args.text("url"), "cache_time": args.number("cache_time", 0, 0, 30 * 86_400)}
    press.answer = answer
    data = {"chat_id": press.chat_id, "message_id": press.message_id, "user_id": press.user_id, "callback": answer}
    world.events.tell("callback_answer", lambda viewer: data if viewer in (None, press.user_id) else None)
    return True
