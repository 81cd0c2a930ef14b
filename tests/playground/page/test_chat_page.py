"""The chat page in a real browser: what people see, and what their taps and keys do."""

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.playground.page.conftest import School

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def open_chat(page: Page, school: School, viewer: str, chat: int | None = None, language: str = "id") -> None:
    """The page as that person, at that chat (their group by default)."""
    where = school.melati if chat is None else chat
    await page.goto("about:blank")
    await page.goto(f"{school.playground.url}/?language={language}#{school.who(viewer)}/{where}")
    await expect(page.locator("#talk-title")).not_to_be_empty()


async def test_a_person_is_chosen_and_sees_only_their_own_chats(page: Page, school: School) -> None:
    await page.goto(f"{school.playground.url}/?language=id")
    for name, titles in (
        ("Sari", ["SDN Melati 2", "Sejawat"]),
        ("Wati", ["KKG Gugus Kenari", "Sejawat"]),
        ("Tamu", ["Sejawat"]),
    ):
        await page.locator("#who summary").click()
        await page.get_by_role("button", name=name, exact=False).first.click()
        await expect(page.locator("#who-now b")).to_have_text(name)
        await expect(page.locator("#chats b")).to_have_text(titles)


async def test_the_title_of_a_group_is_whole_on_a_phone(page: Page, school: School) -> None:
    for viewer, group in (("sari", "melati"), ("wati", "kenari")):
        await open_chat(page, school, viewer, school.demo.groups[group])
        cut = "one => [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight]"
        assert await page.locator("#talk-title").evaluate(cut) == [0, 0]


async def test_text_written_and_answered_appears_without_a_reload(page: Page, school: School) -> None:
    await open_chat(page, school, "sari")
    await page.fill("#text", "Selamat pagi, Bapak/Ibu")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.mine .words")).to_have_text("Selamat pagi, Bapak/Ibu")
    (sent,) = [m for m in await school.playground.messages(school.melati) if m.get("text")]
    await school.playground.send(school.who("tono"), school.melati, "Pagi, Bu", reply_to=sent["message_id"])
    await expect(page.locator(".quoted span")).to_have_text("Selamat pagi, Bapak/Ibu")


async def test_a_tapped_message_is_answered(page: Page, school: School) -> None:
    said = await school.playground.send(school.who("tono"), school.melati, "Siapa ikut?")
    await open_chat(page, school, "sari")
    await page.get_by_text("Siapa ikut?").nth(1).click()
    await page.get_by_role("button", name="Balas").click()
    await page.keyboard.type("Saya ikut")
    await page.keyboard.press("Enter")
    await expect(page.locator(".mine .words")).to_have_text("Saya ikut")
    answer = (await school.playground.messages(school.melati))[-1]
    assert answer["reply_to_message"]["message_id"] == said


async def test_message_text_is_never_markup(page: Page, school: School) -> None:
    await school.playground.send(school.who("tono"), school.melati, "<img src=x onerror=alert(1)><b>tebal</b>")
    await school.bot(
        "sendMessage",
        chat_id=school.melati,
        parse_mode="HTML",
        text="<b>Tebal <i>miring</i></b> &lt;u&gt; 😀<code>x</code>",
    )
    await open_chat(page, school, "sari")
    words = page.locator(".words")
    await expect(words.nth(0)).to_have_text("<img src=x onerror=alert(1)><b>tebal</b>")
    assert await words.nth(0).locator("img, b, strong").count() == 0
    await expect(words.nth(1).locator("strong > em")).to_have_text("miring")
    await expect(words.nth(1).locator("code")).to_have_text("x")


async def test_a_tap_shows_the_note_and_an_alert_waits_to_be_closed(page: Page, school: School) -> None:
    rows = [[{"text": "Sudah", "callback_data": "a"}], [{"text": "Awas", "callback_data": "b"}]]
    await school.bot("sendMessage", chat_id=school.melati, text="Coba", reply_markup={"inline_keyboard": rows})
    await open_chat(page, school, "sari")
    await page.get_by_role("button", name="Sudah").click()
    tap = await school.callback()
    assert (tap["data"], tap["from"]["id"]) == ("a", school.who("sari"))
    await expect(page.get_by_role("button", name="Sudah")).to_have_attribute("aria-busy", "true")
    await school.bot("answerCallbackQuery", callback_query_id=tap["id"], text="Tercatat")
    await expect(page.locator("#toasts")).to_contain_text("Tercatat")
    await page.get_by_role("button", name="Awas").click()
    await school.bot(
        "answerCallbackQuery", callback_query_id=(await school.callback())["id"], text="Belum bisa", show_alert=True
    )
    await expect(page.get_by_role("dialog")).to_contain_text("Belum bisa")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_deep_link_opens_the_private_chat_and_sends_its_payload(page: Page, school: School) -> None:
    rows = [
        [
            {"text": "Gabung", "url": "https://t.me/SejawatBot?start=gAbc_1"},
            {"text": "Luar", "url": "https://example.org/x"},
        ]
    ]
    await school.bot("sendMessage", chat_id=school.melati, text="Mari", reply_markup={"inline_keyboard": rows})
    await open_chat(page, school, "sari")
    await page.get_by_role("button", name="Luar").click()
    await expect(page.locator("#alert-link")).to_have_text("https://example.org/x")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Gabung").click()
    await expect(page.locator("#talk-title")).to_have_text("Sejawat")
    await expect(page.locator(".mine .words")).to_have_text("/start gAbc_1")


