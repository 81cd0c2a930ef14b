"""Learning records as statements: of those who said yes, without a name or a word, their ids saying what happened."""

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.commands import app
from community import consent, purposes
from community.purposes import RECORDS, STUDY
from reports.pseudonyms import Pseudonyms, WeakKey
from reports.xapi import ADL, REFLECTED, statements
from storage.database import Database, Session
from storage.models import Cycle, CycleMember, CycleStep, Feedback, LessonAnswer, Reflection, WorkflowVersion
from tests.bot.stores import NAME_AND_SECRET, record_store
from tests.reports.cast import Cast, cast, wall

KEY, HOME = "kunci-rahasia-untuk-percobaan-saja-0123", "https://sejawat.contoh.sch.id"
CODES = Pseudonyms(KEY)
AT = wall("2026-10-05 06:30")
SECRET = "Murid Sari takut pecahan"


async def filled(session: Session) -> Cast:
    """Sari has said yes to records, Budi to research alone, Wati to nothing; all three did the same."""
    here = await cast(session)
    prompt = await here.prompt(AT)
    for name, purpose in (("Sari", RECORDS), ("Budi", STUDY), ("Ratna", RECORDS)):
        await purposes.answer(session, here.people[name], purpose, True, AT)
    for name in ("Sari", "Budi", "Wati"):
        person = here.people[name]
        session.add(LessonAnswer(delivery_id=prompt.id, person_id=person.id, kind="quiz", value="1", at=AT))
        await here.tries(name, prompt, AT + timedelta(hours=2), SECRET)
        await here.reflects(name, prompt, AT + timedelta(hours=5), SECRET)
        await here.reflects(name, prompt, AT + timedelta(hours=6), SECRET, audience="me")
    session.add_all(
        Reflection(
            delivery_id=prompt.id, person_id=here.people["Sari"].id, kind=kind, audience="coach", medium="text",
            text=SECRET, created_at=AT + timedelta(hours=1),
        )
        for kind in ("goal", "draft")
    )  # fmt: skip
    session.add(
        Feedback(
            group_id=here.group.id, giver_id=here.people["Sari"].id, receiver_id=here.people["Budi"].id, medium="voice",
            kind="strength", text=SECRET, created_at=AT + timedelta(hours=7),
        )
    )  # fmt: skip
    await _coached(session, here)
    return here


async def _coached(session: Session, here: Cast) -> None:
    version = WorkflowVersion(workflow="knight", digest="d", content={}, created_at=AT)
    session.add(version)
    await session.flush()
    cycle = Cycle(
        version_id=version.id, group_id=here.group.id, between="coach", state="active", step="plan", started_at=AT
    )
    session.add(cycle)
    await session.flush()
    done = AT + timedelta(days=1)
    session.add(
        CycleStep(cycle_id=cycle.id, step="plan", opened_at=AT, due_on=AT.date(), coach_done_at=done, done_at=None)
    )
    for name, side, until in (("Ratna", "coach", None), ("Sari", "coachee", None), ("Hendra", "coach", AT)):
        person = here.people[name]
        await purposes.answer(session, person, RECORDS, True, AT)
        session.add(
            CycleMember(
                cycle_id=cycle.id, person_id=person.id, side=side, since=AT, until=until, reads_since=AT, asked=False
            )
        )
    await session.flush()


async def told(session: Session, home: str = HOME, codes: Pseudonyms = CODES, **more: Any) -> list[dict[str, Any]]:
    return list(await statements(session, codes, home, more.get("groups"), more.get("since")))


async def test_only_what_was_agreed_to_is_told_and_no_word_of_it(database: Database) -> None:
    async with database.writing() as session:
        here = await filled(session)
        found = await told(session)
        sari, ratna = (CODES.person(here.people[name]) for name in ("Sari", "Ratna"))
        done = [(one["actor"]["account"]["name"], one["verb"]["id"]) for one in found]
        assert done == [
            (sari, f"{ADL}/verbs/experienced"), (sari, f"{ADL}/verbs/attempted"), (sari, REFLECTED),
            (sari, f"{ADL}/verbs/commented"), (ratna, f"{ADL}/verbs/completed"),
        ]  # fmt: skip
        written = json.dumps(found)
        people = [(one.name, str(one.tg_user_id)) for one in here.people.values()]
        for words in (SECRET, here.group.title, "mbox", "@", *(part for one in people for part in one)):
            assert words not in written
        assert found[0]["timestamp"] == "2026-10-04T23:30:00.000000Z", "seen with the first act on it"
        assert found[3]["context"]["extensions"]["urn:sejawat:detail:kind"] == "strength"


@pytest.mark.parametrize("audience", ["coach", "me"])
async def test_feedback_on_a_note_that_is_for_oneself_by_now_does_not_tell_that_there_is_one(
    database: Database, audience: str
) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await purposes.answer(session, here.people["Sari"], RECORDS, True, AT)
        await here.reflects("Budi", await here.prompt(AT), AT, SECRET, audience=audience)
        note = await session.scalar(select(Reflection.id))
        session.add(
            Feedback(
                group_id=here.group.id, giver_id=here.people["Sari"].id, receiver_id=here.people["Budi"].id,
                medium="text", kind="question", reflection_id=note, created_at=AT,
            )
        )  # fmt: skip
        await session.flush()
        (one,) = await told(session)
    assert one["object"]["id"].endswith("/xapi/colleague") is (audience == "me")


