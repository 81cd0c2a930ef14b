"""Buttons of what groups learn together, forged with the numbers of another group: nothing is read, nothing changes."""

import pkgutil
from datetime import date, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import select

import handlers
from community.library import indexing
from content import instruments
from handlers.filters import Pressed
from storage.models import (
    Arrival,
    Broadcast,
    CalendarDay,
    Consultation,
    Delivery,
    Enrolment,
    Evidence,
    Feedback,
    Group,
    HandIn,
    Import,
    ImportedPerson,
    ImportSeries,
    Leave,
    Letterhead,
    LibraryEntry,
    Meeting,
    MeetingPaper,
    MeetingPhoto,
    Message,
    PackVersion,
    Pairing,
    Piece,
    Programme,
    ProgrammeEvent,
    Pulse,
    PulseAnswer,
    Question,
    Reflection,
    Share,
    Solution,
    Survey,
    SurveyAnswer,
    SurveySeat,
    Trial,
    UnnamedAnswer,
)
from tests.journeys.test_attacks import ASKED, SECRET, TITLE, TO_COACH, Town, buttons, town
from tests.journeys.test_forged_coaching import coached

PIECE, PRAISE, DONE = (
    "Kartu pecahan dari kardus",
    "Pertanyaanmu membuat murid berpikir",
    "Lembar kerja yang sudah diisi",
)
KOP, ROOM = "Kop surat Kombel Kenanga", "Ruang guru lama"
THEIRS = (
    Broadcast, CalendarDay, Delivery, Enrolment, Evidence, Feedback, Group, HandIn, Leave, PackVersion, Pairing, Piece,
    Programme, ProgrammeEvent, Pulse, PulseAnswer, Question, Reflection, Share, Trial, LibraryEntry, Solution,
    Import, ImportedPerson, ImportSeries, Letterhead, Meeting, MeetingPaper, MeetingPhoto,
    Survey, SurveyAnswer, SurveySeat, UnnamedAnswer,
)  # fmt: skip
# They carry nobody's number: of the conversation that is under way, of oneself, or of what an owner sets.
OF_ONESELF = frozenset({
    "address", "again", "cancel", "cast:past", "consent:no", "consent:stays", "consent:read", "consent:stop",
    "consent:stopped", "consent:yes", "dashlink", "fix:as", "fix:back", "fix:name", "fix:page", "fix:telegram",
    "fix:year", "forget", "looks", "forgetno", "forgetnow", "gskip", "help", "jfile",
    "language", "leave:write", "libnone", "off:nation", "pair:in", "pair:out", "pc", "pcstay", "pf", "pfget", "pfpdf",
    "purpose", "pvno", "ready:ask", "ready:day", "ready:enough", "ready:groups", "ready:hour", "ready:hours",
    "ready:join", "ready:page", "ready:set", "ready:zone", "rnot", "sched:groups", "setup", "setup:save", "shut",
    "skip", "skipall", "svno", "svsheet", "tag", "themes", "wold", "year:class", "year:grade", "year:is", "year:new",
    "year:same", "year:school",
})  # fmt: skip


