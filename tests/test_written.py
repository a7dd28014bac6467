"""Reports that people write together: texts in versions, nothing written over, what is made stays."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, func, select, update

import etl
from dashboard import queries
from etl.reports import Of, TextMovedError, fingerprint
from etl.threads import TextError
from schemas import audit, database, tables
from schemas.scope import PUBLIC, Scope

ANA, BEN = "account 1", "account 2"
OURS = Of("MEDTOWN", "country", "GRC", "en", {"as_of": "2023-12-31"})
EVALUATOR = Scope(programmes=frozenset({"MEDTOWN"}))
ELSEWHERE = Scope(programmes=frozenset({"ROWCA2014"}))
PARTNER = Scope(projects=frozenset({"DA-GR"}), places=frozenset({"GRC"}))


def write(conn: Connection, number: int, text: str, *, seen: int, actor: str = ANA) -> int:
    return etl.reports.write(conn, number, "summary", text, seen=seen, actor=actor)


def rows(conn: Connection) -> list[str]:
    versions = select(tables.ReportText.text).order_by(tables.ReportText.report_text_id)
    return list(conn.execute(versions).scalars())


def an_hour_ago(conn: Connection) -> None:
    """Let everything have been written an hour earlier."""
    then = datetime.now(UTC) - timedelta(hours=1)
    conn.execute(update(tables.ReportText).values(written_at=then, saved_at=then))


def test_what_one_person_keeps_within_a_while_is_one_version(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        number = etl.reports.begin(conn, OURS, actor=ANA)
        assert queries.report_texts(conn, number) == {}
        assert write(conn, number, "Ten", seen=0) == 1
        assert write(conn, number, "Ten people", seen=1) == 2
        assert write(conn, number, "Ten people", seen=1) == 2  # nothing new, whatever was seen
        assert rows(conn) == ["Ten people"]

        an_hour_ago(conn)
        assert write(conn, number, "Ten people found work.", seen=2) == 3
        assert rows(conn) == ["Ten people", "Ten people found work."]
        assert write(conn, number, "", seen=3, actor=BEN) == 4
        assert rows(conn) == ["Ten people", "Ten people found work.", ""]
        told = queries.text_versions(conn, number, "summary")
        assert [(one.version, one.written_by) for one in told] == [(4, BEN), (3, ANA), (2, ANA)]


def test_what_somebody_else_wrote_is_never_written_over(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        number = etl.reports.begin(conn, OURS, actor=ANA)
        write(conn, number, "Ana's", seen=0)
        with pytest.raises(TextMovedError) as moved:
            write(conn, number, "Ben's", seen=0, actor=BEN)
        assert (moved.value.text, moved.value.version, moved.value.written_by) == ("Ana's", 1, ANA)
        # In another window, too.
        with pytest.raises(TextMovedError):
            write(conn, number, "Ana's other", seen=0)
        assert rows(conn) == ["Ana's"]
        assert write(conn, number, "Ben's", seen=1, actor=BEN) == 2
        assert rows(conn) == ["Ana's", "Ben's"]


def test_a_text_that_a_file_was_made_of_stays(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        number = etl.reports.begin(conn, OURS, actor=ANA)
        write(conn, number, "As it was", seen=0)
        made = etl.reports.keep_made(conn, number, "html", "r.html", b"<p>", {"a": 1}, actor=ANA)
        assert write(conn, number, "As it is", seen=1) == 2
        assert rows(conn) == ["As it was", "As it is"]
        assert queries.report_texts(conn, number)["summary"].text == "As it is"
        row = queries.made_report(conn, EVALUATOR, made)
        assert row is not None
        assert (row["content"], row["fingerprint"]) == (b"<p>", fingerprint({"a": 1}))


def test_who_sees_what_was_made(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        number = etl.reports.begin(conn, OURS, actor=ANA)
        made = etl.reports.keep_made(conn, number, "html", "r.html", b"<p>", {}, actor=ANA)
        for other in (PUBLIC, PARTNER, ELSEWHERE):
            assert queries.made_report(conn, other, made) is None
        assert queries.made_report(conn, EVALUATOR, made)
        assert [row.report_id for row in queries.reports(conn, EVALUATOR)] == [number]
        assert queries.reports(conn, PARTNER) == []
        assert queries.report(conn, PUBLIC, number) is None

        etl.reports.remove(conn, number, actor=ANA)
        assert queries.reports(conn, EVALUATOR) == []
        assert queries.made_report(conn, EVALUATOR, made), "an address that was given away holds"


def test_a_text_has_an_end_and_nothing_invisible(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        number = etl.reports.begin(conn, OURS, actor=ANA)
        with pytest.raises(TextError):
            write(conn, number, "x" * 40_001, seen=0)
        write(conn, number, "a\x00b\u202ec\r\n\x0bd", seen=0)
        assert rows(conn) == ["abc\nd"]


def test_the_trail_tells_every_step_and_no_text(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        number = etl.reports.begin(conn, OURS, actor=ANA)
        write(conn, number, "secret words", seen=0)
        etl.reports.choose(conn, number, OURS, actor=BEN)
        etl.reports.remove(conn, number, actor=BEN)
        told = conn.execute(
            select(tables.Audit).where(tables.Audit.subject == f"report {number}")
        ).all()
        actions = ["begin_report", "write_report", "change_report", "remove_report"]
        assert [row.action for row in told] == actions
        assert "secret" not in str(told)
        assert audit.verify(conn) == []
        assert conn.execute(select(func.count()).select_from(tables.ReportText)).scalar_one() == 1


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.lists(st.integers())))
def test_inputs_have_one_fingerprint_in_any_order(inputs: dict[str, object]) -> None:
    backwards = dict(reversed(list(inputs.items())))
    assert fingerprint(inputs) == fingerprint(backwards)
    assert fingerprint({**inputs, "one more": 1}) != fingerprint(inputs)
