"""/pendampingan: which model a group goes by, who accompanies whom, and taps that change it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from community import assignments, people, rights
from community.assignments import GUIDES, LEADS, LINKS, MENTORS, MODELS, Link, Standing
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from community.roles import Role
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, button
from storage.models import Group, Person

Page = tuple[str, list[list[Button]]]
LETTERS = {"a": LEADS, "b": GUIDES, "c": MENTORS}  # a kind of accompanying, in a button
_LETTER_OF = {link: letter for letter, link in LETTERS.items()}
SHOWN = 20  # people on a page
_NAME = 40
_SEES = rights.ALLOWED[Action.SEE_ASSIGNED]


async def choose(session: Session, person: Person | None, say: Texts) -> Page:
    """/pendampingan: the page of the only group one sees, else the question which. Raises NeedsConsent, NotAllowed."""
    if person is None:
        raise NeedsConsent
    groups = await people.groups_of(session, person.id, _SEES)
    if not groups:
        raise NotAllowed
    if len(groups) == 1:
        return await page(session, person, groups[0].id, say)
    rows = [[button(group.title[:60], f"asg:page:{group.id}")] for group in groups[:90]]
    return say("assignments.which"), rows


def way(group_id: int, say: Texts) -> list[list[Button]]:
    """From the end of /aturgrup to the page."""
    return [[button(say.plain("assignments.button.page"), f"asg:page:{group_id}")]]


async def page(session: Session, person: Person | None, group_id: int, say: Texts, note: str = "") -> Page:
    """Who accompanies whom; of a mentor their own alone. Raises NeedsConsent, NotAllowed."""
    await rights.require(session, person, Action.SEE_ASSIGNED, group_id)
    group = await session.get(Group, group_id)
    if group is None or person is None:
        raise NotAllowed
    here = await assignments.standing(session, group)
    roles = await people.roles_in(session, person.id, group_id)
    parts = [note] if note else []
    parts += [say("assignments.title", group=group.title), _model(here, say)]
    if not rights.may(roles, Action.SEE_ANSWER_TIMES):
        return "\n\n".join([*parts, *_own(here, person, say)]), []
    parts += [_of_link(here, link, say) for link in here.links]
    rows = _setting(here, say) if rights.may(roles, Action.ASSIGN) else []
    if GUIDES in here.links and rights.may(roles, Action.SEE_MENTORS):
        rows.append([button(say.plain("assignments.button.mentors"), "asg:mentors")])
    rows.append([button(say.plain("assignments.button.times"), f"asg:times:{group_id}")])
    return "\n\n".join(parts), rows


def _model(here: Standing, say: Texts) -> str:
    words = say(f"assignments.model.{here.model or 'none'}")
    if here.model is None:
        return words
    return words + " " + say(f"assignments.model.{'chosen' if here.group.model else 'by_roles'}")


def _of_link(here: Standing, link: Link, say: Texts) -> str:
    """A line for each who may accompany, with how many; and how many nobody accompanies."""
    counted = Counter(here.set[link].values())
    lines = [say(f"assignments.kind.{_LETTER_OF[link]}")]
    for one in here.holders[link.by][:SHOWN]:
        lines.append(say("assignments.line", name=people.display(one, say)[:_NAME], n=counted[one.id]))
    if more := len(here.holders[link.by]) - SHOWN:
        lines += [say("assignments.more", n=more)] if more > 0 else []
    if not here.holders[link.by]:
        lines.append(say(f"assignments.nobody.{_LETTER_OF[link]}"))
    elif waiting := len(here.without(link)):
        lines.append(say("assignments.waiting", n=waiting))
    return "\n".join(lines)


def _own(here: Standing, person: Person, say: Texts) -> list[str]:
    """Of a mentor: whom they accompany, by name, and who accompanies them."""
    mine = [one for one in here.holders[Role.TEACHER] if here.set[MENTORS].get(one.id) == person.id]
    parts = [say("assignments.yours", names=_names(mine, say))] if mine else [say("assignments.yours_nobody")]
    guide = here.set[GUIDES].get(person.id)
    theirs = [one for one in here.holders[Role.COURSE_FACILITATOR] if one.id == guide]
    return [*parts, say("assignments.your_guide", name=people.display(theirs[0], say))] if theirs else parts


def _names(them: Sequence[Person], say: Texts) -> str:
    return ", ".join(people.display(one, say)[:_NAME] for one in them)


def _setting(here: Standing, say: Texts) -> list[list[Button]]:
    """What a facilitator may tap: share out, each who accompanies, the other model."""
    number = here.group.id
    rows = []
    if any(here.without(link) for link in here.links):
        rows.append([button(say.plain("assignments.button.even"), f"asg:even:{number}")])
    for link in here.links:
        for one in here.holders[link.by][:SHOWN]:
            label = say.plain(f"assignments.button.pick_{_LETTER_OF[link]}", name=people.display(one, say)[:_NAME])
            rows.append([button(label, f"asg:pick:{number}:{_LETTER_OF[link]}:{one.id}:0")])
    others = [model for model in (*MODELS, 0) if model != (here.group.model or 0)]
    rows.append([button(say.plain(f"assignments.button.model_{one}"), f"asg:model:{number}:{one}") for one in others])
    rows.append([button(say.plain("assignments.button.buddy"), f"asg:buddy:{number}")])
    return rows


async def pick(
    session: Session, person: Person | None, group_id: int, letter: str, by_id: int, part: int, say: Texts
) -> Page:
    """Whom one accompanies, a name a button. Raises NeedsConsent, Refusal for whoever may not set it."""
    try:
        await rights.require(session, person, Action.ASSIGN, group_id)
    except NotAllowed:
        raise Refusal("assignments.facilitator_sets") from None
    group, link = await session.get(Group, group_id), LETTERS.get(letter)
    here = await assignments.standing(session, group) if group else None
    by = next((one for one in here.holders[link.by] if one.id == by_id), None) if here and link else None
    if here is None or link is None or by is None or link not in LINKS[here.model]:
        return await page(session, person, group_id, say)
    able = [one for one in here.holders[link.of] if one.id != by.id]
    part = min(part, max(len(able) - 1, 0) // SHOWN)
    place = f"{group_id}:{letter}:{by.id}"
    rows = [
        [button(_label(one, by, here, link, say), f"asg:set:{place}:{one.id}:{part}")]
        for one in able[part * SHOWN : (part + 1) * SHOWN]
    ]
    turning = [("back", part - 1)] if part else []
    turning += [("next", part + 1)] if (part + 1) * SHOWN < len(able) else []
    rows.append([button(say.plain(f"schedule.way.{name}"), f"asg:pick:{place}:{to}") for name, to in turning])
    rows.append([button(say.plain("assignments.button.page"), f"asg:page:{group_id}")])
    words = say(f"assignments.pick_{letter}", name=people.display(by, say), group=here.group.title)
    return words, [row for row in rows if row]


def _label(one: Person, by: Person, here: Standing, link: Link, say: Texts) -> str:
    """ "✓ Sari" of theirs, "Tono · Made" of somebody else's, the bare name of who has nobody."""
    name, theirs = people.display(one, say)[:_NAME], here.set[link].get(one.id)
    if theirs == by.id:
        return f"✓ {name}"
    other = next((who for who in here.holders[link.by] if who.id == theirs), None)
    return f"{name} · {people.display(other, say)}"[:60] if other else name


async def assigned(
    session: Session, person: Person | None, group_id: int, letter: str, by_id: int, of_id: int, part: int,
    say: Texts, now: datetime,
) -> Page:  # fmt: skip
    """A name was tapped; the page stands as it is now. Raises as pick."""
    if letter in LETTERS:
        await assignments.assign(session, person, group_id, LETTERS[letter], by_id, of_id, now)
    return await pick(session, person, group_id, letter, by_id, part, say)


async def shared(session: Session, person: Person | None, group_id: int, say: Texts, now: datetime) -> Page:
    """Bagi rata: who has nobody gets somebody. Raises NeedsConsent, Refusal."""
    n = await assignments.share_out(session, person, group_id, now)
    note = say("assignments.shared", n=n) if n else say("assignments.shared_nobody")
    return await page(session, person, group_id, say, note)


async def modelled(session: Session, person: Person | None, group_id: int, chosen: int, say: Texts) -> Page:
    """The other model. Raises NeedsConsent, Refusal."""
    await assignments.choose_model(session, person, group_id, chosen)
    return await page(session, person, group_id, say)
