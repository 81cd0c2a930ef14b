"""What is wrong in a pack, as a key: said in the reader's language, at a line of a file or a cell of a sheet."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from content.texts import Texts

Model = TypeVar("Model", bound=BaseModel)
Where = tuple[str | int, ...]


class Flaw(NamedTuple):
    """``where`` leads to the place within a lesson or a pack, ``key`` names a phrase of content.problem."""

    where: Where
    key: str
    blanks: Mapping[str, object] = {}

    def words(self, say: Texts) -> str:
        """What is wrong, without the place."""
        return say.plain(f"content.problem.{self.key}", **self.blanks)


# pydantic's name of a misfit: our phrase and, for its blanks, pydantic's names of them.
_KNOWN: dict[str, tuple[str, dict[str, str]]] = {
    "missing": ("missing", {}),
    "extra_forbidden": ("extra", {}),
    "model_type": ("not_a_form", {}),
    "dict_type": ("not_a_form", {}),
    "tuple_type": ("not_a_list", {}),
    "string_type": ("not_words", {}),
    "string_too_short": ("empty", {}),
    "string_too_long": ("too_long", {"most": "max_length"}),
    "string_pattern_mismatch": ("id_shape", {}),
    "int_type": ("not_number", {}),
    "int_parsing": ("not_number", {}),
    "int_parsing_size": ("not_number", {}),
    "int_from_float": ("not_number", {}),
    "greater_than_equal": ("too_small", {"least": "ge"}),
    "less_than_equal": ("too_big", {"most": "le"}),
    "literal_error": ("one_of", {"allowed": "expected"}),
    "bool_type": ("yes_or_no", {}),
    "bool_parsing": ("yes_or_no", {}),
    "too_short": ("too_few", {"least": "min_length"}),
    "too_long": ("too_many", {"most": "max_length"}),
}


def misfit(key: str, at: Where = (), **blanks: Any) -> PydanticCustomError:
    """An error for a validator to raise, that comes back as this flaw, ``at`` a place within what is validated."""
    return PydanticCustomError(f"flaw:{key}", "does not fit", {"at": at, **blanks})


def fitted(model: type[Model], value: Any) -> tuple[Model | None, list[Flaw]]:
    """The value as one of ``model`` (None when it does not fit), and everything that does not fit."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        found = [dict(one) for one in error.errors(include_url=False, include_input=False)]
        return None, [_flaw(one) for one in found if not _only_follows(one, found)]


def _only_follows(one: dict[str, Any], found: list[dict[str, Any]]) -> bool:
    """Too few, because those that are wrong themselves were not counted: that is said once, at the wrong ones."""
    size = len(one["loc"])
    return one["type"] == "too_short" and any(
        len(other["loc"]) > size and other["loc"][:size] == one["loc"] for other in found
    )


def _flaw(found: dict[str, Any]) -> Flaw:
    kind, told = found["type"], found.get("ctx", {})
    if kind.startswith("flaw:"):
        blanks = {name: value for name, value in told.items() if name != "at"}
        return Flaw((*found["loc"], *told["at"]), kind.removeprefix("flaw:"), blanks)
    if kind in _KNOWN:
        key, names = _KNOWN[kind]
        return Flaw(found["loc"], key, {blank: told[name] for blank, name in names.items()})
    return Flaw(found["loc"], "other", {"reason": found["msg"]})
