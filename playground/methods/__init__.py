"""The methods of the Bot API that the simulator answers, one function each, grouped by subject.

Real methods that are not simulated answer 404 "Not Found: method not found", as a server older than the method would.
They are listed in ``ABSENT``, so that a test can see that every name of the Bot API is either answered or named there.
"""

from playground.methods import (
    account,
    callbacks,
    chats,
    copies,
    deletes,
    edits,
    ephemerals,
    links,
    media,
    members,
    menus,
    messages,
    pins,
    polls,
    reactions,
    topics,
    updates,
    webhooks,
)
from playground.methods.absent import ABSENT

__all__ = [
    "ABSENT",
    "account",
    "callbacks",
    "chats",
    "copies",
    "deletes",
    "edits",
    "ephemerals",
    "links",
    "media",
    "members",
    "menus",
    "messages",
    "pins",
    "polls",
    "reactions",
    "topics",
    "updates",
    "webhooks",
]
