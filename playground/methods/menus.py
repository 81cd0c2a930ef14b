"""Command menus by scope and language, the bot's name and descriptions, the menu button, default admin rights."""

import re
from collections.abc import Callable

from playground.access import user_of
from playground.arguments import integer
from playground.call import Call, method
from playground.limits import (
    BOT_DESCRIPTION,
    BOT_NAME,
    BOT_SHORT_DESCRIPTION,
    COMMAND,
    COMMAND_DESCRIPTION,
    COMMANDS,
)
from playground.refusal import bad
from playground.state import Json

_COMMAND = re.compile(r"[a-z0-9_]+")
_LANGUAGE = re.compile(r"[a-z]{2}")
_WIDE = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_NARROW = ("chat", "chat_administrators", "chat_member")
_ADMIN_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip


@method("setMyCommands")
def set_my_commands(call: Call) -> bool:
    """At most 100 commands for one scope and language."""
    given = call.args.json("commands", "can't parse commands JSON object")
    if not isinstance(given, list):
        raise bad("expected an Array of BotCommand")
    if len(given) > COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    call.bot.commands[_scope(call), _language(call)] = [_command(one) for one in given]
    return True


@method("getMyCommands")
def get_my_commands(call: Call) -> list[Json]:
    """Exactly what was set for this scope and language; nothing is inherited."""
    return call.bot.commands.get((_scope(call), _language(call)), [])


@method("deleteMyCommands")
def delete_my_commands(call: Call) -> bool:
    """Take the commands of this scope and language away, so that a wider one shows."""
    call.bot.commands.pop((_scope(call), _language(call)), None)
    return True


def _command(given: object) -> Json:
    if not isinstance(given, dict):
        raise bad("can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if not isinstance(given.get(name), str):
            raise bad(f"can't parse BotCommand: Can't find field \"{name}\"")
    command, description = given["command"].strip().removeprefix("/"), given["description"].strip()
    if not command:
        raise bad("command must be non-empty")
    if len(command) > COMMAND:
        raise bad(f"command length must not exceed {COMMAND}")
    if not _COMMAND.fullmatch(command):
        raise bad("BOT_COMMAND_INVALID")
    if not description:
        raise bad("command description must be non-empty")
    if len(description) > COMMAND_DESCRIPTION:
        raise bad(f"command description length must not exceed {COMMAND_DESCRIPTION}")
    shown: Json = {"command": command, "description": description}
    return shown | ({"is_ephemeral": True} if given.get("is_ephemeral") is True else {})


def _scope(call: Call) -> str:
    """The scope as a key; a scope about one chat needs a chat the bot can use."""
    given = call.args.json("scope", "can't parse BotCommandScope JSON object")
    if given is None:
        return "default"
    if not isinstance(given, dict) or not isinstance(given.get("type"), str):
        raise bad("can't parse BotCommandScope")
    kind = given["type"]
    if kind in _WIDE:
        return str(kind)
    if kind not in _NARROW:
        raise bad("can't parse BotCommandScope: unsupported type specified")
    chat_id = integer(str(given.get("chat_id", "")))
    if call.world.chat(chat_id, call.bot.id) is None:
        raise bad("chat not found")
    if kind == "chat_member":
        return f"chat_member {chat_id} {integer(str(given.get('user_id', '')))}"
    return f"{kind} {chat_id}"


def _language(call: Call) -> str:
    language = call.args.text("language_code")
    if language and not _LANGUAGE.fullmatch(language):
        raise bad("invalid language code specified")
    return language


def _texts(what: str, field: str, most: int) -> tuple[Callable[[Call], bool], Callable[[Call], Json]]:
    """The pair of methods that set and get one of the bot's own texts per language."""

    def set_text(call: Call) -> bool:
        text = call.args.text(field)
        if len(text) > most:
            raise bad(f"{what} is too long")
        language = _language(call)
        call.bot.names[field, language] = text
        if field == "name" and text and not language:
            call.bot.user.first_name = text
        return True

    def get_text(call: Call) -> Json:
        own = call.bot.names.get((field, _language(call)), "") or call.bot.names.get((field, ""), "")
        return {field: own or (call.bot.user.first_name if field == "name" else "")}

    return set_text, get_text


for _name, _field, _most in (
    ("Name", "name", BOT_NAME),
    ("Description", "description", BOT_DESCRIPTION),
    ("ShortDescription", "short_description", BOT_SHORT_DESCRIPTION),
):
    _set, _get = _texts(_field.replace("_", " "), _field, _most)
    method(f"setMy{_name}")(_set)
    method(f"getMy{_name}")(_get)


@method("setChatMenuButton")
def set_chat_menu_button(call: Call) -> bool:
    """The button beside the input field, for one private chat or for all."""
    given = call.args.json("menu_button", "can't parse MenuButton JSON object")
    chat_id = user_of(call, "chat_id") if call.args.has("chat_id") else 0
    button: Json = given if isinstance(given, dict) else {"type": "default"}
    if button.get("type") not in ("default", "commands", "web_app"):
        raise bad("can't parse MenuButton: MenuButton has unsupported type")
    if button["type"] == "web_app":
        address = button.get("web_app", {}).get("url", "") if isinstance(button.get("web_app"), dict) else ""
        if not button.get("text") or not str(address).startswith("https://"):
            raise bad("menu button Web App URL is invalid: Only HTTPS links are allowed")
    call.bot.menu_buttons[chat_id] = button
    return True


@method("getChatMenuButton")
def get_chat_menu_button(call: Call) -> Json:
    """The button of one private chat, else the one for all."""
    chat_id = user_of(call, "chat_id") if call.args.has("chat_id") else 0
    default: Json = call.bot.menu_buttons.get(0, {"type": "commands"})
    return call.bot.menu_buttons.get(chat_id, default)


@method("setMyDefaultAdministratorRights")
def set_my_default_administrator_rights(call: Call) -> bool:
    """The rights that a link to add the bot asks for."""
    given = call.args.json("rights", "can't parse ChatAdministratorRights JSON object")
    channels = call.args.flag("for_channels")
    call.bot.admin_rights[channels] = given if isinstance(given, dict) else {}
    return True


@method("getMyDefaultAdministratorRights")
def get_my_default_administrator_rights(call: Call) -> Json:
    """What was set."""
    given = call.bot.admin_rights.get(call.args.flag("for_channels"), {})
    shown = {"is_anonymous": given.get("is_anonymous") is True, "can_send_welcome_messages": False}
    return shown | {name: given.get(name) is True for name in _ADMIN_RIGHTS}