async def test_start_opens_the_private_chat(page: Page, school: School) -> None:
    await open_chat(page, school, "rini", school.who("rini"))
    await page.get_by_role("button", name="Mulai").click()
    await expect(page.locator(".mine .words")).to_have_text("/start")
    await school.bot(
        "sendMessage",
        chat_id=school.who("rini"),
        text="Tulis",
        reply_markup={"force_reply": True, "input_field_placeholder": "Refleksi saya"},
    )
    await expect(page.locator("#text")).to_have_attribute("placeholder", "Refleksi saya")
    await page.fill("#text", "Murid berani bertanya")
    await page.get_by_role("button", name="Kirim", exact=True).click()
    await expect(page.locator(".mine .quoted span")).to_have_text("Tulis")


async def test_files_voice_and_photo_are_sent_and_shown(page: Page, school: School) -> None:
    await open_chat(page, school, "sari")
    await page.set_input_files("#pick", [])
    await page.locator("#attach summary").click()
    await page.get_by_role("button", name="Foto contoh").click()
    await expect(page.locator("img.photo")).to_have_js_property("naturalWidth", 720)
    await page.locator("#attach summary").click()
    await page.get_by_role("button", name="Pesan suara").click()
    await page.get_by_role("button", name="Kirim pesan suara").click()
    await expect(page.locator(".voice")).to_contain_text("detik")
    await page.locator("#attach summary").click()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="Berkas").click()
    await (await chooser.value).set_files({"name": "soal.txt", "mimeType": "text/plain", "buffer": b"1/2"})
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Unduh soal.txt").click()
    assert (await download.value).suggested_filename == "soal.txt"


async def test_an_ephemeral_message_is_seen_by_its_reader_alone(page: Page, school: School) -> None:
    only = {"receiver_user_id": school.who("sari")}
    await school.bot("sendMessage", chat_id=school.melati, text="Untuk Bu Sari", ephemeral_message_parameters=only)
    await school.bot("sendMessage", chat_id=school.melati, text="Untuk semua")
    await open_chat(page, school, "sari")
    await expect(page.locator(".ephemeral")).to_contain_text("Hanya Anda")
    await open_chat(page, school, "budi")
    await expect(page.locator(".words")).to_have_text(["Untuk semua"])


async def test_edits_reactions_votes_and_deletions_are_seen(page: Page, school: School) -> None:
    said = await school.playground.send(school.who("tono"), school.melati, "Besok kumpul")
    options = [{"text": "Selasa"}, {"text": "Kamis"}]
    poll = await school.bot("sendPoll", chat_id=school.melati, question="Hari?", options=options, is_anonymous=False)
    await open_chat(page, school, "sari")
    await page.get_by_role("button", name="Kamis").click()
    await expect(page.locator(".poll [aria-pressed=true]")).to_contain_text("Kamis")
    assert poll["poll"]["total_voter_count"] == 0
    await expect(page.locator(".poll")).to_contain_text("1 suara")
    await school.playground.edit(school.who("tono"), school.melati, said, "Lusa kumpul")
    await expect(page.locator(".message").first).to_contain_text("diubah")
    await page.locator(".message .more").first.click()
    await page.get_by_role("button", name="Beri reaksi 👍").click()
    await expect(page.locator(".reactions [aria-pressed=true]")).to_have_text("👍 1")
    await school.playground.delete(school.who("tono"), school.melati, said)
    await expect(page.locator(".words")).to_have_count(0)


