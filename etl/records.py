"""Records in words: written, published, withdrawn and erased, each with its entry in the audit trail.

Who may do so is decided before. The trail holds no text: it may be somebody's story. A version is
closed by the next one of its kind: a draft by any, what was decided on by another decision.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from etl import parse, privacy, threads
from schemas import audit, records, words
from schemas.codes import LANGUAGES, Qualifier, RecordKind, RecordState
from schemas.evaluation.asked import groups
from schemas.fields import LONGEST, Field, Fields, Shape, typed
from schemas.tables import Programme, ProjectPlace, Record, RecordVersion
from schemas.words import N_

NEEDED = N_("This is needed.")
ERASED = N_("There is nothing in it: it was erased.")
TOO_FEW = N_("The answers of so few people are not published: it could be told whose they are.")
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
    """Return the fields of a kind as they are kept; RecordError with everything that is wrong.

    What is wrong in a row of fields is named `outcomes-0-quantity`: row and column.
    """
    return _all_checked(records.KINDS[kind].all_fields(given), given)


def checked_again(kind: RecordKind, language: str, told: Fields) -> dict[str, Any]:
    """Return the fields of a version that was published elsewhere as they are kept here.

    RecordError, or what Python says of what is no field at all.
    """
    _language(language)
    hidden = dict.fromkeys(records.UNPUBLISHED, "–")
    good = checked(kind, {**hidden, **told})
    fields = {
        name: good.get(name, value)
        for name, value in told.items()
        if name not in hidden and (name in good or value == [])
    }
    if signature := told.get(records.SIGNATURE):
        by, at = _checked(SIGNED_AS, signature["by"]), date.fromisoformat(signature["at"])
        digest = str(signature["fingerprint"])
        fields[records.SIGNATURE] = {"by": by, "at": at.isoformat(), "fingerprint": digest}
    return fields


def _all_checked(declared: Iterable[Field], given: Fields) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    asked = list(declared)
    for one in asked:
        try:
            value = _checked(one, given.get(one.name))
        except RecordError as error:
            wrong |= error.wrong
            continue
        except (threads.TextError, ValueError) as error:
            wrong[one.name] = str(error)
            continue
        if value is not False and value not in ("", []):
            fields[one.name] = value
    refused = {name.partition("-")[0] for name in wrong}
    for one in asked:
        if one.name not in fields and one.name not in refused and one.needs(fields):
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
    if one.shape is Shape.ROWS:
        return _rows(one, value or ())
    text = str(typed(one, value)).strip() if value is not None else ""
    if not text:
        return ""
    if one.shape in READ:
        return READ[one.shape](one, text)
    text = threads.cleaned(text)
    if len(text) > LONGEST.get(one.shape, LONGEST[Shape.LINE]):
        raise ValueError(N_("This is too long: at most 200 characters."))
    if any(sign.search(text) for sign in (privacy.EMAIL, privacy.PHONE, privacy.IBAN)):
        raise ValueError(
            N_(
                "This holds an address or a number of a person: leave it out, records may be published."
            )
        )
    return text if one.shape is Shape.TEXT else " ".join(text.split())


def _rows(one: Field, given: Iterable[Fields]) -> list[dict[str, Any]]:
    """Return the rows in which something stands; RecordError with what is wrong in any."""
    rows: list[dict[str, Any]] = []
    wrong: dict[str, str] = {}
    for number, row in enumerate(given):
        if not any(str(value or "").strip() for value in row.values()):
            continue
        try:
            rows.append(_all_checked(one.columns, row))
        except RecordError as error:
            wrong |= {f"{one.name}-{number}-{name}": text for name, text in error.wrong.items()}
    if wrong:
        raise RecordError(wrong)
    return rows


def _choice(one: Field, text: str) -> str:
    if text not in one.choices:
        raise ValueError(N_("Choose from the list."))
    return text


def _day(one: Field, text: str) -> str:
    try:
        return _in_years(date.fromisoformat(text))[0].isoformat()
    except ValueError:
        raise ValueError(N_("Write a day: 2023-06-30.")) from None


def _period(one: Field, text: str) -> str:
    try:
        return words.period_code(*_in_years(*words.parse_period_code(text)))
    except ValueError:
        told = N_("Write a period: 2023, 2023-S1, 2023-Q2, 2023-05 or 2023-05-03/2023-06-20.")
        raise ValueError(told) from None


def _in_years(*days: date) -> tuple[date, ...]:
    """Return days; ValueError where one is of no year that people mean."""
    if any(not YEARS[0] <= day.year <= YEARS[1] for day in days):
        raise ValueError(days)
    return days


def _number(one: Field, text: str) -> float:
    """Return a number; ValueError for what is none, and for what may be two: “1.234”."""
    shape, point, comma = parse.read_number(text)
    is_bare = shape.kind == parse.NUMBER and shape.qualifier == Qualifier.EXACT
    readings = {value for value in (point, comma) if math.isfinite(value)}
    if not is_bare or shape.currency or shape.unit not in ("", one.unit) or not readings:
        raise ValueError(N_("Write a number in digits, and nothing else."))
    if len(readings) > 1:
        raise ValueError(N_("This may be thousands or decimals: write 1234, or 1.2340."))
    number = readings.pop()
    if abs(number) > MOST_TYPED:
        raise ValueError(N_("A number is too large to be computed with, or too small."))
    return number


def _count(one: Field, text: str) -> int:
    number = _number(one, text)
    if number < 0 or not number.is_integer() or number > MOST_COUNTED:
        raise ValueError(N_("Write a whole number, not below zero."))
    return int(number)


def _year(one: Field, text: str) -> int:
    year = _count(one, text)
    if not YEARS[0] <= year <= YEARS[1]:
        raise ValueError(N_("Write a year: 2023."))
    return year


def _span(one: Field, text: str) -> list[float]:
    """Return a number, the two ends of a range, or both with the best guess between them."""
    ends = [_number(one, end) for end in DASHES.split(text)]
    if len(ends) > 3 or ends != sorted(ends):
        raise ValueError(N_("Write one number, or from – to, or from – best guess – to."))
    return ends


DASHES = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*")
MOST_COUNTED, MOST_TYPED = 10**12, 10**15
YEARS = (1990, 2100)

READ: dict[Shape, Callable[[Field, str], Any]] = {
    Shape.CHOICE: _choice,
    Shape.DAY: _day,
    Shape.PERIOD: _period,
    Shape.NUMBER: _number,
    Shape.COUNT: _count,
    Shape.YEAR: _year,
    Shape.SPAN: _span,
}
"What is more than words, and how it is read."


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


SIGNED_AS = Field("by", "", Shape.LINE)
"Who signs: a function or a name, as it is published."


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
    row, newest = _held(conn, record_id, seen)
    kind = RecordKind(row.kind)
    by = records.KINDS[kind].by
    if by and newest.fields:
        given = {**given, by: newest.fields[by]}
    fields = _leading_on(conn, row, checked(kind, given))
    fields = records.still_signed(kind, newest.fields, fields)
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
        raise RecordError({"": ERASED})
    mine = Programme.programme_code == row.programme_code
    threshold = conn.execute(select(Programme.threshold).where(mine)).scalar_one()
    if any(0 < people < threshold for people in groups(newest.fields)):
        raise RecordError({"": TOO_FEW})
    if newest.state != RecordState.PUBLISHED:
        kept = (newest.language, newest.fields, actor, published_at)
        _add(conn, row, RecordState.PUBLISHED, *kept)


def sign(
    conn: Connection, record_id: int, *, by: str, fingerprint: str, seen: int, actor: str
) -> None:
    """Keep a draft with who answers for its inputs as they are, under the name that is published."""
    row, newest = _held(conn, record_id, seen)
    if not newest.fields:
        raise RecordError({"": ERASED})
    said = _checked(SIGNED_AS, by)
    if not said:
        raise RecordError({"by": NEEDED})
    at = datetime.now(UTC).date().isoformat()
    signature = {"by": said, "at": at, "fingerprint": fingerprint}
    fields = {**newest.fields, records.SIGNATURE: signature}
    _add(conn, row, RecordState.DRAFT, newest.language, fields, actor)
    audit.record(conn, actor, "sign_record", f"record {record_id}", after={"sha256": fingerprint})


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
