"""The parts of the assistant that may run as processes of their own."""

from collections.abc import Iterable
from enum import StrEnum


class Part(StrEnum):
    INTAKE = "intake"  # updates in: the webhook, or asking Telegram for them
    TALK = "talk"  # listening and answering
    COURIER = "courier"  # letters out; one sends, others stand by
    CLOCK = "clock"  # the rhythms; one keeps time, others stand by
    WEB = "web"  # the dashboard


WHOLE = frozenset(Part)


class CannotStart(RuntimeError):
    """The assistant cannot begin; the message says what to do."""


def parts_of(named: Iterable[str]) -> frozenset[Part]:
    """The parts in ``--only intake,talk``; the whole when none is named. Raises CannotStart for an unknown one."""
    words = {word.strip() for given in named for word in given.split(",")} - {""}
    if unknown := sorted(words - set(Part)):
        raise CannotStart(f"--only {unknown[0]}: there is no such part; there are {', '.join(Part)}")
    return frozenset(map(Part, words)) or WHOLE


def must_fit(named: bool, database_url: str, token: str) -> None:
    """Raises CannotStart for parts on what only one process can use."""
    if named and not token:
        raise CannotStart("--only needs BOT_TOKEN: the playground is one process that does everything")
    if named and database_url.startswith("sqlite"):
        raise CannotStart(
            "--only needs PostgreSQL in DATABASE_URL: SQLite is for one process that does everything "
            "(`sejawat db move` takes it over)"
        )
