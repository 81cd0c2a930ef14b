"""Daily counts of what is recorded, made of the messages that are there; and who replied to a message, by an index."""

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

AT_ONCE = 5_000


def upgrade() -> None:
    op.create_table(
        "tag_counts",
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("sure", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_tag_counts_group_id_groups"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "label", "sure", "source", "day", name=op.f("pk_tag_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "talk_counts",
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("last_at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_talk_counts_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_talk_counts_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_id"], ["people.id"], name=op.f("fk_talk_counts_to_id_people"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", "person_id", "to_id", "day", name=op.f("pk_talk_counts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("talk_counts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talk_counts_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_talk_counts_to_id"), ["to_id"], unique=False)

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(
            "ix_messages_chat_id_reply_to",
            ["chat_id", "reply_to"],
            unique=False,
            sqlite_where=sa.text("reply_to IS NOT NULL"),
            postgresql_where=sa.text("reply_to IS NOT NULL"),
        )
    _count()


def _count() -> None:
    """As community.daily_counts does it today; later changes there do not change what this step did."""
    connection = op.get_bind()
    tables = sa.MetaData()
    tables.reflect(connection, only=["groups", "messages", "tag_counts", "talk_counts"])
    groups = tables.tables["groups"]
    for group_id, zone in connection.execute(sa.select(groups.c.id, groups.c.zone)).all():
        tags, talk = _of_group(connection, tables.tables["messages"], group_id, zone)
        _put(connection, tables.tables["tag_counts"], [(group_id, *key, n) for key, n in tags.items()])
        _put(connection, tables.tables["talk_counts"], [(group_id, *key, *last) for key, last in talk.items()])


def _of_group(connection: Any, said: Any, group_id: int, zone: str) -> tuple[Counter[Any], dict[Any, Any]]:
    answered = said.alias()
    moment = sa.type_coerce(said.c.sent_at, storage.base.UtcDateTime())
    query = (
        sa.select(
            said.c.label, said.c.confidence, said.c.source, moment, said.c.person_id,
            sa.func.coalesce(answered.c.person_id, said.c.person_id),
        )
        .outerjoin(answered, (answered.c.chat_id == said.c.chat_id) & (answered.c.tg_message_id == said.c.reply_to))
        .where(said.c.group_id == group_id)
    )  # fmt: skip
    here = _zone(zone)
    tags: Counter[Any] = Counter()
    talk: dict[Any, Any] = {}
    for label, confidence, source, at, person_id, to_id in connection.execute(query):
        day = at.astimezone(here).date()
        tags[label, 20 if confidence >= 1 else min(19, round(confidence * 20 + 1e-9)), source, day] += 1
        n, last = talk.get((person_id, to_id, day), (0, at))
        talk[person_id, to_id, day] = n + 1, max(last, at)
    return tags, talk


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError):  # no zone is called so: nothing was ever reported of such a group
        return ZoneInfo("Asia/Jakarta")


def _put(connection: Any, table: Any, rows: list[tuple[Any, ...]]) -> None:
    names = [column.name for column in table.columns]
    typed = sa.table(
        table.name,
        *[sa.column(one.name, storage.base.UtcDateTime() if one.name == "last_at" else one.type) for one in table.c],
    )
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(
            sa.insert(typed), [dict(zip(names, row, strict=True)) for row in rows[start : start + AT_ONCE]]
        )


def downgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_messages_chat_id_reply_to",
            sqlite_where=sa.text("reply_to IS NOT NULL"),
            postgresql_where=sa.text("reply_to IS NOT NULL"),
        )

    with op.batch_alter_table("talk_counts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_talk_counts_to_id"))
        batch_op.drop_index(batch_op.f("ix_talk_counts_person_id"))

    op.drop_table("talk_counts")
    op.drop_table("tag_counts")
