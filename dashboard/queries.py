"""Every read of the database for a page: connection and scope in, tidy frame out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    case,
    exists,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.orm import aliased

from schemas import codes, impact, packed, tables
from schemas.rows import DAY, SLICE
from schemas.tables import Decision, Observation, Place, Submission, Withheld

NOTHING: ColumnElement[str] = literal_column("''")
"The empty text, written out: only so does a database see that an index of ours fits."

AT_ONCE = 5000
"Ids in one statement; databases limit how many arguments a statement may have."


Record = Any
"A row of the database, its columns as attributes."


@dataclass(frozen=True)
class Scope:
    """What the reader may see; the first argument of every query after the connection."""

    is_public: bool


PUBLIC = Scope(is_public=True)


@dataclass(frozen=True)
class Catalogue:
    """What observations speak of: rows by code, in the order in which pages list them."""

    programmes: dict[str, Record]
    places: dict[str, Record]
    projects: dict[str, Record]
    indicators: dict[str, Record]
    units: dict[str, Record]
    dimensions: dict[str, Record]
    categories: dict[tuple[str, str], Record]
    goals: dict[int, Record]
    places_of: dict[str, tuple[str, ...]]
    "Places by project."
    sdg_targets_of: dict[str, tuple[str, ...]]
    "SDG targets by indicator; a link is not an attribution."
    dimensions_of: dict[str, tuple[str, ...]]
    "Dimensions by indicator."
    project_indicators: pd.DataFrame
    "project_code, indicator_code, level, parent_indicator_code, reported_as, target_basis, sort"

    @cached_property
    def rules(self) -> dict[str, impact.Rules]:
        """The rules of every indicator, by code."""
        return impact.rules_of(self.indicators.values())

    @cached_property
    def disaggregations(self) -> tuple[impact.Dimension, ...]:
        """The dimensions with their complete lists of categories."""
        found = impact.dimensions_of(self.dimensions.values(), self.categories.values())
        return tuple(found.values())

    @cached_property
    def digest(self) -> str:
        """What series are rolled up by, as `rolled_by` has it."""
        return packed.digest(self.rules.values(), self.disaggregations)

    def countries_of(self, project_code: str) -> tuple[str, ...]:
        """Return the countries of a project, each once."""
        places = (self.places[code] for code in self.places_of.get(project_code, ()))
        return tuple(dict.fromkeys(place.country_code for place in places))

    def goals_of(self, indicator_code: str) -> tuple[int, ...]:
        """Return the SDGs that an indicator is linked to, each once."""
        targets = self.sdg_targets_of.get(indicator_code, ())
        return tuple(sorted({int(target.split(".")[0]) for target in targets}))


def _by_code(conn: Connection, table: type[tables.Base], *order: Any) -> dict[Any, Record]:
    """Return the rows of a table by their key, in an order."""
    keys = [column.name for column in table.__table__.primary_key]
    rows = conn.execute(select(table.__table__).order_by(*order))
    if len(keys) == 1:
        return {getattr(row, keys[0]): row for row in rows}
    return {tuple(getattr(row, key) for key in keys): row for row in rows}


def _pairs(conn: Connection, statement: Select[Any, Any]) -> dict[str, tuple[Any, ...]]:
    """Return the second column's values by the first column's."""
    found: dict[str, tuple[Any, ...]] = {}
    for key, value in conn.execute(statement):
        found[key] = (*found.get(key, ()), value)
    return found


KEPT = 4
"Catalogues that a process remembers: one of today, and those of other databases."

_kept: dict[str, Catalogue] = {}


def catalogue(conn: Connection) -> Catalogue:
    """Return the catalogue as it is now: read once for each revision of it."""
    table = tables.Revision
    revision = conn.execute(select(table.token).where(table.name == "catalogue")).scalar_one()
    known = _kept.get(revision)
    if known is None:
        known = _catalogue(conn)
        for oldest in list(_kept)[: max(0, len(_kept) - KEPT + 1)]:
            _kept.pop(oldest, None)
        _kept[revision] = known
    return known


def _catalogue(conn: Connection) -> Catalogue:
    """Return the catalogue, one statement a table."""
    links = tables.ProjectIndicator
    columns = [
        links.project_code,
        links.indicator_code,
        links.level,
        links.parent_indicator_code,
        links.reported_as,
        links.target_basis,
        links.sort,
    ]
    return Catalogue(
        programmes=_by_code(conn, tables.Programme, tables.Programme.programme_code),
        places={
            row.place_code: row
            for row in conn.execute(
                # Without the aliases: there are hundreds of places, and every page reads them.
                select(
                    Place.place_code,
                    Place.kind,
                    Place.parent_code,
                    Place.country_code,
                    Place.names,
                    Place.latitude,
                    Place.longitude,
                )
            )
        },
        projects=_by_code(conn, tables.Project, tables.Project.kind, tables.Project.project_code),
        indicators=_by_code(
            conn, tables.Indicator, tables.Indicator.sort, tables.Indicator.indicator_code
        ),
        units=_by_code(conn, tables.Unit, tables.Unit.unit_code),
        dimensions=_by_code(conn, tables.Dimension, tables.Dimension.sort),
        categories=_by_code(
            conn, tables.Category, tables.Category.dimension_code, tables.Category.sort
        ),
        goals=_by_code(conn, tables.SdgGoal, tables.SdgGoal.sdg_goal),
        places_of=_pairs(
            conn,
            select(tables.ProjectPlace.project_code, tables.ProjectPlace.place_code).order_by(
                tables.ProjectPlace.place_code
            ),
        ),
        sdg_targets_of=_pairs(
            conn,
            select(tables.IndicatorSdg.indicator_code, tables.IndicatorSdg.sdg_target).order_by(
                tables.IndicatorSdg.sdg_target
            ),
        ),
        dimensions_of=_pairs(
            conn,
            select(
                tables.IndicatorDimension.indicator_code, tables.IndicatorDimension.dimension_code
            ).order_by(tables.IndicatorDimension.sort),
        ),
        project_indicators=tidy(
            conn.execute(select(*columns).order_by(links.sort, links.indicator_code)),
            [column.key for column in columns],
        ),
    )


OBSERVATION = [*impact.Row._fields, "text", "basis", "note"]
"The columns of observations: those that arithmetic reads, and what a page says beside them."

# --- Observations -------------------------------------------------------------------------------

TEXTS = (
    "programme_code",
    "project_code",
    "place_code",
    "country_code",
    "indicator_code",
    "value_type",
    "breakdown_key",
    "qualifier",
    "basis",
    "reported_as",
    "currency",
    "answer",
    "text",
    "note",
    "parent_indicator_code",
    "level",
    "target_basis",
    "file_name",
    "sheet",
    "cell",
    "raw",
    "state",
    "code",
    "severity",
    "found",
    "justification",
)
NUMBERS = ("value", "numerator", "denominator", "n", "value_eur", "rate")
DATES = ("period_start", "period_end", "rate_date")


def tidy(rows: Iterable[Record], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a frame of our conventions: no null texts, days in seconds, NaN for no number."""
    frame = pd.DataFrame.from_records([tuple(row) for row in rows], columns=list(columns))
    for column in columns:
        if column in TEXTS:
            frame[column] = frame[column].fillna("").astype("str")
        elif column in NUMBERS:
            frame[column] = frame[column].astype("float64")
        elif column in DATES:
            frame[column] = pd.to_datetime(frame[column]).astype(DAY)  # type: ignore[call-overload]
    return frame


