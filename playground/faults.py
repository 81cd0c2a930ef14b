"""Trouble to order: each fault meets the next calls it fits, a number of times or for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

KINDS = ("429", "500", "html502", "answer_lost", "slow", "409", "outage", "duplicate_update")


@dataclass
class Fault:
    """One order; ``until`` is playground time, ``seconds`` of a slow answer is real time."""

    kind: str
    times: int
    method: str | None
    chat: int | None
    seconds: float
    retry_after: int
    until: datetime | None


class Faults:
    """What has been ordered and not yet used up."""

    def __init__(self) -> None:
        self.ordered: list[Fault] = []

    def order(
        self,
        kind: str,
        now: datetime,
        *,
        times: int = 1,
        method: str | None = None,
        chat: int | None = None,
        seconds: float = 0,
        retry_after: int = 0,
    ) -> None:
        """Order a fault. Raises ValueError for an unknown kind."""
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind!r}: choose one of {', '.join(KINDS)}")
        lasting = kind == "outage" or (kind in ("429", "500", "html502") and seconds > 0)
        until = now + timedelta(seconds=seconds) if lasting and seconds > 0 else None
        self.ordered.append(Fault(kind, times, method.lower() if method else None, chat, seconds, retry_after, until))

    def clear(self) -> None:
        self.ordered.clear()

    def meet(self, method: str, chat: int | None, now: datetime) -> Fault | None:
        """The fault that meets this call, if any; it is counted as used."""
        self.ordered = [fault for fault in self.ordered if fault.until is None or fault.until > now]
        for fault in self.ordered:
            if fault.kind == "duplicate_update" or (fault.kind == "409" and method != "getupdates"):
                continue
            # A storm or a lost answer is about messages; the long poll is met only when it is named.
            if fault.method is None and method == "getupdates" and fault.kind not in ("409", "outage"):
                continue
            if (fault.method in (None, method)) and (fault.chat is None or fault.chat == chat):
                self._use(fault)
                return fault
        return None

    def duplicate(self) -> bool:
        """Whether the update that is just being created is to be delivered twice."""
        for fault in self.ordered:
            if fault.kind == "duplicate_update":
                self._use(fault)
                return True
        return False

    def _use(self, fault: Fault) -> None:
        if fault.until is not None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self.ordered.remove(fault)
