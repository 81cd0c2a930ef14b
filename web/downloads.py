"""A table as a file: what people do with figures begins where ours end."""

from datetime import datetime

from aiohttp import web

from reports.tables import Table, as_csv, as_xlsx

KINDS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}


def handed(table: Table, name: str, kind: str, now: datetime) -> web.Response:
    """The table as `xlsx` or `csv`, to be kept under that name (a-z, 0-9, -). Raises KeyError for another kind."""
    content_type = KINDS[kind]
    # The mark at the beginning tells Excel that it is UTF-8.
    body = as_xlsx(table, now) if kind == "xlsx" else ("\ufeff" + as_csv(table)).encode()
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"', "Cache-Control": "no-store"}
    charset = "utf-8" if kind == "csv" else None
    return web.Response(body=body, content_type=content_type, charset=charset, headers=headers)
