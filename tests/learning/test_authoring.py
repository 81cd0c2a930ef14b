"""A facilitator's own pack: from a sheet to a draft with its files, seen as teachers would, published, retired."""

import threading
from typing import Any

import pytest
from sqlalchemy import update

from community.refusals import NeedsConsent, NotAllowed, Refusal
from content import pack_sheets, packs
from content.lessons import Pack
from content.texts import Texts
from handlers import authoring as authoring_door
from handlers import previews
from handlers.authoring import _came
from handlers.visiting import Visit
from learning import authoring, programmes, shelf, versions
from learning.refusals import Gone
from storage import post_office
from storage.database import Database
from storage.letters import Draft
from storage.models import Enrolment, Membership, PackVersion, Person
from tests.content.sample import sample
from tests.learning.conftest import ME, MORNING, Cast, Door, data_of, words_of
from tests.learning.means import HENDRA, MADE, NOBODY, RATNA, SARI, TAMU, rows

SAY = Texts("id")
PHOTO = {"photo": [{"file_id": "F-9", "file_unique_id": "u", "file_size": 3000, "width": 9, "height": 9}]}


def _document(name: str = "papan.png", size: int = 5000) -> dict[str, Any]:
    return {"document": {"file_id": "D-1", "file_unique_id": "u", "file_size": size, "file_name": name}}


@pytest.fixture
async def talk(database: Database, cast: Cast) -> Door:
    return Door(database, authoring_door, previews)


def written(pack: Pack | None = None, name: str = "contoh.xlsx") -> bytes:
    return pack_sheets.write(name, pack or sample())


async def arrives(database: Database, cast: Cast, draft: Draft, content: bytes, owner: str = "Hendra") -> Draft:
    """The courier fetched what somebody sent; what the assistant says of it."""
    async with database.writing() as session:
        person = await session.get_one(Person, cast["Hendra"].id)
        name = draft.then_data["download"]["name"]
        digest = await post_office.receive(session, name, content, cast[owner].id, MORNING)
        visit = Visit(
            session=session, now=MORNING, say=SAY, me=ME, key="v", user_id=HENDRA, chat_id=HENDRA, fingerprint="f",
            person=person,
        )  # fmt: skip
        answer = {"ok": True, "result": {"attachment": digest, "name": name, "size": len(content)}}
        said = await _came(answer, draft.then_data, visit)
    assert isinstance(said, Draft)
    return said


async def sends(talk: Door, cast: Cast, content: bytes, name: str = "contoh.xlsx") -> Draft:
    """Pak Hendra sends a sheet after /paket."""
    await talk.message(HENDRA, "/paket")
    words, fetching = await talk.message(HENDRA, None, **_document(name, len(content)))
    assert (words_of(words), fetching.method) == ("Saya baca dulu.", "getFile")
    return await arrives(talk.database, cast, fetching, content)


async def kept(database: Database) -> PackVersion:
    """The only version there is."""
    (row,) = await rows(database, PackVersion)
    found: PackVersion = row
    return found


async def test_the_sample_sheet_is_a_pack_that_can_be_sent_back_as_it_is(
    database: Database, cast: Cast, talk: Door
) -> None:
    (first,) = await talk.message(HENDRA, "/paket")
    assert "Paket buatan Kombel Melati" in words_of(first) and "Belum ada." in words_of(first)
    (sheet,) = await talk.tap(HENDRA, data_of(first)[-1], HENDRA)
    async with database.reading() as session:
        digest = sheet.params["document"]["attachment"]
        content = (await post_office.attachments(session, [digest]))[digest].content
    found = pack_sheets.read("lembar-paket.xlsx", content, limits=authoring.TELEGRAM)
    assert (found.id, found.status, len(found.lessons)) == ("paket-kami", "draft", 5)
    said = await arrives(database, cast, (await _sent(talk, content))[1], content)
    assert "tersimpan sebagai draf, versi 1: 5 pelajaran" in words_of(said)
    assert (await kept(database)).pack == f"paket-kami-{cast.melati.id}"


