"""A conversation from elsewhere: nothing without a yes, nobody by name, once and not twice, and only for a time."""

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from community import (
    consent,
    conversation,
    import_matching,
    import_names,
    import_reading,
    import_talk,
    imported,
    imported_counts,
    imported_people,
    people,
)
from community.import_talk import Asked
from community.imports.values import BadExport
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from community.tagging.quantify import step
from content.texts import Texts
from reports import import_files as readers
from storage.database import Database, Session
from storage.models import Group, Import, ImportedCount, ImportedMessage, ImportedPerson, ImportSeries, Person
from tests.community.cast import NOW, a_group, somebody
from tests.filled import filled

SAY, ZONE, DAYS = Texts("id"), "Asia/Jakarta", 30
FILE = {"file_id": "AgAD-file", "name": "Chat WhatsApp dengan KKG.txt", "size": 900}
# Names that appear nowhere else, so that a trace of them is found.
RATNA, YUSUF, PHONE = "Bu Ratnawulan SDN 2", "Pak Yusufandi", "+62 812-3456-7890"


def chat(*lines: str, day: str = "29/06/26") -> bytes:
    """An Indonesian export of an Android phone: `06.30 name: words` each."""
    return "\n".join(f"{day} {line.replace(' ', ' - ', 1)}" for line in lines).encode()


FIRST = chat(
    "06.30 KKG Melati dibuat",
    f"06.31 {RATNA}: Selamat pagi, ada yang punya LKPD pecahan kelas 4?",
    f"06.33 {YUSUF}: Ada Bu Ratnawulan, ini https://drive.google.com/lkpd-pecahan",
    f"06.35 {RATNA}: Terima kasih Pak Yusufandi, sangat membantu. Nomor saya 0812-3456-7890",
    "06.36 " + PHONE + ": Siap",
)
AGAIN = chat(
    f"06.35 {RATNA}: Terima kasih Pak Yusufandi, sangat membantu. Nomor saya 0812-3456-7890",
    "06.36 " + PHONE + ": Siap",
    "06.36 " + PHONE + ": Siap",
    "06.50 Bu Tiwi Baru: Besok rapat KKG jam 13.00 di SDN 2",
)


@dataclass
class Here:
    session: Session
    group: Group
    hendra: Person
    sari: Person

    async def takes(self, content: bytes = FIRST, **more: Any) -> dict[str, Any]:
        """As the courier does after a yes."""
        asked = Asked(self.group.id, FILE)
        draft = await import_talk.confirmed(self.session, self.hendra, asked, DAYS, SAY)
        assert draft.then_data["download"]["most"] == import_talk.MOST_BYTES
        wanted = draft.then_data["download"]["read"] | more
        coming = readers.read(content, wanted, await imported.secret_of(self.session, self.group.id))
        assert isinstance(coming, imported.Coming)
        return await imported.keep(self.session, coming, NOW)

    async def rows(self, table: Any) -> list[Any]:
        return list(await self.session.scalars(select(table).where(table.group_id == self.group.id)))

    async def numbers(self) -> dict[str, int]:
        """Pseudonyms by a name, which only who has the file can ask for."""
        secret = await imported.secret_of(self.session, self.group.id)
        known = {one.key: one.number for one in await self.rows(ImportedPerson)}
        return {name: known.get(import_reading.person_key(name, secret or b""), 0) for name in (RATNA, YUSUF, PHONE)}

    async def match(self, name: str, person: Person) -> ImportedPerson:
        number = (await self.numbers())[name]
        one = next(one for one in await self.rows(ImportedPerson) if one.number == number)
        await imported_people.match(self.session, self.hendra, one.id, person.id, NOW)
        return one


async def here(session: Session) -> Here:
    group = await a_group(session)
    hendra = await somebody(session, "Hendra", 70, group=group, roles=(Role.FACILITATOR,))
    sari = await somebody(session, "Sari", 71, group=group, roles=(Role.TEACHER,))
    return Here(session, group, hendra, sari)


