"""Reports that people write: what they chose, their texts in versions, and the files that were made."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from schemas.tables.base import Base


class Report(Base):
    """One report that people write together: which kind, on what, and what was chosen for it."""

    __tablename__ = "report"

    report_id: Mapped[int] = mapped_column(primary_key=True)
    programme_code: Mapped[str] = mapped_column(ForeignKey("programme.programme_code"), index=True)
    kind: Mapped[str]
    "An outline of `data/reports/`."
    code: Mapped[str]
    "What it is on: a project, a country, a round, as the outline says."
    language: Mapped[str]
    choices: Mapped[dict[str, Any]]
    "Days and period, by the names of a request; `left_out`: codes of parts that are not wanted."
    begun_by: Mapped[str]
    begun_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class ReportText(Base):
    """What somebody wrote for a part of a report, in Markdown with fields, until it is superseded.

    What one person writes within a while is one row, whose `version` counts how often it was kept.
    """

    __tablename__ = "report_text"
    __table_args__ = (
        CheckConstraint("version >= 1", name="report_text_version_is_counted"),
        CheckConstraint("saved_at >= written_at", name="report_text_saved_after_written"),
        CheckConstraint("superseded_at > written_at", name="report_text_superseded_after_written"),
        Index(
            "one_text_of_a_part",
            "report_id",
            "part",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    report_text_id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.report_id"), index=True)
    part: Mapped[str]
    text: Mapped[str]
    version: Mapped[int]
    "Counts on from row to row of a part: what was seen is told by it."
    written_by: Mapped[str]
    written_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class MadeReport(Base):
    """A file that was made of a report, with all that it was made of; it never changes."""

    __tablename__ = "made_report"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="made_report_sha256_is_hex"),
        CheckConstraint("length(fingerprint) = 64", name="made_report_fingerprint_is_hex"),
    )

    made_report_id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.report_id"), index=True)
    file_format: Mapped[str]
    file_name: Mapped[str]
    inputs: Mapped[dict[str, Any]]
    "The request, the scope, the texts, the workbooks that its numbers rest on, the version of the program."
    fingerprint: Mapped[str]
    "SHA-256 of the inputs, as hexadecimal digits."
    sha256: Mapped[str]
    "Of the file."
    content: Mapped[bytes] = mapped_column(deferred=True)
    made_by: Mapped[str]
    made_at: Mapped[datetime]
