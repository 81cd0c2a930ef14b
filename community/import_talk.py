"""From an export that a facilitator sends to a yes or a no: what is said on the way, and what each step may do."""

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from community import imported, imported_counts
from community.calendar import dates, local_day
from community.calendar.spoken import spoken_span
from community.imports.values import many_hidden
from community.moments import ZONES
from community.refusals import Refusal
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, Draft, Upload, button, fetch
from storage.models import Group, Import, Person

LOOKED, KEPT, NAMED = "community.import_looked", "community.import_kept", "community.import_named"
MOST_BYTES = 20_000_000
"""Telegram hands a bot files of up to 20 MB, whatever people may send each other."""
LONGEST_STUDY = timedelta(days=3 * 366)
Rows = list[list[Button]]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """An export between its arrival and the answer: what the conversation remembers of it, and nothing else does."""

    group: int
    file: Json  # Telegram's id and size
    order: str | None = None
    study: str | None = None
    until: str | None = None

    @property
    def token(self) -> str:
        """Stands in the buttons: a yes is for the file it was asked of."""
        return hashlib.sha256(str(self.file["file_id"]).encode()).hexdigest()[:10]

    def plain(self) -> Json:
        return asdict(self)


def known(file: Upload) -> Json:
    """What is remembered of a file: its name may tell whose chat it is."""
    return {"file_id": file.file_id, "name": "", "size": file.size}


def remembered(data: Json, token: str | None = None) -> Asked:
    """What is under way in a conversation. Raises a Refusal where it is gone, or the button is of another file."""
    try:
        asked = Asked(**{name: data.get(name) for name in Asked.__dataclass_fields__})  # type: ignore[arg-type]
        if token is None or asked.token == token:
            return asked
    except (KeyError, TypeError):
        pass
    raise Refusal("imported.again")


