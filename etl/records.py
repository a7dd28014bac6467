"""Records in words: written, published, withdrawn and erased, each with its entry in the audit trail.

Who may do so is decided before. The trail holds no text: it may be somebody's story. A version is
closed by the next one of its kind: a draft by any, what was decided on by another decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from etl import privacy, threads
from schemas import audit, records
from schemas.codes import LANGUAGES, RecordKind, RecordState
from schemas.records import LONGEST, Field, Fields, Shape
from schemas.tables import ProjectPlace, Record, RecordVersion
from schemas.words import N_

NEEDED = N_("This is needed.")
MOVED = N_(
    "Somebody else changed this record meanwhile. Nothing was changed by you: look at it again."
)


class RecordError(Exception):
    """A record cannot be kept or published so; `wrong` says why, sentences of the catalogue by field.

    What is of no field stands under an empty name.
    """

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__("; ".join(wrong.values()))
        self.wrong = dict(wrong)


@dataclass(frozen=True)
class Of:
    """What a record is of: a programme, or one of its projects, perhaps in one of its places."""

    programme_code: str
    project_code: str = ""
    place_code: str = ""


# --- Checking -------------------------------------------------------------------------------------


def checked(kind: RecordKind, given: Fields) -> dict[str, Any]:
    """Return the fields of a kind as they are kept; RecordError with everything that is wrong."""
    fields: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for one in records.KINDS[kind].fields:
        try:
            value = _checked(one, given.get(one.name))
        except (threads.TextError, ValueError) as error:
            wrong[one.name] = str(error)
            continue
        if value not in (None, "", False, []):
            fields[one.name] = value
    for one in records.KINDS[kind].fields:
        if one.name not in fields and one.name not in wrong and one.needs(fields):
            wrong[one.name] = NEEDED
    if wrong:
        raise RecordError(wrong)
    return fields


def _checked(one: Field, value: Any) -> Any:
    """Return a value as it is kept; ValueError or TextError, each a sentence, for what is none."""
    if one.shape is Shape.YES:
        return value is True
    if one.shape is Shape.STEPS:
        return sorted({int(number) for number in value or ()})
    text = str(value or "").strip()
    if not text:
        return ""
    if one.shape is Shape.CHOICE:
        if text not in one.choices:
            raise ValueError(N_("Choose from the list."))
        return text
    if one.shape is Shape.DAY:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError(N_("Write a day: 2023-06-30.")) from None
    text = threads.cleaned(text)
    if len(text) > LONGEST[one.shape]:
        raise ValueError(N_("This is too long: at most 200 characters."))
    if any(sign.search(text) for sign in (privacy.EMAIL, privacy.PHONE, privacy.IBAN)):
        raise ValueError(
            N_(
                "This holds an address or a number of a person: leave it out, records may be published."
            )
        )
    return " ".join(text.split()) if one.shape is Shape.LINE else text


def _language(language: str) -> str:
    if language not in LANGUAGES:
        raise RecordError({"language": N_("Choose from the list.")})
    return language


def _leading_on(conn: Connection, row: Any, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a step with those steps alone that it can lead to: others of the same chain."""
    if "leads_to" not in fields:
        return fields
    known = {one.record_id for one in steps(conn, row)}
    kept = [number for number in fields["leads_to"] if number in known]
    return {**fields, "leads_to": kept}


def steps(conn: Connection, of: Any) -> list[Row[Any]]:
    """Return the steps of the theory of change that something is of: of its project, or its programme's own.

    `of` is an `Of`, or the row of a record, which is not among them itself.
    """
    same = [
        Record.kind == RecordKind.STEP,
        Record.programme_code == of.programme_code,
        func.coalesce(Record.project_code, "") == (of.project_code or ""),
        Record.record_id != getattr(of, "record_id", 0),
    ]
    newest = (
        select(func.max(RecordVersion.record_version_id))
        .where(RecordVersion.superseded_at.is_(None))
        .group_by(RecordVersion.record_id)
    )
    return list(
        conn.execute(
            select(Record.record_id, RecordVersion.fields, RecordVersion.language)
            .join(RecordVersion, RecordVersion.record_id == Record.record_id)
            .where(*same, RecordVersion.record_version_id.in_(newest))
            .order_by(Record.record_id)
        )
    )


# --- Writing --------------------------------------------------------------------------------------


