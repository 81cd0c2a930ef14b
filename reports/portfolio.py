"""A portfolio that fills itself from what is stored: a screen for oneself, and a paper of the notes one chooses."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from community import calendar, people, pupils
from community.library import own
from community.library.own import Own
from community.notes import clipped
from community.refusals import NeedsConsent, Refusal
from content.texts import Texts
from learning import discreet, finishing, journal, reading
from learning.finishing import Progress
from learning.journal import Entry
from reports import certificate, papers, portfolio_talk
from reports.certificate import Standing
from storage.database import Session
from storage.letters import Draft
from storage.models import Feedback, Person, Piece, Reflection

# What of one's reflections goes into the paper, by audience.
CHOICES: dict[str, tuple[str, ...]] = {"all": ("me", "coach", "group"), "shared": ("coach", "group"), "none": ()}
QUOTES, QUOTED = 3, 160
HELPED = 40  # of what helped, on paper


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Everything in it is one's own, or was given to oneself by colleagues who still agree."""

    packs: Sequence[Standing]
    pieces: Sequence[Piece]  # oldest first
    given: int
    received: int
    helped_others: int
    helped_me: Sequence[tuple[Feedback, Person]]  # newest first
    talk: Own
    discreet: bool

    @property
    def is_empty(self) -> bool:
        return not (self.packs or self.pieces or self.given or self.received) and self.talk.is_empty

    def pieces_of(self, one: Progress) -> int:
        """Pieces shown while this was the newest pack; each belongs to one pack."""
        return self._by_pack()[one.enrolment.id]

    def _by_pack(self) -> Counter[int]:
        found: Counter[int] = Counter()
        for piece in self.pieces:
            begun = [
                standing.progress.enrolment
                for standing in self.packs
                if standing.progress.enrolment.group_id == piece.group_id
                and standing.progress.enrolment.started_at <= piece.created_at
            ]
            if begun:
                found[max(begun, key=lambda row: (row.started_at, row.id)).id] += 1
        return found


async def gather(session: Session, person: Person | None) -> Portfolio:
    """One's own portfolio; a fixed number of queries. Raises NeedsConsent."""
    if person is None:
        raise NeedsConsent
    packs = [one for one in await certificate.standings(session, person) if one.progress.begun or one.certificate]
    pieces = await session.scalars(
        select(Piece).where(Piece.person_id == person.id).order_by(Piece.created_at, Piece.id)
    )
    giver = aliased(Person)
    agreed = giver.consented_at.is_not(None)
    mine = select(func.count()).select_from(Feedback).where(Feedback.giver_id == person.id)
    got = select(func.count()).select_from(Feedback).join(giver, giver.id == Feedback.giver_id)
    helped = await session.execute(
        select(Feedback, giver)
        .join(giver, giver.id == Feedback.giver_id)
        .where(Feedback.receiver_id == person.id, Feedback.helped.is_(True), agreed)
        .order_by(Feedback.created_at.desc(), Feedback.id.desc())
        .limit(HELPED)
    )
    return Portfolio(
        packs=packs,
        pieces=pieces.all(),
        given=await session.scalar(mine) or 0,
        received=await session.scalar(got.where(Feedback.receiver_id == person.id, agreed)) or 0,
        helped_others=await session.scalar(mine.where(Feedback.helped.is_(True))) or 0,
        helped_me=[(row, who) for row, who in helped],
        talk=await own.of_person(session, person),
        discreet=await discreet.is_shared(session, person.id),
    )


def listed(found: Portfolio, say: Texts) -> str:
    """One screen, as Telegram HTML; on a shared phone colleagues' words are only counted."""
    if found.is_empty:
        return say("portfolio.none")
    parts = [say("portfolio.title"), *(_pack(found, one, say) for one in found.packs)]
    lines = [say("portfolio.feedback", given=found.given, received=found.received)]
    if found.helped_others:
        lines.append(say("portfolio.helped_others", n=found.helped_others))
    if found.helped_me and found.discreet:
        lines.append(say("portfolio.helped_hidden", n=len(found.helped_me)))
    elif found.helped_me:
        lines.append(say("portfolio.helped_me"))
        lines += [
            say("portfolio.quote", name=people.display(who, say), words=_quoted(row, say, QUOTED))
            for row, who in found.helped_me[:QUOTES]
        ]
    parts.append("\n".join(lines))
    return "\n\n".join([*parts, *([portfolio_talk.line(found.talk, say)] if not found.talk.is_empty else [])])


def _pack(found: Portfolio, one: Standing, say: Texts) -> str:
    done = one.progress
    words = say(
        "portfolio.pack", pack=done.pack.title(say.language), group=done.group.title, tried=done.tried,
        reflected=done.reflected, evidence=done.evidence, pieces=found.pieces_of(done),
    )  # fmt: skip
    return f"{words}\n{say('portfolio.certificate', number=one.certificate.number)}" if one.certificate else words


def _quoted(row: Feedback, say: Texts, most: int) -> str:
    words = " ".join((row.text or "").split())
    return clipped(words, most) if words else say.plain("peers.feedback.by_voice")


