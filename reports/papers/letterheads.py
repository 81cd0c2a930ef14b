"""The kop surat of a group: brought once by its facilitator or principal, typed or as a picture."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from community import rights, roster
from community.refusals import NeedsConsent, Refusal
from community.rights import Action
from content.texts import Texts
from reports.papers import pictures
from reports.papers.paper import Head, lines_of
from storage.database import Session, insert
from storage.letters import Button, Draft, Upload, button, fetch
from storage.models import Group, Letterhead, Person
from storage.paper_files import LETTERHEAD

CAME = "papers.letterhead_came"
MOST_LINES, LONGEST = 5, 90
Page = tuple[str, list[list[Button]]]


async def of(session: Session, group: Group) -> Head:
    """The group's own, else that of another group of its school, the newest; else none."""
    row = await _row(session, group)
    if row is None:
        return Head()
    if row.picture is not None:
        return Head(picture=f"{LETTERHEAD}{row.group_id}")
    return Head(tuple((row.lines or "").split("\n")))


async def _row(session: Session, group: Group) -> Letterhead | None:
    own = await session.get(Letterhead, group.id, populate_existing=True)
    if own is not None or group.school_id is None:
        return own
    query = select(Letterhead).join(Group, Group.id == Letterhead.group_id).where(Group.school_id == group.school_id)
    return (await session.scalars(query.order_by(Letterhead.at.desc()).limit(1))).first()


async def _mine(session: Session, person: Person | None, group_id: int) -> tuple[Person, Group]:
    await rights.require(session, person, Action.MAKE_PAPERS, group_id)
    group = await session.get(Group, group_id)
    if person is None or group is None:
        raise NeedsConsent
    return person, group


async def page(
    session: Session, person: Person | None, group_id: int, say: Texts, note: str = "", paper: str = ""
) -> Page:
    """What the letterhead is; ``paper``: Subject.data of the one somebody came from. Raises NeedsConsent, NotAllowed.

    How to bring another is told where that is listened to: without ``note``. Below one a button leads there.
    """
    _, group = await _mine(session, person, group_id)
    row = await _row(session, group)
    shown = "none" if row is None else "picture" if row.picture is not None else "lines"
    parts = [note] if note else []
    parts.append(say(f"papers.kop.{shown}", lines=(row.lines or "") if row is not None else ""))
    own = row is not None and row.group_id == group_id
    parts += [say("papers.kop.of_school")] if row is not None and not own else []
    rows = [[button(say.plain("papers.button.drop_kop"), f"papkopdel:{group_id}")]] if own else []
    if note:
        again = f"papkop:{group_id}:{paper}" if paper else f"papkop:{group_id}"
        rows.insert(0, [button(say.plain("papers.button.other_kop"), again)])
    else:
        parts.append(say("papers.kop.ask"))
    back = button(say.plain("papers.button.back"), f"papsee:{paper}" if paper else f"pap:{group_id}")
    return "\n\n".join(parts), [*rows, [back]]


async def typed(
    session: Session, person: Person | None, group_id: int, words: str, say: Texts, now: datetime, paper: str = ""
) -> Page:
    """Its lines, as they were typed. Raises NeedsConsent, NotAllowed, Refusal."""
    lines = lines_of(words)
    if not 1 <= len(lines) <= MOST_LINES or max(map(len, lines)) > LONGEST:
        raise Refusal("papers.kop.words", lines=MOST_LINES, most=LONGEST)
    await _keep(session, person, group_id, now, lines="\n".join(lines), picture=None)
    return await page(session, person, group_id, say, say("papers.kop.kept"), paper)


async def sent(session: Session, person: Person | None, group_id: int, file: Upload, paper: str = "") -> Draft:
    """A picture was sent: it is fetched and comes back as CAME. Raises NeedsConsent, NotAllowed, Refusal."""
    who, _ = await _mine(session, person, group_id)
    if file.size > pictures.MOST_BYTES:
        raise Refusal("papers.picture.too_large", kilobytes=pictures.MOST_BYTES // 1000)
    data = {"group": group_id, "paper": paper}
    return fetch(file, CAME, user_id=who.tg_user_id or 0, then_data=data, most=pictures.MOST_BYTES)


async def came(
    session: Session, person: Person | None, group_id: int, answer: Mapping[str, Any], say: Texts, now: datetime,
    paper: str = "",
) -> Page:  # fmt: skip
    """The picture is here; what was sent is not kept beside what is made of it. Raises NeedsConsent, NotAllowed."""
    who, _ = await _mine(session, person, group_id)
    if not answer.get("ok"):
        return await page(session, person, group_id, say, say("papers.picture.not_fetched"), paper)
    kept = await roster.file(session, who, str(answer["result"]["attachment"]))
    await roster.drop(session, kept)
    try:
        picture = await pictures.letterhead(kept.content)
    except Refusal as refused:  # the file is gone all the same, which raising would undo
        return await page(session, person, group_id, say, say(refused.text_key, **refused.blanks), paper)
    await _keep(session, person, group_id, now, lines=None, picture=picture)
    return await page(session, person, group_id, say, say("papers.kop.kept"), paper)


async def _keep(session: Session, person: Person | None, group_id: int, now: datetime, **values: Any) -> None:
    who, _ = await _mine(session, person, group_id)
    row = values | {"person_id": who.id, "at": now}
    added = insert(session, Letterhead).values(row | {"group_id": group_id})
    await session.execute(added.on_conflict_do_update(index_elements=["group_id"], set_=row))


async def drop(session: Session, person: Person | None, group_id: int, say: Texts) -> Page:
    """None again. Raises NeedsConsent, NotAllowed."""
    await _mine(session, person, group_id)
    gone = delete(Letterhead).where(Letterhead.group_id == group_id)
    await session.execute(gone.execution_options(synchronize_session=False))
    return await page(session, person, group_id, say, say("papers.kop.dropped"))
