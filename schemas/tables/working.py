"""What is done in the background."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from schemas import codes
from schemas.tables.base import Base, one_of


class Job(Base):
    """One piece of work that may take long, who asked for it, how far it is, what came of it.

    Whoever works at it beats: a job that runs without a beat was left behind by a dead worker, and
    is taken again (`etl.job_rows`).
    """

    __tablename__ = "job"
    __table_args__ = (
        one_of("kind", codes.JobKind, "job_kind_is_known"),
        one_of("state", codes.JobState, "job_state_is_known"),
        CheckConstraint("attempts >= 0", name="job_attempts_are_counted"),
        CheckConstraint("done BETWEEN 0 AND total", name="job_is_done_within_its_total"),
        CheckConstraint(
            "(state IN ('done', 'failed')) = (finished_at IS NOT NULL)",
            name="job_is_finished_with_its_moment",
        ),
        Index("ix_job_state", "state", "heartbeat_at"),
    )

    job_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    "Codes and numbers alone: nothing that a file or a person said."
    submission_id: Mapped[int | None] = mapped_column(
        ForeignKey("submission.submission_id", ondelete="CASCADE"), index=True
    )
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.account_id"), index=True)
    "Who asked for it; null for a command."
    state: Mapped[str] = mapped_column(default="waiting")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=1)
    attempts: Mapped[int] = mapped_column(default=0)
    "How often it was taken; the number of an attempt tells its results from those of an earlier one."
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    code: Mapped[str] = mapped_column(default="")
    "Why it failed, as the code of a finding."
    code_arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    file_name: Mapped[str] = mapped_column(default="")
    result: Mapped[bytes | None] = mapped_column(deferred=True)
    "The file that was asked for; null once it is a day old."
