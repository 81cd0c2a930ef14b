"""Who looked at what of others; who had their data deleted; a name that its bearer corrected."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "looks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("reader_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reader_code", sa.String(length=12), nullable=True),
        sa.Column("of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_looks_group_id_groups"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["of_id"], ["people.id"], name=op.f("fk_looks_of_id_people"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["people.id"], name=op.f("fk_looks_reader_id_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )
    op.create_index(op.f("ix_looks_at"), "looks", ["at"])
    op.create_index(op.f("ix_looks_reader_id"), "looks", ["reader_id"])
    op.create_index(op.f("ix_looks_group_id"), "looks", ["group_id"])
    op.create_index("ix_looks_of_id_at", "looks", ["of_id", "at"])
    op.create_table(
        "departures",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("at", storage.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("mark", "what", name=op.f("pk_departures")),
    )
    op.create_index(op.f("ix_departures_at"), "departures", ["at"])
    op.add_column("people", sa.Column("named_themselves", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("people", "named_themselves")
    op.drop_table("departures")
    op.drop_table("looks")
