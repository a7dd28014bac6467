"""Reporting rounds: calendars, answers, more time, evidence, reminders"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # In SQL: SQLite can add a column with its rule, but no rule to a column that is there.
    op.execute(
        "ALTER TABLE round ADD COLUMN grace_days INTEGER DEFAULT 0 NOT NULL"
        " CONSTRAINT round_grace_is_not_negative CHECK (grace_days >= 0)"
    )
    op.execute(
        "ALTER TABLE round ADD COLUMN project_code TEXT"
        " CONSTRAINT fk_round_project_code REFERENCES project (project_code)"
    )
    op.add_column("round", sa.Column("closed_at", MOMENT, nullable=True))
    op.create_index(op.f("ix_round_project_code"), "round", ["project_code"], unique=False)
    op.add_column(
        "submission", sa.Column("period_ends", sa.JSON(), nullable=False, server_default="[]")
    )
    _said_of_rounds()
    _evidence()
    op.create_table(
        "reminder",
        *_keys("reminder"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('before_14', 'before_3', 'after_1', 'after_7')",
            name=op.f("reminder_kind_is_known"),
        ),
        sa.PrimaryKeyConstraint(
            "round_code", "project_code", "kind", "due_date", name=op.f("pk_reminder")
        ),
    )


def _keys(table: str) -> list[sa.Column | sa.ForeignKeyConstraint]:
    """Return the columns that say of which round and project something is."""
    columns = [
        sa.Column(name, sa.Text(), nullable=False) for name in ("round_code", "project_code")
    ]
    links = [
        sa.ForeignKeyConstraint(
            [f"{of}_code"], [f"{of}.{of}_code"], name=op.f(f"fk_{table}_{of}_code")
        )
        for of in ("round", "project")
    ]
    return [*columns, *links]


def _said_of_rounds() -> None:
    op.create_table(
        "round_answer",
        *_keys("round_answer"),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.Column("replaced_answer", sa.Text(), nullable=False),
        sa.Column("replaced_actor", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "answer IN ('nothing_to_report', 'not_applicable')", name=op.f("round_answer_is_known")
        ),
        sa.CheckConstraint(
            "answer <> 'not_applicable' OR reason <> ''", name=op.f("not_applicable_has_a_reason")
        ),
        sa.PrimaryKeyConstraint("round_code", "project_code", name=op.f("pk_round_answer")),
    )
    op.create_index(op.f("ix_round_answer_project_code"), "round_answer", ["project_code"])
    op.create_table(
        "extension",
        sa.Column("extension_id", sa.Integer(), nullable=False),
        *_keys("extension"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("wanted_until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("granted_until", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'granted', 'refused')", name=op.f("extension_state_is_known")
        ),
        sa.CheckConstraint(
            "(state = 'granted') = (granted_until IS NOT NULL)", name=op.f("granted_until_a_day")
        ),
        sa.CheckConstraint(
            "(state = 'asked') = (decided_at IS NULL)", name=op.f("extension_is_decided_or_open")
        ),
        sa.PrimaryKeyConstraint("extension_id", name=op.f("pk_extension")),
    )
    op.create_index(op.f("ix_extension_project_code"), "extension", ["project_code"])
    op.create_index(
        "one_open_extension",
        "extension",
        ["round_code", "project_code"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        *(
            sa.Column(f"{of}_code", sa.Text(), nullable=False)
            for of in ("programme", "project", "place", "indicator")
        ),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.CheckConstraint("period_end >= period_start", name=op.f("evidence_runs_forward")),
        sa.CheckConstraint(
            "(content IS NULL) = (url <> '')", name=op.f("evidence_is_a_file_or_a_link")
        ),
        sa.CheckConstraint(
            "(content IS NULL) = (length(sha256) <> 64)", name=op.f("evidence_file_has_its_sha256")
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{of}_code"], [f"{of}.{of}_code"], name=op.f(f"fk_evidence_{of}_code")
            )
            for of in ("programme", "project", "place", "indicator")
        ),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_evidence")),
    )
    op.create_index(
        "ix_evidence_slice", "evidence", ["project_code", "place_code", "indicator_code"]
    )
