"""Who has to report what in which round, and how each stands: what the database knows of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row, func, select, true

from etl.rounds.past import answers_then, rounds_then
from schemas import completeness
from schemas.codes import Action, SubmissionState, ValueType
from schemas.completeness import TASK
from schemas.rows import DAY
from schemas.tables import (
    Decision,
    Extension,
    Observation,
    Project,
    ProjectIndicator,
    ProjectPlace,
    Round,
    RoundAnswer,
    Submission,
    current,
    known_on,
)

ROUND = [
    "round_code",
    "programme_code",
    "project_code",
    "names",
    "period_start",
    "period_end",
    "due_date",
    "grace_days",
    "closed_at",
]

DECIDABLE = (
    *(SubmissionState.READY, SubmissionState.RETURNED),
    *(SubmissionState.ACCEPTED, SubmissionState.WITHDRAWN),
)
"What waits for a decision, or did so until one was made."

DAYS = (
    *("period_start", "period_end", "due_date", "start_date", "end_date"),
    *("granted_until", "came_on"),
)


@dataclass(frozen=True)
class Board:
    """The rounds of a programme, and how each of its projects stands in them."""

    rounds: pd.DataFrame
    "Columns `ROUND`, oldest first."
    tasks: pd.DataFrame
    "`TASK`, due_date, until, came_on, timeliness, expected, received, share, answer."
    received: pd.DataFrame
    "Every expected value: `EXPECTED`, is_received."

    @property
    def by_place(self) -> pd.DataFrame:
        """Return round_code, place_code, expected, received, share, timeliness (the most urgent)."""
        by = ["round_code", "place_code"]
        counted = completeness.completeness(self.received, by)
        pairs = self.received[[*TASK, "place_code"]].drop_duplicates()
        worst = (
            pairs.merge(self.tasks[[*TASK, "timeliness"]], on=TASK)
            .groupby(by)["timeliness"]
            .agg(completeness.most_urgent)
            .reset_index()
        )
        return counted.merge(worst, on=by)


def rounds(conn: Connection, programme_code: str) -> list[Row[Any]]:
    """Return the rounds of a programme, the oldest first."""
    return list(
        conn.execute(
            select(Round.__table__)
            .where(Round.programme_code == programme_code)
            .order_by(Round.period_start, Round.round_code)
        )
    )


def round_of(conn: Connection, round_code: str, known_at: datetime | None = None) -> Any:
    """Return one round, as it is or was at a moment; None where there is none."""
    if known_at:
        then = rounds_then(conn, known_at)
        return next((row for row in then if row.round_code == round_code), None)
    return conn.execute(select(Round.__table__).where(Round.round_code == round_code)).first()


def latest(
    conn: Connection,
    programme_code: str,
    today: date,
    *,
    until: date | None = None,
    known_at: datetime | None = None,
) -> Any:
    """Return the last round of all projects that was due before a day; None where none was.

    With `until` the last one whose period had ended by then.
    """
    known = rounds_then(conn, known_at) if known_at else rounds(conn, programme_code)
    due = [
        row
        for row in known
        if row.programme_code == programme_code
        and row.project_code is None
        and row.due_date < today
        and (until is None or row.period_end <= until)
    ]
    return max(due, key=lambda row: row.period_end, default=None)


def answered_until(
    conn: Connection, programme_code: str, end: date, *, known_at: datetime | None = None
) -> date:
    """Return the last day of the grace of the round that ends on a day; that day where none does."""
    known = rounds_then(conn, known_at) if known_at else rounds(conn, programme_code)
    days = [
        row.due_date + timedelta(days=row.grace_days)
        for row in known
        if row.programme_code == programme_code
        and row.project_code is None
        and row.period_end == end
    ]
    return max(days, default=end)


def board(
    conn: Connection,
    programme_code: str,
    today: date,
    *,
    project_codes: Collection[str] | None = None,
    round_codes: Collection[str] | None = None,
    known_at: datetime | None = None,
) -> Board:
    """Return how a programme's projects, or some of them, stand in its rounds, or some of them.

    As it was known at a moment where one is named: rounds, answers, granted days and what had come
    until then; which project reports what is known as it is now.
    """
    found = _rounds(conn, programme_code, known_at)
    tasks, places, indicators = _asked(conn, programme_code, found)
    if project_codes is not None:
        tasks = tasks[tasks["project_code"].isin(list(project_codes))]
    if round_codes is not None:
        found = found[found["round_code"].isin(list(round_codes))]
        tasks = tasks[tasks["round_code"].isin(list(round_codes))]
    tasks = tasks.reset_index(drop=True)
    answers = _answers(conn, found["round_code"], tasks, known_at)
    expected = completeness.expected(tasks, places, indicators)
    received = _received(conn, programme_code, found, expected, answers, known_at)
    handed_in = _handed_in(conn, programme_code, found, known_at)
    came = completeness.arrivals(tasks, found, handed_in, answers)
    standing = completeness.timeliness(tasks, found, came, _granted(conn, known_at), today)
    counted = completeness.completeness(received, TASK)
    told = answers[[*TASK, "answer"]]
    whole = standing.merge(counted, on=TASK, how="left").merge(told, on=TASK, how="left")
    return Board(
        found,
        whole.fillna({"expected": 0, "received": 0, "share": 1.0, "answer": ""}).astype(
            {"expected": int, "received": int}
        ),
        received,
    )


def told(
    conn: Connection,
    round_: Any,
    *,
    place_codes: Collection[str] | None = None,
    known_at: datetime | None = None,
) -> tuple[int, int]:
    """Return how many territories have reported for a round, and of how many, in what was accepted.

    A territory has where one value of a project that is expected there counts; `place_codes` are
    the territories to look at, by default all.
    """
    found = _frame([[getattr(round_, name) for name in ROUND]], ROUND)
    expected = completeness.expected(*_asked(conn, round_.programme_code, found))
    nothing = _frame([], [*TASK, "answer", "came_on"])
    received = _received(conn, round_.programme_code, found, expected, nothing, known_at)
    by_place = received.groupby("place_code")["is_received"].any()
    if place_codes is not None:
        by_place = by_place[by_place.index.isin(list(place_codes))]
    return int(by_place.sum()), len(by_place)


# --- What the database knows ----------------------------------------------------------------------


def _frame(rows: Iterable[Any], columns: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame.from_records([tuple(row) for row in rows], columns=columns)
    for column in columns:
        if column in DAYS:
            frame[column] = pd.to_datetime(frame[column]).astype(DAY)  # type: ignore[call-overload]
        elif column.endswith("_code"):
            frame[column] = frame[column].fillna("").astype("str")
    return frame


def _read(conn: Connection, statement: Any) -> pd.DataFrame:
    return _frame(conn.execute(statement), [column.name for column in statement.selected_columns])


def _rounds(conn: Connection, programme_code: str, known_at: datetime | None) -> pd.DataFrame:
    """Return the rounds of a programme, the oldest first (columns `ROUND`)."""
    if known_at:
        then = [row for row in rounds_then(conn, known_at) if row.programme_code == programme_code]
        return _frame([[getattr(row, name) for name in ROUND] for row in then], ROUND)
    return _read(
        conn,
        select(*(getattr(Round, name) for name in ROUND))
        .where(Round.programme_code == programme_code)
        .order_by(Round.period_start, Round.round_code),
    )


def _asked(
    conn: Connection, programme_code: str, found: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the tasks of a programme in rounds, and where and what its projects report."""
    every = _read(
        conn,
        select(
            *(Project.project_code, Project.programme_code, Project.start_date, Project.end_date),
            *(ProjectIndicator.indicator_code, ProjectPlace.place_code),
        )
        .join(ProjectIndicator, ProjectIndicator.project_code == Project.project_code)
        .outerjoin(ProjectPlace, ProjectPlace.project_code == Project.project_code)
        .where(Project.programme_code == programme_code),
    )
    projects = every.drop(columns=["indicator_code", "place_code"]).drop_duplicates()
    indicators = every[["project_code", "indicator_code"]].drop_duplicates()
    places = every.loc[every["place_code"] != "", ["project_code", "place_code"]].drop_duplicates()
    return completeness.tasks(found, projects, indicators), places, indicators


