"""A table of the dashboard sent to its reader's private chat: a phone keeps files there, and an app may keep none."""

from datetime import datetime

from community import looks
from content.texts import Texts
from reports.dashboard.figures import Shown
from reports.tables import as_xlsx
from storage.database import Session
from storage.letters import document
from storage.models import Person
from storage.outbox import attach, post


async def to_chat(session: Session, person: Person, seen: Shown, key: str, say: Texts, now: datetime) -> None:
    """The figure of that name as a workbook, once a minute however often it is asked for. Raises figures.Nowhere."""
    figure, place = seen.figure(key), seen.place
    await noted(session, person, seen, now)
    name = f"sejawat-{place.kind}-{figure.key}.xlsx"
    content = as_xlsx(figure.exact or figure.table, now.replace(second=0, microsecond=0))
    digest = await attach(session, name, content, now, person.id)
    words = say("dashboard.show.sent", title=figure.table.title, place=place.title[:60], span=seen.span)
    letter = document(
        person.tg_user_id or 0, digest, words, person_id=person.id,
        key=f"dashfile:{person.id}:{place.kind}:{place.id[:20]}:{figure.key}:{now:%Y%m%d%H%M}",
    )  # fmt: skip
    await post(session, letter, now)


async def noted(session: Session, person: Person, seen: Shown, now: datetime) -> None:
    """The reader takes figures of these groups away as a file."""
    for group in seen.place.groups:
        await looks.note(
            session, person, looks.Kind.FIGURES, now, group_id=group.id, door=looks.Door.DASHBOARD
        )  # fmt: skip
