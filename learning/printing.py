"""One's own journal as one HTML page for a printer."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from community import calendar, people
from community.refusals import NeedsConsent
from content.texts import Texts
from learning import journal, reading
from learning.journal import Entry
from storage.database import Session
from storage.models import Person
from storage.outbox import attach


async def file(session: Session, person: Person | None, say: Texts, zone: str, now: datetime) -> str | None:
    """The page among the attachments, by its digest; None where there is nothing to print. Raises NeedsConsent."""
    if person is None:
        raise NeedsConsent
    weeks = await journal.everything(session, person, zone)
    if not weeks:
        return None
    local = now.astimezone(ZoneInfo(person.zone or zone))
    moment = say.plain("journal.print.moment", day=calendar.spoken(local.date(), say), hour=f"{local:%H.%M}")
    written = page(weeks, people.display(person, say), moment, say)
    name = say.plain("journal.print.file_name", day=local.date().isoformat())
    return await attach(session, name, written.encode(), now, person.id)


def page(weeks: Sequence[tuple[date, Sequence[Entry]]], name: str, moment: str, say: Texts) -> str:
    """Everything by week as HTML, without picture, script or style from elsewhere."""
    body = [say("journal.print.title", name=name), say("journal.print.made", moment=moment)]
    for monday, entries in weeks:
        body.append(say("journal.print.week", span=reading.week_named(monday, say), year=monday.year))
        body += [_entry(one, say) for one in entries]
    return _PAGE.format(language=say.language, title=say("journal.print.tab", name=name), body="\n".join(body))


def _entry(one: Entry, say: Texts) -> str:
    day, title, kind = calendar.spoken(one.day, say), reading.titled(one, say), reading.kind_named(one, say)
    told = [say("journal.print.entry", day=day, kind=kind, title=title, group=one.group.title)]
    for heading, words in reading.sections(one.of, say):
        told += [say("journal.print.heading", heading=heading)] if heading else []
        told.append(say("journal.print.words", words=words))
    return "\n".join(["<section>", *told, "</section>"])


_PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 12pt/1.5 Georgia, "Times New Roman", serif; max-width: 42em; margin: 2em auto; padding: 0 1em; }}
h1 {{ font-size: 1.6em; margin-bottom: 0; }}
h2 {{ font-size: 1.15em; border-bottom: 1px solid #999; margin-top: 2em; }}
h3 {{ font-size: 1em; margin: 1.2em 0 0; }}
h4 {{ font-size: 0.9em; margin: 0.6em 0 0; color: #444; }}
p {{ margin: 0.2em 0; white-space: pre-wrap; overflow-wrap: anywhere; }}
.small {{ color: #444; font-size: 0.85em; }}
section {{ break-inside: avoid; }}
@page {{ margin: 2cm; }}
</style>
{body}
</html>
"""
