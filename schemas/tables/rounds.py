"""What is said about reporting rounds: answers without values, more time, evidence, reminders."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from schemas import codes
from schemas.tables.base import Base, one_of


class RoundAnswer(Base):
    """What a project says for a whole round instead of values; a second answer replaces the first."""

    __tablename__ = "round_answer"
    __table_args__ = (
        CheckConstraint(
            "answer IN ('nothing_to_report', 'not_applicable')", name="round_answer_is_known"
        ),
        CheckConstraint(
            "answer <> 'not_applicable' OR reason <> ''", name="not_applicable_has_a_reason"
        ),
    )

    round_code: Mapped[str] = mapped_column(ForeignKey("round.round_code"), primary_key=True)
    project_code: Mapped[str] = mapped_column(
        ForeignKey("project.project_code"), primary_key=True, index=True
    )
    answer: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    actor: Mapped[str]
    answered_at: Mapped[datetime]
    replaced_answer: Mapped[str] = mapped_column(default="")
    "What had been answered before, where this replaced it; empty for a first answer."
    replaced_actor: Mapped[str] = mapped_column(default="")


class Extension(Base):
    """More time for a project in a round: asked for, and granted or refused."""

    __tablename__ = "extension"
    __table_args__ = (
        one_of("state", codes.ExtensionState, "extension_state_is_known"),
        CheckConstraint(
            "(state = 'granted') = (granted_until IS NOT NULL)", name="granted_until_a_day"
        ),
        CheckConstraint(
            "(state = 'asked') = (decided_at IS NULL)", name="extension_is_decided_or_open"
        ),
        Index(
            "one_open_extension",
            "round_code",
            "project_code",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )

    extension_id: Mapped[int] = mapped_column(primary_key=True)
    round_code: Mapped[str] = mapped_column(ForeignKey("round.round_code"))
    project_code: Mapped[str] = mapped_column(ForeignKey("project.project_code"), index=True)
    state: Mapped[str]
    wanted_until: Mapped[date]
    reason: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    granted_until: Mapped[date | None]
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    remark: Mapped[str] = mapped_column(default="")


class Evidence(Base):
    """What shows that a value is so, a file or a link; it stays when the value is restated."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("period_end >= period_start", name="evidence_runs_forward"),
        CheckConstraint("(content IS NULL) = (url <> '')", name="evidence_is_a_file_or_a_link"),
        CheckConstraint(
            "(content IS NULL) = (length(sha256) <> 64)", name="evidence_file_has_its_sha256"
        ),
        Index("ix_evidence_slice", "project_code", "place_code", "indicator_code"),
    )

    evidence_id: Mapped[int] = mapped_column(primary_key=True)
    programme_code: Mapped[str] = mapped_column(ForeignKey("programme.programme_code"))
    project_code: Mapped[str] = mapped_column(ForeignKey("project.project_code"))
    place_code: Mapped[str] = mapped_column(ForeignKey("place.place_code"))
    indicator_code: Mapped[str] = mapped_column(ForeignKey("indicator.indicator_code"))
    period_start: Mapped[date]
    period_end: Mapped[date]
    name: Mapped[str]
    "What it is called: the name of the file, or what the link is to."
    url: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    added_by: Mapped[str]
    added_at: Mapped[datetime]


class Reminder(Base):
    """One reminder that was sent, so that none is sent twice; more time makes a new day due."""

    __tablename__ = "reminder"
    __table_args__ = (one_of("kind", codes.ReminderKind, "reminder_kind_is_known"),)

    round_code: Mapped[str] = mapped_column(ForeignKey("round.round_code"), primary_key=True)
    project_code: Mapped[str] = mapped_column(ForeignKey("project.project_code"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    due_date: Mapped[date] = mapped_column(primary_key=True)
    people: Mapped[int]
    sent_at: Mapped[datetime]
