"""Puts the whole house together; the only module that knows every other."""

import asyncio
import contextlib
import importlib
import logging
import pkgutil
from collections.abc import AsyncIterator, Collection, Coroutine, Iterator, Mapping
from datetime import timedelta
from functools import cache, partial
from types import ModuleType
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.fsm.strategy import FSMStrategy
from aiogram.types import User

import handlers
from bot import metrics
from bot.company import Company
from bot.courier import Courier
from bot.following import FollowedClock
from bot.fsm import VisitStorage
from bot.intake import Intake, poll
from bot.line import Line, Outcome
from bot.parts import WHOLE, CannotStart, Part
from bot.pump import Pump
from bot.settings import Settings
from bot.shifts import shared_work
from bot.sorting import ALLOWED
from bot.visit import Answerer, Visits
from handlers import menu
from scheduler.clock import Clock, SystemClock, TurnableClock
from scheduler.runner import Runner
from scheduler.timetable import timetable
from storage.bells import LETTERS, UPDATES
from storage.database import Database, insert
from storage.models import BotAccount
from storage.outbox import post

__all__ = ["STOP_SECONDS", "Assistant", "CannotStart", "doors"]

log = logging.getLogger(__name__)
STOP_SECONDS = 70  # longer than any call may take
# Before every other door, and after.
_PLACES = {"handlers.passed_on": -1, "handlers.finishing": -1, "handlers.adding": 1, "handlers.lost": 2}


