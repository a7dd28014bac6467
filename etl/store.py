"""Receive, preview, accept, withdraw: one transaction each, and nothing is ever overwritten.

Parsing and checking happen before the writing transaction; a decision takes the programme's lock.
Per slice the newest accepted, not withdrawn submission counts; its rows are closed when a newer
one restates the slice, and inserted again, with a new `accepted_at`, when that one is withdrawn.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, bindparam, delete, false, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from etl import intake, layouts, reference
from schemas import audit, database, money, protect
from schemas.codes import Action, Severity, SubmissionState, TimeRule
from schemas.findings import Finding, finding
from schemas.rows import KEY, ROWS, SLICE, empty
from schemas.series import dimensions_of
from schemas.tables import (
    Breakdown,
    BreakdownCategory,
    Decision,
    ExchangeRate,
    FindingRow,
    Indicator,
    Layout,
    Observation,
    Programme,
    Submission,
    Withheld,
    Workbook,
    current,
)

UNDECIDED = (
    SubmissionState.RECEIVED,
    SubmissionState.REFUSED,
    SubmissionState.REJECTED,
    SubmissionState.READY,
)


class DecisionError(Exception):
    "A submission cannot be accepted or withdrawn as things stand; `finding` says why"

    def __init__(self, why: Finding) -> None:
        super().__init__(why.code)
        self.finding = why


@dataclass(frozen=True)
class Receipt:
    """What became of a workbook that was handed in; not new where the same bytes came before.

    `taken` is what was read of it, so that accepting it at once need not read it again.
    """

    submission_id: int
    state: str
    is_new: bool
    findings: list[Finding]
    taken: intake.Intake | None = None


# --- Receiving ---------------------------------------------------------------------------------


def receive(
    data: bytes,
    file_name: str,
    *,
    language: str = "en",
    sender: str = "",
    programme_code: str | None = None,
    bind: Engine | None = None,
) -> Receipt:
    """Keep a workbook and return what the checks say of it; no observation changes.

    The bytes are stored before anything looks at them. The same bytes from the same sender are the
    same submission: checked again while undecided (the catalogue may have changed), else shown.
    """
    submission_id, is_new = _keep(data, file_name, language=language, sender=sender, bind=bind)
    with database.connect(bind) as conn:
        submission = _submission(conn, submission_id)
        if submission.state not in UNDECIDED:
            return Receipt(
                submission_id, submission.state, is_new, findings_of(conn, submission_id)
            )
        taken = take(conn, data, file_name, programme_code=programme_code)
    state = state_of(taken)
    with database.begin(bind) as conn:
        if _submission(conn, submission_id, is_locked=True).state in UNDECIDED:
            _write_outcome(conn, submission_id, taken, state)
    return Receipt(submission_id, state, is_new, taken.findings, taken)


def state_of(taken: intake.Intake) -> SubmissionState:
    """Return what its findings make of a workbook: refused, rejected or ready."""
    if taken.read.is_refused:
        return SubmissionState.REFUSED
    has_errors = any(found.severity == Severity.ERROR for found in taken.findings)
    return SubmissionState.REJECTED if has_errors else SubmissionState.READY


def _keep(
    data: bytes, file_name: str, *, language: str, sender: str, bind: Engine | None
) -> tuple[int, bool]:
    """Store the bytes and return (submission id, is it new)."""
    sha256 = hashlib.sha256(data).hexdigest()
    known = select(Submission.submission_id).where(
        Submission.sha256 == sha256, Submission.sender == sender
    )
    now = datetime.now(UTC)
    try:
        with database.begin(bind) as conn:
            kept = conn.execute(
                select(Workbook.sha256, Workbook.content.is_(None)).where(Workbook.sha256 == sha256)
            ).one_or_none()
            if kept is None:
                row = {"sha256": sha256, "size": len(data), "content": data, "received_at": now}
                conn.execute(insert(Workbook), [row])
            elif kept[1]:  # refused earlier, so deleted: it is looked at once more
                conn.execute(update(Workbook).where(Workbook.sha256 == sha256).values(content=data))
            if (earlier := conn.execute(known).scalar_one_or_none()) is not None:
                return earlier, False
            row = {
                "sha256": sha256,
                "sender": sender,
                "file_name": file_name,
                "language": language,
                "state": SubmissionState.RECEIVED,
                "received_at": now,
            }
            new = conn.execute(insert(Submission).returning(Submission.submission_id), [row])
            return int(new.scalar_one()), True
    except IntegrityError:  # the same bytes arrived a moment ago, on another connection
        with database.connect(bind) as conn:
            return int(conn.execute(known).scalar_one()), False


def take(
    conn: Connection,
    data: bytes,
    file_name: str,
    *,
    known_layouts: Sequence[layouts.Layout] | None = None,
    programme_code: str | None = None,
) -> intake.Intake:
    """Return what a workbook would become, compared with what the database knows."""
    return intake.take(
        data,
        file_name,
        reference.load(conn),
        layouts.read_layouts() if known_layouts is None else known_layouts,
        known=lambda programme, indicators: known_rows(conn, programme, indicators),
        programme_code=programme_code,
    )


def check_file(data: bytes, file_name: str, *, programme_code: str | None = None) -> intake.Intake:
    """Return what a workbook would become; nothing is written.

    Without a database it is compared with the files of the catalogue alone.
    """
    if database.exists():
        with database.connect() as conn:
            if database.is_current(conn):
                return take(conn, data, file_name, programme_code=programme_code)
    return intake.take(
        data,
        file_name,
        reference.read_files(),
        layouts.read_layouts(),
        known=lambda *_: empty(ROWS),
        programme_code=programme_code,
    )


def read_file(data: bytes, file_name: str, *, layout_name: str | None = None) -> intake.Read:
    """Return what a workbook says, by its own template or a declared layout; no database is used.

    LookupError where there is no layout of that name.
    """
    known = layouts.read_layouts()
    names = [layout.code for layout in known]
    if layout_name and layout_name not in names:
        raise LookupError(f"There is no layout {layout_name}; there are: {', '.join(names)}.")
    return intake.read_file(data, file_name, reference.read_files(), known, only=layout_name)


def _write_outcome(
    conn: Connection, submission_id: int, taken: intake.Intake, state: SubmissionState
) -> None:
    """Write findings, layout and state; forget the bytes of what was refused, and people."""
    conn.execute(delete(FindingRow).where(FindingRow.submission_id == submission_id))
    if taken.findings:
        conn.execute(
            insert(FindingRow),
            [
                {
                    "submission_id": submission_id,
                    "code": found.code,
                    "severity": found.severity,
                    "sheet": found.sheet,
                    "cell": found.cell,
                    "found": found.found,
                    "arguments": found.arguments,
                }
                for found in taken.findings
            ],
        )
    _keep_layout(conn, taken.read)
    mine = Submission.submission_id == submission_id
    conn.execute(
        update(Submission)
        .where(mine)
        .values(
            state=state,
            programme_code=taken.programme_code,
            project_code=taken.project_code,
            layout_code=taken.read.layout_code,
            layout_version=taken.read.layout_version,
            values_found=len(taken.read.parsed),
        )
    )
    if state == SubmissionState.REFUSED or taken.read.stripped:
        sha256 = select(Submission.sha256).where(mine).scalar_subquery()
        kept = None if state == SubmissionState.REFUSED else taken.read.stripped
        conn.execute(update(Workbook).where(Workbook.sha256 == sha256).values(content=kept))


def _keep_layout(conn: Connection, read: intake.Read) -> None:
    if not read.layout_body:
        return
    key = (Layout.layout_code == read.layout_code, Layout.version == read.layout_version)
    if conn.execute(select(Layout.version).where(*key)).first() is None:
        row = {
            "layout_code": read.layout_code,
            "version": read.layout_version,
            "body": read.layout_body,
            "created_at": datetime.now(UTC),
        }
        conn.execute(insert(Layout), [row])


# --- Reading what is there ---------------------------------------------------------------------


def _submission(conn: Connection, submission_id: int, *, is_locked: bool = False) -> Any:
    """Return a submission's row; DecisionError where there is none."""
    query = select(Submission.__table__).where(Submission.submission_id == submission_id)
    if is_locked:
        query = query.with_for_update()
    row = conn.execute(query).one_or_none()
    if row is None:
        raise DecisionError(finding("submission_unknown", found=submission_id))
    return row