async def _sent(talk: Door, content: bytes) -> list[Draft]:
    return await talk.message(HENDRA, None, **_document("lembar.xlsx", len(content)))


@pytest.mark.parametrize("name", ["contoh.xlsx", "contoh.csv"])
async def test_a_sheet_becomes_a_draft_that_teachers_do_not_see(
    database: Database, cast: Cast, talk: Door, name: str
) -> None:
    said = await sends(talk, cast, written(name=name), name)
    assert "<b>Contoh</b> tersimpan sebagai draf" in words_of(said) and "1 berkas" in words_of(said)
    row = await kept(database)
    assert (row.status, row.version, row.group_id) == ("draft", 1, cast.melati.id)
    assert (row.created_by, row.content["id"]) == (cast["Hendra"].id, f"contoh-{cast.melati.id}")
    async with database.reading() as session:
        assert await versions.newest(session, row.pack) is None
        assert row.pack not in {one.id for one in await programmes.choices(session, cast.melati.id, {"coach"})}


async def test_bad_cells_are_named_and_nothing_is_kept(database: Database, cast: Cast, talk: Door) -> None:
    first = sample().lessons[0]
    long = {one: text._replace(title="J" * 90) for one, text in first.texts.items()}
    said = await sends(
        talk, cast, written(sample()._replace(lessons=(first._replace(texts=long), sample().lessons[1])))
    )
    assert "belum ada yang disimpan" in words_of(said) and "• <b>Pelajaran!" in words_of(said)
    assert len(words_of(said)) < 4_000
    assert await rows(database, PackVersion) == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\x00\x01\x02", b"a;b\nc;d\n"])
async def test_what_is_no_sheet_is_said_kindly(database: Database, cast: Cast, talk: Door, content: bytes) -> None:
    said = await sends(talk, cast, content)
    assert "belum dapat dipakai" in words_of(said)
    assert await rows(database, PackVersion) == []


@pytest.mark.parametrize("name, size", [("catatan.pdf", 100), ("besar.xlsx", authoring.MOST_BYTES + 1), ("", 5)])
async def test_other_files_are_not_fetched(talk: Door, name: str, size: int) -> None:
    await talk.message(HENDRA, "/paket")
    with pytest.raises(Refusal) as unfit:
        await talk.message(HENDRA, None, **_document(name, size))
    assert unfit.value.text_key == "means.pack.not_a_sheet"


async def test_a_file_of_somebody_else_or_one_that_did_not_come_is_not_read(
    database: Database, cast: Cast, talk: Door
) -> None:
    await talk.message(HENDRA, "/paket")
    _, fetching = await talk.message(HENDRA, None, **_document("contoh.xlsx"))
    said = await arrives(database, cast, fetching, written(), owner="Made")
    assert "tidak dapat saya ambil" in words_of(said)
    async with database.writing() as session:
        person = await session.get_one(Person, cast["Hendra"].id)
        made, words, _ = await shelf.came(session, person, cast.melati.id, {"ok": False}, SAY, MORNING)
    assert made is None and "tidak dapat saya ambil" in words
    assert await rows(database, PackVersion) == []


