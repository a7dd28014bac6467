"""Versions: what is reinstated counts where it counted, any two can be compared, reasons stay."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, func, insert, select, text, update

import etl
from dashboard import history
from etl import decisions, replay, store, versions
from schemas import audit, database, tables
from schemas.codes import SubmissionState
from schemas.scope import EVERYTHING, PUBLIC, Scope
from tests.builders import csv_file
from tests.conftest import Databases
from tests.naive_replay import Submission, what_counts

ENDS = {"2022-S1": "2022-06", "2022-S2": "2022-12", "2023-S1": "2023-06"}


def hand_in(*rows: dict[str, Any], name: str = "f.csv", bind: Engine | None = None) -> int:
    receipt = store.receive(csv_file(*rows), name, programme_code="MEDTOWN", bind=bind)
    assert receipt.state in (SubmissionState.READY, SubmissionState.ACCEPTED), receipt.findings
    return receipt.submission_id


def accepted(*rows: dict[str, Any]) -> int:
    submission = hand_in(*rows)
    decisions.accept(submission)
    return submission


def counting(
    bind: Engine | None = None, moment: datetime | None = None
) -> dict[tuple[str, str], tuple[float, int]]:
    """Return (value, submission) per period and breakdown, as known now or at a moment."""
    known = tables.current() if moment is None else tables.known_on(moment)
    with database.connect(bind) as conn:
        rows = conn.execute(select(tables.Observation.__table__).where(known)).all()
    return {
        (f"{row.period_end:%Y-%m}", row.breakdown_key): (row.value, row.submission_id)
        for row in rows
    }


@pytest.fixture
def conn(seeded: Engine) -> Iterator[Connection]:
    with database.connect(seeded) as connection:
        yield connection


# --- Reinstating -------------------------------------------------------------------------------


def test_reinstating_brings_back_what_was_withdrawn_as_new_rows(seeded: Engine) -> None:
    submission = accepted({}, {"breakdown": "sex=F", "value": 9})
    before = counting()
    decisions.withdraw(submission)
    assert counting() == {}
    decisions.reinstate(submission)
    assert counting() == before
    with database.connect() as conn:
        rows = conn.execute(
            select(tables.Observation.__table__).order_by(tables.Observation.observation_id)
        ).all()
        state = conn.execute(select(tables.Submission.state)).scalar_one()
    assert [row.superseded_at is None for row in rows] == [False, False, True, True]
    assert rows[2].accepted_at > rows[0].superseded_at
    assert [row.cell for row in rows[2:]] == [row.cell for row in rows[:2]]
    assert state == SubmissionState.ACCEPTED
    assert replay.rebuild() == []


def test_what_was_reinstated_does_not_push_aside_what_was_accepted_after_it(
    seeded: Engine,
) -> None:
    first = accepted({}, {"period": "2022-S2", "value": 3})
    decisions.withdraw(first)
    second = accepted({"value": 16})
    decisions.reinstate(first)
    assert counting() == {("2023-06", ""): (16.0, second), ("2022-12", ""): (3.0, first)}
    decisions.withdraw(second)
    assert counting() == {("2023-06", ""): (14.0, first), ("2022-12", ""): (3.0, first)}
    assert replay.rebuild() == []


def test_accepting_anew_gives_a_new_place(seeded: Engine) -> None:
    first, second = accepted({}), accepted({"value": 16})
    decisions.withdraw(first)
    decisions.accept(first)
    assert counting() == {("2023-06", ""): (14.0, first)}
    decisions.withdraw(first)
    decisions.reinstate(first)
    assert counting() == {("2023-06", ""): (14.0, first)}
    decisions.withdraw(first)
    assert counting() == {("2023-06", ""): (16.0, second)}
    assert replay.rebuild() == []


def test_only_what_was_withdrawn_is_reinstated(seeded: Engine) -> None:
    ready, counts = hand_in({"value": 5}), accepted({})
    for submission in (ready, counts):
        with pytest.raises(store.DecisionError) as error:
            decisions.reinstate(submission)
        assert error.value.finding.code == "submission_not_withdrawn"
    with pytest.raises(store.DecisionError) as error:
        decisions.reinstate(4711)
    assert error.value.finding.code == "submission_unknown"


def test_a_reinstatement_is_audited(seeded: Engine) -> None:
    submission = accepted({})
    decisions.withdraw(submission, actor="ana")
    decisions.reinstate(submission, actor="ana")
    with database.connect() as conn:
        row = conn.execute(
            select(tables.Audit.__table__).order_by(tables.Audit.audit_id.desc()).limit(1)
        ).one()
        assert audit.verify(conn) == []
    assert (row.actor, row.action, row.subject) == ("ana", "reinstate", f"submission {submission}")
    assert (row.before["state"], row.after["state"]) == ("withdrawn", "accepted")


def test_the_next_decision_can_be_looked_at_before(seeded: Engine) -> None:
    accepted({})
    second = accepted({"value": 16}, {"period": "2022-S2", "value": 3})

    def told() -> dict[str, tuple[str, float, float]]:
        with database.connect() as conn:
            preview = versions.preview(conn, second).fillna(-1)
        return {
            f"{row['period_end']:%Y-%m}": (row["change"], row["before"], row["after"])
            for row in preview.to_dict("records")
        }

    assert told() == {"2023-06": ("changed", 16.0, 14.0), "2022-12": ("gone", 3.0, -1)}
    decisions.withdraw(second)
    assert told() == {"2023-06": ("changed", 14.0, 16.0), "2022-12": ("new", -1, 3.0)}


SAID: list[Submission] = [
    {"2022-06": {"": 20.0, "sex=F": 11.0}, "2022-12": {"": 21.0}},
    {"2022-12": {"": 31.0, "sex=F": 12.0}, "2023-06": {"": 32.0}},
    {"2022-06": {"": 40.0}, "2023-06": {"": 42.0, "sex=F": 13.0}},
]
"What three overlapping workbooks say, by period and breakdown."


CHOICES = st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=4, max_size=12)
"Which workbook is decided on, and whether a withdrawn one is accepted anew."


@settings(max_examples=2, deadline=None)
@given(choices=CHOICES)
def test_some_decisions_are_on_any_day_as_a_naive_replay_says(
    databases: Databases, choices: list[tuple[int, bool]]
) -> None:
    is_as_a_naive_replay_says(databases, choices)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(choices=CHOICES)
def test_any_sequence_of_decisions_is_on_any_day_as_a_naive_replay_says(
    databases: Databases, choices: list[tuple[int, bool]]
) -> None:
    is_as_a_naive_replay_says(databases, choices)


def is_as_a_naive_replay_says(databases: Databases, choices: list[tuple[int, bool]]) -> None:
    """A withdrawn workbook is accepted anew or reinstated, an accepted one withdrawn."""
    bind = database.make_engine(databases.fresh("sqlite", is_seeded=True))
    periods: dict[Any, str] = {end: period for period, end in ENDS.items()}
    numbers = []
    for said in SAID:
        rows = [
            {"period": periods[end], "value": value, "breakdown": key}
            for end, values in said.items()
            for key, value in values.items()
        ]
        numbers.append(hand_in(*rows, bind=bind))
    states = dict.fromkeys(numbers, "ready")
    log: list[tuple[int, str, int]] = []
    for step, (which, is_anew) in enumerate(choices):
        submission = numbers[which]
        if states[submission] == "accepted":
            decisions.withdraw(submission, bind=bind)
            action, states[submission] = "withdraw", "withdrawn"
        elif states[submission] == "withdrawn" and not is_anew:
            decisions.reinstate(submission, bind=bind)
            action, states[submission] = "reinstate", "accepted"
        else:
            decisions.accept(submission, bind=bind)
            action, states[submission] = "accept", "accepted"
        log.append((step, action, submission))
    with database.connect(bind) as conn:
        moments = conn.execute(
            select(tables.Decision.decided_at).order_by(tables.Decision.decided_at)
        ).scalars()
        days = list(moments)
    said_by = dict(zip(numbers, SAID, strict=True))
    for step, moment in enumerate(days):
        assert counting(bind, moment) == what_counts(said_by, log, step)
    assert counting(bind) == what_counts(said_by, log, len(log))
    assert replay.rebuild(bind=bind) == []
    bind.dispose()


# --- Comparing ---------------------------------------------------------------------------------


def told(found: Any) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return change, values, cells and submissions of a comparison, by period and breakdown."""
    return {
        (f"{row.period_end:%Y-%m}", row.breakdown_key): (
            row.change,
            row.before,
            row.after,
            row.cell_before,
            row.cell_after,
            row.submission_before,
            row.submission_after,
        )
        for row in found.fillna(-1).itertuples()
    }


