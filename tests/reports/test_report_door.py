"""Reports, digest, tags and one's own data as they are asked for in Telegram, through real routers."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.types import Update
from sqlalchemy import func, select

from community import sampling
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.tagging import LABELS
from content.texts import Texts
from handlers import digest, mydata, reports, tags
from handlers.visiting import Visit
from storage.database import Database, Session
from storage.letters import Draft
from storage.models import BotAccount, ConsentRequest, Group, Message, Person
from tests.reports.cast import Cast, cast, wall

NOW, MORNING = wall("2026-11-18 16:00"), wall("2026-11-18 09:00")


class Door:
    """Somebody writes or taps; the answer is what the handler would post."""

    def __init__(self, session: Session, here: Cast) -> None:
        self.session, self.here = session, here
        self._bot = Bot("42:TEST")
        self._dispatcher = Dispatcher()
        self._dispatcher.include_routers(reports.router(), digest.router(), tags.router(), mydata.router())
        self.visit: Visit | None = None

    async def _feed(self, who: Person | int, chat: int, group: Group | None, **update: Any) -> list[Draft]:
        person = who if isinstance(who, Person) and who.consented_at else None
        user_id = who if isinstance(who, int) else int(who.tg_user_id or 0)
        me = BotAccount(id=42, username="sejawat_bot", name="Sejawat", asked_at=NOW)
        self.visit = Visit(
            session=self.session, now=NOW, say=Texts("id"), me=me, key="v1", user_id=user_id, chat_id=chat,
            fingerprint="f", person=person, group=group,
        )  # fmt: skip
        raw = {"update_id": 1} | update
        found = await self._dispatcher.feed_update(self._bot, Update.model_validate(raw), visit=self.visit)
        if isinstance(found, Draft):
            return [found]
        return list(found) if isinstance(found, list) else []

    async def says(self, who: Person | int, text: str, *, in_group: bool = False) -> list[Draft]:
        user_id = who if isinstance(who, int) else int(who.tg_user_id or 0)
        chat = -1001 if in_group else user_id
        message = {
            "message_id": 9, "date": 1, "text": text, "from": {"id": user_id, "is_bot": False, "first_name": "S"},
            "chat": {"id": chat, "type": "supergroup" if in_group else "private", "title": "KKG"},
            "entities": [{"type": "bot_command", "offset": 0, "length": len(text)}],
        }  # fmt: skip
        return await self._feed(who, chat, self.here.group if in_group else None, message=message)

    async def taps(self, who: Person | int, data: str) -> list[Draft]:
        user_id = who if isinstance(who, int) else int(who.tg_user_id or 0)
        user = {"id": user_id, "is_bot": False, "first_name": "S"}
        message = {"message_id": 77, "date": 1, "chat": {"id": user_id, "type": "private"}, "from": user, "text": "x"}
        query = {"id": "q1", "from": user, "chat_instance": "1", "data": data, "message": message}
        return await self._feed(who, user_id, None, callback_query=query)


@pytest.fixture
async def door(database: Database) -> AsyncIterator[Door]:
    async with database.writing() as session:
        yield Door(session, await cast(session))


def _data(draft: Draft) -> list[str]:
    return [
        key.get("callback_data") or key["url"] for row in draft.params["reply_markup"]["inline_keyboard"] for key in row
    ]


@pytest.mark.parametrize("command", ["/laporan", "/report", "/LAPORAN"])
async def test_the_facilitator_gets_table_and_picture(door: Door, command: str) -> None:
    for _ in range(25):
        await door.here.says("Sari", "resource", MORNING)
    hendra, number = door.here.people["Hendra"], door.here.group.id
    table, picture = await door.says(hendra, command)
    assert (table.method, table.chat_id) == ("sendMessage", hendra.tg_user_id)
    assert "<pre>" in table.params["text"]
    assert _data(table) == [f"report:{number}:7", f"report:{number}:all", f"tags:{number}", f"results:grup:{number}:30"]
    (coachs, _) = await door.says(door.here.people["Ratna"], command)
    # Who may not correct is not offered to.
    assert _data(coachs) == [f"report:{number}:7", f"report:{number}:all", f"results:grup:{number}:30"]
    assert picture.method == "sendPhoto"
    drawing = picture.params["photo"]["drawing"]
    assert (drawing["kind"], drawing["language"], drawing["data"]["recorded"]) == ("shares", "id", 25)


async def test_another_period_changes_the_message_and_sends_its_picture(door: Door) -> None:
    await door.here.says("Sari", "resource", MORNING)
    table, picture = await door.taps(door.here.people["Hendra"], f"report:{door.here.group.id}:7")
    assert (table.method, table.params["message_id"]) == ("editMessageText", 77)
    assert "12 Nov 2026 – 18 Nov 2026" in table.params["text"]
    assert picture.method == "sendPhoto"


async def test_who_has_several_groups_is_asked_which(door: Door) -> None:
    other = await cast(door.session, "KKG Mawar", -1002)
    person = door.here.people["Hendra"]
    await _facilitates(other, person)
    (asked,) = await door.says(person, "/laporan")
    assert _data(asked) == [f"report:{other.group.id}", f"report:{door.here.group.id}"]


async def _facilitates(place: Cast, person: Person) -> None:
    from storage.models import Membership

    place.session.add(Membership(person_id=person.id, group_id=place.group.id, role="facilitator", since=NOW))
    await place.session.flush()


@pytest.mark.parametrize("command, who", [("/laporan", "Hendra"), ("/ringkasan", "Ratna")])
async def test_in_the_group_it_is_sent_privately_and_names_nobody(door: Door, command: str, who: str) -> None:
    prompt = await door.here.prompt(wall("2026-11-18 06:30"))
    await door.here.reflects("Sari", prompt, wall("2026-11-18 10:00"))
    here, *private = await door.says(door.here.people[who], command, in_group=True)
    assert (here.chat_id, here.params["text"]) == (-1001, "Saya kirim di chat pribadi.")
    assert private
    assert {draft.chat_id for draft in private} == {door.here.people[who].tg_user_id}


async def test_who_has_not_opened_the_private_chat_gets_a_door_instead(door: Door) -> None:
    door.here.people["Hendra"].reachable = False
    (only,) = await door.says(door.here.people["Hendra"], "/laporan", in_group=True)
    assert only.chat_id == -1001
    assert only.params["reply_markup"]["inline_keyboard"][0][0]["url"] == "https://t.me/sejawat_bot"


@pytest.mark.parametrize("command", ["/laporan", "/ringkasan"])
@pytest.mark.parametrize("in_group", [True, False])
async def test_teachers_and_strangers_are_refused(door: Door, command: str, in_group: bool) -> None:
    for who, refusal in (("Sari", NotAllowed), ("Tamu", NotAllowed), ("Rini", NeedsConsent)):
        with pytest.raises(refusal):
            await door.says(door.here.people[who], command, in_group=in_group)


async def test_the_digest_comes_at_once_and_says_when_there_is_nothing(door: Door) -> None:
    (nothing,) = await door.says(door.here.people["Ratna"], "/ringkasan")
    assert "tidak ada yang baru" in nothing.params["text"]
    prompt = await door.here.prompt(wall("2026-11-18 06:30"))
    await door.here.reflects("Sari", prompt, wall("2026-11-18 10:00"))
    (told,) = await door.says(door.here.people["Ratna"], "/digest")
    assert "Bu Sari" in told.params["text"]


async def _says(here: Cast, label: str, *, drawn: bool, **more: Any) -> Message:
    """A message that is, or is not, in the random sample; of what else was said no words are kept."""
    while True:
        row = await here.says("Sari", label, MORNING, **more)
        if sampling.is_drawn(row, NOW, here.group.zone) is drawn:
            return row
        row.text = row.file_name = None


async def test_tags_are_looked_at_one_after_the_other_in_one_message(door: Door) -> None:
    here, hendra = door.here, door.here.people["Hendra"]
    unsure = await _says(here, "other", drawn=False, confidence=0.3, text="Ada <LKPD> pecahan?", evidence="ada")
    second = await _says(here, "motivation", drawn=False, confidence=0.5, text="Mantap", reason="tagging.no_such_rule")
    sure = await _says(here, "coordination", drawn=True, text="Rapat jam 9", evidence="rapat")
    (card,) = await door.says(hendra, "/tinjau")
    assert "<blockquote>Ada &lt;LKPD&gt; pecahan?</blockquote>" in card.params["text"]
    assert "masih 3" in card.params["text"] and "saya ragu" in card.params["text"]
    assert "Sari" not in card.params["text"]
    assert _data(card)[0] == f"tag:{unsure.id}:other"
    assert len(_data(card)) == 8
    assert _data(card)[6:] == [f"https://t.me/c/1/{unsure.tg_message_id}", f"tagsdone:{here.group.id}"]
    answer, following = await door.taps(hendra, f"tag:{unsure.id}:consultation")
    assert answer.params["text"] == "Tercatat: Konsultasi masalah pembelajaran"
    assert (following.method, following.params["message_id"]) == ("editMessageText", 77)
    # The random one is answered without a word about what the tagger thought.
    assert "Rapat jam 9" in following.params["text"] and "Contoh acak" in following.params["text"]
    assert not any(words in following.params["text"] for words in ("Koordinasi", "Ditandai", "Sebabnya"))
    assert _data(following) == [
        *(f"tag:{sure.id}:{label}" for label in LABELS), f"https://t.me/c/1/{sure.tg_message_id}",
        f"tagsdone:{here.group.id}",
    ]  # fmt: skip
    answer, third = await door.taps(hendra, f"tag:{sure.id}:other")
    assert answer.params["text"] == "Tercatat: Lainnya. Tebakan saya tadi: Koordinasi agenda"
    assert "Mantap" in third.params["text"]
    assert "tidak tercatat" in third.params["text"]
    _, done = await door.taps(hendra, f"tag:{second.id}:motivation")
    assert "Tidak ada tag yang perlu diperiksa" in done.params["text"]
    assert "tebakan saya dan pemeriksa belum dihitung, baru 1 pesan" in done.params["text"]
    sources = (await door.session.scalars(select(Message.source).where(Message.text.is_not(None)))).all()
    assert set(sources) == {"person"}
    for data, told in ((f"tagsdone:{here.group.id}", True), ("tagsdone", False)):
        (over,) = await door.taps(hendra, data)
        assert "Selesai" in over.params["text"]
        assert ("dua pemeriksa belum dihitung, baru 0 pesan" in over.params["text"]) is told
    report, *_ = await door.says(hendra, "/laporan")
    assert "dua pemeriksa belum dihitung" in report.params["text"]


async def test_who_corrects_nothing_is_not_asked_and_the_group_reads_no_message(door: Door) -> None:
    await _says(door.here, "other", drawn=False, confidence=0.3, text="Kata-kata Sari")
    for who, refusal in (("Sari", NotAllowed), ("Ratna", NotAllowed), ("Rini", NeedsConsent)):
        for in_group in (True, False):
            with pytest.raises(refusal):
                await door.says(door.here.people[who], "/tinjau", in_group=in_group)
        with pytest.raises(refusal):
            await door.taps(door.here.people[who], f"tagsdone:{door.here.group.id}")
    here, private = await door.says(door.here.people["Hendra"], "/review", in_group=True)
    assert "Kata-kata Sari" in private.params["text"] and private.chat_id != -1001
    assert "Kata-kata Sari" not in here.params["text"]


@pytest.mark.parametrize(
    "data", ["tag:x:other", "tag:1:gossip", "tag", "tags:", "tagsdone:x", "report:abc:7", f"tags:{'9' * 30}"]
)
async def test_a_forged_button_is_refused(door: Door, data: str) -> None:
    with pytest.raises(Refusal):
        await door.taps(door.here.people["Hendra"], data)


async def test_everybody_gets_a_copy_of_their_data_as_a_file(door: Door) -> None:
    files = await door.says(door.here.people["Sari"], "/dataku")
    assert [one.method for one in files] == ["sendDocument"] * 2, "one to read, one for computers"
    assert {len(one.params["document"]["attachment"]) for one in files} == {64}
    (nothing,) = await door.says(555, "/mydata")
    assert "Tidak ada data" in nothing.params["text"]


async def test_data_goes_after_two_questions_and_the_answer_leaves_no_trace(door: Door) -> None:
    sari = door.here.people["Sari"]
    number, user_id = sari.id, int(sari.tg_user_id or 0)
    (asked,) = await door.says(sari, "/hapusdata")
    assert _data(asked) == ["forgetno", "forget"]
    (again,) = await door.taps(sari, "forget")
    assert _data(again) == ["forgetno", "forgetnow"]
    assert await door.session.scalar(select(func.count()).where(Person.id == number)) == 1
    (done,) = await door.taps(sari, "forgetnow")
    assert "sudah dihapus" in done.params["text"]
    assert door.visit is not None
    assert door.visit.person is None  # so that the visit marks the letter as one that forgets
    assert await door.session.scalar(select(func.count()).where(Person.id == number)) == 0
    (nothing,) = await door.taps(user_id, "forgetnow")
    assert "Tidak ada data" in nothing.params["text"]


async def test_a_change_of_mind_deletes_nothing(door: Door) -> None:
    (kept,) = await door.taps(door.here.people["Sari"], "forgetno")
    assert "tidak ada yang dihapus" in kept.params["text"]
    assert await door.session.scalar(select(func.count()).where(Person.name == "Sari")) == 1


@pytest.mark.parametrize("command", ["/dataku", "/hapusdata"])
async def test_ones_own_data_is_no_talk_for_the_group(door: Door, command: str) -> None:
    (only,) = await door.says(door.here.people["Sari"], command, in_group=True)
    assert only.chat_id == -1001
    assert "chat pribadi" in only.params["text"]


async def test_who_had_everything_deleted_is_not_asked_again_and_a_stranger_leaves_nothing(door: Door) -> None:
    await door.taps(4242, "forgetnow")
    assert await door.session.scalar(select(func.count()).select_from(ConsentRequest)) == 0
    await door.taps(door.here.people["Sari"], "forgetnow")
    kept = (await door.session.scalars(select(ConsentRequest))).one()
    assert (kept.fingerprint, kept.declined) == ("f", True)
