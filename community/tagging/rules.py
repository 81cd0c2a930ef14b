"""The codebook as small rules in its own order; the first that answers decides."""

from collections.abc import Callable

from community.tagging import cheering, consulting, formulas, organising, sharing, wordless
from community.tagging.reading import Reading
from community.tagging.verdict import Verdict

Rule = Callable[[Reading], Verdict | None]

RULES: tuple[Rule, ...] = (
    formulas.system_line,
    formulas.poll,
    wordless.bare_link,
    wordless.bare_media,
    wordless.bare_emoji,
    formulas.nothing_said,
    formulas.formula,
    formulas.bare_answer,
    formulas.aamiin,
    formulas.sells_or_chats,
    cheering.mourns_or_wishes,
    sharing.hands_over,
    organising.sets_deadline,
    consulting.asks_for_help,
    organising.announces,
    organising.asks_logistics,
    consulting.other_question,
    organising.says_absent,
    cheering.thanks,
    sharing.offers,
    cheering.short_praise,
    consulting.gives_advice,
    cheering.cheers,
    consulting.shares_problem,
    formulas.reflects,
    formulas.chats,
    organising.in_coordination,
    formulas.unclear,
)


def judge(reading: Reading) -> Verdict:
    """The answer of the first rule that fits."""
    for rule in RULES:
        verdict = rule(reading)
        if verdict is not None:
            return verdict
    return formulas.unclear(reading)
