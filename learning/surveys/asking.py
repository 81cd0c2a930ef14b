"""One question after another in the private chat: answered, passed over, changed until the survey closes."""

from dataclasses import dataclass
from typing import Any

from community.refusals import Refusal
from content.instruments import Instrument, Item
from content.texts import Texts
from learning.refusals import Gone
from learning.surveys import answers, words
from learning.surveys import rights as who
from learning.surveys.answers import Value
from storage.database import Session
from storage.letters import Button, button
from storage.models import Group, Person, Survey

Rows = list[list[Button]]


@dataclass(frozen=True, slots=True)
class Step:
    """What is shown, and which item the next words in the chat answer; -1: none."""

    html: str
    rows: Rows
    listens: int = -1
    unnamed: bool = False  # nothing of it may be kept longer than it takes to send


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A survey in the hands of one person."""

    survey: Survey
    instrument: Instrument
    person: Person
    fingerprint: str
    given: dict[str, Any]

    def item(self, at: int) -> Item:
        if not 0 <= at < len(self.instrument.items):
            raise Gone
        return self.instrument.items[at]

    @property
    def next(self) -> int:
        """The first item that was neither answered nor passed over; their number where there is none."""
        items = self.instrument.items
        return next((at for at, one in enumerate(items) if one.id not in self.given), len(items))


async def _taken(session: Session, person: Person | None, fingerprint: str, survey_id: int) -> _Sheet:
    person, survey, instrument = await who.answering(session, person, survey_id)
    if survey.way != "private":
        raise Refusal("surveys.in_group")
    given = await answers.own(session, survey, person, fingerprint)
    return _Sheet(survey, instrument, person, fingerprint, given)


async def begin(session: Session, person: Person | None, fingerprint: str, survey_id: int, say: Texts) -> Step:
    """What it is for and who will read what, before the first question. Raises as rights.answering."""
    sheet = await _taken(session, person, fingerprint, survey_id)
    group = await session.get_one(Group, sheet.survey.group_id)
    told = [words.about(sheet.instrument, group, sheet.survey.way, say)]
    told.append(words.length(len(sheet.instrument.items), sheet.instrument, say))
    done, label = sheet.next, "begin"
    if sheet.given:
        label = "change" if done == len(sheet.instrument.items) else "go_on"
        told.append(say("surveys.so_far", n=len(sheet.given), of=len(sheet.instrument.items)))
    first = 0 if label == "change" else done
    return Step("\n\n".join(told), [[button(say.plain(f"surveys.button.{label}"), f"svq:{survey_id}:{first}")]])


async def show(session: Session, person: Person | None, fingerprint: str, survey_id: int, at: int, say: Texts) -> Step:
    """The question at that place; behind the last one, the end. Raises as rights.answering, Gone."""
    sheet = await _taken(session, person, fingerprint, survey_id)
    if at == len(sheet.instrument.items):
        return await _end(session, sheet, say)
    return _page(sheet, at, say)


async def answer(
    session: Session, person: Person | None, fingerprint: str, survey_id: int, at: int, choice: int, say: Texts
) -> Step:
    """A tap: the level or option of that number (from 0). One of several is ticked or unticked, any other leads on.

    Raises as rights.answering, Gone.
    """
    sheet = await _taken(session, person, fingerprint, survey_id)
    item = sheet.item(at)
    many = len(sheet.instrument.scale) if item.kind == "likert" else len(item.options)
    if item.kind not in ("likert", "choice") or not 0 <= choice < many:
        raise Gone
    value: Any = choice + 1 if item.kind == "likert" else item.options[choice].id
    if item.several:
        before = sheet.given.get(item.id) or []
        value = [one for one in before if one != value] if value in before else [*before, value]
    await _keep(session, sheet, item, value or None)
    if item.several:
        return _page(sheet, at, say)
    return await _on(session, sheet, at, say)


async def write(
    session: Session, person: Person | None, fingerprint: str, survey_id: int, at: int, said: str, say: Texts
) -> Step:
    """Words, a number, or what stands on a button. Raises as rights.answering, Gone, and Refusal for what is none."""
    sheet = await _taken(session, person, fingerprint, survey_id)
    item = sheet.item(at)
    value: Value = said.strip()
    if item.kind in ("likert", "choice"):
        chosen = _chosen(words.labels(sheet.instrument, item, say), said)
        return await answer(session, person, fingerprint, survey_id, at, chosen, say)
    if item.kind == "number":
        digits = _counted(said, item.words.of(say.language)).replace(",", ".").removesuffix(".0")
        if not (digits.isascii() and digits.isdecimal() and item.low <= int(digits[:9]) <= item.high):
            raise Refusal("surveys.wrong_number", low=item.low, high=item.high)
        value = int(digits)
    elif len(str(value)) > answers.LONGEST:
        raise Refusal("surveys.too_long", most=answers.LONGEST)
    await _keep(session, sheet, item, value)
    return await _on(session, sheet, at, say)


def _chosen(labels: list[str], said: str) -> int:
    """Which of the buttons was typed instead of tapped. Raises a Refusal for other words."""
    meant = [at for at, label in enumerate(labels) if label.casefold() == " ".join(said.casefold().split()).strip(". ")]
    if not meant:
        raise Refusal("surveys.tap")
    return meant[0]


def _counted(said: str, asked: str) -> str:
    """The number without the unit it was asked in: "60 menit" where menit were asked for, and never "1 jam"."""
    number, *unit = said.split() or [""]
    return number if len(unit) <= 1 and all(one.casefold() in asked.casefold().split() for one in unit) else said


async def skip(session: Session, person: Person | None, fingerprint: str, survey_id: int, at: int, say: Texts) -> Step:
    """Lewati: an earlier answer goes. Raises as rights.answering, Gone."""
    sheet = await _taken(session, person, fingerprint, survey_id)
    await _keep(session, sheet, sheet.item(at), None)
    return await _on(session, sheet, at, say)


async def _keep(session: Session, sheet: _Sheet, item: Item, value: Value | None) -> None:
    fits = None if value is None else answers.fitting(sheet.instrument, item, value)
    await answers.keep(session, sheet.survey, sheet.person, sheet.fingerprint, item.id, fits)
    sheet.given[item.id] = fits


async def _on(session: Session, sheet: _Sheet, at: int, say: Texts) -> Step:
    return _page(sheet, at + 1, say) if at + 1 < len(sheet.instrument.items) else await _end(session, sheet, say)


async def _end(session: Session, sheet: _Sheet, say: Texts) -> Step:
    """Whoever has answered anything has answered; only that is told of them."""
    given = sum(one is not None for one in sheet.given.values())
    await answers.seat(session, sheet.survey, sheet.person, answered=given > 0)
    html = say("surveys.end", n=given, of=len(sheet.instrument.items)) if given else say("surveys.end_empty")
    change = [[button(say.plain("surveys.button.change"), f"svq:{sheet.survey.id}:0")]]
    return Step(html, change, unnamed=sheet.survey.anonymous)


def _page(sheet: _Sheet, at: int, say: Texts) -> Step:
    item, number, many = sheet.item(at), sheet.survey.id, len(sheet.instrument.items)
    html = say("surveys.item", n=at + 1, of=many, words=item.words.of(say.language))
    given = sheet.given.get(item.id)
    if item.kind in ("text", "number"):
        hint = say(f"surveys.hint.{item.kind}", low=item.low, high=item.high)
        html = f"{html}\n\n{hint}"
        if given is not None and not sheet.survey.anonymous:
            html += "\n\n" + say("surveys.given", words=str(given))
    rows = [
        [button(_ticked(item, choice, label, given, sheet.survey.anonymous), f"sva:{number}:{at}:{choice}")]
        for choice, label in enumerate(words.labels(sheet.instrument, item, say))
        if item.kind in ("likert", "choice")
    ]
    ways = [button(say.plain("surveys.button.back"), f"svq:{number}:{at - 1}")] if at else []
    ways.append(button(say.plain("surveys.button.skip"), f"svskip:{number}:{at}"))
    if item.several:
        ways.append(button(say.plain("surveys.button.next"), f"svq:{number}:{at + 1}"))
    return Step(html, [*rows, ways], at, sheet.survey.anonymous)  # some type what stands on a button


def _ticked(item: Item, choice: int, label: str, given: Any, anonymous: bool) -> str:
    """What was chosen is marked; of an unnamed survey only while several are being chosen."""
    if item.several:
        name = item.options[choice].id
        if name not in (given or []):
            return label
        return f"{given.index(name) + 1}. {label}" if item.ranked else f"✓ {label}"
    chosen = choice + 1 if item.kind == "likert" else item.options[choice].id
    return f"✓ {label}" if not anonymous and given == chosen else label