async def everything(session: Session) -> str:
    found = []
    for table in await filled(session):
        found += [dict(row) for row in (await session.execute(select(table))).mappings()]
    return json.dumps(found, default=str)


async def test_of_an_export_no_name_is_stored_and_the_words_hide_them(database: Database) -> None:
    async with database.writing() as session:
        place = await here(session)
        told = await place.takes()
        assert (told["new"], told["known"]) == (4, 0)
        stored = await everything(session)
        for name in ("Ratnawulan", "Yusufandi", "812-3456", "3456-7890"):
            assert name.casefold() not in stored.casefold(), name
        texts = [row.text for row in await place.rows(ImportedMessage)]
        assert "Terima kasih Pak [nama], sangat membantu. Nomor saya [nomor]" in texts
        assert any("https://drive.google.com/lkpd-pecahan" in (text or "") for text in texts)
        assert [one.number for one in sorted(await place.rows(ImportedPerson), key=lambda one: one.id)] == [1, 2, 3]


async def test_the_same_name_keeps_its_number_and_what_is_known_is_not_taken_again(database: Database) -> None:
    async with database.writing() as session:
        place = await here(session)
        await place.takes()
        before = await place.numbers()
        told = await place.takes(AGAIN)
        # One "Siap" was there; the second one of that minute is another message.
        assert (told["new"], told["known"]) == (2, 2)
        assert await place.numbers() == before
        assert len(await place.rows(ImportedMessage)) == 6
        whole = await place.takes(AGAIN)
        assert (whole["new"], whole["known"], whole["import"]) == (0, 4, None)
        assert len(await place.rows(Import)) == 2


async def test_another_telephone_that_knows_people_by_other_names_brings_no_doubles(database: Database) -> None:
    async with database.writing() as session:
        place = await here(session)
        await place.takes()
        other = FIRST.replace(f"{RATNA}:".encode(), b"+62 811-1111-2222:").replace(f"{YUSUF}:".encode(), b"Suami:")
        assert (await place.takes(other))["new"] == 0


async def test_another_group_cannot_tell_that_it_is_the_same_person(database: Database) -> None:
    async with database.writing() as session:
        place = await here(session)
        await place.takes()
        other = replace(place, group=await a_group(session, -7))
        await people.give_role(session, place.hendra.id, other.group.id, Role.FACILITATOR, NOW)
        await other.takes()
        keys = [{one.key for one in await there.rows(ImportedPerson)} for there in (place, other)]
        assert len(keys[0]) == len(keys[1]) == 3
        assert not keys[0] & keys[1]


@pytest.mark.parametrize("who", ["teacher", "no consent", "another group's", "nobody"])
async def test_only_the_groups_facilitator_takes_something_in(database: Database, who: str) -> None:
    async with database.writing() as session:
        place = await here(session)
        elsewhere = await somebody(session, "Tono", 72, group=await a_group(session, -7), roles=(Role.FACILITATOR,))
        gone = await somebody(session, "Rini", 73, group=place.group, roles=(Role.FACILITATOR,), yes=False)
        by = {"teacher": place.sari, "no consent": gone, "another group's": elsewhere, "nobody": None}[who]
        with pytest.raises((NeedsConsent, NotAllowed)):
            await import_talk.sent(session, by, Asked(place.group.id, FILE))
        with pytest.raises((NeedsConsent, NotAllowed)):
            await import_talk.confirmed(session, by, Asked(place.group.id, FILE), DAYS, SAY)
        assert await place.rows(ImportSeries) == []


async def test_a_role_that_is_lost_while_the_file_is_read_stores_nothing(database: Database) -> None:
    async with database.writing() as session:
        place = await here(session)
        asked = Asked(place.group.id, FILE)
        draft = await import_talk.confirmed(session, place.hendra, asked, DAYS, SAY)
        wanted = draft.then_data["download"]["read"]
        coming = readers.read(FIRST, wanted, await imported.secret_of(session, place.group.id))
        assert isinstance(coming, imported.Coming)
        await consent.withdraw(session, place.hendra, NOW)
        told = await imported.keep(session, coming, NOW)
        assert "refused" in told
        assert await place.rows(ImportedMessage) == []


