"""Workbooks as received: their bytes, what the checks say, what was answered; no observation changes.

Parsing and checking happen before the writing transaction. What makes values count: `etl.decisions`.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from etl import intake, layouts, reference, threads
from etl.annotate import Annotated, annotate
from etl.listing import Remark
from etl.questions import Answers
from etl.remembered import Remembered, from_toml, read_remembered
from schemas import audit, database
from schemas.codes import Severity, SubmissionState, ValueType
from schemas.findings import Finding, finding
from schemas.rows import KEY, ROWS, SLICE, empty
from schemas.scope import EVERYTHING, Scope
from schemas.tables import (
    AnswerGiven,
    FindingRow,
    Layout,
    Observation,
    Submission,
    Workbook,
    current,
)

RIVALS = 2
"How often others may be a moment faster: with the bytes, and with the submission."

UNDECIDED = (
    SubmissionState.RECEIVED,
    SubmissionState.REFUSED,
    SubmissionState.REJECTED,
    SubmissionState.READY,
)


class DecisionError(Exception):
    "What is asked of a submission is not possible as things stand; `finding` says why"

    def __init__(self, why: Finding) -> None:
        super().__init__(why.code)
        self.finding = why


@dataclass(frozen=True)
class Receipt:
    """What became of a workbook that was handed in; not new where the same bytes came before.

    `before` is the state that it was in. `taken` is what was read of it, so that accepting it at once
    need not read it again; `answered` are the discussions that it holds new answers to.
    """

    submission_id: int
    state: str
    is_new: bool
    findings: list[Finding]
    before: str = ""
    taken: intake.Intake | None = None
    answered: Sequence[int] = ()


Kept = Callable[[Connection, int], None]
"Takes the number of a submission whose bytes are kept, in the same transaction."

Also = Callable[[Connection, Receipt], None]
"Takes what came of a submission, in the transaction that writes it."

Tell = Callable[[int, int], None]
"Takes how many steps of how many are done."


def nothing_else(_conn: Connection, _of: object) -> None:
    """Write nothing besides."""


def silent(_done: int, _total: int) -> None:
    """Tell nobody how far the work is."""


# --- Receiving ---------------------------------------------------------------------------------


def receive(
    data: bytes,
    file_name: str,
    *,
    language: str = "en",
    sender: str = "",
    programme_code: str | None = None,
    answers: Answers | None = None,
    writer: Scope = EVERYTHING,
    received_at: datetime | None = None,
    bind: Engine | None = None,
) -> Receipt:
    """Keep a workbook and return what the checks say of it; no observation changes.

    The bytes are stored before anything looks at them. The same bytes from the same sender are the
    same submission: checked again while undecided (the catalogue may have changed), else shown.
    What was answered to it before still holds, but where `answers` say otherwise. Values beyond what
    the sender may hand in (`writer`) are errors; what was written beside remarks goes to those of
    their discussions that are within it. `received_at` is when it was handed in, by default now.
    """
    submission_id, is_new = keep(
        data, file_name, language=language, sender=sender, received_at=received_at, bind=bind
    )
    return _check(
        submission_id,
        (file_name, data),
        answers or {},
        is_new=is_new,
        programme_code=programme_code,
        writer=writer,
        bind=bind,
    )


def check_kept(
    submission_id: int,
    *,
    programme_code: str | None = None,
    writer: Scope = EVERYTHING,
    tell: Tell = silent,
    also: Also = nothing_else,
    bind: Engine | None = None,
) -> Receipt:
    """Read and check a submission whose bytes are kept (`keep`); safe to repeat.

    `also` is called in the transaction that writes what came of it, unless there is nothing to write.
    """
    with database.connect(bind) as conn:
        row = submission_row(conn, submission_id)
        if row.state not in UNDECIDED:
            return Receipt(submission_id, row.state, False, findings_of(conn, submission_id))
        file = content_of(conn, submission_id)
    return _check(
        submission_id,
        file,
        {},
        is_new=False,
        programme_code=programme_code,
        writer=writer,
        tell=tell,
        also=also,
        bind=bind,
    )


def answer(
    submission_id: int,
    answers: Answers,
    *,
    actor: str = "local",
    writer: Scope = EVERYTHING,
    also: Also = nothing_else,
    bind: Engine | None = None,
) -> Receipt:
    """Keep answers to the questions of a submission, and return what the checks say of it now.

    An answer is given under the question's key (`etl.questions.key`); an empty one takes it back.
    DecisionError once the submission was decided on, or where its workbook is not kept.
    """
    with database.connect(bind) as conn:
        row = submission_row(conn, submission_id)
        if row.state not in UNDECIDED:
            raise DecisionError(finding("submission_decided", found=submission_id))
        kept = content_of(conn, submission_id)
    return _check(
        submission_id,
        kept,
        answers,
        is_new=False,
        programme_code=row.programme_code,
        writer=writer,
        actor=actor,
        also=also,
        bind=bind,
    )


def _check(
    submission_id: int,
    file: tuple[str, bytes],
    answers: Answers,
    *,
    is_new: bool,
    programme_code: str | None,
    writer: Scope,
    actor: str = "",
    tell: Tell = silent,
    also: Also = nothing_else,
    bind: Engine | None,
) -> Receipt:
    """Read and check a kept workbook with its answers, old and new, and write what came of it.

    With an actor the answers are all that is new, and audited; those that come with the workbook are
    part of it.
    """
    file_name, data = file
    with database.connect(bind) as conn:
        row = submission_row(conn, submission_id)
        if row.state not in UNDECIDED:
            return Receipt(submission_id, row.state, is_new, findings_of(conn, submission_id))
        before = answers_of(conn, submission_id)
        after = {key: text for key, text in {**before, **answers}.items() if text}
        taken = take(
            conn,
            data,
            file_name,
            programme_code=programme_code,
            answers=after,
            remembered=() if before else None,
            writer=writer,
            tell=tell,
        )
    taken = _of_sender(taken, writer)
    after = {**after, **taken.read.answers}
    state = state_of(taken)
    with database.begin(bind) as conn:
        now = submission_row(conn, submission_id, is_locked=True)
        if now.state not in UNDECIDED:  # somebody decided meanwhile
            return Receipt(submission_id, now.state, is_new, findings_of(conn, submission_id))
        _keep_answers(conn, submission_id, before, after, actor=actor)
        _write_outcome(conn, submission_id, taken, state)
        answered = [] if actor else _answered(conn, row, taken, writer)
        receipt = Receipt(
            submission_id, state, is_new, taken.findings, now.state, taken, tuple(answered)
        )
        also(conn, receipt)
    return receipt


def _answered(
    conn: Connection, submission: Any, taken: intake.Intake, writer: Scope
) -> Sequence[int]:
    """Keep what a workbook says beside its remarks; return the discussions that it went to."""
    if taken.read.is_refused:
        return []
    author = audit.account_of(submission.sender)
    return threads.answered(
        conn, submission.submission_id, taken.read.said, author=author, writer=writer
    )


def _of_sender(taken: intake.Intake, writer: Scope) -> intake.Intake:
    """Return a workbook with an error for each project and place that its sender may not hand in."""
    first = taken.rows.drop_duplicates(["project_code", "place_code"])
    others = [
        row
        for row in first.to_dict("records")
        if not writer.reaches(taken.programme_code or "", row["project_code"], row["place_code"])
    ]
    if not others:
        return taken
    found = [
        finding(
            "not_yours",
            sheet=row["sheet"],
            cell=row["cell"],
            found=row["project_code"] or row["place_code"],
            place=row["place_code"],
        )
        for row in others
    ]
    return replace(taken, findings=[*taken.findings, *found])


def answers_of(conn: Connection, submission_id: int) -> dict[str, str]:
    """Return what was answered to the questions of a submission, by their keys."""
    mine = AnswerGiven.submission_id == submission_id
    rows = conn.execute(
        select(AnswerGiven.key, AnswerGiven.answer).where(mine).order_by(AnswerGiven.key)
    )
    return {row.key: row.answer for row in rows}


def _keep_answers(
    conn: Connection,
    submission_id: int,
    before: Mapping[str, str],
    after: Mapping[str, str],
    *,
    actor: str,
) -> None:
    if before == after:
        return
    conn.execute(delete(AnswerGiven).where(AnswerGiven.submission_id == submission_id))
    rows = [
        {"submission_id": submission_id, "key": key, "answer": text} for key, text in after.items()
    ]
    if rows:
        conn.execute(insert(AnswerGiven), rows)
    if actor:
        audit.record(
            conn,
            actor=actor,
            action="answer",
            subject=f"submission {submission_id}",
            before=dict(before),
            after=dict(after),
        )


def state_of(taken: intake.Intake) -> SubmissionState:
    """Return what its findings make of a workbook: refused, rejected or ready."""
    if taken.read.is_refused:
        return SubmissionState.REFUSED
    has_errors = any(found.severity == Severity.ERROR for found in taken.findings)
    return SubmissionState.REJECTED if has_errors else SubmissionState.READY


def keep(
    data: bytes,
    file_name: str,
    *,
    language: str,
    sender: str,
    then: Kept = nothing_else,
    received_at: datetime | None = None,
    bind: Engine | None = None,
) -> tuple[int, bool]:
    """Store the bytes before anything looks at them, and return (submission id, is it new).

    The same bytes may have arrived a moment ago on other connections, from somebody else and once
    more from the same sender: whoever comes second finds what is there.
    """
    now = datetime.now(UTC)
    row: dict[str, Any] = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "sender": sender,
        "file_name": file_name,
        "language": language,
        "state": SubmissionState.RECEIVED,
        "received_at": received_at or now,
    }

    def kept() -> tuple[int, bool]:
        with database.begin(bind) as conn:
            _keep_bytes(conn, row["sha256"], data, now)
            submission_id, is_new = _keep_submission(conn, row)
            then(conn, submission_id)
            return submission_id, is_new

    for _ in range(RIVALS):
        with suppress(IntegrityError):
            return kept()
    return kept()


def _keep_bytes(conn: Connection, sha256: str, data: bytes, now: datetime) -> None:
    """Store the bytes of a workbook, unless they are there."""
    kept = conn.execute(
        select(Workbook.content.is_(None)).where(Workbook.sha256 == sha256)
    ).scalar_one_or_none()
    if kept is None:
        row = {"sha256": sha256, "size": len(data), "content": data, "received_at": now}
        conn.execute(insert(Workbook), [row])
    elif kept:  # refused earlier, so deleted: it is looked at once more
        conn.execute(update(Workbook).where(Workbook.sha256 == sha256).values(content=data))


def _keep_submission(conn: Connection, row: dict[str, Any]) -> tuple[int, bool]:
    """Return the submission of some bytes by a sender, and whether it is new."""
    known = select(Submission.submission_id).where(
        Submission.sha256 == row["sha256"], Submission.sender == row["sender"]
    )
    if (earlier := conn.execute(known).scalar_one_or_none()) is not None:
        return earlier, False
    new = conn.execute(insert(Submission).returning(Submission.submission_id), [row])
    return int(new.scalar_one()), True


def take(
    conn: Connection,
    data: bytes,
    file_name: str,
    *,
    known_layouts: Sequence[layouts.Layout] | None = None,
    programme_code: str | None = None,
    answers: Answers | None = None,
    remembered: Sequence[Remembered] | None = None,
    writer: Scope = EVERYTHING,
    tell: Tell = silent,
) -> intake.Intake:
    """Return what a workbook would become, compared with what the database knows.

    Without `known_layouts` all that are declared are tried, without `remembered` all that are kept.
    It is compared with values of what its sender may hand in alone: findings quote them. No transaction that reads is open while the workbook is.
    """
    catalogue = reference.load(conn)
    kinds = remembered_of(conn) if remembered is None else remembered
    database.let_go(conn)

    def known(programme: str, indicators: Iterable[str]) -> pd.DataFrame:
        rows = known_rows(conn, programme, indicators, writer=writer)
        database.let_go(conn)
        return rows

    return intake.take(
        data,
        file_name,
        catalogue,
        layouts.read_layouts() if known_layouts is None else known_layouts,
        known=known,
        programme_code=programme_code,
        answers=answers,
        remembered=kinds,
        tell=tell,
    )


def check_file(
    data: bytes,
    file_name: str,
    *,
    programme_code: str | None = None,
    writer: Scope = EVERYTHING,
) -> intake.Intake:
    """Return what a workbook would become; nothing is written.

    It is compared with values of what somebody may hand in (`writer`); without a database with the
    files of the catalogue alone.
    """
    if database.exists():
        with database.connect() as conn:
            if database.is_current(conn):
                return take(
                    conn,
                    data,
                    file_name,
                    programme_code=programme_code,
                    writer=writer,
                )
    return intake.take(
        data,
        file_name,
        reference.read_files(),
        layouts.read_layouts(),
        known=lambda *_: empty(ROWS),
        programme_code=programme_code,
        remembered=read_remembered(),
    )


def read_file(
    data: bytes,
    file_name: str,
    *,
    layout_name: str | None = None,
    answers: Answers | None = None,
) -> intake.Read:
    """Return what a workbook says, by its own template or a declared layout; no database is used.

    `auto` for `layout_name` ignores all that is declared. LookupError where there is no layout of
    that name.
    """
    known = layouts.read_layouts()
    names = [layout.code for layout in known]
    if layout_name and layout_name not in [intake.AUTO, *names]:
        raise LookupError(f"There is no layout {layout_name}; there are: {', '.join(names)}.")
    files = reference.read_files()
    return intake.read_file(data, file_name, files, known, only=layout_name, answers=answers)


def _period_ends(rows: pd.DataFrame) -> list[str]:
    """Return the last days of the periods that actual values are of: the rounds that they are for."""
    ends = rows.loc[rows["value_type"] == ValueType.ACTUAL, "period_end"].dropna().unique()
    return sorted(pd.Timestamp(end).date().isoformat() for end in ends)


def _write_outcome(
    conn: Connection, submission_id: int, taken: intake.Intake, state: SubmissionState
) -> None:
    """Write findings, layout and state; forget the bytes of what was refused, and people.

    What somebody wrote about a finding stays with its sheet, cell and code.
    """
    reasons = dict(taken.read.reasons) | {
        (row.sheet, row.cell, row.code): row.justification
        for row in conn.execute(
            select(FindingRow.__table__).where(
                FindingRow.submission_id == submission_id, FindingRow.justification != ""
            )
        )
    }
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
                    "justification": reasons.get((found.sheet, found.cell, found.code), ""),
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
            period_ends=_period_ends(taken.rows),
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


def remembered_of(conn: Connection) -> list[Remembered]:
    """Return the remembered kinds of workbooks, the newest first: each as it was kept last.

    Those of the files come after, where the database has none of their code.
    """
    bodies = conn.execute(
        select(Layout.body).where(Layout.is_remembered).order_by(Layout.created_at.desc())
    ).scalars()
    kept: dict[str, Remembered] = {}
    for one in [*map(from_toml, bodies), *read_remembered()]:
        kept.setdefault(one.code, one)
    return list(kept.values())


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


LONGEST_REASON = 2000
"Characters of a justification."

Place = tuple[str, str, str]
"Sheet, cell and code of a finding."


def justify(
    submission_id: int,
    which: int | Place,
    text: str,
    *,
    actor: str = "local",
    bind: Engine | None = None,
) -> None:
    """Keep why a value is right that a check warns of, with the finding; an empty text takes it back.

    `which` is the finding's number, or its sheet, cell and code. Decided on or not: the reason
    belongs to the value, not to the decision. DecisionError where no such warning is there.
    """
    said = " ".join(text.split())[:LONGEST_REASON]
    chosen = (
        [FindingRow.finding_id == which]
        if isinstance(which, int)
        else [
            column == word
            for column, word in zip(
                (FindingRow.sheet, FindingRow.cell, FindingRow.code), which, strict=True
            )
        ]
    )
    with database.begin(bind) as conn:
        submission_row(conn, submission_id, is_locked=True)
        rows = conn.execute(
            select(FindingRow.__table__).where(
                FindingRow.submission_id == submission_id,
                FindingRow.severity == Severity.WARNING,
                *chosen,
            )
        ).all()
        if not rows:
            raise DecisionError(finding("warning_unknown", found=submission_id))
        for row in rows:
            if row.justification == said:
                continue
            conn.execute(
                update(FindingRow)
                .where(FindingRow.finding_id == row.finding_id)
                .values(justification=said)
            )
            audit.record(
                conn,
                actor=actor,
                action="justify",
                subject=f"submission {submission_id}, {row.sheet}!{row.cell}, {row.code}",
                before={"justification": row.justification},
                after={"justification": said},
            )


# --- Reading what is there ---------------------------------------------------------------------


def submission_row(conn: Connection, submission_id: int, *, is_locked: bool = False) -> Any:
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


def annotated(
    conn: Connection, submission_id: int, language: str, remarks: Sequence[Remark] = ()
) -> Annotated:
    """Return the workbook of a submission with findings and remarks in its cells, in a language.

    DecisionError where its bytes are gone.
    """
    file_name, data = content_of(conn, submission_id)
    findings, answers = findings_of(conn, submission_id), answers_of(conn, submission_id)
    database.let_go(conn)
    return annotate(data, file_name, findings, language, answers, remarks)


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


def frame_of(conn: Connection, columns: Iterable[Any], *conditions: Any) -> pd.DataFrame:
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
            frame[column] = texts(frame[column])
    return frame


def texts(column: "pd.Series[Any]") -> "pd.Series[str]":
    """Return a column of texts, empty where there is none."""
    return pd.Series(["" if pd.isna(text) else text for text in column], column.index, dtype="str")


def columns_of(names: Iterable[str]) -> list[Any]:
    """Return the columns of observations by their names."""
    return [getattr(Observation, name) for name in names]


def known_rows(
    conn: Connection,
    programme_code: str,
    indicator_codes: Iterable[str],
    *,
    writer: Scope = EVERYTHING,
) -> pd.DataFrame:
    """Return the current observations of some indicators: STORED, observation and submission id.

    Only of projects and places that somebody may hand in.
    """
    found = frame_of(
        conn,
        columns_of([*STORED, "observation_id", "submission_id"]),
        Observation.programme_code == programme_code,
        Observation.indicator_code.in_(sorted(set(indicator_codes))),
        current(),
    )
    if writer.is_everything or found.empty:
        return found
    whose = found[["project_code", "place_code"]]
    theirs = {
        (project, place)
        for project, place in set(whose.itertuples(index=False, name=None))
        if writer.reaches(programme_code, project, place)
    }
    is_theirs = [pair in theirs for pair in whose.itertuples(index=False, name=None)]
    return found[is_theirs].reset_index(drop=True)


def of_slices(frame: pd.DataFrame, slices: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a frame that belong to any of the slices."""
    return frame.merge(slices[SLICE].drop_duplicates(), on=SLICE)


def taken_again(conn: Connection, submission_id: int) -> intake.Intake:
    """Return a submission read again from the kept bytes, by the layout it was first read by."""
    row = submission_row(conn, submission_id)
    file_name, data = content_of(conn, submission_id)
    body = conn.execute(
        select(Layout.body).where(
            Layout.layout_code == row.layout_code,
            Layout.version == row.layout_version,
            Layout.is_remembered.is_(False),
        )
    ).scalar_one_or_none()
    return take(
        conn,
        data,
        file_name,
        known_layouts=[layouts.read_layout(body, row.layout_code)] if body else [],
        programme_code=row.programme_code,
        answers=answers_of(conn, submission_id),
        remembered=(),
    )


def rows_again(conn: Connection, submission_id: int) -> pd.DataFrame:
    """Return the rows (`schemas.rows.ROWS`) of a submission, read again from the kept bytes."""
    return taken_again(conn, submission_id).rows
