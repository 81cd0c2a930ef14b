"""One appointment as a calendar file, the kind every phone takes in with a tap."""

from datetime import datetime, timedelta
from typing import NamedTuple


class Appointment(NamedTuple):
    """What a calendar shows. The same ``uid`` with a higher ``version`` takes the place of what was there."""

    uid: str
    version: int
    starts_at: datetime
    minutes: int
    title: str
    place: str = ""
    is_off: bool = False


def file(one: Appointment, now: datetime) -> bytes:
    """The file, with times in UTC: each phone shows them by its own wall. Nobody but its reader is named an address."""
    from icalendar import Calendar, Event

    entry = Event()
    entry.add("uid", f"{one.uid}@sejawat")
    entry.add("sequence", one.version)
    entry.add("dtstamp", now)
    entry.add("dtstart", one.starts_at)
    entry.add("dtend", one.starts_at + timedelta(minutes=one.minutes))
    entry.add("summary", one.title)
    if one.place:
        entry.add("location", one.place)
    entry.add("status", "CANCELLED" if one.is_off else "CONFIRMED")
    whole = Calendar()
    whole.add("prodid", "-//Sejawat//Coaching//ID")
    whole.add("version", "2.0")
    whole.add("method", "CANCEL" if one.is_off else "PUBLISH")
    whole.add_component(entry)
    return bytes(whole.to_ical())
