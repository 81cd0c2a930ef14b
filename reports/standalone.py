"""Pages that need nothing else, as files to keep and hand on: no network, no script."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template


@cache
def template(name: str) -> "Template":
    """The page of that name below reports/pages, with the head and the style that they share (page.html)."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # The page is HTML whatever its name ends in; Markup alone is taken as it is.
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    ).get_template(f"{name}.html")  # fmt: skip
