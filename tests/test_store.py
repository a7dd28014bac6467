"""Receiving, accepting and withdrawing: nothing is overwritten."""

import random
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text

from etl import decisions, replay, store, versions
from schemas import audit, database, tables
from schemas.codes import SubmissionState
from tests.builders import csv_file
from tests.naive_replay import Submission, what_counts


def hand_in(*rows: dict[str, Any], name: str = "f.csv") -> store.Receipt:
    return store.receive(csv_file(*rows), name, programme_code="MEDTOWN")


def accepted(*rows: dict[str, Any]) -> int:
    receipt = hand_in(*rows)
    assert receipt.state == SubmissionState.READY, receipt.findings
    decisions.accept(receipt.submission_id)
    return receipt.submission_id


def counting(moment: datetime | None = None) -> dict[tuple[str, str], tuple[float, int, str]]:
    """Return (value, submission, cell) per period and breakdown, as known now or at a moment."""
    known = tables.current() if moment is None else tables.known_on(moment)
    with database.connect() as conn:
        rows = conn.execute(select(tables.Observation.__table__).where(known)).all()
    return {
        (f"{row.period_start:%Y}-{row.period_end:%m}", row.breakdown_key): (
            row.value,
            row.submission_id,
            row.cell,
        )
        for row in rows
    }


def count(table: type[tables.Base]) -> int:
    with database.connect() as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar_one()


# --- Receiving ---------------------------------------------------------------------------------


def test_receiving_changes_no_observation(seeded: Engine) -> None:
    receipt = hand_in({})
    assert (receipt.state, receipt.is_new, receipt.findings) == ("ready", True, [])
    assert count(tables.Observation) == 0


def test_the_bytes_are_kept_as_received(seeded: Engine) -> None:
    data = csv_file({})
    receipt = store.receive(data, "Paggaio 2023.csv", programme_code="MEDTOWN")
    with database.connect() as conn:
        assert store.content_of(conn, receipt.submission_id) == ("Paggaio 2023.csv", data)


def test_the_same_bytes_are_the_same_submission(seeded: Engine) -> None:
    first, again = hand_in({}), hand_in({}, name="other name.csv")
    assert again.submission_id == first.submission_id
    assert not again.is_new
    assert (count(tables.Submission), count(tables.Workbook)) == (1, 1)


def test_the_same_bytes_after_acceptance_change_nothing(seeded: Engine) -> None:
    submission = accepted({})
    before = counting()
    assert hand_in({}).state == SubmissionState.ACCEPTED
    assert counting() == before
    assert before == {("2023-06", ""): (14.0, submission, "F2")}


def test_another_sender_may_hand_in_the_same_file(seeded: Engine) -> None:
    data = csv_file({})
    one = store.receive(data, "f.csv", sender="a", programme_code="MEDTOWN")
    other = store.receive(data, "f.csv", sender="b", programme_code="MEDTOWN")
    assert one.submission_id != other.submission_id
    assert count(tables.Workbook) == 1


def test_a_rejected_workbook_is_checked_again_when_the_catalogue_has_changed(
    seeded: Engine,
) -> None:
    assert hand_in({"place": "Kavala quarter"}).state == SubmissionState.REJECTED
    with database.begin() as conn:
        conn.execute(
            tables.Place.__table__.update()  # type: ignore[attr-defined]
            .where(tables.Place.place_code == place_of("DA-GR"))
            .values(aliases=["Kavala quarter"])
        )
    again = hand_in({"place": "Kavala quarter"})
    assert (again.state, again.findings) == (SubmissionState.READY, [])


def place_of(project: str) -> str:
    with database.connect() as conn:
        return conn.execute(
            select(tables.ProjectPlace.place_code).where(
                tables.ProjectPlace.project_code == project
            )
        ).scalar_one()


def test_a_file_with_persons_is_deleted_before_the_answer(seeded: Engine) -> None:
    data = b"Email,Total\nana@example.org,1\nluis@example.org,2\n"
    receipt = store.receive(data, "lista.csv", programme_code="MEDTOWN")
    assert receipt.state == SubmissionState.REFUSED
    assert [found.code for found in receipt.findings] == ["personal_data"]
    with database.connect() as conn:
        row = conn.execute(select(tables.Workbook.size, tables.Workbook.content)).one()
    assert tuple(row) == (len(data), None)