def _counts(observation: Any, scope: Scope, as_of: datetime | None) -> Any:
    """Return the condition that an observation counts (today, or at a moment) and may be seen."""
    condition = observation.superseded_at.is_(None)
    if as_of:
        condition = (observation.accepted_at <= as_of) & (
            condition | (observation.superseded_at > as_of)
        )
    return condition & may_see(observation, scope)


def may_see(observation: Any, scope: Scope) -> Any:
    """Return the condition that the scope may see an observation."""
    hidden = exists().where(Withheld.observation_id == observation.observation_id)
    return ~hidden if scope.is_public else true()


def _makes_totals(scope: Scope, as_of: datetime | None, *, has_parts: bool) -> Any:
    """Return the condition that a total may rest on an observation.

    Totals themselves; parts by one category of what may be counted twice, which show how many
    there are at least (with `has_parts` of everything); and all parts of a slice whose total was
    not reported.
    """
    overlapping = select(tables.Indicator.indicator_code).where(
        tables.Indicator.overlap != codes.Overlap.NONE
    )
    is_part: Any = Observation.breakdown_key.not_like("%|%")
    if not has_parts:
        is_part &= Observation.indicator_code.in_(overlapping)
    total = aliased(Observation)
    has_total = exists().where(
        *(
            # No project is null, which equals nothing.
            func.coalesce(getattr(total, name), NOTHING)
            == func.coalesce(getattr(Observation, name), NOTHING)
            if name == "project_code"
            else getattr(total, name) == getattr(Observation, name)
            for name in ("programme_code", *SLICE)
        ),
        total.breakdown_key == NOTHING,
        _counts(total, scope, as_of),
    )
    return (Observation.breakdown_key == "") | is_part | ~has_total


