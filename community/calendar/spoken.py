"""Days as people say them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from content.texts import Texts


def spoken(day: date, say: Texts) -> str:
    """Day of the week and date, as plain text: "Selasa, 18 Agu"."""
    weekday = say.plain("common.weekdays").split()[day.weekday()]
    month = say.plain("common.months").split()[day.month - 1]
    return say.plain("common.day", weekday=weekday, day=day.day, month=month)


def spoken_span(first: date, last: date, today: date, say: Texts) -> str:
    """One day or several, as plain text: "Rabu, 18 Nov", "1 Des sampai 6 Des", with the year where it is another."""
    if first == last and first.year == today.year:
        return spoken(first, say)
    said = [_short(day, today, say) for day in (first, last)]
    return said[0] if first == last else say.plain("calendar.span", first=said[0], last=said[1])


def _short(day: date, today: date, say: Texts) -> str:
    month = say.plain("common.months").split()[day.month - 1]
    return f"{day.day} {month}" if day.year == today.year else f"{day.day} {month} {day.year}"


def wall_of(moment: datetime, zone: str) -> str:
    """What a wall there shows, as people write it: 06.30."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%H.%M")
