"""Builders of accepted observations for tests of the web side: no workbook, only its result."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from schemas import tables

NOW = datetime(2024, 2, 5, 9, 30, tzinfo=UTC)

PROJECT, PLACE, COUNTRY, INDICATOR = "PP-ES1", "ES-SE-CAM", "ESP", "PPL-NEW"
"A real pilot of the reference data, where it runs, and an indicator that counts people."

S1, S2 = (date(2023, 1, 1), date(2023, 6, 30)), (date(2023, 7, 1), date(2023, 12, 31))


def submit(conn: Connection, **changes: Any) -> int:
    """Add a submission with its workbook and return its id; accepted, unless changes say otherwise."""
    number = len(conn.execute(select(tables.Submission.submission_id)).all()) + 1
    sha256 = f"{number:064x}"
    workbook = {"sha256": sha256, "size": 3, "content": b"xls", "received_at": NOW}
    conn.execute(insert(tables.Workbook), [workbook])
    row = {
        "sha256": sha256,
        "file_name": "Seville 2023-S1.xlsx",
        "programme_code": "MEDTOWN",
        "project_code": PROJECT,
        "state": "accepted",
        "received_at": NOW,
        "decided_at": NOW,
        **changes,
    }
    conn.execute(insert(tables.Submission), [row])
    return conn.execute(
        select(tables.Submission.submission_id).where(tables.Submission.sha256 == sha256)
    ).scalar_one()


def observe(conn: Connection, submission_id: int, *rows: dict[str, Any]) -> list[int]:
    """Add observations and return their ids; each is an actual of 2023-S1 but for what it says."""
    _add_breakdowns(conn, (row.get("breakdown_key", "") for row in rows))
    full = [
        {
            "programme_code": "MEDTOWN",
            "project_code": PROJECT,
            "place_code": PLACE,
            "indicator_code": INDICATOR,
            "period_start": S1[0],
            "period_end": S1[1],
            "value_type": "actual",
            "breakdown_key": "",
            "value": 136.0,
            "submission_id": submission_id,
            "sheet": "Indicators",
            "cell": "L12",
            "raw": "136 people",
            "accepted_at": NOW,
            **row,
        }
        for row in rows
    ]
    table = tables.Observation
    return [
        conn.execute(insert(table).values(**row).returning(table.observation_id)).scalar_one()
        for row in full
    ]


def _add_breakdowns(conn: Connection, keys: Iterable[str]) -> None:
    there = set(conn.execute(select(tables.Breakdown.breakdown_key)).scalars())
    for key in sorted({*keys, ""} - there):
        conn.execute(insert(tables.Breakdown), [{"breakdown_key": key}])


def withhold(conn: Connection, *observation_ids: int) -> None:
    """Say that the public may not see some observations."""
    rows = [{"observation_id": number, "reason": "few"} for number in observation_ids]
    conn.execute(insert(tables.Withheld), rows)


def series(**changes: Any) -> list[dict[str, Any]]:
    """Return a baseline of 0, actuals of 60 and 40, and a target of 200 due at the end of 2024."""
    start, due = date(2022, 12, 31), date(2024, 12, 31)
    return (
        [
            {"value_type": "baseline", "period_start": start, "period_end": start, "value": 0.0},
            {"period_start": S1[0], "period_end": S1[1], "value": 60.0, "breakdown_key": ""},
            {"period_start": S1[0], "period_end": S1[1], "value": 35.0, "breakdown_key": "sex=F"},
            {"period_start": S1[0], "period_end": S1[1], "value": 25.0, "breakdown_key": "sex=M"},
            {"period_start": S2[0], "period_end": S2[1], "value": 40.0},
            {"value_type": "target", "period_start": due, "period_end": due, "value": 200.0},
        ]
        if not changes
        else [{**row, **changes} for row in series()]
    )
