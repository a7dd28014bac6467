"""Files of reports that everybody may fetch: published and withdrawn, each with its entry in the audit trail.

Whether one may still be fetched is asked anew each time (`dashboard.queries.closed`): what it tells may be
withheld or taken back by a decision that knows nothing of reports.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update

from schemas import audit
from schemas.tables import MadeReport, PublishedReport

Key = tuple[str, ...]
"A value that is withheld or not: project, place, indicator, kind of value, both days, breakdown."


@dataclass(frozen=True)
class On:
    """What a published file is: of which programme and kind, on what, in which language and format."""

    programme_code: str
    kind: str
    subject: str
    code: str
    language: str
    file_format: str


@dataclass(frozen=True)
class RestsOn:
    """What a file tells, or may tell: values by their keys, records by number and digest, until when."""

    known_at: datetime
    cells: Collection[Key]
    records: Collection[tuple[int, str]]


def publish(
    conn: Connection, made_report_id: int, on: On, rests_on: RestsOn, *, actor: str
) -> None:
    """Let everybody fetch a file that was made with the eyes of the public."""
    row = {
        "made_report_id": made_report_id,
        **asdict(on),
        "known_at": rests_on.known_at,
        "cells": sorted(map(list, rests_on.cells)),
        "records": sorted(map(list, rests_on.records)),
        "published_by": actor,
        "published_at": datetime.now(UTC),
    }
    conn.execute(insert(PublishedReport), [row])
    report_id, sha256 = _made(conn, made_report_id)
    told = {"file": made_report_id, "format": on.file_format, "sha256": sha256}
    audit.record(conn, actor, "publish_report", f"report {report_id}", after=told)


def withdraw(conn: Connection, made_report_id: int, *, actor: str) -> bool:
    """Let nobody fetch a file any more, for good; return whether it was published until now."""
    changed = conn.execute(
        update(PublishedReport)
        .where(
            PublishedReport.made_report_id == made_report_id,
            PublishedReport.withdrawn_at.is_(None),
        )
        .values(withdrawn_by=actor, withdrawn_at=datetime.now(UTC))
    )
    if not changed.rowcount:
        return False
    report_id, sha256 = _made(conn, made_report_id)
    told = {"file": made_report_id, "sha256": sha256}
    audit.record(conn, actor, "withdraw_report", f"report {report_id}", after=told)
    return True


def _made(conn: Connection, made_report_id: int) -> tuple[int, str]:
    row = conn.execute(
        select(MadeReport.report_id, MadeReport.sha256).where(
            MadeReport.made_report_id == made_report_id
        )
    ).one()
    return int(row[0]), str(row[1])