async def page(session: Session, person: Person | None, group_id: int, say: Texts, now: datetime) -> tuple[str, Rows]:
    """How to send one, and what the group has taken in so far. Raises NeedsConsent, NotAllowed."""
    group = await imported.may(session, person, group_id)
    found = await imported.of_group(session, group_id)
    words = say("imported.how", group=group.title, megabytes=MOST_BYTES // 1_000_000)
    if not found:
        return words, []
    is_on = await imported_counts.is_baseline(session, group_id)
    lines = [_line(one, group, say, now) for one in found]
    rows = [
        [button(say.plain("imported.remove", n=place), f"imp:ask:{one.id}")] for place, one in enumerate(found[:20], 1)
    ]
    switch = "imported.baseline_off" if is_on else "imported.baseline_on"
    rows.append([button(say.plain(switch), f"imp:base:{group_id}:{int(not is_on)}")])
    return f"{words}\n\n{say('imported.listed')}\n" + "\n".join(lines[:20]), rows


def _line(one: Import, group: Group, say: Texts, now: datetime) -> str:
    span = _span(one.first_at, one.last_at, group, say, now)
    key = "imported.line_counts" if one.counted_at else "imported.line_study" if one.study else "imported.line"
    until = _day(one.kept_until, group, say, now)
    return say(key, span=span, messages=one.messages, people=one.people, until=until, study=one.study or "")


def _span(first: datetime, last: datetime, group: Group, say: Texts, now: datetime) -> str:
    days = [local_day(moment, group.zone) for moment in (first, last, now)]
    return spoken_span(days[0], days[1], days[2], say)


def _day(moment: datetime, group: Group, say: Texts, now: datetime) -> str:
    return _span(moment, moment, group, say, now)


async def sent(session: Session, person: Person | None, asked: Asked) -> Draft:
    """An export was sent: it is read, and what is in it comes back as LOOKED. Raises as page, and a Refusal."""
    group = await imported.may(session, person, asked.group)
    if int(asked.file["size"]) > MOST_BYTES:
        raise Refusal("imported.too_many_bytes", megabytes=MOST_BYTES // 1_000_000)
    return _fetch(asked, LOOKED, person, group, "look")


def _fetch(asked: Asked, then: str, to: Person | None, group: Group, what: str, **more: Any) -> Draft:
    read: Json = {"what": what, "group": group.id, "zone": group.zone, "order": asked.order} | more
    user_id = to.tg_user_id or 0 if to else 0
    data = {"asked": asked.plain()}
    return fetch(Upload(**asked.file), then, user_id=user_id, most=MOST_BYTES, then_data=data, read=read)


async def looked(
    session: Session, person: Person | None, asked: Asked, answer: Json, days: int, say: Texts, now: datetime
) -> tuple[str, Rows]:
    """What is in it and what a yes means; or what is to be asked first; or why it cannot be read."""
    group = await imported.may(session, person, asked.group)
    result = answer.get("result") or {}
    if not answer.get("ok") or "bad" in result:
        return (say(result["bad"], **result["blanks"]) if "bad" in result else say("imported.not_fetched")), []
    no = button(say.plain("imported.no"), f"imp:no:{asked.token}")
    if "ask" in result:
        orders = [
            button(say.plain(f"imported.order.{order}"), f"imp:order:{order}:{asked.token}") for order in ("dmy", "mdy")
        ]
        return say("imported.which_order", first=result["first"]), [*([one] for one in orders), [no]]
    rows = [[button(say.plain("imported.yes"), f"imp:yes:{asked.token}")]]
    if asked.study is None:
        rows.append([button(say.plain("imported.for_study"), f"imp:study:{asked.token}")])
    return _preview(result["found"], asked, group, days, say, now), [*rows, [no]]


def _preview(found: Json, asked: Asked, group: Group, days: int, say: Texts, now: datetime) -> str:
    first, last = (datetime.fromisoformat(found[end]) for end in ("first", "last"))
    parts = [
        say(
            "imported.preview", group=group.title, messages=found["messages"], people=found["people"],
            span=_span(first, last, group, say, now), zone=_zone(group.zone, say), grammar=found["grammar"],
        ),
        say(
            "imported.counts", media=found["media"], deleted=found["deleted"], edited=found["edited"],
            system=found["system_lines"],
        ),
    ]  # fmt: skip
    if many_hidden(found.get("hidden", 0), found["messages"]):
        parts.append(say("imported.hidden", n=found["hidden"]))
    if found["not_understood"]:
        lines = ", ".join(str(line) for line in found["lines"])
        more = found["not_understood"] > len(found["lines"])
        parts.append(say("imported.lines_more" if more else "imported.lines", n=found["not_understood"], lines=lines))
    else:
        parts.append(say("imported.all_understood"))
    ends = _day(now + timedelta(days=days), group, say, now)
    if asked.study and asked.until:
        until = date.fromisoformat(asked.until)
        told = spoken_span(until, until, local_day(now, group.zone), say)
        parts.append(say("imported.promise_study", study=asked.study, until=told))
    else:
        parts.append(say("imported.promise", days=days, until=ends))
    return "\n\n".join(parts)


def _zone(zone: str, say: Texts) -> str:
    return next((say.plain(f"community.zone.{name}") for name, one in ZONES.items() if one == zone), zone)


async def for_study(session: Session, person: Person | None, asked: Asked, said: str, now: datetime) -> Asked:
    """ "Skripsi Bu Rini sampai 30 Juni 2027": what keeps the words longer. Raises a Refusal for what is not clear."""
    group = await imported.may(session, person, asked.group)
    today = local_day(now, group.zone)
    found = dates.spans(said, today)
    name = found.rest.removesuffix(" sampai").removesuffix(" until").strip(" ,.") if found else ""
    if found is None or not name:
        raise Refusal("imported.study_unclear")
    if not today < found.last <= today + LONGEST_STUDY:
        raise Refusal("imported.study_too_long")
    return replace(asked, study=name[:120], until=found.last.isoformat())


async def confirmed(session: Session, person: Person | None, asked: Asked, days: int, say: Texts) -> Draft:
    """ "Ya, simpan": the file is fetched once more and stored as it is read; what became of it comes back as KEPT."""
    group = await imported.begin(session, person, asked.group)
    study = {"study": asked.study, "until": asked.until} if asked.study else {}
    by = person.id if person else 0
    return _fetch(asked, KEPT, person, group, "keep", person=by, days=days, language=say.language, **study)


async def names(session: Session, person: Person | None, asked: Asked, after: int = 0) -> Draft:
    """The names in the file, for matching, those after that speaker's: nothing keeps them, so it is read again.

    They come back as NAMED.
    """
    group = await imported.may(session, person, asked.group)
    return _fetch(asked, NAMED, person, group, "names", after=after)
