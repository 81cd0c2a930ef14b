"""Days as people say them."""

from datetime import date

from content.texts import Texts


def spoken(day: date, say: Texts) -> str:
    """Day of the week and date, as plain text: "Selasa, 18 Agu"."""
    weekday = say.plain("common.weekdays").split()[day.weekday()]
    month = say.plain("common.months").split()[day.month - 1]
    return say.plain("common.day", weekday=weekday, day=day.day, month=month)