async def of_sari(here: Town) -> dict[str, int]:
    """A row of everything in the school's group, by what it is; gives their numbers."""
    now = here.house.assistant.clock.now()
    sari, ratna = here.people["sari"], here.people["ratna"]
    group, prompt = {"group_id": here.group}, {"delivery_id": here.delivery, "person_id": sari}
    one_of = {"pool": "g", "week": date(2026, 8, 3), "team": 1}
    async with here.house.assistant.database.writing() as session:
        together = Programme(title=TITLE, clock="kbp", started_on=date(2026, 8, 3), created_at=now)
        piece = Piece(person_id=sari, kind="medium", title=PIECE, text=PIECE, criteria="", created_at=now, **group)
        session.add_all([together, piece])
        await session.flush()
        enrolment = await session.scalar(select(Enrolment.id).where(Enrolment.group_id == here.group))
        made: dict[str, Any] = {
            "piece": piece,
            "feedback": Feedback(
                giver_id=ratna, receiver_id=sari, piece_id=piece.id, kind="strength", medium="text", text=PRAISE,
                created_at=now, **group,
            ),
            "pairing": Pairing(person_id=sari, **one_of, **group),
            "pulse": Pulse(week=date(2026, 8, 3), question="help", letter_key="pulse:x", opened_at=now, **group),
            "sheet": HandIn(medium="text", text=DONE, handed_at=now, **prompt),
            "evidence": Evidence(medium="link", text="https://example.org/bukti", created_at=now, **prompt),
            "trial": Trial(pupils_did=DONE, at=now, **prompt),
            "leave": Leave(person_id=sari, first_day=date(2026, 8, 9), last_day=date(2026, 8, 9), created_at=now),
            "event": ProgrammeEvent(programme_id=together.id, name="opening", due_at=now + timedelta(days=9), **group),
            "pack": PackVersion(pack=f"x-{here.group}", version=1, status="draft", content={}, created_at=now, **group),
            "cast": Broadcast(
                created_by=here.people["hendra"], state="scheduled", content={"chat": 1, "messages": [1], "posts": 0},
                target={"to": "groups", "by": "all"}, due_at=now + timedelta(days=1), created_at=now,
            ),
            "draft": Broadcast(
                created_by=here.people["hendra"], state="draft", target={}, created_at=now,
                content={"chat": 1, "messages": [1], "posts": 0, "album": None},
            ),
            "taken": Import(
                imported_by=here.people["hendra"], grammar="WhatsApp", first_at=now, last_at=now, messages=1, people=1,
                known=0, not_understood=0, figures={}, kept_until=now + timedelta(days=30), created_at=now, **group,
            ),
            "voice": ImportedPerson(key="k", number=1, person_id=sari, matched_at=now, **group),
        }  # fmt: skip
        made |= _surveys(here, now, group)
        session.add_all([*made.values(), ImportSeries(secret=b"s", **group)])
        await session.flush()
        found = {name: row.id for name, row in made.items()} | {"enrolment": enrolment or 0, "programme": together.id}
        session.add_all(
            [
                SurveySeat(survey_id=found["poll"], person_id=sari),
                SurveyAnswer(survey_id=found["poll"], person_id=sari, item="yakin", value={"is": 4}),
            ]
        )
    found |= await of_the_library(here)
    found |= await of_the_office(here)
    return found | {"group": here.group, "prompt": here.delivery, "note": here.private, "shared": here.coached} | {
        "sari": sari, "question": here.question,
    }  # fmt: skip


def _surveys(here: Town, now: datetime, group: dict[str, int]) -> dict[str, Survey]:
    """One that is open and one that is planned."""
    by = {"opened_by": here.people["hendra"], "phase": "once", "way": "private", "created_at": now} | group
    kinds = {name: instruments.house()[name].to_json() for name in ("confidence", "plca")}
    later = now + timedelta(days=9)
    return {
        "poll": Survey(
            instrument="confidence", content=kinds["confidence"], anonymous=False, opens_at=now, opened_at=now,
            closes_at=later, **by,
        ),
        "planned": Survey(
            instrument="plca", content=kinds["plca"], anonymous=False, opens_at=later,
            closes_at=later + timedelta(days=3), **by,
        ),
    }  # fmt: skip


async def of_the_library(here: Town) -> dict[str, int]:
    """A file of Sari's, her question with Ratna's answer, and the same once more, not saved yet."""
    now, sari, ratna = here.house.assistant.clock.now(), here.people["sari"], here.people["ratna"]
    async with here.house.assistant.database.writing() as session:
        said = (await session.scalars(select(Message).where(Message.person_id == sari))).first()
        assert said is not None
        place = {"group_id": here.group, "chat_id": said.chat_id, "message_id": said.id, "tg_message_id": 5}
        kept = {"person_id": sari, "shared_at": now, "indexed": False} | place
        answer = LibraryEntry(
            kind="answer", place=100, title=ASKED, question=ASKED, answer=PRAISE, answerer_id=ratna, **kept
        )
        file = LibraryEntry(kind="file", title=PIECE, file_id="x", file_kind="document", **kept)
        asked = Consultation(
            group_id=here.group, message_id=said.id, person_id=sari, asked_at=now, stage=0, settled="asker",
            settled_at=now,
        )  # fmt: skip
        session.add_all([answer, file, asked])
        await session.flush()
        await indexing.catch_up(session, [here.group])  # who may search here would find them
        solved = Solution(
            consultation_id=asked.id, group_id=here.group, message_id=said.id, asker_id=sari, answerer_id=ratna,
            marked_at=now,
        )  # fmt: skip
        session.add(solved)
        await session.flush()
        return {"file": file.id, "kept": answer.id, "asked": asked.id, "solved": solved.id, "said": said.id}


