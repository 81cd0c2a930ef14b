"""Which text of the consent somebody knows: whoever agreed to an older one is told once what is new."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("consent_told", sa.Integer(), nullable=True))
        batch_op.create_index(
            "ix_people_consent_told",
            ["consent_told"],
            unique=False,
            sqlite_where=sa.text("consented_at IS NOT NULL"),
            postgresql_where=sa.text("consented_at IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_people_consent_told",
            sqlite_where=sa.text("consented_at IS NOT NULL"),
            postgresql_where=sa.text("consented_at IS NOT NULL"),
        )
        batch_op.drop_column("consent_told")
