"""Review: accepting all or part, returning with remarks in the cells, and what was decided meanwhile."""

import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update

import etl
from dashboard import queries
from etl import decisions, replay, replies, review, store, threads, versions
from etl.slices import Slice
from schemas import audit, database, tables
from schemas.codes import SubmissionState
from schemas.scope import EVERYTHING, PUBLIC
from tests.builders import csv_file, xlsx_file
from tests.conftest import DATA, Databases
from tests.naive_replay import Submission, what_counts
from tests.people import People, people
from tests.test_versions import ENDS, SAID, counting, hand_in

__all__ = ["people"]

TWO: tuple[dict[str, Any], ...] = ({}, {"period": "2022-S2", "value": 3})


def slices(submission_id: int, bind: Engine | None = None) -> dict[str, Slice]:
    """Return the slices of a submission by the month of their end."""
    with database.connect(bind) as conn:
        rows = store.rows_again(conn, submission_id)
    return {f"{one.period_end:%Y-%m}": one for one in etl.slices.of_frame(rows)}


def row_of(submission_id: int) -> Any:
    with database.connect() as conn:
        return store.submission_row(conn, submission_id)


def open_values() -> list[tuple[str, int, bool]]:
    with database.connect() as conn:
        rows = conn.execute(
            select(tables.ReturnedValue.__table__)
            .where(tables.ReturnedValue.settled_at.is_(None))
            .order_by(tables.ReturnedValue.returned_value_id)
        ).all()
    return [(f"{row.period_end:%Y-%m}", row.submission_id, row.is_reopened) for row in rows]


def code(error: pytest.ExceptionInfo[store.DecisionError]) -> str:
    return error.value.finding.code


@pytest.fixture
def author(people: People) -> int:
    return people.ids["coordinator"]


# --- Accepting part -------------------------------------------------------------------------------


def test_what_is_left_out_stays_as_it_was_and_is_asked_about(seeded: Engine) -> None:
    first = hand_in(*TWO)
    decisions.accept(first)
    second = hand_in({"value": 16}, {"period": "2022-S2", "value": 99})
    decisions.accept(second, leaving=[slices(second)["2022-12"]])
    assert counting() == {("2023-06", ""): (16.0, second), ("2022-12", ""): (3.0, first)}
    assert open_values() == [("2022-12", second, False)]
    assert replay.rebuild() == []
    with database.connect() as conn:
        assert audit.verify(conn) == []


def test_it_is_settled_by_the_accepted_workbook_that_restates_it_and_opened_by_its_withdrawal(
    seeded: Engine,
) -> None:
    first = hand_in(*TWO)
    decisions.accept(first, leaving=[slices(first)["2022-12"]])
    second = hand_in({"period": "2022-S2", "value": 4})
    assert open_values() == [("2022-12", first, False)]
    decisions.accept(second)
    assert open_values() == []
    decisions.withdraw(second)
    assert open_values() == [("2022-12", first, False)]
    decisions.reinstate(second)
    assert open_values() == []
    assert replay.rebuild() == []


def test_what_was_left_out_does_not_come_back_with_a_reinstatement(seeded: Engine) -> None:
    first = hand_in(*TWO)
    decisions.accept(first)
    decisions.withdraw(first)
    decisions.accept(first, leaving=[slices(first)["2022-12"]])
    decisions.withdraw(first)
    decisions.reinstate(first)
    assert counting() == {("2023-06", ""): (14.0, first)}
    assert replay.rebuild() == []


def test_a_workbook_of_which_nothing_is_left_is_not_accepted(seeded: Engine) -> None:
    first = hand_in(*TWO)
    with pytest.raises(store.DecisionError) as error:
        decisions.accept(first, leaving=list(slices(first).values()))
    assert code(error) == "nothing_left_to_accept"
    assert (counting(), open_values()) == ({}, [])


STEPS = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 2), st.sets(st.sampled_from(sorted(ENDS.values())))
    ),
    min_size=4,
    max_size=12,
)
"Which workbook, what is done with it (as far as it can be), and what is left out."


@settings(max_examples=2, deadline=None)
@given(steps=STEPS)
def test_some_partial_decisions_are_on_any_day_as_a_naive_replay_says(
    databases: Databases, steps: list[tuple[int, int, set[str]]]
) -> None:
    is_as_a_naive_replay_says(databases, steps)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_any_partial_decisions_are_on_any_day_as_a_naive_replay_says(
    databases: Databases, steps: list[tuple[int, int, set[str]]]
) -> None:
    is_as_a_naive_replay_says(databases, steps)


