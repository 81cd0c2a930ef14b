"""Reads `content/workflows`: a coaching cycle as data, step by step, with what is asked and what must exist.

A school may bring a file of its own; it is checked by the same rules. A cycle that runs keeps the workflow as it was.
"""

import logging
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from content.bilingual import Form, Id, Title, Words, once
from content.flaws import Flaw, fitted, misfit
from content.marked import Problem, Source
from content.texts import LANGUAGES, Texts

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "workflows"
STEPS = 12
END = "end"  # where the last step leads

# Whose hands a step or a question is in. A group's cycle has makers instead of one coachee.
Side = Literal["coach", "coachee", "both"]
Audience = Literal["me", "both"]
# What must exist before a step may end, beside its required answers; coaching.needs knows how each is looked up.
Need = Literal["commitments", "plan", "support", "evidence", "observation", "session", "version", "criteria"]


class BadWorkflow(ValueError):
    """A workflow that cannot be used; the message names file, line and what is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class Option(Form):
    """One thing to tap."""

    id: Id
    title: Title


class Ask(Form):
    """One question of a step. ``words`` may be answered by text or voice, ``evidence`` by photo, file or link."""

    id: Id
    of: Side
    ask: Words
    answer: Literal["words", "choice", "several", "scale", "evidence", "yes"] = "words"
    options: Annotated[tuple[Option, ...], Field(max_length=8)] = ()
    audience: Audience = "me"  # before the writer chooses: who reads the answer
    fixed: bool = False  # the writer does not choose: what is agreed is for both
    required: bool = True

    @model_validator(mode="before")
    @classmethod
    def _agreed_is_for_both(cls, given: Any) -> Any:
        """What is fixed need not say that both read it."""
        return {"audience": "both"} | given if isinstance(given, dict) and given.get("fixed") is True else given

    @model_validator(mode="after")
    def _options_where_tapped(self) -> Self:
        tapped = self.answer in {"choice", "several", "scale"}
        if tapped and len(self.options) < 2:
            raise misfit("too_few", ("options",), least=2)
        if not tapped and self.options:
            raise misfit("extra", ("options",))
        if self.fixed and self.audience == "me":
            raise misfit("only_both", ("audience",))
        once("options", self.options)
        return self


class Branch(Form):
    """After that answer the cycle goes on at another step."""

    ask: Id
    answer: Id = Field(alias="is")
    to: Id


class Step(Form):
    """One step: who acts, within how many working days, what is asked, what must exist, what follows."""

    id: Id
    letter: Annotated[str | None, Field(max_length=2)] = None
    title: Title
    words: Words
    by: Side
    days: Annotated[int, Field(ge=1, le=60)]  # working days from the opening of the step
    asks: Annotated[tuple[Ask, ...], Field(max_length=12)] = ()
    needs: tuple[Need, ...] = ()
    branches: Annotated[tuple[Branch, ...], Field(alias="go", max_length=6)] = ()
    follows: Id | None = Field(default=None, alias="next")  # None: the step below

    @model_validator(mode="after")
    def _of_one_piece(self) -> Self:
        once("asks", self.asks)
        for at, branch in enumerate(self.branches):
            asked = next((one for one in self.asks if one.id == branch.ask), None)
            if asked is None or not asked.options:
                raise misfit("no_choice_here", ("go", at, "ask"), id=branch.ask)
            if branch.answer not in {option.id for option in asked.options}:
                raise misfit("no_option_here", ("go", at, "is"), id=branch.answer)
        for at, one in enumerate(self.asks):
            if one.required and self.by not in {"both", one.of}:
                # Nothing would make the other side answer it: their part of this step is none.
                raise misfit("not_theirs", ("asks", at, "of"), of=one.of, by=self.by)
        return self

    def asked(self, name: str) -> Ask | None:
        """The question of that id."""
        return next((one for one in self.asks if one.id == name), None)


class Workflow(Form):
    """A cycle from first contact to closing: of a coach and a teacher, of colleagues, or of a group."""

    id: Annotated[Id, Field(max_length=32)]
    version: Annotated[int, Field(ge=1)] = 1
    between: Literal["coach", "colleagues", "group"]
    title: Title
    words: Words
    sides: dict[Literal["coach", "coachee"], Title]  # what the two sides are called
    repeats: Literal["fortnight", "month", "semester"] | None = None  # a next round is offered at closing
    then: Id | None = None  # another workflow, of the house or the same school, that is offered at closing
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=STEPS)]

    @model_validator(mode="after")
    def _leads_to_an_end(self) -> Self:
        once("steps", self.steps)
        for side in ("coach", "coachee"):
            if side not in self.sides:
                raise misfit("missing", ("sides", side))
        known = {step.id for step in self.steps} | {END}
        for at, step in enumerate(self.steps):
            for place, branch in enumerate(step.branches):
                if branch.to not in known:
                    raise misfit("no_step", ("steps", at, "go", place, "to"), id=branch.to)
            if step.follows is not None and step.follows not in known:
                raise misfit("no_step", ("steps", at, "next"), id=step.follows)
        self._all_reached()
        if not any("commitments" in step.needs for step in self.steps):
            raise misfit("no_commitments", ("steps",))
        return self

    def _all_reached(self) -> None:
        """Every step is come to, and from every step there is a way to the end."""
        ways = {step.id: set(self.ways(step)) for step in self.steps}
        reached, ahead = set[str](), [self.steps[0].id]
        while ahead:
            here = ahead.pop()
            if here not in reached and here != END:
                reached.add(here)
                ahead += ways[here]
        ends, size = {END}, 0
        while len(ends) != size:
            size = len(ends)
            ends |= {step for step, on in ways.items() if on & ends}
        for at, step in enumerate(self.steps):
            if step.id not in reached:
                raise misfit("never_reached", ("steps", at, "id"), id=step.id)
            if step.id not in ends:
                raise misfit("never_ends", ("steps", at, "id"), id=step.id)

    def ways(self, step: Step) -> Iterator[str]:
        """Where a step may lead, its own way on last."""
        yield from (branch.to for branch in step.branches)
        yield self.onward(step)

    def onward(self, step: Step) -> str:
        """The step after this one where no branch fits; END after the last."""
        if step.follows is not None:
            return step.follows
        at = self.steps.index(step) + 1
        return self.steps[at].id if at < len(self.steps) else END

    def step(self, name: str) -> Step | None:
        """The step of that id; None for END and for one that is not there."""
        return next((one for one in self.steps if one.id == name), None)

    def to_json(self) -> dict[str, Any]:
        """The whole workflow as plain JSON values, to be stored beside a cycle that keeps it."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def from_json(value: dict[str, Any]) -> Workflow:
    """A stored workflow. Raises pydantic's ValidationError for one that was tampered with."""
    return Workflow.model_validate(value)


