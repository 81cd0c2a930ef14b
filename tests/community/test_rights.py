"""The table of rights, cell by cell."""

import pytest

from community import rights
from community.refusals import NeedsConsent, NotAllowed
from community.rights import Action
from community.roles import Role
from storage.database import Database
from tests.community.cast import a_group, somebody

T, F, C, M, G, P, A = (
    Role.TEACHER,
    Role.FACILITATOR,
    Role.COACH,
    Role.MENTOR,
    Role.COURSE_FACILITATOR,
    Role.PRINCIPAL,
    Role.AGENCY,
)
# One line per action, a letter per role that may.
EXPECTED = {
    Action.SEE_REPORT: {F, C, G, P},
    Action.SEE_DIGEST: {C, M, G},
    Action.CORRECT_TAG: {F},
    Action.SET_UP: {F},
    Action.INVITE: {F},
    Action.LIST_MEMBERS: {F},
    Action.MARK_DAYS: {F, P},
    Action.BROADCAST: {F, G},
    Action.ASK: {T},
    Action.ANSWER: {T, F, C, M, G, P},
    Action.REFLECT: {T},
    Action.TRY: {T},
    Action.ENTRUST: {F},
    Action.SHARE: {T, F, C, M, G, P},
    Action.SHOW_PIECE: {T},
    Action.GIVE_FEEDBACK: {T, F, C, M, G, P},
    Action.ANSWER_PULSE: {T, F, C, M, G, P},
    Action.SHARE_ON: {F},
    Action.ASSIGN: {F},
    Action.SEE_ASSIGNED: {F, M, G},
    Action.SEE_ANSWER_TIMES: {F, G},
    Action.SEE_MENTORS: {G},
    Action.SEE_WEEK: {F},
    Action.SEE_COUNTS: {P, A},
    Action.SEE_FIGURES: {F, C, G, P},
    Action.IMPORT: {F},
    Action.FIND: {T, F, C, M, G, P},
    Action.MAKE_PAPERS: {F, P},
    Action.SURVEY: {F, P},
    Action.SURVEY_COACHING: {F, C},
    Action.ANSWER_SURVEY: {T, F, C, M, G, P},
    Action.CODE_THEMES: {F, C, G},
}
READERS = {"me": set(), "coach": {C, M, G}, "group": {T, F, C, M, G, P}, None: set(), "everybody": set()}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", [action for action in Action if action is not Action.READ_REFLECTION])
def test_each_role_may_do_what_the_table_says_and_nothing_else(action: Action, role: Role) -> None:
    assert rights.may({role}, action) is (role in EXPECTED[action])


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("audience", READERS)
def test_a_reflection_is_read_by_its_audience_alone(audience: str | None, role: Role) -> None:
    assert rights.may({role}, Action.READ_REFLECTION, audience) is (role in READERS[audience])


@pytest.mark.parametrize("action", Action)
def test_a_stranger_may_nothing(action: Action) -> None:
    assert not rights.may((), action, "group")


@pytest.mark.parametrize("given", Role)
@pytest.mark.parametrize("giver", Role)
def test_only_a_facilitator_gives_roles_and_never_their_own_or_the_agency(giver: Role, given: Role) -> None:
    assert rights.may_give({giver}, given) is (giver is F and given in {T, C, M, G, P})
    assert rights.may_give({giver}, given, is_owner=True)


async def test_a_role_counts_in_its_own_group_only(database: Database) -> None:
    async with database.writing() as session:
        here, there = await a_group(session), await a_group(session, -7)
        hendra = await somebody(session, "Hendra", 70, group=here, roles=(F,))
        gone = await somebody(session, "Tono", 71, group=here, roles=(F,), yes=False)
        await rights.require(session, hendra, Action.INVITE, here.id)
        with pytest.raises(NotAllowed):
            await rights.require(session, hendra, Action.INVITE, there.id)
        for silent in (None, gone):
            with pytest.raises(NeedsConsent):
                await rights.require(session, silent, Action.INVITE, here.id)
