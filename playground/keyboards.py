"""reply_markup: what TBA refuses while reading it, and what Telegram refuses when the message is sent."""

from dataclasses import dataclass

from playground.arguments import Arguments
from playground.limits import BUTTONS, BUTTONS_PER_ROW, CALLBACK_DATA_BYTES, COPY_TEXT, PLACEHOLDER
from playground.links import wrong_url
from playground.refusal import bad
from playground.state import Json

# The first of these that a button carries is what it does; the others are ignored.
_ACTIONS = (
    "url", "callback_data", "callback_game", "pay", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "login_url", "web_app", "copy_text",
)  # fmt: skip
_ASKING = ("request_contact", "request_location", "request_poll", "request_users", "request_chat", "web_app")
_INLINE = "can't parse inline keyboard button: "


@dataclass
class Markup:
    """A read reply_markup: an inline keyboard, or one of the three that belong to the writer's keyboard."""

    inline: Json | None = None
    keyboard: Json | None = None


def read(arguments: Arguments, name: str = "reply_markup", *, inline_only: bool = False) -> Markup:
    """The markup of a call. Raises 400 in the words of TBA get_reply_markup."""
    value = arguments.json(name, "can't parse reply keyboard markup JSON object")
    if value is None:
        return Markup()
    if not isinstance(value, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in value:
        rows = _rows(value["inline_keyboard"], "inline_keyboard", "InlineKeyboardMarkup")
        inline = [shown for row in rows if (shown := [_inline_button(button) for button in row])]
        return Markup(inline={"inline_keyboard": inline} if inline else None)
    if inline_only:
        return Markup()
    if "keyboard" in value:
        rows = _rows(value["keyboard"], "keyboard", "ReplyKeyboardMarkup")
        options = {key: item for key, item in value.items() if key != "keyboard"}
        return Markup(keyboard={"keyboard": [[_button(button) for button in row] for row in rows]} | options)
    if value.get("remove_keyboard") is True or value.get("force_reply") is True:
        return Markup(keyboard=value)
    return Markup()


def check_sent(markup: Markup, *, private: bool, ephemeral: bool = False) -> None:
    """What Telegram itself refuses, after the chat has been found."""
    # Only the limit is documented, not the words of the refusal.
    if len(str((markup.keyboard or {}).get("input_field_placeholder") or "")) > PLACEHOLDER:
        raise bad("REPLY_MARKUP_INVALID")
    rows = (markup.inline or {}).get("inline_keyboard", [])
    if sum(len(row) for row in rows) > BUTTONS or any(len(row) > BUTTONS_PER_ROW for row in rows):
        raise bad("reply markup is too long")
    for button in (button for row in rows for button in row):
        data = button.get("callback_data")
        if data is not None and not 1 <= len(data.encode()) <= CALLBACK_DATA_BYTES:
            raise bad("BUTTON_DATA_INVALID")
        if "web_app" in button and not private:
            raise bad("BUTTON_TYPE_INVALID")
        if "login_url" in button and ephemeral:
            raise bad("BUTTON_TYPE_INVALID")
        if "copy_text" in button and not 1 <= len(str(button["copy_text"].get("text", ""))) <= COPY_TEXT:
            raise bad("BUTTON_COPY_TEXT_INVALID")


def _rows(value: object, field: str, owner: str) -> list[list[object]]:
    if not isinstance(value, list) or any(not isinstance(row, list) for row in value):
        raise bad(f'field "{field}" of the {owner} must be an Array of Arrays')
    return value


def _inline_button(button: object) -> Json:
    if not isinstance(button, dict):
        raise bad(
            _INLINE
            + ("Text buttons are unallowed in the inline keyboard" if isinstance(button, str) else "expected an Object")
        )
    text = button.get("text")
    if not isinstance(text, str):
        raise bad(_INLINE + 'Can\'t find field "text"')
    if not text.strip():
        raise bad("inline keyboard button text must be non-empty")
    shown: Json = {"text": text}
    action = next((name for name in _ACTIONS if name in button and button[name] not in (None, False)), None)
    if action is None:
        raise bad(_INLINE + "Text buttons are unallowed in the inline keyboard")
    value = button[action]
    if action in ("url", "callback_data") and not isinstance(value, str):
        raise bad(_INLINE + f'Field "{action}" must be of type String')
    if action in ("copy_text", "web_app", "login_url") and not isinstance(value, dict):
        raise bad(_INLINE + f'Field "{action}" must be of type Object')
    address = value if action == "url" else value.get("url", "") if action in ("web_app", "login_url") else None
    if address is not None and (reason := wrong_url(address)) is not None:
        raise bad(f"inline keyboard button URL '{address}' is invalid: {reason}")
    style = {name: button[name] for name in ("style", "icon_custom_emoji_id") if button.get(name)}
    return shown | {action: value} | style


def _button(button: object) -> Json:
    if isinstance(button, str):
        return {"text": button}
    if not isinstance(button, dict):
        raise bad("can't parse keyboard button: expected an Object")
    if not isinstance(button.get("text"), str):
        raise bad("can't parse keyboard button: Can't find field \"text\"")
    asked = next((name for name in _ASKING if button.get(name)), None)
    return {"text": button["text"]} | ({asked: button[asked]} if asked else {})
