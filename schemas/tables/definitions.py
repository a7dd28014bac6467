"""What indicators meant at which time, and catalogue workbooks that await their acceptance."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from schemas.tables.base import Base, Words


class IndicatorVersion(Base):
    """What an indicator meant from a moment on: kept when its meaning changes, never changed.

    It names the indicator without referring to it: what values were collected under outlives it.
    """

    __tablename__ = "indicator_version"
    __table_args__ = (CheckConstraint("version >= 1", name="indicator_versions_begin_with_1"),)

    indicator_code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_from: Mapped[datetime]
    definition: Mapped[Words]
    unit_code: Mapped[str]
    dimensions: Mapped[list[str]]
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    "Measure, time and place rule, overlap and whatever else says what a value is, by column."
    actor: Mapped[str]


class CatalogueDraft(Base):
    """A catalogue workbook that somebody dropped in, until it is accepted or another one is."""

    __tablename__ = "catalogue_draft"

    draft_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.account_id", ondelete="CASCADE"), index=True
    )
    file_name: Mapped[str]
    content: Mapped[bytes]
    received_at: Mapped[datetime]
