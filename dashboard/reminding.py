"""What a reminder of a round says, and to whom (`etl.rounds.remind` decides when)."""

from sqlalchemy import Connection

import etl
from dashboard import notices
from schemas.codes import ReminderKind
from schemas.words import N_

TEXTS = {
    ReminderKind.BEFORE_14: N_("{project}: the values for {round} are due on {day}."),
    ReminderKind.BEFORE_3: N_("{project}: the values for {round} are due in a few days, on {day}."),
    ReminderKind.AFTER_1: N_(
        "{project}: the values for {round} were due on {day}; nothing has come."
    ),
    ReminderKind.AFTER_7: N_(
        "{project}: the values for {round} are a week late; they were due on {day}."
    ),
}


def tell(conn: Connection, due: "etl.rounds.Due") -> int:
    """Tell whoever reports for a project, and return how many people that are."""
    people = notices.partners_of(conn, due.programme_code, due.project_code)
    notices.tell(
        conn,
        people,
        "round",
        TEXTS[due.kind],
        link="/work",
        project=due.project_code,
        round=due.round_code,
        day=due.due_date.isoformat(),
    )
    return len(people)
