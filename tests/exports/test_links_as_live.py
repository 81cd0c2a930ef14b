"""A link is a link, whichever way it came: live, from a file of WhatsApp or Telegram, or in a line of JSON."""

import html
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from community.imports.opening import open_export
from community.imports.tagged import tagged
from community.imports.values import Spoken
from community.listening import Heard, record
from community.tagging import Tag
from community.tagging.messages import Groups
from community.tagging.words import kind_of
from storage.database import Database
from storage.models import Group, GroupChat, Message, Person
from tests.exports.telegram_files import MORNING, as_json, chat, message, page, post
from tests.exports.told import ZONE
from tests.storage.test_database import NOW

SHARED = (
    "https://youtu.be/abc video pecahan",
    "https://www.youtube.com/watch?v=abc",
    "https://drive.google.com/drive/folders/1LembarKerja",
    "ini modulnya https://guru.kemdikbud.example/modul-numerasi ya bu",
    "s.id/lkpd-pecahan",
    "mohon isi https://forms.gle/abcDEF123 paling lambat Jumat",
    "saya login belajar.id tidak bisa, tadi muter terus",
    "sudah, jam 13.00 di ruang guru",
)
HIDDEN = "Modul ajar pecahan kelas 4"
"""Words that lead to an address without showing it."""


def _tags(told: Sequence[Tag]) -> list[tuple[str, float, str]]:
    return [(one.label, one.confidence, one.reason) for one in told]


def _of_whatsapp(text: str) -> list[Tag]:
    content = f"30/08/25 18.00 - Sari: {text}\n".encode()
    return [tag for _, tag in tagged(open_export([content], ZONE))]


def _entities(text: str) -> list[dict[str, Any]]:
    """As Telegram marks them: whatever looks like an address."""
    return [{"type": "url", "offset": 0, "length": 1}] if "." in text else []


async def _live(database: Database, said: Sequence[dict[str, Any]]) -> list[tuple[str, float, str]]:
    """What live listening makes of these messages, each in a group of its own."""
    async with database.writing() as session:
        session.add(Person(tg_user_id=71, name="Sari", consented_at=NOW, created_at=NOW))
        for number, body in enumerate(said, start=1):
            group = Group(title=f"KKG {number}", state="active", zone="Asia/Jakarta", added_at=NOW)
            session.add(group)
            await session.flush()
            session.add(GroupChat(tg_chat_id=-number, group_id=group.id))
            await session.flush()
            whole = {"message_id": 5, "date": MORNING, "from": {"id": 71}, "chat": {"id": -number}} | body
            await record(session, [Heard(-number, NOW, whole)])
        query = select(Message.label, Message.confidence, Message.reason).order_by(Message.group_id)
        return [(row.label, row.confidence, row.reason) for row in await session.execute(query)]


async def test_a_message_with_a_link_has_the_tag_of_the_live_one(database: Database):
    live = await _live(database, [{"text": text, "entities": _entities(text)} for text in SHARED])
    assert [label for label, *_ in live[:6]] == ["resource"] * 5 + ["coordination"]
    one_by_one = [_of_whatsapp(text) for text in SHARED]
    in_json = [
        [tag for _, tag in tagged(open_export([as_json(chat([message(1, "Sari", said)]))], ZONE))]
        for text in SHARED
        for said in ([{"type": "link", "text": text}],)
    ]
    in_html = [[tag for _, tag in tagged(open_export([page([post(1, "Sari", text)])], ZONE))] for text in SHARED]
    lines = [[Groups().tag({"id": 1, "sender": "Sari", "text": text})] for text in SHARED]
    for told in (one_by_one, in_json, in_html, lines):
        assert [_tags(one)[0] for one in told] == live


async def test_words_that_lead_to_a_hidden_address_are_a_link_too(database: Database):
    entity = {"type": "text_link", "offset": 0, "length": len(HIDDEN), "url": "https://contoh.example/modul"}
    live = await _live(database, [{"text": HIDDEN, "entities": [entity]}])
    told = message(1, "Sari", [{"type": "text_link", "text": HIDDEN, "href": entity["url"]}])
    shown = html.escape(HIDDEN)
    linked = page([post(1, "Sari", HIDDEN)]).decode().replace(shown, f'<a href="{entity["url"]}">{shown}</a>')
    in_json = list(tagged(open_export([as_json(chat([told]))], ZONE)))
    in_html = list(tagged(open_export([linked.encode()], ZONE)))
    for ((spoken, tag),) in (in_json, in_html):
        assert (spoken.kind, spoken.text) == ("link", HIDDEN)
        assert _tags([tag]) == live


@pytest.mark.parametrize(
    "words, href",
    [
        ("bit.ly/lkpd", "http://bit.ly/lkpd"), ("https://contoh.example", "https://contoh.example/"),
        ("@sari", "https://t.me/sari"), ("#modul", ""), ("Budi", ""),
    ],
)  # fmt: skip
def test_a_page_links_what_is_no_hidden_address(words: str, href: str) -> None:
    linked = page([post(1, "Sari", f"lihat {words}")]).decode().replace(words, f'<a href="{href}">{words}</a>')
    (spoken,) = open_export([linked.encode()], ZONE)
    assert spoken == Spoken(MORNING, "Sari", f"lihat {words}", key=1)


@pytest.mark.parametrize(
    "text, kind",
    [
        ("HTTPS://CONTOH.EXAMPLE/a", "link"), ("www.contoh.example", "link"), ("(bit.ly/x)", "link"),
        ("wa.me/62", "link"), ("belajar.id", "text"), ("sari.w@contoh.id", "text"), ("sari@contoh.id/rumah", "text"),
        ("dan/atau", "text"), ("S.Pd./M.Pd.", "text"), ("3.5/4", "text"), ("LKPD.docx/PDF", "text"), ("", "text"),
    ],
)  # fmt: skip
def test_what_is_a_link(text: str, kind: str) -> None:
    assert kind_of(text) == kind
