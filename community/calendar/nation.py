"""What all of Indonesia has in common: national holidays, joint leave, Ramadan and Idul, as far as they are known.

Islamic dates are decreed shortly before (sidang isbat). Until then they are reckoned by the Umm al-Qura calendar,
which may differ from the decree by a day: such a date is an estimate, and both candidates are kept free.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

import holidays
from hijridate import Gregorian, Hijri

FITRI, ADHA = "fitri", "adha"
_RAMADAN, _SYAWAL, _DZULHIJAH = 9, 10, 12
# How the package `holidays` marks a date that is not decreed yet, and what it calls the two feasts.
_ESTIMATED = ("(perkiraan)", "(estimated)")
_FEASTS = {"Eid al-Fitr": FITRI, "Eid al-Adha": ADHA}
_NAMES = {FITRI: ("Hari Raya Idul Fitri", "Eid al-Fitr"), ADHA: ("Hari Raya Idul Adha", "Eid al-Adha")}
# Nobody's reckoning of a feast is further off than this; the feasts themselves are more than two months apart.
_NEAR = timedelta(days=20)
_KNOWN_YEARS = range(1345, 1500)  # of the Islamic calendar: what Umm al-Qura covers


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day on which the whole country is off, with its name in both languages."""

    kind: str  # holiday, joint_leave, eid
    id: str
    en: str
    estimated: bool = False
    feast: str = ""  # fitri or adha


@cache
def _listed(year: int) -> dict[date, Holiday]:
    """National holidays and joint leave of a year, as the package `holidays` knows them."""
    found: dict[date, Holiday] = {}
    for category, kind in (("government", "joint_leave"), ("public", "holiday")):
        said, meant = (
            holidays.country_holidays("ID", years=year, categories=(category,), language=language)
            for language in ("id", "en_US")
        )
        for day in said:
            feast = next((feast for name, feast in _FEASTS.items() if name in meant[day]), "")
            feast = feast if kind == "holiday" else ""
            estimated = any(sign in said[day] for sign in _ESTIMATED)
            names = _NAMES[feast] if feast else (_bare(said[day]), _bare(meant[day]))
            found[day] = Holiday("eid" if feast else kind, *names, estimated, feast)
    return found


def _bare(name: str) -> str:
    for sign in _ESTIMATED:
        name = name.replace(sign, "")
    return " ".join(name.split()).replace(" ;", ";")


def joint_leave_known(year: int) -> bool:
    """Is the joint leave (cuti bersama) of that year decreed and in the data? Where not, nobody knows it yet."""
    return any(one.kind == "joint_leave" for one in _listed(year).values())


@dataclass(frozen=True, slots=True)
class Islamic:
    """One year of the Islamic calendar: the fast, and the days that are or may be one of the feasts."""

    fast: tuple[date, date]  # first and last day
    feasts: tuple[tuple[str, date], ...]  # fitri or adha, and a day of it
    estimated: bool


@cache
def islamic(year: int) -> Islamic:
    """The Islamic year by its number, as reckoned. Where two reckonings differ, both days are feast days."""
    first = _gregorian(year, _RAMADAN, 1)
    reckoned = {FITRI: _gregorian(year, _SYAWAL, 1), ADHA: _gregorian(year, _DZULHIJAH, 10)}
    feasts: set[tuple[str, date]] = set()
    begins, estimated = reckoned[FITRI], False
    for feast, near in reckoned.items():
        listed = [day for day in _days_near(near) if (one := _listed(day.year).get(day)) and one.feast == feast]
        feasts |= {(feast, day) for day in listed}
        if not listed or any(_listed(day.year)[day].estimated for day in listed):
            estimated = True
            feasts |= {(feast, near + timedelta(days=more)) for more in range(2 if feast == FITRI else 1)}
        if feast == FITRI and listed:
            begins = max(begins, min(listed))
    return Islamic((first, begins - timedelta(days=1)), tuple(sorted(feasts, key=lambda one: one[1])), estimated)


def _gregorian(year: int, month: int, day: int) -> date:
    found = Hijri(year, month, day).to_gregorian()
    return date(found.year, found.month, found.day)


def _days_near(day: date) -> list[date]:
    return [day + timedelta(days=ahead) for ahead in range(-3, 5)]


@lru_cache(maxsize=4096)
def islamic_year(day: date) -> int | None:
    """The year of the Islamic calendar a day falls into; None where the calendar is not known."""
    try:
        year: int = Gregorian.fromdate(day).to_hijri().year
    except (ValueError, OverflowError):
        return None
    return year if year in _KNOWN_YEARS else None


@lru_cache(maxsize=4096)
def holiday(day: date) -> Holiday | None:
    """Why the whole country is off on that day, or None; a feast counts on every day that it may fall on."""
    listed = _listed(day.year).get(day)
    year = islamic_year(day)
    if listed is not None or year is None:
        return listed
    feast = next((feast for feast, at in islamic(year).feasts if at == day), "")
    return Holiday("eid", _NAMES[feast][0], _NAMES[feast][1], True, feast) if feast else None


def fast_of(day: date) -> tuple[date, date] | None:
    """First and last day of Ramadan in the Islamic year of that day, as reckoned."""
    year = islamic_year(day)
    return islamic(year).fast if year is not None else None


def feast_near(day: date) -> tuple[int, str] | None:
    """Which feast of which Islamic year somebody means who says that Idul is on that day."""
    year = islamic_year(day)
    if year is None:
        return None
    near = min(islamic(year).feasts, key=lambda one: abs(one[1] - day))
    return (year, near[0]) if abs(near[1] - day) <= _NEAR else None


def feast_names(feast: str) -> tuple[str, str]:
    """What a feast is called, in Indonesian and in English."""
    return _NAMES[feast]
