"""Accounts: made by invitation, changed by their owners, and gone when they are deleted."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from dashboard.accounts import passwords
from dashboard.accounts.roles import Grant, give
from dashboard.accounts.sittings import Reader, digest, end_all, reader_of
from schemas import audit
from schemas.codes import COMMAND, Role
from schemas.tables import (
    Account,
    Identity,
    Invitation,
    Notice,
    RecoveryCode,
    RoleGiven,
)
from schemas.words import N_

INVITED_FOR = timedelta(days=7)
DEMO = "demo"
"What stands for the address of whoever visits a demonstration."


class LinkError(Exception):
    "A link that was used, is too old, or never was one"


def spelled(email: str) -> str:
    """Return an address as it is kept.

    >>> spelled(" Ana@Example.ORG ")
    'ana@example.org'
    """
    return email.strip().lower()


def add(
    conn: Connection,
    email: str,
    name: str,
    *,
    language: str = "en",
    given: Iterable[Grant] = (),
    actor: str,
) -> int:
    """Return a new account, without a password; IntegrityError where the address has one."""
    row = {
        "email": spelled(email),
        "name": " ".join(name.split()),
        "language": language,
        "created_at": datetime.now(UTC),
    }
    made = conn.execute(insert(Account).returning(Account.account_id), [row])
    account_id = int(made.scalar_one())
    audit.record(conn, actor, "add_account", audit.actor_of(account_id))
    for grant in given:
        give(conn, account_id, grant, actor=actor)
    return account_id


def add_demo(conn: Connection) -> int:
    """Return the account that a visitor of a demonstration acts as; nobody can sign in with it."""
    known = conn.execute(select(Account.account_id).where(Account.is_demo)).scalar_one_or_none()
    if known is not None:
        return known
    name = N_("Demo coordinator")
    account_id = add(
        conn,
        DEMO,
        name,
        given=[Grant(Role.COORDINATOR), Grant(Role.ADMINISTRATOR)],
        actor=COMMAND,
    )
    conn.execute(update(Account).where(Account.account_id == account_id).values(is_demo=True))
    return account_id


def demo(conn: Connection) -> Reader | None:
    """Return the visitor of a demonstration; None where the database is none."""
    row = conn.execute(
        select(Account.__table__).where(Account.is_demo, Account.disabled_at.is_(None))
    ).first()
    return reader_of(conn, row) if row else None


def account(conn: Connection, account_id: int) -> Any:
    """Return the row of an account; None where there is none."""
    mine = Account.account_id == account_id
    return conn.execute(select(Account.__table__).where(mine)).one_or_none()


def account_of(conn: Connection, email: str) -> Any:
    """Return the account of an address; None where there is none."""
    same = Account.email == spelled(email)
    return conn.execute(select(Account.__table__).where(same)).one_or_none()


def accounts(conn: Connection) -> list[Any]:
    """Return the accounts that were not deleted, by name."""
    there = Account.deleted_at.is_(None)
    return list(conn.execute(select(Account.__table__).where(there).order_by(Account.name)))


def named(conn: Connection, actors: Iterable[str]) -> dict[str, str]:
    """Return the names of those who did something (`account 7`); others are left out."""
    ids = {one for actor in actors if (one := audit.account_of(actor))}
    if not ids:
        return {}
    rows = conn.execute(select(Account.account_id, Account.name).where(Account.account_id.in_(ids)))
    return {audit.actor_of(row.account_id): row.name for row in rows if row.name}


def name_of(conn: Connection, actor: str) -> str:
    """Return the name of who did something; the word itself where it is no account."""
    return named(conn, [actor]).get(actor, actor)


def change(conn: Connection, account_id: int, *, actor: str, **values: Any) -> None:
    """Change name, language or settings of an account."""
    mine = Account.account_id == account_id
    conn.execute(update(Account).where(mine).values(values))
    audit.record(
        conn, actor, "change_account", audit.actor_of(account_id), after={"fields": sorted(values)}
    )


# --- Passwords ------------------------------------------------------------------------------------


def invite(conn: Connection, account_id: int, *, actor: str) -> str:
    """Return the token of a link with which somebody chooses a password; those before are void."""
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    conn.execute(delete(Invitation).where(Invitation.account_id == account_id))
    row = {
        "token_hash": digest(token),
        "account_id": account_id,
        "created_by": actor,
        "created_at": now,
        "expires_at": now + INVITED_FOR,
    }
    conn.execute(insert(Invitation), [row])
    audit.record(conn, actor, "invite", audit.actor_of(account_id))
    return token


def invited(conn: Connection, token: str) -> Any:
    """Return the account that a link is for; LinkError for one that is not good any more."""
    row = conn.execute(
        select(Account.__table__)
        .join(Invitation, Invitation.account_id == Account.account_id)
        .where(
            Invitation.token_hash == digest(token),
            Invitation.expires_at > datetime.now(UTC),
            Account.disabled_at.is_(None),
            Account.deleted_at.is_(None),
            Account.is_demo.is_(False),
        )
    ).one_or_none()
    if row is None:
        raise LinkError
    return row


def choose_password(conn: Connection, token: str, password: str) -> int:
    """Return the account whose password is chosen with a link, which is used up.

    LinkError, or PasswordError for a password that is not taken.
    """
    row = invited(conn, token)
    set_password(conn, row, password, actor=audit.actor_of(row.account_id))
    used = conn.execute(delete(Invitation).where(Invitation.token_hash == digest(token)))
    if not used.rowcount:  # by somebody else, a moment ago: nothing of this is kept
        raise LinkError
    return int(row.account_id)


def set_password(conn: Connection, row: Any, password: str, *, actor: str, but: str = "") -> None:
    """Keep a new password of an account (its row); every browser is signed out, except one token's.

    PasswordError for one that is not taken.
    """
    passwords.require_good(password, row.email, row.email.partition("@")[0], row.name)
    kept = passwords.hashed(password)
    mine = Account.account_id == row.account_id
    conn.execute(update(Account).where(mine).values(password_hash=kept))
    end_all(conn, row.account_id, but=but)
    audit.record(conn, actor, "set_password", audit.actor_of(row.account_id))


# --- Leaving --------------------------------------------------------------------------------------


def disable(conn: Connection, account_id: int, *, actor: str) -> None:
    """Let somebody in no more, until enabled."""
    mine = Account.account_id == account_id
    conn.execute(update(Account).where(mine).values(disabled_at=datetime.now(UTC)))
    conn.execute(delete(Invitation).where(Invitation.account_id == account_id))
    end_all(conn, account_id)
    audit.record(conn, actor, "disable_account", audit.actor_of(account_id))


def enable(conn: Connection, account_id: int, *, actor: str) -> None:
    """Let somebody in again."""
    mine = Account.account_id == account_id
    conn.execute(update(Account).where(mine).values(disabled_at=None))
    audit.record(conn, actor, "enable_account", audit.actor_of(account_id))


def delete_personal(conn: Connection, account_id: int) -> None:
    """Forget everything about a person but that there was one: what was decided stays decided."""
    mine = Account.account_id == account_id
    now = datetime.now(UTC)
    conn.execute(
        update(Account)
        .where(mine)
        .values(
            email=f"deleted {account_id}",
            name="",
            password_hash="",
            totp_secret="",
            totp_step=0,
            settings={},
            disabled_at=func.coalesce(Account.disabled_at, now),
            deleted_at=now,
        )
    )
    for table in (RoleGiven, Identity, RecoveryCode, Invitation, Notice):
        conn.execute(delete(table).where(table.account_id == account_id))
    end_all(conn, account_id)


def is_last_administrator(conn: Connection, account_id: int) -> bool:
    """Return whether nobody else could keep accounts."""
    able = (
        select(RoleGiven.account_id)
        .join(Account, Account.account_id == RoleGiven.account_id)
        .where(
            RoleGiven.role == Role.ADMINISTRATOR,
            Account.disabled_at.is_(None),
            Account.is_demo.is_(False),
            # Who was invited and never came could not take over.
            (Account.password_hash != "")
            | exists().where(Identity.account_id == Account.account_id),
        )
    )
    return set(conn.execute(able).scalars()) == {account_id}


def delete_account(conn: Connection, account_id: int, *, actor: str) -> None:
    """Delete an account: name, address, roles, password. Its number stays, with what it decided."""
    delete_personal(conn, account_id)
    audit.record(conn, actor, "delete_account", audit.actor_of(account_id))
