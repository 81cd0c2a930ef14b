"""What is written about pairs: the week's letter, the question whether they met, and what /pasangan shows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from community import people
from community.notes import clipped
from content.lessons import Practice
from content.texts import Texts
from storage.letters import Button, Draft, Lane, button, message
from storage.models import Group, Person

Rows = list[list[Button]]


@dataclass(frozen=True, slots=True)
class Partner:
    """A colleague of this week, and where they are from."""

    person: Person
    group: Group


def named(partners: Sequence[Partner], group_id: int, say: Texts) -> str:
    """The colleagues by name, as plain text; whoever is of another group, with its name."""
    return say.plain("learning.and").join(
        name if one.group.id == group_id else say.plain("pairs.from_group", name=name, group=one.group.title)
        for one in partners
        for name in [people.display(one.person, say)]
    )


def week(
    partners: Sequence[Partner], group_id: int, practice: Practice | None, first: Person | None, say: Texts
) -> str:
    """Whom to meet, what to look at, what is asked, and who gives ``first`` (None: the reader)."""
    parts = [say("pairs.week", names=named(partners, group_id, say))]
    if practice is not None:
        criteria = [say("pairs.criterion", label=one.label(say.language)) for one in practice.criteria]
        title = say("pairs.practice", title=practice.title(say.language))
        parts.append("\n".join([title, say("pairs.look_at"), *criteria]) if criteria else title)
    giving = say("pairs.you_first") if first is None else say("pairs.first", name=people.display(first, say))
    return "\n\n".join([*parts, say("pairs.how"), giving])


def buttons(pairing_id: int, say: Texts, met: bool | None = None, *, leave: bool = True) -> Rows:
    """We met, not yet (what was answered is not offered again), and out."""
    answers = [
        button(
            say.plain(f"pairs.button.{'met' if value else 'not_met'}"), f"pair:{'met' if value else 'not'}:{pairing_id}"
        )
        for value in (True, False)
        if met is not value
    ]
    rows = [[one] for one in answers]
    return [*rows, *way_out(say)] if leave else rows


def way_out(say: Texts) -> Rows:
    """Not paired any more."""
    return [[button(say.plain("pairs.button.leave"), "pair:out")]]


def reach(partners: Sequence[Partner], group_id: int, pairing_id: int, say: Texts) -> Rows:
    """A message passed on by the assistant, where a colleague is of another group: who shares no group has no chat."""
    if all(one.group.id == group_id for one in partners):
        return []
    names = say.plain("learning.and").join(people.display(one.person, say) for one in partners)
    return [[button(clipped(say.plain("pairs.button.write", names=names), 60), f"pair:write:{pairing_id}")]]


def talk(partners: Sequence[Partner], group_id: int, pairing_id: int, stopped: bool, say: Texts) -> Rows:
    """On the page: write, and no more messages; or, after stopping them, messages again."""
    if stopped:
        return [[button(say.plain("pairs.button.hear"), f"pair:hear:{pairing_id}")]]
    rows = reach(partners, group_id, pairing_id, say)
    return [*rows, [button(say.plain("pairs.button.stop"), f"pair:stop:{pairing_id}")]] if rows else []


def anew(
    partners: Sequence[Partner], group_id: int, pairing_id: int, met: bool | None, say: Texts
) -> tuple[str, Rows]:  # fmt: skip
    """The week has changed: with whom it goes on, or that there is nobody; why is nobody's business."""
    if not partners:
        return say("pairs.alone"), []
    rows = [*buttons(pairing_id, say, met, leave=False), *reach(partners, group_id, pairing_id, say), *way_out(say)]
    return say("pairs.anew", names=named(partners, group_id, say)), rows


def key_anew(monday: date, group_id: int, person_id: int, partner_ids: Collection[int] | None = None) -> str:
    """The debt: told once that these are the partners now; without them what all such keys of a person begin with."""
    told = "" if partner_ids is None else "+".join(map(str, sorted(partner_ids))) or "0"
    return f"pair:anew:{monday}:{group_id}:{person_id}:{told}"


def key(monday: date, group_id: int, person_id: int, *, asks: bool = False) -> str:
    """The debt: once a week a partner, and once the question whether they met."""
    return f"pair:{'asks:' if asks else ''}{monday}:{group_id}:{person_id}"


def letter(
    person: Person, group_id: int, words: str, rows: Rows, debt: str, due_at: datetime, not_after: datetime
) -> Draft:
    """In private and silent, not later than that evening."""
    return message(
        person.tg_user_id or 0, words, buttons=rows, silent=True, key=debt, lane=Lane.REMINDER, due_at=due_at,
        not_after=not_after, person_id=person.id, group_id=group_id,
    )  # fmt: skip