def check(folder: Path = FOLDER, say: Texts | None = None) -> list[Problem]:
    """Everything that is wrong in the workflows of a folder, with file and line."""
    say, wrong = say or Texts(LANGUAGES[0]), list[Problem]()
    for path in sorted(folder.glob("*.yaml")):
        examine(path, wrong, say, named=True)
    return wrong


def examine(path: Path, wrong: list[Problem], say: Texts, *, named: bool = False) -> Workflow | None:
    """The workflow of a file, or None with every problem noted. ``named``: its id must be the file's name."""
    source = Source.of(path, wrong)
    if source is None:
        return None
    beside = {one.stem for folder in (FOLDER, path.parent) for one in folder.glob("*.yaml")}
    return _sound(source, wrong, say, beside, named=path.stem if named else None)


def examine_bytes(
    name: str, content: bytes, wrong: list[Problem], say: Texts, beside: Collection[str] = ()
) -> Workflow | None:
    """As examine, for a file that somebody sent: ``name`` is what the problems call it.

    ``beside`` are the ids of the workflows it may lead to, other than those of the house.
    """
    source = Source.read(Path(name), content, wrong)
    return _sound(source, wrong, say, {*house(), *beside}) if source is not None else None


def _sound(
    source: Source, wrong: list[Problem], say: Texts, beside: Collection[str], named: str | None = None
) -> Workflow | None:
    found, flaws = fitted(Workflow, source.value)
    if found is not None and named is not None and found.id != named:
        flaws.append(Flaw(("id",), "not_as_in_file", {"is": found.id, "wanted": named}))
    if found is not None and found.then is not None and found.then not in {found.id, *beside}:
        flaws.append(Flaw(("then",), "no_workflow", {"id": found.then}))
    wrong += [source.flaw(flaw, say) for flaw in flaws]
    return None if flaws else found


def read(path: Path) -> Workflow:
    """The workflow of a file. Raises BadWorkflow with everything that is wrong."""
    wrong: list[Problem] = []
    found = examine(path, wrong, Texts("en"))
    if found is None:
        raise BadWorkflow(wrong)
    return found


@cache
def house() -> dict[str, Workflow]:
    """The workflows of the house by id. One whose file is wrong is left out and logged: the others go on."""
    found: dict[str, Workflow] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        wrong: list[Problem] = []
        one = examine(path, wrong, Texts("en"), named=True)
        if one is not None:
            found[one.id] = one
        for problem in wrong:
            logger.warning("a workflow is left out: %s", problem)
    return found