def test_two_workbooks_are_compared_value_by_value_with_their_cells(seeded: Engine) -> None:
    first = accepted({}, {"breakdown": "sex=F", "value": 9}, {"period": "2022-S2", "value": 3})
    second = accepted({"value": 16}, {"period": "2022-S2", "value": 3}, {"period": "2022-S1"})
    with database.connect() as conn:
        found = etl.differences(conn, first, second)
    assert told(found) == {
        ("2023-06", ""): ("changed", 14.0, 16.0, "G2", "F2", first, second),
        ("2023-06", "sex=F"): ("gone", 9.0, -1, "G3", "", first, -1),
        ("2022-12", ""): ("same", 3.0, 3.0, "G4", "F3", first, second),
        ("2022-06", ""): ("new", -1, 14.0, "", "F4", -1, second),
    }


def test_a_withdrawn_workbook_and_one_that_waits_can_be_compared_too(seeded: Engine) -> None:
    first = accepted({})
    decisions.withdraw(first)
    second = hand_in({"value": 16})
    with database.connect() as conn:
        found = etl.differences(conn, first, second)
    assert told(found) == {("2023-06", ""): ("changed", 14.0, 16.0, "F2", "F2", first, second)}


def test_two_days_are_compared(seeded: Engine) -> None:
    first = accepted({})
    with database.begin() as conn:  # as if it had happened a month ago
        month_ago = datetime.now(UTC) - timedelta(days=31)
        conn.execute(update(tables.Observation).values(accepted_at=month_ago))
    second = accepted({"value": 16})
    today = datetime.now(UTC).date()
    with database.connect() as conn:
        found = etl.differences(conn, today - timedelta(days=30), today, project_code="DA-GR")
        long_ago = etl.differences(conn, date(2000, 1, 1), today, project_code="DA-GR")
        elsewhere = etl.differences(conn, date(2000, 1, 1), today, project_code="DA-ES")
    assert told(found) == {("2023-06", ""): ("changed", 14.0, 16.0, "F2", "F2", first, second)}
    assert told(long_ago) == {("2023-06", ""): ("new", -1, 16.0, "", "F2", -1, second)}
    assert elsewhere.empty


