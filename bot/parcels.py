"""Makes a letter ready for the line: the message it edits, the files it carries, the pictures to be drawn."""

import asyncio
from typing import Any

from bot.line import Outcome, Reply, Upload
from content import pack_files
from storage import forms, media_files, paper_files, post_office
from storage.database import Database
from storage.models import Letter


async def packed(database: Database, letter: Letter) -> dict[str, Any] | Reply:
    """The parameters to send; or, without a call, the outcome when there is nothing to send."""
    params = dict(letter.params or {})
    if letter.edits or any(isinstance(value, dict) for value in params.values()):
        return await _filled(database, letter, params)
    return params  # words alone, as most of them


async def _filled(database: Database, letter: Letter, params: dict[str, Any]) -> dict[str, Any] | Reply:
    kept = [value for value in params.values() if isinstance(value, dict)]
    wanted = {value[name] for value in kept for name in ("attachment", "kept") if name in value}
    async with database.reading() as session:
        if letter.edits:
            state, result = await post_office.edited_message(session, letter.edits)
            if state in {"pending", "sending"}:
                return Reply(Outcome.NOT_YET, words="the message to edit is still on its way")
            if not result or "message_id" not in result:
                return Reply(Outcome.REFUSED, words=f"the message to edit was never sent ({state})")
            params |= {"message_id": result["message_id"], "chat_id": result.get("chat_id") or letter.chat_id}
        stored = await post_office.attachments(session, wanted)
        pictures = await paper_files.pictures(session, [name for one in kept for name in _pictures(one)])
    if form := params.pop("form", None):
        shared = stored.get(form["kept"])
        if shared is None:
            return Reply(Outcome.REFUSED, words="the words are no longer kept")
        params |= forms.filled(shared.content, form["number"])
    for name, value in params.items():
        if not isinstance(value, dict):
            continue
        if "attachment" in value:
            found = stored.get(value["attachment"])
            if found is None:
                return Reply(Outcome.REFUSED, words="the attachment is no longer kept")
            params[name] = Upload(found.name, found.content)
        elif "drawing" in value or "paper" in value:
            drawn = _drawn(value["drawing"]) if "drawing" in value else _printed(value["paper"], pictures)
            params[name] = await drawn
        elif "pack_file" in value:
            brought = await _pack_file(database, name, value["pack_file"])
            if isinstance(brought, Reply):
                return brought
            params[name] = brought
    return params


async def _drawn(drawing: dict[str, Any]) -> Upload:
    """Draw outside every transaction and off the loop: a picture costs half a second of processor."""
    from reports.drawing import draw  # loads matplotlib, which the start need not

    png = await asyncio.to_thread(draw, drawing["kind"], drawing["data"], drawing["language"])
    return Upload(f"{drawing['kind']}.png", png)


def _pictures(value: dict[str, Any]) -> list[str]:
    """The names of the pictures on a paper."""
    return list(value["paper"].get("pictures") or ()) if "paper" in value else []


async def _printed(paper: dict[str, Any], pictures: dict[str, bytes]) -> Upload:
    """A paper as PDF or DOCX, drawn like a picture: outside every transaction and off the loop."""
    from reports.papers import draw  # loads fonts and an imaging library, which the start need not

    form = paper.get("form") or "pdf"
    file = await asyncio.to_thread(draw, paper["kind"], paper["data"], paper["language"], form, pictures)
    return Upload(paper.get("name") or f"{paper['kind']}.{form}", file)


async def _pack_file(database: Database, kind: str, wanted: dict[str, Any]) -> Upload | str | Reply:
    """A medium of a pack: Telegram's id where it has the file already, else its bytes, read outside transactions."""
    try:
        found = await asyncio.to_thread(pack_files.read, str(wanted["pack"]), str(wanted["file"]))
    except (pack_files.UnknownFile, OSError):
        return Reply(Outcome.REFUSED, words="the pack has no such file")
    async with database.reading() as session:
        return await media_files.known(session, found.digest, kind) or Upload(found.name, found.content)