async def test_the_preview_counts_and_promises_and_a_file_that_is_too_large_is_refused_in_words(
    database: Database,
) -> None:
    async with database.writing() as session:
        place = await here(session)
        found = readers.read(FIRST, {"what": "look", "group": 1, "zone": ZONE, "order": None}, None)
        assert isinstance(found, dict)
        assert "Ratnawulan" not in json.dumps(found)
        words, rows = await import_talk.looked(
            session, place.hendra, Asked(place.group.id, FILE), {"ok": True, "result": found}, DAYS, SAY, NOW
        )
        for told in ("4 pesan dari 3 orang", "WIB", "30 hari", "Belum ada yang disimpan", found["found"]["grammar"]):
            assert told in words
        assert [row[0]["text"] for row in rows] == ["Ya, simpan", "Untuk penelitian", "Tidak"]
        assert "tidak ikut diekspor" not in words
        found["found"] |= {"messages": 60, "hidden": 7}
        answer = {"ok": True, "result": found}
        words, _ = await import_talk.looked(session, place.hendra, Asked(place.group.id, FILE), answer, DAYS, SAY, NOW)
        assert "7 berkas tidak ikut diekspor" in words
        large = Asked(place.group.id, FILE | {"size": import_talk.MOST_BYTES + 1})
        with pytest.raises(Refusal, match="too_many_bytes"):
            await import_talk.sent(session, place.hendra, large)


@pytest.mark.parametrize(
    "said, study, until",
    [
        ("Skripsi kombel 2026 sampai 30 Juni 2027", "Skripsi kombel 2026", "2027-06-30"),
        ("Tesis Bu Rini, 1 Maret 2027", "Tesis Bu Rini", "2027-03-01"),
        ("Thesis on our circle until 30 June 2027", "Thesis on our circle", "2027-06-30"),
        ("30 Juni 2027", None, None),
        ("Skripsi kombel", None, None),
        ("Skripsi kombel sampai 30 Juni 2036", None, None),
    ],
)
async def test_a_study_has_a_name_and_an_end(
    database: Database, said: str, study: str | None, until: str | None
) -> None:
    async with database.writing() as session:
        place = await here(session)
        asked = Asked(place.group.id, FILE)
        if study is None:
            with pytest.raises(Refusal):
                await import_talk.for_study(session, place.hendra, asked, said, NOW)
            return
        told = await import_talk.for_study(session, place.hendra, asked, said, NOW)
        assert (told.study, told.until) == (study, until)


async def test_after_its_time_an_import_is_counts_only_and_a_study_has_its_own_time(database: Database) -> None:
    async with database.writing() as session:
        place = await here(session)
        await place.takes()
        await place.takes(chat(f"09.00 {YUSUF}: Untuk skripsi", day="30/06/26"), study="Skripsi", until="2027-06-30")
        first = [row for row in await place.rows(ImportedMessage) if row.text != "Untuk skripsi"]
        labels = Counter((row.label, step(row.confidence)) for row in first)
        assert await imported.expire_due(session, NOW + timedelta(days=DAYS) - timedelta(minutes=1)) == 0
        assert await imported.expire_due(session, NOW + timedelta(days=DAYS)) == 1
        assert await imported.expire_due(session, NOW + timedelta(days=DAYS)) == 0
        left = {row.text for row in await place.rows(ImportedMessage)}
        assert left == {"Untuk skripsi"}
        assert len(await place.rows(ImportedPerson)) == 1, "of others nothing by which a name could be tried"
        counts = (await session.scalars(select(ImportedCount).order_by(ImportedCount.label))).all()
        assert {(one.label, one.sure): one.messages for one in counts} == labels
        assert {one.day for one in counts} == {date(2026, 6, 29)}
        # The counted days are not taken in a second time, though nothing is left to compare with.
        assert (await place.takes())["new"] == 0
        assert await imported.expire_due(session, NOW + timedelta(days=400)) == 1
        assert await place.rows(ImportedMessage) == [] == await place.rows(ImportedPerson)


