"""What people said about tags: every answer stays, to tell how far two agree and to train a group's own model."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tag_reviews",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("guess", sa.String(length=16), nullable=True),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("seen", storage.base.Json, nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_tag_reviews_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_tag_reviews_message_id_messages"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["people.id"], name=op.f("fk_tag_reviews_reviewer_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_reviews")),
        sa.UniqueConstraint("message_id", "reviewer_id", name=op.f("uq_tag_reviews_message_id_reviewer_id")),
    )
    with op.batch_alter_table("tag_reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tag_reviews_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tag_reviews_reviewer_id"), ["reviewer_id"], unique=False)

    op.create_table(
        "group_models",
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_of", sa.String(length=120), nullable=False),
        sa.Column("base", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=True),
        sa.Column("rows", storage.base.Json, nullable=True),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("before", sa.Double(), nullable=True),
        sa.Column("after", sa.Double(), nullable=True),
        sa.Column("at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_group_models_group_id_groups"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_group_models")),
    )
    with op.batch_alter_table("group_models", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_models_version"), ["version"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("group_models", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_models_version"))

    op.drop_table("group_models")
    with op.batch_alter_table("tag_reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tag_reviews_reviewer_id"))
        batch_op.drop_index(batch_op.f("ix_tag_reviews_group_id"))

    op.drop_table("tag_reviews")
