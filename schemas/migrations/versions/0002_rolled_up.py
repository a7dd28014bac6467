"""What series have come to, kept beside their observations; and which catalogue it is"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "rolled",
        sa.Column("programme_code", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("programme_code", name=op.f("pk_rolled")),
    )
    op.create_table(
        "series",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("programme_code", sa.Text(), nullable=False),
        sa.Column("project_code", sa.Text(), nullable=False),
        sa.Column("place_code", sa.Text(), nullable=False),
        sa.Column("indicator_code", sa.Text(), nullable=False),
        sa.Column("breakdown_key", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("is_full", sa.Boolean(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("reached", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("series_id", name=op.f("pk_series")),
    )
    op.create_index(
        "one_series_for_each_reader",
        "series",
        [
            "programme_code",
            "indicator_code",
            "project_code",
            "place_code",
            "breakdown_key",
            "is_public",
        ],
        unique=True,
    )
    op.create_index("ix_series_project", "series", ["programme_code", "project_code"])
    op.create_table(
        "step",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("so_far", sa.Text(), nullable=False),
        sa.Column("in_period", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["series.series_id"],
            name=op.f("fk_step_series_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("series_id", "period_end", "period_start", name=op.f("pk_step")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_step_period_end", "step", ["period_end"])
    op.create_table(
        "revision",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_revision")),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    renew = RENEW["sqlite" if is_sqlite else "postgresql"]
    op.execute("INSERT INTO revision (name, token) VALUES ('catalogue', '')")
    op.execute(renew)
    if not is_sqlite:
        op.execute(
            "CREATE FUNCTION catalogue_has_changed() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {renew}; RETURN NULL; END $$"
        )
    for table in CATALOGUE:
        for event in ("INSERT", "UPDATE", "DELETE"):
            name = f"{table}_tells_{event.lower()}"
            if is_sqlite:
                op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {renew}; END")
            else:
                op.execute(
                    f"CREATE TRIGGER {name} AFTER {event} ON {table}"
                    " FOR EACH STATEMENT EXECUTE FUNCTION catalogue_has_changed()"
                )


RENEW = {
    "sqlite": "UPDATE revision SET token = hex(randomblob(16)) WHERE name = 'catalogue'",
    "postgresql": "UPDATE revision SET token = gen_random_uuid()::text WHERE name = 'catalogue'",
}
"A token that no other state of any database has."

CATALOGUE = (
    *("programme", "place", "project", "indicator", "unit", "dimension", "category", "sdg_goal"),
    *("project_place", "indicator_sdg", "indicator_dimension", "project_indicator"),
)
"The tables whose rows every page reads: what they say is known by its revision."