async def test_what_was_before_counts_until_the_assistant_listened(database: Database) -> None:
    async with database.writing() as session:
        place = await here(session)
        await place.takes()
        await place.takes(chat(f"09.00 {RATNA}: Rapat jam 13.00 ya", day="31/12/27"))
        place.group.added_at = NOW
        assert await imported_counts.before(session, place.group) is None
        await imported_counts.take_as_baseline(session, place.hendra, place.group.id, NOW, on=True)
        found = await imported_counts.before(session, place.group)
        assert found is not None
        assert (found.total, found.people) == (4, 3)
        kept = found.tags
        await imported.expire_due(session, NOW + timedelta(days=DAYS))
        counted = await imported_counts.before(session, place.group)
        assert counted is not None
        assert (counted.tags, counted.people) == (kept, None)
        assert (found.has_hidden, counted.has_hidden) == (False, False)
        await place.takes(chat(*[f"10.0{n} {RATNA}: <Media tidak disertakan>" for n in range(6)], day="30/12/27"))
        found = await imported_counts.before(session, place.group)
        assert found is not None
        assert found.has_hidden
        await imported.expire_due(session, NOW + timedelta(days=DAYS))
        counted = await imported_counts.before(session, place.group)
        assert counted is not None
        assert (counted.people, counted.has_hidden) == (None, True)
        await imported_counts.take_as_baseline(session, place.hendra, place.group.id, NOW, on=False)
        assert await imported_counts.before(session, place.group) is None


async def test_only_members_who_agreed_are_offered_and_two_names_of_one_member_are_one_person(
    database: Database,
) -> None:
    async with database.writing() as session:
        place = await here(session)
        rini = await somebody(session, "Rini", 73, group=place.group, roles=(Role.TEACHER,), yes=False)
        elsewhere = await somebody(session, "Tono", 72, group=await a_group(session, -7), roles=(Role.TEACHER,))
        await place.takes()
        assert [one.name for one in await imported_people.offered(session, place.group.id)] == ["Hendra", "Sari"]
        (one, *_) = await place.rows(ImportedPerson)
        for stranger in (rini, elsewhere):
            with pytest.raises(Refusal, match="cannot_match"):
                await imported_people.match(session, place.hendra, one.id, stranger.id, NOW)
        with pytest.raises(NotAllowed):
            await imported_people.match(session, place.sari, one.id, place.sari.id, NOW)
        await place.match(RATNA, place.sari)
        await place.match(PHONE, place.sari)
        await imported_counts.take_as_baseline(session, place.hendra, place.group.id, NOW, on=True)
        place.group.added_at = NOW
        found = await imported_counts.before(session, place.group)
        assert found is not None
        assert found.people == 2


async def test_names_are_told_to_who_has_the_file_and_kept_nowhere(database: Database) -> None:
    async with database.writing() as session:
        place = await here(session)
        await place.takes()
        await place.match(YUSUF, place.sari)
        wanted = {"what": "names", "group": place.group.id, "zone": ZONE, "order": None}
        names = readers.read(FIRST, wanted, await imported.secret_of(session, place.group.id))
        assert isinstance(names, imported_people.Names)
        listed = await imported_people.listed(session, names)
        assert [(one["name"], one["messages"]) for one in listed["names"]] == [(RATNA, 2), (PHONE, 1)]
        assert listed["left"] == 0
        assert "Ratnawulan" not in await everything(session)


