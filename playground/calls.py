"""The log of every Bot API call: what was asked, what was answered, which ordered fault met it."""

from playground.state import Json


class CallLog:
    """Calls in the order in which they came in; ``n`` counts from 1."""

    def __init__(self) -> None:
        self.entries: list[Json] = []

    def open(self, at: str, bot: int | None, method: str, params: Json) -> Json:
        """Write down a call that has begun; its outcome is filled in later."""
        entry: Json = {"n": len(self.entries) + 1, "at": at, "bot": bot, "method": method, "params": params}
        entry |= {"ok": None, "status": None, "error": None, "fault": None, "result": None}
        self.entries.append(entry)
        return entry

    def after(self, number: int, method: str | None = None) -> list[Json]:
        """Calls that came after the given number, of one method or of all."""
        found = self.entries[max(0, number) :]
        if method is None:
            return found
        return [entry for entry in found if entry["method"].lower() == method.lower()]
