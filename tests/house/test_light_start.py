"""Starting loads nothing that only charts, statistics, the playground or the doctor need, and builds no types ahead."""

import subprocess
import sys
from typing import ForwardRef

import pytest
from aiogram import methods, types
from aiogram.types import InlineQueryResultArticle, InputTextMessageContent, MenuButtonWebApp
from pydantic import BaseModel, ValidationError

from tests.house.tree import ROOT

HEAVY = ("matplotlib", "numpy", "scipy", "pandas", "jinja2", "telegram", "playground", "playwright", "PIL")


@pytest.mark.parametrize("module", ["bot.app", "bot.commands"])
def test_starting_loads_nothing_heavy_and_builds_no_types(module: str) -> None:
    program = f"import sys, {module}; print(*sorted({set(HEAVY)} & set(sys.modules)))"
    if module == "bot.app":
        program += "; from aiogram.types import Message, Update; "
        program += "print(*(one.__name__ for one in (Message, Update) if one.__pydantic_complete__))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr


def test_what_aiogram_knows_is_built_when_it_is_used() -> None:
    """Each field of each type and method means what aiogram means by it, though no model was built at the import."""
    known = vars(types) | vars(methods)
    models = {known[name] for name in (*types.__all__, *methods.__all__)}
    fields = 0
    for model in models:
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            continue
        for field in model.model_fields.values():
            if isinstance(field.annotation, ForwardRef):
                meant = eval(field.annotation.__forward_arg__, vars(sys.modules[model.__module__]))
                assert meant is not None
                fields += 1
    assert fields > 500
    assert InlineQueryResultArticle.model_validate(
        {"type": "article", "id": "1", "title": "a", "input_message_content": {"message_text": "b"}}
    ).input_message_content == InputTextMessageContent(message_text="b")
    with pytest.raises(ValidationError):
        MenuButtonWebApp.model_validate({"type": "web_app", "text": "a", "web_app": {"url": []}})


STORING = {"aiogram", "aiohttp", "sqlalchemy", "alembic", "aiosqlite", "psycopg"}
ANALYSING = ("community.imports.opening", "reports.history_words", "reports.history_page", "reports.history_sheet")


def test_an_export_is_read_without_telegram_and_without_a_database() -> None:
    program = f"import sys, {', '.join(ANALYSING)}; print(*sorted({STORING | set(HEAVY)} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    # numpy is the tagger's; whatever draws or fills a template waits until something is drawn.
    assert (done.returncode, set(done.stdout.split()) - {"numpy"}) == (0, set()), done.stderr
