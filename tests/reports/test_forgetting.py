"""A copy holds everything of a person, and after deletion no table holds anything of them."""

import html
import json
import re
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, LargeBinary, select
from sqlalchemy import types as kinds

from community.library import indexing
from community.roles import Role
from content.instruments import house
from content.texts import LANGUAGES, Texts, phrases
from reports import person, traces
from storage import copies
from storage.base import Base
from storage.database import Database, Session
from storage.letters import Lane, Policy
from storage.models import (
    AgendaNote,
    Arrival,
    Assignment,
    Attachment,
    Broadcast,
    CalendarDay,
    Certificate,
    Consent,
    Consultation,
    ConversationState,
    Evidence,
    HandIn,
    Import,
    ImportedMessage,
    ImportedPerson,
    ImportSeries,
    Invitation,
    Leave,
    LessonAnswer,
    Letter,
    Letterhead,
    LibraryEntry,
    LibraryWord,
    Look,
    Meeting,
    MeetingPaper,
    MeetingPhoto,
    Membership,
    Message,
    PackVersion,
    Pairing,
    Person,
    Posting,
    Programme,
    ProgrammeEvent,
    Purpose,
    Readiness,
    Reflection,
    Signature,
    Solution,
    Survey,
    SurveyAnswer,
    SurveySeat,
    TagReview,
    WebLink,
    WebSession,
)
from tests.filled import filled
from tests.reports.cast import cast, wall

NOW = wall("2026-11-18 16:00")
SARI, NAME = 9_871_234_567, "Sari Wulandari-Xyz"
WORDS = {
    "message": "Pesan Sari tentang LKPD pecahan senilai",
    "file": "LKPD-pecahan-buatan-sari.docx",
    "reflection": "Refleksi Sari: murid berani bertanya <hari ini>",
    "pupils": "Murid menghitung dengan kerikil, kata Sari",
    "part": "Bagian Sari: dua murid menakar air",
    "question": "Pertanyaan Sari: bolehkah diganti permainan?",
    "evidence": "bukti kata milik Sari",
    "state": "rancangan tulisan Sari",
    "grade": "4B kelas Sari",
    "agenda": "Agenda Sari: empat kelompok mengukur meja",
    "worksheet": "Lembar kerja Sari: dua murid menakar",
    "worksheet_voice": "SUARA-lembar-kerja-Sari",
    "advice": "Saran Sari untuk lembar kerja rekan",
    "advice_voice": "SUARA-saran-Sari",
    "link": "https://contoh.sch.id/karya-sari",
    "imported": "Pesan lama Sari dari WhatsApp",
    "shared": "gurindamsari",  # a word of a title: it stands in the index of words, too
    "asked": "Pertanyaan Sari yang tersimpan: bagaimana menimbang pasir?",
    "survey": "Sebab Sari: murid lebih berani bertanya",
    "solved": "Jawaban Sari yang tersimpan: pakai gelas takar",
    "kop": "Kop yang dibawa Sari, Jalan Melati",
    "place": "Ruang yang ditulis Sari",
    "office": "Jabatan menurut Sari",
}


def _letter(key: str, text: str, **more: Any) -> Letter:
    values: dict[str, Any] = {
        "lane": Lane.REPLY, "policy": Policy.AGAIN, "method": "sendMessage", "due_at": NOW, "created_at": NOW,
        "params": {"chat_id": 5, "text": text}, "chat_id": 5, "state": "delivered", "result": {"message_id": 1},
    } | more  # fmt: skip
    return Letter(key=key, **values)


def _arrival(number: int, queue: str, raw: dict[str, Any] | None, state: str = "new") -> Arrival:
    return Arrival(
        bot_id=1, update_id=number, queue=queue, lane="talk", raw=raw, state=state, received_at=NOW
    )  # fmt: skip


def _said(number: int, by: int, text: str, **more: Any) -> dict[str, Any]:
    user = {"id": by, "is_bot": False, "first_name": NAME if by == SARI else "Budi"}
    body = {"message_id": number, "date": 1, "chat": {"id": -1001, "type": "supergroup"}, "from": user, "text": text}
    return {"update_id": number, "message": body | more}


