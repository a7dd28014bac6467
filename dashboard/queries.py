"""Every read of the database for a page: connection and scope in, tidy frame out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
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

from schemas import codes, impact, tables
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


def catalogue(conn: Connection) -> Catalogue:
    """Return the catalogue as it is now, one statement a table."""
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
        Observation.indicator_code, Observation.place_code, Observation.period_end
    )
    return tidy(conn.execute(statement), OBSERVATION)


WITHHELD = ["project_code", "place_code", "indicator_code", "is_total", "values"]


def withheld(
    conn: Connection, scope: Scope, *, programme_code: str, as_of: datetime | None = None
) -> pd.DataFrame:
    """Return what the public may not see of what counts, today or at a moment: how many, not which.

    Columns: project_code, place_code, indicator_code, is_total, values. Empty for whoever sees all.
    """
    is_total = (Observation.breakdown_key == "").label("is_total")
    columns = [
        Observation.project_code,
        Observation.place_code,
        Observation.indicator_code,
        is_total,
    ]
    statement = (
        select(*columns, func.count().label("values"))
        .join(Withheld, Withheld.observation_id == Observation.observation_id)
        .where(
            tables.known_on(as_of) if as_of else tables.current(),
            Observation.programme_code == programme_code,
        )
        .group_by(*columns)
    )
    return tidy(
        conn.execute(statement) if scope.is_public else [],
        WITHHELD,
    )


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