def is_as_a_naive_replay_says(databases: Databases, steps: list[tuple[int, int, set[str]]]) -> None:
    """Workbooks are returned, accepted in part, withdrawn and reinstated; every day is compared."""
    bind = database.make_engine(databases.fresh("sqlite", is_seeded=True))
    periods = {end: period for period, end in ENDS.items()}
    numbers = [
        hand_in(
            *(
                {"period": periods[str(end)], "value": value, "breakdown": key}
                for end, values in said.items()
                for key, value in values.items()
            ),
            bind=bind,
        )
        for said in SAID
    ]
    own = {number: slices(number, bind) for number in numbers}
    states = dict.fromkeys(numbers, "ready")
    log: list[Any] = []
    for which, what, ends in steps:
        number = numbers[which]
        left = frozenset(ends & own[number].keys())
        if states[number] == "accepted":
            decisions.withdraw(number, bind=bind)
            log.append((len(log), "withdraw", number))
            states[number] = "withdrawn"
        elif states[number] == "withdrawn" and what == 0:
            decisions.reinstate(number, bind=bind)
            log.append((len(log), "reinstate", number))
            states[number] = "accepted"
        elif states[number] in ("ready", "returned") and what == 1:
            with database.begin(bind) as conn:
                decisions.send_back(conn, number, actor="ana")
            log.append((len(log), "return", number))
            states[number] = "returned"
        elif len(left) < len(own[number]):
            decisions.accept(number, leaving=[own[number][end] for end in left], bind=bind)
            log.append((len(log), "accept", number, left))
            states[number] = "accepted"
    with database.connect(bind) as conn:
        order = select(tables.Decision.decided_at).order_by(tables.Decision.decided_at)
        days = list(conn.execute(order).scalars())
    said_by: dict[int, Submission] = dict(zip(numbers, SAID, strict=True))
    for step, moment in enumerate(days):
        assert counting(bind, moment) == what_counts(said_by, log, step)
    assert counting(bind) == what_counts(said_by, log, len(log))
    assert replay.rebuild(bind=bind) == []
    bind.dispose()


# --- Returning ------------------------------------------------------------------------------------


def test_a_returned_workbook_changes_no_value_and_may_be_accepted_later(
    seeded: Engine, people: People, author: int
) -> None:
    first = hand_in(*TWO)
    with database.begin() as conn:
        review.send_back(conn, first, "Please look at the first half.", author=author)
    assert (row_of(first).state, counting()) == (SubmissionState.RETURNED, {})
    assert replay.rebuild() == []
    decisions.accept(first)
    assert len(counting()) == 2
    with pytest.raises(store.DecisionError) as error, database.begin() as conn:
        review.send_back(conn, first, "Once more.", author=author)
    assert code(error) == "submission_not_returnable"


def test_returning_needs_a_message_and_is_one_transaction(seeded: Engine, author: int) -> None:
    first = hand_in(*TWO)
    with pytest.raises(threads.TextError), database.begin() as conn:
        review.send_back(conn, first, "  ", author=author)
    assert row_of(first).state == SubmissionState.READY


def test_a_workbook_with_errors_may_be_returned(seeded: Engine, author: int) -> None:
    receipt = store.receive(csv_file({"indicator": "JOBZ"}), "f.csv", programme_code="MEDTOWN")
    assert receipt.state == SubmissionState.REJECTED
    with database.begin() as conn:
        review.send_back(conn, receipt.submission_id, "See the cells.", author=author)
    assert row_of(receipt.submission_id).state == SubmissionState.RETURNED


def test_the_public_does_not_see_what_was_returned(people: People, author: int) -> None:
    first = hand_in(*TWO)
    with database.begin() as conn:
        review.send_back(conn, first, "Why?", author=author)
    assert people.get("public", f"/submissions/{first}").status_code == 404
    with database.connect() as conn:
        assert queries.submission(conn, PUBLIC, first) is None
        later = row_of(first).decided_at
        assert queries.submission(conn, PUBLIC, first, as_of=later) is None
        seen = queries.submission(conn, EVERYTHING, first, as_of=later)
    assert seen.state == SubmissionState.RETURNED


# --- There and back in the workbook ---------------------------------------------------------------

EVIL = '=HYPERLINK("http://evil","x") <script>alert(1)</script>'


