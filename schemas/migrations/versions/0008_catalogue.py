"""What indicators meant at which time; rows of the catalogue that ended; drafts of the catalogue"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

ENDED = (
    *("theme", "unit", "dimension", "category", "place", "organisation", "indicator", "project"),
    "project_indicator",
)
"Tables whose rows may be no longer asked for, while old values rest on them."

FURTHER = (
    *("theme", "organisation", "project_organisation", "round", "exchange_rate"),
    *("sdg_target", "sdg_indicator"),
)
"Tables of the catalogue whose changes did not yet change its revision."


def upgrade() -> None:
    op.create_table(
        "indicator_version",
        sa.Column("indicator_code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("dimensions", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.CheckConstraint("version >= 1", name="indicator_versions_begin_with_1"),
        sa.PrimaryKeyConstraint("indicator_code", "version", name=op.f("pk_indicator_version")),
    )
    op.create_table(
        "catalogue_draft",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
            name=op.f("fk_catalogue_draft_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_catalogue_draft")),
    )
    op.create_index("ix_catalogue_draft_account_id", "catalogue_draft", ["account_id"])
    for table in ENDED:
        column = sa.Column("is_ended", sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column(table, column)
    _tell_of_further_tables()


def _tell_of_further_tables() -> None:
    """Make every table of the catalogue change its revision (migration 0002 did so for most)."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in FURTHER:
        for event in ("INSERT", "UPDATE", "DELETE"):
            name = f"{table}_tells_{event.lower()}"
            if is_sqlite:
                op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {RENEW}; END")
            else:
                op.execute(
                    f"CREATE TRIGGER {name} AFTER {event} ON {table}"
                    " FOR EACH STATEMENT EXECUTE FUNCTION catalogue_has_changed()"
                )


RENEW = "UPDATE revision SET token = hex(randomblob(16)) WHERE name = 'catalogue'"
