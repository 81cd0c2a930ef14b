"""Words in both languages, and what every form of a content file has in common."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from content.flaws import misfit

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", min_length=1, max_length=40)]


class Form(BaseModel):
    """Part of a content file: a name it does not know is a mistake, and what is read does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class _Bilingual(Form):
    def of(self, language: str) -> str:
        """The words in that language; Indonesian where there is no other."""
        return str(getattr(self, "en" if language == "en" else "id")).strip()


class Title(_Bilingual):
    """A few words in both languages: they fit on a button."""

    id: Annotated[str, Field(min_length=1, max_length=60)]
    en: Annotated[str, Field(min_length=1, max_length=60)]


class Words(_Bilingual):
    """Some sentences in both languages, short enough for one screen."""

    id: Annotated[str, Field(min_length=1, max_length=700)]
    en: Annotated[str, Field(min_length=1, max_length=700)]


def once(name: str, things: tuple[Any, ...]) -> None:
    """Within the list ``name`` no two things have the same id; raises the misfit at the second, for a validator."""
    seen: set[str] = set()
    for at, one in enumerate(things):
        if one.id in seen:
            raise misfit("twice", (name, at, "id"), id=one.id)
        seen.add(one.id)
