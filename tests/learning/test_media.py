"""Media open by a tap, in words first where the signal is weak; what a lesson says to one kind of reader."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot import parcels
from bot.line import Outcome, Reply, Upload
from community.refusals import NeedsConsent, NotAllowed, Refusal
from content import pack_files, packs
from content.lessons import Branch, Medium, MediumText
from content.texts import Texts
from handlers.media import _sent
from handlers.visiting import Visit
from learning import branches, media
from storage import media_files
from storage.database import Database
from storage.letters import Draft
from storage.models import Delivery, Letter, MediaFile
from tests.content.sample import PNG, sample
from tests.counting import statements
from tests.learning.conftest import ME, MORNING, Cast, data_of, words_of
from tests.learning.means import GROUP, HENDRA, MADE, NOBODY, SARI, TAMU, MeansDoor, prompt_of, ready, rows

SAY = Texts("id")
HOUSE = packs.pack("media")  # the house's own, with files
SHOWN = next(one for one in HOUSE.lessons if one.media)


@pytest.fixture
async def lesson(database: Database, cast: Cast) -> Delivery:
    return await prompt_of(database, cast)


@pytest.fixture
async def talk(database: Database, lesson: Delivery) -> MeansDoor:
    return MeansDoor(database)


async def test_a_file_comes_with_its_words_below_it(talk: MeansDoor, lesson: Delivery) -> None:
    toast, photo = await talk.tap(SARI, f"media:{lesson.id}:0", GROUP)
    assert toast.params["text"] == "Saya tulis di chat pribadi."
    assert (photo.method, photo.chat_id) == ("sendPhoto", SARI)
    assert photo.params["photo"] == {"pack_file": {"pack": "contoh", "file": "media/papan.png"}}
    assert photo.params["caption"] == "<b>Papan</b>\nPapan tulis dengan tiga soal."
    assert photo.then_data["kind"] == "photo" and photo.then_data["user_id"] == SARI


async def test_what_lies_elsewhere_is_a_link_with_its_size(talk: MeansDoor, lesson: Delivery) -> None:
    _, film = await talk.tap(SARI, f"media:{lesson.id}:1", SARI)
    assert film.method == "sendMessage" and words_of(film).startswith("<b>Video</b>")
    (key,) = film.params["reply_markup"]["inline_keyboard"][0]
    assert key == {"text": "Buka tautan · 4,0\N{NO-BREAK SPACE}MB", "url": "https://contoh.sch.id/v.mp4"}


async def test_with_a_weak_signal_the_words_come_first(
    database: Database, cast: Cast, talk: MeansDoor, lesson: Delivery
) -> None:
    await ready(database, cast["Sari"], signal="weak")
    _, words = await talk.tap(SARI, f"media:{lesson.id}:0", SARI)
    assert words.method == "sendMessage" and "Papan tulis dengan tiga soal." in words_of(words)
    assert "2\N{NO-BREAK SPACE}KB" in words_of(words) and data_of(words) == [f"mediadl:{lesson.id}:0"]
    (photo,) = await talk.tap(SARI, f"mediadl:{lesson.id}:0", SARI)
    assert photo.method == "sendPhoto"


@pytest.mark.parametrize("signal, size, first", [
    (None, 999, "sendPhoto"), (None, 1_000, "sendMessage"), ("strong", 9_000, "sendPhoto"), ("weak", 9, "sendMessage"),
])  # fmt: skip
async def test_a_big_file_is_not_sprung_on_whoever_never_said_how_their_signal_is(
    database: Database, cast: Cast, signal: str | None, size: int, first: str
) -> None:
    one = sample().lessons[0]
    heavy = one._replace(media=(one.media[0]._replace(size_kb=size), one.media[1]))
    lesson = await prompt_of(database, cast, pack=sample()._replace(lessons=(heavy, sample().lessons[1])))
    await ready(database, cast["Sari"], **({"signal": signal} if signal else {}))
    _, brought = await MeansDoor(database).tap(SARI, f"media:{lesson.id}:0", SARI)
    assert brought.method == first


async def test_a_file_kept_by_telegram_is_sent_as_what_it_was_sent_as(database: Database, cast: Cast) -> None:
    first = sample().lessons[0]
    kept = Medium("audio", "media/lagu.mp3", "tg:voice:VOICE-1", 40)
    made = sample()._replace(lessons=(first._replace(media=(kept, first.media[1])), sample().lessons[1]))
    lesson = await prompt_of(database, cast, pack=made)
    _, voice = await MeansDoor(database).tap(SARI, f"media:{lesson.id}:0", SARI)
    assert (voice.method, voice.params["voice"]) == ("sendVoice", "VOICE-1")
    assert voice.then_data["kind"] is None, "it is nobody's to keep but the pack's"


async def test_a_long_description_fits_below_a_file(cast: Cast) -> None:
    text = MediumText("Judul" * 12, "😀<&" * 233)
    draft = media.as_file(Medium("document", "media/a.pdf"), text, "contoh", 1, SAY)
    assert len(str(draft.params["caption"]).encode("utf-16-le")) // 2 <= 1024


@pytest.mark.parametrize("who, refusal", [(MADE, NotAllowed), (TAMU, NotAllowed), (NOBODY, NeedsConsent)])
async def test_a_stranger_opens_nothing(talk: MeansDoor, lesson: Delivery, who: int, refusal: type[Refusal]) -> None:
    for data in (f"media:{lesson.id}:0", f"mediadl:{lesson.id}:0", f"side:{lesson.id}:s1-lagi"):
        with pytest.raises(refusal):
            await talk.tap(who, data, who)


async def test_everybody_of_the_group_may_look(talk: MeansDoor, lesson: Delivery) -> None:
    _, photo = await talk.tap(HENDRA, f"media:{lesson.id}:0", HENDRA)
    assert photo.method == "sendPhoto"


async def test_what_somebody_gets_at_their_own_pace_is_theirs(database: Database, cast: Cast) -> None:
    own = await prompt_of(database, cast, person="Budi")
    with pytest.raises(NotAllowed):
        await MeansDoor(database).tap(SARI, f"media:{own.id}:0", SARI)


async def test_a_shut_private_chat_is_opened_first(
    database: Database, cast: Cast, talk: MeansDoor, lesson: Delivery
) -> None:
    async with database.writing() as session:
        (await session.get_one(type(cast["Sari"]), cast["Sari"].id)).reachable = False
    opens, *_ = await talk.tap(SARI, f"media:{lesson.id}:0", GROUP)
    assert opens.params["url"].endswith(f"?start=m{lesson.id}-0")
    (photo,) = await talk.message(SARI, f"/start m{lesson.id}-0")
    assert photo.method == "sendPhoto"


def _letter(draft: Draft) -> Letter:
    return Letter(key="k", method=draft.method, params=draft.params, chat_id=draft.chat_id)


async def _brought(database: Database, lesson: Delivery) -> tuple[Draft, dict[str, object]]:
    (_, draft) = await MeansDoor(database).tap(SARI, f"media:{lesson.id}:0", SARI)
    packed = await parcels.packed(database, _letter(draft))
    assert isinstance(packed, dict), packed
    return draft, packed


async def _answer(database: Database, cast: Cast, draft: Draft, ok: bool, result: object) -> list[Draft]:
    async with database.writing() as session:
        visit = Visit(
            session=session, now=MORNING, say=SAY, me=ME, key="v", user_id=SARI, chat_id=SARI, fingerprint="f",
            person=cast["Sari"],
        )  # fmt: skip
        said = await _sent({"ok": ok, "result": result, "error": None}, draft.then_data, visit)
    return [said] if isinstance(said, Draft) else list(said or [])


async def test_the_houses_file_is_uploaded_once_and_then_sent_by_its_id(database: Database, cast: Cast) -> None:
    lesson = await prompt_of(database, cast, HOUSE.lessons.index(SHOWN), pack=HOUSE)
    draft, packed = await _brought(database, lesson)
    kind = SHOWN.media[0].kind
    upload = packed[kind]
    assert isinstance(upload, Upload) and len(upload.content) > 1000
    file = {"file_id": "BIG-1"}
    result = {"message_id": 1, kind: [{"file_id": "small"}, file] if kind == "photo" else file}
    assert await _answer(database, cast, draft, True, result) == []
    (kept,) = await rows(database, MediaFile)
    assert (kept.kind, kept.file_id, len(kept.digest)) == (kind, "BIG-1", 64)
    draft, packed = await _brought(database, lesson)
    assert packed[kind] == "BIG-1"
    # Telegram no longer takes the id: once more as an upload, and if that fails in words.
    (again,) = await _answer(database, cast, draft, False, None)
    assert again.method == draft.method and await rows(database, MediaFile) == []
    (words,) = await _answer(database, cast, again, False, None)
    assert words.method == "sendMessage" and "belum dapat saya kirim" in words_of(words)


async def test_a_file_that_is_not_there_is_refused_without_a_call(database: Database, lesson: Delivery) -> None:
    (_, draft) = await MeansDoor(database).tap(SARI, f"media:{lesson.id}:0", SARI)
    packed = await parcels.packed(database, _letter(draft))
    assert isinstance(packed, Reply) and packed.outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    "pack, file",
    [
        ("media", "media/../pack.yaml"), ("media", "pack.yaml"), ("../packs/media", "media/empat-pos.png"),
        ("media", "/etc/passwd"), ("", "media/empat-pos.png"), ("media", "media/none.png"), ("..", "media/x"),
        ("media", "media/.hidden"), ("MEDIA", "media/empat-pos.png"), ("media", "media/lidi\n.png"),
    ],
)  # fmt: skip
def test_no_name_leads_out_of_a_packs_media(pack: str, file: str) -> None:
    with pytest.raises(pack_files.UnknownFile):
        pack_files.read(pack, file)


def test_no_link_leads_out_of_a_packs_media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "satu" / "media").mkdir(parents=True)
    (tmp_path / "rahasia.png").write_bytes(PNG)
    (tmp_path / "satu" / "media" / "x.png").symlink_to(tmp_path / "rahasia.png")
    (tmp_path / "satu" / "media" / "y.png").write_bytes(PNG)
    monkeypatch.setattr(packs, "FOLDER", tmp_path)
    with pytest.raises(pack_files.UnknownFile):
        pack_files.located("satu", "media/x.png")
    assert pack_files.digest("satu", "media/y.png") is None, "not read yet"
    found = pack_files.read("satu", "media/y.png")
    assert pack_files.digest("satu", "media/y.png") == found.digest
    (tmp_path / "satu" / "media" / "y.png").write_bytes(PNG + b"more")
    assert pack_files.digest("satu", "media/y.png") is None, "changed since"


async def test_the_newest_id_of_a_file_stands(database: Database) -> None:
    async with database.writing() as session:
        await media_files.keep(session, "d" * 64, "photo", "A", MORNING)
        await media_files.keep(session, "d" * 64, "photo", "B", MORNING)
        await media_files.keep(session, "d" * 64, "document", "C", MORNING)
        assert await media_files.known(session, "d" * 64, "photo") == "B"
        assert await media_files.drop(session, "d" * 64, "photo") is True
        assert await media_files.drop(session, "d" * 64, "photo") is False
        assert await media_files.known(session, "d" * 64, "document") == "C"


async def test_readiness_and_an_earlier_choice_are_spoken_to_in_private(database: Database, cast: Cast) -> None:
    first = await prompt_of(database, cast)
    second = await prompt_of(database, cast, 1, enrolment=first.enrolment_id, at=MORNING + timedelta(days=1))
    door = MeansDoor(database)
    await ready(database, cast["Sari"], signal="weak")
    await ready(database, cast["Budi"], signal="strong")
    await door.tap(101, f"chose:{first.id}:0", 101)
    pack = sample()
    readings = [
        (cast[one].id, at.id, pack.lessons[n]) for one in ("Sari", "Budi") for n, at in enumerate((first, second))
    ]
    async with database.reading() as session:
        notes = {key: one.html for key, one in (await branches.asides_for(session, readings)).items()}
    said = "<b>Untuk Bapak/Ibu</b>\n"
    assert notes == {
        (cast["Sari"].id, first.id): f"{said}Cukup teksnya saja.",
        (cast["Budi"].id, second.id): f"{said}- Seperti kemarin.",
    }


async def test_a_side_lesson_is_offered_with_the_prompt_and_opened_by_its_button(
    database: Database, cast: Cast
) -> None:
    pack = sample()
    second = pack.lessons[1]
    leads = second._replace(
        branches=(Branch(0, "pace", "fast", None, "s1-lagi"),),
        texts={one: text._replace(branches=(None,)) for one, text in second.texts.items()},
    )
    lesson = await prompt_of(database, cast, 1, pack=pack._replace(lessons=(pack.lessons[0], leads)))
    await ready(database, cast["Sari"], pace="fast")
    door = MeansDoor(database)
    (prompt,) = await door.tap(SARI, f"again:{lesson.id}", SARI)
    assert "Ada pelajaran singkat: Satu soal" in words_of(prompt)
    assert data_of(prompt)[-1] == f"side:{lesson.id}:s1-lagi"
    (side,) = await door.tap(SARI, data_of(prompt)[-1], SARI)
    assert words_of(side).startswith("<b>Satu soal</b>")


async def test_the_number_of_queries_does_not_grow_with_the_readers(database: Database, cast: Cast) -> None:
    first = await prompt_of(database, cast)
    second = await prompt_of(database, cast, 1, enrolment=first.enrolment_id)
    ids = [cast[name].id for name in ("Sari", "Budi", "Ratna", "Hendra", "Made", "Dewi")]
    counted = []
    for readers in (ids[:1], ids):
        both = [(one, at.id, sample().lessons[n]) for one in readers for n, at in enumerate((first, second))]
        counted.append(await _queries(database, both))
    assert counted[0] in (counted[1], counted[1] + 1) and counted[1] <= 5  # the first reads the pack as well


async def _queries(database: Database, readings: list[branches.Reading]) -> int:
    async with database.reading() as session:
        with statements() as asked:
            await branches.asides_for(session, readings)
    return len(asked)


async def test_a_lesson_that_speaks_to_all_alike_costs_no_query(database: Database, cast: Cast) -> None:
    async with database.reading() as session:
        plain = sample().lessons[1]._replace(branches=())
        assert await branches.asides_for(session, [(cast["Sari"].id, 1, plain)]) == {}