def test_a_comparison_for_the_public_has_nothing_that_is_withheld(seeded: Engine) -> None:
    people = {"indicator": "PPL-NEW"}
    first = accepted({**people, "value": 3})
    second = accepted({**people, "value": 40})
    waiting = hand_in({"value": 99})
    with database.connect() as conn:
        assert len(etl.differences(conn, first, second)) == 1
        assert history.differences(conn, PUBLIC, first, second).empty
        with pytest.raises(store.DecisionError):
            history.differences(conn, PUBLIC, first, waiting)
        with pytest.raises(store.DecisionError):
            etl.differences(conn, first, 4711)


# --- What each one changed -----------------------------------------------------------------------


def test_the_history_tells_what_each_acceptance_changed(seeded: Engine) -> None:
    first = accepted({}, {"breakdown": "sex=F", "value": 9}, {"period": "2022-S2", "value": 33})
    second = accepted({"value": 16}, {"period": "2022-S2", "value": 33}, {"period": "2022-S1"})
    waiting = hand_in({"value": 17})
    everything, public = EVERYTHING, PUBLIC

    def told(scope: Scope, **chosen: Any) -> list[dict[Any, Any]]:
        with database.connect() as conn:
            found = history.changes(conn, scope, [first, second, waiting], **chosen)
        return found.to_dict("records")

    of_first = {"submission_id": first, "new": 3, "changed": 0, "same": 0, "gone": 0, "former": 0}
    of_second = {
        "submission_id": second,
        "new": 1,
        "changed": 1,
        "same": 1,
        "gone": 1,
        "former": first,
    }
    assert told(everything) == [of_first, of_second]
    assert told(everything, project_code="DA-GR") == [of_first, of_second]
    assert told(everything, project_code="DA-ES") == []
    assert told(everything, as_of=datetime(2000, 1, 1, tzinfo=UTC)) == []
    with database.begin() as conn:
        conn.execute(text("DELETE FROM withheld"))
        ids = conn.execute(
            select(tables.Observation.observation_id).where(
                tables.Observation.breakdown_key == "sex=F"
            )
        ).scalars()
        conn.execute(
            insert(tables.Withheld), [{"observation_id": one, "reason": "few"} for one in ids]
        )
    assert told(public) == [{**of_first, "new": 2}, {**of_second, "gone": 0}]


