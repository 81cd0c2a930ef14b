"""The library of each group: what was shared, the words it is found by, questions with the answer that solved them."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "library_words",
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_library_words_group_id_groups"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "word", name=op.f("pk_library_words")),
    )
    op.create_table(
        "library_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tg_message_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answerer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=512), nullable=True),
        sa.Column("file_id", sa.String(length=255), nullable=True),
        sa.Column("file_kind", sa.String(length=16), nullable=True),
        sa.Column("subject", sa.String(length=24), nullable=True),
        sa.Column("grade", sa.String(length=8), nullable=True),
        sa.Column("material", sa.String(length=24), nullable=True),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("shared_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("gone_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("indexed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answerer_id"], ["people.id"], name=op.f("fk_library_entries_answerer_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["group_chats.id"], name=op.f("fk_library_entries_chat_id_group_chats"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_library_entries_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_library_entries_message_id_messages"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_library_entries_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_entries")),
        sa.UniqueConstraint("message_id", "place", name=op.f("uq_library_entries_message_id_place")),
    )
    with op.batch_alter_table("library_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_library_entries_answerer_id"), ["answerer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_library_entries_group_id"), ["group_id"], unique=False)
        batch_op.create_index("ix_library_entries_indexed_id", ["indexed", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_library_entries_person_id"), ["person_id"], unique=False)

    op.create_table(
        "library_terms",
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["library_entries.id"],
            name=op.f("fk_library_terms_entry_id_library_entries"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_library_terms_group_id_groups"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "word", "entry_id", name=op.f("pk_library_terms")),
    )
    with op.batch_alter_table("library_terms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_library_terms_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "solutions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answerer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("marked_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("asker_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("answerer_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["answerer_id"], ["people.id"], name=op.f("fk_solutions_answerer_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["people.id"], name=op.f("fk_solutions_asker_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_solutions_consultation_id_consultations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["library_entries.id"], name=op.f("fk_solutions_entry_id_library_entries"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_solutions_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_solutions_message_id_messages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_solutions")),
        sa.UniqueConstraint("consultation_id", name=op.f("uq_solutions_consultation_id")),
    )
    with op.batch_alter_table("solutions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_solutions_answerer_id"), ["answerer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_solutions_asker_id"), ["asker_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_solutions_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_solutions_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_solutions_message_id"), ["message_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("solutions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_solutions_message_id"))
        batch_op.drop_index(batch_op.f("ix_solutions_group_id"))
        batch_op.drop_index(batch_op.f("ix_solutions_entry_id"))
        batch_op.drop_index(batch_op.f("ix_solutions_asker_id"))
        batch_op.drop_index(batch_op.f("ix_solutions_answerer_id"))

    op.drop_table("solutions")
    with op.batch_alter_table("library_terms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_library_terms_entry_id"))

    op.drop_table("library_terms")
    with op.batch_alter_table("library_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_library_entries_person_id"))
        batch_op.drop_index("ix_library_entries_indexed_id")
        batch_op.drop_index(batch_op.f("ix_library_entries_group_id"))
        batch_op.drop_index(batch_op.f("ix_library_entries_answerer_id"))

    op.drop_table("library_entries")
    op.drop_table("library_words")
