"""The pictures of shares say what the tables beside them say: the corrected share, not the count of tags."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from matplotlib.axes import Axes

from community.tagging import LABELS, standard
from content.texts import Texts
from reports.conversation import Shares
from reports.drawing import draw
from reports.history import History, gather
from reports.history_drawing import picture
from reports.history_words import types_table
from reports.overview import Overview
from reports.shares import from_tags
from reports.tables import Table
from reports.words import figure, shares_table
from tests.reports.invented_talk import WIB, InventedTalk

SAY = Texts("id")
SHARE = re.compile(r"\d+ % \(\d+–\d+\)")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """What is drawn: the shares in words, and how long the bars are."""
    found: dict[str, list[Any]] = {"words": [], "bars": []}
    text, bar = Axes.text, Axes.barh

    def say(axes: Axes, x: float, y: float, words: str, **more: Any) -> Any:
        found["words"] += SHARE.findall(words)
        return text(axes, x, y, words, **more)

    def lie(axes: Axes, y: float, width: float, *more: Any, **others: Any) -> Any:
        found["bars"].append(width)
        return bar(axes, y, width, *more, **others)

    monkeypatch.setattr(Axes, "text", say)
    monkeypatch.setattr(Axes, "barh", lie)
    return found


def _told(table: Table) -> list[str]:
    """The shares of a table as a picture writes them: of the four first, then of all."""
    cells = [str(row[column]) for column in (2, 3) for row in table.rows if row[column] is not None]
    return [f"{share.strip()} % ({ends}" for share, _, ends in (cell.partition("(") for cell in cells)]


def test_the_picture_of_an_export_says_what_its_table_says(drawn: dict[str, list[Any]]) -> None:
    history = gather(InventedTalk(), WIB)
    picture(history, SAY)
    assert drawn["words"] == _told(types_table(history, SAY))
    assert drawn["bars"] == [share.value for some in history.shares for share in some]
    assert drawn["words"] != _told(types_table(_as_counted(history), SAY)), "the correction must be seen here"


def _as_counted(history: History) -> History:
    """As if nothing were known of the tagger's mistakes: each share is that of its tags."""
    for some in history.shares:
        for share in some:
            object.__setattr__(share, "estimate", share.n / share.of)
    return history


def test_the_picture_of_a_report_says_what_its_table_says(drawn: dict[str, list[Any]]) -> None:
    tags = {(label, 11 + place): 20 + 9 * place for place, label in enumerate(LABELS)}
    both, total = from_tags(tags, standard().doubts), sum(tags.values())
    shares = Shares(both.of_four, both.of_all, {"model": total}, total, 300, 8, 9, 12)
    now = datetime(2026, 11, 20, tzinfo=UTC)
    group = SimpleNamespace(title="KKG Melati", zone="Asia/Jakarta")
    letter = figure(cast(Overview, SimpleNamespace(shares=shares, group=group, since=now, until=now)), "id")
    assert letter is not None
    draw(letter["kind"], letter["data"], "id")
    assert drawn["words"] == _told(shares_table(shares, SAY))
    assert drawn["bars"] == [share.value for some in both for share in some]
