"""Signing in: forged, replayed, aged and stolen ways in open nothing, and what is taken away ends at once."""

import asyncio
import re
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from sqlalchemy import select, update

from community import consent, web_sessions
from reports import person as everything
from storage.database import Database
from storage.models import Membership, Person, WebLink, WebSession
from tests.web.pages import TOKEN, Site, site

DOOR, GROUP = 'data-door="/dasbor/masuk"', "KKG Melati"


async def sessions(here: Site) -> list[WebSession]:
    async with here.database.reading() as session:
        return list(await session.scalars(select(WebSession).order_by(WebSession.id)))


async def test_telegrams_word_opens_the_dashboard(one_database: Database) -> None:
    async with site(one_database) as here:
        assert (await here.sees())[0] == 401
        answer = await here.says(here.word("Hendra"))
        assert (answer.status, await answer.json()) == (200, {"ok": True, "next": "/dasbor?baru=1"})
        status, page = await here.sees(baru="1")
        assert status == 200 and GROUP in page and "Dibuka oleh Pak Hendra" in page
        assert DOOR not in page


async def test_a_forged_or_old_word_opens_nothing(one_database: Database) -> None:
    async with site(one_database) as here:
        words = [
            here.word("Hendra", token="43:OTHER"),
            here.word("Hendra", hours=1.01),
            here.word("Hendra", minutes=-5),
            here.word("Hendra").replace("hash=", "hash=0"),
            here.word("Hendra").replace("Hendra", "Hendro"),
            "", "x", None, 7, ["a"], {"data": "x"}, "y" * 40_000,
        ]  # fmt: skip
        for word in words:
            assert (await here.says(word)).status == 403, word
        assert await sessions(here) == []
        for body in ("{", "[]", '"x"', "data=" + here.word("Hendra")):
            answer = await here.browser.post(
                "/dasbor/masuk", data=body.encode(), headers={"Content-Type": "application/json"}
            )
            assert answer.status == 403, body
        form = await here.browser.post("/dasbor/masuk", data={"data": here.word("Hendra")})
        assert form.status == 403, "a form of another site could be sent so"
        assert (await here.sees())[0] == 401


async def test_who_has_not_agreed_or_has_no_role_for_it_sees_nothing(one_database: Database) -> None:
    async with site(one_database) as here:
        assert (await here.says(here.word("Rini"))).status == 403
        for name in ("Sari", "Tamu"):
            assert (await here.says(here.word(name))).status == 200
            status, page = await here.sees()
            assert status == 403 and GROUP not in page and "untuk fasilitator" in page
            assert (await sessions(here))[-1].ended_at is not None
            assert (await here.sees())[0] == 401


async def test_a_word_that_was_overheard_opens_no_second_session(database: Database) -> None:
    async with site(database) as here:
        word = here.word("Hendra")
        assert (await here.says(word)).status == 200
        here.another_browser()
        turned = "&".join(reversed(word.split("&")))
        for again in (word, turned, word.replace("+", "%20")):
            assert (await here.says(again)).status == 403
        assert (await here.sees())[0] == 401
        assert len(await sessions(here)) == 1


async def test_an_overheard_word_opens_nothing_after_the_session_was_ended(one_database: Database) -> None:
    async with site(one_database) as here:
        word = here.word("Hendra")
        await here.says(word)
        _, page = await here.sees()
        assert (await out(here, page)).status == 303
        assert (await here.says(word)).status == 403


async def out(here: Site, page: str, **headers: str):  # type: ignore[no-untyped-def]
    found = re.search(r'name="token" value="([0-9a-f]+)"', page)
    token = found[1] if found else ""
    return await here.browser.post("/dasbor/keluar", data={"token": token}, headers=headers, allow_redirects=False)


async def test_a_link_opens_once_and_only_by_its_button(database: Database) -> None:
    async with site(database) as here:
        async with database.writing() as session:
            link = await web_sessions.link(session, here.people["Hendra"], here.now)
        for _ in range(2):  # whatever looks ahead at links does not use it up
            status, page = await here.sees(f"/tautan/{link}")
            assert status == 200 and "<form" in page and here.cookie() == ""
        first = await here.browser.post(f"/dasbor/tautan/{link}")
        assert first.status == 200 and GROUP in await first.text()
        here.another_browser()
        stolen = await here.browser.post(f"/dasbor/tautan/{link}", allow_redirects=False)
        assert stolen.status == 410 and "Set-Cookie" not in stolen.headers
        assert (await here.sees(f"/tautan/{link}"))[0] == 410
        assert (await here.sees())[0] == 401
        async with database.reading() as session:
            assert (await session.scalars(select(WebLink))).all() == []
            kept = (await session.scalars(select(WebSession.secret_hash))).all()
        assert all(link not in one for one in kept)


