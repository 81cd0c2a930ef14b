"""Who needs me today, in words: at most ten lines, the most urgent first, with a question to begin a talk."""

from typing import TYPE_CHECKING

from community import calendar
from community.notes import clipped
from content.texts import Texts
from storage.letters import Button, button

if TYPE_CHECKING:
    from reports.today import Need, Today

MOST = 10
QUESTIONS = 3  # phrases of each kind, so that mornings differ


def page(today: "Today", say: Texts, first: int = 0) -> tuple[str, list[list[Button]]]:
    """The lines from ``first`` on, a button for each, and the way to the rest; with the line of good news above."""
    shown = today.needs[first : first + MOST]
    lines = [_line(need, number, say) for number, need in enumerate(shown, start=first + 1)]
    parts = [say("today.title" if first == 0 else "today.more_title")]
    if today.good is not None and first == 0:
        parts.append(say(f"today.good.{today.good[0]}", name=today.good[1]))
    rows = [
        [button(_label(need, number, say), need.door or f"cyc:{need.cycle_id}")]
        for number, need in enumerate(shown, first + 1)
    ]
    left = len(today.needs) - first - len(shown)
    if left > 0:
        rows.append([button(say.plain("today.button.rest", n=left), f"today:{first + MOST}")])
    return "\n\n".join([*parts, *lines]), rows


def _line(need: "Need", number: int, say: Texts) -> str:
    names = say.plain("coaching.and").join(need.names)
    told = say(
        f"today.need.{need.kind}", n=number, name=names, what=clipped(need.what[say.language], 100), days=need.days,
        due=calendar.spoken(need.due_on, say) if need.due_on else "", hour=need.hour,
    )  # fmt: skip
    asked = say(f"today.ask.{_family(need.kind)}_{(need.cycle_id + need.days) % QUESTIONS}")
    return f"{told}\n{asked}"


def _family(kind: str) -> str:
    """Which question fits: to oneself, before an appointment, to who is stuck or asks, to begin again."""
    if kind.startswith("own_"):
        return "own"
    if kind.endswith("_today"):
        return "booked"
    return kind if kind in ("evidence", "silent", "consultation") else "stuck"


def _label(need: "Need", number: int, say: Texts) -> str:
    names = say.plain("coaching.and").join(need.names) or need.what[say.language]
    return say.plain("today.button.line", n=number, name=names)[:60]
