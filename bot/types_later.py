"""aiogram's types are put together when they are first used, not all six hundred at every start.

Each is a pydantic model that is told to wait, but aiogram builds them at the end of its import, for only there are the
names known that they mean by each other. That is three quarters of what its import costs, and 100 MB; a running
assistant needs some twenty of them. So the names are left where a model looks for them when its turn comes.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_WORD = re.compile(r"\w+")


def install() -> None:
    """From now on `import aiogram` waits; harmless when asked twice, of no use once aiogram is there."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Finds aiogram where it is, and has it loaded our way."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "aiogram":
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Waiting(spec.loader)
        return spec


class _Waiting(Loader):
    """Loads as another loader would, but no model is built meanwhile."""

    def __init__(self, plain: Loader) -> None:
        self._plain = plain

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._plain.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        from pydantic import BaseModel

        waiting: dict[type[BaseModel], Mapping[str, Any]] = {}
        plain = BaseModel.__dict__["model_rebuild"]

        def wait(
            cls: type[BaseModel], /, *, _types_namespace: Mapping[str, Any] | None = None, **how: Any
        ) -> bool | None:
            if _types_namespace is None:
                return plain.__func__(cls, **how)  # type: ignore[no-any-return]
            waiting[cls] = _types_namespace
            return None

        BaseModel.model_rebuild = classmethod(wait)  # type: ignore[assignment, method-assign]
        try:
            self._plain.exec_module(module)
        finally:
            BaseModel.model_rebuild = plain  # type: ignore[method-assign]
        for model, names in waiting.items():
            _name(model, names)


def _name(model: type[Any], names: Mapping[str, Any]) -> None:
    """Put what the model's fields mean into its module, where only a type checker had it imported."""
    there = vars(sys.modules[model.__module__])
    annotations = [one for kin in model.__mro__ for one in vars(kin).get("__annotations__", {}).values()]
    for annotation in annotations:
        for word in _WORD.findall(str(annotation)):
            if word in names:
                there.setdefault(word, names[word])