# --- What was withheld stays withheld ------------------------------------------------------------


def withheld_values() -> list[float]:
    hidden = tables.Withheld.observation_id == tables.Observation.observation_id
    with database.connect() as conn:
        values = conn.execute(select(tables.Observation.value).where(hidden)).scalars()
        return sorted(value for value in values if value is not None)


def test_what_was_withheld_once_stays_withheld_on_every_day(seeded: Engine) -> None:
    """The company of a small part of one day would otherwise be shown once another keeps it company.

    20 = 3 women + 17 men: men are withheld with the women. Then the threshold is lowered: whoever
    kept the page of the first day, on which the total stood alone, could take men from it.
    """
    people = {"indicator": "PPL-NEW", "period": "2022-S2"}
    women, men = {"breakdown": "sex=F", "value": 3}, {"breakdown": "sex=M", "value": 17}
    accepted({**people, "value": 20}, {**people, **women}, {**people, **men})
    before = withheld_values()
    assert 3.0 in before
    with database.begin() as conn:
        conn.execute(text("UPDATE programme SET threshold = 1, sensitive_threshold = 1"))
    accepted({"value": 50})
    assert withheld_values() == before
    with database.begin() as conn:
        conn.execute(text("UPDATE observation SET value = 51 WHERE value = 50"))
    assert replay.rebuild(replace=True)
    assert withheld_values() == before


# --- Answers and reasons -------------------------------------------------------------------------


def test_answers_are_kept_with_the_submission(seeded: Engine) -> None:
    data = csv_file({})
    receipt = store.receive(data, "f.csv", programme_code="MEDTOWN", answers={"unit@!F": "x"})
    number = receipt.submission_id
    with database.connect() as conn:
        assert store.answers_of(conn, number) == {"unit@!F": "x"}
    store.receive(data, "f.csv", programme_code="MEDTOWN")
    again = store.answer(number, {"unit@!F": "y", "a": "b"}, actor="ana")
    assert again.state == SubmissionState.READY
    store.answer(number, {"a": ""})
    with database.connect() as conn:
        assert store.answers_of(conn, number) == {"unit@!F": "y"}
        row = conn.execute(
            select(tables.Audit.__table__)
            .where(tables.Audit.action == "answer")
            .order_by(tables.Audit.audit_id)
        ).first()
    assert row is not None
    assert (row.actor, row.before, row.after) == (
        "ana",
        {"unit@!F": "x"},
        {"unit@!F": "y", "a": "b"},
    )


