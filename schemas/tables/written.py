"""Reports that people write: what they chose, their texts in versions, and the files that were made."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
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


class MadeAgain(Base):
    """A file that was made once more of what it was made of, to see whether it is the same."""

    __tablename__ = "made_again"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="made_again_sha256_is_hex"),)

    made_again_id: Mapped[int] = mapped_column(primary_key=True)
    made_report_id: Mapped[int] = mapped_column(
        ForeignKey("made_report.made_report_id"), index=True
    )
    sha256: Mapped[str]
    software: Mapped[str]
    "The version of the program that made it."
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class PublishedReport(Base):
    """A made file that everybody may fetch, as long as all that it tells may be told.

    It was made with the eyes of the public. Whether it may be fetched is asked anew each time: it may not
    where a value that it rests on was withheld since, or a record that it tells was taken back.
    """

    __tablename__ = "published_report"
    __table_args__ = (
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by = '')", name="report_is_withdrawn_by_somebody"
        ),
        Index("ix_published_report_subject", "subject", "code"),
    )

    made_report_id: Mapped[int] = mapped_column(
        ForeignKey("made_report.made_report_id"), primary_key=True, autoincrement=False
    )
    programme_code: Mapped[str] = mapped_column(ForeignKey("programme.programme_code"))
    kind: Mapped[str]
    subject: Mapped[str]
    "What it is on, and `code` which: a report may be on something else later, a file may not."
    code: Mapped[str]
    language: Mapped[str]
    file_format: Mapped[str]
    known_at: Mapped[datetime]
    "Until when the data were known to it."
    cells: Mapped[list[Any]] = mapped_column(JSON, deferred=True)
    "The keys of the values that it rests on: observations are derived, and their numbers change."
    records: Mapped[list[Any]] = mapped_column(JSON, deferred=True)
    "The records that it may tell: each its number, and a digest of what it said."
    published_by: Mapped[str]
    published_at: Mapped[datetime]
    withdrawn_by: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]


class ReportSchedule(Base):
    """That a report is made after each round of its programme: in which formats, and when."""

    __tablename__ = "report_schedule"
    __table_args__ = (CheckConstraint("days >= 0", name="report_is_made_after_the_round"),)

    report_id: Mapped[int] = mapped_column(
        ForeignKey("report.report_id"), primary_key=True, autoincrement=False
    )
    file_formats: Mapped[list[str]]
    days: Mapped[int | None]
    "After the day on which values are due; null is when the grace of the round ends."
    set_by: Mapped[str]
    set_at: Mapped[datetime]
    "What was due before is not made any more."


class ScheduledReport(Base):
    """What became of a scheduled report after one round: made, once, or not made and why."""

    __tablename__ = "scheduled_report"
    __table_args__ = (
        CheckConstraint(
            "(made_at IS NULL) <> (failed_at IS NULL)", name="scheduled_report_is_made_or_failed"
        ),
    )

    report_id: Mapped[int] = mapped_column(
        ForeignKey("report.report_id"), primary_key=True, autoincrement=False
    )
    round_code: Mapped[str] = mapped_column(primary_key=True)
    "A round that is removed later has been reported on all the same."
    made_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(default="")
    "The code of a finding, or the reference of an entry in the log."
