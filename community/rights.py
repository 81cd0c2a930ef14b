"""Who may do what: one table of role, action and audience, asked by the rooms."""

from collections.abc import Collection
from enum import StrEnum

from community import people
from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from storage.database import Session
from storage.models import Person


class Action(StrEnum):
    SEE_REPORT = "see_report"
    SEE_DIGEST = "see_digest"
    CORRECT_TAG = "correct_tag"
    SET_UP = "set_up"
    INVITE = "invite"
    LIST_MEMBERS = "list_members"
    MARK_DAYS = "mark_days"
    BROADCAST = "broadcast"
    READ_REFLECTION = "read_reflection"
    ASK = "ask"
    ANSWER = "answer"
    REFLECT = "reflect"
    TRY = "try"
    ENTRUST = "entrust"
    SHARE = "share"
    SHOW_PIECE = "show_piece"
    GIVE_FEEDBACK = "give_feedback"
    ANSWER_PULSE = "answer_pulse"
    SHARE_ON = "share_on"
    ASSIGN = "assign"
    SEE_ASSIGNED = "see_assigned"
    SEE_ANSWER_TIMES = "see_answer_times"
    SEE_MENTORS = "see_mentors"  # of those assigned to oneself
    SEE_WEEK = "see_week"  # what waits in a group, and who has gone quiet
    SEE_COUNTS = "see_counts"  # figures of the week, without names
    SEE_FIGURES = "see_figures"  # exact ones of a group, on the dashboard
    IMPORT = "import"  # a conversation from elsewhere
    FIND = "find"  # in the library of a group
    MAKE_PAPERS = "make_papers"  # letterhead, invitation, attendance, minutes, report
    SURVEY = "survey"  # open one, and read what it came to
    SURVEY_COACHING = "survey_coaching"  # the same of one that is about coaching
    ANSWER_SURVEY = "answer_survey"
    CODE_THEMES = "code_themes"  # give reflections themes by hand: those that one may read, of who gave their words


_HERE = frozenset(Role) - {Role.AGENCY}  # everybody of the group itself
_ACCOMPANY = frozenset({Role.COACH, Role.MENTOR, Role.COURSE_FACILITATOR})

ALLOWED: dict[Action, frozenset[Role]] = {
    Action.SEE_REPORT: frozenset({Role.FACILITATOR, Role.COACH, Role.PRINCIPAL, Role.COURSE_FACILITATOR}),
    Action.SEE_DIGEST: _ACCOMPANY,  # there is read what the audience "coach" may read
    Action.CORRECT_TAG: frozenset({Role.FACILITATOR}),
    Action.SET_UP: frozenset({Role.FACILITATOR}),
    Action.INVITE: frozenset({Role.FACILITATOR}),
    Action.LIST_MEMBERS: frozenset({Role.FACILITATOR}),
    Action.MARK_DAYS: frozenset({Role.FACILITATOR, Role.PRINCIPAL}),
    Action.BROADCAST: frozenset({Role.FACILITATOR, Role.COURSE_FACILITATOR}),
    Action.ASK: frozenset({Role.TEACHER}),
    Action.ANSWER: _HERE,
    Action.REFLECT: frozenset({Role.TEACHER}),
    Action.TRY: frozenset({Role.TEACHER}),
    Action.ENTRUST: frozenset({Role.FACILITATOR}),
    Action.SHARE: _HERE,
    Action.SHOW_PIECE: frozenset({Role.TEACHER}),
    Action.GIVE_FEEDBACK: _HERE,
    Action.ANSWER_PULSE: _HERE,
    Action.SHARE_ON: frozenset({Role.FACILITATOR}),
    Action.ASSIGN: frozenset({Role.FACILITATOR}),
    Action.SEE_ASSIGNED: frozenset({Role.FACILITATOR, Role.MENTOR, Role.COURSE_FACILITATOR}),
    Action.SEE_ANSWER_TIMES: frozenset({Role.FACILITATOR, Role.COURSE_FACILITATOR}),
    Action.SEE_MENTORS: frozenset({Role.COURSE_FACILITATOR}),
    Action.SEE_WEEK: frozenset({Role.FACILITATOR}),
    Action.SEE_COUNTS: frozenset({Role.PRINCIPAL, Role.AGENCY}),
    Action.SEE_FIGURES: frozenset({Role.FACILITATOR, Role.COACH, Role.PRINCIPAL, Role.COURSE_FACILITATOR}),
    Action.IMPORT: frozenset({Role.FACILITATOR}),
    Action.FIND: _HERE,
    Action.MAKE_PAPERS: frozenset({Role.FACILITATOR, Role.PRINCIPAL}),
    Action.SURVEY: frozenset({Role.FACILITATOR, Role.PRINCIPAL}),
    Action.SURVEY_COACHING: frozenset({Role.FACILITATOR, Role.COACH}),
    Action.ANSWER_SURVEY: _HERE,
    Action.CODE_THEMES: frozenset({Role.FACILITATOR, Role.COACH, Role.COURSE_FACILITATOR}),
}
# A note for oneself is read by its writer alone; no role opens it.
READERS: dict[str, frozenset[Role]] = {"me": frozenset(), "coach": _ACCOMPANY, "group": _HERE}

GIVES: dict[Role, frozenset[Role]] = {
    Role.FACILITATOR: frozenset({Role.TEACHER, Role.COACH, Role.MENTOR, Role.COURSE_FACILITATOR, Role.PRINCIPAL}),
}


def may(roles: Collection[Role], action: Action, audience: str | None = None) -> bool:
    """Does one of the roles open this cell? ``audience`` (me, coach, group) belongs to READ_REFLECTION alone."""
    if action is Action.READ_REFLECTION:
        return not READERS.get(audience or "me", frozenset()).isdisjoint(roles)
    return not ALLOWED[action].isdisjoint(roles)


def may_give(roles: Collection[Role], role: Role, *, is_owner: bool = False) -> bool:
    """May somebody with these roles invite another into ``role``? Owners (ADMIN_IDS) may into every one."""
    return is_owner or any(role in GIVES.get(own, frozenset()) for own in roles)


async def require(session: Session, person: Person | None, action: Action, group_id: int) -> None:
    """Raises NeedsConsent for somebody who has not agreed, NotAllowed for a role the table does not name."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    if not may(await people.roles_in(session, person.id, group_id), action):
        raise NotAllowed
