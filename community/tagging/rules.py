"""The codebook as small rules in its own order; the first that answers decides."""

from collections.abc import Callable
from functools import lru_cache

from community.tagging import cheering, consulting, formulas, organising, sharing, wordless
from community.tagging.reading import Reading
from community.tagging.verdict import ASKS, TROUBLE, Verdict

Rule = Callable[[Reading], Verdict | None]

ALWAYS = "always"
LINK, WORDLESS, QUESTION = "a link", "no words", "a question"
LAUGHS, ACKNOWLEDGES = "other.laughs", "other.acknowledges"
PRAISES = ("motivation.praise", "motivation.encourages")
REMINDS = tuple(f"coordination.{name}" for name in ("event", "when", "instructs", "reminds"))

RULES: tuple[tuple[Rule, set[str]], ...] = (
    (formulas.system_line, {ALWAYS}),
    (formulas.poll, {"poll"}),
    (wordless.bare_link, {LINK}),
    (wordless.bare_media, {WORDLESS}),
    (wordless.bare_emoji, {WORDLESS}),
    (formulas.nothing_said, {WORDLESS}),
    (formulas.formula, {"other.greeting", "other.holiday", "other.introduces", LAUGHS}),
    (formulas.bare_answer, {"coordination.agrees", "coordination.reports", ACKNOWLEDGES, LAUGHS}),
    (formulas.aamiin, {"motivation.aamiin"}),
    (formulas.sells_or_chats, {"other.sells", "other.chat"}),
    (cheering.mourns_or_wishes, {"motivation.condolence", "motivation.prayer", "motivation.congratulates"}),
    (sharing.hands_over, {LINK, *wordless.MEDIA}),
    (organising.sets_deadline, {"coordination.deadline"}),
    (consulting.asks_for_help, {*ASKS, *TROUBLE}),
    (organising.announces, {*REMINDS}),
    (organising.asks_logistics, {QUESTION}),
    (consulting.other_question, {QUESTION}),
    (organising.says_absent, {"coordination.absent"}),
    (cheering.thanks, {"motivation.thanks"}),
    (sharing.offers, {"resource.hands_over", "resource.material", "resource.steps"}),
    (cheering.short_praise, {*PRAISES}),
    (consulting.gives_advice, {ALWAYS}),
    (cheering.cheers, {*PRAISES, "motivation.good_news"}),
    (consulting.shares_problem, {"consultation.advises", "consultation.problem"}),
    (formulas.reflects, {"other.reflects"}),
    (formulas.chats, {"other.sells", "other.chat", LAUGHS}),
    (organising.in_coordination, {ALWAYS}),
    (formulas.unclear, {ALWAYS}),
)
"""Each rule with what it needs: one of these signals or marks must be there, or it has nothing to say."""


def judge(reading: Reading) -> Verdict:
    """The answer of the first rule that fits."""
    shown = frozenset(reading.hits)
    for rule in fitting(shown, reading.said.kind, reading.asks, bool(reading.links), not reading.words):
        verdict = rule(reading)
        if verdict is not None:
            return verdict
    return formulas.unclear(reading)


@lru_cache(maxsize=1 << 12)
def fitting(signals: frozenset[str], kind: str, asks: bool, linked: bool, wordless: bool) -> tuple[Rule, ...]:
    """The rules that may have something to say about a message that shows this, in their order."""
    marks = {ALWAYS, kind, *(mark for mark, is_so in ((QUESTION, asks), (LINK, linked), (WORDLESS, wordless)) if is_so)}
    return tuple(rule for rule, needs in RULES if not needs.isdisjoint(signals | marks))
