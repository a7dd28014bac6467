"""The calendar of a programme: rounds are made, moved, closed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from etl.rounds.board import round_of, rounds
from schemas import audit, words
from schemas.codes import Calendar
from schemas.tables import Programme, Project, Round
from schemas.totals import months_before
from schemas.words import N_

MOST = 40
"Rounds that are made at once."

MONTHS = {Calendar.SIX_MONTHS: 6, Calendar.QUARTERS: 3}


class RoundError(Exception):
    """What is asked of a round is not possible; `text` says why, a sentence of the catalogue.

    `field` is the argument that is not right, where it is one of them.
    """

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.text, self.field = text, field


def create(
    conn: Connection,
    programme_code: str,
    kind: Calendar,
    *,
    start: date | None = None,
    end: date | None = None,
    due_days: int,
    grace_days: int,
    actor: str,
) -> list[str]:
    """Make the rounds of a programme and return their codes; what is there already stays.

    Every six months or quarter from `start` until `end` is reached, or one for each project whose
    dates are known. RoundError where a period would overlap with another one.
    """
    if (
        conn.execute(select(Programme).where(Programme.programme_code == programme_code)).first()
        is None
    ):
        raise LookupError(programme_code)
    if kind is Calendar.PROJECTS:
        wanted = list(_of_projects(conn, programme_code))
    else:
        if start is None or end is None or end <= start:
            raise RoundError(N_("Say from which day until which day."), field="start")
        wanted = [("", *period) for period in _periods(start, end, MONTHS[kind])]
    known = rounds(conn, programme_code)
    there = {(row.project_code or "", row.period_start, row.period_end) for row in known}
    new = [one for one in wanted if one not in there]
    if any(_overlaps(one, other) for one in new for other in there):
        raise RoundError(
            N_("A round of this time is there already, with other days."),
            field="kind" if kind is Calendar.PROJECTS else "start",
        )
    rows: list[dict[str, Any]] = [
        {
            "round_code": _code(programme_code, *one),
            "programme_code": programme_code,
            "project_code": one[0] or None,
            "names": {},
            "period_start": one[1],
            "period_end": one[2],
            "due_date": one[2] + timedelta(days=due_days),
            "grace_days": grace_days,
        }
        for one in new
    ]
    if rows:
        conn.execute(insert(Round), rows)
        made = [row["round_code"] for row in rows]
        audit.record(
            conn, actor, "add_rounds", f"programme {programme_code}", after={"added": made}
        )
    return [str(row["round_code"]) for row in rows]


def _periods(start: date, end: date, months: int) -> Iterator[tuple[date, date]]:
    """Yield the periods of so many months from a day on, the last one with another day in it.

    >>> [str(day) for _, day in _periods(date(2024, 1, 1), date(2024, 12, 31), 6)]
    ['2024-06-30', '2024-12-31']
    """
    for count in range(MOST):
        first = months_before(start, -months * count)
        if first > end:
            return
        yield first, months_before(start, -months * (count + 1)) - timedelta(days=1)


def _of_projects(conn: Connection, programme_code: str) -> Iterator[tuple[str, date, date]]:
    for row in conn.execute(
        select(Project.project_code, Project.start_date, Project.end_date)
        .where(
            Project.programme_code == programme_code,
            Project.start_date.is_not(None),
            Project.end_date.is_not(None),
        )
        .order_by(Project.project_code)
    ):
        yield row.project_code, row.start_date, row.end_date


def _overlaps(one: tuple[str, date, date], other: tuple[str, date, date]) -> bool:
    return one[0] == other[0] and one[1] <= other[2] and other[1] <= one[2]


def _code(programme_code: str, project_code: str, start: date, end: date) -> str:
    period = words.period_code(start, end).replace("/", "_")
    return f"{project_code or programme_code}-{period}"


def edit(conn: Connection, round_code: str, *, due_date: date, grace_days: int, actor: str) -> None:
    """Move the day on which a round is due, and its grace; seeding leaves it so from now on."""
    row = _row(conn, round_code)
    if due_date < row.period_end:
        raise RoundError(N_("A round is due after the end of its period."), field="due_date")
    _change(conn, row, actor, due_date=due_date, grace_days=grace_days)


def close(conn: Connection, round_code: str, *, is_closed: bool, actor: str) -> None:
    """Close a round, so that what was answered stays, or open it again."""
    moment = datetime.now(UTC) if is_closed else None
    _change(conn, _row(conn, round_code), actor, closed_at=moment)


def remove(conn: Connection, round_code: str, *, actor: str) -> None:
    """Remove a round of which nothing was said yet."""
    row = _row(conn, round_code)
    try:
        with conn.begin_nested():
            conn.execute(delete(Round).where(Round.round_code == round_code))
    except IntegrityError as error:
        raise RoundError(N_("Something was said of this round already; close it.")) from error
    before = dict(row._mapping)
    audit.record(conn, actor, "remove", f"round {round_code}", before=before)


def _row(conn: Connection, round_code: str) -> Any:
    row = round_of(conn, round_code)
    if row is None:
        raise LookupError(round_code)
    return row


def _change(conn: Connection, row: Any, actor: str, **values: Any) -> None:
    after = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not after:
        return
    conn.execute(update(Round).where(Round.round_code == row.round_code).values(after))
    before = {name: getattr(row, name) for name in after}
    audit.record(conn, actor, "change", f"round {row.round_code}", before, after)