def observations(
    conn: Connection,
    scope: Scope,
    *,
    programme_code: str = "",
    project_code: str = "",
    country_code: str = "",
    indicator_codes: Sequence[str] | None = None,
    breakdowns: bool = False,
    as_of: datetime | None = None,
) -> pd.DataFrame:
    """Return the observations that count today, or counted at a moment, and that the scope may see.

    Columns: `OBSERVATION`. Without `breakdowns` totals, parts by one category (of a whole programme
    or country only where somebody may be counted twice), and those combinations of categories that
    make up for a missing total; with it every combination.
    """
    columns = [
        Place.country_code if name == "country_code" else getattr(Observation, name)
        for name in OBSERVATION
    ]
    statement = select(*columns).join(Place, Place.place_code == Observation.place_code)
    statement = statement.where(_counts(Observation, scope, as_of))
    if programme_code:
        statement = statement.where(Observation.programme_code == programme_code)
    if project_code:
        statement = statement.where(Observation.project_code == project_code)
    if country_code:
        statement = statement.where(Place.country_code == country_code)
    if indicator_codes is not None:
        statement = statement.where(Observation.indicator_code.in_(indicator_codes))
    if not breakdowns:
        has_parts = bool(project_code) or indicator_codes is not None
        statement = statement.where(_makes_totals(scope, as_of, has_parts=has_parts))
    statement = statement.order_by(
        Observation.indicator_code,
        Observation.place_code,
        Observation.period_end,
        Observation.observation_id,
    )
    return tidy(conn.execute(statement), OBSERVATION)


# --- What series have come to -------------------------------------------------------------------


@dataclass(frozen=True)
class Chosen:
    """Which series of a programme are asked for; empty texts and None stand for all."""

    programme_code: str
    project_code: str = ""
    country_code: str = ""
    indicator_codes: tuple[str, ...] | None = None


def rolled_by(conn: Connection, programme_code: str) -> str:
    """Return by which rules the series of a programme are rolled up; empty where they are not."""
    table = tables.Rolled
    statement = select(table.rules).where(table.programme_code == programme_code)
    return conn.execute(statement).scalar_one_or_none() or ""


def _of(chosen: Chosen, table: Any) -> list[Any]:
    """Return the conditions that rows of a table are chosen; places are joined."""
    conditions = [table.programme_code == chosen.programme_code]
    if chosen.project_code:
        conditions.append(table.project_code == chosen.project_code)
    if chosen.country_code:
        conditions.append(Place.country_code == chosen.country_code)
    if chosen.indicator_codes is not None:
        conditions.append(table.indicator_code.in_(chosen.indicator_codes))
    return conditions


def _series(scope: Scope, chosen: Chosen, *, of_categories: bool) -> list[Any]:
    """Return the conditions that series are chosen, and as the scope sees them."""
    table = tables.SeriesRow
    is_total = table.breakdown_key == ""
    is_seen = table.is_public if scope.is_public else table.is_full
    return [*_of(chosen, table), ~is_total if of_categories else is_total, is_seen.is_(True)]


