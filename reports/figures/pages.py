"""The tables of results in the chat: of a group, a school, a gugus or a programme; as words, picture and files."""

import hashlib
import html
from collections.abc import Sequence
from datetime import datetime

from community import looks
from community.refusals import NotAllowed
from content.texts import Texts
from reports.charts.drawing import Picture
from reports.dashboard import figures as pages
from reports.dashboard import places
from reports.dashboard.places import Kind, Place
from reports.dashboard.values import Look
from reports.days import span
from reports.figures import charts, frames, gathering, results, words
from reports.figures.values import FigureTable
from reports.periods import Period
from reports.tables import as_book, as_csv
from storage import outbox
from storage.database import Session
from storage.letters import Button, Draft, button, change, document, message
from storage.models import Person

SEE, PICTURE, FILES = "see", "png", ("xlsx", "csv")
MOST_PLACES = 8
LONGEST = 60  # signs of a place's name in a message
_PERIODS = {Period.MONTH: "dashboard.period.month", Period.TERM: "dashboard.period.term", Period.ALL: "reports.ask.all"}


async def asked(
    session: Session, person: Person | None, args: Sequence[str], say: Texts, now: datetime, message_id: int | None
) -> Draft:  # fmt: skip
    """What a button asks for: ``[kind, mark, period, what]``; anything that is not the person's own is not there.

    Raises NeedsConsent, NotAllowed.
    """
    kind, mark, period, what = [*args, "", "", "", ""][:4]
    every = [one for one in await places.of_person(session, person, say) if one.kind is not Kind.COUNTS]
    place = next((one for one in every if (one.kind, marked(one)) == (kind, mark)), None)
    if place is None or person is None or period not in set(Period):
        raise NotAllowed
    look = await pages.looked(session, place.groups, Period(period), now)
    chat = person.tg_user_id or 0
    if what in FILES:
        return await _file(session, person, place, look, what, say)
    tables = [await results.table(session, look), await results.kinds(session, look)]
    if what == PICTURE and (picture := pictured(place, look, tables[0], say)) is not None:
        drawing = {"kind": "chart", "data": picture.to_json(), "language": say.language}
        return Draft("sendPhoto", {"chat_id": chat, "photo": {"drawing": drawing}}, chat)
    told, rows = told_html(place, look, tables, say), _buttons(place, Period(period), every, say)
    if what == SEE and message_id is not None:
        return change(chat, told, buttons=rows, message_id=message_id)
    return message(chat, told, buttons=rows)


def marked(place: Place) -> str:
    """What names the place in a button: its number, or of a name that is none some letters that stand for it."""
    return place.id if place.id.isdecimal() else hashlib.sha256(place.id.encode()).hexdigest()[:12]


def told_html(place: Place, look: Look, tables: Sequence[FigureTable], say: Texts) -> str:
    """Both tables as a message: a phone is too narrow for four columns, so each row is a paragraph."""
    when = span(look.since, look.until, look.zone, say)
    parts = [say("figures.ask", place=place.title[:LONGEST], span=when)]
    for table in tables:
        shown = words.as_table(table, say)
        parts.append(f"<b>{_plain(shown.title)}</b>")
        for name, *cells in shown.rows:
            lines = [
                f"{_plain(head)}: {_plain(cell)}"
                for head, cell in zip(shown.columns[1:], cells, strict=True)
                if cell is not None
            ]
            parts.append(f"<b>{_plain(name)}</b>\n" + "\n".join(lines))
        parts.append("<i>" + "\n".join(_plain(note) for note in shown.notes) + "</i>")
    return "\n\n".join(parts)


def _plain(words_: object) -> str:
    return html.escape(str(words_), quote=False)


def pictured(place: Place, look: Look, table: FigureTable, say: Texts) -> Picture | None:
    """Before and after as a chart; None where there is nothing to draw."""
    chart, shown = charts.pairs(table, say), words.as_table(table, say)
    when = span(look.since, look.until, look.zone, say)
    return Picture(shown.title, f"{place.title[:LONGEST]} · {when}", chart, shown.notes) if chart else None


async def _file(session: Session, person: Person, place: Place, look: Look, form: str, say: Texts) -> Draft:
    """Every figure with all that is known of it; the workbook begins with the two tables as they are read."""
    tables = [
        words.as_table(one, say) for one in (await results.table(session, look), await results.kinds(session, look))
    ]
    found = await gathering.gather(session, look)
    for group in place.groups:
        await looks.note(session, person, looks.Kind.FIGURES, look.now, group_id=group.id)
    every = words.exact(found, say.plain("figures.table.all"), look.zone, say)
    content = (
        as_book([*tables, every, frames.by_level(found, say), frames.by_part(found, say)])
        if form == "xlsx"
        else ("\ufeff" + as_csv(every)).encode()
    )
    digest = await outbox.attach(session, f"sejawat-capaian.{form}", content, look.now, person.id)
    when = span(look.since, look.until, look.zone, say)
    caption = say("figures.caption", title=say.plain("figures.table.results"), place=place.title[:LONGEST], span=when)
    return document(person.tg_user_id or 0, digest, caption)


def _buttons(place: Place, period: Period, every: Sequence[Place], say: Texts) -> list[list[Button]]:
    here = f"results:{place.kind}:{marked(place)}"
    rows = [
        [button(say.plain(key), f"{here}:{one}:{SEE}") for one, key in _PERIODS.items() if one is not period],
        [
            button(say.plain("figures.button.pictures"), f"{here}:{period}:{PICTURE}"),
            *[button(say.plain(f"figures.button.{form}"), f"{here}:{period}:{form}") for form in FILES],
        ],
    ]
    for other in [one for one in every if one != place][:MOST_PLACES]:
        name = say.plain("figures.named", name=say.plain(f"dashboard.place.{other.kind}"), words=other.title)
        rows.append([button(name[:LONGEST], f"results:{other.kind}:{marked(other)}:{period}:{SEE}")])
    return rows
