"""One bot's queue of updates: numbers, expiry, allowed kinds, confirmation by offset (TBA do_get_updates)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from playground.limits import CALLBACK_UPDATE_SECONDS, UPDATE_SECONDS, UPDATES_PER_ANSWER
from playground.state import Json

KINDS = (
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "guest_message", "message_reaction",
    "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query", "shipping_query",
    "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member",
    "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot", "subscription",
    "stopped_message_generation",
)  # fmt: skip
#: Kinds that a bot gets only when it lists them.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_QUIET = timedelta(weeks=1)
DEFAULT_KINDS = frozenset(KINDS) - ON_REQUEST


@dataclass
class Queued:
    """An update that waits to be confirmed; ``lane`` is the webhook's queue it belongs to."""

    update_id: int
    kind: str
    body: Json
    lane: str
    created: datetime
    expires: datetime
    twice: bool = False


class UpdateQueue:
    """What waits for one bot."""

    def __init__(self, draw: Callable[[], int]) -> None:
        self._draw = draw
        self.next_id = draw()
        self._newest: datetime | None = None
        self.waiting: list[Queued] = []
        self.expired: list[int] = []  # ids of updates that nobody fetched in time
        self.allowed: frozenset[str] = DEFAULT_KINDS
        self.listed: list[str] = []  # as getWebhookInfo shows it

    def allow(self, names: object) -> None:
        """Remember ``allowed_updates``; unknown names are skipped, nothing known means the default."""
        if not isinstance(names, list):
            return
        known = [name.lower() for name in names if isinstance(name, str) and name.lower() in KINDS]
        self.allowed = frozenset(known) or DEFAULT_KINDS
        self.listed = known

    def add(self, kind: str, body: Json, lane: str, now: datetime, *, twice: bool = False) -> Queued | None:
        """Queue an update unless the bot has not asked for its kind; the filter applies when it is created."""
        if kind not in self.allowed:
            return None
        seconds = CALLBACK_UPDATE_SECONDS if kind == "callback_query" else UPDATE_SECONDS
        if self._newest is not None and now - self._newest >= _QUIET and not self.waiting:
            self.next_id = self._draw()  # it may well be lower than before
        self._newest = now
        queued = Queued(self.next_id, kind, body, lane, now, now + timedelta(seconds=seconds), twice)
        self.next_id += 1
        self.waiting.append(queued)
        return queued

    def expire(self, now: datetime) -> None:
        """Forget what is older than Telegram keeps it."""
        self.expired += [queued.update_id for queued in self.waiting if queued.expires <= now]
        self.waiting = [queued for queued in self.waiting if queued.expires > now]

    def confirm(self, offset: int) -> None:
        """Forget everything below ``offset``; a negative one keeps the newest and forgets the rest."""
        if offset < 0:
            self.waiting = self.waiting[offset:]
        elif offset > 0 and not self._senseless(offset):
            self.waiting = [queued for queued in self.waiting if queued.update_id >= offset or self._again(queued)]

    def take(self, limit: int) -> list[Json]:
        """The oldest updates, which stay until they are confirmed."""
        return [self.shown(queued) for queued in self.waiting[: max(1, min(limit, UPDATES_PER_ANSWER))]]

    def drop(self, done: Iterable[Queued]) -> None:
        """Forget updates that a webhook has taken."""
        gone = {id(queued) for queued in done}
        self.waiting = [queued for queued in self.waiting if id(queued) not in gone]

    @staticmethod
    def shown(queued: Queued) -> Json:
        """The update as it goes over the line."""
        return {"update_id": queued.update_id, queued.kind: queued.body}

    def _senseless(self, offset: int) -> bool:
        # Telegram serves an offset far beyond its newest update from the oldest one (TQueue).
        return offset > self.next_id + 10

    @staticmethod
    def _again(queued: Queued) -> bool:
        """Whether an ordered fault wants this one delivered a second time."""
        again, queued.twice = queued.twice, False
        return again