def series(
    conn: Connection,
    scope: Scope,
    chosen: Chosen,
    *,
    until: date | None = None,
    of_categories: bool = False,
) -> list[Record]:
    """Return the series that the scope may see, or those of their categories.

    With series_id, their codes, breakdown_key, first_day, last_day, `facts` and `reached` (texts of
    `schemas.packed`): what each has come to, of the total by a day, of a category always last.
    """
    table, step = tables.SeriesRow, tables.StepRow
    reached: Any = table.reached
    statement = select(
        table.series_id,
        table.project_code,
        table.place_code,
        Place.country_code,
        table.indicator_code,
        table.breakdown_key,
        table.first_day,
        table.last_day,
        table.facts,
    ).join(Place, Place.place_code == table.place_code)
    if until and not of_categories:
        reached = (
            select(step.so_far)
            .where(step.series_id == table.series_id, step.period_end <= until)
            .order_by(step.period_end.desc(), step.period_start.desc())
            .limit(1)
            .correlate(table)
            .scalar_subquery()
        )
    statement = statement.add_columns(reached.label("reached"))
    statement = statement.where(*_series(scope, chosen, of_categories=of_categories))
    order = (table.indicator_code, table.place_code, table.project_code, table.breakdown_key)
    return list(conn.execute(statement.order_by(*order)))


def steps(
    conn: Connection, series_ids: Sequence[int], *, ends: Iterable[date] | None = None
) -> list[Record]:
    """Return the steps of series, by date; of all periods, or of those that end on some days.

    Columns: series_id, period_end, period_start, so_far, in_period (texts of `schemas.packed`).
    """
    table = tables.StepRow
    columns = (table.series_id, table.period_end, table.period_start)
    rows: list[Record] = []
    for start in range(0, len(series_ids), AT_ONCE):
        some = table.series_id.in_(series_ids[start : start + AT_ONCE])
        statement = select(*columns, table.so_far, table.in_period).where(some)
        if ends is not None:
            statement = statement.where(table.period_end.in_(sorted(ends)))
        rows.extend(conn.execute(statement.order_by(*columns)))
    return rows


def period_ends(conn: Connection, scope: Scope, chosen: Chosen) -> list[date]:
    """Return the days on which the periods of series end, newest first."""
    table, step = tables.SeriesRow, tables.StepRow
    is_chosen = _series(scope, chosen, of_categories=False)
    if chosen == Chosen(chosen.programme_code):
        # From each day to the next, not over all steps: there are few days, of very many steps.
        first = select(func.min(step.period_end).label("period_end")).cte("days", recursive=True)
        later = select(func.min(step.period_end)).where(step.period_end > first.c.period_end)
        days = first.union_all(
            select(later.scalar_subquery()).where(first.c.period_end.is_not(None))
        )
        is_there = exists().where(
            step.period_end == days.c.period_end, table.series_id == step.series_id, *is_chosen
        )
        statement = select(days.c.period_end).where(is_there)
    else:
        statement = (
            select(step.period_end)
            .distinct()
            .join(table, table.series_id == step.series_id)
            .join(Place, Place.place_code == table.place_code)
            .where(*is_chosen)
        )
    return sorted(conn.execute(statement).scalars(), reverse=True)


def totals(conn: Connection, scope: Scope, chosen: Chosen, *, until: date) -> list[Record]:
    """Return the actual totals that count today, up to a day, the newest first: whose, and their ids."""
    statement = (
        select(
            func.coalesce(Observation.project_code, "").label("project_code"),
            Observation.place_code,
            Place.country_code,
            Observation.observation_id,
        )
        .join(Place, Place.place_code == Observation.place_code)
        .where(
            *_of(chosen, Observation),
            _counts(Observation, scope, None),
            Observation.breakdown_key == NOTHING,
            Observation.value_type == codes.ValueType.ACTUAL,
            Observation.period_end <= until,
            Observation.value.is_not(None),
        )
    )
    newest = (Observation.period_end.desc(), Observation.observation_id.desc())
    return list(conn.execute(statement.order_by(*newest)))


def is_crossed(conn: Connection, scope: Scope, chosen: Chosen) -> bool:
    """Return whether what is chosen was reported by several categories at once."""
    key = tables.Breakdown.breakdown_key
    crossed = list(conn.execute(select(key).where(key.like("%|%"))).scalars())
    if not crossed:
        return False
    statement = select(
        exists()
        .where(*_of(chosen, Observation), Place.place_code == Observation.place_code)
        .where(Observation.breakdown_key.in_(crossed), _counts(Observation, scope, None))
    )
    return bool(conn.execute(statement).scalar())


