"""What came of the talk of many groups in a stretch: asked, answered, still open, and gathered by their libraries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from community import answers
from community.answers import Question
from community.library import gathered
from community.library.gathered import Gathered
from storage.database import Session


@dataclass(slots=True)
class Outcome:
    """One group's. ``waiting`` are the questions nobody has answered by now, the oldest first."""

    asked: int = 0
    waiting: list[Question] = field(default_factory=list)
    collected: Gathered = field(default_factory=Gathered)

    @property
    def answered(self) -> int:
        return self.asked - len(self.waiting)

    def counts(self) -> dict[str, int]:
        """As a sentence takes them."""
        return {"n": self.asked, "answered": self.answered, "open": len(self.waiting)}

    @property
    def is_empty(self) -> bool:
        return not (self.asked or self.collected.shared or self.collected.solved)


async def of_groups(session: Session, since: Mapping[int, datetime], until: datetime) -> dict[int, Outcome]:
    """By group, from the group's own moment to ``until``, excluded; two queries."""
    found = {number: Outcome() for number in since}
    for one in await answers.questions(session, since, until):
        found[one.group_id].asked += 1
        if not one.is_answered:
            found[one.group_id].waiting.append(one)
    for number, collected in (await gathered.of_groups(session, since, until)).items():
        found[number].collected = collected
    return found
