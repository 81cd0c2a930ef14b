"""Feedback, pieces and what was passed on: all of it is in the copy, and nothing of it is left after deletion."""

import json
from typing import Any

from sqlalchemy import select

from community.roles import Role
from reports import person
from storage.base import Base
from storage.database import Database, Session
from storage.models import Feedback, Letter, Person, Piece, Reflection, Share
from tests.reports.cast import Cast, cast, wall
from tests.reports.test_forgetting import NAME, NOW, SARI, _letter

GIVEN, TITLE, TEXT = "Tanggapan tulisan Sari untuk Budi", "Kartu pecahan buatan Sari", "Isi modul pecahan tulisan Sari"
GOT = "Bu Sari sabar sekali, kata Budi"


async def _filled(session: Session) -> tuple[Person, Cast]:
    """Sari gave and got feedback, showed a piece, let her words be passed on, and marked Budi's as a facilitator."""
    here = await cast(session)
    sari = await here.joins(NAME, Role.TEACHER, Role.FACILITATOR)
    sari.tg_user_id = SARI
    budi, group = here.people["Budi"], here.group.id
    prompt = await here.prompt(wall("2026-11-18 06:30"))
    for name in (NAME, "Budi"):
        await here.reflects(name, prompt, NOW, f"Refleksi dari {name}", "group")
    hers, his = (await session.scalars(select(Reflection).order_by(Reflection.id))).all()
    piece = Piece(
        person_id=sari.id, group_id=group, kind="module", title=TITLE, text=TEXT, letter_key="piece:1@1", created_at=NOW
    )
    session.add(piece)
    await session.flush()

    def said(giver: Person, receiver: Person, text: str, **on: Any) -> Feedback:
        return Feedback(
            group_id=group, giver_id=giver.id, receiver_id=receiver.id, kind="strength", medium="text", text=text,
            created_at=NOW, **on,
        )  # fmt: skip

    session.add_all(
        [
            said(sari, budi, GIVEN, reflection_id=his.id),
            said(budi, sari, GOT, reflection_id=hers.id),
            said(budi, sari, "Modulnya runtut, Bu", piece_id=piece.id),
            said(here.people["Wati"], budi, "Tanggapan Wati", reflection_id=his.id),
            Share(group_id=group, reflection_id=hers.id, marked_by=sari.id, marked_at=NOW, agreed_at=NOW, named=True),
            Share(group_id=group, piece_id=piece.id, marked_by=sari.id, marked_at=NOW),
            Share(group_id=group, reflection_id=his.id, marked_by=sari.id, marked_at=NOW, agreed_at=NOW),
            _letter("feedback:1", f"Bu {NAME}: {GIVEN}", person_id=sari.id),
            _letter("feedback:1:group", f"Bu {NAME} mengapresiasi", person_id=budi.id, state="pending"),
            _letter("feedback:9", "Bu Wati: “Tanggapan Wati”", person_id=here.people["Wati"].id, state="pending"),
            _letter("piece:1@1", f"Bu {NAME}: {TITLE}", person_id=sari.id),
            _letter("passon:r1", "Bolehkah?", person_id=sari.id, chat_id=SARI),
            _letter("passon:1:2026-11-16:5", f"• Bu {NAME}: “…”", state="pending"),
            _letter("synthesis:1:2026-11-16", f"• Bu {NAME}", group_id=group),
            _letter("synthesis:2:2026-11-16", f"Terima kasih kepada Bu {NAME}", state="pending"),
        ]
    )
    await session.flush()
    return sari, here


async def test_the_copy_holds_what_was_given_got_shown_and_passed_on(database: Database) -> None:
    async with database.writing() as session:
        sari, here = await _filled(session)
        copy = (await person.copy_of(session, sari))["learning"]
        assert [(one["to"], one["text"]) for one in copy["feedback_given"]] == [("Budi", GIVEN)]
        assert [(one["from"], one["text"]) for one in copy["feedback_received"]] == [
            ("Budi", GOT), ("Budi", "Modulnya runtut, Bu"),
        ]  # fmt: skip
        assert [(one["title"], one["text"]) for one in copy["pieces"]] == [(TITLE, TEXT)]
        assert [(one["with_name"], bool(one["agreed_at"])) for one in copy["passed_on"]] == [
            (True, True), (False, False),
        ]  # fmt: skip
        assert copy["marked_as_worth_passing_on"] == 3
        json.dumps(copy)
        here.people["Budi"].consented_at = None
        await session.flush()
        copy = (await person.copy_of(session, sari))["learning"]
        assert copy["feedback_received"] == [], "of somebody who took their yes back nothing is shown any more"
        assert len(copy["feedback_given"]) == 1


async def test_after_deletion_nothing_among_colleagues_tells_of_the_person(database: Database) -> None:
    async with database.writing() as session:
        sari, _ = await _filled(session)
        number = sari.id
        await person.forget(session, sari, NOW)
    async with database.reading() as session:
        for table in (Feedback.__table__, Piece.__table__, Share.__table__, Letter.__table__):
            for row in (await session.execute(select(table))).mappings():
                written = json.dumps(dict(row), default=str, ensure_ascii=False)
                assert not any(sign in written for sign in (NAME, str(SARI), GIVEN, TITLE, TEXT, GOT)), table.name
            for column in table.columns:
                if any(key.column.table.name == "people" for key in column.foreign_keys):
                    assert not (await session.execute(select(table).where(column == number))).all(), column.name
        assert (await session.scalars(select(Feedback.text))).all() == ["Tanggapan Wati"]
        shares = (await session.scalars(select(Share))).all()
        assert [one.marked_by for one in shares] == [None], "what she marked as a facilitator stays, without her name"
        states = (await session.execute(select(Letter.key, Letter.state, Letter.params))).all()
        kept = {key: (state, bool(params)) for key, state, params in states}
        assert kept == {"feedback:9": ("pending", True), "synthesis:1:2026-11-16": ("delivered", False)}


def test_an_answer_to_a_pulse_names_nobody() -> None:
    answers = Base.metadata.tables["pulse_answers"]
    assert {key.column.table.name for key in answers.foreign_keys} == {"pulses"}
    assert {column.name for column in answers.columns} == {"pulse_id", "fingerprint", "value"}