def handed_in_by(people: People, who: str, data: bytes, name: str = "datos.xlsx") -> int:
    answer = people.clients[who].post(
        "/upload",
        data={
            "file": (io.BytesIO(data), name),
            "programme": "MEDTOWN",
            "csrf_token": people.token(who),
        },
        environ_base={"REMOTE_ADDR": "10.0.0.9"},
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return int(answer.get_json()["submission_id"])


def remarked(people: People, submission_id: int, text: str = EVIL) -> int:
    """Return the thread of a remark that the coordinator makes on the newest value on the page."""
    one = str(slices(submission_id)["2023-06"])
    address = f"/work/threads/new?submission={submission_id}&slice={one}"
    answer = people.post("coordinator", address, text=text, is_remark="y")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    with database.connect() as conn:
        (row,) = threads.remarks_of(conn, submission_id)
    return int(row.thread_id)


def copy_of(people: People, who: str, submission_id: int) -> openpyxl.Workbook:
    answer = people.get(who, f"/submission/{submission_id}/annotated")
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.get_data()))


def answer_in(book: openpyxl.Workbook, text: str, thread_id: int) -> bytes:
    """Return the workbook with an answer beside the remark of a thread, and a corrected value."""
    sheet = book.worksheets[-1]
    (line,) = [
        int(row[0].row or 0)
        for row in sheet.iter_rows(min_row=6)
        if f'"thread":{thread_id}' in str(row[replies.MARKED].value)
    ]
    cell = sheet.cell(line, replies.ANSWER + 1)
    assert cell.value is None
    cell.value = text
    cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_goes_out_with_remarks_in_its_cells_and_comes_back_with_answers(
    people: People,
) -> None:
    first = handed_in_by(people, "partner", xlsx_file(*TWO))
    thread_id = remarked(people, first)
    answer = people.post(
        "coordinator", f"/work/review/{first}/decide", decision="return", text="See F2.", seen="0"
    )
    assert answer.status_code == 303
    book = copy_of(people, "partner", first)
    cell = book["Datos"]["F2"]
    assert cell.value == 14
    assert cell.comment is not None
    assert f"coordinator: {EVIL}" in cell.comment.text
    told = [one for row in book.worksheets[-1].iter_rows() for one in row]
    assert [one.data_type for one in told if EVIL in str(one.value)] == ["s"]
    book["Datos"]["F2"] = 15
    second = handed_in_by(people, "partner", answer_in(book, "It was \u202e15. =1+1", thread_id))
    with database.connect() as conn:
        said = threads.messages_of(conn, [thread_id])
    assert [(one.author, one.text, one.submission_id) for one in said] == [
        (people.ids["coordinator"], EVIL, None),
        (people.ids["partner"], "It was 15. =1+1", second),
    ]
    with database.connect() as conn:
        assert review.before_and_after(conn, second) == ([first], [])
        assert review.before_and_after(conn, first) == ([], [second])


def test_the_same_answer_is_kept_once_and_the_same_remarks_are_marked_once(people: People) -> None:
    first = handed_in_by(people, "partner", xlsx_file(*TWO))
    thread_id = remarked(people, first, "Why?")
    data = answer_in(copy_of(people, "partner", first), "A fair.", thread_id)
    second = handed_in_by(people, "partner", data)
    assert handed_in_by(people, "partner", data) == second
    again = openpyxl.load_workbook(io.BytesIO(data))
    again["Datos"]["F3"] = 4
    out = io.BytesIO()
    again.save(out)
    assert handed_in_by(people, "partner", out.getvalue()) != second
    with database.connect() as conn:
        texts = [one.text for one in threads.messages_of(conn, [thread_id])]
    assert texts == ["Why?", "A fair."]


@pytest.mark.parametrize("who", ["other", "coordinator"])
def test_a_workbook_answers_only_where_its_sender_may(people: People, who: str) -> None:
    first = handed_in_by(people, "partner", xlsx_file(*TWO))
    thread_id = remarked(people, first, "Why?")
    data = answer_in(copy_of(people, "partner", first), "Mine.", thread_id)
    handed_in_by(people, who, data)
    with database.connect() as conn:
        texts = [one.text for one in threads.messages_of(conn, [thread_id])]
    assert ("Mine." in texts) == (who == "coordinator")


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(
    "path", sorted((DATA / "workbooks").glob("*.xlsx"))[:4], ids=lambda path: path.name
)
def test_a_real_workbook_takes_remarks_and_gives_the_answers_back(path: Any, language: str) -> None:
    data = path.read_bytes()
    name = openpyxl.load_workbook(path, read_only=True).sheetnames[0]
    remarks = [etl.Remark(7, name, "B2", "Why?"), etl.Remark(8, name, "A3:F3", "The row")]
    remarks.append(etl.Remark(9, "", "", "The whole"))
    copy = etl.annotate(data, path.name, [], language, remarks=remarks)
    assert not copy.is_twin
    book = openpyxl.load_workbook(io.BytesIO(copy.data))
    for number in (7, 8, 9):
        book = openpyxl.load_workbook(io.BytesIO(answer_in(book, f"Answer {number}", number)))
    out = io.BytesIO()
    book.save(out)
    read = etl.read_file(out.getvalue(), path.name)
    assert read.said == {number: f"Answer {number}" for number in (7, 8, 9)}


