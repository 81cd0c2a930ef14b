"""Coaching: workflows, cycles with their history, notes and promises."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What has been written into a history stays as it was, as long as its cycle does. A person who leaves is taken out.
_SQLITE = (
    """
    create trigger cycle_events_stand before update on cycle_events
    when new.person_id is not null or new.id <> old.id or new.cycle_id <> old.cycle_id or new.what <> old.what
        or new.step is not old.step or new.data is not old.data or new.at <> old.at
    begin select raise(abort, 'a history is not rewritten'); end
    """,
    """
    create trigger cycle_events_stay before delete on cycle_events
    when exists (select 1 from cycles where id = old.cycle_id)
    begin select raise(abort, 'a history is not rewritten'); end
    """,
)
_POSTGRES = (
    """
    create function cycle_events_refuse() returns trigger language plpgsql as $$
    begin raise exception 'a history is not rewritten'; end $$
    """,
    """
    create function cycle_events_keep() returns trigger language plpgsql as $$
    begin
        if exists (select 1 from cycles where id = old.cycle_id) then
            raise exception 'a history is not rewritten';
        end if;
        return old;
    end $$
    """,
    """
    create trigger cycle_events_stand before update on cycle_events for each row
    when (new.person_id is not null or (new.id, new.cycle_id, new.what, new.step, new.data, new.at)
        is distinct from (old.id, old.cycle_id, old.what, old.step, old.data, old.at))
    execute function cycle_events_refuse()
    """,
    """
    create trigger cycle_events_stay before delete on cycle_events for each row
    execute function cycle_events_keep()
    """,
)


def upgrade() -> None:
    op.create_table(
        "workflow_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workflow", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", storage.base.Json, nullable=False),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name=op.f("fk_workflow_versions_created_by_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_workflow_versions_school_id_schools"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_versions")),
        sa.UniqueConstraint("workflow", "digest", name=op.f("uq_workflow_versions_workflow_digest")),
    )
    with op.batch_alter_table("workflow_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workflow_versions_school_id"), ["school_id"], unique=False)

    op.create_table(
        "cycles",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("between", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("follows_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("started_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("ended_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["cycles.id"], name=op.f("fk_cycles_follows_id_cycles"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_cycles_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["workflow_versions.id"], name=op.f("fk_cycles_version_id_workflow_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycles")),
    )
    with op.batch_alter_table("cycles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cycles_follows_id"), ["follows_id"], unique=False)
        batch_op.create_index("ix_cycles_group_id_state", ["group_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_cycles_version_id"), ["version_id"], unique=False)

    op.create_table(
        "cycle_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=True),
        sa.Column("data", storage.base.Json, nullable=True),
        sa.Column("at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_cycle_events_cycle_id_cycles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_cycle_events_person_id_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_events")),
    )
    with op.batch_alter_table("cycle_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cycle_events_cycle_id"), ["cycle_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cycle_events_person_id"), ["person_id"], unique=False)

    op.create_table(
        "cycle_members",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("since", storage.base.UtcDateTime(), nullable=False),
        sa.Column("until", storage.base.UtcDateTime(), nullable=True),
        sa.Column("reads_since", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_cycle_members_cycle_id_cycles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_cycle_members_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_members")),
    )
    with op.batch_alter_table("cycle_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cycle_members_cycle_id"), ["cycle_id"], unique=False)
        batch_op.create_index("ix_cycle_members_person_id_until", ["person_id", "until"], unique=False)

    op.create_table(
        "cycle_steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("opened_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("coach_done_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("coachee_done_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("done_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("remind_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_cycle_steps_cycle_id_cycles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["people.id"], name=op.f("fk_cycle_steps_holder_id_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_steps")),
    )
    with op.batch_alter_table("cycle_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cycle_steps_cycle_id"), ["cycle_id"], unique=False)
        batch_op.create_index("ix_cycle_steps_remind_at", ["remind_at"], unique=False)

    op.create_table(
        "commitments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("kept_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("let_go_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("remind_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_commitments_cycle_id_cycles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_commitments_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["cycle_steps.id"], name=op.f("fk_commitments_step_id_cycle_steps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
    )
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitments_cycle_id"), ["cycle_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitments_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_commitments_remind_at", ["remind_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitments_step_id"), ["step_id"], unique=False)

    op.create_table(
        "cycle_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ask", sa.String(length=40), nullable=True),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("audience_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("medium", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("file_id", sa.String(length=255), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("shows_pupils", sa.Boolean(), nullable=True),
        sa.Column("reviewed_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("edited_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_cycle_notes_cycle_id_cycles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_cycle_notes_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["cycle_steps.id"], name=op.f("fk_cycle_notes_step_id_cycle_steps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_notes")),
    )
    with op.batch_alter_table("cycle_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cycle_notes_cycle_id"), ["cycle_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cycle_notes_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cycle_notes_step_id"), ["step_id"], unique=False)

    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("cycle_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cycle_notes_step_id"))
        batch_op.drop_index(batch_op.f("ix_cycle_notes_person_id"))
        batch_op.drop_index(batch_op.f("ix_cycle_notes_cycle_id"))

    op.drop_table("cycle_notes")
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitments_step_id"))
        batch_op.drop_index("ix_commitments_remind_at")
        batch_op.drop_index(batch_op.f("ix_commitments_person_id"))
        batch_op.drop_index(batch_op.f("ix_commitments_cycle_id"))

    op.drop_table("commitments")
    with op.batch_alter_table("cycle_steps", schema=None) as batch_op:
        batch_op.drop_index("ix_cycle_steps_remind_at")
        batch_op.drop_index(batch_op.f("ix_cycle_steps_cycle_id"))

    op.drop_table("cycle_steps")
    with op.batch_alter_table("cycle_members", schema=None) as batch_op:
        batch_op.drop_index("ix_cycle_members_person_id_until")
        batch_op.drop_index(batch_op.f("ix_cycle_members_cycle_id"))

    op.drop_table("cycle_members")
    with op.batch_alter_table("cycle_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cycle_events_person_id"))
        batch_op.drop_index(batch_op.f("ix_cycle_events_cycle_id"))

    op.drop_table("cycle_events")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function cycle_events_refuse, cycle_events_keep")
    with op.batch_alter_table("cycles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cycles_version_id"))
        batch_op.drop_index("ix_cycles_group_id_state")
        batch_op.drop_index(batch_op.f("ix_cycles_follows_id"))

    op.drop_table("cycles")
    with op.batch_alter_table("workflow_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workflow_versions_school_id"))

    op.drop_table("workflow_versions")
