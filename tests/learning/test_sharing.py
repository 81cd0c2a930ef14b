"""Bagikan ke WhatsApp: a short text in a link, with the way in and nobody's name."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from community.refusals import NeedsConsent, NotAllowed, Refusal
from content import packs
from content.texts import LANGUAGES, Texts
from handlers import sharing as sharing_door
from learning import sharing
from learning.refusals import Gone
from storage.database import Database, Session
from storage.models import Delivery, Group, Invitation, Letter, Person
from tests.learning.conftest import ME, MORNING, Cast, Door, data_of, words_of

NAMES = ("Sari", "Budi", "Ratna", "Hendra")


def link(payload: str) -> str:
    return f"https://t.me/{ME.username}?start={payload}"


def said(url: str) -> str:
    """What WhatsApp will show."""
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "wa.me", "/")
    (text,) = parse_qs(parts.query, keep_blank_values=True, strict_parsing=True)["text"]
    return text


@pytest.mark.parametrize(
    "text",
    ["Halo", "Coba hari ini:\nsatu hal & dua + tiga = 100 %?", "👩🏽‍🏫 murid senang 🎉", "x" * 699, "é" * 699, "a/b#c"],
)
def test_what_is_shared_comes_out_as_it_went_in(text: str) -> None:
    url = sharing.whatsapp(text)
    assert said(url) == text
    assert url.isascii()
    assert not set(url.partition("text=")[2]) & set(" \n&+#?")


@pytest.mark.parametrize("text", ["x" * 700, "🎉" * 350])
def test_a_text_of_seven_hundred_is_too_long(text: str) -> None:
    with pytest.raises(ValueError, match="699"):
        sharing.whatsapp(text)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=699))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_any_words_survive_the_way(text: str) -> None:
    if len(text.encode("utf-16-le")) // 2 <= sharing.MOST and text:
        assert said(sharing.whatsapp(text)) == text


@given(st.text(st.characters(codec="utf-8"), max_size=2_000))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_long_words_are_shortened_and_the_link_stays_whole(words: str) -> None:
    shared = sharing._shared(words, lambda told: f"*Judul*\n{told}\n{link('gabc')}")
    assert len(shared.text) < 700
    assert shared.text.endswith(link("gabc"))
    assert sharing.whatsapp(shared.text) == shared.url


async def _prompt(session: Session, cast: Cast, name: str, number: int) -> sharing.Shared:
    person = await session.get_one(Person, cast[name].id)
    return await sharing.prompt(session, person, number, link, MORNING)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_prompt_is_shared_with_its_act_and_the_way_in_and_without_names(
    database: Database, cast: Cast, prompt: Delivery, language: str
) -> None:
    async with database.writing() as session:
        await session.execute(update(Group).where(Group.id == cast.melati.id).values(language=language))
    async with database.writing() as session:
        shared = await _prompt(session, cast, "Sari", prompt.id)
        token = await session.scalar(select(Invitation.token).where(Invitation.role == "teacher"))
        again = await _prompt(session, cast, "Ratna", prompt.id)
        created_by = await session.scalar(select(Invitation.created_by))
    lesson = packs.pack("awal").lesson(prompt.lesson).text(language)
    assert shared == again, "whoever shares it, it is the same text and the group's one link"
    assert created_by is None
    assert shared.text.startswith(f"*{lesson.title}*")
    assert lesson.try_today in shared.text
    assert shared.text.endswith(link(f"g{token}"))
    assert not any(name in shared.text for name in NAMES)
    assert len(said(shared.url)) < 700


async def test_every_lesson_there_is_can_be_shared(database: Database, cast: Cast) -> None:
    for pack in packs.available():
        for lesson in (*pack.lessons, *pack.side):
            for language in LANGUAGES:
                say, text = Texts(language), lesson.text(language)

                def write(act: str, say: Texts = say, title: str = text.title) -> str:
                    return say.plain("sharing.prompt", title=title, act=act, group="x" * 128, url=link("g" + "x" * 22))

                assert text.try_today in sharing._shared(text.try_today, write).text, (pack.id, lesson.id)


async def test_strangers_other_groups_and_made_up_numbers_share_nothing(
    database: Database, cast: Cast, prompt: Delivery
) -> None:
    async with database.writing() as session:
        for name in ("Made", "Dewi", "Tamu"):
            with pytest.raises(NotAllowed):
                await _prompt(session, cast, name, prompt.id)
            person = await session.get_one(Person, cast[name].id)
            with pytest.raises(NotAllowed):
                await sharing.invitation(session, person, cast.melati.id, link, MORNING)
            with pytest.raises(NotAllowed):
                await sharing.week(session, person, cast.melati.id, "20260722", link, MORNING)
        with pytest.raises(NeedsConsent):
            await sharing.prompt(session, None, prompt.id, link, MORNING)
        with pytest.raises(Gone):
            await _prompt(session, cast, "Sari", 9_999)
        sari = await session.get_one(Person, cast["Sari"].id)
        for day in ("", "2026", "20261399", "2026-07-1", "２０２６０７２２"):
            with pytest.raises(Gone):
                await sharing.week(session, sari, cast.melati.id, day, link, MORNING)
        await session.execute(update(Delivery).values(person_id=cast["Budi"].id))
        with pytest.raises(NotAllowed):
            await _prompt(session, cast, "Sari", prompt.id)
        await session.execute(update(Group).where(Group.id == cast.melati.id).values(state="left"))
        with pytest.raises(Refusal):
            await sharing.invitation(session, sari, cast.melati.id, link, MORNING)


async def test_an_invitation_is_shared_in_the_words_it_is_handed_out_with(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        hendra = await session.get_one(Person, cast["Hendra"].id)
        shared = await sharing.invitation(session, hendra, cast.melati.id, link, MORNING)
        token = await session.scalar(select(Invitation.token))
    expected = Texts("id").plain("community.join.whatsapp", group="Kombel Melati", url=link(f"g{token}"))
    assert said(shared.url) == shared.text == expected


async def test_a_week_is_shared_as_its_synthesis_says_it_to_others(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def plain(_session: Session, person: Person, group_id: int, day: Any) -> str:
        return f"{person.name == 'Sari'} {group_id == cast.melati.id} {day} " + "kata " * 200

    monkeypatch.setattr(sharing.synthesis, "plain", plain)
    async with database.writing() as session:
        sari = await session.get_one(Person, cast["Sari"].id)
        shared = await sharing.week(session, sari, cast.melati.id, "20260724", link, MORNING)
        token = await session.scalar(select(Invitation.token))
    assert shared.text.startswith("True True 2026-07-24 kata kata")
    assert shared.text.endswith(link(f"g{token}"))
    assert len(shared.text) < 700


async def test_a_tap_in_the_group_is_answered_in_private_with_a_button_to_whatsapp(
    database: Database, cast: Cast, prompt: Delivery
) -> None:
    door = Door(database, sharing_door)
    toast, letter = await door.tap(100, f"share:{prompt.id}", -1001)
    assert (toast.method, letter.chat_id) == ("answerCallbackQuery", 100)
    (url,) = data_of(letter)
    title = said(url).split("\n")[0].strip("*")
    assert f"<b>{title}</b>" in words_of(letter), "as WhatsApp will show it"
    async with database.writing() as session:
        await session.execute(update(Person).where(Person.name == "Budi").values(reachable=False))
    (way,) = await door.tap(101, f"share:{prompt.id}", -1001)
    assert way.params["url"] == link("")
    for data in ("share:999", "share:x", "share", "sharejoin:999", f"sharesyn:{cast.melati.id}:x"):
        with pytest.raises(Refusal):
            await door.tap(100, data)


async def test_the_joining_link_is_handed_out_with_the_button(database: Database, cast: Cast) -> None:
    from community import invitations

    async with database.writing() as session:
        hendra = await session.get_one(Person, cast["Hendra"].id)
        group = await session.get_one(Group, cast.melati.id)
        picture, _ = await invitations.handout(session, group, hendra, 103, Texts("id"), link, MORNING)
    assert f"sharejoin:{cast.melati.id}" in data_of(picture)
    door = Door(database, sharing_door)
    door.now = MORNING + timedelta(minutes=1)
    *_, letter = await door.tap(103, f"sharejoin:{cast.melati.id}")
    assert said(data_of(letter)[0]).startswith("Bapak/Ibu guru Kombel Melati")
    async with database.reading() as session:
        kept: Callable[..., Any] = await session.scalar(select(Letter.person_id).order_by(Letter.id.desc()).limit(1))
    assert kept is None or kept == cast["Hendra"].id
