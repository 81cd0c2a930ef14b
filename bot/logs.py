"""Logs for an operator: where something broke and of what kind, never what people said."""

import logging
import traceback
from types import TracebackType


class Discreet(logging.Formatter):
    """Shows the places of a traceback and the type of its error.

    The error's own text is left out: a database quotes the row it refused, and the row is somebody's words.
    """

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        kind, error, trace = ei
        if kind is None or error is None:
            return ""
        places = "".join(traceback.format_tb(trace))
        cause = error.__cause__ or error.__context__
        because = f" because of {type(cause).__name__}" if cause is not None else ""
        return f"{places}{kind.__name__}{because}"