async def _filled(session: Session) -> Person:
    """A house in which Sari has left something in every place there is."""
    here = await cast(session)
    sari = await here.joins(NAME, Role.TEACHER, Role.FACILITATOR)
    sari.tg_user_id, sari.zone, sari.prompt_time = SARI, "Asia/Makassar", "16:10"
    budi, ratna = here.people["Budi"], here.people["Ratna"]
    prompt = await here.prompt(wall("2026-11-18 06:30"))
    await here.says(NAME, "resource", NOW, text=WORDS["message"], file_name=WORDS["file"], evidence=WORDS["evidence"])
    of_budi = await here.says("Budi", "other", NOW, text="Pesan Budi", source="person", tagged_by=sari.id)
    looked_at = {"group_id": here.group.id, "label": "other", "why": "sample", "at": NOW}
    session.add(TagReview(message_id=of_budi.id, reviewer_id=sari.id, **looked_at))
    await here.counts(date(2026, 11, 18), 2)
    await here.tries(NAME, prompt, NOW, WORDS["pupils"])
    await here.tries("Budi", prompt, NOW, "Murid Budi bernyanyi bersama")
    await here.reflects(NAME, prompt, NOW, WORDS["reflection"])
    await here.asks(NAME, prompt, NOW, WORDS["question"])
    for kind, owner in (("draft", sari), ("guided", sari), ("free", budi)):
        session.add(
            Reflection(
                delivery_id=prompt.id, person_id=owner.id, kind=kind, audience="me", medium="text", created_at=NOW,
                text="Titipan Budi" if owner is budi else None, entered_by=sari.id,
                parts={"happened": "", "pupils": WORDS["part"], "voices": {}} if owner is sari else None,
            )
        )  # fmt: skip
    await _brought_along(session, sari, budi, prompt.id, here.group.id)
    await _taken_in(session, sari, here.group.id)
    await _in_the_library(session, sari, budi)
    await _surveyed(session, sari, here.group.id)
    await _on_papers(session, sari, here.group.id)
    clock = Programme(title="KBP", clock="kbp", started_on=date(2026, 8, 3), created_by=sari.id, created_at=NOW)
    session.add(clock)
    await session.flush()
    theirs = _said(3, SARI, WORDS["message"])
    session.add_all(
        [
            Consent(person_id=sari.id, agreed=True, text_version="1", language="id", at=NOW),
            Purpose(person_id=sari.id, purpose="words", agreed=True, text_version="1", at=NOW),
            Readiness(person_id=sari.id, phone="shared", mode="voice", updated_at=NOW),
            Certificate(
                person_id=sari.id, enrolment_id=prompt.enrolment_id, number=f"SJW-2026-1-{SARI}", hours=2.5,
                issued_at=NOW,
            ),
            _letter("accompany:1:2:3:2026-11-18", f"<b>{NAME}</b> ingin ditemani", person_id=sari.id, state="pending"),
            _letter("buddies:1:awal", f"Ditemani {NAME}", chat_id=-1001, state="pending"),
            Posting(person_id=sari.id, school_year="2025/2026", grade=WORDS["grade"], asked_at=NOW),
            AgendaNote(
                group_id=here.group.id, person_id=sari.id, week=date(2026, 11, 16), part="mastered",
                text=WORDS["agenda"], created_at=NOW,
            ),
            ProgrammeEvent(
                programme_id=clock.id, group_id=here.group.id, name="kunjungan.1", due_at=NOW, told_at=NOW, done_at=NOW,
                done_by=sari.id,
            ),
            _letter("agenda:1:2026-11-16", f"Agenda: “{WORDS['agenda']}”", state="pending"),
            Pairing(pool="group:1", week=date(2026, 11, 16), team=1, group_id=here.group.id, person_id=sari.id),
            Leave(person_id=sari.id, first_day=date(2026, 11, 2), last_day=date(2026, 11, 3), created_at=NOW),
            CalendarDay(
                scope="nation", first_day=date(2026, 11, 4), last_day=date(2026, 11, 4), kind="closed",
                label="Libur bersama", created_by=sari.id, created_at=NOW,
            ),
            Assignment(
                group_id=here.group.id, by_id=sari.id, by_role="teacher", of_id=budi.id, of_role="teacher",
                set_by=sari.id, since=NOW,
            ),
            Assignment(
                group_id=here.group.id, by_id=ratna.id, by_role="mentor", of_id=sari.id, of_role="teacher", since=NOW,
            ),
            _letter("assign:1:2:3:4", f"{NAME} tidak lagi menjadi mentor", state="pending"),
            _letter("mentors:5:2026-11-16", f"• {NAME}, 4 guru", state="pending"),
            _letter("company:call:1:2026-11-16", f"Bu {NAME} menemani", state="pending"),
            Invitation(token="tok", group_id=here.group.id, role="coach", created_by=sari.id, created_at=NOW),
            ConversationState(bot_id=1, chat_id=SARI, user_id=SARI, state="x", data={"draft": WORDS["state"]}),
            Attachment(digest="d" * 64, name="data.json", content=NAME.encode(), person_id=sari.id, created_at=NOW),
            Look(at=NOW, reader_id=ratna.id, of_id=sari.id, group_id=here.group.id, kind="reflection", door="chat"),
            Look(at=NOW, reader_id=sari.id, of_id=budi.id, group_id=here.group.id, kind="paper", door="chat"),
            WebLink(person_id=sari.id, secret_hash="l" * 64, created_at=NOW, expires_at=NOW),
            WebSession(person_id=sari.id, secret_hash="s" * 64, opened_with="t" * 64, created_at=NOW, expires_at=NOW),
            _letter("to-sari", f"Halo {NAME}", person_id=sari.id, chat_id=SARI),
            _letter("to-sari-before-yes", "Setuju?", chat_id=SARI, state="pending"),
            _letter("in-group", f"{NAME}: {WORDS['reflection']}", person_id=sari.id, chat_id=-1001),
            _letter("digest:sent", f"• Bu {NAME}: “…”", person_id=ratna.id, result={"message_id": 7}),
            _letter(f"digest:{ratna.id}:{here.group.id}:2026-11-18", f"Bu {NAME}", person_id=ratna.id, state="pending"),
            _letter("card-sent", "Periksa: Refleksi Sari: murid berani bertanya &lt;hari ini&gt;"),
            _letter("agenda", f"Pekan ini: {WORDS['part']}"),
            _letter("card-waits", f"Periksa: {WORDS['message'][:60]}", state="pending"),
            _letter("admin?", "", method="getChatMember", params={"chat_id": -1001, "user_id": SARI}),
            _letter("admin-waits", "", params={}, then="x", then_data={"user_id": SARI}, state="pending"),
            _letter("pair:2026-11-16:1:2", f"Berpasangan dengan <b>{NAME}</b>", person_id=budi.id, state="pending"),
            _letter("prompt:1", "Ajakan hari ini", chat_id=-1001),
            _letter("to-budi", "Halo Budi", person_id=budi.id, state="pending"),
            _letter("cast:7:g1", "", method="copyMessages", params={"from_chat_id": SARI}, state="pending"),
            Broadcast(
                created_by=sari.id, state="scheduled", content={"chat": SARI, "messages": [4]}, target={"to": "groups"},
                due_at=NOW, created_at=NOW,
            ),
            _arrival(1, f"chat:{SARI}", _said(1, SARI, "/hapusdata") | {"message": {"chat": {"id": SARI}}}),
            _arrival(2, f"user:{SARI}", None, "done"),
            _arrival(3, "chat:-1001", theirs),
            _arrival(4, "chat:-1001", _said(4, 5, "Setuju", reply_to_message=theirs["message"])),
            _arrival(5, "chat:-1001", {"answer": {"ok": True, "data": {}, "result": {"user": {"id": SARI}}}}),
            _arrival(6, "chat:-1001", _said(6, 5, "Budi berkata")),
        ]
    )  # fmt: skip
    await session.flush()
    return sari


