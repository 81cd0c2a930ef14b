"""Files that people send: downloaded outside every transaction, kept among the attachments or only read."""

import asyncio
import logging
from datetime import datetime
from typing import Any

from bot.line import TOO_BIG, Line, Outcome, Reply, Upload
from community import imported, imported_people
from storage import post_office
from storage.database import Database, Session
from storage.models import Letter
from storage.whereabouts import without_place

log = logging.getLogger(__name__)


async def fetched(database: Database, line: Line, letter: Letter, reply: Reply) -> Reply:
    """What getFile answered to a letter made by storage.letters.fetch, with the file, or what it says, as the result.

    The size is looked at before a byte is asked for, and counted while they come: Telegram need not name it.
    """
    wanted = (letter.then_data or {}).get("download")
    if letter.method != "getFile" or not wanted or reply.outcome is not Outcome.DELIVERED:
        return reply
    told = reply.result if isinstance(reply.result, dict) else {}
    path, most = told.get("file_path"), int(wanted["most"])
    if int(told.get("file_size") or 0) > most:
        return Reply(Outcome.REFUSED, words=TOO_BIG)
    if not isinstance(path, str) or not path:
        return Reply(Outcome.REFUSED, words="Telegram no longer has the file")
    found = await line.download(path, most)
    if found.outcome is not Outcome.DELIVERED:
        return found
    if "read" in wanted:
        return await _read(database, bytes(found.result), wanted["read"])
    return Reply(Outcome.DELIVERED, result=Upload(wanted["name"], found.result))


async def _read(database: Database, content: bytes, wanted: dict[str, Any]) -> Reply:
    """Read a conversation off the loop; nobody can tell what a stranger's file does to a reader."""
    from reports import import_files as readers  # loads the tagger, which a courier without such files need not

    async with database.reading() as session:
        secret = await imported.secret_of(session, int(wanted["group"]))
    try:
        return Reply(Outcome.DELIVERED, result=await asyncio.to_thread(readers.read, content, wanted, secret))
    except Exception as error:
        # The name of the error only: its text could hold somebody's words.
        log.warning("an export could not be read (%s)", type(error).__name__)
        return Reply(Outcome.REFUSED, words="it cannot be read")


async def kept(session: Session, letter: Letter, result: Any, now: datetime) -> Any:
    """What is to be stored of an answer is stored, in the transaction of its outcome; gives what ``then`` is told."""
    if isinstance(result, imported.Coming):
        return await imported.keep(session, result, now)
    if isinstance(result, imported_people.Names):
        return await imported_people.listed(session, result)
    return await _attached(session, letter, result, now) if isinstance(result, Upload) else result


async def _attached(session: Session, letter: Letter, file: Upload, now: datetime) -> dict[str, Any]:
    """The file among the attachments, without the place where a picture was taken."""
    content = without_place(file.content)
    digest = await post_office.receive(session, file.name, content, letter.person_id, now)
    return {"attachment": digest, "name": file.name, "size": len(content)}
