"""Updates that come at once through the webhook: few commits, each confirmed only when it is stored, none held up."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.together import ENOUGH, Together


class Shelf:
    """Stores what it is given once it is let; an odd one cannot be stored."""

    def __init__(self) -> None:
        self.commits: list[list[str]] = []
        self.open = asyncio.Event()

    async def take(self, updates: Sequence[str]) -> None:
        await self.open.wait()
        if "odd" in updates:
            raise ValueError("odd")
        self.commits.append(list(updates))


async def test_what_comes_meanwhile_is_stored_in_one_commit_and_confirmed_only_then() -> None:
    shelf = Shelf()
    together = Together(shelf.take)
    asked = [asyncio.create_task(together.take([str(number)])) for number in range(40)]
    await asyncio.sleep(0.01)
    late = asyncio.create_task(together.take(["late"]))
    await asyncio.sleep(0.01)
    assert not any(one.done() for one in (*asked, late))
    shelf.open.set()
    await asyncio.gather(*asked, late)
    assert shelf.commits == [[str(number) for number in range(40)], ["late"]]
    await together.take(["after a pause"])
    assert shelf.commits[-1] == ["after a pause"]


async def test_one_that_cannot_be_stored_is_told_so_and_keeps_nobody_out() -> None:
    shelf = Shelf()
    together = Together(shelf.take)
    asked = [asyncio.create_task(together.take([name])) for name in ("a", "odd", "b")]
    shelf.open.set()
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in told] == [type(None), ValueError, type(None)]
    assert shelf.commits == [["a"], ["b"]]
    with pytest.raises(ValueError, match="odd"):
        await together.take(["odd"])


async def test_who_gives_up_waiting_holds_up_nobody() -> None:
    shelf = Shelf()
    together = Together(shelf.take)
    gone, stays = (asyncio.create_task(together.take([name])) for name in ("gone", "stays"))
    await asyncio.sleep(0.01)
    gone.cancel()
    shelf.open.set()
    await stays
    assert shelf.commits == [["gone", "stays"]]


async def test_a_tap_waits_for_no_company_and_takes_along_what_does() -> None:
    shelf = Shelf()
    together = Together(shelf.take, apart=60, hurries=lambda update: update == "tap")
    first = asyncio.create_task(together.take(["first"]))
    await asyncio.sleep(0.01)
    late = asyncio.create_task(together.take(["late"]))
    await asyncio.sleep(0.01)
    shelf.open.set()
    await first
    await asyncio.sleep(0.01)
    assert not late.done()
    await asyncio.wait_for(asyncio.gather(late, together.take(["tap"])), 5)
    assert shelf.commits == [["first"], ["late", "tap"]]


async def test_where_enough_have_come_they_wait_for_no_more() -> None:
    shelf = Shelf()
    together = Together(shelf.take, apart=60)
    first = asyncio.create_task(together.take(["first"]))
    await asyncio.sleep(0.01)
    some = [asyncio.create_task(together.take([str(number)])) for number in range(ENOUGH)]
    await asyncio.sleep(0.01)
    shelf.open.set()
    await asyncio.wait_for(asyncio.gather(first, *some), 5)
    assert shelf.commits == [["first"], [str(number) for number in range(ENOUGH)]]
