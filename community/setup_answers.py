"""What /aturgrup understands: each question's answers, read from taps and from typing."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from community.calendar import (
    FIVE_DAYS,
    FIVE_DAYS_FRIDAY_OFF,
    QUIET_FROM,
    QUIET_UNTIL,
    SIX_DAYS,
    SIX_DAYS_FRIDAY_OFF,
)

STEPS = ("language", "zone", "school", "programme", "hour", "workdays", "profile", "greeting")
CONFIRM = "confirm"
ZONES = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}
LANGUAGES = {"id": "id", "indonesia": "id", "bahasa indonesia": "id", "en": "en", "english": "en", "inggris": "en"}
PROFILES = ("ruang_gtk_2025", "pmm_2024", "none")
# The letter stands for Jumat: schools that rest on Friday.
WEEKS = {"5": FIVE_DAYS, "6": SIX_DAYS, "6j": SIX_DAYS_FRIDAY_OFF, "5j": FIVE_DAYS_FRIDAY_OFF}
HOURS = ("06:00", "06:15", "06:30", "06:45", "07:00", "12:30", "15:00", "19:00")
NO_GREETING = "-"
GREETING_LENGTH = 300
_SCHOOL_LENGTH = range(3, 129)
# "06:30", "6.30", "630", "0630", "jam 6", "pukul 06.30 WIB": how people write the hour.
_HOUR = re.compile(r"(?:jam|pukul|at)?\s*(\d{1,2})(?:\s*[:.]?\s*(\d{2}))?\s*(?:wib|wita|wit)?", re.IGNORECASE)

_NUMBER = re.compile(r"\d+")
_FRIDAY_OFF = re.compile(r"(jum'?at|friday)\W+(libur|off|free)|(libur|off|free)\W+(hari\W+|on\W+)?(jum'?at|friday)")


class Misunderstood(ValueError):
    """The answer does not fit its question; ``text_key`` says what would."""

    def __init__(self, text_key: str) -> None:
        self.text_key = text_key
        super().__init__(text_key)


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen by this person: their own schools, and the packs there are."""

    schools: dict[int, str] = field(default_factory=dict)
    packs: dict[str, str] = field(default_factory=dict)


def hour(said: str) -> str:
    """The hour as HH:MM. Raises Misunderstood for what is no hour of the day, or one within quiet hours."""
    found = _HOUR.fullmatch(said.strip())
    if found is None:
        raise Misunderstood("community.setup.wrong.hour")
    hours, minutes = int(found[1]), int(found[2] or 0)
    if hours > 23 or minutes > 59:
        raise Misunderstood("community.setup.wrong.hour")
    if not (QUIET_UNTIL.hour * 60 + QUIET_UNTIL.minute <= hours * 60 + minutes < QUIET_FROM.hour * 60):
        raise Misunderstood("community.setup.wrong.quiet")
    return f"{hours:02}:{minutes:02}"


def _language(said: str, _choices: Choices) -> str:
    return _one_of(LANGUAGES, said, "language")


def _zone(said: str, _choices: Choices) -> str:
    return _one_of(ZONES | {zone.casefold(): zone for zone in ZONES.values()}, said, "zone")


def _school(said: str, choices: Choices) -> str:
    """A name, or "#12" for a school of their own; one they do not know cannot be tapped into."""
    if said.startswith("#"):
        number = said[1:]
        if number.isdecimal() and int(number) in choices.schools:
            return said
        raise Misunderstood("community.setup.wrong.school")
    name = " ".join(said.split())
    if len(name) not in _SCHOOL_LENGTH or not any(letter.isalpha() for letter in name):
        raise Misunderstood("community.setup.wrong.school")
    return name


def _programme(said: str, choices: Choices) -> str:
    by_title = {title.casefold(): pack for pack, title in choices.packs.items()}
    return _one_of({pack.casefold(): pack for pack in choices.packs} | by_title, said, "programme")


def _hour(said: str, _choices: Choices) -> str:
    return hour(said)


def _workdays(said: str, _choices: Choices) -> str:
    """A key, or words with the number of days in them: "6", "6 hari", "5 hari, Jumat libur"."""
    words = said.strip().casefold()
    number = _NUMBER.search(words)
    if words in WEEKS or number is None:
        return _one_of(WEEKS, words, "workdays")
    return _one_of(WEEKS, number[0] + ("j" if _FRIDAY_OFF.search(words) else ""), "workdays")


def _profile(said: str, _choices: Choices) -> str:
    return _one_of({name: name for name in PROFILES}, said, "profile")


def _greeting(said: str, _choices: Choices) -> str:
    words = said.strip()
    if len(words) > GREETING_LENGTH:
        raise Misunderstood("community.setup.wrong.greeting")
    return "" if words == NO_GREETING else words


def _one_of(known: dict[str, str], said: str, step: str) -> str:
    try:
        return known[said.strip().casefold()]
    except KeyError:
        raise Misunderstood(f"community.setup.wrong.{step}") from None


_READ: dict[str, Callable[[str, Choices], str]] = {
    "language": _language,
    "zone": _zone,
    "school": _school,
    "programme": _programme,
    "hour": _hour,
    "workdays": _workdays,
    "profile": _profile,
    "greeting": _greeting,
}


def read(step: str, said: str, choices: Choices) -> str:
    """The value of an answer to the question ``step``. Raises Misunderstood."""
    if step == CONFIRM and said.strip():
        raise Misunderstood("community.setup.wrong.confirm")
    if step not in _READ or not said.strip():
        raise Misunderstood("community.setup.wrong.empty")
    return _READ[step](said, choices)


def next_step(answers: dict[str, str]) -> str:
    """The first question without an answer, or "confirm"."""
    return next((step for step in STEPS if step not in answers), CONFIRM)