def parts(
    conn: Connection, scope: Scope, chosen: Chosen, *, until: date | None
) -> list[impact.Row]:
    """Return the actuals by one category that count today, up to a day; their country is empty."""
    columns = [
        literal_column("''") if name == "country_code" else getattr(Observation, name)
        for name in impact.Row._fields
    ]
    statement = select(*columns).where(
        *_of(replace(chosen, country_code=""), Observation),
        _counts(Observation, scope, None),
        Observation.value_type == codes.ValueType.ACTUAL,
        Observation.breakdown_key != NOTHING,
        Observation.breakdown_key.not_like("%|%"),
        Observation.period_end <= until if until else true(),
    )
    found = conn.execute(statement.order_by(Observation.observation_id))
    return [
        row
        if row.project_code and row.currency
        else row._replace(project_code=row.project_code or "", currency=row.currency or "")
        for row in map(impact.Row._make, found)
    ]


WITHHELD = ["project_code", "place_code", "indicator_code", "is_total", "values"]


def withheld(
    conn: Connection, scope: Scope, *, programme_code: str, as_of: datetime | None = None
) -> pd.DataFrame:
    """Return what the public may not see of what counts, today or at a moment: how many, not which.

    Columns: project_code, place_code, indicator_code, is_total, values. Empty for whoever sees all.
    """
    columns = [getattr(Observation, name) for name in WITHHELD[:3]]
    is_total = (Observation.breakdown_key == "").label("is_total")
    found: Counter[tuple[Any, ...]] = Counter()
    ids = list(conn.execute(select(Withheld.observation_id)).scalars()) if scope.is_public else []
    for start in range(0, len(ids), AT_ONCE):
        statement = select(Observation.programme_code, *columns, is_total).where(
            Observation.observation_id.in_(ids[start : start + AT_ONCE]),
            tables.known_on(as_of) if as_of else tables.current(),
        )
        # Not in the statement: asked for a programme, a database would go through all of it.
        rows = conn.execute(statement)
        found.update(tuple(row[1:]) for row in rows if row.programme_code == programme_code)
    return tidy([(*key, count) for key, count in found.items()], WITHHELD)


# --- Submissions --------------------------------------------------------------------------------

SUBMISSION = [
    "submission_id",
    "file_name",
    "sender",
    "programme_code",
    "project_code",
    "layout_code",
    "language",
    "state",
    "values_found",
    "received_at",
    "decided_at",
]

DECIDED = (codes.SubmissionState.ACCEPTED, codes.SubmissionState.WITHDRAWN)


def _last_decision(as_of: datetime) -> Any:
    """Return the last thing that had been decided about a submission at a moment; null for nothing."""
    return (
        select(Decision.action)
        .where(Decision.submission_id == Submission.submission_id, Decision.decided_at <= as_of)
        .order_by(Decision.decided_at.desc())
        .limit(1)
        .correlate(Submission)
        .scalar_subquery()
    )


def _submission_columns(as_of: datetime | None) -> list[Any]:
    """Return the columns `SUBMISSION`, the state and its day as they were at a moment."""
    columns = {name: getattr(Submission, name) for name in SUBMISSION}
    if as_of:
        last = _last_decision(as_of)
        columns["state"] = case(
            (last == codes.Action.WITHDRAW, codes.SubmissionState.WITHDRAWN),
            (last.is_not(None), codes.SubmissionState.ACCEPTED),
            (Submission.state.in_(DECIDED), codes.SubmissionState.READY),
            else_=Submission.state,
        ).label("state")
        columns["decided_at"] = (
            select(func.max(Decision.decided_at))
            .where(Decision.submission_id == Submission.submission_id, Decision.decided_at <= as_of)
            .correlate(Submission)
            .scalar_subquery()
            .label("decided_at")
        )
    return list(columns.values())


def _may_see_submission(scope: Scope, as_of: datetime | None) -> Any:
    """Return the condition that the scope may see a submission, and that it was there at a moment."""
    condition: Any = Submission.received_at <= as_of if as_of else true()
    if not scope.is_public:
        return condition
    is_decided = _last_decision(as_of).is_not(None) if as_of else Submission.state.in_(DECIDED)
    return condition & is_decided


