"""Statements on their way to a record store: in batches, each once, resumable, patient with a weak line."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import aiohttp

BATCH = 50
TRIES = 6
LONGEST_WAIT = 120.0  # seconds that a store may ask for; who wants more is asked another day
_LIMIT = aiohttp.ClientTimeout(total=60)
_SPLITS = (400, 409, 413)  # something in the batch is not wanted, or there is too much of it
_WAITS = (408, 425, 429)


class StoreAway(Exception):
    """The store could not be reached, or did not take what it was sent, however often it was asked."""


class StoreRefuses(Exception):
    """The store does not know us, or the address is no record store: asking again is no use."""


@dataclass(slots=True)
class Sent:
    """What became of the statements: taken now, known there before, refused for good (by id)."""

    taken: int = 0
    known: int = 0
    refused: list[str] = field(default_factory=list)


class Ledger:
    """The ids that the store has, one a line, in a file beside the database: where a sending goes on.

    Without the file everything is sent once more, and the store keeps one of each, since ids tell what happened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        lines = path.read_text(encoding="ascii", errors="ignore").splitlines() if path.exists() else []
        self._known = {line for line in lines if len(line) == 36}  # a line that a crash cut short counts for nothing

    def __contains__(self, statement_id: str) -> bool:
        return statement_id in self._known

    def add(self, ids: Iterable[str]) -> None:
        new = [one for one in ids if one not in self._known]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="ascii") as file:
            file.write("".join(f"\n{one}" for one in new) + "\n")
        self._known.update(new)


class RecordStore:
    """A record store behind its address, as xAPI 1.0.3 describes it."""

    def __init__(
        self, session: aiohttp.ClientSession, address: str, auth: str, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._session, self._sleep = session, sleep
        self._address = address.rstrip("/").removesuffix("/statements") + "/statements"
        credentials = f"Basic {b64encode(auth.encode()).decode()}"
        self._headers = {"X-Experience-API-Version": "1.0.3", "Authorization": credentials}

    async def send(self, lines: Iterable[str], ledger: Ledger, moved: Callable[[Sent], None] = lambda _: None) -> Sent:
        """All statements that the ledger does not know yet. Raises StoreAway, StoreRefuses; what was taken is noted."""
        sent, fresh = Sent(), self._fresh(lines, ledger)
        while batch := list(islice(fresh, BATCH)):
            await self._deliver(batch, ledger, sent)
            moved(sent)
        return sent

    @staticmethod
    def _fresh(lines: Iterable[str], ledger: Ledger) -> Iterator[tuple[str, str]]:
        for line in lines:
            statement_id = str(json.loads(line)["id"])
            if statement_id not in ledger:
                yield statement_id, line

    async def _deliver(self, batch: list[tuple[str, str]], ledger: Ledger, sent: Sent) -> None:
        """One batch; what the store does not want whole is halved until the statement is found that is the reason."""
        status = await self._post(batch)
        ids = [statement_id for statement_id, _ in batch]
        if status == 200:
            ledger.add(ids)
            sent.taken += len(batch)
        elif len(batch) > 1:
            middle = len(batch) // 2
            await self._deliver(batch[:middle], ledger, sent)
            await self._deliver(batch[middle:], ledger, sent)
        elif status == 409:  # a statement with this id is there: the first word counts
            ledger.add(ids)
            sent.known += 1
        else:
            sent.refused += ids

    async def _post(self, batch: list[tuple[str, str]]) -> int:
        """200, or the status for which the batch is halved. Sends again as long as nobody knows what became of it."""
        body = ("[" + ",".join(line for _, line in batch) + "]").encode()
        headers = self._headers | {"Content-Type": "application/json"}
        attempt = 0
        while True:
            attempt, wait = attempt + 1, min(2.0 ** (attempt + 1), 30.0)
            try:
                async with self._session.post(
                    self._address, data=body, headers=headers, timeout=_LIMIT, allow_redirects=False
                ) as answer:
                    await answer.read()
                    if answer.status in (200, 204):
                        return 200
                    if answer.status in _SPLITS:
                        return answer.status
                    if answer.status not in _WAITS and answer.status < 500:
                        raise StoreRefuses(str(answer.status))
                    why, wait = str(answer.status), _asked_for(answer, wait)
            except (aiohttp.ClientError, TimeoutError, OSError) as problem:
                why = type(problem).__name__
            if attempt == TRIES or wait > LONGEST_WAIT:
                raise StoreAway(why)
            await self._sleep(wait)


def _asked_for(answer: aiohttp.ClientResponse, otherwise: float) -> float:
    """Seconds after which the store would like to be asked again."""
    said = answer.headers.get("Retry-After", "")
    return float(said) if said.isascii() and said.isdecimal() and len(said) < 7 else otherwise


async def send(address: str, auth: str, lines: Iterable[str], ledger: Ledger, moved: Callable[[Sent], None]) -> Sent:
    """As RecordStore.send, with a line of its own."""
    async with aiohttp.ClientSession() as session:
        return await RecordStore(session, address, auth, asyncio.sleep).send(lines, ledger, moved)
