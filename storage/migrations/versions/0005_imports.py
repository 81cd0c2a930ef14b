"""Conversations from elsewhere: people by a number, messages while they are kept, counts afterwards."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_series",
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("baseline_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_import_series_group_id_groups"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_import_series")),
    )
    op.create_table(
        "imported_people",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("matched_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("matched_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_imported_people_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["matched_by"], ["people.id"], name=op.f("fk_imported_people_matched_by_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_imported_people_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_people")),
        sa.UniqueConstraint("group_id", "key", name=op.f("uq_imported_people_group_id_key")),
        sa.UniqueConstraint("group_id", "number", name=op.f("uq_imported_people_group_id_number")),
    )
    with op.batch_alter_table("imported_people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imported_people_matched_by"), ["matched_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_imported_people_person_id"), ["person_id"], unique=False)

    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("imported_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("grammar", sa.String(length=80), nullable=False),
        sa.Column("first_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("last_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("not_understood", sa.Integer(), nullable=False),
        sa.Column("figures", storage.base.Json, nullable=False),
        sa.Column("study", sa.String(length=120), nullable=True),
        sa.Column("kept_until", storage.base.UtcDateTime(), nullable=False),
        sa.Column("counted_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_imports_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["imported_by"], ["people.id"], name=op.f("fk_imports_imported_by_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imports_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_imports_imported_by"), ["imported_by"], unique=False)

    op.create_table(
        "imported_counts",
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("sure", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_imported_counts_import_id_imports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "day", "label", "sure", name=op.f("pk_imported_counts")),
    )
    op.create_table(
        "imported_messages",
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("speaker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sent_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("secondary", sa.String(length=16), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_imported_messages_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_imported_messages_import_id_imports"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["speaker_id"],
            ["imported_people.id"],
            name=op.f("fk_imported_messages_speaker_id_imported_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "place", name=op.f("pk_imported_messages")),
    )
    with op.batch_alter_table("imported_messages", schema=None) as batch_op:
        batch_op.create_index("ix_imported_messages_group_id_sent_at", ["group_id", "sent_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_imported_messages_speaker_id"), ["speaker_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("imported_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imported_messages_speaker_id"))
        batch_op.drop_index("ix_imported_messages_group_id_sent_at")

    op.drop_table("imported_messages")
    op.drop_table("imported_counts")
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imports_imported_by"))
        batch_op.drop_index(batch_op.f("ix_imports_group_id"))

    op.drop_table("imports")
    with op.batch_alter_table("imported_people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imported_people_person_id"))
        batch_op.drop_index(batch_op.f("ix_imported_people_matched_by"))

    op.drop_table("imported_people")
    op.drop_table("import_series")
