"""Who has an account, what each may do, and how they prove who they are.

Whatever lets somebody in (passwords, tokens, codes) is kept as a hash alone.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from schemas import codes
from schemas.tables.base import Base, one_of


class Account(Base):
    """One person who may sign in.

    Other tables and the audit trail name it by its number alone (`account 7`), so that a deleted
    account leaves no name behind.
    """

    __tablename__ = "account"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    "In small letters; of a deleted account a text that is no address."
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    password_hash: Mapped[str] = mapped_column(default="")
    "Argon2id; empty for who signs in by another provider."
    totp_secret: Mapped[str] = mapped_column(default="")
    "Of the second factor, sealed with the server's key; empty without one."
    totp_step: Mapped[int] = mapped_column(default=0)
    "The last 30 seconds (since 1970) whose code was used: none is good twice."
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    "What its owner chose (notifications)."
    is_demo: Mapped[bool] = mapped_column(default=False)
    "Whoever visits a demonstration from its own machine acts as this one."
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class RoleGiven(Base):
    """One role that somebody has, and for what: everything, a programme, a project or a place."""

    __tablename__ = "role_given"
    __table_args__ = (
        one_of("role", codes.Role, "role_is_known"),
        CheckConstraint(
            "role <> 'administrator' OR programme_code IS NULL", name="administrators_of_all"
        ),
        CheckConstraint(
            "role <> 'partner' OR ((project_code IS NULL) <> (place_code IS NULL))",
            name="partners_of_a_project_or_a_place",
        ),
        CheckConstraint(
            "role = 'partner' OR (project_code IS NULL AND place_code IS NULL)",
            name="others_of_programmes",
        ),
    )

    role_given_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.account_id"), index=True)
    role: Mapped[str]
    programme_code: Mapped[str | None] = mapped_column(ForeignKey("programme.programme_code"))
    "Null for every programme."
    project_code: Mapped[str | None] = mapped_column(ForeignKey("project.project_code"))
    place_code: Mapped[str | None] = mapped_column(ForeignKey("place.place_code"))
    given_by: Mapped[str]
    given_at: Mapped[datetime]


class Sitting(Base):
    """One browser that is signed in: its cookie holds the token, this row the token's hash."""

    __tablename__ = "sitting"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.account_id", ondelete="CASCADE"), index=True
    )
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    "To the minute."
    browser: Mapped[str] = mapped_column(default="")
    "What its owner knows it by: `Firefox, Linux`."


class Invitation(Base):
    """A link that lets somebody choose a password: a first one, or a new one for the forgotten."""

    __tablename__ = "invitation"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.account_id", ondelete="CASCADE"), index=True
    )
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Attempt(Base):
    """One attempt to sign in that failed, by what is held back: an account, or an address (hashed)."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_subject", "subject", "failed_at"),)

    attempt_id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    failed_at: Mapped[datetime]


class RecoveryCode(Base):
    """One code that replaces the second factor, once."""

    __tablename__ = "recovery_code"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.account_id", ondelete="CASCADE"), primary_key=True
    )
    code_hash: Mapped[str] = mapped_column(primary_key=True)


class Identity(Base):
    """What another provider (OpenID Connect) calls somebody."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("account_id", "issuer"),)

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.account_id", ondelete="CASCADE"))