async def test_a_draft_waits_for_its_files_then_is_published(database: Database, cast: Cast, talk: Door) -> None:
    said = await sends(talk, cast, written())
    row = await kept(database)
    assert data_of(said) == [
        f"pv:{row.id}:0", f"pksheet:{row.id}", f"pkfile:{row.id}", f"pkask:{row.id}:publish", f"pkask:{row.id}:retire",
    ]  # fmt: skip
    with pytest.raises(Refusal) as early:
        await talk.tap(HENDRA, f"pkpub:{row.id}", HENDRA)
    assert early.value.text_key == "means.pack.not_yet"
    (waits,) = await talk.tap(HENDRA, f"pkfile:{row.id}", HENDRA)
    assert "media/papan.png" in words_of(waits)
    (wrong,) = await talk.message(HENDRA, "Ini fotonya")
    assert "saya menunggu foto" in words_of(wrong)
    (done,) = await talk.message(HENDRA, None, **PHOTO)
    assert "Semua berkasnya lengkap." in words_of(done) and f"pkask:{row.id}:publish" in data_of(done)
    medium = packs.from_json((await kept(database)).content).lessons[0].media[0]
    assert (medium.file, medium.url, medium.size_kb) == ("media/papan.png", "tg:photo:F-9", 3)
    (sure,) = await talk.tap(HENDRA, f"pkask:{row.id}:publish", HENDRA)
    assert data_of(sure) == [f"pkpub:{row.id}", f"pk:{row.id}"]
    (published,) = await talk.tap(HENDRA, f"pkpub:{row.id}", HENDRA)
    assert "sudah terbit" in words_of(published)
    async with database.reading() as session:
        offered = await programmes.choices(session, cast.melati.id, {"coach"})
        elsewhere = await programmes.choices(session, cast.groups["KKG Anggrek"].id, {"coach"})
    assert row.pack in {one.id for one in offered} and row.pack not in {one.id for one in elsewhere}
    for again in (f"pkpub:{row.id}",):
        with pytest.raises(Refusal):
            await talk.tap(HENDRA, again, HENDRA)


async def test_a_document_finds_the_place_that_bears_its_name(database: Database, cast: Cast, talk: Door) -> None:
    first = sample().lessons[0]
    two = (first.media[0]._replace(file="media/lain.png"), first.media[0])
    texts = {one: text._replace(media=(text.media[0], text.media[0])) for one, text in first.texts.items()}
    await sends(
        talk, cast, written(sample()._replace(lessons=(first._replace(media=two, texts=texts), sample().lessons[1])))
    )
    row = await kept(database)
    await talk.tap(HENDRA, f"pkfile:{row.id}", HENDRA)
    (said,) = await talk.message(HENDRA, None, **_document("papan.png"))
    assert "Berkas <b>media/papan.png</b> tersimpan." in words_of(said) and "media/lain.png" in words_of(said)
    media = packs.from_json((await kept(database)).content).lessons[0].media
    assert [one.url for one in media] == [None, "tg:document:D-1"]


async def test_a_second_sheet_is_the_next_version_and_keeps_the_files(
    database: Database, cast: Cast, talk: Door
) -> None:
    await sends(talk, cast, written())
    row = await kept(database)
    await talk.tap(HENDRA, f"pkfile:{row.id}", HENDRA)
    await talk.message(HENDRA, None, **PHOTO)
    await talk.tap(HENDRA, f"pkpub:{row.id}", HENDRA)
    async with database.writing() as session:
        running = await programmes.enrol(session, cast.melati.id, row.pack, MORNING)
        assert running.version == 1
    said = await sends(talk, cast, written())
    assert "versi 2" in words_of(said) and "berkas" not in words_of(said)
    await sends(talk, cast, written())
    first, draft = await rows(database, PackVersion)
    assert (draft.version, draft.status) == (3, "draft"), "a newer draft takes the place of the one before"
    await talk.tap(HENDRA, f"pkpub:{draft.id}", HENDRA)
    async with database.reading() as session:
        newest = await versions.newest(session, row.pack)
        assert newest is not None and newest.version == 3
        standing = await programmes.of_group(session, cast.melati.id)
        assert standing is not None and standing.enrolment.version == 1, "what runs keeps its version"
        assert standing.newer is not None and standing.newer.version == 3
    statuses = {one.version: one.status for one in await rows(database, PackVersion)}
    assert statuses == {1: "retired", 3: "published"}
    (about,) = await talk.tap(HENDRA, f"pk:{first.id}", HENDRA)
    assert "Sedang diikuti: 1." in words_of(about)
    (retired,) = await talk.tap(HENDRA, f"pkret:{draft.id}", HENDRA)
    assert "sudah ditarik" in words_of(retired)
    async with database.reading() as session:
        assert await versions.newest(session, row.pack) is None
        assert (await versions.get(session, row.pack, 1)).version == 1
    assert len(await rows(database, Enrolment)) == 1