async def test_a_quiz_answered_shows_what_is_right_and_why_when_it_was_not(page: Page, school: School) -> None:
    quiz = {"type": "quiz", "is_anonymous": False, "options": [{"text": "Tiga"}, {"text": "Empat"}]}
    quiz |= {"question": "Dua tambah dua?", "correct_option_ids": [1], "explanation": "Dihitung dengan jari."}
    await school.bot("sendPoll", chat_id=school.melati, **quiz)
    await open_chat(page, school, "sari")
    asked = page.locator(".poll")
    await expect(asked).to_contain_text("Kuis")
    await expect(asked.locator(".right")).to_have_count(0)
    await asked.get_by_role("button", name="Empat").click()
    await expect(asked.locator(".right")).to_contain_text("Empat, jawaban yang tepat")
    await expect(asked.locator(".wrong")).to_have_count(0)
    await expect(asked.get_by_role("button", name="Tiga")).to_be_disabled()
    await expect(page.get_by_text("Dihitung dengan jari.")).to_be_hidden()
    await asked.get_by_text("Penjelasan").click()
    await expect(page.get_by_text("Dihitung dengan jari.")).to_be_visible()

    await open_chat(page, school, "budi")
    await asked.get_by_role("button", name="Tiga").click()
    await expect(asked.locator(".wrong")).to_contain_text("Tiga, belum tepat")
    await expect(asked.locator(".right")).to_contain_text("Empat, jawaban yang tepat")
    await expect(page.get_by_text("Dihitung dengan jari.")).to_be_visible()


async def test_the_clock_is_turned_and_shown_in_the_zone_of_the_group(page: Page, school: School) -> None:
    await open_chat(page, school, "wati", school.demo.groups["kenari"])
    await expect(page.locator("#talk-zone")).to_have_text("WITA")
    await expect(page.locator("#talk-time")).to_have_text(re.compile(r"06\.5[5-9]"))
    await page.get_by_role("button", name="Ajakan pagi").click()
    await expect(page.locator("#talk-time")).to_have_text("06.25")
    assert (await school.playground.clock()).isoformat().startswith("2026-08-03T22:25")


async def test_unread_messages_are_counted_until_they_are_looked_at(page: Page, school: School) -> None:
    await open_chat(page, school, "sari", school.who("sari"))
    await page.get_by_role("button", name="Kembali").click()
    for words in ("Satu", "Dua"):
        await school.playground.send(school.who("tono"), school.melati, words)
    await expect(page.locator("#chats .count")).to_have_text(re.compile("^2"))
    await page.get_by_role("button", name="SDN Melati 2").click()
    await page.get_by_role("button", name="Kembali").click()
    await expect(page.locator("#chats .count")).to_have_count(0)


async def test_every_bot_api_call_is_listed_as_it_happens(page: Page, school: School) -> None:
    await open_chat(page, school, "sari")
    await page.get_by_role("button", name="Kembali").click()
    await page.locator("#calls-open").click()
    await school.bot("sendMessage", chat_id=school.melati, text="Halo")
    entry = page.locator("#calls-list li", has_text="sendMessage").last
    await entry.locator("summary").click()
    await expect(entry).to_contain_text('"text": "Halo"')
    await school.bot("sendMessage", chat_id=school.melati, text="Halo lagi")
    await expect(page.locator("#calls-list li", has_text="sendMessage")).to_have_count(2)
    await page.keyboard.press("Escape")
    await expect(page.locator("#calls")).to_be_hidden()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_nobody_is_shut_out_and_nothing_overflows(page: Page, school: School, language: str, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    rows = [[{"text": "Refleksi", "callback_data": "a"}, {"text": "Sudah saya coba", "callback_data": "b"}]]
    await school.bot("sendMessage", chat_id=school.melati, text="Coba " * 40, reply_markup={"inline_keyboard": rows})
    said = await school.playground.send(school.who("tono"), school.melati, "https://contoh.sch.id/" + "a" * 90)
    await school.playground.react(school.who("rini"), school.melati, said, "👍")
    await school.bot(
        "sendMessage",
        chat_id=school.melati,
        text="Satu",
        ephemeral_message_parameters={"receiver_user_id": school.who("sari")},
    )
    await open_chat(page, school, "sari", language=language)
    await expect(page.locator(".message")).to_have_count(3)
    for screen in ("talk", "list"):
        await page.evaluate(f"document.body.dataset.screen = '{screen}'")
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_mini_app_opens_in_a_tab_of_its_own_and_knows_who_opened_it(page: Page, school: School) -> None:
    app = f"{school.playground.url}/page/talk.css"  # any page of this machine
    rows = [[{"text": "Buka dasbor", "web_app": {"url": app}}]]
    sari = school.who("sari")
    await school.playground.start(sari)
    await school.bot("sendMessage", chat_id=sari, text="Dasbor", reply_markup={"inline_keyboard": rows})
    await open_chat(page, school, "sari", sari)
    async with page.context.expect_page() as waiting:
        await page.get_by_role("button", name="Buka dasbor").click()
    opened = await waiting.value
    assert opened.url.startswith(f"{app}#tgWebAppData=") and f"%2522id%2522%253A%2520{sari}" in opened.url
    await opened.close()