def test_a_remark_on_a_row_covers_its_cells() -> None:
    from dashboard.work.threads import row_of as cells

    assert cells("F14", ["F14", "AB14", "G2"]) == "A14:AB14"
    assert cells("", []) == ""


# --- Reopening ------------------------------------------------------------------------------------


def test_a_reopened_value_counts_on_until_it_is_restated(people: People) -> None:
    first = hand_in(*TWO)
    decisions.accept(first)
    with database.connect() as conn:
        number = (
            conn.execute(
                select(tables.Observation.observation_id).order_by(
                    tables.Observation.period_end.desc()
                )
            )
            .scalars()
            .first()
        )
    for who, status in (("partner", 403), ("elsewhere", 404), ("coordinator", 200)):
        assert people.get(who, f"/work/reopen/{number}").status_code == status
    assert people.post("coordinator", f"/work/reopen/{number}", text="").status_code == 400
    answer = people.post("coordinator", f"/work/reopen/{number}", text="Is this in persons?")
    assert answer.status_code == 303
    assert open_values() == [("2023-06", first, True)]
    assert counting()["2023-06", ""] == (14.0, first)
    shown = people.get("partner", f"/value/{number}").get_data(as_text=True)
    assert "under review" in shown
    assert "Is this in persons?" in shown
    for who, is_listed in (("partner", True), ("other", False), ("coordinator", True)):
        listed = people.get(who, "/work/review").get_data(as_text=True)
        assert (f"/work/review/{first}" in listed) == is_listed
    assert "under review" not in people.get("public", f"/value/{number}").get_data(as_text=True)
    decisions.accept(hand_in({"value": 15}))
    assert open_values() == []


# --- Conflicts ------------------------------------------------------------------------------------


def test_what_was_decided_meanwhile_is_shown_and_not_overwritten(people: People) -> None:
    first = hand_in({"value": 20})
    with database.connect() as conn:
        seen = decisions.last_decision(conn, "MEDTOWN")
    second = hand_in({"value": 21})
    decisions.accept(second)
    answer = people.post(
        "coordinator", f"/work/review/{first}/decide", decision="accept", seen=str(seen)
    )
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert f"/work/review/{second}" in shown
    assert counting() == {("2023-06", ""): (21.0, second)}
    with database.connect() as conn:
        fresh = decisions.last_decision(conn, "MEDTOWN")
    assert f'value="{fresh}"' in shown
    again = people.post(
        "coordinator", f"/work/review/{first}/decide", decision="accept", seen=str(fresh)
    )
    assert again.status_code == 303
    assert counting() == {("2023-06", ""): (20.0, first)}
    assert replay.rebuild() == []


def test_a_decision_about_other_slices_is_no_conflict(seeded: Engine) -> None:
    first = hand_in({"value": 20})
    with database.connect() as conn:
        seen = decisions.last_decision(conn, "MEDTOWN")
    decisions.accept(hand_in({"period": "2022-S2"}))
    decisions.accept(first, seen=seen)
    assert len(counting()) == 2


def test_a_withdrawal_meanwhile_is_a_conflict(seeded: Engine) -> None:
    before, first = hand_in({"value": 19}), hand_in({"value": 20})
    decisions.accept(before)
    with database.connect() as conn:
        seen = decisions.last_decision(conn, "MEDTOWN")
    decisions.withdraw(before)
    with pytest.raises(decisions.ConflictError) as error:
        decisions.accept(first, seen=seen)
    assert error.value.submissions == (before,)
    decisions.accept(first)


# --- Own submissions ------------------------------------------------------------------------------


def test_nobody_accepts_their_own_unless_the_programme_allows_it(people: People) -> None:
    own = handed_in_by(people, "coordinator", xlsx_file(*TWO))

    def accepted_by(who: str) -> int:
        with database.connect() as conn:
            seen = decisions.last_decision(conn, "MEDTOWN")
        address = f"/work/review/{own}/decide"
        return people.post(who, address, decision="accept", seen=str(seen)).status_code

    assert accepted_by("coordinator") == 409
    assert counting() == {}
    with database.begin() as conn:
        conn.execute(update(tables.Programme).values(is_own_accepted=True))
    assert accepted_by("coordinator") == 303
    decisions.withdraw(own)
    with database.begin() as conn:
        conn.execute(update(tables.Programme).values(is_own_accepted=False))
    assert accepted_by("second") == 303


