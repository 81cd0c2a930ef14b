"""Logs for an operator: where something broke and of what kind, never what people said and never the token."""

import json
import logging
import os
import re
import socket
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

# The bot's token, alone or in an address of the Bot API: a library may put the address it called into its own words.
_TOKEN = re.compile(r"(?<!\d)\d{3,20}:[A-Za-z0-9_-]{20,}")
HIDDEN = "[token]"


class Discreet(logging.Formatter):
    """Shows the places of a traceback and the type of its error.

    The error's own text is left out: a database quotes the row it refused, and the row is somebody's words.
    """

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another formatter may have left the whole trace there, with its words
        return _TOKEN.sub(HIDDEN, super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = said(record)
        return super().formatMessage(record)

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        kind, error, trace = ei
        if kind is None or error is None:
            return ""
        return "".join(traceback.format_tb(trace)) + _named(kind, error)


class JsonLines(Discreet):
    """A line of JSON each, for a machine that collects the logs of many: `about` is the same for all of one kind."""

    def __init__(self, parts: str) -> None:
        super().__init__()
        self._always = {"host": socket.gethostname(), "process": os.getpid(), "parts": parts}

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told: dict[str, object] = {
            "at": at,
            "level": record.levelname,
            "logger": record.name,
            "event": said(record),
        }
        told |= {"about": said(record) if record.name == "asyncio" else str(record.msg)} | self._always
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return _TOKEN.sub(HIDDEN, json.dumps(told, ensure_ascii=False))


def said(record: logging.LogRecord) -> str:
    """The words of a line. Of asyncio's the first: below it stands what a task broke with, its own text and all."""
    words = record.getMessage()
    return words.partition("\n")[0] if record.name == "asyncio" else words


def _named(kind: type[BaseException], error: BaseException) -> str:
    """The kind of an error and of what led to it, without their words."""
    cause = error.__cause__ or error.__context__
    return kind.__name__ + (f" because of {type(cause).__name__}" if cause is not None else "")


def last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """For sys.excepthook and its like: what ends a process or a thread is told as the log tells it, too."""
    if issubclass(kind, KeyboardInterrupt):
        return
    places = "".join(traceback.format_tb(trace))
    told = f"{places}{_named(kind, error)}"
    print(_TOKEN.sub(HIDDEN, told), file=sys.stderr)


def watch_last_words() -> None:
    """Nothing that Python itself writes to stderr quotes an error: of the process, of a thread, of a destructor."""

    def last(one: Any) -> None:
        if one.exc_type is not SystemExit and one.exc_value is not None:
            last_words(one.exc_type, one.exc_value, one.exc_traceback)

    sys.excepthook = last_words
    threading.excepthook = sys.unraisablehook = last
