"""What a data package that was loaded had left out, because its readers may not see it"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "withheld_elsewhere",
        sa.Column("programme_code", sa.Text(), nullable=False),
        sa.Column("project_code", sa.Text(), nullable=False),
        sa.Column("place_code", sa.Text(), nullable=False),
        sa.Column("indicator_code", sa.Text(), nullable=False),
        sa.Column("is_total", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number >= 1", name="something_is_withheld"),
        sa.ForeignKeyConstraint(
            ["programme_code"],
            ["programme.programme_code"],
            name=op.f("fk_withheld_elsewhere_programme_code"),
        ),
        sa.ForeignKeyConstraint(
            ["place_code"], ["place.place_code"], name=op.f("fk_withheld_elsewhere_place_code")
        ),
        sa.ForeignKeyConstraint(
            ["indicator_code"],
            ["indicator.indicator_code"],
            name=op.f("fk_withheld_elsewhere_indicator_code"),
        ),
        sa.PrimaryKeyConstraint(
            *("programme_code", "project_code", "place_code", "indicator_code", "is_total"),
            name=op.f("pk_withheld_elsewhere"),
        ),
    )