async def _surveyed(session: Session, sari: Person, group_id: int) -> None:
    """A survey that she opened and answered."""
    one = Survey(
        group_id=group_id, opened_by=sari.id, instrument="motivation", content=house()["motivation"].to_json(),
        phase="once", way="private", anonymous=False, opens_at=NOW, opened_at=NOW, closes_at=NOW, created_at=NOW,
    )  # fmt: skip
    session.add(one)
    await session.flush()
    session.add_all(
        [
            SurveySeat(survey_id=one.id, person_id=sari.id, answered=True),
            SurveyAnswer(survey_id=one.id, person_id=sari.id, item="mengapa", value={"is": WORDS["survey"]}),
            _letter("survey-results", f"• {WORDS['survey']}"),
        ]
    )


async def _in_the_library(session: Session, sari: Person, budi: Person) -> None:
    """What Sari shared, her question with Budi's answer, and his with hers; found by their words."""
    said = {one.person_id: one for one in await session.scalars(select(Message).order_by(Message.id.desc()))}
    for kind, asker, answerer in (("file", sari, None), ("answer", sari, budi), ("answer", budi, sari)):
        of = said[asker.id]
        mine = answerer is sari
        entry = LibraryEntry(
            group_id=of.group_id, chat_id=of.chat_id, message_id=of.id, tg_message_id=of.tg_message_id,
            place=0 if kind == "file" else 100, person_id=asker.id, answerer_id=answerer.id if answerer else None,
            kind=kind, title=f"Lirik {WORDS['shared']}" if kind == "file" else "Pertanyaan", shared_at=NOW,
            question="Pertanyaan Budi" if mine else WORDS["asked"], answer=WORDS["solved"] if mine else "Jawaban Budi",
        )  # fmt: skip
        asked = Consultation(group_id=of.group_id, message_id=of.id, person_id=asker.id, asked_at=NOW, stage=0)
        session.add_all([entry, *([asked] if answerer else [])])
        await session.flush()
        if answerer:
            solved = {"consultation_id": asked.id, "message_id": of.id, "marked_at": NOW, "entry_id": entry.id}
            session.add(Solution(group_id=of.group_id, asker_id=asker.id, answerer_id=answerer.id, **solved))
    await session.flush()
    await indexing.catch_up(session, [of.group_id])


