"""kill -9 at random while weeks go by: nothing is lost, nothing said twice unknowingly, and the books are the same.

For `make chaos` alone; what `make test` has of it, with three kills in a day, is test_killed.
"""

import os
import random
import signal
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.faults.books import Count
from tests.faults.village import SUNDAY, Village, village, weeks
from tests.waiting import eventually

SEED = int(os.environ.get("SEJAWAT_SEED", "20260803"))
DAYS = int(os.environ.get("SEJAWAT_DAYS", "1000"))
AT_A_TIME = 25
MONDAYS_PROMPT = SUNDAY + timedelta(hours=14, minutes=31)  # 06.31 in Jakarta
# The inbox forgets ids after two days, the outbox holds edits of counts that a later one may have overtaken.
OF_THE_PROCESS = frozenset({"inbox", "outbox", "bots"})


def _must_be_sound(count: Count, about: str) -> None:
    assert (count.lost_updates, count.lost_letters, count.doubled) == ([], [], []), about
    # Two lost answers to one letter are the one way in which it may never arrive, and then it says so.
    assert count.gone_unknown <= count.unknowns // 2, about
    assert count.sent <= count.letters + count.unknowns, about


def _must_be_alike(count: Count, undisturbed: Count, about: str) -> None:
    rows = {name: number for name, number in count.rows.items() if name not in OF_THE_PROCESS}
    wanted = {name: number for name, number in undisturbed.rows.items() if name not in OF_THE_PROCESS}
    assert rows == wanted, about
    assert count.kinds == undisturbed.kinds, about
    assert count.updates == undisturbed.updates, about


def _told(count: Count) -> str:
    return (
        f"{count.days} days, {count.school_days} of them at school, {count.kills} kills; {count.updates} updates, "
        f"{count.sent} messages, {count.twice} of them twice; {count.unknowns} counted as unknown, "
        f"{count.gone_unknown} of them twice; {count.tapped_again} tapped again; "
        f"{count.given_up} goes ended early, a letter somebody waits for was among those"
    )


@pytest.mark.chaos
async def test_a_thousand_days_with_kills_at_random_end_as_they_would_have(quick_folder: Path):
    """As many as SEJAWAT_DAYS, twenty-five at a time: most of a programme of twenty lessons."""
    undisturbed = await weeks(quick_folder / "undisturbed", min(AT_A_TIME, DAYS), random.Random(SEED), dying=False)
    print(f"\nseed {SEED}, undisturbed: {_told(undisturbed)}", flush=True)
    total = Count()
    for turn in range(max(DAYS // AT_A_TIME, 1)):
        about = f"seed {SEED + turn}"
        count = await weeks(quick_folder / str(turn), min(AT_A_TIME, DAYS), random.Random(SEED + turn), dying=True)
        print(f"{about}: {_told(count)}; died {dict(count.deaths)}", flush=True)
        _must_be_sound(count, about)
        if not count.given_up:
            _must_be_alike(count, undisturbed, about)
        total.add(count)
    print(f"in all {_told(total)}", flush=True)


@pytest.mark.chaos
async def test_a_tap_between_two_deaths_is_tapped_again(quick_folder: Path):
    """Each death moves the clock on by more than a minute and a half; Telegram keeps a tap for two and a half."""
    async with village(quick_folder / "twice", random.Random(SEED), dying=False) as here:
        await here.turned(MONDAYS_PROMPT)
        os.kill(here.lives.child, signal.SIGSTOP)
        await here.taps("budi", "tried:", here.chat)  # nobody fetches it
        for _ in range(2):
            died = here.lives.child
            os.kill(died, signal.SIGKILL)
            await eventually(partial(_another, here, died), about="the next life")
        await here.rests()
        assert (here.count.tapped_again, len(here.expired)) == (1, 1)
        assert here.lives.kills == 2


async def _another(here: Village, died: int) -> bool:
    return here.lives.child not in {0, died}
