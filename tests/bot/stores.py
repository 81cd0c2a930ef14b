"""A small record store over HTTP that keeps the rules of xAPI 1.0.3, and misbehaves when it is told to."""

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

NAME_AND_SECRET = "sekolah:rahasia"


class Store:
    """What came in, by id; ``script`` says how the next requests are met: a status, "drop" or "lost".

    "drop": the connection ends before anything is taken; "lost": it is taken, and the answer never comes.
    """

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.script: list[int | str] = []
        self.requests: list[dict[str, Any]] = []
        self.unwanted: set[str] = set()
        self.address = ""

    def take(self, statements: list[dict[str, Any]]) -> int:
        """All or nothing: 409 where another statement has an id, 400 where one is unwanted."""
        if any(one["id"] in self.unwanted for one in statements):
            return 400
        if any(self.kept.get(one["id"], one) != one for one in statements):
            return 409
        self.kept |= {one["id"]: one for one in statements}
        return 200


@contextmanager
def record_store() -> Iterator[Store]:
    """The store, listening on this machine alone."""
    store = Store()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            store.requests.append({"path": self.path, "headers": dict(self.headers), "body": body})
            turn = store.script.pop(0) if store.script else 0
            if turn == "drop":
                return self._end()
            allowed = b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
            status = turn if isinstance(turn, int) and turn else 0
            if not status and allowed != NAME_AND_SECRET:
                status = 401
            statements = json.loads(body)
            status = status or store.take(statements)
            if turn == "lost":
                return self._end()
            answer = json.dumps([one["id"] for one in statements] if status == 200 else {"why": status}).encode()
            self.send_response(status)
            if status == 429:
                self.send_header("Retry-After", "7")
            if status in (301, 302, 307):
                self.send_header("Location", f"{store.address}/elsewhere")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
            return None

        def _end(self) -> None:
            self.close_connection = True
            self.connection.shutdown(2)

        def log_message(self, *_: Any) -> None:
            """Silent: what was asked stands in ``requests``."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    store.address = f"http://127.0.0.1:{server.server_address[1]}/xapi"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