def submissions(
    conn: Connection,
    scope: Scope,
    *,
    project_code: str = "",
    as_of: datetime | None = None,
    limit: int = 100,
) -> pd.DataFrame:
    """Return the newest submissions, newest first (columns `SUBMISSION`, errors, warnings).

    Of one project where it is named: those that are of it alone, or hold values of it too. The
    public sees those that were decided, and nothing of who sent them or what the checks said.
    """
    table = tables.FindingRow
    counts = (
        select(
            table.submission_id,
            func.count().filter(table.severity == codes.Severity.ERROR).label("errors"),
            func.count().filter(table.severity == codes.Severity.WARNING).label("warnings"),
        )
        .group_by(table.submission_id)
        .subquery()
    )
    statement = (
        select(
            *_submission_columns(as_of),
            func.coalesce(counts.c.errors, 0),
            func.coalesce(counts.c.warnings, 0),
        )
        .outerjoin(counts, counts.c.submission_id == Submission.submission_id)
        .where(_may_see_submission(scope, as_of))
        .order_by(Submission.received_at.desc(), Submission.submission_id.desc())
        .limit(limit)
    )
    if project_code:
        holds = exists().where(
            Observation.submission_id == Submission.submission_id,
            Observation.project_code == project_code,
        )
        statement = statement.where((Submission.project_code == project_code) | holds)
    frame = tidy(conn.execute(statement), [*SUBMISSION, "errors", "warnings"])
    if scope.is_public:
        frame[["errors", "warnings"]] = 0
        frame["sender"] = ""
    return frame


def submission(
    conn: Connection, scope: Scope, submission_id: int, *, as_of: datetime | None = None
) -> Record:
    """Return one submission, or None where there is none that the scope may see.

    `sha256` and `size` are those of the file; `has_file` says whether it is still kept.
    """
    statement = (
        select(
            *_submission_columns(as_of),
            Submission.sha256,
            tables.Workbook.size,
            tables.Workbook.content.is_not(None).label("has_file"),
        )
        .join(tables.Workbook, tables.Workbook.sha256 == Submission.sha256)
        .where(Submission.submission_id == submission_id, _may_see_submission(scope, as_of))
    )
    return conn.execute(statement).first()


FINDING = ["finding_id", "code", "severity", "sheet", "cell", "found", "arguments", "justification"]


def findings(conn: Connection, scope: Scope, submission_id: int) -> pd.DataFrame:
    """Return what the checks said of a submission, in its order (columns `FINDING`).

    Nothing for the public: findings quote cells that nobody has accepted.
    """
    table = tables.FindingRow
    statement = (
        select(*[getattr(table, name) for name in FINDING])
        .where(table.submission_id == submission_id)
        .order_by(table.finding_id)
    )
    return tidy([] if scope.is_public else conn.execute(statement), FINDING)


def workbook(conn: Connection, scope: Scope, submission_id: int) -> tuple[str, bytes] | None:
    """Return name and bytes of the file of a submission; None where it is gone, or not for the scope."""
    if scope.is_public:
        return None
    row = conn.execute(
        select(Submission.file_name, tables.Workbook.content)
        .join(tables.Workbook, tables.Workbook.sha256 == Submission.sha256)
        .where(Submission.submission_id == submission_id)
    ).first()
    return (row[0], row[1]) if row and row[1] is not None else None


@dataclass(frozen=True)
class Freshness:
    """How recent the data of a programme are."""

    accepted_at: datetime | None
    workbooks: int


def freshness(conn: Connection, *, programme_code: str, as_of: datetime | None = None) -> Freshness:
    """Return when data of a programme were last decided on, and from how many workbooks they are."""
    if as_of:
        last = (
            select(func.max(Decision.decided_at).label("decided_at"))
            .where(Decision.programme_code == programme_code, Decision.decided_at <= as_of)
            .group_by(Decision.submission_id)
            .subquery()
        )
        is_accepted = Decision.action != codes.Action.WITHDRAW
        then = conn.execute(
            select(func.max(Decision.decided_at), func.count().filter(is_accepted)).join(
                last, last.c.decided_at == Decision.decided_at
            )
        ).one()
        return Freshness(then[0], then[1])
    state = Submission.state == codes.SubmissionState.ACCEPTED
    row = conn.execute(
        select(func.max(Submission.decided_at), func.count().filter(state)).where(
            Submission.programme_code == programme_code, Submission.state.in_(DECIDED)
        )
    ).one()
    return Freshness(row[0], row[1])


