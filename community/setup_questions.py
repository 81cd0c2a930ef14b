"""How the questions of /aturgrup look: words, and buttons for those who would rather tap."""

from typing import Any

from community.notes import clipped
from community.setup_answers import (
    CONFIRM,
    HOURS,
    NO_GREETING,
    PROFILES,
    STEPS,
    WEEKS,
    ZONES,
    Choices,
)
from content.packs import available
from content.texts import LANGUAGES, Texts
from storage.letters import Button, button

Rows = list[list[Button]]
_LABEL = 64  # characters of a button; Telegram shortens what the phone is too narrow for


def packs(language: str) -> dict[str, str]:
    """The titles of the programmes that a group may begin, by their id."""
    return {pack.id: pack.title(language) for pack in available() if pack.audience != "coach"}


def question(drawer: dict[str, Any], choices: Choices, say: Texts, problem: str | None = None) -> tuple[str, Rows]:
    """The question that stands, below what was wrong with the last answer."""
    step: str = drawer["step"]
    if step == CONFIRM:
        words, rows = _summary(drawer, choices, say)
    else:
        place = say("community.setup.place", group=drawer["title"], number=STEPS.index(step) + 1, of=len(STEPS))
        words, rows = f"{place}\n\n{say(f'community.setup.ask.{step}')}", _rows(drawer, choices, say)
        if step == "programme" and (follows := drawer.get("follows")):
            words += "\n" + say("community.setup.programme_now", pack=follows[1])
    return (f"{say(problem)}\n\n{words}" if problem else words), rows


def _rows(drawer: dict[str, Any], choices: Choices, say: Texts) -> Rows:
    """The answers to tap; the one that stands already is marked."""
    step: str = drawer["step"]
    given = drawer["answers"].get(step)
    now = None if given is None else shown(step, given, choices, say)
    options = [(value, f"✓ {label}" if label == now else label) for value, label in _options(step, choices, say)]
    wide = step in {"school", "programme", "profile", "greeting", "workdays"}
    across = 1 if wide else 4 if step == "hour" else 3
    buttons = [button(clipped(label, _LABEL), f"setup:{step}:{value}") for value, label in options]
    return [buttons[at : at + across] for at in range(0, len(buttons), across)]


def _options(step: str, choices: Choices, say: Texts) -> list[tuple[str, str]]:
    match step:
        case "language":
            return [(name, say.plain(f"community.language.{name}")) for name in LANGUAGES]
        case "zone":
            return [(name, say.plain(f"community.zone.{name}")) for name in ZONES]
        case "school":
            return [(f"#{number}", name) for number, name in list(choices.schools.items())[:20]]
        case "programme":
            return list(choices.packs.items())
        case "hour":
            return [(clock.replace(":", ""), clock.replace(":", ".")) for clock in HOURS]
        case "workdays":
            return [(days, say.plain(f"community.setup.week.{days}")) for days in WEEKS]
        case "profile":
            return [(name, say.plain(f"community.profile.{name}")) for name in PROFILES]
        case _:
            return [(NO_GREETING, say.plain("community.setup.no_greeting"))]


def shown(step: str, value: str, choices: Choices, say: Texts) -> str:
    """An answer in the words it was chosen by."""
    match step:
        case "language":
            return say.plain(f"community.language.{value}")
        case "zone":
            return next((say.plain(f"community.zone.{name}") for name, zone in ZONES.items() if zone == value), value)
        case "school":
            return choices.schools.get(int(value[1:]), value) if value.startswith("#") else value
        case "programme":
            return choices.packs.get(value, value)
        case "hour":
            return value.replace(":", ".")
        case "workdays":
            return next(
                (say.plain(f"community.setup.week.{days}") for days, week in WEEKS.items() if week == value), value
            )
        case "profile":
            return say.plain(f"community.profile.{value}")
        case _:
            return value or say.plain("community.setup.no_greeting")


def _summary(drawer: dict[str, Any], choices: Choices, say: Texts) -> tuple[str, Rows]:
    answers: dict[str, str] = drawer["answers"]
    lines = [
        say(
            "community.setup.line",
            name=say.plain(f"community.setup.name.{step}"),
            value=shown(step, value, choices, say),
        )
        for step in STEPS
        if (value := answers.get(step)) is not None
    ]
    words = "\n".join([say("community.setup.check", group=drawer["title"]), "", *lines])
    if (follows := drawer.get("follows")) and answers.get("programme") != follows[0]:
        words += "\n\n" + say("community.setup.programme_changes", pack=follows[1])
    edits = [button(say.plain(f"community.setup.name.{step}"), f"setup:edit:{step}") for step in STEPS]
    rows = [[button(say.plain("community.setup.save"), "setup:save")]]
    rows += [edits[at : at + 2] for at in range(0, len(edits), 2)]
    rows.append([button(say.plain("community.setup.cancel"), "cancel")])
    return words, rows
