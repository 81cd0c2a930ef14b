"""What each rhythm of the timetable is about to send somebody, for /jadwal: the story before it, and the moment."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from coaching import commitments, cycles, free_periods, meetings, plans, series, sessions
from coaching.rights import Side
from community import assignments, people
from community.roles import Role
from content.instruments import house
from learning import agenda, course, delivering, pairs, partners, programmes, pulses, switches, synthesis, trials
from learning.surveys import opening
from learning.surveys.opening import Plan
from reports import digest, recap
from storage.database import Session
from storage.models import (
    Broadcast,
    Consultation,
    Cycle,
    Delivery,
    Feedback,
    Group,
    GroupChat,
    Letter,
    Membership,
    Message,
    Person,
)
from tests.community.kept import kept
from tests.learning.conftest import EVENING_BEFORE, MORNING, Cast
from tests.reports.cast import wall

MELATI, SARI, BUDI, RATNA, HENDRA = -1001, 100, 101, 102, 103
Story = Callable[[Session, Cast], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Case:
    """``who`` looks at ``seen``, finds ``line`` with a button ``action``; at ``due`` it would come to ``chat``."""

    rhythm: str
    story: Story
    who: str
    line: str
    action: str
    seen: datetime
    due: datetime
    key: str  # how the keys of its letters begin
    chat: int


async def _fresh(session: Session, cast: Cast, name: str) -> Person:
    return await session.get_one(Person, cast[name].id)


async def follows(session: Session, cast: Cast) -> None:
    await programmes.enrol(session, cast.melati.id, "awal", EVENING_BEFORE)


async def alone(session: Session, cast: Cast) -> None:
    await programmes.begin_own_pace(
        session, await _fresh(session, cast, "Sari"), cast.melati.id, "awal", EVENING_BEFORE
    )


async def muted(session: Session, cast: Cast) -> None:
    await follows(session, cast)
    mine = (Membership.person_id == cast["Sari"].id, Membership.group_id == cast.melati.id)
    await session.execute(update(Membership).where(*mine).values(private_copy=True))


async def prompted(session: Session, cast: Cast) -> None:
    """The first prompt stands in the group."""
    await follows(session, cast)
    await delivering.deliver_due(session, MORNING)
    row = (await session.scalars(select(Delivery))).one()
    row.delivered_at, row.tg_chat_id, row.tg_message_id = MORNING, MELATI, 500
    await session.execute(update(Letter).values(state="delivered"))


async def tried(session: Session, cast: Cast) -> None:
    """Sari has tried it; coach and synthesis have something to tell."""
    await prompted(session, cast)
    prompt = (await session.scalars(select(Delivery.id))).one()
    await trials.tried(session, await _fresh(session, cast, "Sari"), prompt, MORNING + timedelta(hours=2))
    await digest.send_due(session, MORNING)
    await synthesis.send_due(session, MORNING)


async def lived(session: Session, cast: Cast) -> None:
    """In July Budi took something from what Sari gave."""
    await recap.send_due(session, wall("2026-07-01 06:30"))
    session.add(
        Feedback(
            group_id=cast.melati.id, giver_id=cast["Sari"].id, receiver_id=cast["Budi"].id, kind="strength",
            medium="text", text="Rapi.", helped=True, created_at=wall("2026-07-08 10:00"),
        )
    )  # fmt: skip


async def pairing(session: Session, cast: Cast) -> None:
    await follows(session, cast)
    await pairs.form_due(session, wall("2026-07-22 08:00"))


async def paired(session: Session, cast: Cast) -> None:
    await pairing(session, cast)
    await pairs.form_due(session, FORMS)
    await partners.ask_due(session, FORMS)


async def pulsing(session: Session, cast: Cast) -> None:
    await prompted(session, cast)
    await pulses.send_due(session, MORNING)


async def survey_planned(session: Session, cast: Cast) -> None:
    """Hendra opens one on Thursday, for three school days."""
    plan = Plan(house()["plca"], cast.melati.id, "private", wall("2026-07-23 07:00"), 3, "start")
    await opening.plan(session, await _fresh(session, cast, "Hendra"), plan, WEDNESDAY)


async def confidence_wanted(session: Session, cast: Cast) -> None:
    """Hendra has switched on the weekly question."""
    hendra = await _fresh(session, cast, "Hendra")
    await switches.switch(session, hendra, cast.melati.id, "confidence", True, WEDNESDAY)


async def surveyed(session: Session, cast: Cast) -> None:
    """It has opened: Sari was asked."""
    await survey_planned(session, cast)
    await opening.open_due(session, wall("2026-07-23 07:00"))


async def by_the_clock(session: Session, cast: Cast) -> None:
    """Six months from August on, with a meeting every Wednesday at one."""
    hendra = await _fresh(session, cast, "Hendra")
    began = wall("2026-07-22 09:00")
    await course.start(session, hendra, [cast.melati.id], date(2026, 8, 3), "KBP", began)
    await agenda.meet(session, hendra, cast.melati.id, 2, agenda.HOURS.index("13:00"), wall("2026-10-05 09:00"))


async def casting(session: Session, cast: Cast) -> None:
    hendra = cast["Hendra"].id
    session.add(
        Broadcast(
            created_by=hendra, state="scheduled", created_at=MORNING, due_at=CAST, groups=1, people=0,
            content={"chat": HENDRA, "messages": [11], "posts": 0, "album": None},
            target={"to": "groups", "by": "all", "values": [], "roles": []},
        )
    )  # fmt: skip


async def teaching_before_july(session: Session, cast: Cast) -> None:
    await session.execute(update(Membership).values(since=wall("2026-05-04 08:00")))
    await session.execute(update(Group).where(Group.id != cast.melati.id).values(state="left"))


async def coaching(session: Session, cast: Cast) -> None:
    """Bu Ratna and Sari are at the first step of HARMONI."""
    ratna, sari = await _fresh(session, cast, "Ratna"), await _fresh(session, cast, "Sari")
    cycle = await cycles.offer(session, ratna, cast.melati, "harmoni", Side.COACHEE, [sari.id], STARTS)
    await cycles.answer(session, sari, cycle.id, True, STARTS)


async def promised(session: Session, cast: Cast) -> None:
    """Sari has promised something, too."""
    await coaching(session, cast)
    number = (await session.scalars(select(Cycle.id))).one()
    sari = await _fresh(session, cast, "Sari")
    await commitments.promise(session, sari, number, "Coba diam lima detik", date(2026, 8, 7), STARTS)


async def consulting(session: Session, cast: Cast, number: int = 900) -> None:
    """Sari asked something this morning."""
    chat = await session.scalar(select(GroupChat.id).where(GroupChat.group_id == cast.melati.id))
    asked = Message(
        group_id=cast.melati.id, chat_id=chat, tg_message_id=number, person_id=cast["Sari"].id, sent_at=STARTS,
        kind="text", text="Bagaimana cara mengajarkan pecahan?", label="consultation", confidence=0.9,
        reason="tagging.asks_for_help", source="rule",
    )  # fmt: skip
    await kept(session, asked)
    session.add(
        Consultation(
            group_id=cast.melati.id, message_id=asked.id, person_id=cast["Sari"].id, asked_at=STARTS, next_at=STARTS
        )
    )


async def meeting_soon(session: Session, cast: Cast) -> None:
    """Bu Ratna and Sari meet on Thursday at ten."""
    await coaching(session, cast)
    number = (await session.scalars(select(Cycle.id))).one()
    ratna, sari = await _fresh(session, cast, "Ratna"), await _fresh(session, cast, "Sari")
    found = await sessions.offer(session, ratna, number, [THURSDAY_10], 30, "onsite", STARTS)
    await sessions.pick(session, sari, found.row.id, 0, STARTS)


async def visits_begin(session: Session, cast: Cast) -> None:
    """Bu Ratna visits every fortnight, the first time on Tuesday the 11th."""
    ratna = await _fresh(session, cast, "Ratna")
    await free_periods.toggle(session, ratna, 1, 9)
    await series.begin(session, ratna, cast.melati.id, 1, 9, STARTS)


async def visited(session: Session, cast: Cast) -> None:
    """That first visit has been announced."""
    await visits_begin(session, cast)
    await series.announce_due(session, ANNOUNCED)


async def meeting_planned(session: Session, cast: Cast) -> None:
    """The group meets on the 11th; it is Budi's turn to lead."""
    await meetings.plan(session, await _fresh(session, cast, "Hendra"), cast.melati.id, GROUP_MEETS, STARTS)