# --- Accepting ---------------------------------------------------------------------------------


def test_a_submission_restates_its_slices_and_leaves_the_others(seeded: Engine) -> None:
    accepted({}, {"breakdown": "sex=F", "value": 9}, {"period": "2022-S2", "value": 3})
    second = accepted({"value": 16})
    values = {key: value for key, (value, *_) in counting().items()}
    assert values == {("2023-06", ""): 16.0, ("2022-12", ""): 3.0}
    assert counting()["2023-06", ""][1] == second


def test_an_errors_workbook_is_not_accepted(seeded: Engine) -> None:
    receipt = hand_in({"indicator": "JOBZ"})
    with pytest.raises(store.DecisionError) as error:
        decisions.accept(receipt.submission_id)
    assert error.value.finding.code == "submission_not_ready"
    assert count(tables.Observation) == 0


def test_accepting_twice_is_refused(seeded: Engine) -> None:
    submission = accepted({})
    with pytest.raises(store.DecisionError):
        decisions.accept(submission)
    assert count(tables.Decision) == 1


def test_an_unknown_submission_is_said_to_be_unknown(seeded: Engine) -> None:
    for decide in (decisions.accept, decisions.withdraw):
        with pytest.raises(store.DecisionError) as error:
            decide(4711)
        assert error.value.finding.code == "submission_unknown"


def test_money_has_its_euros_and_their_rate_beside_it(seeded: Engine) -> None:
    accepted({"indicator": "FIN-SPT", "project": "DA-JO", "place": "Al Koura", "currency": "JOD"})
    with database.connect() as conn:
        row = conn.execute(select(tables.Observation.__table__)).one()
        rate = conn.execute(
            select(tables.ExchangeRate.per_eur).where(
                tables.ExchangeRate.currency == "JOD",
                tables.ExchangeRate.kind == "annual_average",
                func.extract("year", tables.ExchangeRate.rate_date) == 2023,
            )
        ).scalar_one()
    assert (row.value, row.currency, row.rate, row.rate_kind) == (14, "JOD", rate, "annual_average")
    assert row.value_eur == pytest.approx(14 / rate)


def test_an_acceptance_is_audited(seeded: Engine) -> None:
    submission = accepted({})
    with database.connect() as conn:
        row = conn.execute(
            select(tables.Audit.__table__).order_by(tables.Audit.audit_id.desc()).limit(1)
        ).one()
        assert audit.verify(conn) == []
    assert (row.action, row.subject) == ("accept", f"submission {submission}")
    assert len(row.after["sha256"]) == 64


# --- Previewing --------------------------------------------------------------------------------


def test_a_preview_tells_what_is_new_changed_same_and_gone(seeded: Engine) -> None:
    accepted({}, {"breakdown": "sex=F", "value": 9}, {"period": "2022-S2", "value": 3})
    receipt = hand_in(
        {"value": 16}, {"period": "2022-S2", "value": 3}, {"period": "2022-S1", "value": 1}
    )
    with database.connect() as conn:
        preview = versions.preview(conn, receipt.submission_id)
    told = {
        (f"{row.period_end:%Y-%m}", row.breakdown_key): (row.change, row.before, row.after)
        for row in preview.fillna(-1).itertuples()
    }
    assert told == {
        ("2023-06", ""): ("changed", 14.0, 16.0),
        ("2023-06", "sex=F"): ("gone", 9.0, -1),
        ("2022-12", ""): ("same", 3.0, 3.0),
        ("2022-06", ""): ("new", -1, 1.0),
    }


# --- Withdrawing -------------------------------------------------------------------------------


def test_withdrawing_brings_back_what_counted_before_with_its_own_cell(seeded: Engine) -> None:
    first = accepted({}, {"breakdown": "sex=F", "value": 9})
    second = accepted({"value": 16})
    decisions.withdraw(second)
    assert counting() == {
        ("2023-06", ""): (14.0, first, "G2"),
        ("2023-06", "sex=F"): (9.0, first, "G3"),
    }
    assert count(tables.Observation) == 5  # nothing was reopened: the two rows stand there again


def test_withdrawing_the_only_one_leaves_nothing(seeded: Engine) -> None:
    decisions.withdraw(accepted({}))
    assert counting() == {}


