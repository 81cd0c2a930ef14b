"""Programmes of several groups, own pace, the school calendar, feedback among colleagues, broadcasts."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media_files",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("file_id", sa.String(length=255), nullable=False),
        sa.Column("kept_at", storage.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "kind", name=op.f("pk_media_files")),
    )
    op.create_table(
        "attention",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_attention_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "week", name=op.f("pk_attention")),
    )
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("content", storage.base.Json, nullable=True),
        sa.Column("target", storage.base.Json, nullable=False),
        sa.Column("groups", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("due_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("ended_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name=op.f("fk_broadcasts_created_by_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
    )
    with op.batch_alter_table("broadcasts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_broadcasts_created_by"), ["created_by"], unique=False)
        batch_op.create_index("ix_broadcasts_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "calendar_days",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("province", sa.String(length=32), nullable=True),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name=op.f("fk_calendar_days_created_by_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_calendar_days_school_id_schools"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_days")),
    )
    with op.batch_alter_table("calendar_days", schema=None) as batch_op:
        batch_op.create_index("ix_calendar_days_last_day", ["last_day"], unique=False)
        batch_op.create_index(batch_op.f("ix_calendar_days_school_id"), ["school_id"], unique=False)

    op.create_table(
        "leaves",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_leaves_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
    )
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leaves_person_id"), ["person_id"], unique=False)

    op.create_table(
        "postings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("school_year", sa.String(length=9), nullable=False),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("grade", sa.String(length=32), nullable=True),
        sa.Column("new_schools", sa.Integer(), nullable=True),
        sa.Column("asked_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("answered_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_postings_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_postings_school_id_schools"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
        sa.UniqueConstraint("person_id", "school_year", name=op.f("uq_postings_person_id_school_year")),
    )
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_postings_school_id"), ["school_id"], unique=False)

    op.create_table(
        "programmes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("clock", sa.String(length=32), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("ended_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name=op.f("fk_programmes_created_by_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
    )
    op.create_table(
        "readiness",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("phone", sa.String(length=8), nullable=True),
        sa.Column("signal", sa.String(length=8), nullable=True),
        sa.Column("mode", sa.String(length=8), nullable=True),
        sa.Column("tools", sa.String(length=8), nullable=True),
        sa.Column("pace", sa.String(length=8), nullable=True),
        sa.Column("updated_at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_readiness_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_readiness")),
    )
    op.create_table(
        "agenda_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("part", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_agenda_notes_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_agenda_notes_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_notes")),
    )
    with op.batch_alter_table("agenda_notes", schema=None) as batch_op:
        batch_op.create_index("ix_agenda_notes_group_id_week", ["group_id", "week"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_notes_person_id"), ["person_id"], unique=False)

    op.create_table(
        "group_turns",
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("next_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_group_turns_group_id_groups"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "name", name=op.f("pk_group_turns")),
    )
    with op.batch_alter_table("group_turns", schema=None) as batch_op:
        batch_op.create_index("ix_group_turns_name_next_at", ["name", "next_at"], unique=False)

    op.create_table(
        "pack_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pack", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("content", storage.base.Json, nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name=op.f("fk_pack_versions_created_by_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_pack_versions_group_id_groups"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_versions")),
        sa.UniqueConstraint("pack", "version", name=op.f("uq_pack_versions_pack_version")),
    )
    with op.batch_alter_table("pack_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pack_versions_group_id"), ["group_id"], unique=False)

    op.create_table(
        "pairings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pool", sa.String(length=32), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("team", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gives_first", sa.Boolean(), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=True),
        sa.Column("answered_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_pairings_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_pairings_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairings")),
        sa.UniqueConstraint("person_id", "group_id", "week", name=op.f("uq_pairings_person_id_group_id_week")),
    )
    with op.batch_alter_table("pairings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pairings_group_id"), ["group_id"], unique=False)
        batch_op.create_index("ix_pairings_week_pool", ["week", "pool"], unique=False)

    op.create_table(
        "pieces",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("file_kind", sa.String(length=12), nullable=True),
        sa.Column("file_id", sa.String(length=255), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("criteria", sa.String(length=140), nullable=False),
        sa.Column("wants_suggestion", sa.Boolean(), nullable=False),
        sa.Column("letter_key", sa.String(length=96), nullable=True),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_pieces_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_pieces_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pieces")),
    )
    with op.batch_alter_table("pieces", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pieces_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pieces_letter_key"), ["letter_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_pieces_person_id"), ["person_id"], unique=False)

    op.create_table(
        "programme_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("due_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("told_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("done_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("done_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["done_by"], ["people.id"], name=op.f("fk_programme_events_done_by_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_programme_events_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programmes.id"],
            name=op.f("fk_programme_events_programme_id_programmes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_events")),
        sa.UniqueConstraint(
            "programme_id", "group_id", "name", name=op.f("uq_programme_events_programme_id_group_id_name")
        ),
    )
    with op.batch_alter_table("programme_events", schema=None) as batch_op:
        batch_op.create_index("ix_programme_events_due_at", ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_programme_events_group_id"), ["group_id"], unique=False)

    op.create_table(
        "pulses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("letter_key", sa.String(length=96), nullable=False),
        sa.Column("opened_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("closed_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_pulses_group_id_groups"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulses")),
        sa.UniqueConstraint("group_id", "week", name=op.f("uq_pulses_group_id_week")),
    )
    op.create_table(
        "certificates",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("issued_at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolments.id"],
            name=op.f("fk_certificates_enrolment_id_enrolments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_certificates_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("number", name=op.f("uq_certificates_number")),
        sa.UniqueConstraint("person_id", "enrolment_id", name=op.f("uq_certificates_person_id_enrolment_id")),
    )
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificates_enrolment_id"), ["enrolment_id"], unique=False)

    op.create_table(
        "pulse_answers",
        sa.Column("pulse_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pulse_id"], ["pulses.id"], name=op.f("fk_pulse_answers_pulse_id_pulses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pulse_id", "fingerprint", name=op.f("pk_pulse_answers")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("medium", sa.String(length=8), nullable=False),
        sa.Column("file_id", sa.String(length=255), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_evidence_delivery_id_deliveries"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_evidence_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_delivery_id"), ["delivery_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_person_id"), ["person_id"], unique=False)

    op.create_table(
        "hand_ins",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("medium", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("file_id", sa.String(length=255), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("handed_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("answered_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answer_file_id", sa.String(length=255), nullable=True),
        sa.Column("answer_seconds", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["people.id"], name=op.f("fk_hand_ins_answered_by_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_hand_ins_delivery_id_deliveries"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_hand_ins_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_ins")),
        sa.UniqueConstraint("delivery_id", "person_id", name=op.f("uq_hand_ins_delivery_id_person_id")),
    )
    with op.batch_alter_table("hand_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hand_ins_person_id"), ["person_id"], unique=False)

    op.create_table(
        "lesson_answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=32), nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=True),
        sa.Column("at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_lesson_answers_delivery_id_deliveries"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_lesson_answers_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_answers")),
        sa.UniqueConstraint(
            "delivery_id", "person_id", "kind", name=op.f("uq_lesson_answers_delivery_id_person_id_kind")
        ),
    )
    with op.batch_alter_table("lesson_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lesson_answers_person_id"), ["person_id"], unique=False)

    op.create_table(
        "lesson_polls",
        sa.Column("poll_id", sa.String(length=64), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sent_at", storage.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_lesson_polls_delivery_id_deliveries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_lesson_polls")),
    )
    with op.batch_alter_table("lesson_polls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lesson_polls_delivery_id"), ["delivery_id"], unique=False)

    op.create_table(
        "feedback",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("giver_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("receiver_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reflection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("piece_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("criterion", sa.String(length=70), nullable=True),
        sa.Column("medium", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("file_id", sa.String(length=255), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("tg_message_id", sa.BigInteger(), nullable=True),
        sa.Column("helped", sa.Boolean(), nullable=True),
        sa.Column("created_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("edited_at", storage.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["people.id"], name=op.f("fk_feedback_giver_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_feedback_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["piece_id"], ["pieces.id"], name=op.f("fk_feedback_piece_id_pieces"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["people.id"], name=op.f("fk_feedback_receiver_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reflection_id"],
            ["reflections.id"],
            name=op.f("fk_feedback_reflection_id_reflections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("group_id", "tg_message_id", name=op.f("uq_feedback_group_id_tg_message_id")),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_giver_id"), ["giver_id"], unique=False)
        batch_op.create_index("ix_feedback_group_id_created_at", ["group_id", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_piece_id"), ["piece_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_receiver_id"), ["receiver_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_reflection_id"), ["reflection_id"], unique=False)

    op.create_table(
        "shares",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reflection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("piece_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("marked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("marked_at", storage.base.UtcDateTime(), nullable=False),
        sa.Column("agreed_at", storage.base.UtcDateTime(), nullable=True),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_shares_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["marked_by"], ["people.id"], name=op.f("fk_shares_marked_by_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["piece_id"], ["pieces.id"], name=op.f("fk_shares_piece_id_pieces"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_shares_programme_id_programmes"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reflection_id"], ["reflections.id"], name=op.f("fk_shares_reflection_id_reflections"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shares")),
    )
    with op.batch_alter_table("shares", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shares_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_shares_piece_id"), ["piece_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_shares_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_shares_reflection_id"), ["reflection_id"], unique=False)

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("minutes", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("frame", storage.base.Json, nullable=True))
        batch_op.add_column(sa.Column("remind_at", storage.base.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("reminded", sa.Integer(), nullable=False, server_default="0"))

    # Until now a group went through a pack once, so its enrolment is the one of the same pack.
    op.execute(
        """
        UPDATE deliveries SET
            enrolment_id = (SELECT max(e.id) FROM enrolments e
                WHERE e.group_id = deliveries.group_id AND e.pack = deliveries.pack),
            version = coalesce((SELECT max(e.version) FROM enrolments e
                WHERE e.group_id = deliveries.group_id AND e.pack = deliveries.pack), 1)
        """
    )
    op.execute("DELETE FROM deliveries WHERE enrolment_id IS NULL")

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.alter_column(
            "enrolment_id", existing_type=sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        )
        batch_op.drop_constraint(batch_op.f("uq_deliveries_group_id_pack_lesson"), type_="unique")
        batch_op.create_index("ix_deliveries_group_id_day", ["group_id", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_deliveries_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_deliveries_remind_at", ["remind_at"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_deliveries_enrolment_id_lesson"), ["enrolment_id", "lesson"])
        batch_op.create_foreign_key(
            batch_op.f("fk_deliveries_enrolment_id_enrolments"),
            "enrolments",
            ["enrolment_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_deliveries_person_id_people"), "people", ["person_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(
            sa.Column("programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("told_skip", sa.Date(), nullable=True))
        batch_op.drop_index("ix_enrolments_next_at")
        batch_op.create_index("ix_enrolments_due", ["next_at", "group_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolments_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolments_programme_id"), ["programme_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_enrolments_programme_id_programmes"),
            "programmes",
            ["programme_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_enrolments_person_id_people"), "people", ["person_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("budget_messages", sa.Integer(), nullable=False, server_default="20"))
        batch_op.add_column(sa.Column("budget_minutes", sa.Integer(), nullable=False, server_default="90"))

    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pairs", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("private_copy", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("caught_up_at", storage.base.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("buddy_since", storage.base.UtcDateTime(), nullable=True))

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("prompt_time", sa.String(length=5), nullable=True))
        batch_op.add_column(sa.Column("workdays", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("recap_next_at", storage.base.UtcDateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_people_recap_next_at"), ["recap_next_at"], unique=False)

    with op.batch_alter_table("reflections", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=8), nullable=False, server_default="free"))
        batch_op.add_column(
            sa.Column("entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("parts", storage.base.Json, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_reflections_entered_by_people"), "people", ["entered_by"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("schools", schema=None) as batch_op:
        batch_op.add_column(sa.Column("province", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("gugus", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("ramadan_time", sa.String(length=5), nullable=True))

    with op.batch_alter_table("trials", schema=None) as batch_op:
        batch_op.add_column(sa.Column("checks", sa.String(length=32), nullable=True))


def downgrade() -> None:
    # What the older form cannot hold: lessons at one's own pace, and a pack that was gone through again.
    op.execute("DELETE FROM deliveries WHERE person_id IS NOT NULL")
    op.execute("DELETE FROM enrolments WHERE person_id IS NOT NULL")
    op.execute(
        """
        DELETE FROM deliveries WHERE id NOT IN (
            SELECT max(d.id) FROM deliveries d GROUP BY d.group_id, d.pack, d.lesson)
        """
    )

    with op.batch_alter_table("trials", schema=None) as batch_op:
        batch_op.drop_column("checks")

    with op.batch_alter_table("schools", schema=None) as batch_op:
        batch_op.drop_column("ramadan_time")
        batch_op.drop_column("gugus")
        batch_op.drop_column("province")

    with op.batch_alter_table("reflections", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_reflections_entered_by_people"), type_="foreignkey")
        batch_op.drop_column("parts")
        batch_op.drop_column("entered_by")
        batch_op.drop_column("kind")

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_recap_next_at"))
        batch_op.drop_column("recap_next_at")
        batch_op.drop_column("workdays")
        batch_op.drop_column("prompt_time")

    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_column("buddy_since")
        batch_op.drop_column("caught_up_at")
        batch_op.drop_column("private_copy")
        batch_op.drop_column("pairs")

    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.drop_column("budget_minutes")
        batch_op.drop_column("budget_messages")

    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_enrolments_person_id_people"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_enrolments_programme_id_programmes"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_enrolments_programme_id"))
        batch_op.drop_index(batch_op.f("ix_enrolments_person_id"))
        batch_op.drop_index("ix_enrolments_due")
        batch_op.create_index("ix_enrolments_next_at", ["next_at"], unique=False)
        batch_op.drop_column("told_skip")
        batch_op.drop_column("programme_id")
        batch_op.drop_column("person_id")

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_deliveries_person_id_people"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_deliveries_enrolment_id_enrolments"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_deliveries_enrolment_id_lesson"), type_="unique")
        batch_op.drop_index("ix_deliveries_remind_at")
        batch_op.drop_index(batch_op.f("ix_deliveries_person_id"))
        batch_op.drop_index("ix_deliveries_group_id_day")
        batch_op.create_unique_constraint(
            batch_op.f("uq_deliveries_group_id_pack_lesson"), ["group_id", "pack", "lesson"]
        )
        batch_op.drop_column("reminded")
        batch_op.drop_column("frame")
        batch_op.drop_column("remind_at")
        batch_op.drop_column("minutes")
        batch_op.drop_column("version")
        batch_op.drop_column("person_id")
        batch_op.drop_column("enrolment_id")

    with op.batch_alter_table("shares", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shares_reflection_id"))
        batch_op.drop_index(batch_op.f("ix_shares_programme_id"))
        batch_op.drop_index(batch_op.f("ix_shares_piece_id"))
        batch_op.drop_index(batch_op.f("ix_shares_group_id"))

    op.drop_table("shares")
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_reflection_id"))
        batch_op.drop_index(batch_op.f("ix_feedback_receiver_id"))
        batch_op.drop_index(batch_op.f("ix_feedback_piece_id"))
        batch_op.drop_index("ix_feedback_group_id_created_at")
        batch_op.drop_index(batch_op.f("ix_feedback_giver_id"))

    op.drop_table("feedback")
    with op.batch_alter_table("lesson_polls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lesson_polls_delivery_id"))

    op.drop_table("lesson_polls")
    with op.batch_alter_table("lesson_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lesson_answers_person_id"))

    op.drop_table("lesson_answers")
    with op.batch_alter_table("hand_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hand_ins_person_id"))

    op.drop_table("hand_ins")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_person_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_delivery_id"))

    op.drop_table("evidence")
    op.drop_table("pulse_answers")
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificates_enrolment_id"))

    op.drop_table("certificates")
    op.drop_table("pulses")
    with op.batch_alter_table("programme_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programme_events_group_id"))
        batch_op.drop_index("ix_programme_events_due_at")

    op.drop_table("programme_events")
    with op.batch_alter_table("pieces", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pieces_person_id"))
        batch_op.drop_index(batch_op.f("ix_pieces_letter_key"))
        batch_op.drop_index(batch_op.f("ix_pieces_group_id"))

    op.drop_table("pieces")
    with op.batch_alter_table("pairings", schema=None) as batch_op:
        batch_op.drop_index("ix_pairings_week_pool")
        batch_op.drop_index(batch_op.f("ix_pairings_group_id"))

    op.drop_table("pairings")
    with op.batch_alter_table("pack_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pack_versions_group_id"))

    op.drop_table("pack_versions")
    with op.batch_alter_table("group_turns", schema=None) as batch_op:
        batch_op.drop_index("ix_group_turns_name_next_at")

    op.drop_table("group_turns")
    with op.batch_alter_table("agenda_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agenda_notes_person_id"))
        batch_op.drop_index("ix_agenda_notes_group_id_week")

    op.drop_table("agenda_notes")
    op.drop_table("readiness")
    op.drop_table("programmes")
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_postings_school_id"))

    op.drop_table("postings")
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leaves_person_id"))

    op.drop_table("leaves")
    with op.batch_alter_table("calendar_days", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_days_school_id"))
        batch_op.drop_index("ix_calendar_days_last_day")

    op.drop_table("calendar_days")
    with op.batch_alter_table("broadcasts", schema=None) as batch_op:
        batch_op.drop_index("ix_broadcasts_state_due_at")
        batch_op.drop_index(batch_op.f("ix_broadcasts_created_by"))

    op.drop_table("broadcasts")
    op.drop_table("attention")
    op.drop_table("media_files")
