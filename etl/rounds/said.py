"""What is said of a round instead of values: that there is nothing, or that more time is needed."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from etl.rounds.board import round_of
from etl.rounds.calendars import RoundError
from schemas import audit
from schemas.codes import Answer, ExtensionState
from schemas.tables import Extension, Round, RoundAnswer
from schemas.words import N_

ANSWERS = (Answer.NOTHING_TO_REPORT, Answer.NOT_APPLICABLE)


def _of(table: Any, round_code: str, project_code: str) -> Any:
    return (table.round_code == round_code) & (table.project_code == project_code)


def _open_round(conn: Connection, round_code: str) -> Row[Any]:
    """Return a round about which something may still be said; others wait until that is done."""
    row = conn.execute(
        select(Round.__table__).where(Round.round_code == round_code).with_for_update()
    ).first()
    if row is None:
        raise LookupError(round_code)
    if row.closed_at is not None:
        raise RoundError(N_("This round is closed."))
    return row


def _subject(round_code: str, project_code: str) -> str:
    return f"round {round_code} {project_code}"


def answer(
    conn: Connection, round_code: str, project_code: str, said: Answer, *, reason: str, actor: str
) -> None:
    """Answer for a project and a round as a whole; a second answer replaces the first, and says so.

    RoundError once the round is closed, and for “not applicable” without a reason.
    """
    _open_round(conn, round_code)
    if said not in ANSWERS:
        raise ValueError(said)
    if said is Answer.NOT_APPLICABLE and not reason:
        raise RoundError(N_("Say why it does not apply."))
    mine = _of(RoundAnswer, round_code, project_code)
    before = conn.execute(select(RoundAnswer.__table__).where(mine)).first()
    row = {
        "answer": said,
        "reason": reason,
        "actor": actor,
        "answered_at": datetime.now(UTC),
        "replaced_answer": before.answer if before else "",
        "replaced_actor": before.actor if before else "",
    }
    if before:
        conn.execute(update(RoundAnswer).where(mine).values(**row))
    else:
        row |= {"round_code": round_code, "project_code": project_code}
        conn.execute(insert(RoundAnswer), [row])
    audit.record(
        conn,
        actor,
        "answer_round",
        _subject(round_code, project_code),
        before={"answer": before.answer, "actor": before.actor} if before else None,
        after={"answer": said},
    )


def take_back(conn: Connection, round_code: str, project_code: str, *, actor: str) -> None:
    """Take an answer back, whoever gave it, while the round is open."""
    _open_round(conn, round_code)
    mine = _of(RoundAnswer, round_code, project_code)
    before = conn.execute(select(RoundAnswer.__table__).where(mine)).first()
    if before is None:
        return
    conn.execute(delete(RoundAnswer).where(mine))
    audit.record(
        conn,
        actor,
        "take_back_answer",
        _subject(round_code, project_code),
        before={"answer": before.answer, "actor": before.actor},
    )


def answers(conn: Connection, project_codes: list[str]) -> dict[tuple[str, str], Row[Any]]:
    """Return what was answered by some projects, by round and project."""
    rows = conn.execute(
        select(RoundAnswer.__table__).where(RoundAnswer.project_code.in_(project_codes))
    )
    return {(row.round_code, row.project_code): row for row in rows}


# --- More time ------------------------------------------------------------------------------------


def ask(
    conn: Connection,
    round_code: str,
    project_code: str,
    *,
    wanted_until: date,
    reason: str,
    actor: str,
) -> None:
    """Ask for more time; what was asked before and is not decided yet is replaced."""
    row = _open_round(conn, round_code)
    if wanted_until <= row.due_date:
        raise RoundError(N_("Choose a day after the one on which it is due."), field="wanted_until")
    mine = _of(Extension, round_code, project_code) & (Extension.state == ExtensionState.ASKED)
    values = {
        "wanted_until": wanted_until,
        "reason": reason,
        "asked_by": actor,
        "asked_at": datetime.now(UTC),
    }
    changed = conn.execute(update(Extension).where(mine).values(**values))
    if not changed.rowcount:
        keys = {"round_code": round_code, "project_code": project_code}
        conn.execute(insert(Extension), [{**values, **keys, "state": ExtensionState.ASKED}])
    subject = _subject(round_code, project_code)
    audit.record(conn, actor, "ask_extension", subject, after={"wanted_until": wanted_until})


def decide(
    conn: Connection, extension_id: int, *, granted_until: date | None, remark: str, actor: str
) -> None:
    """Grant more time until a day, or refuse it; RoundError where that is decided already."""
    row = extension(conn, extension_id)
    if row is None:
        raise LookupError(extension_id)
    of = round_of(conn, row.round_code)
    if of and granted_until and granted_until <= of.due_date:
        raise RoundError(
            N_("Choose a day after the one on which it is due."), field="granted_until"
        )
    state = ExtensionState.GRANTED if granted_until else ExtensionState.REFUSED
    changed = conn.execute(
        update(Extension)
        .where(Extension.extension_id == extension_id, Extension.state == ExtensionState.ASKED)
        .values(
            state=state,
            granted_until=granted_until,
            remark=remark,
            decided_by=actor,
            decided_at=datetime.now(UTC),
        )
    )
    if not changed.rowcount:
        raise RoundError(N_("This was decided already."))
    audit.record(
        conn,
        actor,
        "decide_extension",
        _subject(row.round_code, row.project_code),
        before={"wanted_until": row.wanted_until},
        after={"state": state, "granted_until": granted_until},
    )


def extension(conn: Connection, extension_id: int) -> Row[Any] | None:
    """Return one request for more time."""
    mine = Extension.extension_id == extension_id
    return conn.execute(select(Extension.__table__).where(mine)).first()


def extensions(conn: Connection, project_codes: list[str]) -> dict[tuple[str, str], Row[Any]]:
    """Return the last request for more time of some projects, by round and project."""
    rows = conn.execute(
        select(Extension.__table__)
        .where(Extension.project_code.in_(project_codes))
        .order_by(Extension.extension_id)
    )
    return {(row.round_code, row.project_code): row for row in rows}
