"""/sertifikat: what is still missing of one's packs, and the certificate of one that is finished."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from community.refusals import NeedsConsent
from handlers.filters import InGroup, InPrivate, Pressed, StartPayload
from handlers.giving import called_in_group
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from reports import certificate
from storage import letters
from storage.letters import Draft


def router() -> Router:
    door = Router(name="finishing")
    asked = Command("sertifikat", "certificate", ignore_case=True)
    door.message.register(shelf, InPrivate(), asked)
    door.message.register(shelf_in_group, InGroup(), asked)
    door.callback_query.register(make, InPrivate(), Pressed("cert"))
    door.message.register(check, InPrivate(), StartPayload(certificate.CHECK))
    return door


async def shelf(_message: Message, visit: Visit) -> Answer:
    """One's packs: finished, or what they still wait for."""
    return await _shelf(visit)


async def shelf_in_group(message: Message, visit: Visit) -> Answer:
    """The same, sent in a group: answered in private."""
    return called_in_group(message, visit, [await _shelf(visit)])


async def _shelf(visit: Visit) -> Draft:
    words, rows = certificate.listed(await certificate.standings(visit.session, visit.person), visit.say)
    return letters.message(visit.user_id, words, buttons=rows)


async def make(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Buat sertifikat: the paper itself; asked again it is the same one, and the button says so."""
    one = await certificate.issue(visit.session, visit.person, number(args, 0), visit.now)
    if visit.person is None:
        raise NeedsConsent
    form = word(args, 1) or "pdf"
    paper = await certificate.letter(visit.session, visit.person, one, visit.say, visit.deep_link, visit.now, form)
    words, rows = certificate.listed(await certificate.standings(visit.session, visit.person), visit.say)
    return [paper, rewrite(query, visit, words, rows)]


async def check(_message: Message, visit: Visit, payload: str) -> Answer:
    """The QR on a certificate: is it one? Asked by anybody who holds the paper; of them nothing is kept."""
    words = await certificate.checked(visit.session, payload, visit.say)
    return letters.message(visit.chat_id, words, forgets=visit.person is None)