async def test_a_draft_that_is_retired_goes(database: Database, cast: Cast, talk: Door) -> None:
    await sends(talk, cast, written())
    row = await kept(database)
    await talk.tap(HENDRA, f"pkret:{row.id}", HENDRA)
    assert await rows(database, PackVersion) == []
    with pytest.raises(Gone):
        await talk.tap(HENDRA, f"pk:{row.id}", HENDRA)


async def test_two_groups_may_use_one_name(database: Database, cast: Cast, talk: Door) -> None:
    await sends(talk, cast, written())
    async with database.writing() as session:
        other = cast.groups["KKG Anggrek"].id
        session.add(Membership(person_id=cast["Hendra"].id, group_id=other, role="facilitator", since=MORNING))
        await session.flush()
        hendra = await session.get_one(Person, cast["Hendra"].id)
        await authoring.take(session, hendra, other, "contoh.xlsx", written(), SAY, MORNING)
    found = await rows(database, PackVersion)
    assert {(one.pack, one.version) for one in found} == {
        (f"contoh-{cast.melati.id}", 1), (f"contoh-{other}", 1),
    }  # fmt: skip
    (which,) = await talk.message(HENDRA, "/paket")
    assert {*data_of(which)} == {f"pkgrp:{cast.melati.id}", f"pkgrp:{other}"}
    (there,) = await talk.tap(HENDRA, f"pkgrp:{other}", HENDRA)
    assert "KKG Anggrek" in words_of(there) and "• Contoh · draf, versi 1" in words_of(there)