class Assistant:
    """The assembled house. `async with assistant.running():` takes updates until the block ends.

    With ``parts`` it is one of several processes that are one assistant together.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None, parts: Collection[Part] | None = None) -> None:
        self.settings, self.parts = settings, frozenset(parts or WHOLE)
        self.company: Company | None = None
        self.parts_named, self.schema_seen = parts is not None, False
        self.clock: Clock = clock or SystemClock()
        self.database = Database(settings.database_url)
        self.line = Line(settings.api_url, settings.token)
        self.stopping = asyncio.Event()
        self.fallen = asyncio.Event()  # one of those who work for ever has ended by itself
        self.account: BotAccount | None = None
        self.intake: Intake
        self.pump: Pump
        self.visits: Visits
        self.courier: Courier
        self.runner: Runner

    async def meet_telegram(self) -> BotAccount:
        """Ask who we are; raises CannotStart with words for the person at the keyboard."""
        reply = await self.line.call("getMe", {}, timeout=15)
        if reply.outcome is not Outcome.DELIVERED:
            if reply.code == 401:
                raise CannotStart("Telegram does not accept BOT_TOKEN: copy it again from @BotFather")
            raise CannotStart(f"no answer from {self.settings.api_url}: {reply.words}; check the network and try again")
        me = reply.result
        row = {
            "id": me["id"],
            "username": me.get("username", ""),
            "name": me["first_name"],
            "reads_all": bool(me.get("can_read_all_group_messages")),
            "asked_at": self.clock.now(),
        }
        async with self.database.writing() as session:
            statement = insert(session, BotAccount).values(row)
            known = {name: statement.excluded[name] for name in row if name != "id"}
            await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=known))
        self.account = BotAccount(**row)
        return self.account

    async def build(self) -> None:
        """Connect the rooms, the doors and the front hall."""
        account = self.account or await self.meet_telegram()
        bot = Bot(self.settings.token)  # for aiogram's types; the line to Telegram is ours
        # aiogram's Command filter would ask Telegram who we are, in the middle of a transaction.
        bot._me = User(id=account.id, is_bot=True, first_name=account.name, username=account.username)
        dispatcher, answers = doors()
        if self.parts_named:
            self.company = Company(self.settings.database_url, account.id, self.settings.redis_url)
        turns = self.company.turns if self.company else None
        self.visits = Visits(
            self.database, dispatcher, bot, self.clock, self.settings, answers, account, shared=self.parts_named
        )
        self.pump = Pump(self.database, self.clock, self.visits, turns)
        self.intake = Intake(self.database, self.clock, account.id, account.username, self._updates_came)
        self.hire_courier()
        self.hire_timekeeper()
        self.database.on_letters(self._letters_came)
        self.database.watch(metrics.DATABASE.observe)
        if self.company:
            self.company.bells.on(UPDATES, self.pump.wake)
            self.company.bells.on(LETTERS, self._wake_courier)
        if isinstance(self.clock, TurnableClock):
            self.clock.watch(self._clock_turned)

    def hire_courier(self) -> Courier:
        """A courier does its work once: whoever leads again gets a new one."""
        assert self.account is not None
        leads = partial(self.company.locks.holds, Part.COURIER) if self.company else lambda: True
        self.courier = Courier(self.database, self.line, self.clock, self.account.id, leads)
        self.courier.on_answers(partial(self._updates_came, waited_for=True))
        return self.courier

    def hire_timekeeper(self) -> Runner:
        """And so does whoever keeps time."""
        rhythms = timetable(self.settings.retention_days, self.settings.admin_ids)
        self.runner = Runner(self.database, self.clock, rhythms)
        return self.runner

    def _updates_came(self, waited_for: bool) -> None:
        (self.pump.wake if waited_for else self.pump.hear)()
        if self.company:
            self.company.bells.ring(UPDATES)

    def _wake_courier(self) -> None:
        self.courier.wake()  # whoever it is by now

    def _letters_came(self) -> None:
        self.courier.wake()
        if self.company:
            self.company.bells.ring(LETTERS)

    def _clock_turned(self) -> None:
        self.courier.wake()
        self.pump.wake()
        if not self.company or Part.CLOCK in self.company.leading:
            self.runner.ask_now()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Assistant"]:
        """Take updates, answer and send, until the block ends; then finish what is in hand and close."""
        try:
            await self.build()
            if isinstance(self.clock, FollowedClock):
                self.clock.follow()
            if self.company:
                await self.company.join()
            if Part.INTAKE in self.parts:
                await self._greet_telegram()
        except BaseException:
            await self._close()
            raise
        share = shared_work(self, self.company) if self.company else self._whole_work()
        work = [asyncio.create_task(one) for one in share]
        company = [asyncio.create_task(one) for one in (self.company.tasks() if self.company else ())]
        for task in (*work, *company):
            task.add_done_callback(self.ended)
        try:
            yield self
        finally:
            await self._stop(work, company)

    def came(self) -> int:
        """How much there has been to do so far: a number that stands still while there is nothing."""
        return sum(one.counted.total() for one in (self.intake, self.visits, self.courier))

    def _whole_work(self) -> list[Coroutine[Any, Any, None]]:
        self.runner.start()
        polling = [] if self.settings.webhook_url else [poll(self.line, self.intake, self.stopping)]
        return [self.pump.run(), self.courier.run(), *polling]

    def ended(self, task: asyncio.Task[None]) -> None:
        """One of those who work for ever is no longer at it: unless we stop, the whole process has to begin anew."""
        if not self.stopping.is_set():
            error = None if task.cancelled() else task.exception()
            log.critical("%s has ended by itself", getattr(task.get_coro(), "__qualname__", task), exc_info=error)
            self.fallen.set()

    async def _stop(self, work: list[asyncio.Task[None]], company: list[asyncio.Task[None]]) -> None:
        self.stopping.set()  # no new updates; who leads resigns
        self.pump.stop()
        if not self.company:
            await self.runner.stop()
            self.courier.stop()
        _, late = await asyncio.wait(work, timeout=STOP_SECONDS)
        for task in late:
            task.cancel()
        for task in company:  # last: the turns and the lead are ours until the work is done
            task.cancel()
        await asyncio.gather(*work, *company, return_exceptions=True)
        await self._close()

    async def _close(self) -> None:
        if self.company:
            await self.company.close()
        if isinstance(self.clock, FollowedClock):
            await self.clock.close()
        await self.line.close()
        await self.database.close()

    async def _greet_telegram(self) -> None:
        """Say which door is ours, and offer the menus of commands; the menus are letters like any other."""
        secret = self.settings.webhook_secret
        if self.settings.webhook_url:
            params = {"url": self.settings.webhook_url, "allowed_updates": list(ALLOWED)}
            params |= {"secret_token": secret.get_secret_value()} if secret else {}
            reply = await self.line.call("setWebhook", params)
        else:
            reply = await self.line.call("deleteWebhook", {})
        if reply.outcome is Outcome.REFUSED:
            raise CannotStart(f"Telegram refused the webhook: {reply.words}; check WEBHOOK_URL")
        async with self.database.writing() as session:
            now = self.clock.now()
            for draft in menu.drafts(now.date(), now + timedelta(hours=1)):
                await post(session, draft, now)


@cache
def doors() -> tuple[Dispatcher, Mapping[str, Answerer]]:
    """A dispatcher with every conversation of `handlers/`, and who receives Telegram's answers to letters.

    Connected once: it holds nothing of what is said, and takes as long as two hundred statements.
    """
    dispatcher = Dispatcher(storage=VisitStorage(), fsm_strategy=FSMStrategy.USER_IN_TOPIC)
    answers: dict[str, Answerer] = {}
    for module in sorted(_conversations(), key=lambda module: _PLACES.get(module.__name__, 0)):
        dispatcher.include_router(module.router())
        answers |= getattr(module, "ANSWERS", {})
    return dispatcher, answers


def _conversations() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(handlers.__path__):
        module = importlib.import_module(f"handlers.{found.name}")
        if hasattr(module, "router"):
            yield module
