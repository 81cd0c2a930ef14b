"""Letters as values: what a message, a keyboard or an edit looks like in Telegram's JSON."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

Button = dict[str, Any]
Keyboard = Sequence[Sequence[Button]]

MOST_FETCHED = 2_000_000  # bytes of a file that somebody sends; Telegram gives bots up to 20 MiB


class Lane(IntEnum):
    """Who goes first at the throttle; a lower number is served before a higher one."""

    BUTTON = 0
    REPLY = 1
    REMINDER = 2
    BROADCAST = 3


class Policy(StrEnum):
    """What to do when nobody can say whether a letter arrived."""

    REPEAT = "repeat"  # doing it twice changes nothing: edits, deletes, button answers, questions to Telegram
    AGAIN = "again"  # one more try after a pause; a double is a smaller harm than a silence
    ONCE = "once"  # never again: announcements


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter before it is in the outbox.

    `key` names the debt; left empty, the visit gives it one. `edits` is the key of the letter whose message
    is to be changed. `then` brings Telegram's answer back under that name, together with `then_data`.
    `forgets` is for an addressee who has not agreed: chat and words go with the outcome.
    """

    method: str
    params: dict[str, Any]
    chat_id: int | None = None
    key: str = ""
    lane: Lane = Lane.REPLY
    policy: Policy = Policy.AGAIN
    due_at: datetime | None = None
    not_after: datetime | None = None
    edits: str | None = None
    then: str | None = None
    then_data: dict[str, Any] = field(default_factory=dict)
    person_id: int | None = None
    group_id: int | None = None
    forgets: bool = False


def button(label: str, data: str) -> Button:
    """A button that calls back; ``data`` is at most 64 bytes of UTF-8 (Telegram), else ValueError."""
    if not 1 <= len(data.encode()) <= 64:
        raise ValueError(f"callback data of 1 to 64 bytes, not {data!r}")
    return {"text": label, "callback_data": data}


def link(label: str, url: str) -> Button:
    """A button that opens an address (deep links into the private chat among them)."""
    return {"text": label, "url": url}


def mini_app(label: str, url: str) -> Button:
    """A button that opens an https address within Telegram, which tells it who tapped; in private chats alone."""
    return {"text": label, "web_app": {"url": url}}


def _markup(buttons: Keyboard | None) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": [list(row) for row in buttons]}} if buttons is not None else {}


def message(
    chat_id: int,
    html: str,
    *,
    buttons: Keyboard | None = None,
    reply_to: int | None = None,
    thread: int | None = None,
    silent: bool = False,
    force_reply: str | None = None,
    **rest: Any,
) -> Draft:
    """A text message in Telegram HTML (at most 4,096 characters after parsing)."""
    params: dict[str, Any] = {"chat_id": chat_id, "text": html, "parse_mode": "HTML"} | _markup(buttons)
    params["link_preview_options"] = {"is_disabled": True}
    if reply_to is not None:
        params["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
    if thread is not None:
        params["message_thread_id"] = thread
    if silent:
        params["disable_notification"] = True
    if force_reply is not None:
        params["reply_markup"] = {
            "force_reply": True,
            "selective": True,
            "input_field_placeholder": force_reply[:64],
        }
    return Draft("sendMessage", params, chat_id, **rest)


def change(
    chat_id: int,
    html: str,
    *,
    buttons: Keyboard | None = None,
    message_id: int | None = None,
    **rest: Any,
) -> Draft:
    """New words for a message that stands: by its id, or by `edits`, the key of the letter that sent it.

    Without ``buttons`` Telegram takes the keyboard away.
    """
    params: dict[str, Any] = {"chat_id": chat_id, "text": html, "parse_mode": "HTML"} | _markup(buttons)
    params["link_preview_options"] = {"is_disabled": True}
    if message_id is not None:
        params["message_id"] = message_id
    return Draft("editMessageText", params, chat_id, **({"policy": Policy.REPEAT} | rest))


def button_answer(callback_id: str, words: str = "", *, alert: bool = False, **rest: Any) -> Draft:
    """Stops the spinner of a tapped button, with up to 200 characters of plain text."""
    params: dict[str, Any] = {"callback_query_id": callback_id}
    if words:
        params |= {"text": words[:200], "show_alert": alert}
    return Draft("answerCallbackQuery", params, **({"lane": Lane.BUTTON, "policy": Policy.REPEAT} | rest))


def picture(chat_id: int, digest: str, caption: str, *, buttons: Keyboard | None = None, **rest: Any) -> Draft:
    """A picture from the attachments (storage.outbox.attach), with a caption of up to 1,024 characters."""
    params = {"chat_id": chat_id, "photo": {"attachment": digest}, "caption": caption, "parse_mode": "HTML"}
    return Draft("sendPhoto", params | _markup(buttons), chat_id, **rest)


def document(chat_id: int, digest: str, caption: str = "", **rest: Any) -> Draft:
    """A file from the attachments (storage.outbox.attach)."""
    params = {"chat_id": chat_id, "document": {"attachment": digest}, "caption": caption, "parse_mode": "HTML"}
    return Draft("sendDocument", params, chat_id, **rest)


def ask(method: str, then: str, *, chat_id: int, then_data: dict[str, Any] | None = None, **params: Any) -> Draft:
    """A question to Telegram (getChatMember, getChatMemberCount, …) whose answer comes back as ``then``."""
    return Draft(
        method,
        {"chat_id": chat_id} | params,
        chat_id,
        policy=Policy.REPEAT,
        then=then,
        then_data=then_data or {},
    )


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody sent it: Telegram's id for it, the name it had, and its size in bytes (0: not told)."""

    file_id: str
    name: str
    size: int


def fetch(
    file: Upload,
    then: str,
    *,
    user_id: int,
    then_data: dict[str, Any] | None = None,
    most: int = MOST_FETCHED,
    read: dict[str, Any] | None = None,
) -> Draft:
    """A file that ``user_id`` sent in private: the courier downloads it and keeps its bytes among the attachments.

    What comes back as ``then`` is ok with the result ``{"attachment": digest, "name": name, "size": bytes}``; or not
    ok, when Telegram no longer has the file or it is larger than ``most`` bytes.

    With ``read`` the bytes are kept nowhere: the file is a conversation from elsewhere, read as this says
    (reports.import_files), and the result is what was found.
    """
    data = (then_data or {}) | {"user_id": user_id, "chat_id": user_id}
    data["download"] = {"name": file.name[:128], "most": most} | ({"read": read} if read else {})
    policy = Policy.AGAIN if read else Policy.REPEAT  # what broke the reading twice would break it for ever
    return Draft("getFile", {"file_id": file.file_id}, user_id, policy=policy, then=then, then_data=data)