async def test_a_name_that_is_too_long_and_a_full_shelf_are_refused(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.writing() as session:
        hendra = await session.get_one(Person, cast["Hendra"].id)
        given: tuple[Any, ...] = (session, hendra, cast.melati.id, "x.xlsx")
        with pytest.raises(Refusal) as long:
            await authoring.take(*given, written(sample()._replace(id="a" * 32)), SAY, MORNING)
        assert long.value.text_key == "means.pack.long_id"
        await authoring.take(*given, written(), SAY, MORNING)
        monkeypatch.setattr(authoring, "MOST_PACKS", 1)
        await authoring.take(*given, written(), SAY, MORNING)
        with pytest.raises(Refusal) as full:
            await authoring.take(*given, written(sample()._replace(id="lain")), SAY, MORNING)
        assert full.value.text_key == "means.pack.too_many"


async def test_its_own_sheet_comes_back_under_its_own_name(database: Database, cast: Cast, talk: Door) -> None:
    await sends(talk, cast, written())
    row = await kept(database)
    await talk.tap(HENDRA, f"pkfile:{row.id}", HENDRA)
    await talk.message(HENDRA, None, **PHOTO)
    (sheet,) = await talk.tap(HENDRA, f"pksheet:{row.id}", HENDRA)
    async with database.reading() as session:
        digest = sheet.params["document"]["attachment"]
        content = (await post_office.attachments(session, [digest]))[digest].content
    back = pack_sheets.read("apa.xlsx", content)
    assert back.id == "contoh" and back.lessons[0].media[0].url is None
    assert b"F-9" not in content
    assert back.lessons[0].texts == sample().lessons[0].texts


async def test_the_preview_turns_its_pages_and_shows_what_teachers_get(
    database: Database, cast: Cast, talk: Door
) -> None:
    await sends(talk, cast, written())
    key = (await kept(database)).id
    (page,) = await talk.tap(HENDRA, f"pv:{key}:0", HENDRA)
    assert page.method == "editMessageText" and words_of(page).startswith("<b>Satu soal</b>")
    assert data_of(page) == [
        "pvno", "pvno", "pvno", "pvno", "pvno", f"pvquiz:{key}:0", f"pvmore:{key}:0", f"pvmore:{key}:0",
        f"pvmedia:{key}:0:0", f"pvmedia:{key}:0:1", f"pv:{key}:0", f"pv:{key}:1", f"pvmore:{key}:0", f"pk:{key}",
    ]  # fmt: skip
    (last,) = await talk.tap(HENDRA, f"pv:{key}:2", HENDRA)
    assert f"pv:{key}:1" in data_of(last) and f"pv:{key}:3" not in data_of(last)
    (quiz,) = await talk.tap(HENDRA, f"pvquiz:{key}:0", HENDRA)
    assert quiz.method == "sendPoll" and quiz.then is None
    (unsent,) = await talk.tap(HENDRA, f"pvmedia:{key}:0:0", HENDRA)
    assert "belum dapat saya kirim" in words_of(unsent)
    (film,) = await talk.tap(HENDRA, f"pvmedia:{key}:0:1", HENDRA)
    assert data_of(film) == ["https://contoh.sch.id/v.mp4"]
    more = await talk.tap(HENDRA, f"pvmore:{key}:0", HENDRA)
    assert "Soalnya satu." in words_of(more[0]) and "Murid menulis" in words_of(more[0])
    (toast,) = await talk.tap(HENDRA, "pvno", HENDRA)
    assert "contoh tampilan" in toast.params["text"]
    await talk.tap(HENDRA, f"pkfile:{key}", HENDRA)
    await talk.message(HENDRA, None, **PHOTO)
    (photo,) = await talk.tap(HENDRA, f"pvmedia:{key}:0:0", HENDRA)
    assert (photo.method, photo.params["photo"]) == ("sendPhoto", "F-9")


@pytest.mark.parametrize("data", [
    "pk:{0}", "pksheet:{0}", "pkfile:{0}", "pkask:{0}:publish", "pkpub:{0}", "pkret:{0}", "pv:{0}:0", "pvmore:{0}:0",
    "pvmedia:{0}:0:0", "pvquiz:{0}:0", "pkgrp:1", "pktpl:1",
])  # fmt: skip
async def test_only_facilitators_of_the_group_touch_its_packs(
    database: Database, cast: Cast, talk: Door, data: str
) -> None:
    await sends(talk, cast, written())
    data = data.format((await kept(database)).id)
    refusals: dict[int, type[Refusal]] = dict.fromkeys((SARI, RATNA, MADE, TAMU), NotAllowed) | {NOBODY: NeedsConsent}
    for who, refusal in refusals.items():
        with pytest.raises(refusal):
            await talk.tap(who, data, who)


@pytest.mark.parametrize(
    "data", ["pk:4711", "pkpub:x", "pv:{0}:99", "pvmedia:{0}:0:9", "pvquiz:{0}:1", "pvmore:{0}:99"]
)
async def test_made_up_numbers_are_harmless(database: Database, cast: Cast, talk: Door, data: str) -> None:
    await sends(talk, cast, written())
    with pytest.raises(Gone):
        await talk.tap(HENDRA, data.format((await kept(database)).id), HENDRA)


async def test_a_pack_of_the_house_is_nobodys_to_change(database: Database, cast: Cast, talk: Door) -> None:
    async with database.writing() as session:
        await versions.keep(session, packs.pack("awal"), MORNING)
    with pytest.raises(Gone):
        await talk.tap(HENDRA, f"pkret:{(await kept(database)).id}", HENDRA)


@pytest.mark.parametrize("who", [SARI, MADE, TAMU])
async def test_the_command_is_for_facilitators(talk: Door, who: int) -> None:
    with pytest.raises(NotAllowed):
        await talk.message(who, "/paket")


async def test_who_no_longer_facilitates_sends_in_vain(database: Database, cast: Cast, talk: Door) -> None:
    await talk.message(HENDRA, "/paket")
    async with database.writing() as session:
        await session.execute(update(Membership).where(Membership.role == "facilitator").values(until=MORNING))
    with pytest.raises(NotAllowed):
        await talk.message(HENDRA, None, **_document("contoh.xlsx"))


async def test_a_sheet_is_read_off_the_loop_so_that_nobody_waits_for_it(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, threads = pack_sheets.read, []

    def noted(*given: Any, **named: Any) -> Pack:
        threads.append(threading.get_ident())
        return read(*given, **named)

    monkeypatch.setattr(pack_sheets, "read", noted)
    async with database.writing() as session:
        hendra = await session.get_one(Person, cast["Hendra"].id)
        await authoring.take(session, hendra, cast.melati.id, "contoh.xlsx", written(), SAY, MORNING)
    assert len(threads) == 1 and threading.get_ident() not in threads
