"""What /program shows of a group's clock: where it stands, what is open and next, and what may be set."""

from community import calendar
from content import courses
from content.texts import Texts
from handlers.visiting import Visit
from learning import course
from learning.course import Page, Standing, Step
from storage.letters import Button, button

MOST_OPEN = 6

Shown = tuple[str, list[list[Button]]]


async def page(visit: Visit, group_id: int) -> Shown:
    """Words and buttons of one group's clock, for who facilitates it."""
    found, say = await course.of_group(visit.session, visit.person, group_id, visit.now), visit.say
    words, rows = _nothing(found, say) if found.standing is None else _standing(found, found.standing, say)
    return words, [*rows, [button(say.plain("course.page.back"), f"prog:{group_id}")]]


def _nothing(found: Page, say: Texts) -> Shown:
    kbp = next(iter(courses.house().values()))
    rows = [
        [button(say.plain("course.page.begin"), f"crnew:{found.group.id}")],
        [button(say.plain("course.page.join"), f"crjoin:{found.group.id}")],
    ]
    about = kbp.words.of(say.language)
    return say("course.page.nothing", title=found.group.title, months=kbp.months, about=about), rows


def _standing(found: Page, standing: Standing, say: Texts) -> Shown:
    return "\n\n".join(_told(found, standing, say)), _rows(found, standing, say)


def _told(found: Page, standing: Standing, say: Texts) -> list[str]:
    title, programme, zone = found.group.title, standing.programme, found.group.zone
    if standing.stage is not None:
        stage, about = standing.stage.title.of(say.language), standing.stage.words.of(say.language)
        parts = [say("course.page.standing", programme=programme.title, title=title, month=standing.month,
                     months=standing.course.months, stage=stage, about=about)]  # fmt: skip
    elif standing.month == 0:
        day = calendar.spoken(programme.started_on, say)
        parts = [say("course.page.before", programme=programme.title, title=title, day=day)]
    else:
        parts = [say("course.page.after", programme=programme.title, title=title)]
    if len(standing.groups) > 1:
        parts.append(say("course.page.together", groups=", ".join(group.title for group in standing.groups)))
    parts.append(say("course.page.done", n=standing.done))
    for key, steps in (("open", standing.open[:MOST_OPEN]), ("next", standing.ahead)):
        if steps:
            lines = [_line(step, zone, say) for step in steps]
            parts.append("\n".join([say("course.page.open" if key == "open" else "course.page.next"), *lines]))
    return [*parts, _meeting(found, say)]


def _line(step: Step, zone: str, say: Texts) -> str:
    day = calendar.spoken(calendar.local_day(step.row.due_at, zone), say)
    return say("course.page.line", day=day, title=step.event.title.of(say.language))


def _meeting(found: Page, say: Texts) -> str:
    if found.meeting is None:
        return say("course.page.no_meeting")
    weekday = say.plain("common.weekdays").split()[found.meeting.weekday]
    return say("course.page.meeting", weekday=weekday, hour=found.meeting.wall.replace(":", "."))


def _rows(found: Page, standing: Standing, say: Texts) -> list[list[Button]]:
    """What is open to be ticked off, then what may be set."""
    rows = [
        [button(say.plain("course.page.mark", title=step.event.title.of(say.language))[:60], f"crdone:{step.row.id}:p")]
        for step in standing.open[:MOST_OPEN]
    ]
    rows.append([button(say.plain("course.page.meet"), f"crday:{found.group.id}")])
    last = [("leave", "crout")] if len(standing.groups) > 1 else []
    last += [("end", "crend")] if standing.leads_all else []
    return [*rows, [button(say.plain(f"course.page.{key}"), f"{data}:{found.group.id}") for key, data in last]]