def write(
    conn: Connection,
    kind: RecordKind,
    of: Of,
    *,
    language: str,
    given: Fields,
    actor: str,
    written_at: datetime | None = None,
) -> int:
    """Return the number of a new record, which is a draft, written now or at a moment."""
    fields, tongue = checked(kind, given), _language(language)
    if of.place_code and of.project_code:
        runs_there = (
            ProjectPlace.project_code == of.project_code,
            ProjectPlace.place_code == of.place_code,
        )
        if conn.execute(select(ProjectPlace.place_code).where(*runs_there)).first() is None:
            raise RecordError({"place": N_("The project does not run there.")})
    row = {
        "programme_code": of.programme_code,
        "project_code": of.project_code or None,
        "place_code": of.place_code or None,
        "kind": kind,
    }
    made = conn.execute(insert(Record).returning(Record.__table__), [row]).one()
    told = _leading_on(conn, made, fields)
    _add(conn, made, RecordState.DRAFT, tongue, told, actor, written_at)
    return int(made.record_id)


def rewrite(
    conn: Connection,
    record_id: int,
    *,
    language: str,
    given: Fields,
    seen: int,
    actor: str,
    written_at: datetime | None = None,
) -> None:
    """Keep another draft of a record; what was published stays so until the draft is.

    `seen` is the version that was shown to whoever wrote: RecordError where it is not the newest.
    """
    row, _ = _held(conn, record_id, seen)
    fields = _leading_on(conn, row, checked(RecordKind(row.kind), given))
    _add(conn, row, RecordState.DRAFT, _language(language), fields, actor, written_at)


def publish(
    conn: Connection,
    record_id: int,
    *,
    seen: int,
    actor: str,
    published_at: datetime | None = None,
) -> None:
    """Show the newest version of a record to everybody; RecordError where it must not be shown."""
    row, newest = _held(conn, record_id, seen)
    if newest.is_private:
        raise RecordError({"": N_("Without a noted consent a story is not published.")})
    if not newest.fields:
        raise RecordError({"": N_("There is nothing in it: it was erased.")})
    if newest.state != RecordState.PUBLISHED:
        kept = (newest.language, newest.fields, actor, published_at)
        _add(conn, row, RecordState.PUBLISHED, *kept)


def withdraw(conn: Connection, record_id: int, *, seen: int, actor: str) -> None:
    """Show a record to nobody any more, on no day; its versions stay for those whose it is."""
    row, newest = _held(conn, record_id, seen)
    if newest.state != RecordState.WITHDRAWN:
        _add(conn, row, RecordState.WITHDRAWN, newest.language, newest.fields, actor)


def erase(conn: Connection, record_id: int, *, seen: int, actor: str) -> None:
    """Withdraw a record and empty all of its versions, for good: whose story it was may ask for that."""
    withdraw(conn, record_id, seen=seen, actor=actor)
    mine = RecordVersion.record_id == record_id
    conn.execute(update(RecordVersion).where(mine).values(fields={}))
    audit.record(conn, actor, "erase_record", f"record {record_id}")


ACTIONS = {
    RecordState.DRAFT: "write_record",
    RecordState.PUBLISHED: "publish_record",
    RecordState.WITHDRAWN: "withdraw_record",
}


def _held(conn: Connection, record_id: int, seen: int) -> tuple[Any, Any]:
    """Return a record with its newest version, held until the transaction ends."""
    row = conn.execute(
        select(Record.__table__).where(Record.record_id == record_id).with_for_update()
    ).one()
    newest = conn.execute(
        select(RecordVersion.__table__)
        .where(RecordVersion.record_id == record_id)
        .order_by(RecordVersion.record_version_id.desc())
        .limit(1)
    ).one()
    if newest.record_version_id != seen:
        raise RecordError({"": MOVED})
    return row, newest


def _add(
    conn: Connection,
    row: Any,
    state: RecordState,
    language: str,
    fields: dict[str, Any],
    actor: str,
    moment: datetime | None = None,
) -> None:
    """Close the versions that a new one supersedes, and add it, as written now or at a moment."""
    mine = RecordVersion.record_id == row.record_id
    last = conn.execute(select(func.max(RecordVersion.written_at)).where(mine)).scalar_one()
    moment = moment or datetime.now(UTC)
    if last is not None:
        moment = max(moment, last + timedelta(microseconds=1))
    is_open: ColumnElement[bool] = RecordVersion.superseded_at.is_(None)
    is_private = records.is_private(RecordKind(row.kind), fields)
    # Without consent nothing of it is shown any more, what was published before neither.
    if state is RecordState.DRAFT and not is_private:
        is_open &= RecordVersion.state == RecordState.DRAFT
    conn.execute(update(RecordVersion).where(mine, is_open).values(superseded_at=moment))
    version = {
        "record_id": row.record_id,
        "language": language,
        "fields": fields,
        "is_private": is_private,
        "state": state,
        "written_by": actor,
        "written_at": moment,
    }
    conn.execute(insert(RecordVersion), [version])
    told = {"kind": row.kind, "project_code": row.project_code, "place_code": row.place_code}
    audit.record(conn, actor, ACTIONS[state], f"record {row.record_id}", after=told)
