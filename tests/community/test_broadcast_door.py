"""/sebar and /jadwal as they are talked: gathered, aimed by taps, previewed, confirmed by a tap or a typed number."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from community import broadcasts, people
from community.roles import Role
from storage.database import Database
from storage.letters import Lane, Policy
from storage.models import Broadcast, Enrolment, GroupTurn, Letter
from tests.community.cast import NOW, somebody
from tests.community.district import (
    DEWI,
    HENDRA,
    OWNER,
    RATNA,
    SAY,
    TAMU,
    District,
    Talk,
    copies,
    data_of,
    district,
    labels_of,
    words,
)

ALBUM = {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}], "media_group_id": "a"}
POLL: dict[str, Any] = {
    "id": "-", "question": "-", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
    "type": "regular", "allows_multiple_answers": False, "allows_revoting": True, "members_only": False,
}  # fmt: skip
POST = {"type": "channel", "date": 0, "chat": {"id": 0, "type": "channel"}, "message_id": 0}


@pytest.fixture
async def talk(one_database_url: str) -> AsyncIterator[Talk]:
    database = Database(one_database_url)
    yield Talk(database)
    await database.close()


async def _seeded(talk: Talk, groups: int = 4) -> District:
    async with talk.database.writing() as session:
        return await district(session, groups=groups)


async def _cast(talk: Talk, cast_id: int) -> Broadcast:
    async with talk.database.reading() as session:
        return await session.get_one(Broadcast, cast_id)


async def _copies(talk: Talk) -> list[Letter]:
    async with talk.database.reading() as session:
        return await copies(session)


async def _to_all_groups(talk: Talk, cast_id: int) -> list[Letter]:
    await talk.taps(HENDRA, f"cast:next:{cast_id}")
    await talk.taps(HENDRA, f"cast:to:{cast_id}:groups")
    return await talk.taps(HENDRA, f"cast:by:{cast_id}:all")


async def test_an_album_a_poll_and_a_text_go_to_all_groups_in_one_copy_each(talk: Talk) -> None:
    await _seeded(talk)
    assert "Kirim apa yang ingin disebar" in words(await talk.says(HENDRA, "/sebar"))
    got = await talk.says(HENDRA, **ALBUM)
    assert await talk.says(HENDRA, **ALBUM) == [], "one receipt for an album"
    assert len(await talk.says(HENDRA, "Apa kabar?", poll=POLL)) == 1
    await talk.says(HENDRA, "Sampai jumpa")
    cast_id = int(data_of(got)[0].split(":")[2])
    *_, tap, closed, preview, asked = await _to_all_groups(talk, cast_id)
    assert (tap.method, closed.method) == ("answerCallbackQuery", "editMessageText")
    assert preview.params == {"chat_id": HENDRA, "from_chat_id": HENDRA, "message_ids": [11, 12, 13, 14]}
    assert (preview.method, preview.then) == ("copyMessages", "broadcasts.previewed")
    for line in (
        "4 grup, 12 guru",
        "4 kiriman",
        "rekan tanpa Telegram tidak ikut dihitung",
        "• KKG 00",
        "• KKG 03",
        "Kapan dikirim?",
    ):
        assert line in words([asked])
    assert "Sekarang" in labels_of([asked]) and "Selasa, 7 Jul, 07.00 WIB" in labels_of([asked])
    last = await talk.taps(HENDRA, f"cast:when:{cast_id}:now")
    assert "Sebarkan ke 4 grup, 12 guru" in labels_of(last)
    for _ in range(2):
        ledger = await talk.taps(HENDRA, f"cast:go:{cast_id}:4")
        assert "Menunggu: 4" in words(ledger)
    assert len(await _copies(talk)) == 4
    assert await talk.answers_to(preview, [1, 2, 3, 4]) == []
    (told,) = await talk.answers_to(preview, [1, 2])
    assert "tidak dapat disalin" in words([told])


async def test_groups_are_chosen_by_taps_page_by_page_and_forged_ones_stay_out(talk: Talk) -> None:
    here = await _seeded(talk, groups=10)
    cast_id = await talk.gathers()
    await talk.taps(HENDRA, f"cast:next:{cast_id}")
    ways = data_of(await talk.taps(HENDRA, f"cast:to:{cast_id}:groups"))
    assert [way.split(":")[3] for way in ways[:-1]] == ["all", "group", "school", "gugus"], "no programme, no button"
    first = await talk.taps(HENDRA, f"cast:by:{cast_id}:group")
    assert "Halaman 1 dari 2" in words(first)
    assert len([label for label in labels_of(first) if label.startswith("KKG")]) == 8
    second = await talk.taps(HENDRA, f"cast:page:{cast_id}:group:1")
    assert "KKG 09" in labels_of(second)
    for number in (here.groups[9].id, here.groups[0].id, here.groups[0].id + 500, here.groups[3].id, here.groups[0].id):
        shown = await talk.taps(HENDRA, f"cast:pick:{cast_id}:group:0:{number}")
    assert "✓ KKG 03" in labels_of(shown) and "KKG 00" in labels_of(shown)
    asked = await talk.taps(HENDRA, f"cast:done:{cast_id}")
    assert "2 grup" in words(asked) and "KKG 03" in words(asked) and "KKG 09" in words(asked)
    # Somewhere else after all: the preview is not shown a second time.
    again = await talk.taps(HENDRA, f"cast:again:{cast_id}")
    assert "Disebar ke mana" in words(again)
    await talk.taps(HENDRA, f"cast:to:{cast_id}:groups")
    await talk.taps(HENDRA, f"cast:by:{cast_id}:gugus")
    (barat, *_) = data_of(await talk.taps(HENDRA, f"cast:page:{cast_id}:gugus:0"))
    await talk.taps(HENDRA, barat)
    asked = await talk.taps(HENDRA, f"cast:done:{cast_id}")
    assert [letter.method for letter in asked] == ["answerCallbackQuery", "editMessageText"]
    assert "5 grup" in words(asked)


async def test_people_are_chosen_by_role_and_get_it_in_private(talk: Talk) -> None:
    await _seeded(talk)
    cast_id = await talk.gathers()
    await talk.taps(HENDRA, f"cast:next:{cast_id}")
    await talk.taps(HENDRA, f"cast:to:{cast_id}:people")
    offered = labels_of(await talk.taps(HENDRA, f"cast:by:{cast_id}:all"))
    assert offered[:3] == ["guru (8)", "kepala sekolah (1)", "Semua peran"]
    for role in ("agency", "teacher", "principal", "teacher"):  # nobody is of the agency; teacher on and off
        await talk.taps(HENDRA, f"cast:role:{cast_id}:{role}")
    assert "1 orang" in words(await talk.taps(HENDRA, f"cast:review:{cast_id}"))
    await talk.taps(HENDRA, f"cast:when:{cast_id}:now")
    await talk.taps(HENDRA, f"cast:go:{cast_id}:1")
    (copy,) = await _copies(talk)
    assert (copy.chat_id, copy.group_id) == (DEWI, None)


async def test_a_great_number_is_typed_and_another_number_sends_nothing(talk: Talk) -> None:
    await _seeded(talk, groups=21)
    cast_id = await talk.gathers()
    await _to_all_groups(talk, cast_id)
    last = await talk.taps(HENDRA, f"cast:when:{cast_id}:now")
    assert "ketik angka <b>21</b>" in words(last)
    assert "• KKG" not in words(last), "more than ten are not named one by one"
    assert f"cast:go:{cast_id}:21" not in data_of(last)
    await talk.taps(HENDRA, f"cast:go:{cast_id}:21")  # forged
    assert await _copies(talk) == []
    await talk.taps(HENDRA, f"cast:when:{cast_id}:now")
    assert "tidak sama" in words(await talk.says(HENDRA, "12"))
    assert await _copies(talk) == []
    assert "/bantuan" in words(await talk.says(HENDRA, "sebentar ya")), "other words are about something else"
    assert "21 grup" in words(await talk.says(HENDRA, " 21 "))
    assert len(await _copies(talk)) == 21
    assert "/bantuan" in words(await talk.says(HENDRA, "21")), "typed once, sent once"
    assert len(await _copies(talk)) == 21


@pytest.mark.parametrize(
    "said, due, note",
    [
        ("besok 06.45", datetime(2026, 7, 6, 23, 45, tzinfo=UTC), ""),
        ("Kamis 21.00", datetime(2026, 7, 10, 0, 0, tzinfo=UTC), "jam tenang"),
        ("17 Agu 08.00", datetime(2026, 8, 18, 0, 0, tzinfo=UTC), "hari libur"),
    ],
)
async def test_a_moment_is_typed_and_never_lies_at_night_or_on_a_day_off(
    talk: Talk, said: str, due: datetime, note: str
) -> None:
    await _seeded(talk)
    cast_id = await talk.gathers()
    await _to_all_groups(talk, cast_id)
    assert "Ketik hari dan jamnya" in words(await talk.taps(HENDRA, f"cast:when:{cast_id}:other"))
    for wrong in ("kapan-kapan", "hari ini 05.00"):
        assert "Tulis" in words(await talk.says(HENDRA, wrong))
    last = words(await talk.says(HENDRA, said))
    assert note in last
    ledger = await talk.taps(HENDRA, f"cast:go:{cast_id}:4")
    assert "Dijadwalkan" in words(ledger)
    cast = await _cast(talk, cast_id)
    assert (cast.state, cast.due_at) == ("scheduled", due)
    async with talk.database.writing() as session:
        assert await broadcasts.send_due(session, due - timedelta(seconds=1)) == 0
        assert await broadcasts.send_due(session, due) == 4


async def test_in_the_evening_now_is_not_offered(talk: Talk) -> None:
    await _seeded(talk)
    cast_id = await talk.gathers()
    talk.later(hours=12, minutes=30)  # 20.30
    asked = await _to_all_groups(talk, cast_id)
    assert "Sekarang" not in labels_of(asked)
    await talk.taps(HENDRA, f"cast:when:{cast_id}:now")  # forged: it is the morning all the same
    await talk.taps(HENDRA, f"cast:go:{cast_id}:4")
    assert (await _cast(talk, cast_id)).due_at == datetime(2026, 7, 7, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "sent, told",
    [
        ({"has_protected_content": True, "text": "rahasia"}, "dilindungi"),
        ({"text": "Berapa?", "poll": POLL | {"type": "quiz"}}, "Kuis"),
        ({}, "tidak dapat disalin oleh bot"),
    ],
)
async def test_what_cannot_be_copied_is_said_at_once(talk: Talk, sent: dict[str, Any], told: str) -> None:
    await _seeded(talk)
    await talk.says(HENDRA, "/sebar")
    assert told in words(await talk.says(HENDRA, **sent))
    kept = {"text": "Berapa?", "poll": POLL | {"type": "quiz", "correct_option_ids": [1]}}
    assert "Diterima" in words(await talk.says(HENDRA, **kept))


async def test_a_channel_post_is_forwarded_with_its_channel(talk: Talk) -> None:
    await _seeded(talk)
    await talk.says(HENDRA, "/sebar")
    (got,) = await talk.says(HENDRA, "Kabar Dinas", forward_origin=POST)
    cast_id = int(data_of([got])[0].split(":")[2])
    *_, preview, _asked = await _to_all_groups(talk, cast_id)
    assert preview.method == "forwardMessages"


async def test_commands_go_on_working_and_cancelling_leaves_nothing(talk: Talk) -> None:
    await _seeded(talk)
    cast_id = await talk.gathers()
    assert "Yang dapat dilakukan" in words(await talk.says(HENDRA, "/bantuan"))
    assert "dibatalkan" in words(await talk.says(HENDRA, "/batal"))
    await talk.taps(HENDRA, f"cast:next:{cast_id}")
    assert await _alert(talk) == SAY.plain("broadcasts.over")
    assert "Tidak ada" in words(await talk.says(HENDRA, "/batal"))
    cast_id = await talk.gathers()
    assert "tidak jadi" in words(await talk.taps(HENDRA, f"cast:drop:{cast_id}"))
    assert "/bantuan" in words(await talk.says(HENDRA, "Besok rapat"))
    async with talk.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Broadcast)) == 0


async def test_words_of_another_day_are_about_something_else(talk: Talk) -> None:
    await _seeded(talk)
    cast_id = await talk.gathers()
    talk.later(hours=13)
    assert "/bantuan" in words(await talk.says(HENDRA, "Selamat pagi semuanya, ini bukan sebaran"))
    content = (await _cast(talk, cast_id)).content
    assert content is not None and len(content["messages"]) == 1


async def _alert(talk: Talk) -> str:
    async with talk.database.reading() as session:
        last = (await session.scalars(select(Letter).order_by(Letter.id.desc()).limit(1))).one()
    assert last.method == "answerCallbackQuery"
    return str((last.params or {}).get("text", ""))


async def test_whoever_may_not_gets_nowhere_by_command_or_by_a_forged_button(talk: Talk) -> None:
    await _seeded(talk)
    cast_id = await talk.gathers()
    for user in (DEWI, RATNA, TAMU):
        assert "peran tertentu" in words(await talk.says(user, "/sebar"))
        for verb in ("next", "drop", "to", "by", "page", "pick", "done", "role", "review", "again", "when", "go",
                     "see", "stop", "back", "undo"):  # fmt: skip
            await talk.taps(user, f"cast:{verb}:{cast_id}:group:0:1")
            assert await _alert(talk) in {SAY.plain("community.not_allowed"), SAY.plain("broadcasts.over")}
    assert "setuju" in words(await talk.says(404, "/sebar")), "a stranger is asked for consent first"
    for odd in ("x", "9" * 30, "-1", ""):
        await talk.taps(HENDRA, f"cast:go:{odd}:4")
        await talk.taps(HENDRA, f"cast:pick:{cast_id}:{odd}:{odd}:{odd}")
    assert await _copies(talk) == []
    assert (await _cast(talk, cast_id)).state == "draft"
    assert data_of(await talk.says(OWNER, "/sebar")), "owners may everywhere"


async def test_a_group_is_told_the_way_to_the_private_chat(talk: Talk) -> None:
    await _seeded(talk)
    for command in ("/sebar", "/jadwal"):
        assert "chat pribadi" in words(await talk.says(HENDRA, command, chat=-1))


async def test_the_ledger_is_refreshed_stopped_and_taken_back_in_place(talk: Talk) -> None:
    await _seeded(talk)
    cast_id = await talk.gathers()
    await _to_all_groups(talk, cast_id)
    await talk.taps(HENDRA, f"cast:when:{cast_id}:now")
    await talk.taps(HENDRA, f"cast:go:{cast_id}:4")
    talk.later(minutes=3)
    seen = await talk.taps(HENDRA, f"cast:see:{cast_id}")
    assert "Keadaan pukul 08.03" in words(seen) and seen[-1].method == "editMessageText"
    assert "Dihentikan" in words(await talk.taps(HENDRA, f"cast:stop:{cast_id}"))
    assert "48 jam" in words(await talk.taps(HENDRA, f"cast:back:{cast_id}"))
    assert "Ditarik kembali" in words(await talk.taps(HENDRA, f"cast:undo:{cast_id}"))
    (recent,) = [one for one in await talk.taps(HENDRA, "cast:past") if one.method == "sendMessage"]
    assert data_of([recent]) == [f"cast:see:{cast_id}"]


# /jadwal

TOMORROW = int((NOW + timedelta(days=1)).timestamp()) // 60


async def _waiting(talk: Talk, here: District) -> dict[str, int]:
    """Letters that wait for tomorrow, the next lessons, and a turn of the week; their numbers by name."""
    tomorrow = NOW + timedelta(days=1)
    async with talk.database.writing() as session:
        ratna, group = here["Ratna"], here.groups[0]
        await people.give_role(session, ratna.id, group.id, Role.MENTOR, NOW)
        rows = {
            "mine": Letter(key="remind:1:a", chat_id=RATNA, person_id=ratna.id, method="sendMessage"),
            "carried": Letter(key="question:1:2", chat_id=RATNA, person_id=here["Dewi"].id, method="sendMessage"),
            "dewis": Letter(key="remind:1:b", chat_id=DEWI, person_id=here["Dewi"].id, method="sendMessage"),
            "asked": Letter(key="headcount:1:x", chat_id=RATNA, person_id=ratna.id, method="getChat"),
            "group": Letter(key="news:1", chat_id=-1, group_id=group.id, method="sendMessage"),
        }
        for row in rows.values():
            row.lane, row.policy, row.params, row.state = Lane.REMINDER, Policy.AGAIN, {"text": "x"}, "pending"
            row.due_at, row.created_at = tomorrow, NOW
        lessons = {
            "own": Enrolment(group_id=group.id, person_id=ratna.id),
            "groups": Enrolment(group_id=group.id),
        }
        for lesson in lessons.values():
            lesson.pack, lesson.version, lesson.next_at, lesson.started_at = "awal", 1, tomorrow, NOW
        session.add_all([*rows.values(), *lessons.values()])
        session.add(GroupTurn(group_id=group.id, name="pairs", next_at=tomorrow))
        await session.flush()
        return {name: row.id for name, row in (rows | lessons).items()}


async def test_a_person_sees_what_waits_for_them_and_calls_it_off(talk: Talk) -> None:
    numbers = await _waiting(talk, await _seeded(talk))
    shown = await talk.says(RATNA, "/jadwal")
    for line in ("1. Selasa, 7 Jul, 08.00 WIB: pengingat", "pertanyaan", "pelajaran berikutnya untuk Bapak/Ibu"):
        assert line in words(shown)
    assert "KKG" not in words(shown), "of the group only who leads it"
    drop, skip = data_of(shown)
    assert (drop, skip) == (f"sched:drop:{numbers['mine']}:{TOMORROW}", f"sched:skip:{numbers['own']}:{TOMORROW}")
    again = await talk.taps(RATNA, drop)
    assert "pengingat" not in words(again)
    async with talk.database.reading() as session:
        dropped = await session.get_one(Letter, numbers["mine"])
        assert (dropped.state, dropped.error, dropped.params) == ("dropped", "cancelled", None)
    later = await talk.taps(RATNA, skip)
    assert "Rabu, 8 Jul" in words(later)
    await talk.taps(RATNA, skip)
    assert await _alert(talk) == SAY.plain("schedule.gone"), "tapped twice it is a day, not two"
    assert words(await talk.says(RATNA, "/jadwal")) == words(later).strip()


async def test_a_facilitator_sees_what_comes_in_their_groups_and_their_broadcasts(talk: Talk) -> None:
    numbers = await _waiting(talk, await _seeded(talk))
    cast_id = await talk.gathers()
    await _to_all_groups(talk, cast_id)
    await talk.taps(HENDRA, f"cast:when:{cast_id}:morning")
    await talk.taps(HENDRA, f"cast:go:{cast_id}:4")
    shown = await talk.says(HENDRA, "/jadwal")
    for line in ("pesan lain di KKG 00", "ajakan berikutnya di KKG 00", "pasangan pekan ini di KKG 00",
                 "sebaran ke 4 grup, 12 guru"):  # fmt: skip
        assert line in words(shown)
    by_name = {data.split(":")[1]: data for data in data_of(shown)}
    assert by_name.keys() == {"stop", "drop", "skip", "pairs", "groups"}
    assert by_name["skip"] == f"sched:skip:{numbers['groups']}:{TOMORROW}"
    assert "sebaran" not in words(await talk.taps(HENDRA, by_name["stop"]))
    assert (await _cast(talk, cast_id)).state == "stopped"
    await talk.taps(HENDRA, by_name["drop"])
    assert "pesan lain" not in words(await talk.says(HENDRA, "/jadwal"))


async def test_nothing_of_others_is_called_off_by_a_forged_button(talk: Talk) -> None:
    here = await _seeded(talk)
    numbers = await _waiting(talk, here)
    async with talk.database.writing() as session:
        await somebody(session, "Budi", 900, group=here.groups[0], roles=(Role.TEACHER,))
    cast_id = await talk.gathers()
    forged = [f"sched:drop:{numbers[name]}:{TOMORROW}" for name in ("mine", "carried", "dewis", "asked", "group")]
    forged += [f"sched:skip:{numbers[name]}:{TOMORROW}" for name in ("own", "groups")]
    forged += [
        f"sched:stop:{cast_id}:{TOMORROW}", f"sched:pairs:{here.groups[0].id}:{TOMORROW}", "sched:drop:x", "sched",
        f"sched::0:{TOMORROW}",
    ]  # fmt: skip
    for user in (900, TAMU, 404):
        for data in forged:
            await talk.taps(user, data)
            assert await _alert(talk) == SAY.plain("schedule.gone")
    await talk.taps(RATNA, f"sched:drop:{numbers['carried']}:{TOMORROW}")  # a colleague's words are not hers to drop
    assert await _alert(talk) == SAY.plain("schedule.gone")
    async with talk.database.reading() as session:
        states = await session.scalars(select(Letter.state).where(Letter.id.in_(numbers.values())).distinct())
        assert states.all() == ["pending"]
    own = await talk.says(900, "/jadwal")
    assert [data.split(":")[1] for data in data_of(own)] == ["unpair"], "a teacher's own: the pair of the week"
    assert "Tidak ada yang menunggu" in words(await talk.says(TAMU, "/jadwal"))
    assert "setuju" in words(await talk.says(404, "/jadwal"))
