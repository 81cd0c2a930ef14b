"""From "Kirim lembar" to rows that are kept: looked at first, then kept as a whole, or not at all."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from coaching import plan_kinds, plan_rights, plan_sheets, plans
from coaching.pages import Page
from coaching.plan_rights import PlanAct, PlanSeat
from coaching.plan_sheets import Sheet
from community import roster
from community.notes import clipped
from community.refusals import NeedsConsent, Refusal
from content.texts import Texts
from storage.database import Session
from storage.letters import MOST_FETCHED, Draft, Upload, button, document, fetch
from storage.models import Attachment, Person
from storage.outbox import attach

CAME = "coaching.plan_came"
_SHOWN = 3_000  # characters of a list of mistakes; how many more there are is said
_PREVIEWED = 10  # rows of a sheet that are shown before it is kept


async def taken_out(session: Session, person: Person | None, plan_id: int, say: Texts, now: datetime) -> Draft:
    """The plan as a sheet; an empty plan is an empty form. Raises NeedsConsent, Gone, NotAllowed."""
    seat = await plan_rights.take(session, person, plan_id, PlanAct.TAKE_OUT)
    rows = await plans.rows_of(session, plan_id)
    content = await asyncio.to_thread(plan_sheets.write, rows, say)
    name = say.plain("plans.sheet.file_name", period=seat.plan.period.replace("/", "-"))
    digest = await attach(session, name, content, now, seat.person.id)
    return document(seat.person.tg_user_id or 0, digest, say("plans.sheet.caption"), person_id=seat.person.id)


async def begin(session: Session, person: Person | None, plan_id: int, say: Texts) -> Page:
    """How to send a sheet. Raises NeedsConsent, Gone, NotAllowed."""
    await plan_rights.take(session, person, plan_id, PlanAct.EDIT)
    rows = [
        [button(say.plain("plans.button.sheet_out"), f"rhkout:{plan_id}")],
        [button(say.plain("plans.button.back"), "rhk")],
    ]
    return say("plans.sheet.how", kilobytes=MOST_FETCHED // 1000, most=plans.MOST_ROWS), rows


async def sent(session: Session, person: Person | None, plan_id: int, file: Upload) -> Draft:
    """A sheet was sent: it is fetched, and comes back as CAME. Raises NeedsConsent, Gone, NotAllowed, Refusal."""
    seat = await plan_rights.take(session, person, plan_id, PlanAct.EDIT)
    if file.size > MOST_FETCHED:
        raise Refusal("plans.sheet.too_many_bytes", kilobytes=MOST_FETCHED // 1000)
    return fetch(file, CAME, user_id=seat.person.tg_user_id or 0, then_data={"plan": plan_id})


async def came(
    session: Session, person: Person | None, plan_id: int, answer: Mapping[str, Any], say: Texts, now: datetime
) -> Page:
    """The file is here: what the plan would become, or everything that is wrong in it. Raises as sent."""
    seat = await plan_rights.take(session, person, plan_id, PlanAct.EDIT)
    again = [[button(say.plain("plans.button.sheet_out"), f"rhkout:{plan_id}")]]
    if not answer.get("ok"):
        return say("plans.sheet.not_fetched"), again
    kept = await roster.file(session, seat.person, str(answer["result"]["attachment"]))
    try:
        sheet = await _looked_at(session, seat, kept, say)
    except Refusal as refused:  # a file that is no sheet is not kept either, which raising would undo
        await roster.drop(session, kept)
        return say(refused.text_key, **refused.blanks), again
    if sheet.problems:
        await roster.drop(session, kept)
        return _wrong(sheet, say), again
    there = len(await plans.rows_of(session, plan_id))
    short = kept.digest[: roster.DIGEST]
    rows = [
        [button(say.plain("plans.button.keep_sheet"), f"rhkkeep:{plan_id}:{short}")],
        [button(say.plain("plans.button.drop_sheet"), f"rhkdrop:{short}")],
    ]
    return preview(sheet, there, await _counts(session, seat), say), rows


async def _counts(session: Session, seat: PlanSeat) -> bool:
    return (await plans.profile_of(session, seat.plan)).points is not None


async def _looked_at(session: Session, seat: PlanSeat, kept: Attachment, say: Texts) -> Sheet:
    """Read in a thread: others are answered meanwhile."""
    known = await plan_kinds.catalogue(session, await plans.school_of(session, seat.plan))
    counts = await _counts(session, seat)
    return await asyncio.to_thread(plan_sheets.read, kept.content, say, known, counts=counts)


def _wrong(sheet: Sheet, say: Texts) -> str:
    lines: list[str] = []
    for problem in sheet.problems:
        if sum(len(one) + 1 for one in lines) + len(problem) > _SHOWN:
            break
        lines.append(problem)
    words = say("plans.sheet.problems", count=len(sheet.problems), lines="\n".join(lines))
    left = len(sheet.problems) - len(lines)
    return f"{words}\n{say('plans.sheet.more', count=left)}" if left else words


def preview(sheet: Sheet, there: int, counts: bool, say: Texts) -> str:
    """What would be kept, as HTML: its first rows, the sum, what it replaces, and what was read another way."""
    total = sum((row["quantity"] or 0) * (row["points"] or 0) for row in sheet.rows)
    lines = [
        say.plain("plans.sheet.preview_row", n=n, result=clipped(str(row["result"]), 90))
        for n, row in enumerate(sheet.rows[:_PREVIEWED], 1)
    ]
    left = len(sheet.rows) - len(lines)
    lines += [say.plain("plans.sheet.more", count=left)] if left else []
    parts = [say("plans.sheet.preview", rows=len(sheet.rows), lines="\n".join(lines))]
    parts += [say("plans.sheet.preview_sum", total=total)] if counts else []
    parts += [say("plans.sheet.replaces", n=there)] if there else []
    parts += [say("plans.sheet.remarks", lines="\n".join(sheet.remarks[:8]))] if sheet.remarks else []
    parts += [say("plans.sheet.unused", names=", ".join(sheet.unused[:8]))] if sheet.unused else []
    return "\n\n".join(parts)


async def keep(session: Session, person: Person | None, plan_id: int, digest: str, say: Texts, now: datetime) -> None:
    """ "Simpan": read once more, since the catalogue may have changed, and kept as a whole.

    Raises NeedsConsent, Gone, NotAllowed, and Refusal when the sheet is gone or no longer fits.
    """
    seat = await plan_rights.take(session, person, plan_id, PlanAct.EDIT)
    kept = await roster.file(session, seat.person, digest)
    sheet = await _looked_at(session, seat, kept, say)
    if sheet.problems:
        raise Refusal("plans.sheet.no_longer_fits")
    await plans.replace(session, seat, sheet.rows, now)
    await roster.drop(session, kept)


async def drop(session: Session, person: Person | None, digest: str) -> None:
    """ "Tidak jadi". Raises NeedsConsent, and Refusal when the sheet is gone already."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    await roster.drop(session, await roster.file(session, person, digest))