async def _brought_along(session: Session, sari: Person, budi: Person, delivery_id: int, group_id: int) -> None:
    """What lessons bring along: answers, a worksheet, one of Budi's that Sari answered, evidence, a pack."""
    mine = {"delivery_id": delivery_id, "person_id": sari.id}
    answered = HandIn(
        delivery_id=delivery_id, person_id=budi.id, medium="text", text="Lembar Budi", handed_at=NOW, answered_at=NOW,
        answered_by=sari.id, answer=WORDS["advice"], answer_file_id=WORDS["advice_voice"], answer_seconds=7,
    )  # fmt: skip
    session.add_all(
        [
            LessonAnswer(kind="quiz", value="1", correct=False, at=NOW, **mine),
            HandIn(
                medium="voice", text=WORDS["worksheet"], file_id=WORDS["worksheet_voice"], seconds=9, handed_at=NOW,
                **mine,
            ),
            answered,
            Evidence(medium="link", text=WORDS["link"], created_at=NOW, **mine),
            PackVersion(
                pack=f"kami-{group_id}", version=1, status="draft", content={}, group_id=group_id, created_by=sari.id,
                created_at=NOW,
            ),
        ]
    )  # fmt: skip
    await session.flush()
    assert answered.id == 2
    for key in ("wsanswer:2", "wsanswer:2@v1"):  # as it came, and heard again
        heard = {"chat_id": 5, "voice": WORDS["advice_voice"], "caption": f"Tanggapan: {WORDS['advice']}"}
        session.add(_letter(key, "", method="sendVoice", params=heard, person_id=budi.id))
    session.add(_letter("sheet:9:v1", WORDS["worksheet"], person_id=sari.id))


async def _taken_in(session: Session, sari: Person, group_id: int) -> None:
    """An old conversation that she brought into the group herself, in which she was recognised."""
    taken = Import(
        group_id=group_id, imported_by=sari.id, grammar="WhatsApp", first_at=NOW, last_at=NOW, messages=1, people=1,
        known=0, not_understood=0, figures={}, kept_until=NOW, created_at=NOW,
    )  # fmt: skip
    voice = ImportedPerson(group_id=group_id, key="k", number=1, person_id=sari.id, matched_by=sari.id, matched_at=NOW)
    session.add_all([ImportSeries(group_id=group_id, secret=b"s"), taken, voice])
    await session.flush()
    session.add(
        ImportedMessage(
            import_id=taken.id, place=1, group_id=group_id, speaker_id=voice.id, sent_at=NOW, kind="text",
            text=WORDS["imported"], label="other", confidence=0.5, reason="tagging.other", mark=1,
        )
    )  # fmt: skip
    await session.flush()