async def of_the_office(here: Town) -> dict[str, int]:
    """A meeting that was held, its place and its photo, and the letterhead of the group."""
    now, sari, group = here.house.assistant.clock.now(), here.people["sari"], {"group_id": here.group}
    async with here.house.assistant.database.writing() as session:
        held = Meeting(starts_at=now - timedelta(days=1), state="held", minutes=DONE, created_at=now, **group)
        session.add(held)
        await session.flush()
        shot = MeetingPhoto(meeting_id=held.id, person_id=sari, content=b"x", at=now)
        place = MeetingPaper(meeting_id=held.id, person_id=sari, place=ROOM)
        session.add_all([shot, place, Letterhead(person_id=sari, lines=KOP, at=now, **group)])
        await session.flush()
        return {"meeting": held.id, "photo": shot.id}


# By whose number they carry.
FORGED = {
    "{group}": (
        "prog progpick progown budget course crnew crmon crname:{group}:20260803 crgo crjoin crday crhour:{group}:1 "
        "accomp:{group}:{sari} crend crout "
        "crendset croutset crnomeet off:of off:write off:ramadan off:province roster:of roster:sample titip:of "
        "ready:of sharejoin agnote:{group}:mastered join:of member:unite:{group}:{sari} sharesyn:{group}:20260803 "
        "comes comeset:{group}:pairs:0 sched:page pap papkop papkopdel thmget =thmcmp:0123456789abcdef"
    ),
    "{group}:": (
        "progset:{group}:media progyes:{group}:media pv:{group}.media:0 progownset:{group}:media progcopy:{group}:1 "
        "budgetset:{group}:0 crtog:{group}:{group} "
        "crjoinset:{group}:{programme} crmeet:{group}:1:1 off:day:{group}:2026-08-05 off:remove:{group}:1 "
        "off:hour:{group}:08:00 off:prov:{group}:jatim =off:lift:1 roster:apply:{group}:0123456789abcdef "
        "=roster:drop:0123456789abcdef titip:who:{group}:{sari} titip:on:{group}:{sari}:{prompt} pulseto:{group}:1 "
        "=papof:min:{group} =papof:mon:{group} =papsee:mon:{group}:202608 =papget:mon:{group}:202608:both"
    ),
    "{enrolment}": "proglater progstop proggo progmove sched:skip cert buddy:{enrolment}:yes",
    "{event}": "crdone crlater crsurvey crpack",
    "{prompt}": (
        "share guide goal week choose evsee glater pupils wto:{prompt}:week:coach wnew:{prompt}:week mediadl:{prompt}:0"
    ),
    "{note}": (
        "titip:show titip:tried gpart:{note}:happened rshow rall radd fb:r{note} fbkind:r{note}:strength passon:r{note}"
    ),
    "{shared}": "fb:r{shared} fbmay:{shared}:{sari}:1 passok:r{shared}:named",
    "{trial}": "tshow",
    "{piece}": "pcdel pcgone look fb:p{piece} fbkind:p{piece}:strength passon:p{piece} passok:p{piece}:named",
    "{feedback}": "fbgroup fbhelp",
    "{pairing}": "pair:met pair:not pair:write pair:stop pair:hear",
    "{pulse}": "pulse:{pulse}:4",
    "{meeting}": (
        "papfoto pappup:{meeting}:0123456789abcdef:0 =papsee:min:{meeting}:0 =papget:att:{meeting}:0:both "
        "=papask:minutes:min:{meeting}:0 =papsig:inv:{meeting}:0 =papsigkeep:min:{meeting}:0 "
        "=papsigdrop:min:{meeting}:0"
    ),
    "{photo}": "papfotodel",
    "{file}": "libget libans =find:0:kardus",
    "{kept}": "libget libans",
    "{asked}": "libpick:{asked}:{said}",
    "{solved}": "libsave libno",
    "{taken}": "imp:ask imp:drop imp:base:{group}:1 =imp:yes:0123456789 =imp:no:0123456789 =imp:study:0123456789",
    "{voice}": (
        "imp:who imp:is:{voice}:{sari} imp:undo =imp:names:0123456789:{voice} =imp:order:dmy:0123456789 =imp:of:{group}"
    ),
    "{poll}": (
        "sv svclose svres svxlsx svgo svq:{poll}:0 sva:{poll}:0:1 svskip:{poll}:0 svb:{poll}:1 "
        "svhour:plca:{group}:private svnew:plca:{group} svok:plca:{group}:private:now:3:start"
    ),
    "{planned}": "sv svdrop svgo",
    "{sheet}": "wsans",
    "{evidence}": "evdel",
    "{leave}": "leave:cancel =leave:add:20260803:20260803 =jweek:2026-08-03:0",
    "{pack}": (
        "pk pksheet pkfile pkask:{pack}:publish pkpub pkret pv:{pack}:0 pvmore:{pack}:0 pvmedia:{pack}:0:0 "
        "pvquiz:{pack}:0"
    ),
    "{cast}": "cast:see cast:stop cast:back cast:undo sched:stop sched:drop cast:go:{cast}:1",
    "{draft}": (
        "cast:next cast:to:{draft}:groups cast:by:{draft}:all cast:page:{draft}:group:0 cast:pick:{draft}:group:0:1 "
        "cast:done cast:role:{draft}:coach cast:review cast:again cast:again_when cast:when:{draft}:now cast:drop "
        "cast:go:{draft}:1"
    ),
}


