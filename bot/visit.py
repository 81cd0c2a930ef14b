"""One update, one transaction, one person, one moment: the handler's words and its change commit together."""

import hashlib
import hmac
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import Update
from pydantic import ValidationError

from bot import metrics
from bot.fsm import under_way
from bot.patience import Pace, Patience
from bot.porter import Porter
from bot.settings import Settings
from community.refusals import NeedsConsent, Refusal
from content.texts import Texts
from handlers.consent import consent_needed
from handlers.visiting import Answer, Visit
from scheduler.clock import Clock
from storage import inbox
from storage.database import Database, Session, is_away
from storage.letters import Draft, button_answer, message
from storage.models import Arrival, BotAccount
from storage.outbox import post, post_many

log = logging.getLogger(__name__)

TRIES = 3
_LANES = ("listen", "both", "talk")  # what was said in a chat before is recorded before it is answered
Json = dict[str, Any]
Answerer = Callable[[Json, Json, Visit], Awaitable[Answer]]


class Visits:
    """Receives stored updates one by one, in the order they came."""

    def __init__(
        self,
        database: Database,
        dispatcher: Dispatcher,
        bot: Bot,
        clock: Clock,
        settings: Settings,
        answers: Mapping[str, Answerer],
        account: BotAccount,
        *,
        shared: bool = False,
    ) -> None:
        self._database, self._bot, self._clock = database, bot, clock
        self._porter = Porter(dispatcher, bot)
        self._settings, self._answers, self._account = settings, answers, account
        self._shared = shared  # other processes work on the same inbox
        self.pages = settings.public_url  # or where they are served on this machine, once they are
        self.patience = Patience()
        Update.model_rebuild()  # now, not while somebody waits for the first answer (see bot/types_later.py)
        self.counted: Counter[str] = Counter()  # done, unhandled, refused, failed, odd, slowed

    async def receive(self, arrival: Arrival) -> bool:
        """Deal with one update; it ends as done, odd, slowed or failed, or stays to be tried again.

        False when it was not ours to deal with: another process has it, or has to come first.
        """
        raw = arrival.raw or {}
        try:
            update = None if "answer" in raw else self._read(arrival.update_id, raw)
        except ValidationError as oddity:
            await self._close(arrival, "odd", f"{oddity.error_count()} fields do not fit")
            return True
        pace = self.patience.pace(arrival.id, raw, arrival.received_at)
        if pace is not Pace.ANSWER:
            return await self._pass_over(arrival, raw, update, told=pace is Pace.TELL)
        try:
            ours = await self._run(arrival, raw, update, None)
            if ours:
                self._count(arrival, "done")
            return ours
        except Refusal as refusal:
            self._count(arrival, "refused")
            self.counted[f"refused: {refusal.text_key}"] += 1
            await self._run(arrival, raw, update, refusal)
        except Exception as error:
            if is_away(error):
                raise  # the update waits in the inbox until the database is back
            # The name of the error only: its text could hold somebody's words.
            log.exception("update %s broke a handler (%s)", arrival.update_id, type(error).__name__)
            await self._broken(arrival, raw, update, type(error).__name__)
        return True

    def _count(self, arrival: Arrival, outcome: str) -> None:
        self.counted[outcome] += 1
        metrics.UPDATES.labels(metrics.kind(arrival.raw), outcome).inc()
        metrics.ANSWERED.observe(max(0.0, (self._clock.now() - arrival.received_at).total_seconds()))

    def _read(self, number: int, raw: Json) -> Update:
        return Update.model_validate({"update_id": number} | raw, context={"bot": self._bot})

    async def _run(self, arrival: Arrival, raw: Json, update: Update | None, refusal: Refusal | None) -> bool:
        now = self._clock.now()
        async with self._database.writing() as session:
            if not await self._is_ours(session, arrival):
                return False
            token = under_way.set((session, now))
            try:
                visit = await self._visit(session, arrival, update, raw)
                answer = await self._answer(visit, raw, update, refusal)
            finally:
                under_way.reset(token)
            drafts = _with_tap_answered(_listed(answer), update)
            await post_many(session, [_addressed(draft, visit, number) for number, draft in enumerate(drafts)], now)
            await inbox.done(session, [arrival.id], now)
        return True

    async def _is_ours(self, session: Session, arrival: Arrival) -> bool:
        """Until the transaction ends; where others work on the same inbox, they may have it or have to come first."""
        return not self._shared or bool(await inbox.claim(session, [arrival.id], _LANES))

    async def _answer(self, visit: Visit, raw: Json, update: Update | None, refusal: Refusal | None) -> Answer:
        if refusal is not None:
            return await _explained(refusal, visit, update)
        if update is None:
            answer = raw["answer"]
            return await self._answers[answer["then"]](answer, answer.get("data") or {}, visit)
        said: Any = await self._porter.lead(update, visit)
        if said is UNHANDLED:
            self.counted["unhandled"] += 1
            return None
        return said  # type: ignore[no-any-return]  # aiogram hands through what the handler returned

    async def _visit(self, session: Session, arrival: Arrival, update: Update | None, raw: Json) -> Visit:
        from community import groups, people  # rooms of the house, found at the first visit

        user_id, chat_id, hint = _who(update, raw)
        person = await people.by_user(session, user_id) if user_id else None
        if person is not None and user_id == chat_id and not person.reachable:
            await people.reach(session, user_id, True)  # who writes to us in private can be written to
        group = await groups.by_chat(session, chat_id) if chat_id < 0 else None
        language = person.language if person else group.language if group else _known(hint, self._settings.language)
        return Visit(
            session=session,
            now=self._clock.now(),
            say=Texts(language),
            me=self._account,
            key=f"v{arrival.id}",
            user_id=user_id,
            chat_id=chat_id,
            fingerprint=fingerprint(self._settings.token, user_id),
            code_key=code_key(self._settings.token),
            person=person,
            group=group,
            is_owner=user_id in self._settings.admin_ids,
            zone=self._settings.timezone,
            retention_days=self._settings.retention_days,
            pages=self.pages,
            in_telegram=self._settings.opens_in_telegram,
            language_hint=language,
        )

    async def _pass_over(self, arrival: Arrival, raw: Json, update: Update | None, *, told: bool) -> bool:
        """Asked faster than anybody can tap: not answered, and said so once."""
        now = self._clock.now()
        async with self._database.writing() as session:
            if not await self._is_ours(session, arrival):
                return False
            if told:
                visit = await self._visit(session, arrival, update, raw)
                draft = _slowly(visit, update)
                await post(session, replace(draft, key=f"v{arrival.id}.slowly", forgets=True), now)
            await inbox.done(session, [arrival.id], now, state="slowed")
        self._count(arrival, "slowed")
        return True

    async def _broken(self, arrival: Arrival, raw: Json, update: Update | None, error: str) -> None:
        if arrival.attempts + 1 < TRIES:
            async with self._database.writing() as session:
                await inbox.failed_once(session, arrival.id, error)
            return
        await self._close(arrival, "failed", error)
        user_id, chat_id, hint = _who(update, raw)
        if update is not None and (update.callback_query or chat_id == user_id > 0):
            say = Texts(_known(hint, self._settings.language))
            draft = _sorry(update, chat_id, say)
            async with self._database.writing() as session:
                await post(session, replace(draft, key=f"v{arrival.id}.sorry", forgets=True), self._clock.now())

    async def _close(self, arrival: Arrival, state: str, error: str) -> None:
        self._count(arrival, state)
        async with self._database.writing() as session:
            await inbox.done(session, [arrival.id], self._clock.now(), state=state, error=error)


