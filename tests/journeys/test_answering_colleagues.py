"""A week among colleagues over HTTP: replies, feedback in private, a piece, the Friday synthesis, a pulse."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from content import packs
from playground.client import words
from storage.models import (
    Delivery,
    Enrolment,
    Feedback,
    Group,
    GroupChat,
    GroupTurn,
    Letter,
    Membership,
    Message,
    Person,
    Piece,
    Pulse,
    PulseAnswer,
    Reflection,
)
from tests.journeys.house import House, open_house
from tests.waiting import eventually

START = datetime.fromisoformat("2026-08-03T09:00:00+07:00")  # a Monday at school
FRIDAY = datetime.fromisoformat("2026-08-07T15:00:30+07:00")
PULSE = datetime.fromisoformat("2026-08-18T12:30:30+07:00")  # two weeks on, the day after Independence Day
TEACHERS = ("sari", "budi", "rini", "tono", "wati")


async def _settle_in(house: House) -> tuple[dict[str, int], int]:
    """Five teachers and a facilitator in one group with a programme; a first prompt stands in it."""
    play = house.playground
    await play.floods(False)
    ids = {name: await play.add_user(name.title()) for name in (*TEACHERS, "hendra", "tamu")}
    chat = await play.add_group("SDN Melati 2", creator=ids["hendra"], members=[ids[name] for name in TEACHERS])
    await play.add_bot(chat, ids["hendra"], admin=True)
    await house.settled()
    prompt_id = int((await play.messages(chat))[-1]["message_id"])
    async with house.assistant.database.writing() as session:
        now = house.assistant.clock.now()
        group = (await session.scalars(select(Group).join(GroupChat).where(GroupChat.tg_chat_id == chat))).one()
        group.state = "active"
        for name in (*TEACHERS, "hendra"):
            person = Person(tg_user_id=ids[name], name=name.title(), reachable=True, consented_at=now, created_at=now)
            session.add(person)
            await session.flush()
            role = "facilitator" if name == "hendra" else "teacher"
            session.add(Membership(person_id=person.id, group_id=group.id, role=role, since=now))
        course = Enrolment(group_id=group.id, pack="awal", version=1, started_at=now, next_at=now + timedelta(days=60))
        session.add(course)
        await session.flush()
        session.add(
            Delivery(
                group_id=group.id, enrolment_id=course.id, version=1, pack="awal", day=now.date(), letter_key="p",
                lesson=packs.pack("awal").lessons[0].id, due_at=now, delivered_at=now, tg_chat_id=chat,
                tg_message_id=prompt_id,
            )
        )  # fmt: skip
    for name in (*TEACHERS, "hendra"):
        await play.start(ids[name])
    await _strikes(
        house, house.assistant.clock.now() + timedelta(minutes=2), GroupTurn, 4
    )  # pairs, pulse, synthesis, readiness
    return ids, prompt_id


async def _strikes(house: House, to: datetime, model: Any, number: int, *where: Any) -> None:
    """Turn the hands until every rhythm has been asked, and look whether they wrote that many rows."""
    await house.turned(to)
    found = await house.rows(model, *where)
    assert len(found) == number


async def _last(house: House, chat: int, user: int, contains: str) -> dict[str, Any]:
    """The newest message of the assistant there that holds these words."""
    await house.settled()
    told = await house.playground.messages(chat, viewer=user)
    found = [one for one in told if one["from"]["is_bot"] and contains in words(one)]
    assert found, f"nothing with {contains!r} among {[words(one) for one in told]}"
    return found[-1]


async def _tap(house: House, user: int, chat: int, contains: str, label: str) -> None:
    shown = await _last(house, chat, user, contains)
    await house.playground.press(user, chat, shown["message_id"], label=label)
    await house.settled()


async def test_a_week_among_colleagues_from_a_reply_to_the_synthesis(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        play = house.playground
        ids, prompt = await _settle_in(house)
        chat = (await house.rows(GroupChat))[0].tg_chat_id
        sari, budi, rini, wati = (ids[name] for name in ("sari", "budi", "rini", "wati"))

        # Sari answers the prompt; Budi answers Sari, and Rini corrects what she wrote to her.
        said = await play.send(sari, chat, "Murid berani bertanya dengan kartu.", reply_to=prompt)
        await house.settled()
        await play.send(budi, chat, "Bagus, Bu. Kartunya seperti apa?", reply_to=said)
        answer = await play.send(rini, chat, "Ketren", reply_to=said)
        await play.edit(rini, chat, answer, "Keren, saya coba besok")
        await house.settled()
        replies = [(one.kind, one.text) for one in await house.rows(Feedback)]
        assert replies == [("reply", "Bagus, Bu. Kartunya seperti apa?"), ("reply", "Keren, saya coba besok")]
        assert len(await house.rows(Message)) == 3, "what was said is recorded and tagged as before"

        # Wati gives a strength in private, in three taps and one message; Sari says that it helped.
        await play.send(wati, wati, "/umpanbalik")
        await _tap(house, wati, wati, "tanggapi", "Sari ·")
        await _tap(house, wati, wati, "sampaikan kepada Sari", "Yang bagus")
        await _tap(house, wati, wati, "Tentang yang mana", "Secara umum")
        await play.send(wati, wati, "Pertanyaannya datang dari murid sendiri.")
        await _tap(house, sari, sari, "Kata Wati, yang bagus", "Terbantu")
        assert "Sari terbantu" in words(await _last(house, wati, wati, "terbantu"))
        kept = await _last(house, sari, sari, "Kata Wati, yang bagus")
        assert "reply_markup" not in kept, "the words stay, the button has done its work"

        # Sari shows a photo of her cards; Budi appreciates it, also in front of the group.
        await play.send(sari, sari, "/karya Kartu tanya", kind="photo")
        await _tap(house, sari, sari, "Karyanya berupa apa?", "media ajar")
        await _tap(house, sari, sari, "sebaiknya dilihat rekan", "Lewati")
        await _tap(house, sari, sari, "saran rekan", "Tidak")
        await _tap(house, budi, chat, "menunjukkan media ajar: Kartu tanya", "Beri umpan balik")
        await _tap(house, budi, budi, "sampaikan kepada Sari", "Apresiasi")
        await play.send(budi, budi, "Kartunya dibuat dari kardus bekas, hebat.")
        await _tap(house, budi, budi, "Sudah saya sampaikan", "Sampaikan di grup")
        told = await _last(house, chat, sari, "Budi mengapresiasi Sari")
        assert "photo" in await _last(house, chat, sari, "menunjukkan media ajar")
        assert told["reply_to_message"]["message_id"] == (await _last(house, chat, sari, "menunjukkan"))["message_id"]

        # On Friday at three the group hears what it did together; nobody is ranked, and the guest is nowhere.
        await _strikes(house, FRIDAY, Letter, 1, Letter.key.startswith("synthesis:"))
        synthesis = words(await _last(house, chat, sari, "Pekan ini di SDN Melati 2"))
        assert "Sari menunjukkan media ajar “Kartu tanya”" in synthesis
        assert "“Murid berani bertanya dengan kartu.” (Sari)" in synthesis
        assert "Budi, Rini dan Wati, yang menanggapi rekannya pekan ini." in synthesis
        assert "Bagikan ke WhatsApp" in synthesis

        # Sari takes the piece back: the message goes, and what was said about it.
        await _tap(house, sari, sari, "sudah saya tunjukkan", "Tarik")
        await _tap(house, sari, sari, "Tarik Kartu tanya?", "Ya, tarik")
        assert await house.rows(Piece) == []
        assert not any("menunjukkan media ajar:" in words(one) for one in await play.messages(chat, viewer=sari))
        assert len(await house.rows(Feedback)) == 3
        refused = [one.key for one in await house.rows(Letter, Letter.state == "refused")]
        assert [key for key in refused if not key.startswith("counts:")] == []  # the prompt stands there by hand
        assert [one.audience for one in await house.rows(Reflection)] == ["group"]


async def test_a_pulse_is_shown_with_the_fifth_answer_and_holds_no_name(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        play = house.playground
        ids, _ = await _settle_in(house)
        chat = (await house.rows(GroupChat))[0].tg_chat_id
        await _strikes(house, PULSE, Pulse, 1)
        for number, name in enumerate(TEACHERS):
            asked = await _last(house, chat, ids[name], "Denyut grup")
            assert "sudah ada 5 jawaban; sekarang belum cukup" in words(asked) and "Rata-rata" not in words(asked)
            await play.press(ids[name], chat, asked["message_id"], label="4" if number else "5")

            async def counted(wanted: int = number + 1) -> bool:
                return len(await house.rows(PulseAnswer)) == wanted

            await eventually(counted, timeout=60, about="the tap to be counted")
            await house.settled(timeout=60)

        async def told() -> bool:
            return "Rata-rata" in words(await _last(house, chat, ids["sari"], "Denyut grup"))

        await eventually(told, timeout=60, about="the result")
        shown = words(await _last(house, chat, ids["sari"], "Denyut grup"))
        assert "Rata-rata 4,2 dari 5 jawaban." in shown
        assert "1: 0 · 2: 0 · 3: 0 · 4: 4 · 5: 1" in shown
        (pulse,) = await house.rows(Pulse)
        answers = await house.rows(PulseAnswer)
        assert [one.pulse_id for one in answers] == [pulse.id] * 5
        stored = " ".join(one.fingerprint for one in answers)
        assert not any(str(user) in stored for user in ids.values())
