"""What people are told, on their pages and by mail."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from schemas.tables.base import Base


class Notice(Base):
    """One thing that one account is told: a sentence of the catalogue, its names, where it leads."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("link LIKE '/%' AND link NOT LIKE '//%'", name="notices_lead_to_our_pages"),
        Index("ix_notice_account_id_created_at", "account_id", "created_at"),
        Index("ix_notice_sent_at", "sent_at"),
    )

    notice_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.account_id", ondelete="CASCADE"))
    kind: Mapped[str]
    text: Mapped[str]
    "A sentence of the catalogue, in English, with named places."
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    "Names and codes, never values; a person is `account 7`."
    link: Mapped[str]
    programme_code: Mapped[str] = mapped_column(default="")
    project_code: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    "Since when somebody is about to mail it."
    sent_at: Mapped[datetime | None]
    "When it was mailed, or settled without a mail: read before, not wanted, no address."
    read_at: Mapped[datetime | None]
