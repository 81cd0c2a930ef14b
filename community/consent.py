"""Consent: asked at most twice, kept with the version of its text, withdrawn at any time."""

import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, null, or_, select, update

import content
from community import (
    assignments,
    belongings,
    departures,
    imported_people,
    invitations,
    looks,
    purposes,
    readiness,
    recalls,
    vacancies,
    web_sessions,
)
from community.library import belongings as library
from content.texts import LANGUAGES, Texts
from storage import states
from storage.database import Session, insert
from storage.letters import Button, Draft, button, message
from storage.models import Consent, ConsentRequest, Group, Invitation, Letter, Membership, Person, Readiness

# Goes up with every change of meaning, with a line of what is new (community.consent.names): whoever agreed before is
# told once (consent_news). The texts of older versions stay, as what people agreed to then.
TEXT_VERSION = "3"  # 2 names the library, 3 surveys and photos of meetings
MOST_TIMES = 2
# What may come back through a button: a known letter and what deep links may hold (Telegram: A-Z a-z 0-9 _ -).
_PAYLOAD = re.compile(r"[rqtgisumkcwe][A-Za-z0-9_-]{1,44}")
# Keys of letters that carry one person's words to another.
_PERSONAL = (
    "question:", "digest:", "answer:", "cast:", "feedback:", "passon:", "sheet:", "wsanswer:", "accompany:",
    "reflection:", "piece:", "pair:", "opened:", "week:", "mentors:", "company:", "assign:", "solve:",
)  # fmt: skip
_FOLDER = Path(content.__file__).parent / "consent"


@cache
def _text(version: str, language: str) -> str:
    return (_FOLDER / f"{version}.{language}.md").read_text(encoding="utf-8").strip()


def text(language: str, days: int, version: str = TEXT_VERSION) -> str:
    """The six lines people agree to, as Telegram HTML; ``days`` is how long the text of messages is kept."""
    return _text(version, language if language in LANGUAGES else LANGUAGES[0]).format(days=days)


def carried(payload: str) -> str:
    """The payload if a button may carry it, else nothing."""
    return payload if _PAYLOAD.fullmatch(payload) else ""


async def question(
    session: Session,
    user_id: int,
    fingerprint: str,
    payload: str,
    say: Texts,
    days: int,
    now: datetime,
    *,
    unasked: bool,
    again: bool = False,
) -> Draft:
    """The question of consent. ``unasked``: the person did not come for it, so two times is the end of it.

    To who has said no, also a link that wants it brings one line; ``again``: they asked to read the question anew.
    """
    asked, more = await session.get(ConsentRequest, fingerprint), carried(payload)
    over = asked is not None and (asked.declined or (unasked and asked.times >= MOST_TIMES))
    if over and not again and (unasked or payload):
        return message(user_id, say("community.consent.remains_no"), buttons=[[read(say, more)]], forgets=True)
    await _count(session, fingerprint, now, times=(asked.times if asked else 0) + 1)
    row = [
        button(say.plain("community.consent.yes"), f"consent:yes:{more}" if more else "consent:yes"),
        button(say.plain("community.consent.no"), f"consent:no:{more}" if more else "consent:no"),
    ]
    return message(user_id, text(say.language, days), buttons=[row], forgets=True)


def read(say: Texts, payload: str = "", label: str = "again") -> Button:
    """Leads to the question; ``label``: "again" or, for who has not seen it, "first"."""
    return button(
        say.plain(f"community.consent.read_{label}"), f"consent:read:{payload}" if payload else "consent:read"
    )


async def _count(session: Session, fingerprint: str, now: datetime, **changed: Any) -> None:
    row = {"fingerprint": fingerprint, "times": 0, "declined": False, "last_at": now} | changed
    statement = insert(session, ConsentRequest).values(row)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["fingerprint"], set_={"last_at": now} | changed
        ).execution_options(populate_existing=True)
    )


async def agree(session: Session, user_id: int, fingerprint: str, language: str, now: datetime) -> Person:
    """The person said yes. Saying it twice is one yes."""
    row = {"tg_user_id": user_id, "name": "", "language": language, "reachable": True, "created_at": now}
    added = insert(session, Person).values(row).on_conflict_do_nothing(index_elements=["tg_user_id"])
    await session.execute(added)
    person = (await session.scalars(select(Person).where(Person.tg_user_id == user_id))).one()
    if person.consented_at is None:
        person.consented_at = now
        person.consent_told = int(TEXT_VERSION)
        session.add(_proof(person, True, language, now))
    person.reachable = True
    # Who agreed is known by name; the anonymous tally of asking has done its work.
    await session.execute(delete(ConsentRequest).where(ConsentRequest.fingerprint == fingerprint))
    await session.flush()
    return person


def _proof(person: Person, agreed: bool, language: str, now: datetime) -> Consent:
    return Consent(person_id=person.id, agreed=agreed, text_version=TEXT_VERSION, language=language, at=now)


async def decline(session: Session, fingerprint: str, now: datetime) -> None:
    """The person said no: kept is that this fingerprint is not to be asked again."""
    await _count(session, fingerprint, now, declined=True)