def _received(
    conn: Connection,
    programme_code: str,
    found: pd.DataFrame,
    expected: pd.DataFrame,
    answers: pd.DataFrame,
    known_at: datetime | None,
) -> pd.DataFrame:
    """Return expected values, and whether each counts, or was answered."""
    counts = known_on(known_at) if known_at else current()
    columns = (
        *(Observation.project_code, Observation.place_code),
        *(Observation.indicator_code, Observation.period_end),
    )
    values = _read(
        conn,
        select(*columns).where(*_within(programme_code, found), counts).distinct(),
    )
    return completeness.received(expected, found, values, answers)


def _within(programme_code: str, found: pd.DataFrame) -> list[Any]:
    """Return the conditions that an observation is an actual value in one of some rounds."""
    conditions: list[Any] = [
        Observation.programme_code == programme_code,
        Observation.value_type == ValueType.ACTUAL,
        Observation.project_code.is_not(None),
    ]
    if found.empty:
        return conditions
    first, last = found["period_start"].min(), found["period_end"].max()
    return [*conditions, Observation.period_end.between(first.date(), last.date())]


def _handed_in(
    conn: Connection, programme_code: str, found: pd.DataFrame, known_at: datetime | None
) -> pd.DataFrame:
    """Return when what may count was handed in: project_code, period_end, came_on.

    What was accepted, by its values, though they may have been replaced since; what waits, by the
    periods in it.
    """
    is_accepted: Any = Submission.state == SubmissionState.ACCEPTED
    waits: Any = Submission.state == SubmissionState.READY
    if known_at:
        last = _last_decision(known_at)
        is_accepted = last.in_((Action.ACCEPT, Action.REINSTATE)) & (
            Observation.accepted_at <= known_at
        )
        waits = Submission.state.in_(DECIDABLE) & last.is_(None)
        waits &= Submission.received_at <= known_at
    received_at = func.min(Submission.received_at, type_=Submission.received_at.type)
    accepted = (
        select(Observation.project_code, Observation.period_end, received_at)
        .join(Submission, Submission.submission_id == Observation.submission_id)
        .where(*_within(programme_code, found), is_accepted)
        .group_by(Observation.project_code, Observation.period_end)
    )
    waiting = select(Submission.project_code, Submission.period_ends, Submission.received_at).where(
        Submission.programme_code == programme_code, waits
    )
    rows = [(project, end, at.date()) for project, end, at in conn.execute(accepted)]
    rows += [
        (project, date.fromisoformat(end), at.date())
        for project, ends, at in conn.execute(waiting)
        for end in ends
    ]
    return _frame(rows, ["project_code", "period_end", "came_on"])


