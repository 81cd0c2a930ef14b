"""What people are told of a session: times to choose from, what was agreed with its calendar file, that it moved."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from coaching import ics, letters, seats
from coaching.rights import Side
from coaching.seats import Seat
from community import calendar, people
from community.calendar import local_day
from community.notes import clipped
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, Draft, Lane, button, document
from storage.models import CoachingSession, Cycle, Group, Person
from storage.outbox import attach

FILE = "pertemuan.ics"
OWN_REASONS = ("ill", "duty", "class", "rests", "ended", "handed")  # tapped, or the cycle's


def when(moment: datetime, zone: str, say: Texts) -> str:
    """A moment by the wall there, as plain text: "Selasa, 7 Jul pukul 09.00"."""
    day = calendar.spoken(local_day(moment, zone), say)
    return say.plain("sessions.when", day=day, hour=calendar.wall_of(moment, zone))


def described(row: CoachingSession, zone: str, say: Texts) -> str:
    """When, how long, how and where, as plain text; the time only once there is one."""
    parts = [when(row.starts_at, zone, say)] if row.starts_at else []
    parts += [say.plain("sessions.minutes", n=row.minutes), say.plain(f"sessions.mode.{row.mode}")]
    return ", ".join(parts + ([row.place] if row.place else []))


def reason_of(row: CoachingSession, say: Texts) -> str:
    """Why, as plain text: a word of ours in the reader's language, or theirs as it is."""
    if row.reason in OWN_REASONS:
        return say.plain(f"sessions.reason.{row.reason}")
    return row.reason or say.plain("sessions.reason.none")


def line(row: CoachingSession, zone: str, say: Texts, now: datetime, *, elsewhere: bool = False) -> str:
    """How it stands with one session, for its page; ``elsewhere``: for one without the buttons that say if they met."""
    state, reason = row.state, clipped(reason_of(row, say), 200)
    reason = reason[:1].upper() + reason[1:]  # it stands after a full stop
    if state == "agreed" and row.starts_at is not None and row.starts_at <= now:
        over = row.starts_at + timedelta(minutes=row.minutes) <= now
        state = ("past_elsewhere" if elsewhere else "past") if over else "now"
    told = say(f"sessions.page.{state}", what=described(row, zone, say), reason=reason)
    starts = (row.slots or {}).get("starts", []) if row.state == "offered" else []
    return "\n".join([told, *(f"• {when(datetime.fromisoformat(one), zone, say)}" for one in starts)])


def zone_of(person: Person, group: Group) -> str:
    """By whose wall the person reads times."""
    return person.zone or group.zone


def choices(row: CoachingSession, starts: Sequence[datetime], zone: str, say: Texts) -> list[list[Button]]:
    """A button for each time, and one for none of them."""
    rows = [[button(when(one, zone, say)[:60], f"sespick:{row.id}:{n}")] for n, one in enumerate(starts)]
    return [*rows, [button(say.plain("sessions.button.none_fits"), f"sesask:{row.cycle_id}")]]


def to_session(cycle: Cycle, say: Texts) -> list[list[Button]]:
    """The way to the sessions of a cycle."""
    return [[button(say.plain("sessions.button.open"), f"ses:{cycle.id}")]]


async def offered(
    session: Session, seat: Seat, row: CoachingSession, starts: Sequence[datetime], now: datetime
) -> None:
    """Times to choose from, to the other side."""
    drafts: list[Draft] = []
    for _, person in await seats.others(session, seat, Side.COACHEE):
        say = Texts(person.language)
        words = say(
            "sessions.news.offered", name=people.display(seat.person, say), minutes=row.minutes,
            workflow=seat.workflow.title.of(person.language), mode=say.plain(f"sessions.mode.{row.mode}"),
        )  # fmt: skip
        rows = choices(row, starts, zone_of(person, seat.group), say)
        named = letters.key(seat.cycle, "ses.offer", row.id, person)
        drafts += letters.to(person, seat.group, seat.cycle, words, named, rows, not_after=starts[-1])
    await letters.send(session, seat.group, drafts, now)


async def agreed(session: Session, seat: Seat, row: CoachingSession, now: datetime, what: str = "agreed") -> None:
    """The others learn of it, and everybody gets the calendar file. ``what`` is agreed, or placed for a new place."""
    drafts = await _told(session, seat, row, what)
    for reader, partner in await _each(session, seat):
        drafts += await _file(session, seat, row, reader, partner, now)
    await letters.send(session, seat.group, drafts, now)


