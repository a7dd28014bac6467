"""What is told in words beside the numbers: records, and every version of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from schemas import codes
from schemas.tables.base import Base, one_of


class Record(Base):
    """One thing told in words: of which kind, and of what. That never changes."""

    __tablename__ = "record"
    __table_args__ = (
        one_of("kind", codes.RecordKind, "record_kind_is_known"),
        Index("ix_record_programme", "programme_code", "project_code"),
    )

    record_id: Mapped[int] = mapped_column(primary_key=True)
    programme_code: Mapped[str] = mapped_column(ForeignKey("programme.programme_code"))
    project_code: Mapped[str | None] = mapped_column(ForeignKey("project.project_code"))
    place_code: Mapped[str | None] = mapped_column(ForeignKey("place.place_code"))
    kind: Mapped[str]


class RecordVersion(Base):
    """A record as somebody wrote it (`schemas.records`), until it is superseded.

    Rows are only ever closed, as observations are; but erasing empties the fields of all versions.
    A record has at most one draft, and beside it at most one version that was decided on.
    """

    __tablename__ = "record_version"
    __table_args__ = (
        one_of("state", codes.RecordState, "record_state_is_known"),
        CheckConstraint("superseded_at > written_at", name="record_superseded_after_written"),
        CheckConstraint(
            "NOT (is_private AND state = 'published')", name="what_is_private_is_not_published"
        ),
        Index(
            "one_draft_of_a_record",
            "record_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL AND state = 'draft'"),
            postgresql_where=text("superseded_at IS NULL AND state = 'draft'"),
        ),
        Index(
            "one_decided_version_of_a_record",
            "record_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL AND state <> 'draft'"),
            postgresql_where=text("superseded_at IS NULL AND state <> 'draft'"),
        ),
        Index("ix_record_version_record", "record_id"),
    )

    record_version_id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.record_id"))
    language: Mapped[str]
    "In which language it is written."
    fields: Mapped[dict[str, Any]]
    is_private: Mapped[bool]
    "Whether it may not be shown to others than those whose it is (`schemas.records.is_private`)."
    state: Mapped[str]
    written_by: Mapped[str]
    written_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
