"""Makes a letter ready for the line: the message it edits, the files it carries, the pictures to be drawn."""

import asyncio
from typing import Any

from bot.line import Outcome, Reply, Upload
from storage import post_office
from storage.database import Database
from storage.models import Letter


async def packed(database: Database, letter: Letter) -> dict[str, Any] | Reply:
    """The parameters to send; or, without a call, the outcome when there is nothing to send."""
    params = dict(letter.params or {})
    wanted = {value["attachment"] for value in params.values() if isinstance(value, dict) and "attachment" in value}
    async with database.reading() as session:
        if letter.edits:
            state, result = await post_office.edited_message(session, letter.edits)
            if state in {"pending", "sending"}:
                return Reply(Outcome.NOT_YET, words="the message to edit is still on its way")
            if not result or "message_id" not in result:
                return Reply(Outcome.REFUSED, words=f"the message to edit was never sent ({state})")
            params |= {"message_id": result["message_id"], "chat_id": result.get("chat_id") or letter.chat_id}
        stored = await post_office.attachments(session, wanted)
    for name, value in params.items():
        if not isinstance(value, dict):
            continue
        if "attachment" in value:
            found = stored.get(value["attachment"])
            if found is None:
                return Reply(Outcome.REFUSED, words="the attachment is no longer kept")
            params[name] = Upload(found.name, found.content)
        elif "drawing" in value:
            params[name] = await _drawn(value["drawing"])
    return params


async def _drawn(drawing: dict[str, Any]) -> Upload:
    """Draw outside every transaction and off the loop: a picture costs half a second of processor."""
    from reports.drawing import draw  # loads matplotlib, which the start need not

    png = await asyncio.to_thread(draw, drawing["kind"], drawing["data"], drawing["language"])
    return Upload(f"{drawing['kind']}.png", png)
