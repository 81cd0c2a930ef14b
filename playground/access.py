"""From chat_id to a chat the bot may write to: Telegram's checks in Telegram's order."""

from playground.arguments import integer
from playground.call import Call
from playground.limits import INACCESSIBLE_SECONDS
from playground.refusal import bad, forbidden, migrated
from playground.standing import NEEDED, allowed, lift
from playground.state import Chat, Member, Message, User

_PLACES = {"group": "group chat", "supergroup": "supergroup chat", "channel": "channel chat"}


def chat_for(call: Call, name: str = "chat_id", *, read: bool = False) -> Chat:
    """The chat that an argument names, with the bot in a position to use it. ``read``: looking is enough."""
    text = call.args.text(name)
    if not text:
        raise bad(f"{name} is empty")
    if text.startswith("@"):
        found = call.world.by_username(text)
        # People are not found by username, only bots, supergroups and channels.
        if found is None or (isinstance(found, User) and not found.is_bot):
            raise bad("chat not found")
        text = str(found.id)
    chat_id = integer(text)
    if chat_id > 0:
        return _private(call, chat_id, read=read)
    chat = call.world.chats.get(chat_id)
    if chat is None:
        raise bad("chat not found")
    _check_group(call, chat, read=read)
    return chat


def _private(call: Call, user_id: int, *, read: bool) -> Chat:
    user: User | None = call.world.users.get(user_id)
    chat = call.world.privates.get((call.bot.id, user_id))
    if user is None or (user_id not in call.bot.known_users and chat is None and not user.is_bot):
        raise bad("chat not found")
    if user.is_bot and not read:
        raise forbidden("the bot can't send messages to the bot")
    if not read:
        if user.deactivated:
            raise forbidden("user is deactivated")
        if chat is None or not (chat.started or chat.blocked):
            raise forbidden("bot can't initiate conversation with a user")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
    return call.world.private(call.bot.id, user_id)


def _check_group(call: Call, chat: Chat, *, read: bool) -> None:
    if chat.migrated_to is not None:
        raise migrated(chat.migrated_to)
    member = chat.members.get(call.bot.id)
    if member is not None:
        lift(member, call.world.stamp())
    if member is None and not chat.username:
        raise bad("chat not found")
    if chat.deleted:
        raise forbidden("the group chat was deleted")
    if member is not None and member.status == "kicked":
        raise forbidden(f"bot was kicked from the {_PLACES[chat.kind]}")
    if member is None or not member.present:
        if read and chat.username:
            return
        raise forbidden(f"bot is not a member of the {_PLACES[chat.kind]}")


def check_write(call: Call, chat: Chat, kind: str) -> None:
    """Whether the bot may send this kind of message there."""
    if chat.kind == "private":
        return
    me = own(call, chat)
    if chat.kind == "channel":
        if not me.may("can_post_messages"):
            raise bad("need administrator rights in the channel chat")
        return
    permission, words = NEEDED.get(kind, NEEDED["text"])
    if not allowed(chat, me, permission):
        raise bad(f"not enough rights to send {words} to the chat")


def own(call: Call, chat: Chat) -> Member:
    """The bot's own membership of a chat it has been let into."""
    member = chat.member(call.bot.id)
    if member is None:
        raise forbidden(f"bot is not a member of the {_PLACES[chat.kind]}")
    return member


def message_id_of(call: Call, name: str = "message_id") -> int:
    """A message id. Raises 400 when there is none."""
    number = call.args.number(name)
    if number <= 0:
        raise bad("message identifier is not specified")
    return number


def user_of(call: Call, name: str = "user_id") -> int:
    """A user id. Raises 400 when it is none."""
    number = call.args.number(name)
    if number <= 0:
        raise bad(f"invalid {name} specified")
    return number


def check_thread(call: Call, chat: Chat) -> int | None:
    """The topic a message is meant for, None for the general one."""
    thread = call.args.number("message_thread_id")
    if thread == 0:
        if chat.forum and chat.general_closed and not own(call, chat).is_admin:
            raise bad("TOPIC_CLOSED")
        return None
    topic = chat.topics.get(thread)
    if topic is None or topic.deleted or not chat.forum:
        raise bad("message thread not found")
    if topic.closed and not own(call, chat).may("can_manage_topics"):
        raise bad("TOPIC_CLOSED")
    return thread


def is_too_old(message: Message, now: int) -> bool:
    """Whether Telegram no longer shows the message to the bot that gets a button press for it."""
    return now - message.date > INACCESSIBLE_SECONDS
