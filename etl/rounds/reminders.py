"""Reminders: who is reminded of what on a day, each once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, Engine, insert, select

from etl.rounds.board import board
from schemas import audit, database
from schemas.codes import ReminderKind
from schemas.tables import Programme, Reminder, Round

FROM = {
    ReminderKind.AFTER_7: 7,
    ReminderKind.AFTER_1: 1,
    ReminderKind.BEFORE_3: -3,
    ReminderKind.BEFORE_14: -14,
}
"From which day on, counted from the day that is due, each is sent: the last that has come."

FORGOTTEN = 14
"Days after which nobody is reminded any more."

ACTOR = "reminders"


@dataclass(frozen=True)
class Due:
    """One reminder for a project: of which round, which kind, and which day counts for it."""

    programme_code: str
    project_code: str
    round_code: str
    kind: ReminderKind
    due_date: date


Tell = Callable[[Connection, Due], int]
"Tells whoever reports for a project, in the same transaction, and returns how many people that were."


def kind_on(due_date: date, today: date) -> ReminderKind | None:
    """Return the reminder that a day is for, while nothing has come.

    One that no day was for, because nothing ran on it, is sent on the next, until its successor's.

    >>> kind_on(date(2024, 7, 31), date(2024, 7, 28))
    <ReminderKind.BEFORE_3: 'before_3'>
    """
    days = (today - due_date).days
    if days >= FORGOTTEN or days == 0:
        return None
    return next((kind for kind, first in FROM.items() if days >= first), None)


def due(conn: Connection, today: date) -> Iterator[Due]:
    """Yield the reminders of a day that were not sent yet: of open rounds for which nothing came."""
    sent = {
        tuple(row)
        for row in conn.execute(
            select(
                Reminder.round_code, Reminder.project_code, Reminder.kind, Reminder.due_date
            ).where(Reminder.due_date >= today - timedelta(days=FORGOTTEN))
        )
    }
    is_open = Round.closed_at.is_(None) & (Round.period_start <= today)
    programmes = select(Round.programme_code).where(is_open).distinct()
    for programme in conn.scalars(
        select(Programme.programme_code)
        .where(Programme.programme_code.in_(programmes))
        .order_by(Programme.programme_code)
    ).all():
        found = board(conn, programme, today)
        is_closed = found.rounds["closed_at"].notna()
        closed = set(found.rounds.loc[is_closed, "round_code"])
        for task in found.tasks[found.tasks["came_on"].isna()].to_dict("records"):
            day = task["due_date"].date()
            kind = kind_on(day, today)
            key = (task["round_code"], task["project_code"], kind, day)
            if kind and task["round_code"] not in closed and key not in sent:
                yield Due(programme, task["project_code"], task["round_code"], kind, day)


def remind(bind: Engine | None, today: date, tell: Tell) -> list[Due]:
    """Send the reminders of a day and return them; a second run on the day sends none.

    Where there is nobody to tell, nothing is kept: who joins later is reminded still.
    """
    sent = []
    with database.begin(bind) as conn:
        for one in list(due(conn, today)):
            people = tell(conn, one)
            if not people:
                continue
            row = {
                "round_code": one.round_code,
                "project_code": one.project_code,
                "kind": one.kind,
                "due_date": one.due_date,
                "people": people,
                "sent_at": datetime.now(UTC),
            }
            conn.execute(insert(Reminder), [row])
            sent.append(one)
        if sent:
            told = [f"{one.round_code} {one.project_code} {one.kind}" for one in sent]
            audit.record(conn, ACTOR, "remind", "rounds", after={"sent": told})
    return sent