async def planned(session: Session, cast: Cast) -> None:
    """Sari has written down what she will do in the second week of August."""
    sari = await _fresh(session, cast, "Sari")
    plan = await plans.mine(session, sari, STARTS)
    made = await plans.add(session, sari, plan.id, "peserta-praktik-baik", "", STARTS)
    await plans.change(session, sari, made.id, "when_text", "minggu ke-2 Agustus", STARTS)


async def asking(session: Session, cast: Cast) -> None:
    """Three questions of one morning, and nobody has answered yet."""
    for number in range(3):
        await consulting(session, cast, 900 + number)


async def mentored(session: Session, cast: Cast) -> None:
    """Budi is Sari's mentor and Bu Ratna his pengampu; Sari's question was brought to Budi."""
    await consulting(session, cast)
    await session.execute(update(Consultation).values(stage=3))
    for name, role in (("Budi", Role.MENTOR), ("Ratna", Role.COURSE_FACILITATOR)):
        await people.give_role(session, cast[name].id, cast.melati.id, role, STARTS)
    for link, of, by in ((assignments.GUIDES, "Budi", "Ratna"), (assignments.MENTORS, "Sari", "Budi")):
        await assignments.add(session, cast.melati.id, link, {cast[of].id: cast[by].id}, None, STARTS)


