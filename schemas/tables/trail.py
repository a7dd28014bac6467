"""The audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from schemas.tables.base import Base


class Audit(Base):
    """Who did what, when, with what effect: append-only, chained by hash, guarded by triggers."""

    __tablename__ = "audit"
    __table_args__ = (CheckConstraint("length(hash) = 64", name="audit_hash_is_a_sha256"),)

    audit_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    previous_hash: Mapped[str]
    hash: Mapped[str]
