"""How somebody gets to the dashboard: a button within Telegram, or a link that opens it once in a browser."""

from datetime import datetime
from typing import NamedTuple

from community import web_sessions
from community.refusals import Refusal
from content.texts import Texts
from reports.dashboard import places
from storage.database import Session
from storage.letters import Draft, Policy, button, message, mini_app
from storage.models import Person

PATH = "/dasbor"
LINK_PATH = PATH + "/tautan/"


class Where(NamedTuple):
    """The pages' address, and whether Telegram opens it itself."""

    pages: str
    in_telegram: bool


async def offered(session: Session, person: Person | None, where: Where, say: Texts, now: datetime) -> Draft:
    """The way in. Raises NeedsConsent, NotAllowed where there is nothing for them to see."""
    if not where.in_telegram:
        return await linked(session, person, where, say, now)
    asker = await _asker(session, person, say)
    rows = [
        [mini_app(say.plain("dashboard.button.open"), where.pages + PATH)],
        [button(say.plain("dashboard.button.browser"), "dashlink")],
    ]
    return message(asker.tg_user_id or 0, say("dashboard.open"), buttons=rows)


async def linked(session: Session, person: Person | None, where: Where, say: Texts, now: datetime) -> Draft:
    """A link for a browser, which works once and for a few minutes; the letter forgets it when it has arrived."""
    asker = await _asker(session, person, say)
    if not where.pages:
        raise Refusal("dashboard.nowhere")
    secret = await web_sessions.link(session, asker, now)
    minutes = int(web_sessions.LINK_FOR.total_seconds() // 60)
    key = "dashboard.link" if where.in_telegram else "dashboard.link_here"
    return message(
        asker.tg_user_id or 0, say(key, url=where.pages + LINK_PATH + secret, minutes=minutes), forgets=True,
        policy=Policy.ONCE, not_after=now + web_sessions.LINK_FOR,
    )  # fmt: skip


async def _asker(session: Session, person: Person | None, say: Texts) -> Person:
    await places.of_person(session, person, say)
    assert person is not None  # or that would have asked for consent
    return person
