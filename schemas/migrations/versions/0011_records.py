"""What is told in words beside the numbers: outcomes, stories, lessons, recommendations, judgements"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

RENEW = {
    "sqlite": "BEGIN UPDATE revision SET token = hex(randomblob(16)) WHERE name = 'shown'; END",
    "postgresql": "EXECUTE FUNCTION shown_has_changed()",
}

CHANGES = {
    "INSERT": "NEW.state <> 'draft'",
    "UPDATE": "OLD.state <> 'draft' OR NEW.state <> 'draft'",
    "DELETE": "OLD.state <> 'draft'",
}
"When a change of a version is one of what everybody is shown: drafts are not."


def upgrade() -> None:
    op.create_table(
        "record",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("programme_code", sa.Text(), nullable=False),
        sa.Column("project_code", sa.Text(), nullable=True),
        sa.Column("place_code", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('outcome', 'story', 'lesson', 'recommendation', 'judgement', 'step')",
            name="record_kind_is_known",
        ),
        sa.ForeignKeyConstraint(
            ["programme_code"], ["programme.programme_code"], name=op.f("fk_record_programme_code")
        ),
        sa.ForeignKeyConstraint(
            ["project_code"], ["project.project_code"], name=op.f("fk_record_project_code")
        ),
        sa.ForeignKeyConstraint(
            ["place_code"], ["place.place_code"], name=op.f("fk_record_place_code")
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_record")),
    )
    op.create_index("ix_record_programme", "record", ["programme_code", "project_code"])
    op.create_table(
        "record_version",
        sa.Column("record_version_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'withdrawn')", name="record_state_is_known"
        ),
        sa.CheckConstraint("superseded_at > written_at", name="record_superseded_after_written"),
        sa.CheckConstraint(
            "NOT (is_private AND state = 'published')", name="what_is_private_is_not_published"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.record_id"], name=op.f("fk_record_version_record_id")
        ),
        sa.PrimaryKeyConstraint("record_version_id", name=op.f("pk_record_version")),
    )
    op.create_index("ix_record_version_record", "record_version", ["record_id"])
    for name, is_draft in (("draft", "="), ("decided_version", "<>")):
        of_them = sa.text(f"superseded_at IS NULL AND state {is_draft} 'draft'")
        op.create_index(
            f"one_{name}_of_a_record",
            "record_version",
            ["record_id"],
            unique=True,
            sqlite_where=of_them,
            postgresql_where=of_them,
        )
    for event, when in CHANGES.items():
        _renew(event, when)


def _renew(event: str, when: str) -> None:
    """Make a version renew the revision of what everybody is shown, with an event."""
    name = f"record_version_renews_shown_with_{event.lower()}"
    after = f"AFTER {event} ON record_version"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {name} {after} WHEN {when} {RENEW['sqlite']}")
        return
    # With the end of the transaction, when it waits for nothing else: no two wait for each other.
    op.execute(
        f"CREATE CONSTRAINT TRIGGER {name} {after} DEFERRABLE INITIALLY DEFERRED"
        f" FOR EACH ROW WHEN ({when}) {RENEW['postgresql']}"
    )
