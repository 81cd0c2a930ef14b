"""Labels by week, summed up from the daily counts that are there."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# Of a Sunday six days before, of a Monday the same day.
MONDAY = {"sqlite": "date(day, '-6 days', 'weekday 1')", "postgresql": "CAST(date_trunc('week', day) AS date)"}


def upgrade() -> None:
    op.create_table(
        "week_counts",
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_week_counts_group_id_groups"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "day", "label", name=op.f("pk_week_counts")),
        sqlite_with_rowid=False,
    )
    monday = MONDAY[op.get_bind().dialect.name]
    op.execute(
        f"INSERT INTO week_counts (group_id, day, label, messages) SELECT group_id, {monday}, label, sum(messages) "
        "FROM tag_counts GROUP BY 1, 2, 3 HAVING sum(messages) > 0"
    )


def downgrade() -> None:
    op.drop_table("week_counts")
