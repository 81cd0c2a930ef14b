"""YAML that remembers where each key stands, so that a problem can be named with file and line."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import BaseModel

from content.flaws import Flaw, fitted
from content.texts import Texts

_FRONT = re.compile(r"\A---\n(.*?\n)---\n(.*)\Z", re.DOTALL)
Model = TypeVar("Model", bound=BaseModel)
DEEPEST = 50  # no file of ours goes deeper than ten; the fast reader takes the process down at some ten thousands


class Problem(NamedTuple):
    """Something wrong in a pack, and where."""

    path: Path
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.words}"


class Source(NamedTuple):
    """A file's YAML with the places of its keys, and the words below it."""

    path: Path
    first_line: int
    node: Any
    value: Any
    body: str = ""
    body_line: int = 1

    @classmethod
    def of(cls, path: Path, wrong: list[Problem], *, front: bool = False) -> "Source | None":
        """What the file holds; None, with the problem noted, when it cannot be read."""
        try:
            content = path.read_bytes()
        except OSError as error:
            wrong.append(Problem(path, 1, error.strerror or "cannot be read"))
            return None
        return cls.read(path, content, wrong, front=front)

    @classmethod
    def read(cls, path: Path, content: bytes, wrong: list[Problem], *, front: bool = False) -> "Source | None":
        """As ``of``, for bytes that are here already; ``path`` is what the problems call them."""
        try:
            text = content.decode().replace("\r\n", "\n").replace("\r", "\n")  # as a text file is read
        except UnicodeDecodeError:
            wrong.append(Problem(path, 1, "not UTF-8"))
            return None
        parts = _FRONT.match(text) if front else None
        if front and parts is None:
            wrong.append(Problem(path, 1, "the file begins with front matter between two lines ---"))
            return None
        written, body = (parts[1], parts[2]) if parts else (text, "")
        first = 2 if front else 1
        try:
            node, value = _loaded(written)
        except (yaml.YAMLError, ValueError) as error:
            line, reason = _place(error, written)
            wrong.append(Problem(path, first + line, f"not YAML: {reason}"))
            return None
        start = first + written.count("\n") + 1 + (len(body) - len(body.lstrip("\n")))
        return cls(path, first, node, value, body.strip(), start)

    def problem(self, where: Sequence[str | int], words: str) -> Problem:
        """At the line of the key or item that ``where`` leads to, as far as it exists."""
        node, line = self.node, self.node.start_mark.line if self.node else 0
        for part in where:
            if isinstance(node, yaml.MappingNode):
                found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
                if found is None:
                    break
                line, node = found[0].start_mark.line, found[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                line = node.start_mark.line
            else:
                break
        return Problem(self.path, self.first_line + line, words)

    def flaw(self, flaw: Flaw, say: Texts) -> Problem:
        """The flaw at its line, with the name of the place in front of the words."""
        if flaw.where == ("body",):
            return Problem(self.path, self.body_line, flaw.words(say))
        name = ".".join(str(part) for part in flaw.where)
        return self.problem(flaw.where, f"{name}: {flaw.words(say)}" if name else flaw.words(say))

    def validated(self, model: type[Model], wrong: list[Problem], say: Texts) -> Model | None:
        """The YAML as a value of ``model``; None, with every problem noted, when it does not fit."""
        value, flaws = fitted(model, self.value)
        wrong += [self.flaw(one, say) for one in flaws]
        return value


def _loaded(written: str) -> tuple[Any, Any]:
    """The nodes of a YAML text and its value: by the fast reader, else by the slow one, whose reasons are better."""
    try:
        return _read(getattr(yaml, "CSafeLoader", yaml.SafeLoader), written)
    except (yaml.YAMLError, ValueError):
        return _read(yaml.SafeLoader, written)


def _read(reader: Any, written: str) -> tuple[Any, Any]:
    _not_too_deep(reader, written)
    loader = reader(written)
    try:
        node = loader.get_single_node()
        return node, loader.construct_document(node) if node else None
    except (LookupError, AttributeError):  # what PyYAML comes to with `!!int ""` or `!!bool maybe`
        raise ValueError("a value is not what its tag (!!) says") from None
    finally:
        loader.dispose()


def _not_too_deep(reader: Any, written: str) -> None:
    """Raises YAMLError. What begins and ends is read one after another, so this goes no deeper for deep texts."""
    events: Iterator[Any] = yaml.parse(written, Loader=reader)
    depth = 0
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=event.start_mark)


def _place(error: Exception, written: str) -> tuple[int, str]:
    """The line (from 0) and the reason, as far as the error tells them."""
    if isinstance(error, yaml.MarkedYAMLError):
        return (error.problem_mark.line if error.problem_mark else 0), error.problem or "cannot be read"
    if isinstance(error, yaml.reader.ReaderError):
        return written[: error.position].count("\n"), f"the character U+{error.character:04X} is not allowed"
    return 0, str(error)  # a date that no calendar has