async def called_off(session: Session, seat: Seat, row: CoachingSession, was_agreed: bool, now: datetime) -> None:
    """The others learn why; a calendar that had it takes it out."""
    drafts = await _told(session, seat, row, row.state, reason=True)
    if was_agreed:
        for reader, partner in await _each(session, seat):
            drafts += await _file(session, seat, row, reader, partner, now, is_off=True)
    await letters.send(session, seat.group, drafts, now)


async def _told(session: Session, seat: Seat, row: CoachingSession, what: str, *, reason: bool = False) -> list[Draft]:
    drafts: list[Draft] = []
    for member, person in await seats.others(session, seat):
        if member.side == Side.STAND_IN and what == "placed":
            continue
        say = Texts(person.language)
        blanks: dict[str, object] = {
            "name": people.display(seat.person, say), "what": described(row, zone_of(person, seat.group), say)
        }  # fmt: skip
        if reason:
            blanks["reason"] = reason_of(row, say)
        named = letters.key(seat.cycle, f"ses.{what}.{row.version}", row.id, person)
        words, rows = say(f"sessions.news.{what}", **blanks), to_session(seat.cycle, say)
        if what == "moved" and member.side == Side.COACH:  # nobody offers new times to who offers them
            words = say("sessions.news.moved_to_coach", **blanks)
            rows = [[button(say.plain("sessions.button.offer"), f"sesof:{seat.cycle.id}")]]
        drafts += letters.to(person, seat.group, seat.cycle, words, named, rows)
    return drafts


async def _each(session: Session, seat: Seat) -> list[tuple[Person, Sequence[Person]]]:
    """Everybody who has to be there, and whom they meet."""
    others = [person for row, person in await seats.others(session, seat) if row.side != Side.STAND_IN]
    them = [seat.person, *others]
    return [(one, [other for other in them if other.id != one.id]) for one in them]


async def _file(
    session: Session, seat: Seat, row: CoachingSession, reader: Person, partners: Iterable[Person], now: datetime,
    *, is_off: bool = False,
) -> list[Draft]:  # fmt: skip
    if reader.tg_user_id is None or not reader.reachable or row.starts_at is None or row.starts_at <= now:
        return []
    digest, caption = await calendar_file(session, row, reader, partners, now, is_off=is_off)
    named = letters.key(seat.cycle, f"ses.{'unfile' if is_off else 'file'}.{row.version}", row.id, reader)
    about = {"person_id": reader.id, "group_id": seat.group.id, "not_after": row.starts_at}
    return [document(reader.tg_user_id, digest, caption, key=named, lane=Lane.REMINDER, **about)]


async def calendar_file(
    session: Session, row: CoachingSession, reader: Person, partners: Iterable[Person], now: datetime,
    *, is_off: bool = False,
) -> tuple[str, str]:  # fmt: skip
    """The attachment and its caption (HTML), in the reader's words; nothing but names, time and place is in it."""
    say = Texts(reader.language)
    names = say.plain("coaching.and").join(people.display(one, say) for one in partners)
    title = say.plain("sessions.file.title", name=names)
    one = ics.Appointment(
        f"sesi-{row.replaces_id or row.id}",
        row.version,
        row.starts_at or now,
        row.minutes,
        title,
        row.place or "",
        is_off,
    )
    digest = await attach(session, FILE, ics.file(one, now), now, reader.id)
    how = say.plain("sessions.file.off" if is_off else "sessions.file.caption")
    return digest, say("sessions.file.told", title=title, how=how)


async def asked(session: Session, seat: Seat, now: datetime) -> None:
    """The teacher would like to meet."""
    await _ask(session, seat, "asked", Side.COACH, "offer", f"sesof:{seat.cycle.id}", now)


async def asked_for_periods(session: Session, seat: Seat, now: datetime) -> None:
    """The coach would like to know when there is time."""
    await _ask(session, seat, "periods", Side.COACHEE, "free", "free:day", now)


async def _ask(session: Session, seat: Seat, what: str, of: Side, label: str, leads_to: str, now: datetime) -> None:
    drafts: list[Draft] = []
    day = local_day(now, seat.group.zone).toordinal()
    for _, person in await seats.others(session, seat, of):
        say = Texts(person.language)
        words = say(f"sessions.news.{what}", name=people.display(seat.person, say))
        rows = [[button(say.plain(f"sessions.button.{label}"), leads_to)]]
        drafts += letters.to(
            person, seat.group, seat.cycle, words, letters.key(seat.cycle, f"ses.{what}", day, person), rows
        )
    await letters.send(session, seat.group, drafts, now)
