"""The command line `sejawat`; each command imports what it needs when it is called."""

import sys

import typer

from bot.commands import (
    analyze,
    content,
    content_sheets,
    database,
    departed,
    doctor,
    evaluate,
    export_research,
    export_xapi,
    looks,
    report,
    run,
    tagging,
    themes,
)

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
app.command("run")(run.run)
app.command("playground")(run.playground)
app.command("doctor")(doctor.doctor)
app.command("analyze")(analyze.analyze)
app.command("tag")(tagging.tag)
app.command("agreement")(tagging.agreement)
app.command("evaluate")(evaluate.evaluate)
app.command("report")(report.report)
app.command("looks")(looks.looks)

_content = typer.Typer(no_args_is_help=True, help="Check, look at, import and export lesson packs.")
_content.command("check")(content.check)
_content.command("preview")(content.preview)
_content.command("import")(content_sheets.import_)
_content.command("export")(content_sheets.export)
app.add_typer(_content, name="content")

_export = typer.Typer(no_args_is_help=True, help="Hand data on under codes, of those who agreed to it.")
_export.command("xapi")(export_xapi.xapi)
_export.command("research")(export_research.research)
app.add_typer(_export, name="export")

_themes = typer.Typer(no_args_is_help=True, help="Give themes to words by hand, count them, compare two coders.")
_themes.command("sheet")(themes.sheet)
_themes.command("compare")(themes.compare)
app.add_typer(_themes, name="themes")

_database = typer.Typer(
    no_args_is_help=True, help="Migrate, check, count anew, back up, restore and move the database."
)
_database.command("upgrade")(database.upgrade)
_database.command("check")(database.check)
_database.command("recount")(database.recount)
_database.command("backup")(database.backup)
_database.command("restore")(database.restore)
_database.command("move")(database.move)
_database.command("departures")(departed.departures)
_database.command("depart")(departed.depart)
app.add_typer(_database, name="db")


def main() -> None:
    """Entry of the console script. A bad setting or file is one line on stderr and exit 2, never a traceback."""
    from bot.settings import BadSetting

    try:
        app()
    except BadSetting as problem:
        print(f"sejawat: {problem}", file=sys.stderr)
        raise SystemExit(2) from None