def forged(numbers: dict[str, int]) -> list[str]:
    """Every one of those buttons; a bare name gets the number under which it stands, one with = has none."""
    found = []
    for whose, names in FORGED.items():
        whole = [name if "{" in name or name[0] == "=" else f"{name}:{whose.rstrip(':')}" for name in names.split()]
        found += [name.removeprefix("=").format(**numbers) for name in whole]
    return found


def pressed() -> set[str]:
    """The names of all buttons that some handler answers."""
    found: set[str] = set()
    for info in pkgutil.iter_modules(handlers.__path__):
        module = import_module(f"handlers.{info.name}")
        if hasattr(module, "router"):
            rules = [rule for one in module.router().callback_query.handlers for rule in one.filters or ()]
            found |= {rule.callback.name for rule in rules if isinstance(rule.callback, Pressed)}
    return found


def test_every_button_is_forged_or_carries_nobodys_number() -> None:
    anybody = SimpleNamespace(group=1, delivery=1, private=1, coached=1, question=1)
    numbers = dict.fromkeys([*(one.strip("{}:") for one in FORGED), "sari", "programme", "said"], 1)
    every = [*buttons(cast(Town, anybody)), *forged(numbers)]
    answered = pressed() - coached()  # those have a journey of their own
    names = {name for name in answered if any(f"{data}:".startswith(f"{name}:") for data in every)}
    assert sorted(answered - names - OF_ONESELF) == []
    assert sorted(OF_ONESELF - answered) == [], "none is left out that is gone"


async def test_no_role_of_another_group_opens_or_changes_what_a_group_learns_together(one_database_url: str) -> None:
    async with town(one_database_url) as here:
        numbers = await of_sari(here)
        before = await here.stored(*THEIRS)
        for at, data in enumerate(forged(numbers)):
            await here.forges("lain", data)
            if at % 8 == 0:
                await here.writes("lain", "Kata-kata yang menyusup")
                await here.rests()
        after = await here.stored(*THEIRS)
        assert [row for row in before if row not in after] == [], "nothing of theirs has changed"
        # Being away oneself is everybody's own.
        assert [row for row in after if row not in before and not row.startswith("leaves")] == []
        read = await here.sees("lain")
        assert [
            word for word in (SECRET, TO_COACH, ASKED, PIECE, PRAISE, DONE, KOP, ROOM, "Sari", TITLE) if word in read
        ] == []
        assert "menyusup" not in await here.sees("hendra", here.chat)
        assert await here.house.rows(Arrival, Arrival.state.in_(("failed", "odd"))) == [], "and nothing breaks"
