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
        "rubric_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rubric", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", storage.base.Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric_versions")),
        sa.UniqueConstraint("rubric", "digest", name=op.f("uq_rubric_versions_rubric_digest")),
    )
    op.create_table(
        "free_periods",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_free_periods_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "weekday", "hour", name=op.f("pk_free_periods")),
    )
    op.create_table(
        "mornings",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wall", sa.String(length=5), nullable=False),
        sa.Column("next_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_mornings_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_mornings")),
    )
    with op.batch_alter_table("mornings", schema=None) as batch_op:
        batch_op.create_index("ix_mornings_next_at", ["next_at"], unique=False)

    op.create_table(
        "person_turns",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("next_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_person_turns_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "name", name=op.f("pk_person_turns")),
    )
    with op.batch_alter_table("person_turns", schema=None) as batch_op:
        batch_op.create_index("ix_person_turns_name_next_at", ["name", "next_at"], unique=False)

    op.create_table(
        "plan_kinds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("content", storage.base.Json, nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name=op.f("fk_plan_kinds_created_by_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_plan_kinds_school_id_schools"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_kinds")),
        sa.UniqueConstraint("school_id", "slug", name=op.f("uq_plan_kinds_school_id_slug")),
    )
    with op.batch_alter_table("plan_kinds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_kinds_created_by"), ["created_by"], unique=False)

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
        sa.Column("board", sa.Integer(), nullable=False),
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
        "meetings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("leader_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("leader_agreed_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("planned_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("agenda", sa.Text(), nullable=True),
        sa.Column("minutes", sa.Text(), nullable=True),
        sa.Column("minutes_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("remind_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("ended_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_meetings_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["people.id"], name=op.f("fk_meetings_leader_id_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["minutes_by"], ["people.id"], name=op.f("fk_meetings_minutes_by_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["planned_by"], ["people.id"], name=op.f("fk_meetings_planned_by_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meetings_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetings_leader_id"), ["leader_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetings_minutes_by"), ["minutes_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetings_planned_by"), ["planned_by"], unique=False)
        batch_op.create_index("ix_meetings_remind_at", ["remind_at"], unique=False)

    op.create_table(
        "session_series",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("every_days", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("starts_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("next_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_session_series_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_session_series_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_series")),
    )
    with op.batch_alter_table("session_series", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_series_group_id"), ["group_id"], unique=False)
        batch_op.create_index("ix_session_series_next_at", ["next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_series_person_id"), ["person_id"], unique=False)

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
        sa.Column("asked", sa.Boolean(), nullable=False),
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
        "meeting_attendance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("signs", sa.String(length=8), nullable=True),
        sa.Column("seen", sa.String(length=300), nullable=True),
        sa.Column("scored_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_attendance_meeting_id_meetings"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_meeting_attendance_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_attendance")),
        sa.UniqueConstraint("meeting_id", "person_id", name=op.f("uq_meeting_attendance_meeting_id_person_id")),
    )
    with op.batch_alter_table("meeting_attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_attendance_person_id"), ["person_id"], unique=False)

    op.create_table(
        "work_plans",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("period", sa.String(length=12), nullable=False),
        sa.Column("is_free", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asked_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("confirmed_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("confirmed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["people.id"], name=op.f("fk_work_plans_confirmed_by_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_work_plans_cycle_id_cycles"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_work_plans_group_id_groups"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_work_plans_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_plans")),
        sa.UniqueConstraint("person_id", "period", name=op.f("uq_work_plans_person_id_period")),
    )
    with op.batch_alter_table("work_plans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_plans_confirmed_by"), ["confirmed_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_plans_cycle_id"), ["cycle_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_plans_group_id"), ["group_id"], unique=False)

    op.create_table(
        "coaching_sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("replaces_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("offered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("slots", storage.base.Json, nullable=True),
        sa.Column("starts_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("remind_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("agreed_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("ended_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_coaching_sessions_cycle_id_cycles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_coaching_sessions_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offered_by"], ["people.id"], name=op.f("fk_coaching_sessions_offered_by_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"],
            ["coaching_sessions.id"],
            name=op.f("fk_coaching_sessions_replaces_id_coaching_sessions"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["session_series.id"],
            name=op.f("fk_coaching_sessions_series_id_session_series"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["cycle_steps.id"], name=op.f("fk_coaching_sessions_step_id_cycle_steps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coaching_sessions")),
    )
    with op.batch_alter_table("coaching_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coaching_sessions_cycle_id"), ["cycle_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coaching_sessions_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coaching_sessions_offered_by"), ["offered_by"], unique=False)
        batch_op.create_index("ix_coaching_sessions_remind_at", ["remind_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_coaching_sessions_replaces_id"), ["replaces_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coaching_sessions_series_id"), ["series_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coaching_sessions_step_id"), ["step_id"], unique=False)

    op.create_table(
        "commitments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("file_id", sa.String(length=255), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
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
        "consultations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("next_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("guessed_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("settled", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_consultations_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_consultations_message_id_messages"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_consultations_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
        sa.UniqueConstraint("message_id", name=op.f("uq_consultations_message_id")),
    )
    with op.batch_alter_table("consultations", schema=None) as batch_op:
        batch_op.create_index("ix_consultations_group_id_settled_at", ["group_id", "settled_at"], unique=False)
        batch_op.create_index("ix_consultations_next_at", ["next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_consultations_person_id"), ["person_id"], unique=False)

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

    op.create_table(
        "module_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("medium", sa.String(length=8), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("file_id", sa.String(length=255), nullable=True),
        sa.Column("from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_module_versions_cycle_id_cycles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["from_id"],
            ["module_versions.id"],
            name=op.f("fk_module_versions_from_id_module_versions"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["people.id"], name=op.f("fk_module_versions_made_by_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["cycle_steps.id"], name=op.f("fk_module_versions_step_id_cycle_steps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_versions")),
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_module_versions_cycle_id_number")),
    )
    with op.batch_alter_table("module_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_module_versions_from_id"), ["from_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_module_versions_made_by"), ["made_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_module_versions_step_id"), ["step_id"], unique=False)

    op.create_table(
        "observations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rubric_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("observed_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("observer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("second_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("started_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("observed_done_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("observer_done_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("second_done_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("opened_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_observations_cycle_id_cycles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["observed_id"], ["people.id"], name=op.f("fk_observations_observed_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["observer_id"], ["people.id"], name=op.f("fk_observations_observer_id_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["rubric_id"], ["rubric_versions.id"], name=op.f("fk_observations_rubric_id_rubric_versions")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["people.id"], name=op.f("fk_observations_second_id_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["cycle_steps.id"], name=op.f("fk_observations_step_id_cycle_steps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observations")),
    )
    with op.batch_alter_table("observations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_observations_cycle_id"), ["cycle_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_observations_observed_id"), ["observed_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_observations_observer_id"), ["observer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_observations_rubric_id"), ["rubric_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_observations_second_id"), ["second_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_observations_step_id"), ["step_id"], unique=False)

    op.create_table(
        "plan_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("material", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("anticipation", sa.Text(), nullable=False),
        sa.Column("when_text", sa.Text(), nullable=False),
        sa.Column("times", storage.base.Json, nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("preparation", sa.Text(), nullable=False),
        sa.Column("support_source", sa.Text(), nullable=False),
        sa.Column("support_form", sa.Text(), nullable=False),
        sa.Column("competence", sa.String(length=16), nullable=True),
        sa.Column("remind_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["work_plans.id"], name=op.f("fk_plan_rows_plan_id_work_plans"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_rows")),
    )
    with op.batch_alter_table("plan_rows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_rows_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index("ix_plan_rows_remind_at", ["remind_at"], unique=False)

    op.create_table(
        "talk_proposals",
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_talk_proposals_cycle_id_cycles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_talk_proposals_delivery_id_deliveries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cycle_id", "delivery_id", name=op.f("pk_talk_proposals")),
    )
    with op.batch_alter_table("talk_proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talk_proposals_delivery_id"), ["delivery_id"], unique=False)

    op.create_table(
        "bookings",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quarter", storage.base.UtcDateTime(), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_bookings_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["coaching_sessions.id"],
            name=op.f("fk_bookings_session_id_coaching_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "quarter", name=op.f("pk_bookings")),
    )
    with op.batch_alter_table("bookings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bookings_session_id"), ["session_id"], unique=False)

    op.create_table(
        "module_scores",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rubric_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("criterion", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_module_scores_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rubric_id"], ["rubric_versions.id"], name=op.f("fk_module_scores_rubric_id_rubric_versions")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["cycle_steps.id"], name=op.f("fk_module_scores_step_id_cycle_steps"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["module_versions.id"],
            name=op.f("fk_module_scores_version_id_module_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_scores")),
        sa.UniqueConstraint(
            "version_id", "rubric_id", "criterion", name=op.f("uq_module_scores_version_id_rubric_id_criterion")
        ),
    )
    with op.batch_alter_table("module_scores", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_module_scores_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_module_scores_rubric_id"), ["rubric_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_module_scores_step_id"), ["step_id"], unique=False)

    op.create_table(
        "observation_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("observation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("medium", sa.String(length=8), nullable=False),
        sa.Column("sign", sa.String(length=40), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("file_id", sa.String(length=255), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("shows_pupils", sa.Boolean(), nullable=True),
        sa.Column("at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["observations.id"],
            name=op.f("fk_observation_notes_observation_id_observations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_observation_notes_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation_notes")),
    )
    with op.batch_alter_table("observation_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_observation_notes_observation_id"), ["observation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_observation_notes_person_id"), ["person_id"], unique=False)

    op.create_table(
        "observation_scores",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("observation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("criterion", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["observations.id"],
            name=op.f("fk_observation_scores_observation_id_observations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_observation_scores_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation_scores")),
        sa.UniqueConstraint(
            "observation_id",
            "person_id",
            "criterion",
            name=op.f("uq_observation_scores_observation_id_person_id_criterion"),
        ),
    )
    with op.batch_alter_table("observation_scores", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_observation_scores_person_id"), ["person_id"], unique=False)

    op.create_table(
        "session_seats",
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=True),
        sa.Column("answered_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_session_seats_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["coaching_sessions.id"],
            name=op.f("fk_session_seats_session_id_coaching_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_session_seats")),
    )
    with op.batch_alter_table("session_seats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_seats_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("talk", sa.Boolean(), nullable=True))

    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("consult_hours", sa.Integer(), server_default="4", nullable=False))
        batch_op.add_column(sa.Column("model", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("buddy_days", sa.Integer(), server_default="10", nullable=False))

    op.create_table(
        "assignments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_role", sa.String(length=24), nullable=False),
        sa.Column("of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("of_role", sa.String(length=24), nullable=False),
        sa.Column("set_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("since", storage.base.UtcDateTime(), nullable=False),
        sa.Column("until", storage.base.UtcDateTime(), nullable=True),
        sa.Column("ended", sa.String(length=8), nullable=True),
        sa.Column("next_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_assignments_by_id_people"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_assignments_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["of_id"], ["people.id"], name=op.f("fk_assignments_of_id_people"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["set_by"], ["people.id"], name=op.f("fk_assignments_set_by_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignments_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignments_of_id"), ["of_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignments_set_by"), ["set_by"], unique=False)
        batch_op.create_index("ix_assignments_next_at", ["next_at"], unique=False)
        batch_op.create_index(
            "uq_assignments_one_of_a_role",
            ["group_id", "of_id", "of_role", "by_role"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("assignments")
    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.drop_column("buddy_days")
        batch_op.drop_column("model")
        batch_op.drop_column("consult_hours")

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_column("talk")

    with op.batch_alter_table("session_seats", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_seats_person_id"))

    op.drop_table("session_seats")
    with op.batch_alter_table("observation_scores", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_observation_scores_person_id"))

    op.drop_table("observation_scores")
    with op.batch_alter_table("observation_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_observation_notes_person_id"))
        batch_op.drop_index(batch_op.f("ix_observation_notes_observation_id"))

    op.drop_table("observation_notes")
    with op.batch_alter_table("module_scores", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_module_scores_step_id"))
        batch_op.drop_index(batch_op.f("ix_module_scores_rubric_id"))
        batch_op.drop_index(batch_op.f("ix_module_scores_person_id"))

    op.drop_table("module_scores")
    with op.batch_alter_table("bookings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bookings_session_id"))

    op.drop_table("bookings")
    with op.batch_alter_table("talk_proposals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_talk_proposals_delivery_id"))

    op.drop_table("talk_proposals")
    with op.batch_alter_table("plan_rows", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_rows_remind_at")
        batch_op.drop_index(batch_op.f("ix_plan_rows_plan_id"))

    op.drop_table("plan_rows")
    with op.batch_alter_table("observations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_observations_step_id"))
        batch_op.drop_index(batch_op.f("ix_observations_second_id"))
        batch_op.drop_index(batch_op.f("ix_observations_rubric_id"))
        batch_op.drop_index(batch_op.f("ix_observations_observer_id"))
        batch_op.drop_index(batch_op.f("ix_observations_observed_id"))
        batch_op.drop_index(batch_op.f("ix_observations_cycle_id"))

    op.drop_table("observations")
    with op.batch_alter_table("module_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_module_versions_step_id"))
        batch_op.drop_index(batch_op.f("ix_module_versions_made_by"))
        batch_op.drop_index(batch_op.f("ix_module_versions_from_id"))

    op.drop_table("module_versions")
    with op.batch_alter_table("cycle_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cycle_notes_step_id"))
        batch_op.drop_index(batch_op.f("ix_cycle_notes_person_id"))
        batch_op.drop_index(batch_op.f("ix_cycle_notes_cycle_id"))

    op.drop_table("cycle_notes")
    with op.batch_alter_table("consultations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consultations_person_id"))
        batch_op.drop_index("ix_consultations_next_at")
        batch_op.drop_index("ix_consultations_group_id_settled_at")

    op.drop_table("consultations")
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitments_step_id"))
        batch_op.drop_index("ix_commitments_remind_at")
        batch_op.drop_index(batch_op.f("ix_commitments_person_id"))
        batch_op.drop_index(batch_op.f("ix_commitments_cycle_id"))

    op.drop_table("commitments")
    with op.batch_alter_table("coaching_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coaching_sessions_step_id"))
        batch_op.drop_index(batch_op.f("ix_coaching_sessions_series_id"))
        batch_op.drop_index(batch_op.f("ix_coaching_sessions_replaces_id"))
        batch_op.drop_index("ix_coaching_sessions_remind_at")
        batch_op.drop_index(batch_op.f("ix_coaching_sessions_offered_by"))
        batch_op.drop_index(batch_op.f("ix_coaching_sessions_group_id"))
        batch_op.drop_index(batch_op.f("ix_coaching_sessions_cycle_id"))

    op.drop_table("coaching_sessions")
    with op.batch_alter_table("work_plans", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_plans_group_id"))
        batch_op.drop_index(batch_op.f("ix_work_plans_cycle_id"))
        batch_op.drop_index(batch_op.f("ix_work_plans_confirmed_by"))

    op.drop_table("work_plans")
    with op.batch_alter_table("meeting_attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_attendance_person_id"))

    op.drop_table("meeting_attendance")
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
    with op.batch_alter_table("session_series", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_series_person_id"))
        batch_op.drop_index("ix_session_series_next_at")
        batch_op.drop_index(batch_op.f("ix_session_series_group_id"))

    op.drop_table("session_series")
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.drop_index("ix_meetings_remind_at")
        batch_op.drop_index(batch_op.f("ix_meetings_planned_by"))
        batch_op.drop_index(batch_op.f("ix_meetings_minutes_by"))
        batch_op.drop_index(batch_op.f("ix_meetings_leader_id"))
        batch_op.drop_index(batch_op.f("ix_meetings_group_id"))

    op.drop_table("meetings")
    with op.batch_alter_table("cycles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cycles_version_id"))
        batch_op.drop_index("ix_cycles_group_id_state")
        batch_op.drop_index(batch_op.f("ix_cycles_follows_id"))

    op.drop_table("cycles")
    with op.batch_alter_table("workflow_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workflow_versions_school_id"))

    op.drop_table("workflow_versions")
    with op.batch_alter_table("plan_kinds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_kinds_created_by"))

    op.drop_table("plan_kinds")
    with op.batch_alter_table("person_turns", schema=None) as batch_op:
        batch_op.drop_index("ix_person_turns_name_next_at")

    op.drop_table("person_turns")
    with op.batch_alter_table("mornings", schema=None) as batch_op:
        batch_op.drop_index("ix_mornings_next_at")

    op.drop_table("mornings")
    op.drop_table("free_periods")
    op.drop_table("rubric_versions")