def test_what_was_decided_on_is_not_answered_any_more(seeded: Engine) -> None:
    submission = accepted({})
    for number, code in ((submission, "submission_decided"), (4711, "submission_unknown")):
        with pytest.raises(store.DecisionError) as error:
            store.answer(number, {"a": "b"})
        assert error.value.finding.code == code


AMBIGUOUS = (
    b"Indicator;Project;Territory;2022;2023\r\n"
    b"PPL-NEW;DA-GR;Paggaio;1.234;2.345\r\n"
    b"JOB-NEW;DA-GR;Paggaio;1.111;2.222\r\n"
)


def test_an_answer_settles_what_the_cells_leave_open_and_is_used_again(seeded: Engine) -> None:
    """1.234 may be a thousand or one and a bit: asked, answered, accepted, and read again alike."""
    receipt = store.receive(AMBIGUOUS, "f.csv", programme_code="MEDTOWN")
    assert "ambiguous_numbers" in [found.code for found in receipt.findings]
    assert receipt.state == SubmissionState.REJECTED
    answered = store.answer(receipt.submission_id, {"ambiguous_numbers": ","})
    assert answered.state == SubmissionState.READY, answered.findings
    decisions.accept(receipt.submission_id)
    with database.connect() as conn:
        values = set(conn.execute(select(tables.Observation.value)).scalars())
    assert values == {1234.0, 2345.0, 1111.0, 2222.0}
    assert replay.rebuild() == []


def warned() -> tuple[int, tables.FindingRow]:
    """Return a submission with one warning, and the warning."""
    accepted(*({"period": f"{year}-S1", "value": 20} for year in range(2015, 2023)))
    number = hand_in({"value": 20000})
    with database.connect() as conn:
        rows = conn.execute(
            select(tables.FindingRow.__table__).where(
                tables.FindingRow.submission_id == number, tables.FindingRow.severity == "warning"
            )
        ).all()
    assert rows, "the check of a series warns of such a jump"
    return number, rows[0]  # type: ignore[return-value]


def reasons(number: int) -> set[str]:
    with database.connect() as conn:
        return set(
            conn.execute(
                select(tables.FindingRow.justification).where(
                    tables.FindingRow.submission_id == number,
                    tables.FindingRow.severity == "warning",
                )
            ).scalars()
        ) - {""}


def test_a_reason_stays_with_its_cell_when_the_workbook_is_checked_again(seeded: Engine) -> None:
    number, row = warned()
    store.justify(number, (row.sheet, row.cell, row.code), "  A fair\nin May. ", actor="ana")
    assert reasons(number) == {"A fair in May."}
    store.receive(csv_file({"value": 20000}), "f.csv", programme_code="MEDTOWN")
    assert reasons(number) == {"A fair in May."}
    with database.connect() as conn:
        again = conn.execute(
            select(tables.FindingRow.finding_id).where(
                tables.FindingRow.justification != "", tables.FindingRow.submission_id == number
            )
        ).scalar_one()
        said = conn.execute(
            select(tables.Audit.__table__).where(tables.Audit.action == "justify")
        ).one()
    assert said.actor == "ana"
    assert said.after == {"justification": "A fair in May."}
    store.justify(number, again, "")
    assert reasons(number) == set()


def test_a_workbook_with_warnings_and_no_reasons_can_be_accepted(seeded: Engine) -> None:
    number, _ = warned()
    decisions.accept(number)
    store.justify(number, (_.sheet, _.cell, _.code), "Still true afterwards.")
    assert reasons(number) == {"Still true afterwards."}


def test_only_a_warning_that_is_there_is_justified(seeded: Engine) -> None:
    number = hand_in({})
    for which in (4711, ("", "F2", "no_such_code")):
        with pytest.raises(store.DecisionError) as error:
            store.justify(number, which, "because")
        assert error.value.finding.code == "warning_unknown"
    with database.connect() as conn:
        entries = conn.execute(
            select(func.count()).select_from(tables.Audit).where(tables.Audit.action == "justify")
        ).scalar_one()
    assert entries == 0