@pytest.mark.parametrize("language", ["id", "en"])
async def test_names_come_twenty_at_a_time_each_once_and_the_rest_is_told(database: Database, language: str) -> None:
    say = Texts(language)
    people = [f"Guru {chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(43)]
    said = [f"08.{n % 60:02} {who}: Ya" for n, who in enumerate(people) for _ in range(1 + (n < 5))]
    async with database.writing() as session:
        place = await here(session)
        await place.takes(chat(*said))
        asked = Asked(place.group.id, {"file_id": "F", "name": "", "size": len(chat(*said))})
        seen: list[str] = []
        after, lefts = 0, []
        for page in range(3):
            wanted = (await import_talk.names(session, place.hendra, asked, after)).then_data["download"]["read"]
            names = readers.read(chat(*said), wanted, await imported.secret_of(session, place.group.id))
            assert isinstance(names, imported_people.Names)
            told = await imported_people.listed(session, names)
            letter = await import_matching.named(session, place.hendra, asked, {"ok": True, "result": told}, 1, say)
            rows = [key for row in letter.params["reply_markup"]["inline_keyboard"] for key in row]
            shown = [key["text"].rsplit(" (", 1)[0] for key in rows if key["callback_data"].startswith("imp:who:")]
            seen += shown
            lefts.append(told["left"])
            more = [key for key in rows if key["callback_data"].startswith("imp:names:")]
            sentence = say("imported.names_left", n=told["left"])
            assert (sentence in letter.params["text"]) == bool(more) == (page < 2)
            if more:
                assert more[0]["text"] == say.plain("imported.names_next", n=min(20, told["left"]))
                _, _, token, last = more[0]["callback_data"].split(":")
                assert token == asked.token
                after = int(last)
            # Whom one has matched meanwhile moves nobody out of the next page, not even the last one shown.
            for one in (told["names"][0], told["names"][-1]):
                await imported_people.match(session, place.hendra, one["speaker"], place.sari.id, NOW)
        assert len(seen) == len(set(seen)) == 43 and seen[:5] == people[:5]
        assert lefts == [23, 3, 0]


async def test_names_of_what_was_deleted_meanwhile_are_asked_for_anew(database: Database) -> None:
    async with database.writing() as session:
        place = await here(session)
        asked = Asked(place.group.id, {"file_id": "F", "name": "", "size": len(FIRST)})
        wanted = (await import_talk.names(session, place.hendra, asked)).then_data["download"]["read"]
        told = readers.read(FIRST, wanted, await imported.secret_of(session, place.group.id))
        letter = await import_matching.named(session, place.hendra, asked, {"ok": True, "result": told}, 1, SAY)
        assert letter.params["text"] == SAY("imported.again")


async def test_a_member_takes_a_match_back_and_nobody_elses(database: Database) -> None:
    async with database.writing() as session:
        place = await here(session)
        budi = await somebody(session, "Budi", 74, group=place.group, roles=(Role.TEACHER,))
        await place.takes()
        one = await place.match(RATNA, place.sari)
        with pytest.raises(NotAllowed):
            await imported_people.undo(session, budi, one.id)
        await imported_people.undo(session, place.sari, one.id)
        assert one.person_id is None
        assert len(await place.rows(ImportedMessage)) == 4


@pytest.mark.parametrize("how", ["withdraws", "is forgotten"])
async def test_what_is_matched_with_somebody_is_copied_and_goes_with_them(database: Database, how: str) -> None:
    async with database.writing() as session:
        place = await here(session)
        await place.takes()
        one = await place.match(RATNA, place.sari)
        copy = (await conversation.copy_of(session, place.sari))["imported"]
        assert [len(part["messages"]) for part in copy["as"]] == [2]
        assert "Terima kasih" in json.dumps(copy)
        if how == "withdraws":
            await consent.withdraw(session, place.sari, NOW)
        else:
            await conversation.forget(session, place.sari, NOW)
        number = one.number
        left = await session.scalars(select(ImportedPerson.number).where(ImportedPerson.group_id == place.group.id))
        assert number not in set(left)
        assert await session.scalar(select(func.count()).select_from(ImportedMessage)) == 2
        # Taken in again it is somebody of whom nothing is known, under a number of their own.
        assert (await place.takes())["new"] == 2
        assert (await place.numbers())[RATNA] == 4


async def test_a_facilitator_who_goes_leaves_the_groups_figures_without_their_name(database: Database) -> None:
    async with database.writing() as session:
        place = await here(session)
        await place.takes()
        assert len((await conversation.copy_of(session, place.hendra))["imported"]["imports"]) == 1
        await conversation.forget(session, place.hendra, NOW)
        assert await session.scalar(select(Import.imported_by)) is None
        assert len(await place.rows(ImportedMessage)) == 4


async def test_a_removed_import_leaves_nothing_not_even_the_secret(database: Database) -> None:
    async with database.writing() as session:
        place = await here(session)
        told = await place.takes()
        with pytest.raises(NotAllowed):
            await imported.remove(session, place.sari, told["import"])
        await imported.remove(session, place.hendra, told["import"])
        for table in (Import, ImportedMessage, ImportedPerson, ImportSeries):
            assert await place.rows(table) == [], table


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02" * 400, b"halo\n" * 50, b"PK\x03\x04 rusak", b'{"messages": "tidak"}', b"<html>kosong</html>"],
)
def test_what_is_no_export_is_told_in_one_sentence(content: bytes) -> None:
    told = readers.read(content, {"what": "look", "group": 1, "zone": ZONE, "order": None}, None)
    assert isinstance(told, dict)
    words = SAY.plain(told["bad"], **told["blanks"])
    assert words.strip()
    assert "\n" not in words


