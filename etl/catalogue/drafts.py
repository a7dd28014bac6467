"""Catalogue workbooks that were dropped in, until they are accepted: one for each account."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from schemas.tables import CatalogueDraft


def keep_draft(conn: Connection, account_id: int, file_name: str, content: bytes) -> None:
    """Keep a catalogue workbook that somebody dropped in; the one before it is forgotten."""
    forget_draft(conn, account_id)
    row = {
        "account_id": account_id,
        "file_name": file_name,
        "content": content,
        "received_at": datetime.now(UTC),
    }
    conn.execute(insert(CatalogueDraft), [row])


def forget_draft(conn: Connection, account_id: int) -> None:
    """Forget what somebody dropped in."""
    conn.execute(delete(CatalogueDraft).where(CatalogueDraft.account_id == account_id))


def draft(conn: Connection, account_id: int) -> Any:
    """Return the catalogue workbook that somebody dropped in; None where there is none."""
    mine = CatalogueDraft.account_id == account_id
    return conn.execute(select(CatalogueDraft.__table__).where(mine)).one_or_none()
