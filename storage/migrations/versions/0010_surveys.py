"""Surveys, who is asked, and what was answered: with a person, or without one."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "surveys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("instrument", sa.String(length=24), nullable=False),
        sa.Column("content", storage.base.Json, nullable=False),
        sa.Column("phase", sa.String(length=8), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("opens_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("opened_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("reminds_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("closes_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("closed_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("poll_id", sa.String(length=64), nullable=True),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_surveys_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["people.id"], name=op.f("fk_surveys_opened_by_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint("poll_id", name=op.f("uq_surveys_poll_id")),
    )
    with op.batch_alter_table("surveys", schema=None) as batch_op:
        batch_op.create_index("ix_surveys_group_id_instrument", ["group_id", "instrument"], unique=False)
        batch_op.create_index("ix_surveys_closed_at_opens_at", ["closed_at", "opens_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_surveys_opened_by"), ["opened_by"], unique=False)

    op.create_table(
        "survey_seats",
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_seats_survey_id_surveys"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_survey_seats_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("survey_id", "person_id", name=op.f("pk_survey_seats")),
    )
    with op.batch_alter_table("survey_seats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_seats_person_id"), ["person_id"], unique=False)

    op.create_table(
        "survey_answers",
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("value", storage.base.Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_answers_survey_id_surveys"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_survey_answers_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("survey_id", "person_id", "item", name=op.f("pk_survey_answers")),
    )
    with op.batch_alter_table("survey_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_answers_person_id"), ["person_id"], unique=False)

    op.create_table(
        "survey_unnamed",
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("value", storage.base.Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_unnamed_survey_id_surveys"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("survey_id", "mark", "item", name=op.f("pk_survey_unnamed")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("survey_unnamed")
    with op.batch_alter_table("survey_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_answers_person_id"))

    op.drop_table("survey_answers")
    with op.batch_alter_table("survey_seats", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_seats_person_id"))

    op.drop_table("survey_seats")
    with op.batch_alter_table("surveys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_surveys_opened_by"))
        batch_op.drop_index("ix_surveys_closed_at_opens_at")
        batch_op.drop_index("ix_surveys_group_id_instrument")

    op.drop_table("surveys")