async def _on_papers(session: Session, sari: Person, group_id: int) -> None:
    """Her letterhead, her signature, a photo of hers, and what she typed for a meeting of others."""
    held = Meeting(group_id=group_id, starts_at=NOW, state="held", created_at=NOW)
    session.add(held)
    await session.flush()
    session.add_all(
        [
            Letterhead(group_id=group_id, person_id=sari.id, lines=WORDS["kop"], picture=NAME.encode(), at=NOW),
            Signature(person_id=sari.id, name=NAME, role=WORDS["office"], nip="1" * 18, place="Melati", at=NOW),
            MeetingPaper(meeting_id=held.id, person_id=sari.id, place=WORDS["place"], number="005/KBP"),
            MeetingPhoto(meeting_id=held.id, person_id=sari.id, content=NAME.encode(), at=NOW),
        ]
    )
    await session.flush()


async def _everything(session: Session) -> list[tuple[str, str, str]]:
    """Every value of every column of every table, as text."""
    found = []
    for table in await filled(session):
        for row in (await session.execute(select(table))).mappings():
            for column in table.columns:
                value = row[column.name]
                shown = value.decode(errors="replace") if isinstance(value, bytes) else value
                written = json.dumps(shown, ensure_ascii=False, default=str) if value is not None else ""
                found.append((table.name, column.name, written))
    return found


def _tells(value: str) -> bool:
    return any(sign in value for sign in (str(SARI), NAME, *WORDS.values(), WORDS["reflection"][:25]))


async def test_after_deletion_no_column_of_any_table_holds_anything_of_the_person(database: Database) -> None:
    async with database.writing() as session:
        sari = await _filled(session)
        number = sari.id
        before = {(table, column) for table, column, value in await _everything(session) if _tells(value)}
        assert len(before) >= 15  # the house is really full of Sari
        await person.forget(session, sari, NOW)
    async with database.reading() as session:
        left = [place for place in await _everything(session) if _tells(place[2])]
        assert left == []
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if any(key.column.table.name == "people" for key in column.foreign_keys):
                    owned = (await session.execute(select(table).where(column == number))).all()
                    assert owned == [], f"{table.name}.{column.name} still names the person"


async def test_after_deletion_the_database_as_a_file_says_nothing_of_the_person(one_database_url: str) -> None:
    """Beside the tables one by one: every table's text as SQLite itself writes it out, letters to others included."""
    opened, path = Database(one_database_url), Path(one_database_url.partition("///")[2])
    async with opened.writing() as session:
        sari = await _filled(session)
    assert NAME in _dumped(path) and WORDS["reflection"] in _dumped(path), "there is something to be found"
    async with opened.writing() as session:
        await person.forget(session, await session.get_one(Person, sari.id), NOW)
    left = _dumped(path)
    signs = [str(SARI), NAME, *NAME.split("-"), *WORDS.values(), WORDS["reflection"][:25]]
    assert [sign for sign in signs if sign in left] == []
    await opened.close()  # which brings the log into the file
    held = path.read_bytes()
    assert [sign for sign in signs if sign.encode() in held] == [], "nor do its free pages"
    # Nor does a backup.
    copies.copy_sqlite(path, path.with_name("copy.db"))
    held = path.with_name("copy.db").read_bytes()
    assert [sign for sign in signs if sign.encode() in held] == []


