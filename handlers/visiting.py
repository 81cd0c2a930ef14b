"""What a handler gets: who is speaking, where, when, and the session of this one update."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from content.texts import Texts
from storage.database import Session
from storage.letters import Draft
from storage.models import BotAccount, Group, Person

Answer = Draft | Sequence[Draft] | None


@dataclass(slots=True)
class Visit:
    """One update, one transaction, one person, one moment. Handlers return drafts; nothing is sent from here."""

    session: Session
    now: datetime
    say: Texts  # in the person's language, else the group's
    me: BotAccount
    key: str  # names this visit, for the keys of letters
    user_id: int  # who acts, by Telegram's id (0: nobody, such as a channel)
    chat_id: int  # where; equals user_id in a private chat
    fingerprint: str  # keyed, of user_id: for those who have not agreed
    code_key: str = ""  # keyed, of nobody: for codes in place of people in what is handed out
    person: Person | None = None  # only somebody who has agreed
    group: Group | None = None  # the group of this chat, if any
    is_owner: bool = False  # named in ADMIN_IDS
    zone: str = "Asia/Jakarta"  # of groups that have not chosen theirs (TIMEZONE)
    retention_days: int = 30  # how long the text of a message is kept (RETENTION_DAYS)
    pages: str = ""  # where the dashboard is reached, without a stroke at the end; empty: nowhere
    in_telegram: bool = False  # Telegram itself opens it: the address is https
    language_hint: str = "id"  # the language of the person's Telegram

    @property
    def private(self) -> bool:
        return self.chat_id == self.user_id

    def deep_link(self, payload: str) -> str:
        """Opens the private chat with `/start payload` (up to 64 of A-Z a-z 0-9 _ -)."""
        return f"https://t.me/{self.me.username}?start={payload}"