def findings_of(conn: Connection, submission_id: int) -> list[Finding]:
    """Return the findings of a submission, in the order of its sheets and cells as found."""
    rows = conn.execute(
        select(FindingRow.__table__)
        .where(FindingRow.submission_id == submission_id)
        .order_by(FindingRow.finding_id)
    )
    return [
        Finding(row.sheet, row.cell, row.code, Severity(row.severity), row.found, row.arguments)
        for row in rows
    ]


def content_of(conn: Connection, submission_id: int) -> tuple[str, bytes]:
    """Return (file name, bytes) of a submission as received; DecisionError where they are gone."""
    row = conn.execute(
        select(Submission.file_name, Workbook.content)
        .join(Workbook, Workbook.sha256 == Submission.sha256)
        .where(Submission.submission_id == submission_id)
    ).one_or_none()
    if row is None or row.content is None:
        raise DecisionError(finding("submission_unknown", found=submission_id))
    return row.file_name, row.content


STORED = [
    *KEY,
    "value",
    "numerator",
    "denominator",
    "n",
    "text",
    "answer",
    "qualifier",
    "basis",
    "reported_as",
    "currency",
    "note",
    "sheet",
    "cell",
    "raw",
]
"The columns that a workbook's row gives to its observation."


def _frame(conn: Connection, columns: Iterable[Any], *conditions: Any) -> pd.DataFrame:
    """Return observations as a frame by the conventions of `schemas.rows`."""
    rows = conn.execute(select(*columns).where(*conditions))
    frame = pd.DataFrame(rows.all(), columns=list(rows.keys()))
    for column in ("period_start", "period_end"):
        frame[column] = pd.to_datetime(frame[column]).dt.as_unit("s")
    for column in ("value", "numerator", "denominator", "n"):
        if column in frame:
            frame[column] = frame[column].astype(float)
    for column in ("project_code", "currency", "text"):
        if column in frame:
            frame[column] = _texts(frame[column])
    return frame


