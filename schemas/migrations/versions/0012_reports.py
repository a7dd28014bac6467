"""Reports that people write, their texts in versions, the files that were made"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "report",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("programme_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=False),
        sa.Column("begun_at", moment, nullable=False),
        sa.Column("removed_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_code"], ["programme.programme_code"], name=op.f("fk_report_programme_code")
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_report")),
    )
    op.create_index(op.f("ix_report_programme_code"), "report", ["programme_code"])
    op.create_table(
        "report_text",
        sa.Column("report_text_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", moment, nullable=False),
        sa.Column("saved_at", moment, nullable=False),
        sa.Column("superseded_at", moment, nullable=True),
        sa.CheckConstraint("version >= 1", name="report_text_version_is_counted"),
        sa.CheckConstraint("saved_at >= written_at", name="report_text_saved_after_written"),
        sa.CheckConstraint(
            "superseded_at > written_at", name="report_text_superseded_after_written"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.report_id"], name=op.f("fk_report_text_report_id")
        ),
        sa.PrimaryKeyConstraint("report_text_id", name=op.f("pk_report_text")),
    )
    op.create_index(op.f("ix_report_text_report_id"), "report_text", ["report_id"])
    is_open = sa.text("superseded_at IS NULL")
    op.create_index(
        "one_text_of_a_part",
        "report_text",
        ["report_id", "part"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "made_report",
        sa.Column("made_report_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("file_format", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name="made_report_sha256_is_hex"),
        sa.CheckConstraint("length(fingerprint) = 64", name="made_report_fingerprint_is_hex"),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.report_id"], name=op.f("fk_made_report_report_id")
        ),
        sa.PrimaryKeyConstraint("made_report_id", name=op.f("pk_made_report")),
    )
    op.create_index(op.f("ix_made_report_report_id"), "made_report", ["report_id"])
