"""The line to a playground's control door: JSON there and back, its sentences as errors, its stream of events."""

import base64
import json
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Any, Self

import aiohttp

Json = dict[str, Any]
_ENDLESS = aiohttp.ClientTimeout(total=None, sock_connect=5)


class Line:
    """What every client of the control door needs: asking, looking, listening; an async context manager."""

    def __init__(self, url: str, session: aiohttp.ClientSession | None = None) -> None:
        self.url = url.rstrip("/")
        self._session = session
        self._own = session is None

    async def __aenter__(self) -> Self:
        self._line()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the session if it is our own."""
        if self._own and self._session is not None:
            await self._session.close()
            self._session = None

    def _line(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=_ENDLESS)
        return self._session

    async def do(self, name: str, /, **arguments: Any) -> Any:
        """POST /playground/<name>; arguments that are None are left out."""
        body = {key: _plain(value) for key, value in arguments.items() if value is not None}
        async with self._line().post(f"{self.url}/playground/{name}", json=body) as answer:
            return _result(await answer.json())

    async def look(self, name: str, /, **arguments: Any) -> Any:
        """GET /playground/<name>."""
        query = {key: str(value) for key, value in arguments.items() if value is not None}
        async with self._line().get(f"{self.url}/playground/{name}", params=query) as answer:
            return _result(await answer.json())

    async def events(self, viewer: int | None = None) -> AsyncGenerator[tuple[str, Json], None]:
        """The stream of events: kind and data, the first one ("open") as soon as it is open."""
        query = {} if viewer is None else {"viewer": str(viewer)}
        kind = ""
        async with self._line().get(f"{self.url}/playground/events", params=query, timeout=_ENDLESS) as answer:
            async for raw in answer.content:
                line = raw.decode().rstrip("\n")
                if line == ": open":
                    yield "open", {}
                elif line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    yield kind, json.loads(line.removeprefix("data: "))


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _result(body: Any) -> Any:
    if "error" in body:
        raise ValueError(body["error"])
    return body.get("result", body)
