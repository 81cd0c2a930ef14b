"""What papers need: letterheads, signatures, place and number of a meeting, its photos, the code of a certificate."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letterheads",
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lines", sa.Text(), nullable=True),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_letterheads_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_letterheads_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_letterheads")),
    )
    with op.batch_alter_table("letterheads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letterheads_person_id"), ["person_id"], unique=False)

    op.create_table(
        "signatures",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("nip", sa.String(length=18), nullable=True),
        sa.Column("place", sa.String(length=60), nullable=True),
        sa.Column("at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_signatures_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_signatures")),
    )

    op.create_table(
        "meeting_papers",
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("place", sa.String(length=120), nullable=True),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_papers_meeting_id_meetings"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_meeting_papers_person_id_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_meeting_papers")),
    )
    with op.batch_alter_table("meeting_papers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_papers_person_id"), ["person_id"], unique=False)

    op.create_table(
        "meeting_photos",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_photos_meeting_id_meetings"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_meeting_photos_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_photos")),
    )
    with op.batch_alter_table("meeting_photos", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_photos_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_photos_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("code", sa.String(length=16), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_certificates_code"), ["code"])


def downgrade() -> None:
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_certificates_code"), type_="unique")
        batch_op.drop_column("code")

    with op.batch_alter_table("meeting_photos", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_photos_person_id"))
        batch_op.drop_index(batch_op.f("ix_meeting_photos_meeting_id"))

    op.drop_table("meeting_photos")
    with op.batch_alter_table("meeting_papers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_papers_person_id"))

    op.drop_table("meeting_papers")
    op.drop_table("signatures")
    with op.batch_alter_table("letterheads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letterheads_person_id"))

    op.drop_table("letterheads")
