"""The migration that sums up the daily counts by week: what it finds, on both databases."""

from datetime import date

from alembic import command
from sqlalchemy import MetaData, column, create_engine, insert, select, table

from storage import schema


def test_days_that_are_counted_already_are_summed_up_by_their_week(own_database_url: str) -> None:
    """A Sunday belongs to the Monday before it; days without a message that is left make no row."""
    config = schema.alembic_config(own_database_url)
    command.downgrade(config, "0015")
    engine, tables = create_engine(schema.sync_url(own_database_url)), MetaData()
    tables.reflect(engine)
    days = {date(2026, 11, 15): 1, date(2026, 11, 16): 2, date(2026, 11, 22): 4, date(2026, 11, 23): 0}
    group = {
        "id": 1, "title": "KKG", "language": "id", "zone": "Asia/Jakarta", "state": "active", "prompt_time": "06:30",
        "bot_is_admin": False, "added_at": "2026-11-01 00:00:00.000000",
    }  # fmt: skip
    typed = table("groups", *[column(name) for name in group])  # SQLite keeps moments as text
    with engine.begin() as connection:
        connection.execute(insert(typed), [group])
        connection.execute(insert(tables.tables["tag_counts"]), [
            {"group_id": 1, "label": "other", "sure": sure, "source": "rule", "day": day, "messages": n}
            for day, n in days.items() for sure in (18, 19)
        ])  # fmt: skip
    command.upgrade(config, "0016")
    tables.reflect(engine, only=["week_counts"])
    kept = tables.tables["week_counts"]
    with engine.connect() as connection:
        found = connection.execute(select(kept.c.day, kept.c.label, kept.c.messages).order_by(kept.c.day)).all()
    engine.dispose()
    assert found == [(date(2026, 11, 9), "other", 2), (date(2026, 11, 16), "other", 12)]