async def withdraw(session: Session, person: Person, now: datetime) -> None:
    """The person takes the yes back: from now on they are silent to us, and hold no role.

    What was stored before stays until they delete it; the proof of both answers stays (UU 27/2022, article 24).
    What others could find of theirs is taken out of the library.
    """
    if person.consented_at is None:
        return
    person.consented_at = None
    session.add(_proof(person, False, person.language, now))
    await departures.note(session, person, departures.WITHDREW, now)
    await unsent(session, person, now)
    await library.forget(session, person)
    await imported_people.forget(session, person)
    await recalls.end_for(session, person, now)
    await invitations.revoke(session, person, now)
    await purposes.withdraw(session, person, now)
    await web_sessions.end_all(session, person.id, now)
    ending = update(Membership).where(Membership.person_id == person.id, Membership.until.is_(None))
    await session.execute(ending.values(until=now))
    if person.tg_user_id is not None:
        await states.forget(session, person.tg_user_id)
    await session.flush()


async def unsent(session: Session, person: Person, now: datetime, group_id: int | None = None) -> None:
    """Questions, answers and digests that still wait are not sent any more.

    With a group: those of it to the person, who has left it. Without: all to the person or about them; a digest
    that is dropped is no loss, since the next one begins where the last sent one ended.
    """
    concerned: ColumnElement[bool] = Letter.chat_id == (person.tg_user_id or 0)
    if group_id is not None:
        concerned = and_(concerned, Letter.group_id == group_id)
    else:
        theirs = select(Membership.group_id).where(Membership.person_id == person.id)
        telling = or_(Letter.key.startswith("digest:"), Letter.key.startswith("week:"))
        digests = and_(telling, Letter.group_id.in_(theirs))
        concerned = or_(concerned, Letter.person_id == person.id, digests)
    await session.execute(
        update(Letter)
        .where(concerned, Letter.state == "pending", or_(*(Letter.key.startswith(kind) for kind in _PERSONAL)))
        .values(state="dropped", error="not to be sent any more", params=null(), then_data=null(), finished_at=now)
        .execution_options(synchronize_session=False)
    )


async def since(session: Session, person: Person) -> Consent | None:
    """The last answer of the person, for /privasi."""
    query = select(Consent).where(Consent.person_id == person.id).order_by(Consent.at.desc(), Consent.id.desc())
    return await session.scalar(query.limit(1))


async def copy_of(session: Session, person: Person) -> dict[str, Any]:
    """Everything this room keeps about the person, as plain JSON."""
    answers = await session.scalars(select(Consent).where(Consent.person_id == person.id).order_by(Consent.at))
    held = select(Membership, Group.title).join(Group, Group.id == Membership.group_id)
    roles = (await session.execute(held.where(Membership.person_id == person.id).order_by(Membership.since))).all()
    made = await session.scalars(select(Invitation).where(Invitation.created_by == person.id))
    return {
        "person": {
            "telegram_user_id": person.tg_user_id,
            "name": person.name,
            "name_corrected": person.named_themselves,
            "form_of_address": person.address,
            "language": person.language,
            "zone": person.zone,
            "own_hour": person.prompt_time,
            "own_days": person.workdays,
            "next_recap_at": _moment(person.recap_next_at),
            "agreed_at": _moment(person.consented_at),
            "knows_text_version": person.consent_told,
            "known_since": _moment(person.created_at),
            "reachable": person.reachable,
        },
        "consent": [
            {"agreed": one.agreed, "text_version": one.text_version, "language": one.language, "at": _moment(one.at)}
            for one in answers
        ],
        "further_purposes": await purposes.copy_of(session, person),
        "roles": [
            {
                "group": title,
                "role": role.role,
                "since": _moment(role.since),
                "until": _moment(role.until),
                "next_digest_at": _moment(role.digest_next_at),
                "named_as_buddy_since": _moment(role.buddy_since),
            }
            for role, title in roles
        ],
        "invitations_made": [
            {"role": one.role, "created_at": _moment(one.created_at), "used_at": _moment(one.used_at)} for one in made
        ],
        "readiness": await readiness.copy_of(session, person),
        "broadcasts": await recalls.copy_of(session, person),
        "calendar": await belongings.copy_of(session, person),
        "accompanying": await assignments.copy_of(session, person),
        "dashboard_opened": await web_sessions.copy_of(session, person),
        "looks": await looks.copy_of(session, person),
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


async def forget(session: Session, person: Person, now: datetime) -> None:
    """Delete the person and all this room knows of them; what hangs on the person in other rooms goes with the row."""
    if person.tg_user_id is not None:
        await states.forget(session, person.tg_user_id)
    await invitations.revoke(session, person, now)
    await recalls.forget(session, person, now)
    await belongings.forget(session, person)
    await vacancies.forget(session, person, now)
    await purposes.forget(session, person)
    await web_sessions.forget(session, person)
    await looks.forget(session, person)
    await departures.note(session, person, departures.FORGOTTEN, now)
    await session.execute(update(Invitation).where(Invitation.created_by == person.id).values(created_by=None))
    for table in (Consent, Membership, Readiness):
        await session.execute(delete(table).where(table.person_id == person.id))
    await session.execute(delete(Person).where(Person.id == person.id))
