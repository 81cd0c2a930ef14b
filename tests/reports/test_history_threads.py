"""Which questions were answered, and how soon: a table of small conversations."""

import pytest

from community.imports.values import Spoken
from community.tagging import Tag
from reports.history_threads import Consultations, Quartiles, Threads

HOUR = 3600
KINDS = {
    "asks": ("consultation", "tagging.asks_for_help"),
    "advises": ("consultation", "tagging.gives_advice"),
    "shares": ("resource", "tagging.hands_over"),
    "thanks": ("motivation", "tagging.thanks"),
    "meets": ("coordination", "tagging.announces"),
    "chats": ("other", "tagging.nothing_found"),
}
Line = tuple[int, str, str] | tuple[int, str, str, int]


def told(*lines: Line) -> Consultations:
    """Each line: minutes since the first, sender, what it does, the line (from 1) it quotes."""
    threads = Threads()
    for key, (minute, sender, does, *quoted) in enumerate(lines, start=1):
        label, reason = KINDS[does]
        spoken = Spoken(60 * minute, sender, "…", key=key, reply_to=quoted[0] if quoted else None)
        threads.take(spoken, Tag(label, None, 0.8, reason, ""))
    return threads.told(60 * max(line[0] for line in lines) if lines else 0)


DAY = 24 * 60


@pytest.mark.parametrize(
    "lines, asked, answered",
    [
        ([], 0, 0),
        ([(0, "Sari", "asks")], 1, 0),
        ([(0, "Sari", "asks"), (5, "Budi", "advises")], 1, 1),
        ([(0, "Sari", "asks"), (5, "Budi", "shares")], 1, 1),
        ([(0, "Sari", "asks"), (5, "Sari", "advises")], 1, 0),
        ([(0, "Sari", "asks"), (5, "Budi", "thanks"), (6, "Budi", "meets"), (7, "Made", "chats")], 1, 0),
        ([(0, "Sari", "asks"), (DAY, "Budi", "advises")], 1, 1),
        ([(0, "Sari", "asks"), (DAY + 1, "Budi", "advises")], 1, 0),
        ([(0, "Sari", "asks"), (DAY + 1, "Budi", "advises", 1)], 1, 1),
        ([(0, "Sari", "asks"), (7 * DAY + 1, "Budi", "advises", 1)], 1, 0),
        # What is added within the hour, before an answer, is the same question.
        ([(0, "Sari", "asks"), (50, "Sari", "asks"), (100, "Sari", "asks"), (101, "Budi", "advises")], 1, 1),
        ([(0, "Sari", "asks"), (61, "Sari", "asks")], 2, 0),
        ([(0, "Sari", "asks"), (5, "Budi", "advises"), (6, "Sari", "asks")], 2, 1),
        # Without a quote the nearest question of somebody else is meant.
        ([(0, "Sari", "asks"), (5, "Budi", "asks"), (9, "Made", "advises")], 2, 1),
        ([(0, "Sari", "asks"), (5, "Budi", "asks"), (9, "Budi", "advises")], 2, 1),
        ([(0, "Sari", "asks"), (5, "Budi", "asks"), (9, "Made", "advises"), (10, "Made", "advises")], 2, 1),
        ([(0, "Sari", "asks"), (5, "Budi", "asks"), (9, "Made", "advises"), (10, "Made", "advises", 1)], 2, 2),
        # A quote of something else is no answer; one of what was said in the thread is.
        ([(0, "Sari", "asks"), (2, "Wati", "meets"), (5, "Budi", "advises", 2)], 1, 0),
        ([(0, "Sari", "asks"), (2, "Wati", "chats", 1), (5, "Budi", "advises", 2)], 1, 1),
        # Asking back, with a quote, is no question of its own.
        ([(0, "Sari", "asks"), (2, "Wati", "asks", 1), (5, "Budi", "advises", 2)], 1, 1),
        ([(0, "Sari", "advises"), (1, "Budi", "shares")], 0, 0),
    ],
)
def test_what_is_an_answer(lines: list[Line], asked: int, answered: int) -> None:
    found = told(*lines)
    assert (found.asked, found.answered.n, found.unanswered) == (asked, answered, asked - answered)


def test_how_soon_is_told_from_five_answers_on() -> None:
    """Answers after 1, 2, 4, 8 and 60 minutes: a quarter within 2, half within 4, three quarters within 8."""
    lines: list[Line] = []
    for at, after in enumerate((60, 1, 8, 2, 4)):
        lines += [(at * 5 * DAY, "Sari", "asks"), (at * 5 * DAY + after, "Budi", "advises")]
    assert told(*lines[:8]).minutes is None
    assert told(*lines).minutes == Quartiles(2, 4, 8)


def test_only_the_first_answer_counts() -> None:
    lines: list[Line] = []
    for at in range(5):
        lines += [
            (at * 5 * DAY, "Sari", "asks"),
            (at * 5 * DAY + 3, "Budi", "advises"),
            (at * 5 * DAY + 9, "A", "shares"),
        ]
    assert told(*lines).minutes == Quartiles(3, 3, 3)


def test_questions_of_the_last_day_are_told_apart() -> None:
    found = told((0, "Sari", "asks"), (2 * DAY, "Budi", "asks"), (3 * DAY - 1, "Made", "chats"))
    assert (found.unanswered, found.recent) == (2, 1)


def test_an_answer_that_the_file_dates_before_its_question_took_no_time() -> None:
    """Exports are not always in the order of time."""
    lines: list[Line] = []
    for at in range(5):
        lines += [(at * 5 * DAY + 9, "Sari", "asks"), (at * 5 * DAY + 7, "Budi", "advises")]
    assert told(*lines).minutes == Quartiles(0, 0, 0)


def test_the_share_of_answered_has_its_interval_and_its_bound() -> None:
    few = told(*((at * 2 * DAY, "Sari", "asks") for at in range(19)))
    enough = told(*((at * 2 * DAY, "Sari", "asks") for at in range(20)))
    assert (few.answered.low, enough.answered.low) == (None, 0.0)
    assert enough.answered.value == 0