def test_a_withdrawn_submission_is_not_withdrawn_again(seeded: Engine) -> None:
    submission = accepted({})
    decisions.withdraw(submission)
    with pytest.raises(store.DecisionError):
        decisions.withdraw(submission)


@pytest.mark.parametrize("count", [10, pytest.param(40, marks=pytest.mark.slow)])
def test_any_day_is_as_a_naive_replay_says(seeded: Engine, count: int) -> None:
    """Random decisions over four overlapping workbooks, compared on every day."""
    chance = random.Random(7)
    periods = ["2022-S1", "2022-S2", "2023-S1"]
    ends = {"2022-S1": "2022-06", "2022-S2": "2022-12", "2023-S1": "2023-06"}
    said: dict[int, Submission] = {}
    for number in range(4):
        rows: list[dict[str, Any]] = []
        slices: Submission = {}
        for period in chance.sample(periods, chance.randint(1, 3)):
            value = 20.0 + 10 * number + periods.index(period)
            slices[ends[period]] = {"": value}
            rows.append({"period": period, "value": value})
            if chance.random() < 0.5:
                slices[ends[period]]["sex=F"] = float(number + 1)
                rows.append({"period": period, "value": number + 1, "breakdown": "sex=F"})
        said[hand_in(*rows).submission_id] = slices
    log: list[tuple[int, str, int]] = []
    moments: list[datetime] = []
    states = dict.fromkeys(said, "ready")
    for step in range(count):
        submission = chance.choice(list(said))
        if states[submission] == "accepted":
            decisions.withdraw(submission)
            states[submission] = "withdrawn"
            log.append((step, "withdraw", submission))
        elif states[submission] == "withdrawn" and chance.random() < 0.6:
            decisions.reinstate(submission)
            states[submission] = "accepted"
            log.append((step, "reinstate", submission))
        else:
            decisions.accept(submission)
            states[submission] = "accepted"
            log.append((step, "accept", submission))
        moments.append(datetime.now(UTC))
    for step, moment in enumerate(moments):
        expected = what_counts(said, log, step)
        assert {key: row[:2] for key, row in counting(moment).items()} == expected
    assert {key: row[:2] for key, row in counting().items()} == what_counts(said, log, 99)
    assert replay.rebuild() == []


# --- Rebuilding --------------------------------------------------------------------------------


def test_a_rebuild_reports_and_then_mends_what_was_tampered_with(seeded: Engine) -> None:
    accepted({}, {"breakdown": "sex=F", "value": 9})
    decisions.withdraw(accepted({"value": 16}))
    before = counting()
    with database.begin() as conn:
        conn.execute(text("UPDATE observation SET value = 99 WHERE breakdown_key = 'sex=F'"))
    differences = replay.rebuild()
    assert len(differences) == 2
    assert "value is 99.0, the workbook says 9.0" in differences[0]
    assert counting() != before
    assert replay.rebuild(replace=True) == differences
    assert counting() == before
    assert replay.rebuild() == []


# --- Two at once ---------------------------------------------------------------------------------


def together(*calls: Any) -> list[Any]:
    results: list[Any] = [None] * len(calls)

    def run(place: int) -> None:
        try:
            results[place] = calls[place]()
        except Exception as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_the_same_workbook_twice_at_once_is_one_submission(seeded: Engine) -> None:
    receipts = together(lambda: hand_in({}), lambda: hand_in({}))
    assert len({receipt.submission_id for receipt in receipts}) == 1
    assert sorted(receipt.is_new for receipt in receipts) == [False, True]
    assert count(tables.Submission) == 1


def test_two_acceptances_at_once_count_one_after_the_other(seeded: Engine) -> None:
    one, other = hand_in({}), hand_in({"value": 16})
    errors = together(
        lambda: decisions.accept(one.submission_id), lambda: decisions.accept(other.submission_id)
    )
    assert errors == [None, None]
    assert len(counting()) == 1
    assert replay.rebuild() == []


def test_one_submission_accepted_twice_at_once_is_accepted_once(seeded: Engine) -> None:
    receipt = hand_in({})
    errors = together(*[lambda: decisions.accept(receipt.submission_id)] * 2)
    assert sorted(map(str, errors)) == ["None", "submission_not_ready"]
    assert count(tables.Observation) == 1