def _texts(column: "pd.Series[Any]") -> "pd.Series[str]":
    """Return a column of texts, empty where there is none."""
    return pd.Series(["" if pd.isna(text) else text for text in column], column.index, dtype="str")


def _columns(names: Iterable[str]) -> list[Any]:
    return [getattr(Observation, name) for name in names]


def known_rows(
    conn: Connection, programme_code: str, indicator_codes: Iterable[str]
) -> pd.DataFrame:
    """Return the current observations of some indicators: STORED, observation and submission id."""
    return _frame(
        conn,
        _columns([*STORED, "observation_id", "submission_id"]),
        Observation.programme_code == programme_code,
        Observation.indicator_code.in_(sorted(set(indicator_codes))),
        current(),
    )


def _of_slices(frame: pd.DataFrame, slices: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a frame that belong to any of the slices."""
    return frame.merge(slices[SLICE].drop_duplicates(), on=SLICE)


SAID = ["value", "numerator", "denominator", "n", "text", "answer", "qualifier", "currency"]
"What an observation says; where none of it changes, the value stays the same."


def preview(conn: Connection, submission_id: int) -> pd.DataFrame:
    """Return what accepting would change: STORED, before, after, text_before, text_after, change.

    `change` is "new", "changed", "same", or "gone" (a breakdown of a restated slice that the
    workbook no longer has; its columns are those of what goes). Numbers are NaN where there is none.
    """
    taken = _taken_again(conn, submission_id)
    before = _of_slices(known_rows(conn, taken.programme_code or "", taken.indicators), taken.rows)
    both = taken.rows[STORED].merge(
        before[STORED], on=KEY, how="outer", suffixes=("_after", "_before"), indicator=True
    )
    same = pd.Series(data=True, index=both.index)
    for name in SAID:
        one, other = both[f"{name}_before"], both[f"{name}_after"]
        same &= (one == other) | (one.isna() & other.isna())
    kind = (
        both["_merge"]
        .astype(str)
        .map({"left_only": "new", "right_only": "gone", "both": "changed"})
    )
    both["change"] = kind.mask((kind == "changed") & same, "same")
    for name in STORED:
        if name not in KEY:
            both[name] = both[f"{name}_after"].mask(kind == "gone", both[f"{name}_before"])
    both = both.rename(columns={"value_before": "before", "value_after": "after"})
    texts = ["text_before", "text_after"]
    both[texts] = both[texts].apply(_texts)
    return both[[*STORED, "before", "after", *texts, "change"]]


def _taken_again(conn: Connection, submission_id: int) -> intake.Intake:
    """Return a submission read again from the kept bytes, by the layout it was first read by."""
    submission = _submission(conn, submission_id)
    file_name, data = content_of(conn, submission_id)
    body = conn.execute(
        select(Layout.body).where(
            Layout.layout_code == submission.layout_code,
            Layout.version == submission.layout_version,
        )
    ).scalar_one_or_none()
    return take(
        conn,
        data,
        file_name,
        known_layouts=[layouts.read_layout(body, submission.layout_code)] if body else [],
        programme_code=submission.programme_code,
    )


def rows_again(conn: Connection, submission_id: int) -> pd.DataFrame:
    """Return the rows (`schemas.rows.ROWS`) of a submission, read again from the kept bytes."""
    return _taken_again(conn, submission_id).rows


# --- Deciding ----------------------------------------------------------------------------------


def accept(
    submission_id: int,
    *,
    actor: str = "local",
    taken: intake.Intake | None = None,
    bind: Engine | None = None,
) -> None:
    """Make a submission count: its slices are restated, in one transaction.

    DecisionError unless it is without errors and undecided, or was withdrawn.
    """
    if taken is None:
        with database.connect(bind) as conn:
            taken = _taken_again(conn, submission_id)
    if state_of(taken) != SubmissionState.READY or not taken.programme_code:
        raise DecisionError(finding("submission_not_ready", found=submission_id))
    with database.begin(bind) as conn:
        _lock(conn, taken.programme_code)
        submission = _submission(conn, submission_id, is_locked=True)
        if submission.state not in (SubmissionState.READY, SubmissionState.WITHDRAWN):
            raise DecisionError(
                finding("submission_not_ready", found=submission_id, state=submission.state)
            )
        moment = _decide(conn, submission, Action.ACCEPT, actor, taken.programme_code)
        former = known_rows(conn, taken.programme_code, taken.indicators)
        _close(conn, _of_slices(former, taken.rows)["observation_id"], moment)
        add_breakdowns(conn, taken.rows["breakdown_key"])
        conn.execute(
            insert(Observation),
            observations_of(conn, taken.rows, taken.programme_code, submission_id, moment),
        )
        protect_again(conn, taken.programme_code, taken.rows["project_code"])


def withdraw(submission_id: int, *, actor: str = "local", bind: Engine | None = None) -> None:
    """Take an accepted submission back; what counted before it counts again, as new rows."""
    with database.begin(bind) as conn:
        submission = _submission(conn, submission_id)
        if submission.state != SubmissionState.ACCEPTED:
            raise DecisionError(
                finding("submission_not_accepted", found=submission_id, state=submission.state)
            )
        programme = submission.programme_code
        _lock(conn, programme)
        if _submission(conn, submission_id, is_locked=True).state != SubmissionState.ACCEPTED:
            raise DecisionError(finding("submission_not_accepted", found=submission_id))
        moment = _decide(conn, submission, Action.WITHDRAW, actor, programme)
        mine = _frame(
            conn,
            _columns([*SLICE, "observation_id"]),
            Observation.submission_id == submission_id,
            current(),
        )
        _close(conn, mine["observation_id"], moment)
        _restore(conn, programme, mine, moment)
        protect_again(conn, programme, mine["project_code"])


def _lock(conn: Connection, programme_code: str) -> None:
    """Wait until no other decision about the programme is under way (SQLite: begin() did)."""
    conn.execute(
        select(Programme.programme_code)
        .where(Programme.programme_code == programme_code)
        .with_for_update()
    )


def _decide(
    conn: Connection, submission: Any, action: Action, actor: str, programme_code: str
) -> datetime:
    """Log a decision, audited, and return its moment: later than any before it."""
    last = conn.execute(
        select(Decision.decided_at).order_by(Decision.decided_at.desc()).limit(1)
    ).scalar_one_or_none()
    moment = datetime.now(UTC)
    if last is not None and last >= moment:
        moment = last + timedelta(microseconds=1)
    row = {
        "submission_id": submission.submission_id,
        "programme_code": programme_code,
        "action": action,
        "actor": actor,
        "decided_at": moment,
    }
    conn.execute(insert(Decision), [row])
    state = SubmissionState.ACCEPTED if action == Action.ACCEPT else SubmissionState.WITHDRAWN
    conn.execute(
        update(Submission)
        .where(Submission.submission_id == submission.submission_id)
        .values(state=state, decided_at=moment, programme_code=programme_code)
    )
    audit.record(
        conn,
        actor=actor,
        action=action,
        subject=f"submission {submission.submission_id}",
        before={"state": submission.state},
        after={"state": state, "sha256": submission.sha256},
    )
    return moment


def _close(conn: Connection, observation_ids: Iterable[int], moment: datetime) -> None:
    rows = [{"closed_id": int(i), "moment": moment} for i in observation_ids]
    if rows:
        conn.execute(
            update(Observation.__table__)  # type: ignore[arg-type]
            .where(Observation.observation_id == bindparam("closed_id"))
            .values(superseded_at=bindparam("moment")),
            rows,
        )


def add_breakdowns(conn: Connection, keys: Iterable[str]) -> None:
    """Add the combinations of categories that were never reported before."""
    wanted = set(keys)
    there = set(conn.execute(select(Breakdown.breakdown_key)).scalars())
    new = sorted(wanted - there)
    if not new:
        return
    conn.execute(insert(Breakdown), [{"breakdown_key": key} for key in new])
    conn.execute(
        insert(BreakdownCategory),
        [
            dict(
                zip(("breakdown_key", "dimension_code", "category_code"), (key, *pair), strict=True)
            )
            for key in new
            for pair in (part.split("=", 1) for part in key.split("|"))
        ],
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a frame's rows for the database: None where nothing is, days as dates."""
    columns: dict[str, list[Any]] = {}
    for name in map(str, frame.columns):
        is_day = name in ("period_start", "period_end")
        values = (frame[name].dt.date if is_day else frame[name]).tolist()
        is_empty_null = name in ("project_code", "currency", "text")
        # What differs from itself is NaN: nothing, for the database.
        columns[name] = [
            None if value != value or (is_empty_null and not value) else value for value in values
        ]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def observations_of(
    conn: Connection, rows: pd.DataFrame, programme_code: str, submission_id: int, moment: datetime
) -> list[dict[str, Any]]:
    """Return a workbook's rows as observations to insert, amounts with their rate and euros."""
    records = _records(rows[STORED])
    stocks = set(
        conn.execute(
            select(Indicator.indicator_code).where(Indicator.time_rule == TimeRule.LAST)
        ).scalars()
    )
    rates = [money.Rate(*row) for row in conn.execute(select(*_RATE))]
    for row in records:
        row |= _euros(row, rates, is_stock=row["indicator_code"] in stocks)
        row |= {
            "programme_code": programme_code,
            "submission_id": submission_id,
            "accepted_at": moment,
        }
    return records


_RATE = (
    ExchangeRate.currency,
    ExchangeRate.kind,
    ExchangeRate.rate_date,
    ExchangeRate.per_eur,
    ExchangeRate.source,
)
_MONEY = ("value_eur", "rate", "rate_kind", "rate_date", "rate_source")


def _euros(row: dict[str, Any], rates: list[money.Rate], *, is_stock: bool) -> dict[str, Any]:
    rate = (
        money.rate_for(
            rates, row["currency"], row["period_start"], row["period_end"], is_stock=is_stock
        )
        if row["currency"] and row["value"] is not None
        else None
    )
    if rate is None:
        return dict.fromkeys(_MONEY)
    euros = row["value"] / rate.per_eur
    values = (euros, rate.per_eur, rate.kind, rate.rate_date, rate.source)
    return dict(zip(_MONEY, values, strict=True))


def _restore(conn: Connection, programme_code: str, slices: pd.DataFrame, moment: datetime) -> None:
    """Insert again, per slice, the rows of the newest submission that is still accepted."""
    rows = conn.execute(
        select(Submission.submission_id, Submission.decided_at).where(
            Submission.programme_code == programme_code,
            Submission.state == SubmissionState.ACCEPTED,
        )
    )
    accepted = {row.submission_id: row.decided_at for row in rows}
    copied = [
        column.name
        for column in Observation.__table__.columns
        if column.name not in ("observation_id", "superseded_at")
    ]
    past = _frame(
        conn,
        _columns(copied),
        Observation.programme_code == programme_code,
        Observation.indicator_code.in_(sorted(set(slices["indicator_code"]))),
        Observation.submission_id.in_(sorted(accepted)),
    )
    past = _of_slices(past, slices)
    if past.empty:
        return
    past["decided_at"] = past["submission_id"].map(accepted)
    by_slice = past.groupby(SLICE, dropna=False)
    past = past[past["decided_at"] == by_slice["decided_at"].transform("max")]
    # A submission that was restored before has its rows twice: the last time is the one to copy.
    last = past.groupby(SLICE, dropna=False)["accepted_at"].transform("max")
    past = past[past["accepted_at"] == last].drop(columns="decided_at")
    past["accepted_at"] = moment
    conn.execute(insert(Observation), _records(past))


def protect_again(conn: Connection, programme_code: str, project_codes: Iterable[str]) -> None:
    """Decide anew which observations of some projects the public may not see."""
    programme = conn.execute(
        select(Programme.__table__).where(Programme.programme_code == programme_code)
    ).one()
    projects = sorted(set(project_codes))
    theirs = or_(
        Observation.project_code.in_([code for code in projects if code]),
        Observation.project_code.is_(None) if "" in projects else false(),
    )
    columns = ["programme_code", *STORED, "observation_id", "accepted_at", "superseded_at"]
    frame = _frame(conn, _columns(columns), Observation.programme_code == programme_code, theirs)
    known = reference.load(conn)
    hidden = protect.withheld(
        frame,
        known.indicators,
        dimensions_of(known.dimensions.values(), known.categories.values()),
        threshold=programme.threshold,
        sensitive_threshold=programme.sensitive_threshold,
    )
    conn.execute(
        delete(Withheld).where(
            Withheld.observation_id.in_(
                select(Observation.observation_id).where(
                    Observation.programme_code == programme_code, theirs
                )
            )
        )
    )
    if len(hidden):
        conn.execute(insert(Withheld), _records(hidden[["observation_id", "reason"]]))
