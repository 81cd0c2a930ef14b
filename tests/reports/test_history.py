"""The figures of an exported conversation, against tables worked out by hand."""

import tracemalloc
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from community import import_reading
from community.imports.tagged import tagged
from community.imports.values import NotUnderstood, Reading, Spoken
from community.tagging import Tag, standard
from community.tagging.quantify import step
from reports.history import History, gather
from reports.shares import from_tags

WIB = ZoneInfo("Asia/Jakarta")


class Given:
    """An export that is a list."""

    def __init__(self, lines: Sequence[Spoken], missed: Sequence[NotUnderstood] = ()) -> None:
        self.lines = lines
        self.reading = Reading("WhatsApp Android, d/m/yy H.MM", list(missed), len(missed))

    def __iter__(self) -> Iterator[Spoken]:
        return iter(self.lines)


def at(words: str, zone: ZoneInfo = WIB) -> int:
    return int(datetime.fromisoformat(words).replace(tzinfo=zone).timestamp())


def said(when: str, sender: str | None, text: str = "siap", kind: str = "text", **more: object) -> Spoken:
    return Spoken(at(when), sender, text, kind, **more)  # type: ignore[arg-type]


THANKS, ASKS, SHARES, MEETS, GREETS = (
    "Terima kasih banyak Bu, sangat membantu", "Bapak Ibu, ada yang punya LKPD pecahan kelas 4?",
    "Ini saya bagikan modul ajar pecahan https://drive.google.com/file/d/1", "Rapat besok jam 9 di ruang guru ya",
    "Selamat pagi Bapak Ibu",
)  # fmt: skip


def history(*lines: Spoken, zone: ZoneInfo = WIB) -> History:
    return gather(Given(lines), zone)


def test_the_sentences_used_here_are_what_they_look_like() -> None:
    lines = [
        said("2026-10-05T09:00", f"Guru {n}", text) for n, text in enumerate((THANKS, ASKS, SHARES, MEETS, GREETS))
    ]
    labels = [next(tagged([line]))[1].label for line in lines]
    assert labels == ["motivation", "consultation", "resource", "coordination", "other"]


KINDS = ("text", "photo", "document", "video", "voice", "sticker", "poll", "contact", "location", "media", "call")


@pytest.mark.parametrize("kind", KINDS)
def test_the_preview_and_the_figures_count_one_export_alike(kind: str) -> None:
    lines = [said("2026-10-05T09:00", "Sari", "isi", kind, deleted=True), said("2026-10-06T09:00", "Budi", "isi", kind),
             said("2026-10-06T10:00", None, "Sari keluar", "service")]  # fmt: skip
    seen, found = import_reading.look(Given(lines), WIB.key), history(*lines)
    counts = ("messages", "people", "media", "deleted", "edited", "system_lines", "not_understood")
    assert [getattr(seen, one) for one in counts] == [getattr(found, one) for one in counts]
    assert seen.hidden == found.hidden == (2 if kind == "media" else 0)
    assert found.media == (0 if kind in ("text", "poll", "location", "call") else 2)


def test_what_there_is_is_counted() -> None:
    missed = [NotUnderstood(7, "??"), NotUnderstood(9, "!!")]
    told = gather(
        Given(
            [
                said("2026-10-05T09:00", None, "Hendra membuat grup", "service"),
                said("2026-10-05T09:01", "Sari", GREETS),
                said("2026-10-05T09:02", "Budi", "", "photo"),
                said("2026-10-05T09:03", "Budi", "", "sticker"),
                said("2026-10-05T09:04", "Budi", "https://maps", "location"),
                said("2026-10-05T09:05", "Budi", "Kapan?\nSenin", "poll"),
                said("2026-10-05T09:06", "Sari", "", deleted=True),
                said("2026-10-05T09:07", "Sari", "jam 9", edited=True),
                said("2026-10-05T09:08", None, "Rini keluar", "service"),
            ],
            missed,
        ),
        WIB,
    )
    counts = (told.messages, told.people, told.system_lines, told.media, told.deleted, told.edited, told.not_understood)
    assert counts == (7, 2, 2, 2, 1, 1, 2)
    assert told.places == tuple(missed)
    assert told.grammar == "WhatsApp Android, d/m/yy H.MM"
    assert sum(share.n for share in told.shares.of_all) == told.messages


def test_first_and_last_are_of_people_in_the_zone_whatever_the_order_of_the_file() -> None:
    told = history(
        said("2026-10-06T10:00", "Sari"), said("2026-10-05T08:00", "Budi"), said("2026-10-07T07:30", "Made"),
        said("2026-10-06T11:00", "Sari"), said("2026-10-09T11:00", None, "Made keluar", "service"),
    )  # fmt: skip
    assert told.first is not None and told.first.isoformat() == "2026-10-05T08:00:00+07:00"
    assert told.last is not None and told.last.isoformat() == "2026-10-07T07:30:00+07:00"


def test_an_export_without_messages_has_no_figures() -> None:
    told = history()
    assert (told.messages, told.people, told.first, told.last, told.stretches) == (0, 0, None, None, ())
    assert (told.equality.gini, told.equality.top_three) == (None, None)
    assert (told.consultations.asked, told.consultations.minutes) == (0, None)
    assert all(share.low is None for share in (*told.shares.of_four, *told.shares.of_all))


