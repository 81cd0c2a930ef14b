"""What many letters share: kept once, as long as it is used, and filled in again without a difference."""

from datetime import UTC, datetime, timedelta

from content import packs
from content.texts import Texts
from learning import prompts
from storage import forms
from storage.database import Database
from storage.letters import message
from storage.post_office import attachments

NOW = datetime(2026, 8, 3, tzinfo=UTC)


async def _kept(database: Database, form: str) -> tuple[str, datetime]:
    digest = forms.alike(form, 1)["form"]["kept"]
    async with database.reading() as session:
        (found,) = (await attachments(session, [digest])).values()
    return found.content.decode(), found.created_at


async def test_it_is_kept_once_and_stays_while_it_is_used(database: Database) -> None:
    async with database.writing() as session:
        await forms.keep(session, ["{}", "{}"], NOW)
        await forms.keep(session, ["{}"], NOW + timedelta(minutes=30))
        await forms.keep(session, [], NOW)
    assert await _kept(database, "{}") == ("{}", NOW), "of this hour: nobody waits for another to write it again"
    async with database.writing() as session:
        await forms.keep(session, ["{}"], NOW + timedelta(days=3))
    assert await _kept(database, "{}") == ("{}", NOW + timedelta(days=3))


def test_filled_in_again_every_prompt_is_what_it_would_have_been() -> None:
    for pack in packs.every():
        for lesson in pack.lessons:
            say = Texts("id")
            words, keys = prompts.words(lesson, say), prompts.keys(say, lesson)
            form = forms.form_of(message(0, words, buttons=prompts.numbered(keys, forms.NUMBER), silent=True))
            whole = message(-5, words, buttons=prompts.numbered(keys, 4711), silent=True).params
            assert {"chat_id": -5} | forms.filled(form.encode(), 4711) == whole