def test_the_visitor_of_a_demonstration_is_alone_and_so_may(seeded: Engine) -> None:
    with database.connect() as conn:
        actor = f"account {conn.execute(select(tables.Account.account_id)).scalar_one()}"
    number = store.receive(csv_file({}), "f.csv", sender=actor, programme_code="MEDTOWN")
    decisions.accept(number.submission_id, actor=actor)
    assert len(counting()) == 1


# --- The pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "seen", "decides"),
    [
        ("partner", 200, 403),
        ("other", 404, 403),
        ("coordinator", 200, 303),
        ("evaluator", 200, 403),
        ("elsewhere", 404, 404),
        ("public", 302, 401),
    ],
)
def test_a_review_is_seen_by_those_concerned_and_decided_by_coordinators(
    people: People, who: str, seen: int, decides: int
) -> None:
    first = handed_in_by(people, "partner", xlsx_file(*TWO))
    assert people.get(who, f"/work/review/{first}").status_code == seen
    fields = {"decision": "accept", "seen": "0"}
    answer = people.post(who, f"/work/review/{first}/decide", **fields)
    assert answer.status_code == decides
    assert bool(counting()) == (decides == 303)


def test_only_whoever_decides_is_offered_the_decision(people: People) -> None:
    first = handed_in_by(people, "partner", xlsx_file(*TWO))
    for who, is_offered in (("partner", False), ("evaluator", False), ("coordinator", True)):
        shown = people.get(who, f"/work/review/{first}").get_data(as_text=True)
        assert ('name="decision"' in shown) == is_offered
        assert ('name="leaving"' in shown) == is_offered


def test_part_is_accepted_on_the_page_and_the_rest_goes_back(people: People) -> None:
    first = handed_in_by(people, "partner", xlsx_file(*TWO))
    thread_id = remarked(people, first, "Why?")
    left = str(slices(first)["2023-06"])
    address, part = f"/work/review/{first}/decide", {"decision": "part", "seen": "0"}
    assert people.post("coordinator", address, text="x", **part).status_code == 400
    assert people.post("coordinator", address, leaving=left, **part).status_code == 400
    assert people.post("coordinator", address, leaving="a|b", text="x", **part).status_code == 400
    answer = people.post("coordinator", address, leaving=left, text="Please check.", **part)
    assert answer.status_code == 303
    assert counting() == {("2022-12", ""): (3.0, first)}
    with database.connect() as conn:
        row = conn.execute(select(tables.ReturnedValue.__table__)).one()
    assert row.thread_id == thread_id
    shown = people.get("partner", f"/work/review/{first}").get_data(as_text=True)
    assert "Asked about again" in shown


def test_a_review_of_every_state_is_shown(people: People) -> None:
    number = handed_in_by(people, "partner", xlsx_file(*TWO))
    address = f"/work/review/{number}"
    decisions.accept(number)
    assert people.get("coordinator", address).status_code == 200
    decisions.withdraw(number)
    assert people.get("coordinator", address).status_code == 200
    rejected = handed_in_by(people, "partner", xlsx_file({"indicator": "JOBZ"}), "b.xlsx")
    assert people.get("coordinator", f"/work/review/{rejected}").status_code == 200
    refused = handed_in_by(people, "coordinator", b"Email\nana@example.org\n", "c.csv")
    assert people.get("coordinator", f"/work/review/{refused}").status_code in (200, 404)


def test_the_queue_is_the_oldest_first_and_of_a_territory(people: People) -> None:
    numbers = [
        handed_in_by(people, "partner", xlsx_file({"value": value}), f"{value}.xlsx")
        for value in (5, 6)
    ]
    shown = people.get("coordinator", "/work/review").get_data(as_text=True)
    places = [shown.index(f"/work/review/{number}") for number in numbers]
    assert places == sorted(places)
    assert "/work/review/" not in people.get("other", "/work/review").get_data(as_text=True)
    elsewhere = people.get("coordinator", "/work/review?place=ESP").get_data(as_text=True)
    assert f"/work/review/{numbers[0]}" not in elsewhere
    there = people.get("coordinator", "/work/review?place=GRC").get_data(as_text=True)
    assert f"/work/review/{numbers[0]}" in there


def test_a_preview_of_what_was_returned_is_that_of_its_acceptance(
    seeded: Engine, author: int
) -> None:
    first = hand_in(*TWO)
    with database.begin() as conn:
        review.send_back(conn, first, "Why?", author=author)
        assert set(versions.preview(conn, first)["change"]) == {"new"}