def test_shares_are_of_the_four_and_of_all_with_their_interval() -> None:
    """8, 6, 4, 2 of the four are 20, and 5 others make 25; what is told of them is what the tags say."""
    lines = [
        said(f"2026-10-05T{hour:02}:{minute:02}", "Sari", text)
        for hour, (text, n) in enumerate([(SHARES, 8), (ASKS, 6), (MEETS, 4), (THANKS, 2), (GREETS, 5)], start=8)
        for minute in range(n)
    ]
    four, everything = history(*lines).shares
    assert [(share.label, share.n, share.of) for share in four] == [
        ("resource", 8, 20), ("consultation", 6, 20), ("coordination", 4, 20), ("motivation", 2, 20),
    ]  # fmt: skip
    tags = Counter((told.label, step(told.confidence)) for _, told in tagged(lines))
    assert (four, everything) == from_tags(tags, standard().doubts)
    assert (four[0].low or 1) < 0.4 < (four[0].high or 0)
    assert [(share.n, share.of) for share in everything] == [(8, 25), (6, 25), (4, 25), (2, 25), (5, 25)]
    assert sum(share.value or 0 for share in four) == pytest.approx(1)


def test_below_the_bound_there_is_a_count_and_no_percentage() -> None:
    lines = [said(f"2026-10-05T09:{minute:02}", "Sari", MEETS) for minute in range(19)]
    told = history(*lines, said("2026-10-05T10:00", "Sari", GREETS))
    assert (told.shares.of_four[2].n, told.shares.of_four[2].value, told.shares.of_four[2].low) == (19, None, None)
    assert told.shares.of_all[2].n == 19
    assert told.shares.of_all[2].value is not None


def test_a_deleted_message_is_none_of_the_four_and_a_left_out_picture_is_read_in_its_thread() -> None:
    told = history(
        said("2026-10-05T09:00", "Sari", MEETS, deleted=True), said("2026-10-05T09:01", "Sari", SHARES),
        said("2026-10-05T09:01", "Sari", "", "media"),
    )  # fmt: skip
    assert {share.label: share.n for share in told.shares.of_all} == {
        "resource": 2, "consultation": 0, "coordination": 0, "motivation": 0, "other": 1,
    }  # fmt: skip


def test_hours_and_weekdays_are_those_of_the_zone() -> None:
    """Sunday 23.30 in Jakarta is Monday 01.30 in Jayapura."""
    line = said("2026-10-04T23:30", "Sari")
    jakarta, jayapura = history(line).hours, history(line, zone=ZoneInfo("Asia/Jayapura")).hours
    assert (jakarta[6][23], jayapura[0][1]) == (1, 1)
    assert [sum(map(sum, one)) for one in (jakarta, jayapura)] == [1, 1]


def test_weeks_begin_on_monday_and_those_without_a_word_are_shown() -> None:
    told = history(
        said("2026-10-04T20:00", "Sari", SHARES), said("2026-10-05T08:00", "Sari", ASKS),
        said("2026-10-20T08:00", "Budi"), said("2026-10-05T09:00", "Made", MEETS),
    )  # fmt: skip
    assert told.step == "week"
    assert [(one.start, one.n, one.newcomers) for one in told.stretches] == [
        (date(2026, 9, 28), 1, 1), (date(2026, 10, 5), 2, 1), (date(2026, 10, 12), 0, 0), (date(2026, 10, 19), 1, 1),
    ]  # fmt: skip
    assert told.stretches[1].by_label == {
        "resource": 0, "consultation": 1, "coordination": 1, "motivation": 0, "other": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "first, last, step, starts",
    [
        ("2026-01-05T09:00", "2026-07-05T09:00", "week", 26),
        ("2026-01-05T09:00", "2026-07-06T09:00", "month", 7),
        ("2026-12-31T23:59", "2027-11-01T00:00", "month", 12),
        ("2020-01-05T09:00", "2026-07-06T09:00", "year", 7),
        ("2026-01-05T09:00", "2026-01-05T09:00", "week", 1),
    ],
)
def test_the_longer_an_export_the_longer_its_stretches(first: str, last: str, step: str, starts: int) -> None:
    told = history(said(first, "Sari"), said(last, "Budi"))
    assert (told.step, len(told.stretches)) == (step, starts)
    assert sum(one.n for one in told.stretches) == 2
    assert sum(one.newcomers for one in told.stretches) == 2


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_the_ends_of_the_calendar_are_days_too(year: str) -> None:
    utc = ZoneInfo("UTC")
    lines = [Spoken(at(f"{year}-{day}T12:00", utc), "Sari", "a") for day in ("01-03", "12-30")]
    told = gather(Given(lines), utc)
    assert sum(one.n for one in told.stretches) == 2


def test_memory_does_not_grow_with_the_messages() -> None:
    tag = Tag("coordination", None, 0.8, "tagging.announces", "")
    history(said("2026-10-05T09:00", "Sari"))  # the model is read
    peaks = []
    for many in (5_000, 60_000):
        export = Given([])
        export.lines = _Long(many)
        tracemalloc.start()
        assert gather(export, WIB, by=lambda lines: ((line, tag) for line in lines)).messages == many
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0] + 100_000, peaks


class _Long(Sequence[Spoken]):
    """So many messages of ten people within a month, none of them kept."""

    def __init__(self, many: int) -> None:
        self._many = many

    def __len__(self) -> int:
        return self._many

    def __getitem__(self, key: int) -> Spoken:  # type: ignore[override]
        if key >= self._many:
            raise IndexError
        return Spoken(1_791_165_600 + key * 997 % 2_592_000, f"Guru {key % 10}", "rapat", key=key + 1, reply_to=key)
