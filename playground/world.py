"""The world that the simulator keeps: people, bots, chats, files, polls, presses, and everything that happened."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from playground.calls import CallLog
from playground.events import Events
from playground.faults import Faults
from playground.files import ENDINGS, FOLDERS, MIMES, default_bytes, unique_id
from playground.flood import Floods
from playground.followers import Followers
from playground.queue import UpdateQueue
from playground.state import Callback, Chat, Json, Message, Poll, StoredFile, User
from scheduler.clock import TurnableClock

if TYPE_CHECKING:
    from playground.webhook import Webhook


@dataclass
class Bot:
    """A bot: its account, its queue, its settings at @BotFather and what it set itself."""

    user: User
    token: str
    queue: UpdateQueue
    privacy: bool = True
    logged_out: bool = False
    known_users: set[int] = field(default_factory=set)
    known_chats: set[int] = field(default_factory=set)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    admin_rights: dict[bool, Json] = field(default_factory=dict)
    poll: asyncio.Future[bool] | None = None  # the getUpdates that waits
    webhook: "Webhook | None" = None

    @property
    def id(self) -> int:
        return self.user.id

    def meet(self, user_id: int) -> None:
        """Remember a person, so that a message to them is a 403 and not "chat not found"."""
        self.known_users.add(user_id)


class World:
    """Everything the simulated Telegram knows. One loop, no threads: plain structures, changed in place."""

    def __init__(self, clock: TurnableClock, seed: int = 1, *, register_bots: bool = True) -> None:
        self.clock = clock
        self.register_bots = register_bots
        self.random = random.Random(seed)
        self.url = ""
        self.users: dict[int, User] = {}
        self.bots: dict[int, Bot] = {}
        self.chats: dict[int, Chat] = {}
        self.privates: dict[tuple[int, int], Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.polls: dict[str, Poll] = {}
        self.callbacks: dict[str, Callback] = {}
        self.updates: list[Json] = []  # every update ever created, for recording
        self.events = Events()
        self.calls = CallLog()
        self.faults = Faults()
        self.floods = Floods()
        self.followers = Followers()
        # Private chats and basic groups share one sequence per account: message ids are no count of messages.
        self._shared_id = self.random.randint(10, 400)
        self._next_user = 5_000_000_000 + self.random.randint(1, 999)
        self._next_group = 4_000_000_000 + self.random.randint(1, 999)
        self._serial = 0

    def now(self) -> datetime:
        """The playground's time, aware, in UTC."""
        return self.clock.now()

    def stamp(self) -> int:
        """The playground's time in Unix seconds."""
        return int(self.clock.now().timestamp())

    def turned(self) -> None:
        """The clock's hands were moved: whoever follows it is told."""
        self.followers.turned()
        data: Json = {"chat_id": None, "clock": {"now": self.now().isoformat(), "version": self.clock.version}}
        self.events.tell("clock", lambda viewer: data)

    def serial(self) -> int:
        """A number that is never given twice."""
        self._serial += 1
        return self._serial

    def add_user(
        self,
        first_name: str,
        last_name: str | None,
        username: str | None,
        language_code: str | None,
        user_id: int | None,
    ) -> User:
        """A new person. Raises ValueError when the id or the username is taken."""
        if user_id is None:
            user_id, self._next_user = self._next_user, self._next_user + 7
        if user_id in self.users:
            raise ValueError(f"user {user_id} is there already: choose another user_id or leave it out")
        if username is not None and self.by_username(username) is not None:
            raise ValueError(f"@{username} is taken: choose another username")
        user = User(user_id, first_name, last_name, username, language_code)
        self.users[user_id] = user
        return user

    def add_bot(self, bot_id: int, token: str) -> Bot:
        """Make a bot as @BotFather would; the first is SejawatBot, later ones Bot<id>."""
        username = "SejawatBot" if not self.bots else f"Bot{bot_id}"
        user = User(bot_id, "Sejawat" if not self.bots else username, username=username, is_bot=True)
        bot = Bot(user, token, UpdateQueue(lambda: self.random.randint(10_000_000, 900_000_000)))
        self.users[bot_id], self.bots[bot_id] = user, bot
        return bot

    def the_bot(self, bot_id: int | None = None) -> Bot:
        """The bot that is meant: the named one, else the first; made at first need."""
        if bot_id is not None:
            if bot_id not in self.bots:
                raise ValueError(f"there is no bot {bot_id}: let it call getMe first, or leave bot_id out")
            return self.bots[bot_id]
        return next(iter(self.bots.values()), None) or self.add_bot(42, "42:PLAYGROUND")

    def new_group_id(self, kind: str) -> int:
        """An id of the kind: basic groups are plain negatives, the others start with -100."""
        self._next_group += 11
        return -self._next_group if kind == "group" else -1_000_000_000_000 - self._next_group

    def chat(self, chat_id: int, bot_id: int) -> Chat | None:
        """A chat as one bot means it: a positive id is its private chat with that person."""
        return self.privates.get((bot_id, chat_id)) if chat_id > 0 else self.chats.get(chat_id)

    def private(self, bot_id: int, user_id: int) -> Chat:
        """The private chat of a bot and a person, made at first need (not yet started)."""
        key = (bot_id, user_id)
        if key not in self.privates:
            instance = str(self.random.getrandbits(63))
            self.privates[key] = Chat(user_id, "private", bot_id=bot_id, instance=instance)
        return self.privates[key]

    def by_username(self, username: str) -> User | Chat | None:
        """Whoever has the username, without regard to case."""
        wanted = username.lstrip("@").lower()
        every: list[User | Chat] = [*self.users.values(), *self.chats.values()]
        for found in every:
            if found.username is not None and found.username.lower() == wanted:
                return found
        return None

    def next_message_id(self, chat: Chat) -> int:
        """The next id: supergroups and channels count for themselves, the rest share one sequence."""
        if chat.kind in ("supergroup", "channel"):
            chat.last_id += 1
            return chat.last_id
        self._shared_id += 1 + (self.random.random() < 0.1)
        chat.last_id = self._shared_id
        return chat.last_id

    def store(self, kind: str, content: bytes | None, name: str | None, mime: str | None = None) -> StoredFile:
        """Keep bytes as a file of a kind; without bytes, small ones of that kind are made."""
        body = default_bytes(kind) if content is None else content
        serial = self.serial()
        unique = unique_id(body, kind, serial)
        folder, ending = FOLDERS.get(kind, "documents"), ENDINGS.get(kind, "bin")
        if name and "." in name and kind in ("document", "audio", "video", "animation"):
            ending = name.rsplit(".", 1)[1]
        path = f"{folder}/file_{serial}.{ending}"
        file = StoredFile(
            unique,
            kind,
            name or f"file_{serial}.{ending}",
            mime or MIMES.get(kind, "application/octet-stream"),
            body,
            path,
        )
        self.files[unique] = file
        if kind == "photo":
            thumbnail = default_bytes(kind)
            small = unique_id(thumbnail, "small", serial)
            file.small = StoredFile(small, kind, file.name, file.mime, thumbnail, f"{folder}/small_{serial}.{ending}")
            self.files[small] = file.small
        return file

    def bots_in(self, chat: Chat) -> list[Bot]:
        """The bots that are in a chat now."""
        if chat.kind == "private":
            return [self.bots[chat.bot_id]]
        return [bot for bot in self.bots.values() if chat.member(bot.id) is not None]

    def find(self, chat: Chat, message_id: int) -> Message:
        """A message that is still there. Raises ValueError with what to do."""
        if message_id not in chat.messages:
            raise ValueError(f"chat {chat.id} has no message {message_id}: look at GET /playground/messages")
        return chat.messages[message_id]
