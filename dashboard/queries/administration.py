"""What the administration asks, and which meanings indicators had."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select

from dashboard.queries.rows import Record
from schemas.tables import Account, IndicatorVersion


def accounts_in_use(conn: Connection) -> int:
    """Return how many accounts there are, without those that were deleted."""
    there = Account.deleted_at.is_(None)
    return int(conn.execute(select(func.count()).where(there)).scalar_one())


def definitions(conn: Connection, indicator_code: str) -> list[Record]:
    """Return what an indicator meant, the newest version first."""
    table = IndicatorVersion
    query = select(table.__table__).where(table.indicator_code == indicator_code)
    return list(conn.execute(query.order_by(table.version.desc())))


def redefined(conn: Connection, indicator_codes: Iterable[str]) -> dict[str, datetime]:
    """Return when the meaning of indicators changed last; those that never changed are left out."""
    table = IndicatorVersion
    query = (
        select(table.indicator_code, func.max(table.version))
        .where(table.indicator_code.in_(set(indicator_codes)), table.version > 1)
        .group_by(table.indicator_code)
    )
    found = {}
    for code, version in conn.execute(query):
        same = (table.indicator_code == code, table.version == version)
        found[code] = conn.execute(select(table.valid_from).where(*same)).scalar_one()
    return found
