"""How well the tagger reads what WhatsApp exports: `python -m benchmarks.tagging_exports`; the last table of tagging.

The unseen groups are written as a telephone exports them, read back by the reader of exports, and tagged and counted as
`sejawat analyze` does it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean

from community.tagging import FOUR, Tag, standard
from community.tagging.agreement import agreement
from community.tagging.messages import Groups, Message, read_messages
from community.tagging.quantify import step
from reports.shares import Share, from_tags
from tests.exports.whatsapp_written import FORMS, PROGRAM, read_back

UNSEEN = Path(__file__).parents[1] / "tests" / "data" / "unseen_conversations.jsonl"
Read = Sequence[tuple[Message, Tag]]


def lines() -> Iterator[str]:
    """The table, a row for each way of exporting."""
    messages = list(read_messages(UNSEEN))
    yield "| as the tagger gets it | macro-F1 | alpha | resources of the four | mean error | pooled | within |"
    yield "|---|---|---|---|---|---|---|"
    live = [(one, tag) for one, tag in Groups().tag_all(messages) if one["sender"] not in PROGRAM]
    yield _row("live, or from Telegram", live)
    for form in FORMS:
        yield _row(form.name, list(read_back(messages, form)))


def _row(name: str, found: Read) -> str:
    """Macro-F1, alpha; the share of resources, told and the coder's; the shares as in `benchmarks.tagging`."""
    told = agreement([(str(message["label"]), tag.label) for message, tag in found])
    groups: dict[str, list[tuple[Message, Tag]]] = {}
    for one in found:
        groups.setdefault(str(one[0]["group"]), []).append(one)
    each = [_against(members) for members in groups.values()]
    off = [mean(abs((share.value or 0) - gold) for share, gold in some) for some in each]
    within = sum((share.low or 0) <= gold <= (share.high or 0) for some in each for share, gold in some)
    whole = _against(found)
    pooled = mean(abs((share.value or 0) - gold) for share, gold in whole)
    (shared, gold), *_ = whole
    return (
        f"| {name} | {told.macro_f1:.3f} | {told.alpha or 0:.3f} | {shared.value or 0:.1%} ({gold:.1%}) "
        f"| {100 * mean(off):.1f} | {100 * pooled:.1f} | {within} of {sum(map(len, each))} |"
    )


def _against(found: Read) -> list[tuple[Share, float]]:
    """The corrected share of each of the four types, and the coder's."""
    shares = from_tags(Counter((tag.label, step(tag.confidence)) for _, tag in found), standard().doubts).of_four
    gold = Counter(str(message["label"]) for message, _ in found)
    return [(one, gold[one.label] / sum(gold[label] for label in FOUR)) for one in shares]


if __name__ == "__main__":
    print("\n".join(lines()))
