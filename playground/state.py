"""The nouns of the simulated Telegram: people, bots, chats, members, topics, messages, polls and button presses."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]


@dataclass
class User:
    """A person or a bot, as every chat knows them."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    deactivated: bool = False


@dataclass
class Member:
    """Somebody's standing in one chat; ``left`` and ``kicked`` are kept, as Telegram keeps them."""

    user_id: int
    status: str = "member"
    rights: dict[str, bool] = field(default_factory=dict)
    anonymous: bool = False
    custom_title: str | None = None
    until: int = 0
    joined_at: int = 0
    reads_all: bool = False  # a bot's privacy mode as it was when it joined
    is_member: bool = True  # of a restricted one

    @property
    def present(self) -> bool:
        return self.status in ("creator", "administrator", "member") or (self.status == "restricted" and self.is_member)

    @property
    def is_admin(self) -> bool:
        return self.status in ("creator", "administrator")

    def may(self, right: str) -> bool:
        """Whether an admin right is held; the creator holds all of them."""
        return self.status == "creator" or (self.status == "administrator" and self.rights.get(right, False))


@dataclass
class Topic:
    """A forum topic; its id is the id of the message that made it."""

    thread_id: int
    name: str
    icon_color: int
    icon_custom_emoji_id: str | None = None
    closed: bool = False
    deleted: bool = False


@dataclass
class Message:
    """One message; ``content`` is in the Bot API's own words, files without their per-bot ids."""

    id: int
    date: int
    sender: int | None
    content: Json
    sender_chat: int | None = None
    author: int | None = None  # the bot behind a channel post; it does not get its own posts
    author_signature: str | None = None
    reply_to: int | None = None
    reply_ephemeral: int | None = None
    external_reply: Json | None = None
    quote: Json | None = None
    thread: int | None = None
    markup: Json | None = None  # an inline keyboard
    keyboard: Json | None = None  # a reply keyboard, its removal or a forced reply
    edit_date: int | None = None
    album: str | None = None
    forward_origin: Json | None = None
    via_bot: int | None = None
    automatic: bool = False
    protected: bool = False
    silent: bool = False
    service: bool = False
    receiver: int | None = None
    ephemeral_id: int | None = None
    replaces: int | None = None
    after: int = 0  # of an ephemeral one: the newest id in the chat when it was sent
    reactions: dict[int, list[Json]] = field(default_factory=dict)


@dataclass
class Chat:
    """A chat; a private one belongs to one bot and one person and has the person's id."""

    id: int
    kind: str
    title: str | None = None
    username: str | None = None
    forum: bool = False
    bot_id: int = 0
    started: bool = False
    blocked: bool = False
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    gone: dict[int, Message] = field(default_factory=dict)
    ephemerals: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    permissions: dict[str, bool] = field(default_factory=dict)
    description: str = ""
    invite_link: str | None = None
    invite_links: dict[str, Json] = field(default_factory=dict)
    migrated_to: int | None = None
    migrated_from: int | None = None
    deleted: bool = False
    last_bot: int | None = None
    last_id: int = 0
    instance: str = ""
    general_closed: bool = False
    general_hidden: bool = False

    @property
    def is_group(self) -> bool:
        return self.kind in ("group", "supergroup")

    def member(self, user_id: int | None) -> Member | None:
        """The member while they are in the chat, otherwise nothing."""
        found = self.members.get(user_id) if user_id is not None else None
        return found if found is not None and found.present else None


@dataclass
class Poll:
    """A poll or a quiz; votes are kept per person as lists of option numbers."""

    id: str
    bot_id: int | None
    chat_id: int
    message_id: int
    question: str
    question_entities: list[Json]
    options: list[Json]
    anonymous: bool
    kind: str
    multiple: bool
    extra: Json
    correct: list[int] = field(default_factory=list)
    closed: bool = False
    secret: bool = False  # a quiz that came forwarded: bots are not told the right answer before it is closed
    close_at: int | None = None
    votes: dict[int, list[int]] = field(default_factory=dict)


@dataclass
class Callback:
    """A tap on an inline button, until and after the bot has answered it."""

    id: str
    bot_id: int
    user_id: int
    chat_id: int
    message_id: int
    ephemeral_id: int | None
    data: str
    at: datetime
    answer: Json | None = None


@dataclass
class StoredFile:
    """Bytes that somebody sent, and what Telegram says about them."""

    unique_id: str
    kind: str
    name: str
    mime: str
    content: bytes
    path: str
    small: "StoredFile | None" = None  # a picture's smaller size, which has an id of its own
