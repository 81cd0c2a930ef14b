"""A table as a file: what people do with figures begins where ours end."""

from base64 import b64encode
from datetime import datetime

from aiohttp import web

from reports.tables import Table, as_csv, as_xlsx

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv", "png": "image/png",
}  # fmt: skip
_TABLES = ("xlsx", "csv")


def handed(table: Table, name: str, kind: str, now: datetime) -> web.Response:
    """The table as `xlsx` or `csv`, to be kept under that name (a-z, 0-9, -). Raises KeyError for another kind."""
    if kind not in _TABLES:
        raise KeyError(kind)
    # The mark at the beginning tells Excel that it is UTF-8.
    body = as_xlsx(table, now) if kind == "xlsx" else ("\ufeff" + as_csv(table)).encode()
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"', "Cache-Control": "no-store"}
    charset = "utf-8" if kind == "csv" else None
    return web.Response(body=body, content_type=KINDS[kind], charset=charset, headers=headers)


def linked(content: bytes, kind: str) -> str:
    """A file as the address of a link that holds it: nothing has to be kept until it is fetched."""
    return f"data:{KINDS[kind]};base64,{b64encode(content).decode()}"
