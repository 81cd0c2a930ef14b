"""Research data: only of those who said yes, nobody stands out, no word without its writer's yes, every column told."""

import asyncio
import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.commands import app
from community import consent, purposes
from community.purposes import STUDY, WORDS
from community.roles import Role
from content.texts import LANGUAGES, Texts
from reports.pseudonyms import Pseudonyms
from reports.research import anonymity
from reports.research.files import COLUMNS, Frame, files
from reports.research.gathering import STEPS, Data, TooFew, gather
from storage.database import Database, Session
from storage.models import Posting, Reflection
from tests.reports.cast import Cast, cast, wall

KEY = "kunci-rahasia-untuk-percobaan-saja-0123"
CODES = Pseudonyms(KEY).of_study("Coaching 2026")
AT = wall("2026-10-07 06:30")  # a Wednesday
MONDAY = date(2026, 10, 5)
SINCE, UNTIL = wall("2026-09-01 00:00"), wall("2026-12-01 00:00")
TOLD = "Sari dan Bu Ratna bertanya ke 0812-3456-7890: murid berani bertanya"


async def filled(session: Session, agree: int = 7) -> Cast:
    """Nine teachers of two classes; so many say yes to the study, Sari to her words as well."""
    here = await cast(session)
    for n in range(6):
        await here.joins(f"Guru{n}x", Role.TEACHER)
    teachers = ["Sari", "Budi", "Wati", *(f"Guru{n}x" for n in range(6))]
    prompt = await here.prompt(AT)
    for n, name in enumerate(teachers):
        person = here.people[name]
        session.add(Posting(person_id=person.id, school_year="2026/2027", grade=("4B", "3 Melati", "5")[n % 3]))
        await here.tries(name, prompt, AT + timedelta(hours=2), TOLD)
        await here.reflects(name, prompt, AT + timedelta(days=7), TOLD)
        await here.reflects(name, prompt, AT + timedelta(days=8), "Hanya untuk saya", audience="me")
        if n < agree:
            await purposes.answer(session, person, WORDS if name == "Sari" else STUDY, True, AT)
    return here


async def gathered(session: Session, here: Cast, k: int = 5, *, words: bool = True) -> Data:
    return await gather(session, CODES, [here.group.id], SINCE, UNTIL, k, words=words)


async def test_only_those_who_agreed_are_in_it_by_week_and_without_the_private(database: Database) -> None:
    async with database.writing() as session:
        here = await filled(session)
        data = await gathered(session, here)
        codes = {name: CODES.person(person) for name, person in here.people.items()}
        assert set(data.people.kept) == {
            codes[name] for name in ("Sari", "Budi", "Wati", *(f"Guru{n}x" for n in range(4)))
        }
        assert (data.agreed, data.members) == (7, 11 + 1)
        sari = {(week, measure): n for (code, week, measure), n in data.measures.items() if code == codes["Sari"]}
        after = MONDAY + timedelta(days=7)
        assert sari == {(MONDAY, "lessons_seen"): 1, (MONDAY, "lessons_tried"): 1, (after, "reflections"): 1}
        assert data.groups == {(CODES.group(here.group), MONDAY): 1}


async def test_words_are_of_those_who_gave_them_with_names_taken_out(database: Database) -> None:
    async with database.writing() as session:
        here = await filled(session)
        (word,) = (await gathered(session, here)).words
        assert (word.person, word.week) == (CODES.person(here.people["Sari"]), MONDAY + timedelta(days=7))
        assert word.text == "[nama] dan Bu [nama] bertanya ke [nomor]: murid berani bertanya"
        for note in await session.scalars(select(Reflection)):
            note.text = "murid Rangga berani bertanya"
        await session.flush()
        (word,) = (await gathered(session, here)).words
        assert word.text == "murid [nama] berani bertanya", "a pupil is no member of the group, and nobody all the same"
        assert (await gathered(session, here, words=False)).words == ()
        await purposes.answer(session, here.people["Sari"], WORDS, False, AT)
        assert (await gathered(session, here)).words == ()


async def test_classes_become_coarser_until_nobody_stands_out(database: Database) -> None:
    async with database.writing() as session:
        here = await filled(session)
        two = (await gathered(session, here, 2)).people
        five = (await gathered(session, here, 5)).people
    assert (two.steps, {row["grade"] for row in two.kept.values()}) == ((), {"4B", "3 Melati", "5"})
    assert (two.left_out, two.smallest >= 2) == (0, True)
    assert {row["grade"] for row in five.kept.values()} == {anonymity.ANY}
    assert (five.left_out, five.smallest) == (0, 7)


