"""Who may do what in a cycle: one table of side and act, and who reads a note of which audience (I7, I8)."""

from enum import StrEnum

from community.roles import Role


class Act(StrEnum):
    SEE = "see"  # where it stands, dates and promises
    READ = "read"  # notes for both
    ANSWER = "answer"
    PROMISE = "promise"
    END_STEP = "end_step"
    MOVE = "move"  # a due date
    PAUSE = "pause"
    REOPEN = "reopen"
    HAND_OVER = "hand_over"
    NAME_STAND_IN = "name_stand_in"
    STOP = "stop"
    SEE_HISTORY = "see_history"
    OPEN_NOTES = "open_notes"  # earlier notes to a coach who came later
    OBSERVE = "observe"  # begin an observation at a step that asks for one
    MAKE = "make"  # a version of the module, and what its criteria come to
    HOLD = "hold"  # who holds a step of a group's cycle
    SHOW_BOARD = "show_board"  # of a group's cycle, in its group
    GO_ON = "go_on"  # the next round, or the workflow that follows
    OFFER_TIMES = "offer_times"
    ASK_FOR_TIME = "ask_for_time"
    PICK_TIME = "pick_time"
    CHANGE_SESSION = "change_session"  # move or cancel, with a reason
    SAY_MET = "say_met"


class Side(StrEnum):
    COACH = "coach"
    COACHEE = "coachee"
    STAND_IN = "stand_in"


_BOTH = frozenset({Side.COACH, Side.COACHEE})
ALLOWED: dict[Act, frozenset[Side]] = {
    Act.SEE: frozenset(Side),
    Act.READ: _BOTH,
    Act.ANSWER: _BOTH,
    Act.PROMISE: _BOTH,
    Act.END_STEP: _BOTH,
    Act.MOVE: _BOTH,
    Act.PAUSE: _BOTH,
    Act.REOPEN: _BOTH,
    Act.HAND_OVER: frozenset({Side.COACH}),
    Act.NAME_STAND_IN: frozenset({Side.COACH}),
    Act.STOP: _BOTH,
    Act.SEE_HISTORY: _BOTH,
    Act.OPEN_NOTES: frozenset({Side.COACHEE}),
    Act.OBSERVE: _BOTH,
    Act.MAKE: _BOTH,
    Act.HOLD: _BOTH,
    Act.SHOW_BOARD: frozenset({Side.COACH}),
    Act.GO_ON: _BOTH,
    Act.OFFER_TIMES: frozenset({Side.COACH}),
    Act.ASK_FOR_TIME: frozenset({Side.COACHEE}),
    Act.PICK_TIME: frozenset({Side.COACHEE}),
    Act.CHANGE_SESSION: _BOTH,
    Act.SAY_MET: _BOTH,
}
AUDIENCES = ("me", "both")
# A note for oneself is read by its writer alone; a stand-in reads none.
READERS: dict[str, frozenset[Side]] = {"me": frozenset(), "both": _BOTH}

# Who may sit on a side: the role somebody must hold in the cycle's group, as long as they sit there.
ACCOMPANIES = frozenset({Role.COACH, Role.MENTOR, Role.COURSE_FACILITATOR, Role.PRINCIPAL})
_LEARNS = frozenset({Role.TEACHER})
# Who brings and withdraws a school's own workflow: those who look after a group of that school.
BRINGS = frozenset({Role.PRINCIPAL, Role.FACILITATOR})
ROLES: dict[str, dict[Side, frozenset[Role]]] = {
    "coach": {Side.COACH: ACCOMPANIES, Side.COACHEE: _LEARNS, Side.STAND_IN: ACCOMPANIES},
    "colleagues": {Side.COACH: _LEARNS, Side.COACHEE: _LEARNS, Side.STAND_IN: _LEARNS},
    "group": {Side.COACH: ACCOMPANIES | {Role.FACILITATOR}, Side.COACHEE: _LEARNS, Side.STAND_IN: ACCOMPANIES},
}
# Whoever may sit on some side of some cycle: for others there is nothing to begin.
BEGINS = frozenset(role for sides in ROLES.values() for roles in sides.values() for role in roles)


def may(side: Side | None, act: Act) -> bool:
    """Does that side (None: nobody of this cycle) have this cell of the table?"""
    return side in ALLOWED[act]


def reads(side: Side | None, audience: str, *, is_writer: bool = False) -> bool:
    """Is a note of that audience open to that side? Its writer reads it as long as they sit in the cycle."""
    return side is not None and (is_writer or side in READERS.get(audience, frozenset()))


class Part(StrEnum):
    """Whose scores they are: an observation has parts of its own, and either side of the cycle may hold either."""

    OBSERVED = "observed"
    OBSERVER = "observer"
    SECOND = "second"  # a colleague whom the one who is watched has asked in; no seat in the cycle goes with it


class Look(StrEnum):
    SEE = "see"  # what is watched, and whose scores are still to come
    NOTE = "note"
    TICK = "tick"  # the check sheet before the lesson
    SCORE = "score"  # one's own
    READ = "read"  # all scores and notes, once each has given theirs
    CURVE = "curve"
    INVITE = "invite"  # a second observer
    RELEASE = "release"  # a second observer who has not given scores
    DROP = "drop"  # an observation nobody has scored


_TWO = frozenset({Part.OBSERVED, Part.OBSERVER})
LOOKS: dict[Look, frozenset[Part]] = {
    Look.SEE: frozenset(Part),
    Look.NOTE: frozenset({Part.OBSERVER, Part.SECOND}),
    Look.TICK: _TWO,
    Look.SCORE: frozenset(Part),
    Look.READ: _TWO,
    Look.CURVE: _TWO,
    Look.INVITE: frozenset({Part.OBSERVED}),
    Look.RELEASE: frozenset(Part),
    Look.DROP: frozenset({Part.OBSERVER}),
}


def may_look(part: Part, look: Look) -> bool:
    """Does that part of an observation have this cell of the table?"""
    return part in LOOKS[look]


class Chair(StrEnum):
    """What somebody is to one meeting of a group; one person may be several of these."""

    PLANNER = "planner"
    LEADER = "leader"
    MEMBER = "member"


class Meet(StrEnum):
    SEE = "see"  # when, who leads, the agenda, the minutes
    PLAN = "plan"  # a new one, and who is asked to lead it
    LEAD = "lead"  # yes or no to leading it
    WRITE = "write"  # agenda, minutes, who was there
    CALL_OFF = "call_off"  # or move it
    SCORE = "score"  # the three signs, for whoever was there
    READ_SCORES = "read_scores"  # how one's own leading was seen


PLANS = frozenset({Role.FACILITATOR, Role.PRINCIPAL, Role.COACH})
LEADS = frozenset({Role.TEACHER, Role.FACILITATOR})  # facilitators rotate among these
MEETS: dict[Meet, frozenset[Chair]] = {
    Meet.SEE: frozenset(Chair),
    Meet.PLAN: frozenset({Chair.PLANNER}),
    Meet.LEAD: frozenset({Chair.LEADER}),
    Meet.WRITE: frozenset({Chair.PLANNER, Chair.LEADER}),
    Meet.CALL_OFF: frozenset({Chair.PLANNER}),
    Meet.SCORE: frozenset({Chair.MEMBER}),
    Meet.READ_SCORES: frozenset({Chair.LEADER}),
}
