"""Versions: which submission counts in which slice, what a decision would change, what two days differ in.

A submission's place in the order is that of its acceptance, and stays so: withdrawn and reinstated
it counts again where it counted before. So withdrawing by mistake is undone without a trace in the
figures, and what was accepted meanwhile is not pushed aside. Accepting it anew gives it a new place.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time

import pandas as pd
from sqlalchemy import ColumnElement, Connection, func, select

from etl import store
from etl.store import STORED, DecisionError, columns_of, frame_of, known_rows, of_slices, texts
from schemas.codes import Action, SubmissionState
from schemas.findings import finding
from schemas.rows import KEY, SLICE
from schemas.tables import Decision, Observation, Submission, current, known_on

Version = int | date
"A submission by its number, or the end of a day (UTC)."

COPIED = [
    column.name
    for column in Observation.__table__.columns
    if column.name not in ("observation_id", "superseded_at")
]
"What a row that counts again has in common with the one that was closed."


def places(conn: Connection, programme_code: str) -> dict[int, datetime]:
    """Return when each submission of a programme was accepted last: its place in the order."""
    last = func.max(Decision.decided_at)
    rows = conn.execute(
        select(Decision.submission_id, last)
        .where(Decision.programme_code == programme_code, Decision.action == Action.ACCEPT)
        .group_by(Decision.submission_id)
    )
    return {row[0]: row[1] for row in rows}


def accepted_places(conn: Connection, programme_code: str) -> dict[int, datetime]:
    """Return the places of the submissions that are accepted, and not withdrawn."""
    accepted = conn.execute(
        select(Submission.submission_id).where(
            Submission.programme_code == programme_code,
            Submission.state == SubmissionState.ACCEPTED,
        )
    ).scalars()
    known = places(conn, programme_code)
    return {submission: known[submission] for submission in accepted if submission in known}


def rows_of(
    conn: Connection,
    programme_code: str,
    order: Mapping[int, datetime],
    indicator_codes: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Return the rows of submissions as accepted last (columns COPIED), each once, `place` beside it.

    Those of one submission may be there several times: every time that they counted again.
    """
    conditions = [
        Observation.programme_code == programme_code,
        Observation.submission_id.in_(sorted(order)),
    ]
    if indicator_codes is not None:
        conditions.append(Observation.indicator_code.in_(sorted(set(indicator_codes))))
    rows = frame_of(conn, columns_of(COPIED), *conditions)
    rows["place"] = pd.to_datetime(rows["submission_id"].map(dict(order)), utc=True)
    rows["accepted_at"] = pd.to_datetime(rows["accepted_at"], utc=True)
    rows = rows[rows["accepted_at"] >= rows["place"]]
    last = rows.groupby(["submission_id", *SLICE], dropna=False)["accepted_at"].transform("max")
    return rows[rows["accepted_at"] == last]


def counting_rows(
    conn: Connection, programme_code: str, slices: pd.DataFrame, order: Mapping[int, datetime]
) -> pd.DataFrame:
    """Return per slice the rows of the submission that comes last in an order (columns COPIED)."""
    rows = of_slices(rows_of(conn, programme_code, order, slices["indicator_code"]), slices)
    newest = rows.groupby(SLICE, dropna=False)["place"].transform("max")
    return rows[rows["place"] == newest].drop(columns="place")


def withdrawn(conn: Connection, submission_id: int, programme_code: str) -> pd.DataFrame:
    """Return what counts now and would not, were a submission withdrawn: as `known_rows`."""
    return frame_of(
        conn,
        columns_of([*STORED, "observation_id", "submission_id"]),
        Observation.programme_code == programme_code,
        Observation.submission_id == submission_id,
        current(),
    )


def reinstated(conn: Connection, submission_id: int, programme_code: str) -> pd.DataFrame:
    """Return what would count again, were a withdrawn submission reinstated (columns COPIED).

    Its rows of those slices that no submission with a later place restates.
    """
    known = places(conn, programme_code)
    if submission_id not in known:
        raise DecisionError(finding("submission_not_withdrawn", found=submission_id))
    own = {submission_id: known[submission_id]}
    mine = rows_of(conn, programme_code, own)
    order = accepted_places(conn, programme_code) | own
    rows = counting_rows(conn, programme_code, mine, order)
    return rows[rows["submission_id"] == submission_id]


# --- What differs --------------------------------------------------------------------------------

SAID = ["value", "numerator", "denominator", "n", "text", "answer", "qualifier", "currency"]
"What an observation says; where none of it changes, the value stays the same."

BESIDE = ["text", "answer", "qualifier", "currency", "sheet", "cell"]
"What a comparison tells of both sides, besides their values."