async def test_too_few_are_nobody(database: Database) -> None:
    async with database.writing() as session:
        here = await filled(session, agree=4)
        with pytest.raises(TooFew):
            await gathered(session, here)
        await purposes.answer(session, here.people["Guru5x"], STUDY, True, AT)
        assert len((await gathered(session, here)).people.kept) == 5
        await consent.withdraw(session, here.people["Guru5x"], AT)
        with pytest.raises(TooFew):
            await gathered(session, here)


PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "group": st.sampled_from("xy"),
            "role": st.sampled_from(["teacher", "coach"]), "school": st.sampled_from("ab"),
            "grade": st.sampled_from(["1", "2A", "3", "6 Mawar", "*", "0"]),
            "joined": st.sampled_from(["2026-01", "2026-02", "2025-12"]),
        }
    ),
    max_size=40,
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(PEOPLE, st.integers(2, 8))
def test_nobody_is_ever_written_with_fewer_than_k_alike(rows: list[dict[str, str]], k: int) -> None:
    people = {str(n): row for n, row in enumerate(rows)}
    found = anonymity.anonymous(people, STEPS, k)
    written = [tuple(row.values()) for row in found.kept.values()]
    assert all(written.count(one) >= k for one in written)
    assert len(found.kept) + found.left_out == len(rows)
    assert len(found.kept) == len(rows) or len(rows) < k or found.left_out <= 0.05 * len(rows)
    if found.steps and len(rows) >= k:
        fewer = anonymity.anonymous(people, STEPS[: len(found.steps) - 1], k)
        assert fewer.left_out > 0.05 * len(rows), "the last step was needed"


def test_a_class_is_read_from_its_number() -> None:
    assert [anonymity.phase(one) for one in ("4B", "kelas 1", "6 Mawar", "VII", "12", "0", "123")] == list("BAC*F**")


FRAME = Frame("Coaching 2026", MONDAY, MONDAY, MONDAY, 5, words=True)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_column_has_its_line_in_the_codebook(database: Database, language: str) -> None:
    async with database.writing() as session:
        here = await filled(session)
        made = files(await gathered(session, here), FRAME, Texts(language))
        names = {part for one in here.people.values() for part in (one.name, str(one.tg_user_id))}
    read = {
        name: list(csv.DictReader(io.StringIO(content.decode()))) for name, content in made.items() if "csv" in name
    }
    told = {(line["file"], line["column"]) for line in read["codebook.csv"]}
    assert told == {(f"{table}.csv", column) for table, columns in COLUMNS.items() for column in columns}
    assert told == {(name, column) for name, rows in read.items() if name != "codebook.csv" for column in rows[0]}
    assert all(line["type"] and line["meaning"] for line in read["codebook.csv"])
    everything = b"\n".join(made.values()).decode()
    assert [name for name in names if name in everything] == []
    people = {line["person"] for line in read["people.csv"]}
    assert {line["person"] for line in (*read["measures.csv"], *read["words.csv"])} <= people
    assert all(re.fullmatch(r"g[a-z2-7]{13}", code) for code in people)


def test_another_study_or_key_gives_other_codes() -> None:
    one, again, other = (Pseudonyms(KEY).of_study(name) for name in ("A", " a ", "B"))
    codes = {
        each.code("person", 1) for each in (one, again, other, Pseudonyms(KEY), Pseudonyms("z" * 32).of_study("A"))
    }
    assert (one.code("person", 1) == again.code("person", 1), len(codes)) == (True, 4)


@pytest.fixture
def command(one_database_url: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    async def fill() -> None:
        database = Database(one_database_url)
        async with database.writing() as session:
            await filled(session)
        await database.close()

    asyncio.run(fill())
    monkeypatch.setenv("DATABASE_URL", one_database_url)
    return CliRunner()


def run(runner: CliRunner, *words: str | Path) -> Result:
    return runner.invoke(app, ["export", "research", "--study", "Coaching 2026", *map(str, words)])


def test_the_command_writes_a_folder_and_never_into_another(command: CliRunner, tmp_path: Path) -> None:
    key, out = tmp_path / "key", tmp_path / "data"
    key.write_text(f"{KEY}\n")
    done = run(command, "--out", out, "--key-file", key, "--from", "2026-09-01", "--to", "2026-11-30")
    assert (done.exit_code, done.stdout) == (0, ""), done.stderr
    written = {"README.md", "codebook.csv", "groups.csv", "measures.csv", "people.csv"}
    assert {path.name for path in out.iterdir()} == written, "no words unless they are asked for"
    readme = (out / "README.md").read_text(encoding="utf-8")
    assert "7 dari 12 orang" in readme and "paling sedikit 5 orang" in readme and KEY not in readme
    again = run(command, "--out", out, "--key-file", key)
    assert (again.exit_code, "sudah berisi" in again.stderr) == (2, True)
    few = run(command, "--out", tmp_path / "more", "--key-file", key, "--k", "8")
    assert (few.exit_code, (tmp_path / "more").exists(), "kurang dari 8" in few.stderr) == (2, False, True)
