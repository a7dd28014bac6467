"""Made reports that everybody may fetch, that were made again, or are made after each round"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

MOMENT = sa.DateTime(timezone=True)

RENEW = {
    "sqlite": "BEGIN UPDATE revision SET token = hex(randomblob(16)) WHERE name = 'shown'; END",
    "postgresql": "EXECUTE FUNCTION shown_has_changed()",
}


def upgrade() -> None:
    op.create_table(
        "made_again",
        sa.Column("made_again_id", sa.Integer(), nullable=False),
        sa.Column("made_report_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name="made_again_sha256_is_hex"),
        sa.ForeignKeyConstraint(
            ["made_report_id"],
            ["made_report.made_report_id"],
            name=op.f("fk_made_again_made_report_id"),
        ),
        sa.PrimaryKeyConstraint("made_again_id", name=op.f("pk_made_again")),
    )
    op.create_index(op.f("ix_made_again_made_report_id"), "made_again", ["made_report_id"])
    _published()
    op.create_table(
        "report_schedule",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("file_formats", sa.JSON(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.CheckConstraint("days >= 0", name="report_is_made_after_the_round"),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.report_id"], name=op.f("fk_report_schedule_report_id")
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_report_schedule")),
    )
    op.create_table(
        "scheduled_report",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("round_code", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=True),
        sa.Column("failed_at", MOMENT, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(made_at IS NULL) <> (failed_at IS NULL)", name="scheduled_report_is_made_or_failed"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.report_id"], name=op.f("fk_scheduled_report_report_id")
        ),
        sa.PrimaryKeyConstraint("report_id", "round_code", name=op.f("pk_scheduled_report")),
    )


def _published() -> None:
    """Add the table of what everybody may fetch, which pages name: they are drawn anew with it."""
    op.create_table(
        "published_report",
        sa.Column("made_report_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("programme_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("file_format", sa.Text(), nullable=False),
        sa.Column("known_at", MOMENT, nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("records", sa.JSON(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by = '')", name="report_is_withdrawn_by_somebody"
        ),
        sa.ForeignKeyConstraint(
            ["made_report_id"],
            ["made_report.made_report_id"],
            name=op.f("fk_published_report_made_report_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_code"],
            ["programme.programme_code"],
            name=op.f("fk_published_report_programme_code"),
        ),
        sa.PrimaryKeyConstraint("made_report_id", name=op.f("pk_published_report")),
    )
    op.create_index("ix_published_report_subject", "published_report", ["subject", "code"])
    for event in ("INSERT", "UPDATE", "DELETE"):
        name = f"published_report_renews_shown_with_{event.lower()}"
        after = f"AFTER {event} ON published_report"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"CREATE TRIGGER {name} {after} {RENEW['sqlite']}")
        else:
            # With the end of the transaction, when it waits for nothing else.
            op.execute(
                f"CREATE CONSTRAINT TRIGGER {name} {after} DEFERRABLE INITIALLY DEFERRED"
                f" FOR EACH ROW {RENEW['postgresql']}"
            )