STARTS = wall("2026-08-03 08:30")
THURSDAY_10, ANNOUNCED, GROUP_MEETS = wall("2026-08-06 10:00"), wall("2026-08-04 14:00"), wall("2026-08-11 13:30")
WEDNESDAY, THURSDAY = wall("2026-07-22 09:00"), wall("2026-07-23 15:30")
FORMS, ASKS = wall("2026-07-27 07:00"), wall("2026-07-31 14:00")
PULSE, CAST, BEGIN, OCTOBER = (
    wall("2026-08-05 12:30"), wall("2026-07-23 07:00"), wall("2026-08-03 13:00"), wall("2026-10-05 09:00"),
)  # fmt: skip
_IN = "di Kombel Melati"
_PLCA = "survei Komunitas belajar kita (PLCA) (awal)"
LISTED = (
    Case("daily prompts", follows, "Hendra", f"ajakan berikutnya {_IN}", "skip", EVENING_BEFORE, MORNING,
         "prompt:", MELATI),
    Case("daily prompts", alone, "Sari", "pelajaran berikutnya untuk", "skip", EVENING_BEFORE, MORNING,
         "prompt:", SARI),
    Case("daily prompts", muted, "Sari", "salinan ajakan dari Kombel Melati", "copy", EVENING_BEFORE, MORNING,
         "copy:", SARI),
    Case("reminders", prompted, "Sari", f"belum dijawab {_IN}", "remind", WEDNESDAY, THURSDAY, "remind:", SARI),
    Case("coach digests", tried, "Ratna", "ringkasan dari Kombel Melati", "digest", WEDNESDAY,
         wall("2026-07-22 15:30"), "digest:", RATNA),
    Case("monthly recaps", lived, "Sari", "rekap bulan lalu", "recap", wall("2026-08-01 08:00"),
         wall("2026-08-03 15:30"), "recap:", SARI),
    Case("weekly pairs", pairing, "Hendra", f"pasangan pekan ini {_IN}", "pairs", WEDNESDAY, FORMS, "pair:2", SARI),
    Case("weekly pairs", pairing, "Sari", "pasangan pekan ini dari Kombel Melati", "unpair", WEDNESDAY, FORMS,
         "pair:2", SARI),
    Case("did pairs meet", paired, "Sari", "sudah bertemu pasangan dari Kombel Melati", "met",
         FORMS + timedelta(hours=1), ASKS, "pair:asks:", SARI),
    Case("weekly synthesis", tried, "Hendra", f"rangkuman pekan ini {_IN}", "synthesis", WEDNESDAY,
         wall("2026-07-24 15:00"), "synthesis:", MELATI),
    Case("pulses", pulsing, "Hendra", f"denyut grup {_IN}", "pulse", wall("2026-08-04 09:00"), PULSE, "pulse:",
         MELATI),
    Case("confidence week by week", confidence_wanted, "Hendra",
         f"pertanyaan pekanan tentang rasa percaya diri {_IN}", "confidence", wall("2026-07-22 10:00"),
         wall("2026-07-22 12:30"), "survey:ask:", SARI),
    Case("surveys remind", surveyed, "Sari", f"pengingat {_PLCA} di Kombel Melati",
         "survey", wall("2026-07-24 09:00"), wall("2026-07-27 15:30"), "survey:again:", SARI),
    Case("programme clocks", by_the_clock, "Hendra", f"Kita mulai bersama {_IN}", "event", wall("2026-08-02 09:00"),
         BEGIN, "course:", MELATI),
    Case("programme clocks", by_the_clock, "Hendra", f"Survei awal: kendala {_IN}", "event",
         wall("2026-08-02 09:00"), BEGIN, "course:", HENDRA),
    Case("programme clocks", by_the_clock, "Ratna", f"Duduk bersama guru {_IN}", "mine", wall("2026-08-05 09:00"),
         wall("2026-08-10 13:00"), "course:", RATNA),
    Case("programme clocks", by_the_clock, "Ratna", f"Kunjungan ke sekolah {_IN}", "mine", wall("2026-09-28 09:00"),
         wall("2026-10-05 13:00"), "course:", RATNA),
    Case("weekly agendas", by_the_clock, "Hendra", f"pertanyaan ke guru untuk agenda pekan ini {_IN}", "agenda_ask",
         OCTOBER, wall("2026-10-06 14:30"), "agenda:", SARI),
    Case("weekly agendas", by_the_clock, "Sari", "pertanyaan untuk agenda Kombel Melati", "ask", OCTOBER,
         wall("2026-10-06 14:30"), "agenda:", SARI),
    Case("weekly agendas", by_the_clock, "Hendra", f": agenda pekan ini {_IN}", "agenda", OCTOBER,
         wall("2026-10-07 07:00"), "agenda:", MELATI),
    Case("broadcasts", casting, "Hendra", "sebaran ke 1 grup", "stop", MORNING, CAST, "cast:", MELATI),
    Case("a new school year", teaching_before_july, "Sari", "tahun ajaran 2026/2027", "year",
         wall("2026-06-25 09:00"), wall("2026-07-01 13:30"), "year:", SARI),
    Case("coaching reminders", coaching, "Ratna", "pengingat coaching: Membangun hubungan, bersama Bu Sari", "coach",
         STARTS, wall("2026-08-07 14:00"), "cyc:", RATNA),
    Case("coaching reminders", coaching, "Sari", "pengingat coaching: Membangun hubungan, bersama Bu Ratna", "coach",
         STARTS, wall("2026-08-07 14:00"), "cyc:", SARI),
    Case("coaching reminders", promised, "Sari", "pengingat janji: Coba diam lima detik", "coach", STARTS,
         wall("2026-08-06 14:00"), "cyc:", SARI),
    Case("who needs me today", coaching, "Ratna", "siapa yang menunggu Bapak/Ibu", "morning",
         wall("2026-08-10 09:00"), wall("2026-08-11 06:45"), "today:", RATNA),
    Case("letters of the week", consulting, "Hendra", "surat pekanan untuk fasilitator", "week",
         wall("2026-08-05 09:00"), wall("2026-08-10 14:00"), "week:", HENDRA),
    Case("counts of the week", asking, "Ratna", "angka pekan lalu", "counts", wall("2026-08-05 09:00"),
         wall("2026-08-10 14:30"), "counts:", RATNA),
    Case("mentors of a pengampu", mentored, "Ratna", "surat pekanan tentang mentor", "mentors",
         wall("2026-08-05 09:00"), wall("2026-08-10 14:15"), "mentors:", RATNA),
    Case("open questions", consulting, "Hendra", f"pertanyaan yang belum terjawab {_IN}", "consult",
         wall("2026-08-03 09:00"), wall("2026-08-03 12:30"), "consult:", MELATI),
)  # fmt: skip
# What others count on: its line leads to the page where it is moved or called off, and ``action`` is that button.
SHOWN = (
    Case("surveys open", survey_planned, "Hendra", f"{_PLCA} dibuka di Kombel Melati",
         "sv", WEDNESDAY, wall("2026-07-23 07:00"), "survey:ask:", SARI),
    Case("sessions", meeting_soon, "Sari", "bertemu Bu Ratna, 30 menit, tatap muka", "ses", STARTS,
         wall("2026-08-05 14:00"), "cyc:", SARI),
    Case("sessions", meeting_soon, "Ratna", "bertemu Bu Sari, 30 menit, tatap muka", "ses", STARTS,
         wall("2026-08-05 14:00"), "cyc:", RATNA),
    Case("visits", visited, "Ratna", "kunjungan ke Kombel Melati, 60 menit", "vst", wall("2026-08-05 09:00"),
         wall("2026-08-10 14:00"), "visit:", RATNA),
    Case("visits", visited, "Hendra", "kunjungan ke Kombel Melati, 60 menit", "vst", wall("2026-08-05 09:00"),
         wall("2026-08-10 14:00"), "visit:", HENDRA),
    Case("visits are announced", visits_begin, "Ratna", "undangan kunjungan ke Kombel Melati untuk Selasa, 11 Agu",
         "vis", STARTS, ANNOUNCED, "visit:", RATNA),
    Case("meetings", meeting_planned, "Budi", "pertemuan Kombel Melati", "mt", STARTS, wall("2026-08-10 14:00"),
         "meet:", BUDI),
    Case("work plans", planned, "Sari", "pengingat rencana kerja", "rhkrow", STARTS, wall("2026-08-10 14:00"), "rhk:",
         SARI),
)  # fmt: skip
# What nobody could call off, or would want to: each with its reason.
SILENT = {
    "surveys close": "at the hour that was read back before it opened; who opened it ends it before with a tap",
    "buddies": "whoever finishes a pack is asked once, that very afternoon: nobody knows of it before, and no is a tap",
    "buddies ask": "asks who chose a buddy how it goes, now and then; under each stands the tap that ends it",
    "pairs that changed": "answers at once a withdrawal that nobody knows of before; the pair itself is on the list",
    "seats of coaching fall free": "answers at once that somebody left, which nobody knows of before",
    "who accompanied has gone": "answers at once that somebody left, which nobody knows of before",
    "coaching after a pause": "says that a pause is over whose end both sides know; /coaching makes it longer",
    "visits are proposed": "asks a coach once, at an hour nobody knows of before; no answer is a no",
    "talks after a lesson": "proposed as soon as a lesson is done, which nobody knows before; no is a tap",
    "groups' own models": "learns at night from what people said about tags; no person is written to",
    "words of the library": "gives what was shared the words it is found by; no person is written to",
    "withdrawals": "takes messages away, on the word of who sent them",
    "old drafts of broadcasts go": "tidies up what was never sent",
    "a new text of the consent": "told once to whoever agreed to an older one, as the law wants; it asks nothing",
    "headcounts": "asks Telegram a number; no person is written to",
    "readiness is counted": "keeps how many gave each answer, once a week; no person is written to",
    "imports become counts": "deletes words whose time has come, as was said before they were taken in",
    "message texts expire": "deletes words whose time has come, as everybody was promised",
    "old update ids go": "tidies up",
    "who had the dashboard open is forgotten": "deletes what is past; no person is written to",
    "conversations left lying go": "tidies up",
    "who looked is forgotten": "deletes what is past; no person is written to",
    "who went is forgotten": "tidies up; the marks name nobody",
    "words of settled letters go": "tidies up",
}
