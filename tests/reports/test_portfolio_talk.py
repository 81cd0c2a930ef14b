"""What the talk of a group puts into a portfolio: one's own words, kept by both, and material; never a colleague's."""

import json
from datetime import timedelta

import pytest

from community import conversation
from community.library import own, solutions
from community.library.own import Material, Own, Said
from content.texts import LANGUAGES, Texts
from reports import papers, portfolio, portfolio_talk
from storage.database import Database, Session
from storage.models import LibraryEntry, Person
from tests.counting import statements
from tests.learning.conftest import MORNING, Cast, seed
from tests.learning.test_synthesis_talk import ANSWER, ASKED, says, solved

SAY = Texts("id")


@pytest.fixture
async def cast(database: Database) -> Cast:
    async with database.writing() as session:
        return await seed(session)


async def _paper(session: Session, cast: Cast, name: str, choice: str = "none") -> str:
    person = await session.get_one(Person, cast[name].id)
    draft, _ = await portfolio.letter(session, person, choice, 100, SAY, "Asia/Jakarta", MORNING)
    paper = draft.params["document"]["paper"]
    assert papers.draw(paper["kind"], paper["data"], paper["language"]).startswith(b"%PDF")
    return json.dumps(paper["data"], ensure_ascii=False)


@pytest.mark.parametrize("taps", [(), ("Sari",), ("Budi",), ("Sari", "Budi")])
@pytest.mark.parametrize("choice", list(portfolio.CHOICES))
async def test_words_stand_there_once_both_have_kept_them_and_each_reads_their_own(
    database: Database, cast: Cast, taps: tuple[str, ...], choice: str
) -> None:
    async with database.writing() as session:
        await solved(session, cast, taps)
        kept = len(taps) == 2
        for name, mine, theirs in (("Sari", ASKED, ANSWER), ("Budi", ANSWER, ASKED)):
            paper = await _paper(session, cast, name, choice)
            assert (mine in paper) is kept, name
            assert theirs not in paper and ("Budi" if name == "Sari" else "Sari") not in paper
            assert ("Pertanyaan: 1." in paper) is (name == "Sari"), "that a question was asked is counted"
            assert ("pertanyaan rekan: 1" in paper) is (name == "Budi" and kept)


@pytest.mark.parametrize("end", ["taken back", "the asker leaves", "the answerer leaves", "withdrew"])
async def test_what_is_taken_back_stands_there_no_more(database: Database, cast: Cast, end: str) -> None:
    async with database.writing() as session:
        found = await solved(session, cast, ("Sari", "Budi"))
        budi = await session.get_one(Person, cast["Budi"].id)
        if end == "taken back":
            await solutions.take_back(session, cast["Sari"], found.id)
        elif end == "withdrew":
            budi.consented_at = None
            await session.flush()
        else:
            await conversation.forget(session, cast["Sari" if end == "the asker leaves" else "Budi"], MORNING)
        assert (await own.of_person(session, budi)).is_empty


async def _shares(session: Session, cast: Cast, name: str, *what: tuple[str, str | None]) -> None:
    for n, (title, url) in enumerate(what):
        said = await says(session, cast, name, title, n, label="resource")
        session.add(
            LibraryEntry(
                group_id=said.group_id, chat_id=said.chat_id, message_id=said.id, tg_message_id=said.tg_message_id,
                person_id=said.person_id, kind="link" if url else "file", title=title, url=url, shared_at=said.sent_at,
            )
        )  # fmt: skip
    await session.flush()


async def test_material_stands_there_once_with_its_title_and_link(database: Database, cast: Cast) -> None:
    link = "https://contoh.id/lkpd"
    async with database.writing() as session:
        await _shares(session, cast, "Sari", ("LKPD pecahan", link), ("LKPD itu lagi", link), ("Modul ajar", None))
        await _shares(session, cast, "Budi", ("Rahasia Budi", None))
        sari = await session.get_one(Person, cast["Sari"].id)
        with statements() as seen:
            found = await own.of_person(session, sari)
        assert len(seen) == 2
        assert [(one.title, one.url) for one in found.shared] == [("LKPD pecahan", link), ("Modul ajar", None)]
        paper = await _paper(session, cast, "Sari")
        assert f"LKPD pecahan (22 Juli 2026), {link}" in paper and "Modul ajar (22 Juli 2026)" in paper
        assert "lagi" not in paper and "Rahasia" not in paper
        screen = portfolio.listed(await portfolio.gather(session, sari), SAY)
        assert "Bertanya 0 kali" in screen and "Bahan dibagikan 2" in screen
        assert "LKPD" not in screen, "on the screen there are numbers alone"


def test_a_pupil_who_is_called_by_name_is_nobody_on_paper() -> None:
    said = [Said(MORNING, "Bagaimana dengan murid Rangga?")]
    told = portfolio_talk.sections(Own(1, said, said, [Material(MORNING, "Tugas siswa Rangga", None)]), "UTC", SAY)
    flat = json.dumps(told, ensure_ascii=False)
    assert flat.count("[nama]") == 3 and "Rangga" not in flat


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_life_of_sharing_stays_a_paper_and_nothing_is_nothing(language: str) -> None:
    say, most = Texts(language), portfolio_talk.MOST
    many = [Material(MORNING + timedelta(days=n), f"Bahan {n:03}", None) for n in range(most + 3)]
    said = [Said(MORNING, "Kata saya")] * (most + 3)
    talk, shared = portfolio_talk.sections(Own(99, said, said, many), "Asia/Jakarta", say)
    assert len(talk["entries"]) == 2 * most and len(shared["lines"]) == most + 1
    assert "Bahan 003" in shared["lines"][0] and "3" in shared["lines"][-1]
    assert portfolio_talk.sections(Own(), "Asia/Jakarta", say) == []
