"""Every figure of the catalogue for some groups and some time, each with its source or the reason why it is none."""

from content.figures import Entry, catalogue
from reports.dashboard.values import Look
from reports.figures import answered, competences, cycles, entered, plans, rhythms, surveyed, teachers
from reports.figures.sums import of_all
from reports.figures.values import Figure, missing, of_messages
from storage.database import Session

# They are no figures of their own: tables, labels of instruments, and what `sejawat evaluate` makes of two sheets.
ELSEWHERE = frozenset({"levels", "cipp", "results", "ancova", "effect", "sample", "rubric-gain"})


async def gather(session: Session, look: Look) -> tuple[Figure, ...]:
    """All figures in the order of the catalogue; one without data is there, too, and says so. A page needs fewer."""
    here = await teachers.teachers(session, look)
    period = (look.since, look.until)
    shares = await look.shares(session)
    found = [
        *[of_messages(f"talk.{one.label}", one, period) for one in shares.of_four],
        *[of_messages(f"talk.all-{one.label}", one, period) for one in shares.of_all],
        *await teachers.participation(session, look, here, period),
        *await teachers.technology(session, look, here, period),
        *[one for _, one in await entered.facilitation(session, look)],
        *[one for make in TOGETHER for one in await of_all(session, look, make)],
        *await surveyed.asked(session, look, "plca"),
        *await surveyed.obstacles(session, look),
        *answered.latest(await answered.ladder(session, look)),
        *[one for name in SURVEYS for one in (await surveyed.of_survey(session, look, name))[-1:]],
        *await cycles.modules(session, look),
    ]
    by_entry: dict[str, list[Figure]] = {name: [] for name in catalogue()}
    for one in found:
        by_entry[one.id].append(one)
    return tuple(one for name, parts in by_entry.items() for one in parts or _without(catalogue()[name], look))


def _without(entry: Entry, look: Look) -> list[Figure]:
    """A constant as it is known; of the others, that there is nothing, and why."""
    if entry.source == "constant":
        return known(entry, look)
    if entry.id in ELSEWHERE:
        return []
    return [missing(entry.id, entry.unit, entry.source, (look.since, look.until))]


def known(entry: Entry, look: Look) -> list[Figure]:
    """The values of a constant, which is beside that time and not of it."""
    names = [f"{entry.id}.{at}" for at in range(len(entry.values))]
    return [
        Figure(name, one.value, entry.unit, "constant", (look.since, look.until))
        for name, one in zip(names, entry.values, strict=True)
    ]


# Instruments of which the latest month (or week) is told as a share.
SURVEYS = ("strategies", "motivation", "confidence", "coaching-satisfaction")
# What keeps back what would point at somebody: of several groups by the rule of sums.
TOGETHER = (
    entered.observed, rhythms.planned, plans.told, cycles.harmoni, cycles.media, rhythms.feedback, answered.engagement,
    answered.digital, competences.told, teachers.showed,
)  # fmt: skip
