"""What became of a broadcast: every copy by its state and its reason, in words and in numbers that add up."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from community import moments
from community.addressees import PEOPLE
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, button
from storage.models import Broadcast, Group, Letter

NAMED = 5  # groups that one reason names
RECENT = 8
_OPEN = ("pending", "sending")
# What Telegram says, and what it means; the first sign that is found counts. The rest is "other".
_GROUP_SIGNS = (
    ("was kicked", "removed"), ("is not a member", "removed"), ("chat was deleted", "removed"),
    ("chat not found", "removed"), ("not enough rights", "muted"), ("write access", "muted"),
    ("CHAT_WRITE_FORBIDDEN", "muted"), ("TOPIC_CLOSED", "muted"),
)  # fmt: skip
_PERSON_SIGNS = (
    ("blocked by the user", "blocked"), ("is deactivated", "deactivated"), ("can't initiate", "closed"),
    ("chat not found", "closed"), ("PEER_ID_INVALID", "closed"),
)  # fmt: skip
_COPY_SIGNS = (
    ("messages to forward", "original"), ("can't be forwarded", "original"), ("can't be copied", "original"),
    ("to copy not found", "original"),
)  # fmt: skip
_DROPPED = {"stopped": "stopped", "too late": "late"}  # our own words for letters that were not sent


@dataclass
class Numbers:
    """How the copies stand; the parts add up to ``total``."""

    total: int = 0
    sent: int = 0
    waiting: int = 0
    unknown: int = 0
    gone: int = 0  # counted at the confirmation, and no longer among the addressees when it was sent
    refused: dict[str, int] = field(default_factory=dict)  # by reason
    dropped: dict[str, int] = field(default_factory=dict)  # by reason
    groups: dict[str, list[str]] = field(default_factory=dict)  # refused ones by reason, a few of them
    taken_back: int = 0
    being_taken_back: int = 0


def copies(cast_id: int, kind: str = "cast") -> ColumnElement[bool]:
    """The letters of one broadcast: its copies, or with ``castback`` what takes them back."""
    return Letter.key.startswith(f"{kind}:{cast_id}:", autoescape=True)


def reason(words: str | None, *, to_person: bool) -> str:
    """Why Telegram refused a copy, as a word of ours."""
    signs = (*_COPY_SIGNS, *(_PERSON_SIGNS if to_person else _GROUP_SIGNS))
    return next((meaning for sign, meaning in signs if sign in (words or "")), "other")


async def numbers(session: Session, cast: Broadcast) -> Numbers:
    """How the copies stand now; two queries, with refusals or a withdrawal one more each."""
    to_person = cast.target.get("to") == PEOPLE
    found = Numbers()
    refused: dict[str, int] = defaultdict(int)
    dropped: dict[str, int] = defaultdict(int)
    query = select(Letter.state, Letter.error, func.count()).where(copies(cast.id)).group_by(Letter.state, Letter.error)
    written = 0
    for state, error, number in await session.execute(query):
        written += number
        if state == "delivered":
            found.sent += number
        elif state in _OPEN:
            found.waiting += number
        elif state == "refused":
            refused[reason(error, to_person=to_person)] += number
        elif state == "dropped":
            dropped[_DROPPED.get(error or "", "other")] += number
        else:
            found.unknown += number
    planned = cast.people if to_person else cast.groups
    rest = max(planned - written, 0)
    if (cast.content or {}).get("complete"):
        found.gone = rest
    elif cast.state in ("scheduled", "sending"):
        found.waiting += rest
    elif rest:
        dropped["stopped"] += rest
    found.total, found.refused, found.dropped = max(planned, written), dict(refused), dict(dropped)
    if refused and not to_person:
        found.groups = await _names(session, cast)
    if cast.state == "withdrawn":
        await _taken_back(session, cast, found)
    return found


async def _names(session: Session, cast: Broadcast) -> dict[str, list[str]]:
    """The groups that did not get it, by reason. Of people only the number is told: nobody is named for blocking."""
    query = select(Letter.error, Group.title).join(Group, Group.id == Letter.group_id)
    query = query.where(copies(cast.id), Letter.state == "refused").order_by(Group.title).limit(100)
    named: dict[str, list[str]] = defaultdict(list)
    for error, title in await session.execute(query):
        named[reason(error, to_person=False)].append(title)
    return dict(named)


async def _taken_back(session: Session, cast: Broadcast, found: Numbers) -> None:
    query = select(Letter.state, func.count()).where(copies(cast.id, "castback")).group_by(Letter.state)
    states = {row[0]: row[1] for row in await session.execute(query)}
    found.taken_back = states.get("delivered", 0)
    found.being_taken_back = sum(states.get(state, 0) for state in _OPEN)
    if cast.ended_at is None:  # some have not even been asked for yet
        settled = found.taken_back + sum(states.get(state, 0) for state in ("refused", "dropped", "unknown"))
        found.being_taken_back = found.sent - settled


async def page(
    session: Session, cast: Broadcast, say: Texts, zone: str, now: datetime
) -> tuple[str, list[list[Button]]]:
    """The ledger as words and buttons, as of ``now``."""
    found = await numbers(session, cast)
    lines = [say("broadcasts.ledger.title", count=count_words(cast, say)), _state(cast, say, zone), ""]
    lines += _lines(found, say)
    if cast.state == "withdrawn":
        lines += ["", *_withdrawn_lines(found, say)]
    lines += ["", say("broadcasts.ledger.as_of", clock=moments.clock(now, zone, say))]
    return "\n".join(lines), _buttons(cast, found, say)


def count_words(cast: Broadcast, say: Texts) -> str:
    """ "12 grup, 143 guru", or "143 orang", as plain text."""
    if cast.target.get("to") == PEOPLE:
        return say.plain("broadcasts.count.people", people=cast.people)
    return say.plain("broadcasts.count.groups", groups=cast.groups, people=cast.people)


def _state(cast: Broadcast, say: Texts, zone: str) -> str:
    if cast.state == "scheduled" and cast.due_at is not None:
        return say("broadcasts.ledger.scheduled", moment=moments.said(cast.due_at, zone, say))
    return say(f"broadcasts.ledger.state.{cast.state}")


def _lines(found: Numbers, say: Texts) -> list[str]:
    of = found.total
    lines = [say("broadcasts.ledger.sent", n=found.sent, of=of), say("broadcasts.ledger.waiting", n=found.waiting)]
    if found.refused:
        lines.append(say("broadcasts.ledger.refused", n=sum(found.refused.values())))
        lines += [_because(say, word, number, found.groups.get(word, ())) for word, number in found.refused.items()]
    if found.unknown:
        lines.append(say("broadcasts.ledger.unknown", n=found.unknown))
    if found.dropped:
        lines.append(say("broadcasts.ledger.dropped", n=sum(found.dropped.values())))
        lines += [
            say("broadcasts.ledger.because", why=say.plain(f"broadcasts.dropped.{word}"), n=number)
            for word, number in found.dropped.items()
        ]
    if found.gone:
        lines.append(say("broadcasts.ledger.gone", n=found.gone))
    return lines


def _because(say: Texts, word: str, number: int, titles: Sequence[str]) -> str:
    why = say.plain(f"broadcasts.reason.{word}")
    if not titles:
        return say("broadcasts.ledger.because", why=why, n=number)
    names = ", ".join(titles[:NAMED]) + (" …" if number > NAMED else "")
    return say("broadcasts.ledger.because_named", why=why, n=number, names=names)


def _withdrawn_lines(found: Numbers, say: Texts) -> list[str]:
    kept = found.sent - found.taken_back - found.being_taken_back
    lines = [say("broadcasts.ledger.taken_back", n=found.taken_back, of=found.sent)]
    if found.being_taken_back:
        lines.append(say("broadcasts.ledger.being_taken_back", n=found.being_taken_back))
    if kept:
        lines.append(say("broadcasts.ledger.not_taken_back", n=kept))
    return lines


def _buttons(cast: Broadcast, found: Numbers, say: Texts) -> list[list[Button]]:
    rows = [[button(say.plain("broadcasts.button.refresh"), f"cast:see:{cast.id}")]]
    if found.waiting and cast.state in ("scheduled", "sending", "sent"):
        rows.append([button(say.plain("broadcasts.button.stop"), f"cast:stop:{cast.id}")])
    if found.sent and cast.state in ("sending", "sent", "stopped"):
        rows.append([button(say.plain("broadcasts.button.withdraw"), f"cast:back:{cast.id}")])
    return rows


async def recent(session: Session, person_id: int, say: Texts, zone: str) -> tuple[str, list[list[Button]]]:
    """One's last broadcasts, each as a button that opens its ledger."""
    query = select(Broadcast).where(Broadcast.created_by == person_id, Broadcast.state != "draft")
    casts = (await session.scalars(query.order_by(Broadcast.id.desc()).limit(RECENT))).all()
    rows = [
        [button(f"{moments.said(cast.due_at, zone, say)} · {count_words(cast, say)}"[:60], f"cast:see:{cast.id}")]
        for cast in casts
        if cast.due_at is not None
    ]
    return say("broadcasts.recent" if rows else "broadcasts.none_yet"), rows
