"""Accept, withdraw, reinstate, return: one transaction each, and nothing is ever overwritten.

A decision takes the programme's lock. Per slice the newest accepted, not withdrawn submission
counts (`etl.versions`); its rows are closed when a newer one restates the slice, and inserted
again, with a new `accepted_at`, when that one is withdrawn. Closed rows are never opened again.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import (
    Connection,
    Engine,
    bindparam,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from etl import intake, reference, returned, rollup, store, versions
from etl.slices import Slice, of_frame, within
from etl.store import (
    STORED,
    DecisionError,
    columns_of,
    frame_of,
    known_rows,
    of_slices,
    submission_row,
)
from schemas import audit, database, money, protect
from schemas.codes import Action, SubmissionState, TimeRule
from schemas.findings import finding
from schemas.rows import SLICE
from schemas.series import dimensions_of
from schemas.tables import (
    Account,
    Breakdown,
    BreakdownCategory,
    Decision,
    ExchangeRate,
    Indicator,
    Observation,
    Programme,
    Submission,
    Withheld,
)

Beside = Callable[[Connection], None]
"What is done in the same transaction as a decision: telling people of it."

DECIDABLE = (SubmissionState.READY, SubmissionState.RETURNED, SubmissionState.WITHDRAWN)


class ConflictError(DecisionError):
    """Something else was decided meanwhile about the same slices; `submissions` did it."""

    def __init__(self, submission_id: int, submissions: Collection[int]) -> None:
        told = ", ".join(map(str, submissions))
        super().__init__(finding("decided_meanwhile", found=submission_id, others=told))
        self.submissions = tuple(submissions)


def accept(
    submission_id: int,
    *,
    actor: str = "local",
    taken: intake.Intake | None = None,
    leaving: Collection[Slice] = (),
    seen: int | None = None,
    beside: Beside | None = None,
    bind: Engine | None = None,
) -> None:
    """Make a submission count: its slices are restated, in one transaction.

    Those of `leaving` are not: their values stay as they are, and are given back to the partner.
    `seen` is the last decision that whoever accepts knows of (`last_decision`): ConflictError where
    something was decided about the same slices since. DecisionError unless the submission is
    without errors and undecided, returned or withdrawn, and not the actor's own.
    """
    if taken is None:
        with database.connect(bind) as conn:
            taken = store.taken_again(conn, submission_id)
    programme = taken.programme_code
    if store.state_of(taken) != SubmissionState.READY or not programme:
        raise DecisionError(finding("submission_not_ready", found=submission_id))
    left_out = [one for one in dict.fromkeys(of_frame(taken.rows)) if one in leaving]
    rows = taken.rows[~within(taken.rows, left_out)]
    if rows.empty:
        raise DecisionError(finding("nothing_left_to_accept", found=submission_id))
    with database.begin(bind) as conn:
        lock(conn, programme)
        submission = submission_row(conn, submission_id, is_locked=True)
        if submission.state not in DECIDABLE:
            raise DecisionError(
                finding("submission_not_ready", found=submission_id, state=submission.state)
            )
        _refuse_own(conn, submission, actor, programme)
        _refuse_conflict(conn, submission_id, programme, taken.rows, seen)
        moment = _decide(conn, submission, Action.ACCEPT, actor, programme, left_out)
        former = known_rows(conn, programme, taken.indicators)
        _close(conn, of_slices(former, rows)["observation_id"], moment)
        add_breakdowns(conn, rows["breakdown_key"])
        conn.execute(
            insert(Observation), observations_of(conn, rows, programme, submission_id, moment)
        )
        protect_again(conn, programme, rows)
        returned.settle(conn, submission_id, programme, of_frame(rows), moment)
        returned.give_back(conn, submission_id, programme, left_out, moment=moment, actor=actor)
        if beside:
            beside(conn)


def withdraw(submission_id: int, *, actor: str = "local", bind: Engine | None = None) -> None:
    """Take an accepted submission back; what counted before it counts again, as new rows."""
    with database.begin(bind) as conn:
        submission = _locked(
            conn, submission_id, SubmissionState.ACCEPTED, "submission_not_accepted"
        )
        programme = submission.programme_code
        moment = _decide(conn, submission, Action.WITHDRAW, actor, programme)
        returned.unsettle(conn, submission_id)
        mine = versions.withdrawn(conn, submission_id, programme)
        _close(conn, mine["observation_id"], moment)
        order = versions.accepted_places(conn, programme)
        _insert(conn, versions.counting_rows(conn, programme, mine, order), moment)
        protect_again(conn, programme, mine)


def reinstate(submission_id: int, *, actor: str = "local", bind: Engine | None = None) -> None:
    """Make a withdrawn submission count again as it did: its place is that of its acceptance.

    Nothing is read again and nothing is opened again: its rows are inserted anew, where no
    submission that was accepted after it restates them.
    """
    with database.begin(bind) as conn:
        submission = _locked(
            conn, submission_id, SubmissionState.WITHDRAWN, "submission_not_withdrawn"
        )
        programme = submission.programme_code
        again = versions.reinstated(conn, submission_id, programme)
        moment = _decide(conn, submission, Action.REINSTATE, actor, programme)
        former = known_rows(conn, programme, again["indicator_code"])
        _close(conn, of_slices(former, again)["observation_id"], moment)
        _insert(conn, again, moment)
        protect_again(conn, programme, again)
        returned.settle(conn, submission_id, programme, of_frame(again), moment)


RETURNABLE = (SubmissionState.READY, SubmissionState.REJECTED, SubmissionState.RETURNED)


def send_back(conn: Connection, submission_id: int, *, actor: str) -> None:
    """Give an undecided submission back to its partner, in the caller's transaction.

    No value changes. DecisionError where it was decided on, or nobody knows of which programme it is.
    """
    submission = submission_row(conn, submission_id)
    if submission.programme_code:
        lock(conn, submission.programme_code)
        submission = submission_row(conn, submission_id, is_locked=True)
    if submission.state not in RETURNABLE or not submission.programme_code:
        raise DecisionError(
            finding("submission_not_returnable", found=submission_id, state=submission.state)
        )
    _decide(conn, submission, Action.RETURN, actor, submission.programme_code)


def last_decision(conn: Connection, programme_code: str) -> int:
    """Return the number of the last decision about a programme; 0 where there is none."""
    number = func.max(Decision.decision_id)
    found = conn.execute(select(number).where(Decision.programme_code == programme_code))
    return found.scalar_one_or_none() or 0


def restated_since(
    conn: Connection, programme_code: str, rows: pd.DataFrame, seen: int
) -> list[int]:
    """Return the submissions whose values of the same slices began or ceased to count since a decision."""
    moment = conn.execute(
        select(Decision.decided_at).where(
            Decision.decision_id == seen, Decision.programme_code == programme_code
        )
    ).scalar_one_or_none()
    conditions = [
        Observation.programme_code == programme_code,
        Observation.indicator_code.in_(sorted(set(rows["indicator_code"]))),
    ]
    if moment is not None:
        conditions.append(or_(Observation.accepted_at > moment, Observation.superseded_at > moment))
    since = frame_of(conn, columns_of([*SLICE, "submission_id"]), *conditions)
    return sorted(set(of_slices(since, rows)["submission_id"].astype(int)))


def _refuse_conflict(
    conn: Connection, submission_id: int, programme_code: str, rows: pd.DataFrame, seen: int | None
) -> None:
    if seen is None:
        return
    if others := restated_since(conn, programme_code, rows, seen):
        raise ConflictError(submission_id, others)


def _refuse_own(conn: Connection, submission: Any, actor: str, programme_code: str) -> None:
    """Raise DecisionError where somebody accepts their own submission and may not.

    The visitor of a demonstration is alone, and so may.
    """
    if not submission.sender or actor != submission.sender:
        return
    is_allowed = select(Programme.is_own_accepted).where(Programme.programme_code == programme_code)
    demo = conn.execute(select(Account.account_id).where(Account.is_demo)).scalars()
    if actor in {audit.actor_of(number) for number in demo}:
        return
    if not conn.execute(is_allowed).scalar_one():
        raise DecisionError(finding("submission_is_own", found=submission.submission_id))


def _locked(conn: Connection, submission_id: int, state: SubmissionState, why: str) -> Any:
    """Return a submission that nobody else decides on; DecisionError unless it is in a state."""
    submission = submission_row(conn, submission_id)
    if submission.state == state:
        lock(conn, submission.programme_code)
        submission = submission_row(conn, submission_id, is_locked=True)
    if submission.state != state:
        raise DecisionError(finding(why, found=submission_id, state=submission.state))
    return submission


def lock(conn: Connection, programme_code: str) -> None:
    """Wait until no other decision about the programme is under way (SQLite: begin() did)."""
    conn.execute(
        select(Programme.programme_code)
        .where(Programme.programme_code == programme_code)
        .with_for_update()
    )


def _decide(
    conn: Connection,
    submission: Any,
    action: Action,
    actor: str,
    programme_code: str,
    left_out: Collection[Slice] = (),
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
        "left_out": [one.words for one in left_out] or None,
    }
    conn.execute(insert(Decision), [row])
    state = _AFTER.get(action, SubmissionState.ACCEPTED)
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
        after={"state": state, "sha256": submission.sha256}
        | ({"left_out": len(left_out)} if left_out else {}),
    )
    return moment


_AFTER = {
    Action.WITHDRAW: SubmissionState.WITHDRAWN,
    Action.RETURN: SubmissionState.RETURNED,
}
"What a decision makes of a submission, if not an accepted one."


def _close(conn: Connection, observation_ids: Iterable[int], moment: datetime) -> None:
    rows = [{"closed_id": int(i), "moment": moment} for i in observation_ids]
    if rows:
        conn.execute(
            update(Observation.__table__)  # type: ignore[arg-type]
            .where(Observation.observation_id == bindparam("closed_id"))
            .values(superseded_at=bindparam("moment")),
            rows,
        )


def _insert(conn: Connection, rows: pd.DataFrame, moment: datetime) -> None:
    """Insert rows that count again from a moment on (columns `versions.COPIED`)."""
    if len(rows):
        conn.execute(insert(Observation), _records(rows.assign(accepted_at=moment)))


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


def protect_again(
    conn: Connection,
    programme_code: str,
    changed: pd.DataFrame,
    *,
    withheld_before: pd.DataFrame | None = None,
) -> None:
    """Decide anew which observations the public may not see, of the projects of changed rows.

    What the series of those rows have come to, and of what is seen otherwise now, is kept anew.
    What was withheld once stays so: any past day can be shown, and who kept a page of then could
    take its values from those of now. `withheld_before` (columns `protect.CELL`, reason) tells it
    where the rows that knew are gone.
    """
    programme = conn.execute(
        select(Programme.__table__).where(Programme.programme_code == programme_code)
    ).one()
    projects = sorted(set(changed["project_code"]))
    theirs = or_(
        Observation.project_code.in_([code for code in projects if code]),
        Observation.project_code.is_(None) if "" in projects else false(),
    )
    columns = ["programme_code", *STORED, "value_eur"]
    columns += ["observation_id", "accepted_at", "superseded_at"]
    frame = frame_of(
        conn, columns_of(columns), Observation.programme_code == programme_code, theirs
    )
    known = reference.load(conn)
    hidden = protect.withheld(
        frame,
        known.indicators,
        dimensions_of(known.dimensions.values(), known.categories.values()),
        threshold=programme.threshold,
        sensitive_threshold=programme.sensitive_threshold,
    )
    earlier = (
        _withheld(conn, programme_code, theirs) if withheld_before is None else withheld_before
    )
    hidden = pd.concat([hidden, _kept_back(frame, earlier, set(hidden["observation_id"]))])
    of_projects = Withheld.observation_id.in_(
        select(Observation.observation_id).where(
            Observation.programme_code == programme_code, theirs
        )
    )
    before = set(conn.execute(select(Withheld.observation_id).where(of_projects)).scalars())
    conn.execute(delete(Withheld).where(of_projects))
    if len(hidden):
        conn.execute(insert(Withheld), _records(hidden[["observation_id", "reason"]]))
    current = frame[frame["superseded_at"].isna()]
    now = set(hidden["observation_id"])
    seen_otherwise = current[current["observation_id"].isin(before ^ now)]
    touched = pd.concat([changed[SERIES], seen_otherwise[SERIES]]).drop_duplicates()
    keys = set(touched.itertuples(index=False, name=None))
    rollup.renew(conn, programme_code, current, now, keys)


SERIES = ["project_code", "place_code", "indicator_code"]


def withheld_cells(conn: Connection, programme_code: str) -> pd.DataFrame:
    """Return the keys that are withheld in a programme (columns `protect.CELL`, reason)."""
    return _withheld(conn, programme_code, true())


def _withheld(conn: Connection, programme_code: str, condition: Any) -> pd.DataFrame:
    hidden = select(Withheld.observation_id, Withheld.reason).subquery()
    frame = frame_of(
        conn,
        [*columns_of(protect.CELL), hidden.c.reason],
        Observation.observation_id == hidden.c.observation_id,
        Observation.programme_code == programme_code,
        condition,
    )
    return frame.drop_duplicates(protect.CELL)


def _kept_back(frame: pd.DataFrame, earlier: pd.DataFrame, known: set[int]) -> pd.DataFrame:
    """Return what was withheld before, in any version, and would not be now: observation_id, reason."""
    again = frame.merge(earlier, on=protect.CELL)
    return again.loc[~again["observation_id"].isin(known), ["observation_id", "reason"]]