def _last_decision(known_at: datetime) -> Any:
    """Return the last thing that had been decided about a submission at a moment; null for nothing."""
    return (
        select(Decision.action)
        .where(Decision.submission_id == Submission.submission_id, Decision.decided_at <= known_at)
        .order_by(Decision.decided_at.desc())
        .limit(1)
        .correlate(Submission)
        .scalar_subquery()
    )


def _answers(
    conn: Connection, round_codes: Iterable[str], tasks: pd.DataFrame, known_at: datetime | None
) -> pd.DataFrame:
    if known_at:
        asked = tasks[TASK].itertuples(index=False, name=None)
        return _frame(answers_then(conn, asked, known_at), [*TASK, "answer", "came_on"])
    rows = conn.execute(
        select(
            RoundAnswer.round_code,
            RoundAnswer.project_code,
            RoundAnswer.answer,
            RoundAnswer.answered_at,
        ).where(RoundAnswer.round_code.in_(list(round_codes)))
    )
    told = [(*row[:3], row.answered_at.date()) for row in rows]
    return _frame(told, [*TASK, "answer", "came_on"])


def _granted(conn: Connection, known_at: datetime | None) -> pd.DataFrame:
    return _read(
        conn,
        select(Extension.round_code, Extension.project_code, Extension.granted_until).where(
            Extension.granted_until.is_not(None),
            Extension.decided_at <= known_at if known_at else true(),
        ),
    )
