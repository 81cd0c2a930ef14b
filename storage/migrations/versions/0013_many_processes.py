"""Indexes for several processes that work on one inbox, and for a courier that goes on where another ended."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    waits, kept = sa.text("state = 'new'"), sa.text("params is not null")
    op.create_index("ix_inbox_queue", "inbox", ["queue", "id"], sqlite_where=waits, postgresql_where=waits)
    op.create_index("ix_outbox_settled", "outbox", ["finished_at"], sqlite_where=kept, postgresql_where=kept)


def downgrade() -> None:
    op.drop_index("ix_outbox_settled", "outbox")
    op.drop_index("ix_inbox_queue", "inbox")
