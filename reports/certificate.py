"""The certificate: what is still missing of each pack, said kindly, and the paper for whoever has finished one."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select

from community import calendar, people
from community.notes import clipped
from community.refusals import NeedsConsent, Refusal
from content.texts import Texts
from learning import finishing, versions
from learning.finishing import Practised, Progress
from reports.papers import letterheads, signing
from reports.papers.belongings import FIRST
from reports.papers.days import hours, long_day
from storage.bulk import among
from storage.database import Session, insert
from storage.letters import Button, Draft, button
from storage.models import Certificate, Enrolment, Group, Person, Posting, School

LABEL = 32  # characters of a pack's title on a button
CHECK = "cek_"  # before the code, in the link that the paper's QR opens
_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none is taken for another; twelve of them are 60 bits: not to be guessed
_CODE = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """A pack of somebody's, and their certificate for it if they have asked for it."""

    progress: Progress
    certificate: Certificate | None

    @property
    def may_be_made(self) -> bool:
        """Once the last lesson has come: the hours on the paper stay, and those of later lessons would be lost."""
        return self.progress.finished and self.progress.enrolment.finished_at is not None


async def standings(session: Session, person: Person | None) -> list[Standing]:
    """One's packs, the newest first. Raises NeedsConsent."""
    found = await finishing.of_person(session, person)
    if person is None or not found:
        return []
    query = select(Certificate).where(
        Certificate.person_id == person.id,
        among(session, Certificate.enrolment_id, [one.enrolment.id for one in found]),
    )
    given = {row.enrolment_id: row for row in await session.scalars(query)}
    return [Standing(one, given.get(one.enrolment.id)) for one in found]


def listed(found: Sequence[Standing], say: Texts) -> tuple[str, list[list[Button]]]:
    """What /sertifikat shows, as Telegram HTML, with a button for each pack that is finished."""
    if not found:
        return say("finishing.list.none"), []
    parts, rows = [say("finishing.list.title")], []
    for one in found:
        parts.append("\n".join(_lines(one, say)))
        if one.certificate is not None or one.may_be_made:
            title = clipped(one.progress.pack.title(say.language), LABEL)
            label = "finishing.button.again" if one.certificate is not None else "finishing.button.make"
            rows.append([button(say.plain(label, pack=title), f"cert:{one.progress.enrolment.id}")])
            if one.certificate is not None:
                label = say.plain("finishing.button.editable", pack=title)
                rows.append([button(label, f"cert:{one.progress.enrolment.id}:docx")])
    if any(one.certificate is None and not one.progress.finished for one in found):
        parts.append(say("finishing.list.late"))
    return "\n\n".join(parts), rows


def _lines(one: Standing, say: Texts) -> list[str]:
    done = one.progress
    head = say("finishing.list.pack", pack=done.pack.title(say.language), group=done.group.title)
    if one.certificate is not None:
        return [head, say("finishing.list.issued", number=one.certificate.number)]
    if done.finished:
        return [head, say("finishing.list.done" if one.may_be_made else "finishing.list.soon")]
    if not done.begun:
        return [head, say("finishing.list.not_begun")]
    waits = [_missing(practised, say) for practised in done.practices if practised.missing]
    waits += [] if done.has_evidence else [say("finishing.list.evidence")]
    return [head, say("finishing.list.waits"), *waits]


def _missing(practised: Practised, say: Texts) -> str:
    name = "both" if len(practised.missing) > 1 else practised.missing[0]
    return say(
        "finishing.list.practice",
        practice=practised.practice.title(say.language),
        missing=say.plain(f"finishing.missing.{name}"),
    )


async def issue(session: Session, person: Person | None, enrolment_id: int, now: datetime) -> Standing:
    """The person's certificate for what they have finished; asked twice it is the same, also when acts were deleted.

    Raises NeedsConsent, Gone, NotAllowed, and a Refusal while something is missing.
    """
    if person is None:
        raise NeedsConsent
    done = await finishing.progress(session, person, enrolment_id)
    query = select(Certificate).where(Certificate.person_id == person.id, Certificate.enrolment_id == enrolment_id)
    row = await session.scalar(query)
    if row is None:
        if not Standing(done, None).may_be_made:
            raise Refusal("finishing.certificate.not_yet")
        year = calendar.local_day(now, _zone(person, done)).year
        values = {
            "person_id": person.id, "enrolment_id": enrolment_id, "hours": round(done.minutes / 60, 1),
            "number": f"SJW-{year}-{enrolment_id}-{person.id}", "issued_at": now,
        }  # fmt: skip
        added = insert(session, Certificate).values(values)
        await session.execute(added.on_conflict_do_nothing(index_elements=["person_id", "enrolment_id"]))
        row = (await session.scalars(query)).one()
    return Standing(done, row)