async def test_every_statement_has_the_form_that_stores_demand(database: Database) -> None:
    iri = re.compile(r"(https?://|urn:)\S+")
    async with database.writing() as session:
        await filled(session)
        found = await told(session)
    assert len({one["id"] for one in found}) == len(found) == 5
    for one in found:
        assert set(one) == {"id", "actor", "verb", "object", "context", "timestamp"}
        assert (UUID(one["id"]).version, set(one["actor"])) == (5, {"objectType", "account"})
        assert set(one["actor"]["account"]) == {"homePage", "name"}
        group = one["context"]["contextActivities"]["grouping"][0]
        kind = one["object"]["definition"]["type"]
        assert all(iri.fullmatch(each) for each in (one["verb"]["id"], one["object"]["id"], group["id"], kind))
        assert all(iri.fullmatch(each) for each in one["context"].get("extensions", {}))
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", one["timestamp"])


async def test_ids_stay_with_what_happened_and_with_the_installation(database: Database) -> None:
    async with database.writing() as session:
        await filled(session)
        first, again = await told(session), await told(session)
        elsewhere = await told(session, "https://lain.contoh.sch.id")
        other_key = await told(session, codes=Pseudonyms("z" * 32))
    assert first == again
    ids = [{one["id"] for one in each} for each in (first, elsewhere, other_key)]
    assert not (ids[0] & ids[1] or ids[0] & ids[2] or ids[1] & ids[2])


async def test_groups_and_days_are_chosen_and_a_withdrawal_ends_it(database: Database) -> None:
    async with database.writing() as session:
        here = await filled(session)
        other = await cast(session, "KKG Mawar", -1002)
        assert await told(session, groups=[other.group.id]) == []
        assert len(await told(session, groups=[here.group.id])) == 5
        assert len(await told(session, since=AT + timedelta(hours=6))) == 2
        await consent.withdraw(session, here.people["Sari"], AT)
        assert [one["verb"]["display"]["en"] for one in await told(session)] == ["completed"]
        await consent.withdraw(session, here.people["Ratna"], AT)
        assert await told(session) == []


def test_a_short_key_is_refused_and_a_number_given_anew_is_somebody_else() -> None:
    with pytest.raises(WeakKey):
        Pseudonyms("pendek")
    assert CODES.code("person", 1, "2026-01-01") != CODES.code("person", 1, "2026-01-02")
    assert re.fullmatch(r"[a-z2-7]{13}", CODES.code("person", 1))


@pytest.fixture
def command(one_database_url: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    async def fill() -> None:
        database = Database(one_database_url)
        async with database.writing() as session:
            await filled(session)
        await database.close()

    asyncio.run(fill())
    for name, value in (
        ("DATABASE_URL", one_database_url),
        ("RESEARCH_KEY", KEY),
        ("RECORD_STORE_AUTH", NAME_AND_SECRET),
    ):
        monkeypatch.setenv(name, value)
    return CliRunner()


def run(runner: CliRunner, *words: str | Path) -> Result:
    return runner.invoke(app, ["export", "xapi", *map(str, words)])


def test_the_command_writes_lines_or_sends_them_once(command: CliRunner, tmp_path: Path) -> None:
    printed = run(command, "--home", HOME)
    assert (printed.exit_code, printed.stderr) == (0, "")
    assert len([json.loads(line) for line in printed.stdout.splitlines()]) == 5
    unknown = run(command, "--home", HOME, "--group", "Kenanga")
    assert (unknown.exit_code, "Tidak ada grup" in unknown.stderr, "KKG Melati" in unknown.stderr) == (2, True, True)
    out, state = tmp_path / "catatan.jsonl", tmp_path / "sent.txt"
    with record_store() as store:
        for n in (5, 0):
            done = run(command, "--home", HOME, "--to", store.address, "--state", state, "--out", out)
            assert (done.exit_code, done.stdout) == (0, ""), done.stderr
            assert f"Terkirim {n}," in done.stderr
        assert len(store.kept) == 5
    assert out.read_text(encoding="utf-8") == printed.stdout


def test_what_the_store_does_not_want_is_said_and_ends_with_one(command: CliRunner, tmp_path: Path) -> None:
    with record_store() as store:
        store.script = [400] * 9
        done = run(command, "--home", HOME, "--to", store.address, "--state", tmp_path / "s")
        assert (done.exit_code, "5 catatan ditolak" in done.stderr) == (1, True)
        store.script = [403]
        done = run(command, "--home", HOME, "--to", store.address, "--state", tmp_path / "s")
        assert (done.exit_code, "RECORD_STORE_AUTH" in done.stderr, NAME_AND_SECRET in done.stderr) == (2, True, False)


@pytest.mark.parametrize(
    ("words", "unset", "problem"),
    [
        ((), "", "--home"),
        (("--home", "ftp://x"), "", "bukan alamat"),
        (("--home", HOME), "RESEARCH_KEY", "RESEARCH_KEY"),
        (("--home", HOME, "--key-file", "tidak-ada"), "", "tidak dapat dibaca"),
        (("--home", HOME, "--to", "http://lain.contoh/xapi"), "", "bukan alamat"),
        (("--home", HOME, "--to", "https://lain.contoh/xapi"), "RECORD_STORE_AUTH", "RECORD_STORE_AUTH"),
    ],
)
def test_what_is_missing_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], unset: str, problem: str
) -> None:
    for name, value in (("RESEARCH_KEY", KEY), ("RECORD_STORE_AUTH", NAME_AND_SECRET)):
        monkeypatch.setenv(name, "" if name == unset else value)
    done = run(CliRunner(), *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert problem in done.stderr and "Traceback" not in done.stderr