def test_what_is_too_much_is_refused_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_reading, "MOST_MESSAGES", 3)
    export = import_reading.opened(FIRST, ZONE, None)
    with pytest.raises(BadExport, match="too_much"):
        import_reading.look(export, ZONE)


@pytest.mark.parametrize(
    "said, left",
    [
        ("Terima kasih Bu Sari Wulandari", "Terima kasih Bu [nama]"),
        ("bu sari, SARI dan Wulandari's", "bu [nama], [nama] dan [nama]"),
        ("Pak Ma'ruf, kata Ma’ruf", "Pak [nama], kata [nama]"),
        ("Kepala sekolah SDN 2 dan guru kelas 4", "Kepala sekolah SDN 2 dan guru kelas 4"),
        ("Kosari ke pasar", "Kosari ke pasar"),
        ("\U0001d412\U0001d41a\U0001d42b\U0001d422 datang", "[nama] datang"),
        ("WA 0812-3456-7890 atau sari@contoh.sch.id", "WA [nomor] atau [nomor]"),
        ("@\u2068Bu Sari\u2069 tolong, @6281234567890 juga", "[nomor] tolong, [nomor] juga"),
        ("Kelas 4 ada 28 murid, nilai 7,5 dan 3/4", "Kelas 4 ada 28 murid, nilai 7,5 dan 3/4"),
    ],
)
def test_words_lose_names_and_numbers_and_nothing_else(said: str, left: str) -> None:
    hide = import_names.Hiding(["Bu Sari Wulandari, S.Pd (SDN 2)", "Wali Kelas 4 Kepala Sekolah", "Ma'ruf"])
    assert hide(said) == left


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("Bu Sari", "bu  sari", True), ("~\u202fSari", "Sari", True), ("\u202a+62 812\u202c", "+62\u00a0812", True),
        ("Sari", "Sari W", False), ("\ud800Sari", "Sari", True),
    ],
)  # fmt: skip
def test_a_name_is_one_however_it_is_spelt(one: str, other: str, same: bool) -> None:
    assert (import_reading.person_key(one, b"s") == import_reading.person_key(other, b"s")) is same


def test_a_yes_is_for_the_file_it_was_asked_of() -> None:
    first, second = (Asked(1, {"file_id": name, "name": "", "size": 1}) for name in "ab")
    assert import_talk.remembered(first.plain(), first.token) == first
    for data, token in ((first.plain(), second.token), (first.plain(), ""), ({}, first.token)):
        with pytest.raises(Refusal, match=r"imported\.again"):
            import_talk.remembered(data, token)