async def letter(
    session: Session, person: Person, one: Standing, say: Texts, deep_link: Callable[[str], str], now: datetime,
    form: str = "pdf",
) -> Draft:  # fmt: skip
    """The certificate as a document; the courier draws it. ``deep_link`` makes the address its QR opens."""
    done, row = one.progress, one.certificate
    if row is None:
        raise Refusal("finishing.certificate.not_yet")
    if row.code is None:
        row.code = "".join(secrets.choice(_SIGNS) for _ in range(_CODE))
        await session.flush()
    form = form if form in ("pdf", "docx") else "pdf"
    zone, title, chat = _zone(person, done), done.pack.title(say.language), person.tg_user_id or 0
    issued, head = calendar.local_day(row.issued_at, zone), await letterheads.of(session, done.group)
    signers = await signing.for_another(session, person, done.group.id, issued, say)
    data = {
        "name": people.bare(person, say),
        "school": await _school(session, person, done),
        "pack": title,
        "practices": [one.practice.title(say.language) for one in done.practices],
        "hours": row.hours,
        "since": calendar.local_day(done.first_at or done.enrolment.started_at, zone).isoformat(),
        "issued": issued.isoformat(),
        "number": row.number,
        "check": deep_link(CHECK + row.code),
        "head": asdict(head),
        "signers": [asdict(one) for one in signers],
    }
    name = f"{say.plain('finishing.certificate.file_name', number=row.number)}.{form}"
    paper = {
        "kind": "certificate", "data": data, "language": say.language, "name": name, "form": form,
        "pictures": [head.picture] if head.picture else [],
    }  # fmt: skip
    params = {
        "chat_id": chat, "document": {"paper": paper}, "parse_mode": "HTML",
        "caption": say("finishing.certificate.caption", pack=title, number=row.number),
    }  # fmt: skip
    # Others are named on it: found by their group, and forgotten once it is sent.
    key = f"{FIRST}:cert{row.id}:{person.id}:{now.timestamp():.6f}:{form}"
    return Draft("sendDocument", params, chat, key, person_id=person.id, group_id=done.group.id, forgets=True)


async def checked(session: Session, code: str, say: Texts) -> str:
    """What anybody who holds the paper may see of it, as Telegram HTML: that it is one, and what stands on it."""
    found = await session.execute(
        select(Certificate, Person, Enrolment, Group.zone)
        .join(Person, Person.id == Certificate.person_id)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(Group, Group.id == Enrolment.group_id)
        .where(Certificate.code == code.strip().upper(), Person.consented_at.is_not(None))
    )
    row = found.one_or_none()
    if row is None:
        return say("finishing.check.none")
    given, person, enrolment, zone = row
    issued = calendar.local_day(given.issued_at, person.zone or zone)  # the day that stands on the paper
    packs = await versions.known(session, {(enrolment.pack, enrolment.version)})
    blanks = {
        "number": given.number, "name": people.bare(person, say), "day": long_day(issued, say),
        "pack": packs[enrolment.pack, enrolment.version].title(say.language),
    }  # fmt: skip
    lines = [say("finishing.check.there", **blanks)]
    lines += [say("finishing.check.hours", hours=hours(given.hours, say))] if given.hours >= 1 else []
    return "\n".join(lines)


def _zone(person: Person, done: Progress) -> str:
    return person.zone or done.group.zone


async def _school(session: Session, person: Person, done: Progress) -> str:
    """Where they teach by their own word, else the school of the group; empty when neither is known."""
    posted = (
        select(School.name)
        .join(Posting, Posting.school_id == School.id)
        .where(Posting.person_id == person.id)
        .order_by(Posting.school_year.desc())
        .limit(1)
    )
    of_group = select(School.name).where(School.id == done.group.school_id)
    return await session.scalar(posted) or await session.scalar(of_group) or ""
