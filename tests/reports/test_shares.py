"""The report's figures: each share with n, denominator, interval and source; too few messages, no percentage."""

from datetime import date

import pytest

from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from community.tagging.model import Doubts
from content.texts import Texts
from reports import overview
from reports.conversation import Shares
from reports.conversation import shares as shares_of
from reports.intervals import wilson
from reports.periods import Period, since
from reports.shares import ENOUGH, from_tags, share
from reports.tables import as_csv, as_text
from reports.words import exact_table, figure, message_html, shares_table
from storage.database import Database
from tests.counting import statements
from tests.reports.cast import Cast, cast, wall

NOW = wall("2026-11-20 16:00")
MORNING = wall("2026-11-18 09:00")


async def _talk(here: Cast, **labels: int) -> None:
    for label, number in labels.items():
        for _ in range(number):
            await here.says("Sari", label, MORNING, confidence=1.0)


def test_sure_tags_are_counted_and_have_wilsons_interval() -> None:
    four, everything = from_tags({("resource", 20): 18, ("motivation", 20): 22, ("other", 20): 10}, DOUBTS)
    assert [one.value for one in four] == pytest.approx([0.45, 0, 0, 0.55])
    assert (four[0].low, four[0].high) == pytest.approx(wilson(18, 40))
    assert (everything[0].value, everything[4].value) == pytest.approx((0.36, 0.2))


DOUBTS = Doubts(
    usual=(0.2,) * 5,
    mistaken=((0, 0, 1, 0, 0), (0.25, 0, 0.25, 0.25, 0.25), (1, 0, 0, 0, 0), (0.25, 0.25, 0.25, 0, 0.25),
              (0.25, 0.25, 0.25, 0.25, 0)),
    moved=(0.1,) * 5,
    drift=(0.03,) * 5,
)  # fmt: skip
"""A tagger that takes only material and coordination for each other."""


def test_what_is_often_mistaken_is_corrected_and_the_interval_is_wider() -> None:
    """100 tags of confidence 0.8: of 90 resource tags about 18 were coordination, of 10 the other way about 2."""
    four, _ = from_tags({("resource", 16): 90, ("coordination", 16): 10}, DOUBTS)
    counted, corrected = 0.9, four[0].value or 0
    assert 0.6 < corrected < counted
    assert sum(one.value or 0 for one in four) == pytest.approx(1)
    low, high = wilson(corrected * 100, 100)
    assert (four[0].low or 0) < low < corrected < high < (four[0].high or 0)


def test_a_person_who_looked_at_half_of_them_halves_the_tools_doubt() -> None:
    looked, _ = from_tags({("resource", 20): 45, ("resource", 16): 45, ("coordination", 20): 10}, DOUBTS)
    unseen, _ = from_tags({("resource", 16): 90, ("coordination", 16): 10}, DOUBTS)
    assert (looked[0].high or 0) - (looked[0].low or 0) < (unseen[0].high or 0) - (unseen[0].low or 0)


