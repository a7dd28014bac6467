"""What people say to each other about values and workbooks, and what was given back to partners."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from schemas import codes
from schemas.tables.base import Base, one_of


class Thread(Base):
    """One discussion: of a value, an indicator, a project or a submission.

    A value is named by its slice, and so keeps its discussion through every version. A remark
    stands in a cell of a submission (of its row, or of the whole), and goes back with the workbook.
    """

    __tablename__ = "thread"
    __table_args__ = (
        one_of("kind", codes.Subject, "thread_kind_is_known"),
        CheckConstraint(
            "kind <> 'value' OR (programme_code IS NOT NULL AND place_code IS NOT NULL AND"
            " indicator_code IS NOT NULL AND period_start IS NOT NULL AND period_end IS NOT NULL"
            " AND value_type IS NOT NULL)",
            name="a_value_is_named_whole",
        ),
        CheckConstraint(
            "kind <> 'submission' OR submission_id IS NOT NULL", name="a_submission_is_named"
        ),
        CheckConstraint("kind <> 'project' OR project_code IS NOT NULL", name="a_project_is_named"),
        CheckConstraint(
            "kind <> 'indicator' OR indicator_code IS NOT NULL", name="an_indicator_is_named"
        ),
        CheckConstraint(
            "NOT is_remark OR submission_id IS NOT NULL", name="a_remark_is_on_a_submission"
        ),
        Index("ix_thread_series", "indicator_code", "project_code", "place_code"),
    )

    thread_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    programme_code: Mapped[str | None] = mapped_column(ForeignKey("programme.programme_code"))
    project_code: Mapped[str | None] = mapped_column(ForeignKey("project.project_code"))
    place_code: Mapped[str | None] = mapped_column(ForeignKey("place.place_code"))
    indicator_code: Mapped[str | None] = mapped_column(ForeignKey("indicator.indicator_code"))
    period_start: Mapped[date | None]
    period_end: Mapped[date | None]
    value_type: Mapped[str | None]
    submission_id: Mapped[int | None] = mapped_column(
        ForeignKey("submission.submission_id"), index=True
    )
    sheet: Mapped[str] = mapped_column(default="")
    cell: Mapped[str] = mapped_column(default="")
    "A cell, or the cells of a row (`A14:H14`); empty for the whole."
    is_remark: Mapped[bool] = mapped_column(default=False)
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("account.account_id"))
    opened_at: Mapped[datetime] = mapped_column(index=True)
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("account.account_id"))
    resolved_at: Mapped[datetime | None]


class Message(Base):
    """What somebody said in a thread, on a page or in the workbook that came back."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("length(text) BETWEEN 1 AND 4000", name="message_has_its_length"),
    )

    message_id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.thread_id"), index=True)
    author: Mapped[int | None] = mapped_column(ForeignKey("account.account_id"), index=True)
    "Null for what came by command."
    text: Mapped[str]
    at: Mapped[datetime]
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.submission_id"))
    "The workbook in which it was written; null for what was written on a page."


class Mention(Base):
    """Somebody who is named in a message."""

    __tablename__ = "mention"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.message_id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.account_id"), primary_key=True, index=True
    )


class ReturnedValue(Base):
    """A slice that its partner is asked about again, until an accepted submission restates it.

    It was left out when its submission was accepted, or (`is_reopened`) counts on meanwhile.
    """

    __tablename__ = "returned_value"
    __table_args__ = (
        one_of("value_type", codes.ValueType, "returned_value_type_is_known"),
        CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_a_submission"
        ),
        Index("ix_returned_value_series", "indicator_code", "project_code", "place_code"),
    )

    returned_value_id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.submission_id"), index=True)
    programme_code: Mapped[str] = mapped_column(ForeignKey("programme.programme_code"))
    project_code: Mapped[str | None] = mapped_column(ForeignKey("project.project_code"))
    place_code: Mapped[str] = mapped_column(ForeignKey("place.place_code"))
    indicator_code: Mapped[str] = mapped_column(ForeignKey("indicator.indicator_code"))
    period_start: Mapped[date]
    period_end: Mapped[date]
    value_type: Mapped[str]
    is_reopened: Mapped[bool] = mapped_column(default=False)
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.thread_id"))
    "Where it is said why."
    returned_at: Mapped[datetime]
    returned_by: Mapped[str]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("submission.submission_id"))
