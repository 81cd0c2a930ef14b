"""Putting a broadcast together, tap by tap: whom it goes to, the count before the yes, and when."""

from datetime import datetime, timedelta
from typing import Any

from community import addressees, broadcasts, moments
from community.addressees import GROUPS, NAMED, PEOPLE, WAYS, Count, Sender
from community.refusals import Refusal
from community.roles import Role
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, Draft, button
from storage.models import Broadcast

PER_PAGE = 8
FURTHEST = timedelta(days=366)

Page = tuple[str, list[list[Button]]]


def _button(say: Texts, word: str, *data: object, **blanks: object) -> Button:
    return button(say.plain(f"broadcasts.button.{word}", **blanks)[:60], ":".join(["cast", *map(str, data)]))


def _drop(say: Texts, cast: Broadcast) -> list[Button]:
    return [_button(say, "drop", "drop", cast.id)]


def opening(cast: Broadcast, say: Texts) -> Page:
    """Send me what is to be broadcast."""
    most = broadcasts.MOST_MESSAGES
    return say("broadcasts.send", most=most), [[_button(say, "past", "past")], _drop(say, cast)]


def received(cast: Broadcast, say: Texts) -> Page:
    """There may be more; nobody waits for it by the clock."""
    return say("broadcasts.received"), [[_button(say, "next", "next", cast.id)], _drop(say, cast)]


def whom(cast: Broadcast, say: Texts) -> Page:
    """Into groups, or to people in private? Raises Refusal while there is nothing to send."""
    if not (cast.content or {}).get("messages"):
        raise Refusal("broadcasts.empty")
    row = [_button(say, "groups", "to", cast.id, GROUPS), _button(say, "people", "to", cast.id, PEOPLE)]
    return say("broadcasts.whom"), [row, _drop(say, cast)]


async def towards(session: Session, by: Sender, cast: Broadcast, to: str, say: Texts) -> Page:
    """Groups or people; then which. A way to narrow that leaves nothing to choose is not offered."""
    if to not in (GROUPS, PEOPLE):
        raise Refusal
    cast.target = {"to": to, "by": "all", "values": [], "roles": []}
    count = await addressees.count(session, by, cast.target | {"to": GROUPS})
    rows = [[_button(say, "by_all", "by", cast.id, "all", groups=count.groups)]]
    for way in WAYS[1:]:
        if len(await addressees.choices(session, by, cast.target, way, say.language)) > (way == "group"):
            rows.append([_button(say, f"by_{way}", "by", cast.id, way)])
    return say(f"broadcasts.which.{to}"), [*rows, _drop(say, cast)]


