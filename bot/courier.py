"""Letters out: by lane, at the pace Telegram allows, each outcome written down (I3 to I5)."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot import metrics
from bot.answers import bound_to
from bot.fetching import fetched
from bot.line import Line, Outcome, Reply
from bot.outcomes import Answered, pause, write_down
from bot.parcels import packed
from bot.steady import Hands, when_it_is_back
from bot.throttle import LONGEST, Throttle
from bot.together import Together
from scheduler.clock import Clock, SystemClock
from storage import post_office
from storage.database import Database
from storage.letters import Lane
from storage.models import Letter

log = logging.getLogger(__name__)

LOOKS_AT = 120  # candidates of one look into the outbox
AT_ONCE = 30  # calls under way at the same time
NET_SECONDS = 1.0
AHEAD = timedelta(milliseconds=150)  # what is claimed and has not left when a process is killed counts as unknown
GATHERS = 0.1  # seconds; less than AHEAD
SETTLES_EVERY = timedelta(seconds=10)
_NETWORK = (Outcome.UNSENT, Outcome.UNKNOWN)


class Courier:
    """One voice per bot token. Runs until stopped; what it has not sent stays in the outbox.

    It takes up nothing new while ``leads`` says no: another one may have begun in its place.
    """

    def __init__(
        self, database: Database, line: Line, clock: Clock, bot_id: int, leads: Callable[[], bool] = lambda: True
    ) -> None:
        self._database, self._line, self._clock, self._bot_id = database, line, clock, bot_id
        self._leads = leads
        self._throttle = Throttle(clock.now)
        self._wake = asyncio.Event()
        self._stopping = False
        self._under_way: set[asyncio.Task[None]] = set()
        self._chats_under_way: set[int] = set()
        self._in_hand: set[int] = set()
        # Who can see the next free moment coming claims for it: then that takes no time of the window's. Not where
        # somebody turns the clock: there no moment comes by itself.
        self._ahead = AHEAD if isinstance(clock, SystemClock) else timedelta(0)
        self._leaves: dict[int, datetime] = {}
        self._many = False  # the last round chose reminders or parts of a broadcast
        self._gathering = False
        self._passed_over: list[int] = []  # chats whose letters the last round left for later
        self._line_down = False
        self._next_due: datetime | None = None  # of what waits, as the last round saw it; None: nothing waits
        self._settled: datetime | None = None
        self._hands = Hands()
        self._answers_came: Callable[[], None] = lambda: None
        self._outcomes = Together(partial(write_down, database, bot_id))
        self.counted: Counter[str] = Counter()

    def wake(self) -> None:
        self._wake.set()

    def on_answers(self, told: Callable[[], None]) -> None:
        """Call ``told`` when an answer of Telegram has entered the inbox."""
        self._answers_came = told

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        await self._go_on()
        while not self._stopping:
            self._wake.clear()
            try:
                if not await self._round() and not self._stopping:
                    await self._rest()
                elif self._many and self._ahead:
                    await self._gather()
            except Exception:  # the database may be away for the question how long to sleep, too
                log.exception("the outbox could not be worked on")
                await asyncio.sleep(NET_SECONDS)
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def _go_on(self) -> None:
        """Keep to the pace of whoever was at it before us: what has just been sent counts."""
        with contextlib.suppress(Exception):  # the database may be away; the first round will say so
            async with self._database.reading() as session:
                for chat, moment in await post_office.lately(session, self._clock.now(), LONGEST):
                    self._throttle.remember(chat, moment)

    async def _round(self) -> bool:
        """Settle what is overdue, then send what may go now; says whether to look again at once."""
        if self._line_down and not await self._line_is_back():
            await asyncio.sleep(NET_SECONDS)
            return False
        now = self._clock.now()
        if (before := self._hands.went_back_from(now)) is not None and self._leads():
            async with self._database.writing() as session:
                await post_office.still_due(session, before, now)
        self._passed_over = self._throttle.busy()
        busy = sorted({*self._passed_over, *self._chats_under_way})
        room = AT_ONCE - len(self._under_way)
        async with self._database.reading() as session:
            candidates = await post_office.due(session, now, busy, LOOKS_AT)
            late = any(letter.not_after and letter.not_after < now for letter in candidates)
            settles = self._is_time_to_settle(now)
            overdue = await post_office.overdue(session, now, self._in_hand) if settles else ()
            ahead = settles and await post_office.written_ahead(session, now)
            self._next_due = candidates[0].due_at if candidates else await post_office.next_due(session)
        if not self._leads():
            return False
        if late or overdue or ahead:
            await self._settle(overdue, now, ahead=ahead)
            return True
        chosen = self._choose(candidates, room)
        if not chosen:
            return False
        claimed = await self._claim(chosen, now)
        for letter in claimed:
            self._begin(letter)
        if len(claimed) < len(candidates) or len(candidates) == LOOKS_AT:
            return bool(claimed)
        # All that was due has left: what else there is we are told, or its time comes.
        async with self._database.reading() as session:
            self._next_due = await post_office.next_due(session)
        return False

    async def _claim(self, chosen: Sequence[int], now: datetime) -> Sequence[Letter]:
        claimed: Sequence[Letter] = ()
        try:
            async with self._database.writing() as session:
                claimed = await post_office.claim(session, chosen, now)
        finally:
            for letter in {*chosen} - {letter.id for letter in claimed}:
                self._throttle.give_back(letter)
                del self._leaves[letter]
        return claimed

    def _choose(self, candidates: Sequence[post_office.Due], room: int) -> list[int]:
        """The first of each chat that the throttle lets through, in order."""
        chosen: list[int] = []
        chats, self._many = set(self._chats_under_way), False
        for letter in candidates:
            chat = bound_to(letter)
            # What has been put off, and a group's that has moved, is due again before its call has quite ended.
            if len(chosen) >= room or letter.id in self._in_hand or (chat is not None and chat in chats):
                continue
            of_many = letter.lane >= Lane.REMINDER
            at = self._throttle.free_at(chat, of_many=of_many)
            if at > self._clock.now() + self._ahead:
                continue
            self._throttle.take(chat, letter.id, at, of_many=of_many)
            self._leaves[letter.id] = at
            self._many |= of_many
            chosen.append(letter.id)
            if chat is not None:
                chats.add(chat)
        return chosen

    def _begin(self, letter: Letter) -> None:
        chat = bound_to(letter)
        self._in_hand.add(letter.id)
        if chat is not None:
            self._chats_under_way.add(chat)

        def over(task: asyncio.Task[None]) -> None:
            self._under_way.discard(task)
            self._in_hand.discard(letter.id)
            self._throttle.give_back(letter.id)  # what never left, or ended in trouble
            self._leaves.pop(letter.id, None)
            if chat is not None:
                self._chats_under_way.discard(chat)
            if not self._gathering and self._next_due is not None:  # else nobody waits for its chat or its place
                self._wake.set()

        task = asyncio.create_task(self._deliver(letter))
        self._under_way.add(task)
        task.add_done_callback(over)

    async def _deliver(self, letter: Letter) -> None:
        try:
            ready = await when_it_is_back(partial(packed, self._database, letter), partial(self._ours, letter))
            if isinstance(ready, Reply):
                reply = ready
            else:
                await self._its_moment(letter)
                reply = await fetched(self._database, self._line, letter, await self._line.call(letter.method, ready))
                self._throttle.settle(bound_to(letter), letter.id)
            self._heed(letter, reply)
            await self._write_down(letter, reply)
        except Exception:
            # The lease runs out and the letter becomes `unknown`, which its policy settles.
            log.exception("letter %s: its outcome could not be written down", letter.key)

    def _ours(self, letter: Letter) -> bool:
        """Whether what became of it may still be written: nobody else settles what we have in hand before its lease."""
        return not self._stopping and (self._leads() or self._clock.now() < (letter.leased_until or letter.due_at))

    async def _its_moment(self, letter: Letter) -> None:
        """Wait for when it may leave; no longer than it was claimed ahead, should the clock be set back meanwhile."""
        at = self._leaves.pop(letter.id)
        await asyncio.sleep(max(timedelta(0), min(at - self._clock.now(), self._ahead)).total_seconds())

    def _heed(self, letter: Letter, reply: Reply) -> None:
        """What an answer means for those that are still to be sent."""
        self.counted[reply.outcome] += 1
        metrics.LETTERS.labels(_lane(letter.lane), reply.outcome).inc()
        if reply.outcome is not Outcome.DELIVERED:
            self._next_due = self._next_due or letter.due_at  # it may wait again
        if reply.outcome in _NETWORK and letter.method != "getMe":
            self._line_down = True
        if reply.outcome is Outcome.THROTTLED:
            self._throttle.refused(reply.retry_after)
        chat, seconds = bound_to(letter), pause(letter, reply)
        if chat is not None and seconds is not None:
            self._throttle.pause(chat, seconds)

    async def _write_down(self, letter: Letter, reply: Reply) -> None:
        """What Telegram said is known: without a database to write it down it would look as if it had been lost."""
        answered = Answered(letter, reply, self._clock.now())
        await when_it_is_back(partial(self._outcomes.take, [answered]), partial(self._ours, letter))
        if letter.then:
            self._answers_came()

    async def _settle(self, overdue: Sequence[Letter], now: datetime, *, ahead: bool) -> None:
        async with self._database.writing() as session:
            if ahead:
                await post_office.written_ahead(session, now, mend=True)
            for lane in await post_office.drop_late(session, now):
                self.counted["dropped"] += 1
                metrics.LETTERS.labels(_lane(lane), "dropped").inc()
            for letter in overdue:
                self.counted[Outcome.UNKNOWN] += 1
                metrics.LETTERS.labels(_lane(letter.lane), Outcome.UNKNOWN).inc()
                again = await post_office.unknown(session, letter, "the sender stopped on the way", now)
                if letter.then and not again:
                    answer = {"ok": False, "result": None, "error": "unknown"}
                    await post_office.come_back(session, letter, self._bot_id, answer, now)

    async def _line_is_back(self) -> bool:
        """During an outage one harmless call probes, so that letters do not become unknown one after another."""
        self._line_down = (await self._line.call("getMe", {}, timeout=10)).outcome in _NETWORK
        return not self._line_down

    def _is_time_to_settle(self, now: datetime) -> bool:
        """Once in ten seconds, by hands that may be turned either way: a lease is nine times as long."""
        if self._settled is not None and self._settled <= now < self._settled + SETTLES_EVERY:
            return False
        self._settled = now
        return True

    async def _gather(self) -> None:
        """Of many that leave one by one some are claimed together; for a new letter that is waited for we look at once.

        Those that end meanwhile wake nobody: each would be followed by a claim of its own.
        """
        self._gathering = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), GATHERS)
        self._gathering = False

    async def _rest(self) -> None:
        seconds = self._nap()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)

    def _nap(self) -> float:
        """How long to sleep without a wake-up: until the throttle frees a chat or the next letter is due."""
        waiting = self._next_due
        if waiting is None:
            return NET_SECONDS
        # One moment for all that is compared: what is free now must not look as if it lay ahead, or we never sleep.
        freed = [self._throttle.free_at(chat) for chat in self._passed_over]
        freed.append(self._throttle.free_at(None, of_many=True) - self._ahead)
        now = self._clock.now()
        if any(moment <= now for moment in freed[:-1]):
            return 0.0
        ahead = [(moment - now).total_seconds() for moment in [*freed, waiting] if moment > now]
        return min([NET_SECONDS, *ahead]) if ahead else 0.25  # what is under way wakes us when it ends


def _lane(number: int) -> str:
    return Lane(number).name.lower()
