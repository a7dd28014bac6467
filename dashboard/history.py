"""Reads of where values come from, and of what each acceptance changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import (
    Connection,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

import etl
from dashboard import queries
from dashboard.queries import AT_ONCE, OBSERVATION, Record, may_see, tidy
from schemas import codes, tables
from schemas.rows import KEY
from schemas.scope import Scope
from schemas.tables import Decision, Observation, Place, Submission

LINEAGE = [
    "observation_id",
    "programme_code",
    "project_code",
    "place_code",
    "indicator_code",
    "period_start",
    "period_end",
    "value_type",
    "breakdown_key",
    "value",
    "numerator",
    "denominator",
    "n",
    "text",
    "answer",
    "qualifier",
    "basis",
    "currency",
    "value_eur",
    "rate",
    "rate_kind",
    "rate_date",
    "rate_source",
    "note",
    "submission_id",
    "sheet",
    "cell",
    "raw",
    "accepted_at",
    "superseded_at",
    "file_name",
    "sha256",
    "received_at",
]


OF_SUBMISSION = ("file_name", "sha256", "received_at")
"Columns of `LINEAGE` that the submission knows."


def lineage(conn: Connection, scope: Scope, observation_ids: Sequence[int]) -> pd.DataFrame:
    """Return where observations come from: file, sheet, cell and day (columns `LINEAGE`).

    The cell as its author wrote it (`raw`) is empty where the scope does not see all: it may say
    more than the value.
    So is the file's `sha256`, by which a guess at its content could be proved.
    """
    columns = [
        getattr(Submission if name in OF_SUBMISSION else Observation, name) for name in LINEAGE
    ]
    rows: list[Record] = []
    for start in range(0, len(observation_ids), AT_ONCE):
        some = list(observation_ids[start : start + AT_ONCE])
        statement = (
            select(*columns)
            .join(Submission, Submission.submission_id == Observation.submission_id)
            .where(Observation.observation_id.in_(some))
            .order_by(Observation.indicator_code, Observation.place_code, Observation.period_end)
        )
        rows.extend(conn.execute(statement.where(may_see(Observation, scope))))
    frame = tidy(rows, LINEAGE)
    places = zip(frame["programme_code"], frame["project_code"], frame["place_code"], strict=True)
    is_others = [not scope.reaches(*place) for place in places]
    frame.loc[is_others, ["raw", "sha256"]] = ""
    return frame


SAID = ("value", "numerator", "denominator", "n", "text", "answer", "qualifier", "currency")
"What an observation says; where none of it changes, the value stays the same."

CHANGED = ["submission_id", "new", "changed", "same", "gone", "former"]


def changes(
    conn: Connection,
    scope: Scope,
    submission_ids: Collection[int],
    *,
    project_code: str = "",
    place_codes: Collection[str] | None = None,
    indicator_codes: Collection[str] | None = None,
    until: date | None = None,
    as_of: datetime | None = None,
) -> pd.DataFrame:
    """Return what accepting submissions changed when it was done last, in numbers of values.

    Columns: submission_id, new, changed, same, gone, and `former`: the newest submission whose values
    it replaced, 0 for none. Only what the scope may see is counted, of a project, some places or
    some indicators where they are named; with `until` actual values of periods that ended by then.
    """
    last = func.max(Decision.decided_at).label("moment")
    accepted = (
        select(Decision.submission_id, last)
        .where(
            Decision.action == codes.Action.ACCEPT,
            Decision.submission_id.in_(sorted(submission_ids)),
            Decision.decided_at <= as_of if as_of else true(),
        )
        .group_by(Decision.submission_id)
        .cte()
    )
    after, before = aliased(Observation), aliased(Observation)

    def is_asked(of: Any) -> Any:
        return and_(
            of.project_code == project_code if project_code else true(),
            true() if place_codes is None else of.place_code.in_(sorted(place_codes)),
            true() if indicator_codes is None else of.indicator_code.in_(sorted(indicator_codes)),
            (of.value_type == codes.ValueType.ACTUAL) & (of.period_end <= until)
            if until
            else true(),
        )

    has_changed = or_(*(getattr(after, n).is_distinct_from(getattr(before, n)) for n in SAID))
    is_new, nothing = before.observation_id.is_(None), literal(0)
    added = (
        select(
            accepted.c.submission_id,
            func.count().filter(is_new),
            func.count().filter(~is_new, has_changed),
            func.count().filter(~is_new, ~has_changed),
            nothing,
            func.coalesce(func.max(before.submission_id), 0),
        )
        .join(
            after,
            (after.submission_id == accepted.c.submission_id)
            & (after.accepted_at == accepted.c.moment),
        )
        .outerjoin(before, _same_key(after, before) & (before.superseded_at == after.accepted_at))
        .where(may_see(after, scope), is_asked(after))
        .group_by(accepted.c.submission_id)
    )
    stays = exists().where(_same_key(after, before), after.accepted_at == before.superseded_at)
    closed = (
        select(accepted.c.submission_id, nothing, nothing, nothing, func.count(), nothing)
        .join(before, before.superseded_at == accepted.c.moment)
        .where(may_see(before, scope), is_asked(before), ~stays)
        .group_by(accepted.c.submission_id)
    )
    rows = conn.execute(union_all(added, closed)).all() if submission_ids else []
    found = pd.DataFrame.from_records([tuple(row) for row in rows], columns=CHANGED)
    return found.groupby("submission_id", as_index=False).sum()


def _same_key(one: Any, other: Any) -> Any:
    """Return the condition that two observations are of the same thing; no project is like any."""
    condition = one.programme_code == other.programme_code
    for name in KEY:
        here, there = getattr(one, name), getattr(other, name)
        condition &= here.is_not_distinct_from(there) if name == "project_code" else here == there
    return condition


def decision_days(
    conn: Connection, *, project_code: str, as_of: datetime | None = None, limit: int = 60
) -> list[Any]:
    """Return the days (UTC) after which the values of a project were others, newest first."""
    moments = [
        select(column).where(
            Observation.project_code == project_code,
            column <= as_of if as_of else column.is_not(None),
        )
        for column in (Observation.accepted_at, Observation.superseded_at)
    ]
    days = {moment.date() for moment in conn.execute(union(*moments)).scalars() if moment}
    return sorted(days, reverse=True)[:limit]


LEAST = timedelta(microseconds=1)
"The least time between two moments that we keep."

REMARK = ["submission_id", "sheet", "cell", "code", "severity", "found", "arguments"]


def remarks(conn: Connection, scope: Scope, places: Iterable[tuple[int, str, str]]) -> pd.DataFrame:
    """Return the warnings about some cells (submission, sheet, cell), and what was said to them.

    Columns: `REMARK`, justification. Nothing of submissions that are not the scope's own: they quote
    what stands in the cell.
    """
    table = tables.FindingRow
    columns = [*REMARK, "justification"]
    wanted = set(places)
    rows: list[Any] = []
    if wanted:
        statement = (
            select(*[getattr(table, name) for name in columns])
            .join(Submission, Submission.submission_id == table.submission_id)
            .where(
                table.submission_id.in_(sorted({place[0] for place in wanted})),
                table.cell.in_(sorted({place[2] for place in wanted})),
                table.severity == codes.Severity.WARNING,
                scope.own_submission(),
            )
            .order_by(table.finding_id)
        )
        rows = [row for row in conn.execute(statement) if tuple(row[:3]) in wanted]
    return pd.DataFrame.from_records([tuple(row) for row in rows], columns=columns)


def differences(
    conn: Connection, scope: Scope, a: int | date, b: int | date, *, project_code: str = ""
) -> pd.DataFrame:
    """Return what differs between two versions (`etl.differences`), of what the scope may see."""

    def is_open(submission_id: int) -> bool:
        row = queries.submission(conn, scope, submission_id)
        return bool(row and row.is_own)

    return etl.differences(
        conn, a, b, project_code=project_code, seen=may_see(Observation, scope), is_open=is_open
    )


MOVED = ["project_code", "place_code", "indicator_code"]


def moved(
    conn: Connection, moments: Mapping[str, datetime], submission_ids: Collection[int]
) -> pd.DataFrame:
    """Return the series of projects that the decision of a moment of each has touched.

    Columns: `MOVED`. They have observations of then from the submissions that were decided on, or
    some that counted until then.
    """
    columns = [getattr(Observation, name) for name in MOVED]
    touched = [
        select(*columns).where(
            Observation.superseded_at == moment, Observation.project_code == project
        )
        for project, moment in moments.items()
    ]
    touched += [
        select(*columns).where(
            Observation.submission_id.in_(submission_ids),
            Observation.accepted_at == moment,
            Observation.project_code == project,
        )
        for project, moment in moments.items()
    ]
    return tidy(conn.execute(union(*touched)) if touched else [], MOVED)


def before(
    conn: Connection, scope: Scope, moments: Mapping[str, datetime], touched: pd.DataFrame
) -> pd.DataFrame:
    """Return the observations of touched series (`moved`) as they counted just before the moments.

    Columns: `queries.OBSERVATION`, breakdowns included.
    """
    columns = [
        Place.country_code if name == "country_code" else getattr(Observation, name)
        for name in OBSERVATION
    ]
    series = {
        project: (sorted(set(own["place_code"])), sorted(set(own["indicator_code"])))
        for project, own in touched.groupby("project_code")
    }
    then = [
        (Observation.project_code == project)
        & Observation.place_code.in_(series[project][0])
        & Observation.indicator_code.in_(series[project][1])
        & tables.known_on(moment - LEAST)
        for project, moment in moments.items()
        if project in series
    ]
    statement = (
        select(*columns)
        .join(Place, Place.place_code == Observation.place_code)
        .where(or_(false(), *then), may_see(Observation, scope))
        .order_by(Observation.indicator_code, Observation.place_code, Observation.period_end)
    )
    return tidy(conn.execute(statement) if then else [], OBSERVATION)
