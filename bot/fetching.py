"""Files that people send: downloaded outside every transaction, kept among the attachments."""

from datetime import datetime
from typing import Any

from bot.line import TOO_BIG, Line, Outcome, Reply, Upload
from storage import post_office
from storage.database import Session
from storage.models import Letter


async def fetched(line: Line, letter: Letter, reply: Reply) -> Reply:
    """What getFile answered to a letter made by storage.letters.fetch, with the file itself as the result.

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
    return Reply(Outcome.DELIVERED, result=Upload(wanted["name"], found.result))


async def kept(session: Session, letter: Letter, file: Upload, now: datetime) -> dict[str, Any]:
    """The file among the attachments, as the letter's ``then`` is told of it."""
    digest = await post_office.receive(session, file.name, file.content, letter.person_id, now)
    return {"attachment": digest, "name": file.name, "size": len(file.content)}
