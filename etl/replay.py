"""Observations derived once more: the log of decisions replayed over the kept workbooks.

Each workbook is read again as it was received; decisions keep their original times. What differs
from the database is reported before anything is replaced.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, delete, insert, select

from etl import decisions, rollup, slices, store
from schemas import audit, database
from schemas.codes import COMMAND, Action
from schemas.rows import KEY, SLICE
from schemas.tables import Decision, Observation, Rolled, Withheld

IDENTITY = ["programme_code", *KEY, "submission_id", "accepted_at"]
COMPARED = ["value", "numerator", "denominator", "n", "text", "answer", "qualifier"]
COMPARED += ["basis", "reported_as", "currency", "value_eur", "sheet", "cell", "superseded_at"]

Row = dict[str, Any]
Slice = tuple[Any, ...]


def rebuild(
    *, replace: bool = False, actor: str = COMMAND, bind: Engine | None = None
) -> list[str]:
    """Return a line for each difference between the workbooks and the observations.

    With `replace` the observations become those of the workbooks, in one transaction, audited.
    """
    with database.connect(bind) as conn:
        replayed = list(replay(conn))
        differences = list(_differences(_stored(conn), replayed))
    if differences and replace:
        with database.begin(bind) as conn:
            programmes = {row["programme_code"] for row in replayed}
            hidden = {code: decisions.withheld_cells(conn, code) for code in programmes}
            conn.execute(delete(Withheld))
            conn.execute(delete(Observation))
            decisions.add_breakdowns(conn, {row["breakdown_key"] for row in replayed})
            if replayed:
                conn.execute(insert(Observation), replayed)
            rows = pd.DataFrame(replayed, columns=[*decisions.SERIES, "programme_code"])
            rows["project_code"] = rows["project_code"].fillna("")
            audit.record(
                conn, actor, "rebuild", "observations", after={"differences": len(differences)}
            )
            conn.execute(delete(Rolled))  # so that all series are rolled up anew
            for programme in sorted(programmes):
                decisions.protect_again(
                    conn,
                    programme,
                    rows[rows["programme_code"] == programme],
                    withheld_before=hidden[programme],
                )
    if replace:
        with database.begin(bind) as conn:
            rollup.renew_outdated(conn)
    return differences


def replay(conn: Connection) -> Iterator[Row]:
    """Yield every observation, closed ones included, that the log of decisions leads to."""
    workbooks: dict[int, dict[Slice, list[Row]]] = {}
    said: dict[int, dict[Slice, list[Row]]] = {}  # of it what its last acceptance did not leave out
    places: dict[int, datetime] = {}  # in the order of acceptance, which a withdrawal does not end
    accepted: set[int] = set()
    current: dict[Slice, list[Row]] = {}

    def newest(key: Slice) -> int | None:
        holders = [s for s in accepted if key in said[s]]
        return max(holders, key=places.__getitem__, default=None)

    log = conn.execute(select(Decision.__table__).order_by(Decision.decided_at)).all()
    for decision in log:
        if decision.action == Action.RETURN:
            continue
        submission, moment = decision.submission_id, decision.decided_at
        programme = decision.programme_code
        if submission not in workbooks:
            rows = store.rows_again(conn, submission)
            workbooks[submission] = _by_slice(
                decisions.observations_of(conn, rows, programme, submission, moment)
            )
        if decision.action == Action.WITHDRAW:
            accepted.discard(submission)
            touched = [s for s, rows in current.items() if rows[0]["submission_id"] == submission]
        else:
            if decision.action == Action.ACCEPT:
                places[submission] = moment
                left = {(programme, *slices.read(one)) for one in decision.left_out or ()}
                said[submission] = {
                    key: rows
                    for key, rows in workbooks[submission].items()
                    if _named(key) not in left
                }
            accepted.add(submission)
            touched = [key for key in said[submission] if newest(key) == submission]
        for key in touched:
            for row in current.pop(key, []):
                yield {**row, "superseded_at": moment}
            if holder := newest(key):
                current[key] = [{**row, "accepted_at": moment} for row in said[holder][key]]
    for rows_left in current.values():
        yield from ({**row, "superseded_at": None} for row in rows_left)


def _named(key: Slice) -> Slice:
    """Return a slice as a decision names it: no project is an empty text."""
    return (key[0], key[1] or "", *key[2:])


def _by_slice(rows: list[Row]) -> dict[Slice, list[Row]]:
    found: dict[Slice, list[Row]] = {}
    for row in rows:
        key = (row["programme_code"], *(row[column] for column in SLICE))
        found.setdefault(key, []).append(row)
    return found


def _stored(conn: Connection) -> list[Row]:
    return [dict(row) for row in conn.execute(select(Observation.__table__)).mappings()]


def _differences(stored: list[Row], replayed: list[Row]) -> Iterator[str]:
    there = {tuple(row[column] for column in IDENTITY): row for row in stored}
    derived = {tuple(row[column] for column in IDENTITY): row for row in replayed}
    for key in sorted(there.keys() | derived.keys(), key=str):
        row = there.get(key) or derived[key]
        name = " ".join(str(row[column]) for column in ("project_code", "indicator_code"))
        where = (
            f"{name} {row['period_start']}/{row['period_end']} {row['value_type']}"
            f" {row['breakdown_key']} (submission {row['submission_id']}, {row['cell']})"
        )
        if key not in derived:
            yield f"only in the database: {where}"
        elif key not in there:
            yield f"only in the workbooks: {where}"
        else:
            for column in COMPARED:
                before, after = there[key][column], derived[key][column]
                if before != after and not (pd.isna(before) and pd.isna(after)):
                    yield f"{column} is {before}, the workbook says {after}: {where}"
