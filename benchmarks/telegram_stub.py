"""A Telegram that does nothing but hand over N prepared updates, by polling or by webhook.

`python -m benchmarks.telegram_stub N` listens on 127.0.0.1, prints its port, and holds the updates back until POST /go.
By webhook it does as Telegram does: 40 connections, the updates of one chat one after the other.
"""

import asyncio
import sys
from collections import defaultdict
from typing import Any

import aiohttp
from aiohttp import web

from benchmarks.listening import BOT_ID, updates

ME = {"id": BOT_ID, "is_bot": True, "first_name": "Sejawat", "username": "sejawat_bot",
      "can_read_all_group_messages": True}  # fmt: skip
AT_ONCE, CONNECTIONS = 100, 40


class Telegram:
    """The updates, and whom they go to."""

    def __init__(self, many: int) -> None:
        self.waiting, self.given = updates(many), asyncio.Event()
        self.hook: dict[str, str] = {}
        self.posting: asyncio.Task[None] | None = None

    async def call(self, request: web.Request) -> web.Response:
        """Any method of any bot."""
        asked = await request.json() if request.content_type == "application/json" else dict(await request.post())
        method = request.match_info["method"].lower()
        if method == "getupdates":
            return _told(await self._updates(int(str(asked.get("offset", 0)))))
        if method == "setwebhook":
            self.hook = {name: str(value) for name, value in asked.items()}
        return _told(ME if method == "getme" else True)

    async def _updates(self, offset: int) -> list[dict[str, Any]]:
        if not self.given.is_set():
            await asyncio.wait([asyncio.create_task(self.given.wait())], timeout=10)
            return []
        first = self.waiting[0]["update_id"]
        at = max(0, offset - first)
        if at >= len(self.waiting):
            await asyncio.sleep(0.5)
        return self.waiting[at : at + AT_ONCE]

    async def go(self, _request: web.Request) -> web.Response:
        """From now on updates are handed over."""
        self.given.set()
        if self.hook:
            self.posting = asyncio.create_task(self._post())
        return _told(True)

    async def _post(self) -> None:
        lanes = defaultdict(list)
        for one in self.waiting:
            lanes[one["message"]["chat"]["id"]].append(one)
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.hook.get("secret_token", "")}
        connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        async with aiohttp.ClientSession(connector=connector, headers=headers) as http:

            async def lane(some: list[dict[str, Any]]) -> None:
                for one in some:
                    async with http.post(self.hook["url"], json=one) as answer:
                        if answer.status != 200:
                            raise RuntimeError(f"the webhook answered {answer.status}")

            await asyncio.gather(*map(lane, lanes.values()))


def _told(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


async def main(many: int) -> None:
    """Until it is ended."""
    telegram, app = Telegram(many), web.Application()
    app.router.add_post("/go", telegram.go)
    app.router.add_post("/bot{token}/{method}", telegram.call)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
