"""Themes of reflections in the chat: whose words are in the sheet, who gets it, and what one that comes back brings."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import func, select

from bot.visit import code_key
from community import purposes, rights
from community.purposes import STUDY, WORDS
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from content.sheets.cells import to_csv
from content.texts import LANGUAGES, Texts
from learning.surveys import pages
from reports.person import forget
from reports.themes import giving, sheet
from reports.themes.sheet import BadCoding
from storage.database import Database, Session
from storage.letters import MOST_FETCHED, Draft, Upload
from storage.models import Attachment, Look, Person, Reflection
from storage.post_office import receive
from tests.reports.cast import Cast, cast, wall

SAY = Texts("id")
KEY = code_key("42:TEST")
AT = wall("2026-11-18 06:30")
NOW = wall("2026-11-30 16:00")
FOR_GROUP, FOR_COACH = "Sari melihat murid Tono berani bertanya", "Saya takut salah di depan kelas"
HEAD = ("text", "person", "words", "themes")


async def told(session: Session) -> Cast:
    """Sari and Budi gave their words, for the group, the coach and themselves; Wati gave only her figures."""
    here = await cast(session)
    prompt = await here.prompt(AT)
    for name in ("Sari", "Budi", "Wati"):
        await here.reflects(name, prompt, AT + timedelta(hours=3), FOR_GROUP, audience="group")
        await here.reflects(name, prompt, AT + timedelta(hours=4), FOR_COACH, audience="coach")
        await here.reflects(name, prompt, AT + timedelta(hours=5), "Hanya untuk saya sendiri", audience="me")
        await purposes.answer(session, here.people[name], STUDY if name == "Wati" else WORDS, True, AT)
    return here


async def taken(session: Session, here: Cast, who: str) -> tuple[Draft, list[tuple[Any, ...]]]:
    """The letter with the sheet, and the rows of the sheet."""
    draft = await giving.given(session, here.people[who], here.group.id, KEY, SAY, NOW)
    kept = await session.get_one(Attachment, draft.params["document"]["attachment"])
    return draft, list(load_workbook(io.BytesIO(kept.content)).worksheets[0].iter_rows(values_only=True))


async def test_a_sheet_holds_what_its_reader_may_read_of_those_who_gave_their_words(database: Database) -> None:
    async with database.writing() as session:
        here = await told(session)
        letter, (head, *facilitators) = await taken(session, here, "Hendra")
        assert head == HEAD and letter.person_id == here.people["Hendra"].id
        assert [row[2] for row in facilitators] == ["[nama] melihat murid [nama] berani bertanya"] * 2, "for the group"
        _, (_, *coachs) = await taken(session, here, "Ratna")
        assert sorted(row[2] for row in coachs) == sorted([FOR_COACH, facilitators[0][2]] * 2)
        codes = {row[1] for row in coachs}
        assert len(codes) == 2 and {row[:2] for row in facilitators} <= {row[:2] for row in coachs}, "the same codes"
        names = {part for one in here.people.values() for part in (one.name, str(one.tg_user_id), str(one.id))}
        assert names.isdisjoint(codes) and "2 tulisan dari 2 guru" in letter.params["caption"]


async def test_each_writer_in_the_sheet_can_see_who_took_it_and_nobody_else(database: Database) -> None:
    async with database.writing() as session:
        here = await told(session)
        await taken(session, here, "Hendra")
        lines = (await session.scalars(select(Look))).all()
        assert {(one.kind, one.door, one.of_id, one.reader_id, one.group_id) for one in lines} == {
            ("reflection", "chat", here.people[name].id, here.people["Hendra"].id, here.group.id)
            for name in ("Sari", "Budi")
        }


async def test_words_that_are_taken_back_are_in_no_further_sheet_and_a_deletion_takes_the_sheets(
    database: Database,
) -> None:
    async with database.writing() as session:
        here = await told(session)
        await taken(session, here, "Hendra")
        await purposes.answer(session, here.people["Sari"], WORDS, False, NOW)
        _, rows = await taken(session, here, "Hendra")
        assert len(rows) == 2, "the header and Budi's"
        kept = select(func.count()).select_from(Attachment).where(Attachment.name.startswith(sheet.NAMED))
        assert await session.scalar(kept)
        await forget(session, here.people["Budi"], NOW)
        assert await session.scalar(kept) == 0
        with pytest.raises(Refusal) as nothing:
            await taken(session, here, "Hendra")
        assert nothing.value.text_key == "themes.chat.nothing"


async def test_a_guided_reflection_stands_there_with_all_of_its_parts_and_a_voice_alone_does_not(
    database: Database,
) -> None:
    async with database.writing() as session:
        here = await told(session)
        prompt = await here.prompt(AT + timedelta(days=1))
        spoken = {"delivery_id": prompt.id, "person_id": here.people["Sari"].id, "audience": "group", "created_at": NOW}
        parts = {"happened": "Kelas ramai", "next": "Besok saya mulai pelan"}
        session.add_all(
            [
                Reflection(kind="guided", medium="text", parts=parts, **spoken),
                Reflection(medium="voice", seconds=9, file_id="x", **spoken),
                Reflection(kind="goal", medium="text", text="Tujuan pekan ini", **spoken),
            ]
        )
        await session.flush()
        _, rows = await taken(session, here, "Hendra")
        assert rows[-1][2] == "Kelas ramai\nBesok saya mulai pelan" and len(rows) == 4


async def test_who_may_not_code_gets_nothing_sends_nothing_and_sees_no_button(database: Database) -> None:
    async with database.writing() as session:
        here, there = await told(session), await cast(session, "KKG Kenanga", -1002)
        file = Upload("x", "tema.xlsx", 10)
        for role in set(Role) - rights.ALLOWED[rights.Action.CODE_THEMES]:
            await here.joins(f"P {role}", role)
        refused = [there.people["Hendra"], *[one for name, one in here.people.items() if name.startswith("P ")]]
        for person in [*refused, here.people["Sari"], here.people["Tamu"]]:
            with pytest.raises(NotAllowed):
                await giving.given(session, person, here.group.id, KEY, SAY, NOW)
        for person in refused[1:]:
            with pytest.raises(NotAllowed):
                await giving.home(session, person, SAY)
            with pytest.raises(NotAllowed):
                await giving.sent(session, person, file)
            with pytest.raises(NotAllowed):
                await giving.second(session, person, "0" * 16, SAY)
            with pytest.raises(NotAllowed):
                await giving.came(session, person, {"ok": False}, "", SAY, NOW)
            assert "themes" not in await buttons(session, person)
        for nobody in (None, here.people["Rini"]):
            with pytest.raises(NeedsConsent):
                await giving.home(session, nobody, SAY)
            with pytest.raises(NeedsConsent):
                await giving.given(session, nobody, here.group.id, KEY, SAY, NOW)
        assert (await session.scalars(select(Look))).all() == []
        for name in ("Hendra", "Ratna"):
            assert "themes" in await buttons(session, here.people[name])
        _, rows = await giving.home(session, here.people["Hendra"], SAY)
        assert [one["callback_data"] for row in rows for one in row] == [f"thmget:{here.group.id}"]
        with pytest.raises(Refusal, match="too_big"):
            await giving.sent(session, here.people["Hendra"], Upload("x", "tema.xlsx", MOST_FETCHED + 1))


async def buttons(session: Session, person: Person) -> list[str]:
    _, rows = await pages.home(session, person, SAY)
    return [str(one["callback_data"]) for row in rows for one in row]


def csv(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> bytes:
    return to_csv({"Tema": [head, *rows]})


FIRST = csv(("t1", "g1", "x", "Takut salah; waktu"), ("t2", "g1", "x", "WAKTU"), ("t3", "g2", "x", ""),
            ("t4", "g2", "x", "takut  salah"))  # fmt: skip
SECOND = csv(("t1", "g1", "x", "takut salah"), ("t2", "g1", "x", "waktu"), ("t3", "g2", "x", "lain"),
             ("t4", "g2", "x", "Takut salah"))  # fmt: skip


async def sent(session: Session, here: Cast, content: bytes, first: str = "", who: str = "Hendra") -> list[Draft]:
    person = here.people[who]
    digest = await receive(session, "lembar.csv", content, person.id, NOW)
    answer = {"ok": True, "result": {"attachment": digest, "name": "lembar.csv", "size": len(content)}}
    found = await giving.came(session, person, answer, first, SAY, NOW)
    kept = select(func.count()).select_from(Attachment).where(Attachment.digest == digest)
    assert await session.scalar(kept) == 0, "what was read is thrown away"
    return found


def compares(draft: Draft) -> str:
    """What the button under the counts carries."""
    ((one,),) = draft.params["reply_markup"]["inline_keyboard"]
    name, _, digest = one["callback_data"].partition(":")
    assert name == "thmcmp"
    return str(digest)


async def sheets(session: Session, draft: Draft) -> list[list[tuple[Any, ...]]]:
    kept = await session.get_one(Attachment, draft.params["document"]["attachment"])
    return [list(page.iter_rows(values_only=True)) for page in load_workbook(io.BytesIO(kept.content))]


async def test_a_sheet_that_comes_back_is_counted_and_a_second_one_compared(database: Database) -> None:
    async with database.writing() as session:
        here = await told(session)
        counted, file = await sent(session, here, FIRST)
        assert "Takut salah" in counted.params["text"] and "Dari 4 tulisan, 2 penulis" in counted.params["text"]
        (page,) = await sheets(session, file)
        assert [(*row[:2], row[3]) for row in page[2:4]] == [("Takut salah", 2, 2), ("waktu", 2, 1)]
        first = compares(counted)
        assert "orang kedua" in await giving.second(session, here.people["Hendra"], first, SAY)
        agreed, both = await sent(session, here, SECOND, first)
        words = agreed.params["text"]
        assert "Takut salah: alfa 1,00 (cukup); sama pada 4 dari 4" in words, "capitals and spaces make no other theme"
        assert "waktu: alfa 0,53" in words and "Hanya ada di satu lembar: lain" in words
        names = [page[0][0] for page in await sheets(session, both)]
        assert names == ["Tema menurut orang pertama", "Tema menurut orang kedua", "Kesepakatan dua pemberi tema",
                         "Untuk dibicarakan berdua, karena hanya salah satu yang memberi tema:"]  # fmt: skip
        assert ("waktu", "t1") in (await sheets(session, both))[3]
        (same,) = await sent(session, here, FIRST, first)
        assert "berkas yang sama" in same.params["text"]
        agreed, _ = await sent(session, here, SECOND, first)
        assert "Takut salah" in agreed.params["text"], "the first one is still there for a third"


async def test_nobody_compares_with_anothers_sheet_or_with_something_that_is_none(database: Database) -> None:
    async with database.writing() as session:
        here = await told(session)
        counted, result = await sent(session, here, FIRST)
        first, other = compares(counted), result.params["document"]["attachment"][:16]
        for digest in ("", "0" * 16, "%" * 16, "_" * 64, other):
            with pytest.raises(Refusal) as gone:
                await giving.second(session, here.people["Hendra"], digest, SAY)
            assert gone.value.text_key == "themes.chat.gone", digest
        with pytest.raises(Refusal) as anothers:
            await giving.second(session, here.people["Ratna"], first, SAY)
        assert anothers.value.text_key == "themes.chat.gone"
        (told_,) = await sent(session, here, SECOND, first, "Ratna")
        assert "sudah tidak ada" in told_.params["text"]
        digest = await receive(session, "x.csv", FIRST, here.people["Ratna"].id, NOW)
        answer = {"ok": True, "result": {"attachment": digest}}
        (not_mine,) = await giving.came(session, here.people["Hendra"], answer, "", SAY, NOW)
        (lost,) = await giving.came(session, here.people["Hendra"], {"ok": False}, "", SAY, NOW)
        assert "tidak bisa diambil" in not_mine.params["text"] and "tidak bisa diambil" in lost.params["text"]


async def test_what_is_kept_for_a_comparison_has_no_words_in_it(database: Database) -> None:
    async with database.writing() as session:
        here = await told(session)
        await sent(session, here, csv(("t1", "g1", FOR_COACH, "Takut")))
        kept = await session.scalar(select(Attachment).where(Attachment.name == giving.CODED))
        assert kept is not None and kept.person_id == here.people["Hendra"].id
        assert FOR_COACH not in kept.content.decode() and json.loads(kept.content)["found"] == {"t1": ["Takut"]}


@pytest.mark.parametrize(
    "content, cells",
    [
        (csv(("t1", "g1", "x", "a"), ("t1", "g1", "x", "b")), ["A4"]),
        (csv(("bukan kode!", "g1", "x", "a")), ["A3"]),
        (csv(("t1", "g1", "x", "y" * 81)), ["D3"]),
        (csv(("t1", "g1", "x", "words")), ["D3"]),
        (csv(("t1", "g1", "x", "")), ["D2"]),
        (csv(("t1", "g1", "x", "; ,")), ["D2"]),
        (csv(("t1", "g1", "x", ";".join(f"tema {n}" for n in range(31)))), ["D3"]),
        (csv(("t1", "g1", "x", ";".join(f"a{n}" for n in range(16))), ("t2", "g1", "x", ";".join("bcdefghijklmnop"))),
         ["D4"]),
        (csv(("t1", "mungkin"), head=("text", "Takut")), ["B3"]),
        (csv(("t1", "x", "x"), head=("text", "Takut", "takut")), ["C2"]),
        (csv(("1", "2"), head=("kode", "tema")), [""]),
        (b"PK\x03\x04rusak", [""]),
        (b"\0\0\0", [""]),
        (b"", [""]),
    ],
)  # fmt: skip
async def test_every_mistake_is_named_by_its_cell_and_nothing_is_counted(
    database: Database, content: bytes, cells: list[str]
) -> None:
    async with database.writing() as session:
        here = await told(session)
        (wrong,) = await sent(session, here, content or b" ")
        lines = str(wrong.params["text"]).split("\n")[1:]
        assert [line.partition(":")[0] if cells != [""] else "" for line in lines] == cells, lines


def test_crosses_and_words_may_stand_in_one_sheet() -> None:
    coding = sheet.read(csv(("t1", "x", "waktu; lain"), ("t2", "", "TAKUT"), head=("text", "Takut", "themes")), SAY)
    assert coding.themes == ("Takut", "waktu", "lain")
    assert coding.found == {"t1": {"Takut", "waktu", "lain"}, "t2": {"Takut"}}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=30)), max_size=6), st.binary(max_size=80))
def test_whatever_is_in_a_sheet_it_is_read_or_its_mistakes_are_told(rows: list[tuple[str, str]], junk: bytes) -> None:
    for content in (csv(*rows, head=("text", "themes")), junk):
        try:
            found = sheet.read(content, SAY)
        except BadCoding as bad:
            problems = bad.problems
        else:
            problems = ["none"] * (len(found.themes) <= sheet.MOST_THEMES)
            assert set().union(*found.found.values()) <= set(found.themes)
        assert problems


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_as_it_is_given_is_read_once_themes_are_in_it(language: str) -> None:
    say = Texts(language)
    book = load_workbook(io.BytesIO(sheet.opened([("t1", "g1", "=1+1"), ("t2", "g1", "x")], say)))
    assert book.worksheets[0]["C2"].value == "'=1+1" and len(book.worksheets) == 2
    book.worksheets[0]["D2"] = "Berani\nWaktu"
    file = io.BytesIO()
    book.save(file)
    assert sheet.read(file.getvalue(), say).found == {"t1": {"Berani", "Waktu"}, "t2": frozenset()}
