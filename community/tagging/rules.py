"""The codebook as small rules in its own order; the first that answers decides."""

from collections.abc import Callable

from community.tagging import cheering, consulting, formulas, organising, sharing, wordless
from community.tagging.kept import Kept
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
    for rule in fitting(reading):
        verdict = rule(reading)
        if verdict is not None:
            return verdict
    return formulas.unclear(reading)


def fitting(reading: Reading) -> tuple[Rule, ...]:
    """The rules that may have something to say about a message that shows this, in their order."""
    wanted = _WANTED[ALWAYS] | _WANTED.get(reading.said.kind, 0)
    for signal in reading.hits:
        if signal in _WANTED:
            wanted |= _WANTED[signal]
    if reading.asks:
        wanted |= _WANTED[QUESTION]
    if reading.links:
        wanted |= _WANTED[LINK]
    if not reading.words:
        wanted |= _WANTED[WORDLESS]
    return _rules[wanted]


def _wanted() -> dict[str, int]:
    """By what a message shows the rules that need it, a bit for each."""
    found: dict[str, int] = {}
    for place, (_, needs) in enumerate(RULES):
        for one in needs:
            found[one] = found.get(one, 0) | 1 << place
    return found


_WANTED = _wanted()
_rules: Kept[int, tuple[Rule, ...]] = Kept(
    lambda wanted: tuple(rule for place, (rule, _) in enumerate(RULES) if wanted >> place & 1), 1 << 12
)
"""By the bits that are set."""
