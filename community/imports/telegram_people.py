"""Who is who in an export of Telegram: one name for one account, two for two that are called the same."""

from typing import Any

NOBODY = "Deleted Account"
"""What Telegram itself writes where it does not say who."""


class Senders:
    """The names under which the accounts of one chat appear."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._owners: dict[str, str] = {}

    def name(self, name: Any, account: Any) -> str:
        """The name of an account, the first it was seen with; a second account of that name gets its number behind it.

        Accounts are "user123" or, before 2021, the bare number. Who deleted theirs has no name and is called by it.
        """
        named = " ".join(name.replace("\0", "").split()) if isinstance(name, str) else ""
        known = _account(account)
        if known is None:
            return named or NOBODY
        if known not in self._names:
            wanted = named or known
            owner = self._owners.setdefault(wanted, known)
            self._names[known] = wanted if owner == known else f"{wanted} ({known})"
        return self._names[known]


def _account(account: Any) -> str | None:
    if type(account) is int:
        return f"user{account}"
    return account[:40] if isinstance(account, str) and account else None