async def letter(
    session: Session, person: Person | None, choice: str, chat_id: int, say: Texts, zone: str, now: datetime
) -> tuple[Draft, bool]:
    """The portfolio as a document that the courier draws, and whether others use the phone.

    ``choice`` is one of CHOICES. Raises NeedsConsent, and a Refusal for a choice that does not exist.
    """
    if person is None:
        raise NeedsConsent
    if choice not in CHOICES:
        raise Refusal
    found = await gather(session, person)
    entries = (
        [one for _, week in await journal.everything(session, person, zone) for one in week] if choice != "none" else []
    )
    today = calendar.local_day(now, person.zone or zone)
    long_day = papers.long_day(today, say)
    sections = [_on_paper(found, one, say) for one in found.packs]
    sections += _pieces(found, person, zone, say) + _together(found, say)
    sections += portfolio_talk.sections(found.talk, person.zone or zone, say) + _notes(entries, choice, say)
    data: dict[str, Any] = {
        "title": say.plain("portfolio.paper.title", name=people.bare(person, say)), "made": today.isoformat(),
        "note": say.plain(f"portfolio.paper.made_{choice}", day=long_day), "sections": sections,
    }  # fmt: skip
    name = say.plain("portfolio.export.file_name", day=today.isoformat())
    paper = {"kind": "portfolio", "data": data, "language": say.language, "name": name}
    caption = say("portfolio.export.caption_vanishes" if found.discreet else "portfolio.export.caption", day=long_day)
    params = {"chat_id": chat_id, "document": {"paper": paper}, "caption": caption, "parse_mode": "HTML"}
    return Draft("sendDocument", params, chat_id, person_id=person.id), found.discreet


def _on_paper(found: Portfolio, one: Standing, say: Texts) -> dict[str, Any]:
    done = one.progress
    since = papers.long_day((done.first_at or done.enrolment.started_at).date(), say)
    lines = [say.plain("portfolio.paper.about", group=done.group.title, day=since)]
    if done.evidence:
        lines.append(say.plain("portfolio.paper.evidence", n=done.evidence))
    if one.certificate is not None:
        value = papers.hours(one.certificate.hours, say)
        lines.append(say.plain("portfolio.paper.certificate", number=one.certificate.number, hours=value))
    return {"title": done.pack.title(say.language), "lines": lines, "entries": _practised(done, say)}


def _practised(done: Progress, say: Texts) -> list[dict[str, Any]]:
    entries = []
    for practised in done.practices:
        words = [
            ("", say.plain(f"portfolio.paper.{name}", titles=" · ".join(_titles(done, lessons, say))))
            for name, lessons in (("tried", practised.tried), ("reflected", practised.reflected))
            if lessons
        ]
        if words:
            entries.append({"title": practised.practice.title(say.language), "words": words})
    return entries


def _titles(done: Progress, lessons: Sequence[str], say: Texts) -> list[str]:
    return [finishing.lesson_title(done.pack, lesson, say.language) for lesson in lessons]


def _pieces(found: Portfolio, person: Person, zone: str, say: Texts) -> list[dict[str, Any]]:
    lines = [
        say.plain(
            "portfolio.paper.piece", title=pupils.hidden(one.title), kind=say.plain(f"peers.piece.kind.{one.kind}"),
            day=papers.long_day(calendar.local_day(one.created_at, person.zone or zone), say),
        )
        for one in found.pieces
    ]  # fmt: skip
    return [{"title": say.plain("portfolio.paper.pieces"), "lines": lines}] if lines else []


def _together(found: Portfolio, say: Texts) -> list[dict[str, Any]]:
    """Colleagues' words go without their names: others may come to read the paper."""
    if not (found.given or found.received):
        return []
    counted = say.plain("portfolio.paper.given", given=found.given, received=found.received, n=found.helped_others)
    lines, told = [counted], [row for row, _ in found.helped_me if row.text]
    if told:
        lines.append(say.plain("portfolio.paper.helped"))
        said = (pupils.hidden(" ".join((row.text or "").split())) for row in told)
        lines += [say.plain("portfolio.paper.quote", words=words) for words in said]
    return [{"title": say.plain("portfolio.paper.together"), "lines": lines}]


def _notes(entries: Sequence[Entry], choice: str, say: Texts) -> list[dict[str, Any]]:
    """Oldest first. What pupils did, as told when trying, is one's own: it goes along only with everything."""
    wanted = CHOICES[choice]
    mine = [
        one
        for one in reversed(entries)
        if (one.of.audience in wanted if isinstance(one.of, Reflection) else choice == "all") and one.kind != "draft"
    ]
    shown = [
        {
            "title": reading.titled(one, say), "about": _about(one.day, reading.kind_named(one, say), say),
            "words": [(heading, pupils.hidden(words)) for heading, words in reading.sections(one.of, say)],
        }
        for one in mine
        if reading.sections(one.of, say)
    ]  # fmt: skip
    return [{"title": say.plain("portfolio.paper.reflections"), "entries": shown}] if shown else []


def _about(day: date, kind: str, say: Texts) -> str:
    return f"{papers.long_day(day, say)} · {kind}"