async def test_shares_are_counted_of_the_four_and_of_all(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await _talk(here, resource=18, consultation=12, coordination=6, motivation=4)
        await here.says("Budi", "other", MORNING, source="person", confidence=1.0)
        await here.counts(date(2026, 11, 18), 60)
        told = await shares_of(session, here.group, wall("2026-11-14 00:00"), NOW)
        assert [one.value for one in told.of_four] == pytest.approx([0.45, 0.30, 0.15, 0.10])
        assert sum(one.value or 0 for one in told.of_four) == pytest.approx(1)
        assert {one.of for one in told.of_all} == {41}
        assert (told.of_four[0].low, told.of_four[0].high) == pytest.approx(wilson(18, 40))
        assert told.sources == {"rule": 40, "person": 1}
        assert (told.recorded, told.counted, told.writers, told.agreed, told.size) == (41, 60, 2, 3, 4)


@pytest.mark.parametrize("of, told", [(0, False), (ENOUGH - 1, False), (ENOUGH, True)])
def test_too_few_messages_give_a_count_and_no_percentage(of: int, told: bool) -> None:
    one = share("resource", of // 2, of)
    assert (one.value is not None, one.low is not None, one.high is not None) == (told, told, told)
    assert one.n == of // 2


def _shares(*n: int) -> Shares:
    labels = ("resource", "consultation", "coordination", "motivation", "other")
    four, everything = sum(n[:4]), sum(n)
    return Shares(
        of_four=tuple(share(label, number, four) for label, number in zip(labels[:4], n, strict=False)),
        of_all=tuple(share(label, number, everything) for label, number in zip(labels, n, strict=True)),
        sources={"rule": everything},
        recorded=everything,
        counted=everything,
        writers=1,
        agreed=1,
        size=2,
    )


@pytest.mark.parametrize(
    "language, n",
    [
        (language, n)
        for language in ("id", "en")
        for n in ((45, 30, 15, 10, 28), (25, 0, 0, 0, 0), (2, 1, 0, 0, 3), (3, 2, 1, 1, 30), (9000, 1, 1, 1, 0))
    ],
)
def test_the_table_fits_a_narrow_phone_with_the_full_names(language: str, n: tuple[int, ...]) -> None:
    say = Texts(language)
    shown = as_text(shares_table(_shares(*n), say))
    assert max(len(line) for line in shown.split("\n")) <= 30
    flat = " ".join(shown.split())
    for label in ("resource", "consultation", "coordination", "motivation", "other"):
        assert say.plain(f"reports.label.{label}") in flat


def test_the_seeds_shares_read_as_the_seed_tells_them() -> None:
    shown = as_text(shares_table(_shares(45, 30, 15, 10, 0), Texts("id")))
    assert "45 45 (36–55)" in shown
    assert "30 30 (22–40)" in shown


def test_few_messages_are_told_as_not_enough() -> None:
    table = shares_table(_shares(5, 3, 2, 1, 1), Texts("id"))
    assert table.columns == ("Jenis", "n")
    assert "Belum cukup" in table.notes[0]
    assert "%" not in as_text(table)


def test_many_messages_but_few_of_the_four_types_give_one_percentage_column() -> None:
    table = shares_table(_shares(3, 2, 1, 1, 30), Texts("id"))
    assert table.columns == ("Jenis", "n", "% dari semua")
    assert any("Belum cukup untuk persen dari empat jenis" in note for note in table.notes)


@pytest.mark.parametrize(
    "period, first",
    [(Period.WEEK, "2026-11-14 00:00"), (Period.MONTH, "2026-10-22 00:00"), (Period.ALL, "2026-10-01 00:00")],
)
def test_a_period_begins_at_midnight_of_its_first_day(period: Period, first: str) -> None:
    assert since(period, NOW, "Asia/Jakarta", wall("2026-10-01 08:00")) == wall(first)


async def test_the_report_says_what_it_was_counted_from_and_escapes_the_title(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session, title="KKG <Melati> & Mawar")
        await _talk(here, resource=18, consultation=12, coordination=6, motivation=4, other=5)
        first, second = await here.prompt(wall("2026-11-17 06:30")), await here.prompt(wall("2026-11-18 06:30"))
        await here.tries("Sari", first, MORNING)
        await here.tries("Sari", second, MORNING)
        await here.tries("Budi", second, MORNING)
        await here.reflects("Wati", second, MORNING, audience="me")
        told = await overview.of_group(session, here.group, Period.WEEK, NOW)
        html = message_html(told, Texts("id"))
        assert "KKG &lt;Melati&gt; &amp; Mawar" in html
        assert "14 Nov 2026 – 20 Nov 2026" in html
        assert "3 dari 4 guru" in html
        assert "Terkirim: 2\nSudah mencoba: 2 dari 4 guru\nSudah berefleksi: 1 dari 4 guru" in html
        assert "45 tebakan saya dari aturan" in html
        assert len(html) < 4096
        for name in here.people:
            assert name not in html


async def test_the_file_holds_unrounded_numbers(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await _talk(here, resource=10, other=11)
        told = await overview.of_group(session, here.group, Period.WEEK, NOW)
        lines = as_csv(exact_table(told, Texts("en"))).splitlines()
        assert lines[1].startswith("resource,Sharing learning resources,10,10,,,,21,0.47619")
        assert lines[5].startswith("other,Other,11,,,,,21,0.5238")


async def test_no_message_means_no_picture_and_a_plain_sentence(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        told = await overview.of_group(session, here.group, Period.WEEK, NOW)
        assert figure(told, "id") is None
        assert "Belum ada pesan yang tercatat" in message_html(told, Texts("id"))


@pytest.mark.parametrize(
    "who, sees",
    [("Hendra", True), ("Ratna", True), ("Sari", False), ("Tamu", False), ("Rini", None), (None, None)],
)
async def test_who_sees_the_report(database: Database, who: str | None, sees: bool | None) -> None:
    async with database.writing() as session:
        here = await cast(session)
        person = here.people[who] if who else None
        if sees:
            assert person is not None
            assert [one.id for one in await overview.groups_for(session, person)] == [here.group.id]
            assert (await overview.for_person(session, person, here.group.id, Period.WEEK, NOW)).period is Period.WEEK
            return
        refusal = NotAllowed if sees is False else NeedsConsent
        with pytest.raises(refusal):
            await overview.for_person(session, person, here.group.id, Period.WEEK, NOW)
        with pytest.raises((NotAllowed, NeedsConsent)):
            await overview.groups_for(session, person)


async def test_a_facilitator_of_another_group_is_refused(database: Database) -> None:
    async with database.writing() as session:
        here, there = await cast(session), await cast(session, "KKG Mawar", -1002)
        with pytest.raises(NotAllowed):
            await overview.for_person(session, there.people["Hendra"], here.group.id, Period.WEEK, NOW)


async def test_a_group_is_found_by_number_title_or_a_part_of_it(database: Database) -> None:
    async with database.writing() as session:
        here, there = await cast(session, "KKG Melati"), await cast(session, "KKG Melati Dua", -1002)
        assert [one.id for one in await overview.find(session, "kkg melati")] == [here.group.id]
        assert [one.id for one in await overview.find(session, "dua")] == [there.group.id]
        assert [one.id for one in await overview.find(session, str(there.group.id))] == [there.group.id]
        assert len(await overview.find(session, "kkg")) == 2
        assert await overview.find(session, "Anggrek") == []


async def test_a_report_asks_as_often_for_many_people_as_for_few(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        prompt = await here.prompt(wall("2026-11-18 06:30"))

        async def questions() -> int:
            with statements() as asked:
                await overview.of_group(session, here.group, Period.WEEK, NOW)
            return len(asked)

        few = await questions()
        for number in range(15):
            await here.joins(f"Guru {number}", Role.TEACHER)
            await here.says(f"Guru {number}", "resource", MORNING)
            await here.tries(f"Guru {number}", prompt, MORNING)
        assert await questions() == few <= 13