def fingerprint(token: str, user_id: int) -> str:
    """Stands for a Telegram user whose id must not be stored; keyed with the bot's token."""
    return hmac.new(token.encode(), str(user_id).encode(), hashlib.sha256).hexdigest()


def code_key(token: str) -> str:
    """The key of codes that stand for people in what the assistant hands out in a chat; it follows from the token."""
    return hmac.new(token.encode(), b"codes", hashlib.sha256).hexdigest()


def _sorry(update: Update, chat_id: int, say: Texts) -> Draft:
    if update.callback_query:
        return button_answer(update.callback_query.id, say.plain("common.trouble"), alert=True)
    return message(chat_id, say("common.trouble"))


def _slowly(visit: Visit, update: Update | None) -> Draft:
    query = update.callback_query if update else None
    if query:
        return button_answer(query.id, visit.say.plain("common.slowly"), alert=True)
    return message(visit.chat_id, visit.say("common.slowly" if visit.private else "common.slowly_group"))


async def _explained(refusal: Refusal, visit: Visit, update: Update | None) -> Answer:
    query = update.callback_query if update else None
    reply_to = update.message.message_id if update and update.message and not visit.private else None
    if isinstance(refusal, NeedsConsent):
        return await consent_needed(visit, query, refusal.payload, reply_to)
    if query:
        return button_answer(query.id, visit.say.plain(refusal.text_key, **refusal.blanks), alert=True)
    if not visit.chat_id:
        return None
    return message(visit.chat_id, visit.say(refusal.text_key, **refusal.blanks), reply_to=reply_to)


def _listed(answer: Answer) -> list[Draft]:
    if answer is None:
        return []
    return [answer] if isinstance(answer, Draft) else list(answer)


def _with_tap_answered(drafts: Sequence[Draft], update: Update | None) -> Sequence[Draft]:
    """A tap is always answered: without it the button spins for a minute."""
    query = update.callback_query if update else None
    if query is None or any(draft.method == "answerCallbackQuery" for draft in drafts):
        return drafts
    return [button_answer(query.id), *drafts]


def _addressed(draft: Draft, visit: Visit, number: int) -> Draft:
    """The key a letter gets from its visit, and whose letter it is."""
    key = draft.key or f"{visit.key}.{number}"
    to_themselves = draft.chat_id == visit.user_id or draft.method == "answerCallbackQuery"
    owner = draft.person_id or (visit.person.id if visit.person and to_themselves else None)
    unagreed = to_themselves and visit.person is None and owner is None
    group = draft.group_id or (visit.group.id if visit.group and draft.chat_id == visit.chat_id else None)
    return replace(draft, key=key, person_id=owner, group_id=group, forgets=draft.forgets or unagreed)


def _known(hint: str | None, default: str) -> str:
    short = (hint or "").split("-")[0]
    return short if short in {"id", "en"} else default


def _who(update: Update | None, raw: Json) -> tuple[int, int, str | None]:
    """Telegram ids of the actor and the chat, and the language of the actor's Telegram."""
    if update is None:
        data = raw["answer"].get("data") or {}
        return int(data.get("user_id", 0)), int(data.get("chat_id", 0)), None
    event: Any = update.event
    user = getattr(event, "from_user", None) or getattr(event, "user", None)
    if getattr(event, "sender_chat", None) is not None:
        user = None  # an anonymous admin or a channel: nobody in particular
    chat = getattr(event, "chat", None) or getattr(getattr(event, "message", None), "chat", None)
    number = user.id if user else 0
    return number, chat.id if chat else number, user.language_code if user else None
