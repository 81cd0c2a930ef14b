"""The weekly letter of a pengampu about their mentors: when it is due, that it goes once, nothing where nothing is."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from community import budget, people
from community.notes import fits
from community.refusals import NeedsConsent, NotAllowed
from community.rights import ALLOWED, Action
from content.texts import Texts
from learning import own_weeks
from learning.own_weeks import GUIDES, Turn
from reports import mentors
from reports.answer_times import spoken
from reports.mentors import GroupMentors, MentorWeek
from storage.database import Session
from storage.letters import Button, Draft, Lane, button, message
from storage.models import Group, Person
from storage.outbox import post_many

ROWS = 20  # mentors of a group in one letter; fewer where so many would not fit
_NAME = 40
Page = tuple[str, list[list[Button]]]


async def send_due(session: Session, now: datetime) -> int:
    """Write the letters of this moment; gives how many people were dealt with.

    As many queries as there are groups, however many pengampu and mentors.
    """
    begun = await own_weeks.begin(session, GUIDES, now)
    due = await own_weeks.claimed(session, GUIDES, now)
    going = [turn for turn in due if turn.reaches(now)]
    known = await _known(session, {group.id: group for turn in going for group in turn.groups}, now)
    told = [(turn, _news(turn.groups, known, turn.person)) for turn in going]
    wants = [budget.Want(turn.person.id, news[0][0].id, turn.day) for turn, news in told if news]
    admitted = await budget.admit(session, wants)
    drafts = [_letter(turn, news) for turn, news in told if news and turn.person.id in admitted]
    await post_many(session, drafts, now)
    return begun + len(due)


async def _known(session: Session, groups: Mapping[int, Group], now: datetime) -> dict[int, GroupMentors]:
    return {number: await mentors.gather(session, group, now) for number, group in groups.items()}


News = list[tuple[Group, list[MentorWeek]]]


def _news(groups: Sequence[Group], known: Mapping[int, GroupMentors], reader: Person) -> News:
    """Of each group all mentors of the reader, where there is news of one of them."""
    theirs = [(group, known[group.id].of(reader.id)) for group in groups]
    return [(group, weeks) for group, weeks in theirs if any(week.is_news for week in weeks)]


def _letter(turn: Turn, news: News) -> Draft:
    person = turn.person
    words, rows = page(news, Texts(person.language))
    return message(
        person.tg_user_id or 0, words, buttons=rows, silent=True, lane=Lane.REMINDER,
        key=f"mentors:{person.id}:{budget.monday(turn.day)}", person_id=person.id, not_after=turn.not_after,
        group_id=news[0][0].id if len(news) == 1 else None,
    )  # fmt: skip


def page(news: News, say: Texts) -> Page:
    """All groups in one message, with as many mentors as fit."""
    whole = (_page(news, say, rows) for rows in range(ROWS, 0, -1))
    words = next((html for html in whole if fits(html)), _page(news[:1], say, 1))
    ways = [
        [button(say.plain("assignments.button.of", group=group.title)[:60], f"asg:page:{group.id}")]
        for group, _ in news[:ROWS]
    ]
    return words, [*ways, [button(say.plain("assignments.mentors.off"), f"wkset:{GUIDES}:0")]]


def _page(news: News, say: Texts, rows: int) -> str:
    parts = []
    for group, weeks in news:
        lines = [say("assignments.mentors.title", group=group.title[:60])]
        lines += [_line(one, say) for one in sorted(weeks, key=_need)[:rows]]
        lines += [say("assignments.more", n=len(weeks) - rows)] if len(weeks) > rows else []
        parts.append("\n".join(lines))
    return "\n\n".join([*parts, say("assignments.mentors.only_you")])


def _need(one: MentorWeek) -> tuple[int, int, int]:
    """Where something waits longest comes first, then who has been silent."""
    return -one.oldest, -one.waiting, -one.silent_for


def _line(one: MentorWeek, say: Texts) -> str:
    name = people.display(one.mentor, say)[:_NAME]
    parts = [say("assignments.mentors.line", name=name, n=one.teachers)]
    if one.waiting and one.oldest:
        parts.append(say("assignments.mentors.waiting", n=one.waiting, days=one.oldest))
    elif one.waiting:
        parts.append(say("assignments.mentors.waiting_today", n=one.waiting))
    if one.median is not None:
        parts.append(say("assignments.mentors.median", half=spoken(one.median, say), n=len(one.hours)))
    elif one.hours:
        parts.append(say("assignments.mentors.answers", n=len(one.hours)))
    if one.silent_for:
        parts.append(say("assignments.mentors.silent", days=one.silent_for))
    if one.quiet:
        parts.append(say("assignments.mentors.quiet", n=one.quiet))
    return " ".join(parts)


async def asked(session: Session, person: Person | None, say: Texts, now: datetime) -> Page:
    """The same now, of all mentors. Raises NeedsConsent, NotAllowed for who is pengampu nowhere."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    groups = await people.groups_of(session, person.id, ALLOWED[Action.SEE_MENTORS])
    if not groups:
        raise NotAllowed
    known = await _known(session, {group.id: group for group in groups}, now)
    theirs = [(group, weeks) for group in groups if (weeks := known[group.id].of(person.id))]
    return page(theirs, say) if theirs else (say("assignments.mentors.nobody"), [])