def _dumped(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        lines = list(connection.iterdump())
        blobs = [
            bytes(value).decode(errors="replace")
            for table, column in (("attachments", "content"), ("letterheads", "picture"), ("meeting_photos", "content"))
            for (value,) in connection.execute(f"select {column} from {table} where {column} is not null")
        ]
    return "\n".join([*lines, *blobs])


async def test_what_belongs_to_others_stays(database: Database) -> None:
    async with database.writing() as session:
        sari = await _filled(session)
        await person.forget(session, sari, NOW)
    async with database.reading() as session:
        texts = (await session.scalars(select(Message.text))).all()
        assert list(texts) == ["Pesan Budi"]
        letters: dict[str, dict[str, Any] | None] = dict(
            (await session.execute(select(Letter.key, Letter.params).order_by(Letter.id))).all()
        )
        assert set(letters) == {
            "wsanswer:2", "wsanswer:2@v1", "digest:sent", "card-sent", "agenda", "admin?", "prompt:1", "to-budi",
            "survey-results",
        }  # fmt: skip
        assert [key for key, params in letters.items() if params] == ["prompt:1", "to-budi"]
        # The result of a digest stays: an edit or a reply finds the message by it.
        assert await session.scalar(select(Letter.result).where(Letter.key == "digest:sent")) == {"message_id": 7}
        waiting = (
            (await session.execute(select(Arrival).where(Arrival.state == "new").order_by(Arrival.id))).scalars().all()
        )
        assert [row.update_id for row in waiting] == [4, 6]
        answered = waiting[0].raw["message"]
        assert answered["text"] == "Setuju"
        assert answered["reply_to_message"]["message_id"] == 3
        assert "text" not in answered["reply_to_message"]
        assert await session.scalar(select(Person.name).where(Person.name == "Budi")) == "Budi"
        entrusted = (await session.scalars(select(Reflection).where(Reflection.text == "Titipan Budi"))).one()
        assert entrusted.entered_by is None
        days = Base.metadata.tables["message_counts"]
        assert await session.scalar(select(days.c.messages)) == 2
        assert await session.scalar(select(CalendarDay.label)) == "Libur bersama"  # it is everybody's day
        assert (await session.scalars(select(LibraryWord.word))).all() == [], "no entry is left to be found by them"


async def test_the_copy_holds_what_every_room_and_the_post_keep(database: Database) -> None:
    async with database.writing() as session:
        sari = await _filled(session)
        made = await person.copy_files(session, SARI, Texts("id"), "Asia/Jakarta", NOW)
        assert made is not None
        page, content = [(await session.get_one(Attachment, digest)).content for digest in made]
        digest, read = made[1], html.unescape(page.decode())
        written = json.loads(content)
        assert set(written) == {"community", "conversation", "coaching", "learning", "papers", "post"}
        flat = json.dumps(written, ensure_ascii=False)
        kept = (
            "Halo",
            "16:10",
            "shared",
            "2025/2026",
            "2026-11-03",
            "Libur bersama",
            "dashboard_opened",
            "link_made_at",
            "further_purposes",
        )
        for words in (NAME, str(SARI), *WORDS.values(), *kept):
            assert words in flat
        assert "Pesan Budi" not in flat
        assert [words for words in (NAME, str(SARI), *WORDS.values()) if words not in read] == [], (
            "and so does the page"
        )
        assert "Pesan Budi" not in read and "<hari ini>" not in page.decode()
        parts = set(re.findall(r"<h2>(.*?)</h2>", page.decode()))
        assert parts == {Texts("id").plain(f"mydata.of.{name}") for name, one in written.items() if any(one.values())}
        unnamed = {name for name in _names(written) if not _is_named(name)}
        assert unnamed == set(), "every name of a part has its words in content/texts/*/mydata.toml"
        owner = await session.scalar(select(Attachment.person_id).where(Attachment.digest == digest))
        assert owner == sari.id


_OTHERS = ("params", "data", "content", "target", "parts", "answers")


def _names(value: Any) -> set[str]:
    """Names of parts, without those inside of what others made: letters, packs, questions of surveys, broadcasts."""
    if isinstance(value, list):
        return set().union(*map(_names, value))
    if not isinstance(value, dict):
        return set()
    outer = {name: one for name, one in value.items() if name not in _OTHERS}
    return {*value} | set().union(*map(_names, outer.values()))


def _is_named(name: str) -> bool:
    return all(f"mydata.of.{name}" in phrases(language) for language in LANGUAGES)


async def test_of_a_stranger_nothing_is_stored_so_nothing_is_given_or_deleted(database: Database) -> None:
    async with database.writing() as session:
        await cast(session)
        assert await person.copy_files(session, 42, Texts("id"), "Asia/Jakarta", NOW) is None
        assert await person.forget_user(session, 42, NOW) is False


async def test_who_withdrew_may_still_have_everything_deleted(database: Database) -> None:
    async with database.writing() as session:
        sari = await _filled(session)
        sari.consented_at = None
        await session.flush()
        assert await person.forget_user(session, SARI, NOW) is True
        assert await session.scalar(select(Membership.id).where(Membership.person_id == sari.id)) is None


async def test_a_listed_colleague_without_telegram_and_without_a_trace_can_be_forgotten(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        listed = Person(tg_user_id=None, name="", language="id", created_at=NOW)
        session.add_all([listed, _letter("kept", "Halo semua")])
        await session.flush()
        await person.forget(session, listed, NOW)
        assert await session.scalar(select(Letter.params).where(Letter.key == "kept")) is not None
        assert len(here.people) == 7


def test_every_kind_of_column_that_could_hold_a_person_is_looked_into() -> None:
    known = (
        kinds.String,
        kinds.Integer,
        kinds.Boolean,
        kinds.Float,
        kinds.Date,
        JSON,
        LargeBinary,
        kinds.TypeDecorator,
    )
    odd = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if not isinstance(column.type, known)
    ]
    assert odd == []


@pytest.mark.parametrize(
    "name, words, told",
    [
        ("Sari", "• Bu Sari: “baik”", True),
        ("Sari", "Bawa sari buah besok", False),
        ("Sari", "Sarinah", False),
        ("", "apa pun", False),
        ("A & B", "Bu A &amp; B", True),
    ],
)
def test_a_name_is_recognised_as_a_word(name: str, words: str, told: bool) -> None:
    assert traces.signs(1, name, []).name_in(words) is told


def test_short_texts_that_could_be_anybodys_are_no_sign() -> None:
    who = traces.signs(7_000_000_001, "Sari", ["Siap", "Baik, Bu", "Ini LKPD pecahan kelas empat"])
    assert not who.quoted_in("Siap laksanakan")
    assert who.quoted_in("Katanya: Ini LKPD pecahan kelas empat dari gugus")
    assert who.quoted_in("tg://user?id=7000000001")
    assert traces.signs(1, "Sari", ["Ramai\n\nSatu murid bilang"]).quoted_in("“Ramai · Satu murid bilang”")


def test_somebody_without_telegram_is_not_recognised_by_a_zero() -> None:
    assert not traces.signs(None, "Sari", []).quoted_in("Pukul 10.00, nilai 0")


async def test_no_digest_of_their_groups_keeps_a_name_cut_short_or_of_before(database: Database) -> None:
    async with database.writing() as session:
        sari = await _filled(session)
        group_id = await session.scalar(select(Membership.group_id).where(Membership.person_id == sari.id).limit(1))
        other = (await cast(session, "KKG Kenanga", -1002)).group.id
        keys = {"digest:sent:before": group_id, "digest:asked:v1.0": group_id, "digest:elsewhere": other}
        session.add_all(_letter(key, "• Bu Nama-Lama", group_id=of) for key, of in keys.items())
        session.add(_letter("digest:waits", "• Bu Nama-Lama", group_id=group_id, state="pending"))
        await session.flush()
        await person.forget(session, sari, NOW)
    async with database.reading() as session:
        query = select(Letter.key, Letter.params).where(Letter.key.in_([*keys, "digest:waits"]))
        kept: dict[str, Any] = dict((await session.execute(query)).all())
        assert {key: bool(params) for key, params in kept.items()} == {
            "digest:sent:before": False, "digest:asked:v1.0": False, "digest:elsewhere": True,
        }  # fmt: skip


async def test_a_broadcast_of_somebody_who_is_forgotten_is_stopped_and_keeps_neither_name_nor_content(
    database: Database,
) -> None:
    async with database.writing() as session:
        sari = await _filled(session)
        copy = await person.copy_of(session, sari)
        assert [one["content"] for one in copy["community"]["broadcasts"]] == [{"chat": SARI, "messages": [4]}]
        await person.forget(session, sari, NOW)
    async with database.reading() as session:
        cast = (await session.scalars(select(Broadcast))).one()
        assert (cast.state, cast.created_by, cast.content, cast.target) == ("stopped", None, None, {})
        assert await session.scalar(select(Letter.id).where(Letter.key == "cast:7:g1")) is None
