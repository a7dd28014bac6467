"""Rounds and what was answered in them as they were at a moment: the audit trail, undone until then."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Row, func, select

from schemas.tables import Audit, Round, RoundAnswer

Told = dict[str, Any]

DAYS = ("period_start", "period_end", "due_date")
SUBJECT = "round "


def rounds_then(conn: Connection, moment: datetime) -> list[Any]:
    """Return the rounds that there were at a moment, with the columns of `round`, the oldest first.

    A round that was removed since, of which its entry does not hold all, is not among them.
    """
    stored = conn.execute(select(Round.__table__)).mappings()
    found: dict[str, Told] = {row["round_code"]: dict(row) for row in stored}
    for entry in _later(conn, moment, ("change", "add", "add_rounds", "remove")):
        for code in _added(entry):
            found.pop(code, None)
        code = entry.subject.removeprefix(SUBJECT)
        if not entry.subject.startswith(SUBJECT) or not entry.before:
            continue
        before = _read(entry.before)
        if entry.action == "change" and code in found:
            found[code] |= before
        elif entry.action == "remove" and before.keys() >= {"programme_code", *DAYS}:
            found[code] = dict.fromkeys(Round.__table__.columns.keys()) | before
    rows = sorted(found.values(), key=lambda row: (row["period_start"], row["round_code"]))
    return [SimpleNamespace(**row) for row in rows]


def answers_then(
    conn: Connection, tasks: Iterable[tuple[str, str]], moment: datetime
) -> list[tuple[str, str, str, date]]:
    """Return what had been answered at a moment for rounds and projects: round, project, answer, day."""
    subjects = {f"{SUBJECT}{code} {project}": (code, project) for code, project in tasks}
    columns = (
        *(RoundAnswer.round_code, RoundAnswer.project_code),
        *(RoundAnswer.answer, RoundAnswer.answered_at),
    )
    found = {(row[0], row[1]): (row[2], row[3].date()) for row in conn.execute(select(*columns))}
    for entry in _later(conn, moment, ("answer_round", "take_back_answer")):
        task = subjects.get(entry.subject)
        if task is None:
            continue
        found.pop(task, None)
        if entry.before:
            found[task] = (entry.before["answer"], _answered_on(conn, entry))
    return [(*task, *said) for task, said in found.items() if task in set(subjects.values())]


def _later(conn: Connection, moment: datetime, actions: Iterable[str]) -> Iterator[Row[Any]]:
    """Yield the entries of some actions after a moment, the newest first."""
    entries = (
        select(Audit.audit_id, Audit.action, Audit.subject, Audit.before, Audit.after)
        .where(Audit.at > moment, Audit.action.in_(list(actions)))
        .order_by(Audit.audit_id.desc())
    )
    yield from conn.execute(entries)


def _added(entry: Row[Any]) -> list[str]:
    """Return the rounds that an entry says were added."""
    if entry.action == "add_rounds" or (entry.action == "add" and entry.subject == "round"):
        return list((entry.after or {}).get("added", ()))
    is_one = entry.action == "add" and entry.subject.startswith(SUBJECT)
    return [entry.subject.removeprefix(SUBJECT)] if is_one else []


def _read(before: Mapping[str, Any]) -> Told:
    """Return what an entry keeps as text as the values of a row."""
    known = Round.__table__.columns.keys()
    told = {name: value for name, value in before.items() if name in known}
    for name in DAYS:
        if name in told:
            told[name] = date.fromisoformat(told[name])
    if told.get("closed_at"):
        told["closed_at"] = datetime.fromisoformat(told["closed_at"])
    return told


def _answered_on(conn: Connection, entry: Row[Any]) -> date:
    """Return the day of the answer that stood before an entry."""
    last = select(func.max(Audit.at)).where(
        Audit.subject == entry.subject,
        Audit.action == "answer_round",
        Audit.audit_id < entry.audit_id,
    )
    answered: datetime = conn.execute(last).scalar_one()
    return answered.date()
