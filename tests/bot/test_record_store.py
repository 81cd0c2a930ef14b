"""Statements reach a record store once each, whatever becomes of the line, and the sending goes on where it stopped."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import aiohttp
import pytest

from bot import record_store
from bot.record_store import BATCH, TRIES, Ledger, RecordStore, StoreAway, StoreRefuses
from tests.bot.stores import NAME_AND_SECRET, Store
from tests.bot.stores import record_store as running

LINES = [json.dumps({"id": str(uuid5(NAMESPACE_URL, str(n))), "n": n}) for n in range(120)]
IDS = [json.loads(line)["id"] for line in LINES]


@pytest.fixture
def store() -> Iterator[Store]:
    with running() as one:
        yield one


class Way:
    """The way to the store, on which waiting takes no time."""

    def __init__(self, session: aiohttp.ClientSession, store: Store, auth: str) -> None:
        self.waited: list[float] = []
        self.there = RecordStore(session, store.address, auth, self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.waited.append(seconds)


@pytest.fixture
async def way(store: Store) -> AsyncIterator[Way]:
    async with aiohttp.ClientSession() as session:
        yield Way(session, store, NAME_AND_SECRET)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "deep" / "xapi.txt")


async def test_each_arrives_once_over_a_line_that_breaks(way: Way, store: Store, ledger: Ledger) -> None:
    store.script = ["lost", "drop", 503, 429, 0, 500]
    sent = await way.there.send(LINES, ledger)
    assert (sent.taken, sent.known, sent.refused) == (120, 0, [])
    assert list(store.kept) == IDS
    assert 7.0 in way.waited, "a store that says when is asked then"
    first = store.requests[0]
    assert (first["path"], first["headers"]["X-Experience-API-Version"]) == ("/xapi/statements", "1.0.3")
    assert all(len(json.loads(one["body"])) <= BATCH for one in store.requests)
    before = len(store.requests)
    assert (await way.there.send(LINES, ledger)).taken == 0
    assert len(store.requests) == before, "what the store has is not sent again"


async def test_without_the_ledger_the_store_still_keeps_one_of_each(way: Way, store: Store, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert (await way.there.send(LINES, Ledger(tmp_path / name))).taken == 120
    assert len(store.kept) == 120


async def test_a_statement_that_is_there_otherwise_does_not_hold_up_the_others(
    way: Way, store: Store, ledger: Ledger
) -> None:
    store.kept[IDS[17]] = {"id": IDS[17], "n": "otherwise"}
    sent = await way.there.send(LINES, ledger)
    assert (sent.taken, sent.known, sent.refused) == (119, 1, [])
    assert store.kept[IDS[17]]["n"] == "otherwise"
    assert IDS[17] in ledger


async def test_a_statement_that_is_not_wanted_is_named_and_the_others_arrive(
    way: Way, store: Store, ledger: Ledger
) -> None:
    store.unwanted = {IDS[3], IDS[99]}
    sent = await way.there.send(LINES, ledger)
    assert (sent.taken, sorted(sent.refused)) == (118, sorted([IDS[3], IDS[99]]))
    assert IDS[3] not in ledger, "it is tried again another day"


async def test_a_store_that_stays_away_is_left_and_found_again(way: Way, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "xapi.txt"
    store.script = [0, *[503] * TRIES]
    with pytest.raises(StoreAway):
        await way.there.send(LINES, Ledger(path))
    assert (len(store.kept), len(store.requests)) == (BATCH, 1 + TRIES)
    assert way.waited == sorted(way.waited), "longer each time"
    with path.open("a") as file:
        file.write(IDS[60][:20])  # a crash in the middle of a line
    store.requests.clear()
    assert (await way.there.send(LINES, Ledger(path))).taken == 70
    assert sum(len(json.loads(one["body"])) for one in store.requests) == 70
    assert list(store.kept) == IDS


async def test_who_is_not_known_there_is_told_at_once(store: Store, ledger: Ledger) -> None:
    async with aiohttp.ClientSession() as session:
        stranger = Way(session, store, "sekolah:salah")
        with pytest.raises(StoreRefuses, match="401"):
            await stranger.there.send(LINES, ledger)
    assert (len(store.requests), stranger.waited, store.kept) == (1, [], {})


@pytest.mark.parametrize("status", [301, 307, 404])
async def test_an_address_that_leads_elsewhere_is_not_followed(
    way: Way, store: Store, ledger: Ledger, status: int
) -> None:
    store.script = [status]
    with pytest.raises(StoreRefuses, match=str(status)):
        await way.there.send(LINES, ledger)
    assert len(store.requests) == 1, "the secret goes to the address that was given, and nowhere else"


async def test_a_store_that_wants_an_hour_is_asked_another_day(
    way: Way, store: Store, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_store, "LONGEST_WAIT", 5.0)
    store.script = [429]
    with pytest.raises(StoreAway, match="429"):
        await way.there.send(LINES, ledger)
    assert (len(store.requests), way.waited) == (1, [])