async def test_two_who_press_at_the_same_moment_are_one_who_comes_in(database: Database) -> None:
    async with site(database) as here:
        async with database.writing() as session:
            link = await web_sessions.link(session, here.people["Hendra"], here.now)
        pressed = [here.browser.post(f"/dasbor/tautan/{link}", allow_redirects=False) for _ in range(8)]
        assert sorted(one.status for one in await asyncio.gather(*pressed)) == [303] + [410] * 7
        word = here.word("Hendra")
        said = await asyncio.gather(*[here.says(word) for _ in range(8)])
        assert sorted(one.status for one in said) == [200] + [403] * 7


async def test_a_link_is_dead_after_ten_minutes_and_when_a_newer_one_is_there(one_database: Database) -> None:
    async with site(one_database) as here:
        async with one_database.writing() as session:
            older = await web_sessions.link(session, here.people["Hendra"], here.now)
            newer = await web_sessions.link(session, here.people["Hendra"], here.now)
        assert (await here.sees(f"/tautan/{older}"))[0] == 410
        assert (await here.sees(f"/tautan/{newer}"))[0] == 200
        here.now += timedelta(minutes=10)
        assert (await here.sees(f"/tautan/{newer}"))[0] == 410
        assert (await here.browser.post(f"/dasbor/tautan/{newer}")).status == 410
        for guess in ("x", "%00", "é" * 40, newer[:-1], newer + "A" * 900, "..%2f.."):
            assert (await here.browser.post(f"/dasbor/tautan/{guess}")).status in (404, 410)


async def test_a_session_ends_after_a_working_day(one_database: Database) -> None:
    async with site(one_database) as here:
        await here.enters("Hendra")
        here.now += timedelta(hours=11, minutes=59)
        assert (await here.sees())[0] == 200
        async with one_database.writing() as session:
            assert await web_sessions.clean(session, here.now) == 0
        here.now += timedelta(minutes=1)
        assert (await here.sees())[0] == 401
        async with one_database.writing() as session:
            assert await web_sessions.clean(session, here.now) == 1
            assert await web_sessions.clean(session, here.now) == 0


async def test_after_sign_out_the_cookie_is_worth_nothing(one_database: Database) -> None:
    async with site(one_database) as here:
        secret = await here.enters("Hendra")
        _, page = await here.sees()
        assert (await out(here, page)).status == 303
        assert here.cookie() == ""
        stolen = {"Cookie": f"{here.house.cookie}={secret}"}
        assert (await here.browser.get("/dasbor", headers=stolen)).status == 401


async def test_another_sites_form_neither_ends_a_session_nor_begins_one(one_database: Database) -> None:
    async with site(one_database) as here:
        await here.enters("Hendra")
        _, page = await here.sees()
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            assert (await out(here, page, **headers)).status == 403
            assert (await here.says(here.word("Ratna"), **headers)).status == 403
        assert (await out(here, "")).status == 403, "nor one without the session's own sign"
        own = {"Origin": str(here.browser.make_url("")).rstrip("/")}
        assert (await here.sees())[0] == 200
        assert (await out(here, page, **own)).status == 303


async def test_a_role_taken_away_is_gone_at_the_next_page(database: Database) -> None:
    async with site(database) as here:
        await here.enters("Hendra")
        hendra = here.people["Hendra"].id
        async with database.writing() as session:
            gone = update(Membership).where(Membership.person_id == hendra)
            await session.execute(gone.values(until=here.now))
        assert (await here.sees())[0] == 403
        async with database.writing() as session:
            back = update(Membership).where(Membership.person_id == hendra)
            await session.execute(back.values(until=None))
        assert (await here.sees())[0] == 401, "the session is over, not asleep"


async def test_who_withdraws_or_has_everything_deleted_is_out_everywhere(database: Database) -> None:
    async with site(database) as here:
        for name in ("Hendra", "Ratna"):
            secret = await here.enters(name)
            async with database.writing() as session:
                person = await session.get(Person, here.people[name].id)
                assert person is not None
                link = await web_sessions.link(session, person, here.now)
                copied = await everything.copy_of(session, person)
                assert [one["until"] for one in copied["community"]["dashboard_opened"]]
                assert secret not in str(copied) and link not in str(copied)
                leave = consent.withdraw if name == "Hendra" else everything.forget
                await leave(session, person, here.now)
            assert (await here.sees())[0] == 401
            assert (await here.browser.post(f"/dasbor/tautan/{link}")).status == 410
            assert (await here.says(here.word(name))).status == 403
        async with database.reading() as session:
            assert (await session.scalars(select(WebLink))).all() == []


async def test_who_agrees_again_has_to_come_in_again(database: Database) -> None:
    """What was open when they withdrew is over, not asleep: somebody else may sit at that computer by now."""
    async with site(database) as here:
        await here.enters("Hendra")
        hendra = here.people["Hendra"].id
        async with database.writing() as session:
            person = await session.get_one(Person, hendra)
            link = await web_sessions.link(session, person, here.now)
            await consent.withdraw(session, person, here.now)
            await consent.agree(session, person.tg_user_id or 0, "x", "id", here.now)
            back = update(Membership).where(Membership.person_id == hendra)
            await session.execute(back.values(until=None))
        assert (await here.sees())[0] == 401
        assert (await here.browser.post(f"/dasbor/tautan/{link}")).status == 410