async def picking(
    session: Session, by: Sender, cast: Broadcast, way: str, page: int, say: Texts, *, toggled: str = ""
) -> Page:
    """The list to choose from, a page at a time; ``toggled`` is the token of what was tapped.

    A token that is not on the sender's own list (a forged button) changes nothing.
    """
    if way not in WAYS[1:] or "to" not in cast.target:
        raise Refusal
    if cast.target.get("by") != way:
        cast.target = cast.target | {"by": way, "values": []}
    listed = await addressees.choices(session, by, cast.target, way, say.language)
    tapped = next((one for one in listed if one.token == toggled), None)
    if tapped is not None:
        others = [value for value in cast.target["values"] if value != tapped.value]
        cast.target = cast.target | {"values": others if tapped.chosen else [*others, tapped.value]}
        listed = await addressees.choices(session, by, cast.target, way, say.language)
    last = max((len(listed) - 1) // PER_PAGE, 0)
    page = min(max(page, 0), last)
    shown = listed[page * PER_PAGE : (page + 1) * PER_PAGE]
    rows = [
        [button(f"{'✓ ' if one.chosen else ''}{one.label}"[:60], f"cast:pick:{cast.id}:{way}:{page}:{one.token}")]
        for one in shown
    ]
    turns = [("back", page - 1, page > 0), ("on", page + 1, page < last)]
    rows.append([_button(say, word, "page", cast.id, way, to) for word, to, possible in turns if possible])
    chosen = sum(one.chosen for one in listed)
    rows += [[_button(say, "done", "done", cast.id, n=chosen)]] if chosen else []
    return say(f"broadcasts.pick.{way}", page=page + 1, pages=last + 1), [*filter(None, rows), _drop(say, cast)]


async def roles(session: Session, by: Sender, cast: Broadcast, say: Texts, *, toggled: str = "") -> Page:
    """Which of the people, by role; none chosen is everybody."""
    if cast.target.get("to") != PEOPLE:
        raise Refusal
    held = await addressees.roles(session, by, cast.target)
    if toggled in held:
        chosen = set(cast.target["roles"]) ^ {toggled}
        cast.target = cast.target | {"roles": sorted(chosen)}
    rows = [[button(_role(role, number, cast, say), f"cast:role:{cast.id}:{role}")] for role, number in held.items()]
    word = "chosen_roles" if cast.target["roles"] else "everybody"
    return say("broadcasts.roles"), [*rows, [_button(say, word, "review", cast.id)], _drop(say, cast)]


def _role(role: Role, number: int, cast: Broadcast, say: Texts) -> str:
    tick = "✓ " if role in cast.target["roles"] else ""
    return f"{tick}{say.plain(f'community.role.{role}')} ({number})"


async def review(session: Session, by: Sender, cast: Broadcast, say: Texts, now: datetime, *, note: str = "") -> Page:
    """The exact count, the names of few groups, and the question when. Raises Refusal when nobody would get it."""
    count = await _counted(session, by, cast)
    school, zone = await broadcasts.hours(session, by, cast.target)
    rows: list[list[Button]] = []
    morning = moments.next_morning(school, now, zone)
    if moments.is_open(school, now, zone):
        rows.append([_button(say, "now", "when", cast.id, "now")])
    rows.append([_button(say, "morning", "when", cast.id, "morning", moment=moments.said(morning, zone, say))])
    rows.append([_button(say, "other", "when", cast.id, "other")])
    rows.append([_button(say, "again", "again", cast.id), *_drop(say, cast)])
    parts = [note, _summary(cast, count, say), say("broadcasts.when.ask")]
    return "\n\n".join(part for part in parts if part), rows


async def _counted(session: Session, by: Sender, cast: Broadcast) -> Count:
    if "to" not in cast.target:
        raise Refusal
    count = await addressees.count(session, by, cast.target)
    if not broadcasts.size(cast.target, count):
        raise Refusal("broadcasts.nobody")
    return count


def _summary(cast: Broadcast, count: Count, say: Texts) -> str:
    pieces = len((cast.content or {}).get("messages", ()))
    words = say("broadcasts.summary", pieces=pieces, count=counted(cast, count, say))
    if cast.target.get("to") != PEOPLE:
        words += "\n" + say("broadcasts.guessed")
    if count.names and count.groups <= NAMED:
        words += "\n" + "\n".join(say("broadcasts.named", group=title) for title in count.names)
    return words


def counted(cast: Broadcast, count: Count, say: Texts) -> str:
    """ "12 grup, 143 guru", as plain text."""
    if cast.target.get("to") == PEOPLE:
        return say.plain("broadcasts.count.people", people=count.people)
    return say.plain("broadcasts.count.groups", groups=count.groups, people=count.people)


def preview(cast: Broadcast, chat_id: int) -> Draft:
    """The copies themselves, in the sender's own chat; what Telegram says of them comes back."""
    content = cast.content or {}
    method, params = broadcasts.copy(content, chat_id)
    data = {"user_id": chat_id, "chat_id": chat_id, "of": len(content["messages"])}
    return Draft(method, params, chat_id, then="broadcasts.previewed", then_data=data)


def first_preview(cast: Broadcast) -> bool:
    """Whether the preview is still to be shown; it is shown once, however often the target is changed."""
    content = cast.content or {}
    if content.get("previewed"):
        return False
    cast.content = content | {"previewed": True}
    return True


def copied_all(answer: dict[str, Any], data: dict[str, Any]) -> bool:
    """Whether Telegram copied every message of the preview."""
    return bool(answer.get("ok")) and len(answer.get("result") or ()) == data.get("of")


async def at(session: Session, by: Sender, cast: Broadcast, when: str, say: Texts, now: datetime) -> Page:
    """Now or the next morning, by a tap; ends with the last question. Raises Refusal as `review` does."""
    school, zone = await broadcasts.hours(session, by, cast.target)
    if when not in ("now", "morning"):
        raise Refusal
    open_now = moments.is_open(school, now, zone)
    cast.due_at = None if when == "now" and open_now else moments.next_morning(school, now, zone)
    return await last_question(session, by, cast, say, now)


async def typed(session: Session, by: Sender, cast: Broadcast, text: str, say: Texts, now: datetime) -> Page:
    """A moment in words. At night and on days off it becomes the next open moment, and the question says so.

    Raises Refusal for words that name no moment to come.
    """
    school, zone = await broadcasts.hours(session, by, cast.target)
    meant = moments.read(text, now, zone)
    if meant is None:
        raise Refusal("broadcasts.when.unclear")
    if not now < meant < now + FURTHEST:
        raise Refusal("broadcasts.when.past")
    cast.due_at = moments.opening(school, meant, zone)
    note = say("broadcasts.when.moved") if cast.due_at != meant else ""
    return await last_question(session, by, cast, say, now, note=note)


async def last_question(
    session: Session, by: Sender, cast: Broadcast, say: Texts, now: datetime, *, note: str = ""
) -> Page:
    """What goes to how many and when: a yes by tap, or beyond a bound by typing the number."""
    count = await _counted(session, by, cast)
    _, zone = await broadcasts.hours(session, by, cast.target)
    moment = moments.said(cast.due_at, zone, say) if cast.due_at else say.plain("broadcasts.when.at_once")
    parts = [note, _summary(cast, count, say), say("broadcasts.when.chosen", moment=moment)]
    number = broadcasts.size(cast.target, count)
    rows = [[_button(say, "other_time", "again_when", cast.id), *_drop(say, cast)]]
    if broadcasts.must_type(count):
        parts.append(say("broadcasts.type_the_number", n=number))
    else:
        rows.insert(0, [_button(say, "go", "go", cast.id, number, count=counted(cast, count, say))])
    return "\n\n".join(part for part in parts if part), rows


async def typed_number(session: Session, by: Sender, cast: Broadcast, text: str, now: datetime) -> Broadcast:
    """The number was typed: the same as a tapped yes. Raises Refusal for another number."""
    words = text.strip().replace(".", "")
    if not (words.isascii() and words.isdecimal() and len(words) < 10):
        raise Refusal("broadcasts.wrong_number")
    count = await addressees.count(session, by, cast.target)
    if int(words) != broadcasts.size(cast.target, count):
        raise Refusal("broadcasts.wrong_number")
    return await broadcasts.confirm(session, by, cast.id, int(words), now, typed=True)