def compared(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return two sets of rows side by side: STORED, before, after, both of BESIDE, change.

    `change` is "new", "changed", "gone" or "same"; STORED is that of what is there afterwards, or
    of what goes. Numbers are NaN, texts empty where there is none. Where both frames have a
    submission_id, so has the comparison: submission_before, submission_after (NaN for none).
    """
    both = after[STORED].merge(
        before[STORED], on=KEY, how="outer", suffixes=("_after", "_before"), indicator=True
    )
    same = pd.Series(data=True, index=both.index)
    for name in SAID:
        one, other = both[f"{name}_before"], both[f"{name}_after"]
        same &= (one == other) | (one.isna() & other.isna())
    kind = (
        both["_merge"]
        .astype(str)
        .map({"left_only": "new", "right_only": "gone", "both": "changed"})
    )
    both["change"] = kind.mask((kind == "changed") & same, "same")
    for name in STORED:
        if name not in KEY:
            both[name] = both[f"{name}_after"].mask(kind == "gone", both[f"{name}_before"])
    both = both.rename(columns={"value_before": "before", "value_after": "after"})
    sides = [f"{name}_{side}" for name in BESIDE for side in ("before", "after")]
    both[sides] = both[sides].apply(texts)
    found = both[[*STORED, "before", "after", *sides, "change"]]
    for side, frame in (("before", before), ("after", after)):
        if "submission_id" in frame:
            of = frame[[*KEY, "submission_id"]].rename(
                columns={"submission_id": f"submission_{side}"}
            )
            found = found.merge(of, on=KEY, how="left")
    return found


def preview(conn: Connection, submission_id: int) -> pd.DataFrame:
    """Return what the next decision about a submission would change, as `compared` has it.

    Accepting where it is undecided, withdrawing where it is accepted, reinstating where it is
    withdrawn. A value is "gone" that is a breakdown of a restated slice which the workbook no
    longer has, or for which nothing else is known once it is withdrawn.
    """
    submission = store.submission_row(conn, submission_id)
    programme = submission.programme_code or ""
    if submission.state == SubmissionState.ACCEPTED:
        before = withdrawn(conn, submission_id, programme)
        others = accepted_places(conn, programme)
        others.pop(submission_id, None)
        return compared(before, counting_rows(conn, programme, before, others))
    if submission.state == SubmissionState.WITHDRAWN:
        after = reinstated(conn, submission_id, programme)
        codes = after["indicator_code"].unique().tolist()
    else:
        taken = store.taken_again(conn, submission_id)
        programme, codes, after = taken.programme_code or "", taken.indicators, taken.rows
    return compared(of_slices(known_rows(conn, programme, codes), after), after)


def differences(
    conn: Connection,
    a: Version,
    b: Version,
    *,
    project_code: str = "",
    seen: ColumnElement[bool] | None = None,
    is_open: Callable[[int], bool] = lambda _: True,
) -> pd.DataFrame:
    """Return what differs from version `a` to version `b` (of a project), value by value.

    Columns as `compared` has them, with submission_before and submission_after, in the order of
    indicators, places and periods. Of a submission: what it said when it was accepted last, or, as
    long as it never was, what its kept bytes say. `seen` is the condition that an observation may be
    seen, `is_open` says so of a submission that was never accepted. DecisionError for a version that
    there is none of.
    """
    sides = [
        _version(conn, version, project_code=project_code, seen=seen, is_open=is_open)
        for version in (a, b)
    ]
    found = compared(*sides)
    return found.sort_values(KEY, kind="stable", ignore_index=True)


def _version(
    conn: Connection,
    version: Version,
    *,
    project_code: str,
    seen: ColumnElement[bool] | None,
    is_open: Callable[[int], bool],
) -> pd.DataFrame:
    """Return the rows of a version: STORED and submission_id, each key once."""
    conditions = []
    if project_code:
        conditions.append(Observation.project_code == project_code)
    if seen is not None:
        conditions.append(seen)
    columns = columns_of([*STORED, "submission_id", "accepted_at"])
    if isinstance(version, date):
        moment = datetime.combine(version, time.max, UTC)
        return frame_of(conn, columns, *conditions, known_on(moment))
    accepted = select(func.max(Decision.decided_at)).where(
        Decision.submission_id == version, Decision.action == Action.ACCEPT
    )
    rows = frame_of(
        conn,
        columns,
        *conditions,
        Observation.submission_id == version,
        Observation.accepted_at >= accepted.scalar_subquery(),
    )
    if len(rows):
        return rows.sort_values("accepted_at").drop_duplicates(KEY, keep="last")
    state = store.submission_row(conn, version).state
    if state in (SubmissionState.ACCEPTED, SubmissionState.WITHDRAWN):
        return rows  # nothing of it is of the project, or to be seen
    if not is_open(version) or state == SubmissionState.REFUSED:
        raise DecisionError(finding("submission_unknown", found=version))
    rows = store.rows_again(conn, version).assign(submission_id=version)
    return rows[rows["project_code"] == project_code] if project_code else rows