@pytest.mark.parametrize("https", [False, True])
async def test_the_cookie_is_kept_from_scripts_and_reaches_telegrams_frame(one_database: Database, https: bool) -> None:
    async with site(one_database, https=https) as here:
        answer = await here.says(here.word("Hendra"))
        (name, cookie), *_ = SimpleCookie(answer.headers["Set-Cookie"].replace("; Partitioned", "")).items()
        assert cookie["httponly"] and cookie["path"] == "/" and not cookie["domain"] and not cookie["max-age"]
        assert (name, cookie["samesite"], bool(cookie["secure"])) == (
            ("__Host-sejawat", "None", True) if https else ("sejawat", "Lax", False)
        )
        assert ("Partitioned" in answer.headers["Set-Cookie"]) is https


async def test_every_answer_keeps_the_browser_strict(one_database: Database) -> None:
    async with site(one_database) as here:
        for path in ("", "/tautan/x", "/nowhere", "/grup/1", "/dashboard.css", "/dashboard.js"):
            answer = await here.browser.get(f"/dasbor{path}")
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none';") and "unsafe" not in policy
            assert "frame-ancestors 'self' https://web.telegram.org" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "same-origin"
            if "dashboard." not in path:
                assert answer.headers["Cache-Control"] == "no-store"
        assert TOKEN not in (await here.sees())[1]


DEEP = b'{"data":' + b"[" * 30_000
ODD = {
    "a cookie of no alphabet": b"GET /dasbor HTTP/1.1\r\nCookie: sejawat=\xff\xfe\r\n",
    "a language of no alphabet": b"GET /dasbor?bahasa=%ff HTTP/1.1\r\nCookie: sejawat-bahasa=\xff\r\n"
    b"Accept-Language: \xff\xfe\r\n",
    "a link of no alphabet": b"GET /dasbor/tautan/%ff%fe HTTP/1.1\r\n",
    "a place of no alphabet": b"GET /dasbor/grup/%ff%00 HTTP/1.1\r\n",
    "half a letter": b"POST /dasbor/masuk HTTP/1.1\r\nContent-Type: application/json\r\n|" + rb'{"data":"hash=\ud800"}',
    "brackets without end": b"POST /dasbor/masuk HTTP/1.1\r\nContent-Type: application/json\r\n|" + DEEP,
    "letters that do not exist": b"POST /dasbor/masuk HTTP/1.1\r\nContent-Type: application/json; "
    b"charset=klingon\r\n|{}",
    "a form of no letters": b"POST /dasbor/keluar HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded; "
    b"charset=klingon\r\n|token=1",
    "a form of no parts": b"POST /dasbor/keluar HTTP/1.1\r\nContent-Type: multipart/form-data\r\n|token=1",
    "a form that breaks off": b"POST /dasbor/keluar HTTP/1.1\r\n"
    b"Content-Type: multipart/form-data; boundary=x\r\n|--x\r\n",
    "a token of no alphabet": b"POST /dasbor/keluar HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Cookie: sejawat=x\r\n|token=%ff%fe",
    "an origin that is none": b"POST /dasbor/masuk HTTP/1.1\r\nOrigin: http://[\r\n|{}",
}  # fmt: skip


@pytest.mark.parametrize("what", ODD)
async def test_odd_bytes_are_refused_and_break_no_page(
    one_database: Database, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    head, _, body = ODD[what].partition(b"|")
    async with site(one_database) as here:
        told = await asyncio.open_connection(here.browser.server.host, here.browser.server.port)
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        told[1].write(head + f"Host: x\r\nConnection: close\r\n{length}\r\n".encode() + body)
        first = await told[0].readline()
        told[1].close()
    assert 400 <= int(first.split()[1]) < 500, first
    assert [one.message for one in caplog.records if one.levelname == "ERROR"] == []


async def test_a_link_that_is_late_or_of_who_agrees_no_more_opens_nothing_however_it_is_asked(
    one_database: Database,
) -> None:
    """The page asks first whether it is alive; what opens it asks anew, in the transaction that does."""
    async with site(one_database) as here, one_database.writing() as session:
        hendra = await session.get_one(Person, here.people["Hendra"].id)
        late = await web_sessions.link(session, hendra, here.now)
        assert await web_sessions.open_with_link(session, late, here.now + web_sessions.LINK_FOR) is None
        link = await web_sessions.link(session, hendra, here.now)
        hendra.consented_at = None
        await session.flush()
        assert await web_sessions.open_with_link(session, link, here.now) is None


async def test_of_a_session_only_its_hash_is_kept_and_it_ends_with_the_yes(one_database: Database) -> None:
    async with site(one_database) as here:
        secret = await here.enters("Hendra")
        async with one_database.writing() as session:
            (kept,) = (await session.scalars(select(WebSession))).all()
            assert secret not in kept.secret_hash and len(kept.secret_hash) == 64
            assert await web_sessions.reader(session, secret, here.now) is not None
            (await session.get_one(Person, here.people["Hendra"].id)).consented_at = None
            await session.flush()
            assert await web_sessions.reader(session, secret, here.now) is None
