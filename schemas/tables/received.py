"""What was received, and what was decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from schemas import codes
from schemas.tables.base import Base, one_of


class Layout(Base):
    """Where things are in a kind of workbook: one version of one TOML text.

    Remembered ones hold what was answered for a kind of workbook of a partner, `project_code`.
    """

    __tablename__ = "layout"

    layout_code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    "The first 12 hexadecimal digits of the text's SHA-256."
    body: Mapped[str]
    created_at: Mapped[datetime]
    is_remembered: Mapped[bool] = mapped_column(default=False)
    project_code: Mapped[str] = mapped_column(default="")


class Workbook(Base):
    """The bytes of a file as received; null once a refused file was deleted."""

    __tablename__ = "workbook"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="workbook_key_is_a_sha256"),
        CheckConstraint("size >= 0", name="workbook_size_is_not_negative"),
    )

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    received_at: Mapped[datetime]


class Submission(Base):
    """One workbook as received, and what became of it."""

    __tablename__ = "submission"
    __table_args__ = (
        one_of("state", codes.SubmissionState, "submission_state_is_known"),
        UniqueConstraint("sha256", "sender", name="one_submission_per_file_and_sender"),
    )

    submission_id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("workbook.sha256"))
    sender: Mapped[str] = mapped_column(default="")
    file_name: Mapped[str]
    programme_code: Mapped[str | None] = mapped_column(
        ForeignKey("programme.programme_code"), index=True
    )
    project_code: Mapped[str | None] = mapped_column(ForeignKey("project.project_code"), index=True)
    layout_code: Mapped[str] = mapped_column(default="")
    layout_version: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    state: Mapped[str]
    values_found: Mapped[int] = mapped_column(default=0)
    period_ends: Mapped[list[str]] = mapped_column(default=list)
    "The last days of the periods that its actual values are of."
    received_at: Mapped[datetime] = mapped_column(index=True)
    decided_at: Mapped[datetime | None]


class FindingRow(Base):
    """One finding of one submission (`schemas.findings.Finding`), and its justification."""

    __tablename__ = "finding"
    __table_args__ = (one_of("severity", codes.Severity, "finding_severity_is_known"),)

    finding_id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.submission_id"), index=True)
    code: Mapped[str]
    severity: Mapped[str]
    sheet: Mapped[str]
    cell: Mapped[str]
    found: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    justification: Mapped[str] = mapped_column(default="")


class AnswerGiven(Base):
    """What was answered to a question that the cells of one submission could not settle."""

    __tablename__ = "answer"

    submission_id: Mapped[int] = mapped_column(
        ForeignKey("submission.submission_id"), primary_key=True
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    "The name of the question within the workbook (`etl.questions.key`)."
    answer: Mapped[str]


class Decision(Base):
    """The log of what was accepted, withdrawn, reinstated and returned, in the order in which it counts."""

    __tablename__ = "decision"
    __table_args__ = (one_of("action", codes.Action, "decision_action_is_known"),)

    decision_id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.submission_id"), index=True)
    programme_code: Mapped[str] = mapped_column(ForeignKey("programme.programme_code"))
    action: Mapped[str]
    actor: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime] = mapped_column(unique=True)
    left_out: Mapped[list[list[str]] | None] = mapped_column(JSON(none_as_null=True))
    "The slices that an acceptance left out: the values of `schemas.rows.SLICE` as texts."