def name_of(conn: Connection, table: type[tables.Base], key: Any) -> dict[str, str]:
    """Return the names of one row of the catalogue by language; empty where there is none."""
    column = next(iter(table.__table__.primary_key))
    names = table.__table__.c["names"]
    return conn.execute(select(names).where(column == key)).scalar_one_or_none() or {}


def country_names(conn: Connection, code: str) -> dict[str, str]:
    """Return the names of a country by language; empty where the code is none of a country."""
    statement = select(Place.names).where(
        Place.place_code == code, Place.kind == codes.PlaceKind.COUNTRY
    )
    return conn.execute(statement).scalar_one_or_none() or {}


# --- What only one page asks for ----------------------------------------------------------------


def organisations_of(conn: Connection, project_code: str) -> list[Record]:
    """Return who runs a project: names, role, source_url."""
    table, link = tables.Organisation, tables.ProjectOrganisation
    return list(
        conn.execute(
            select(table.names, link.role, table.source_url)
            .join(link, link.organisation_code == table.organisation_code)
            .where(link.project_code == project_code)
            .order_by(table.organisation_code)
        )
    )


def organisations(conn: Connection, programme_code: str) -> list[Record]:
    """Return who runs a programme's projects, each once: names, kind, country_code, source_url."""
    table, link = tables.Organisation, tables.ProjectOrganisation
    of = select(link.organisation_code).join(
        tables.Project, tables.Project.project_code == link.project_code
    )
    return list(
        conn.execute(
            select(table.names, table.kind, table.country_code, table.source_url)
            .where(
                table.organisation_code.in_(
                    of.where(tables.Project.programme_code == programme_code)
                )
            )
            .order_by(table.country_code, table.organisation_code)
        )
    )


def rounds(conn: Connection) -> list[Record]:
    """Return the reporting rounds, oldest first."""
    table = tables.Round
    return list(conn.execute(select(table.__table__).order_by(table.period_start)))


def themes(conn: Connection) -> dict[str, Record]:
    """Return the themes by code."""
    return _by_code(conn, tables.Theme, tables.Theme.sort)


def sdg_targets(conn: Connection, sdg_targets: Iterable[str]) -> dict[str, Record]:
    """Return the named SDG targets by code."""
    table = tables.SdgTarget
    rows = conn.execute(select(table.__table__).where(table.sdg_target.in_(sorted(sdg_targets))))
    return {row.sdg_target: row for row in rows}


def rate_sources(conn: Connection) -> list[str]:
    """Return where the exchange rates come from."""
    table = tables.ExchangeRate
    return list(conn.execute(select(table.source).distinct().order_by(table.source)).scalars())


@dataclass(frozen=True)
class Further:
    """What of the catalogue only the search asks for."""

    aliases: dict[str, list[str]]
    "Other names by place."
    themes: dict[str, Record]
    sdg_targets: dict[str, Record]
    organisations: dict[str, Record]
    projects_of: dict[str, tuple[str, ...]]
    "Projects by organisation."


def further(conn: Connection) -> Further:
    """Return what the catalogue holds besides (`catalogue`): other names, SDG targets, organisations."""
    link = tables.ProjectOrganisation
    used = select(tables.ProjectPlace.place_code)
    around = select(Place.country_code).where(Place.place_code.in_(used))
    named = select(Place.place_code, Place.aliases).where(
        Place.place_code.in_(used) | Place.place_code.in_(around)
    )
    return Further(
        aliases={code: list(names) for code, names in conn.execute(named)},
        themes=themes(conn),
        sdg_targets=_by_code(conn, tables.SdgTarget, tables.SdgTarget.sdg_goal),
        organisations=_by_code(conn, tables.Organisation, tables.Organisation.organisation_code),
        projects_of=_pairs(
            conn,
            select(link.organisation_code, link.project_code).order_by(link.project_code),
        ),
    )
