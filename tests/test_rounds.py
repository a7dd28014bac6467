"""Reporting rounds: calendars, answers, more time, evidence, reminders; in the database and as pages."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, func, select

import etl
from dashboard import accounts, app, reminding
from dashboard.accounts import Grant
from etl import rounds
from etl.rounds import EvidenceError, RoundError
from etl.rounds.evidence import is_link, kind_of
from schemas import audit, database, tables
from schemas.codes import Answer, Calendar, ReminderKind, Role, SubmissionState
from tests import browsing
from tests.browsing import PHONE, Look
from tests.builders import csv_file
from tests.conftest import Databases, served
from tests.observed import observe, submit
from tests.signed import token_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROUND, LAST, PROJECT, PLACE = "MEDTOWN-2023-S1", "MEDTOWN-2023-S2", "DA-ES", "ES-SE-CAM"
TODAY = date(2024, 3, 1)
ME, OTHER = "account 7", "account 8"
HEX = b"%PDF-1.7 a list of participants"
KEY = (PROJECT, PLACE, "PPL-NEW")
HALF = (date(2023, 1, 1), date(2023, 6, 30))


def task(conn: Connection, project: str = PROJECT, code: str = ROUND) -> dict[str, Any]:
    """Return how a project stands in a round."""
    found = rounds.board(conn, "MEDTOWN", TODAY, project_codes=[project], round_codes=[code])
    return dict(found.tasks.iloc[0])


def report(conn: Connection, received: date, *indicators: str, **more: Any) -> int:
    """Accept a workbook of the action in Seville that came on a day."""
    at = datetime(received.year, received.month, received.day, 12, tzinfo=UTC)
    number = submit(conn, project_code=PROJECT, received_at=at, **more)
    rows = [{"project_code": PROJECT, "indicator_code": code} for code in indicators]
    observe(conn, number, *rows)
    return number


def workbook(inside: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as whole:
        whole.writestr(inside, "<x/>")
    return out.getvalue()


# --- Who has reported -----------------------------------------------------------------------------


def test_what_was_accepted_counts_by_the_day_it_was_handed_in(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        assert (task(conn)["timeliness"], task(conn)["received"]) == ("missing", 0)
        report(conn, date(2023, 8, 5), "PPL-NEW", "PPL-DIR")
        found = task(conn)
    # Due on 31 July, with 14 days of grace; two of 14 indicators, in one place.
    assert (found["timeliness"], found["received"], found["expected"]) == ("within_grace", 2, 14)


def test_what_waits_is_in_time_but_has_no_values_yet(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        submit(
            conn,
            project_code=PROJECT,
            state=SubmissionState.READY,
            received_at=datetime(2023, 7, 31, 12, tzinfo=UTC),
            period_ends=["2023-06-30"],
        )
        found = task(conn)
    assert (found["timeliness"], found["received"]) == ("on_time", 0)


def test_a_workbook_knows_the_periods_it_is_of(seeded: Engine) -> None:
    receipt = etl.receive(csv_file({}, {"period": "2022-S2"}), "a.csv", bind=seeded)
    with database.connect(seeded) as conn:
        mine = tables.Submission.submission_id == receipt.submission_id
        ends = conn.execute(select(tables.Submission.period_ends).where(mine)).scalar_one()
    assert ends == ["2022-12-31", "2023-06-30"]


def test_the_public_line_counts_territories_with_an_accepted_value(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        of = rounds.latest(conn, "MEDTOWN", date(2023, 8, 1))
        assert of is not None
        assert of.round_code == ROUND
        nobody, every = rounds.told(conn, of)
        rounds.answer(conn, ROUND, "DA-GR", Answer.NOTHING_TO_REPORT, reason="", actor=ME)
        report(conn, date(2023, 7, 20), "PPL-NEW")
        assert rounds.told(conn, of) == (nobody + 1, every)
        # Huelva, Cerro-Amate and Poligono Sur: the pilot there ran until May.
        assert rounds.told(conn, of, place_codes=["ES-H-DV", PLACE, "ES-SE-PSU"]) == (1, 3)
        assert rounds.latest(conn, "MEDTOWN", date(2022, 7, 31)) is None
        assert rounds.latest(conn, "ROWCA2014", TODAY) is None
    assert nobody == 0


# --- The calendar ---------------------------------------------------------------------------------


def made(conn: Connection, kind: Calendar, start: str = "", end: str = "") -> list[str]:
    return rounds.create(
        conn,
        "MEDTOWN",
        kind,
        start=date.fromisoformat(start) if start else None,
        end=date.fromisoformat(end) if end else None,
        due_days=31,
        grace_days=7,
        actor=ME,
    )


def test_rounds_follow_each_other_by_quarters_or_halves_from_any_day(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        assert made(conn, Calendar.SIX_MONTHS, "2024-01-01", "2024-12-31") == [
            "MEDTOWN-2024-S1",
            "MEDTOWN-2024-S2",
        ]
        made(conn, Calendar.QUARTERS, "2025-02-01", "2025-06-01")
        rows = {row.round_code: row for row in rounds.rounds(conn, "MEDTOWN")}
        first, second = list(rows.values())[-2:]
        assert (first.period_start, first.period_end) == (date(2025, 2, 1), date(2025, 4, 30))
        assert (second.period_start, second.period_end) == (date(2025, 5, 1), date(2025, 7, 31))
        assert (second.due_date, second.grace_days) == (date(2025, 8, 31), 7)
        assert made(conn, Calendar.SIX_MONTHS, "2024-01-01", "2024-12-31") == []
        assert audit.verify(conn) == []


def test_rounds_by_project_replace_the_others_for_these_projects(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        codes = made(conn, Calendar.PROJECTS)
        found = rounds.board(conn, "MEDTOWN", TODAY, project_codes=["PP-ES1", "PP-TN1"])
    assert codes == ["PP-ES1-2022-10-01_2023-05-31", "PP-TN1-2023-07-01_2023-10-15"]
    assert list(found.tasks["round_code"]) == codes


@pytest.mark.parametrize(("start", "end"), [("", ""), ("2024-05-01", "2024-01-01")])
def test_a_calendar_needs_its_days(seeded_sqlite: Engine, start: str, end: str) -> None:
    with database.begin(seeded_sqlite) as conn, pytest.raises(RoundError):
        made(conn, Calendar.QUARTERS, start, end)


def test_rounds_do_not_overlap(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn, pytest.raises(RoundError, match="already"):
        made(conn, Calendar.QUARTERS, "2023-10-01", "2024-12-31")


def test_a_round_that_was_moved_stays_so_when_the_catalogue_is_read_again(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        rounds.edit(conn, ROUND, due_date=date(2023, 9, 30), grace_days=0, actor=ME)
        etl.seed(conn)
        of = rounds.round_of(conn, ROUND)
        assert of is not None
        assert (of.due_date, of.grace_days) == (date(2023, 9, 30), 0)
        with pytest.raises(RoundError):
            rounds.edit(conn, ROUND, due_date=date(2023, 6, 1), grace_days=0, actor=ME)


def test_a_round_of_which_something_was_said_is_not_removed(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        rounds.answer(conn, ROUND, PROJECT, Answer.NOTHING_TO_REPORT, reason="", actor=ME)
        with pytest.raises(RoundError):
            rounds.remove(conn, ROUND, actor=ME)
        rounds.remove(conn, LAST, actor=ME)
        assert rounds.round_of(conn, LAST) is None


# --- Answers and more time ------------------------------------------------------------------------


def test_an_answer_is_as_good_as_values_and_can_be_taken_back(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        rounds.answer(conn, ROUND, PROJECT, Answer.NOTHING_TO_REPORT, reason="", actor=ME)
        found = task(conn)
        assert (found["received"], found["share"], found["answer"]) == (
            14,
            1.0,
            "nothing_to_report",
        )
        rounds.take_back(conn, ROUND, PROJECT, actor=OTHER)
        assert task(conn)["received"] == 0
        rows = conn.execute(select(tables.Audit.actor, tables.Audit.action)).all()
    assert [tuple(row) for row in rows[-2:]] == [(ME, "answer_round"), (OTHER, "take_back_answer")]


def test_the_second_answer_replaces_the_first_and_says_whose_it_was(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        rounds.answer(conn, ROUND, PROJECT, Answer.NOTHING_TO_REPORT, reason="", actor=ME)
        rounds.answer(conn, ROUND, PROJECT, Answer.NOT_APPLICABLE, reason="moved", actor=OTHER)
        (row,) = rounds.answers(conn, [PROJECT]).values()
    assert (row.answer, row.actor, row.reason) == ("not_applicable", OTHER, "moved")
    assert (row.replaced_answer, row.replaced_actor) == ("nothing_to_report", ME)


def test_not_applicable_needs_a_reason_and_a_closed_round_no_answer(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        with pytest.raises(RoundError):
            rounds.answer(conn, ROUND, PROJECT, Answer.NOT_APPLICABLE, reason="", actor=ME)
        rounds.answer(conn, ROUND, PROJECT, Answer.NOTHING_TO_REPORT, reason="", actor=ME)
        rounds.close(conn, ROUND, is_closed=True, actor=ME)
        with pytest.raises(RoundError, match="closed"):
            rounds.take_back(conn, ROUND, PROJECT, actor=ME)
        with pytest.raises(RoundError, match="closed"):
            rounds.answer(conn, ROUND, "DA-GR", Answer.NOTHING_TO_REPORT, reason="", actor=ME)
        rounds.close(conn, ROUND, is_closed=False, actor=ME)
        rounds.take_back(conn, ROUND, PROJECT, actor=ME)


def test_more_time_is_asked_for_once_and_decided_once(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        for wanted in (date(2023, 8, 15), date(2023, 8, 31)):
            rounds.ask(conn, ROUND, PROJECT, wanted_until=wanted, reason="flood", actor=ME)
        (row,) = rounds.extensions(conn, [PROJECT]).values()
        assert (row.state, row.wanted_until) == ("asked", date(2023, 8, 31))
        with pytest.raises(RoundError, match="after"):
            rounds.decide(
                conn, row.extension_id, granted_until=date(2023, 7, 1), remark="", actor=OTHER
            )
        rounds.decide(
            conn, row.extension_id, granted_until=date(2023, 8, 20), remark="", actor=OTHER
        )
        with pytest.raises(RoundError, match="already"):
            rounds.decide(conn, row.extension_id, granted_until=None, remark="", actor=OTHER)
        report(conn, date(2023, 8, 20), "PPL-NEW")
        found = task(conn)
    assert (found["timeliness"], found["due_date"].date()) == ("with_extension", date(2023, 8, 20))


# --- Evidence -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (HEX, "pdf"),
        (b"\x89PNG\r\n\x1a\n...", "png"),
        (b"\xff\xd8\xff\xe0...", "jpg"),
        (workbook("xl/workbook.xml"), "xlsx"),
        (workbook("word/document.xml"), "docx"),
        (workbook("payload.exe"), ""),
        (b"PK\x03\x04 not a zip", ""),
        (b"<svg onload=alert(1)>", ""),
        (b"MZ", ""),
        (b"", ""),
    ],
)
def test_evidence_is_what_its_bytes_say(data: bytes, kind: str) -> None:
    assert kind_of(data) == kind


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("https://example.org/list.pdf", True),
        ("http://example.org", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://user:word@example.org", False),
        ("https://example.org/a b", False),
        ("https://[", False),
        ("https://example.org/" + "x" * 500, False),
    ],
)
def test_a_link_is_a_whole_address_without_a_password(url: str, is_taken: bool) -> None:
    assert is_link(url) is is_taken


def test_evidence_is_kept_removed_and_its_name_is_not_in_the_trail(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        number = rounds.add_file(conn, KEY, HALF, name="Maria.exe", data=HEX, actor=ME)
        rounds.add_link(conn, KEY, HALF, name="", url="https://example.org/a", actor=ME)
        link, file = rounds.evidence(conn, [PROJECT])
        assert (file.name, file.size, link.name) == ("Maria.pdf", len(HEX), "example.org")
        assert rounds.evidence_file(conn, number) == HEX
        assert rounds.evidence_file(conn, link.evidence_id) is None
        rounds.remove_evidence(conn, number, actor=OTHER)
        assert [row.evidence_id for row in rounds.evidence(conn, [PROJECT])] == [link.evidence_id]
        trail = conn.execute(select(tables.Audit.after, tables.Audit.before)).all()
        assert "Maria" not in str(trail)
        assert conn.execute(select(func.count(tables.Evidence.evidence_id))).scalar_one() == 1


def test_too_large_unknown_or_foreign_evidence_is_refused(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        for key, data, said in (
            (KEY, HEX + bytes(rounds.LARGEST), "10 MB"),
            (KEY, b"MZ", "Only"),
            ((PROJECT, "GR-A-PAG", "PPL-NEW"), HEX, "no such value"),
            ((PROJECT, PLACE, "NOPE"), HEX, "no such value"),
        ):
            with pytest.raises(EvidenceError, match=said):
                rounds.add_file(conn, key, HALF, name="a.pdf", data=data, actor=ME)


# --- Reminders ------------------------------------------------------------------------------------


def reminded(engine: Engine, day: date, people: int = 1) -> list[tuple[str, str]]:
    """Return project and kind of the reminders of a day of the first half of 2023."""
    sent = rounds.remind(engine, day, lambda _conn, _due: people)
    return [(one.project_code, one.kind) for one in sent if one.round_code == ROUND]


def test_reminders_go_out_before_and_after_each_once(seeded: Engine) -> None:
    assert reminded(seeded, date(2023, 7, 16)) == []
    assert (PROJECT, ReminderKind.BEFORE_14) in reminded(seeded, date(2023, 7, 17))
    assert reminded(seeded, date(2023, 7, 17)) == []
    assert reminded(seeded, date(2023, 7, 20)) == []
    assert (PROJECT, ReminderKind.BEFORE_3) in reminded(seeded, date(2023, 7, 28))
    assert reminded(seeded, date(2023, 7, 31)) == []
    with database.begin(seeded) as conn:
        report(conn, date(2023, 7, 31), "PPL-NEW")
        rounds.answer(conn, ROUND, "DA-PT", Answer.NOTHING_TO_REPORT, reason="", actor=ME)
    late = dict(reminded(seeded, date(2023, 8, 1)))
    assert (late["DA-GR"], PROJECT in late, "DA-PT" in late) == (ReminderKind.AFTER_1, False, False)
    assert dict(reminded(seeded, date(2023, 8, 9)))["DA-GR"] == ReminderKind.AFTER_7
    assert reminded(seeded, date(2023, 8, 14)) == []


def test_nobody_to_tell_is_no_reminder_and_more_time_makes_a_new_day(seeded_sqlite: Engine) -> None:
    assert reminded(seeded_sqlite, date(2023, 8, 1), people=0) == []
    assert ("DA-GR", ReminderKind.AFTER_1) in reminded(seeded_sqlite, date(2023, 8, 2))
    with database.begin(seeded_sqlite) as conn:
        rounds.ask(conn, ROUND, "DA-GR", wanted_until=date(2023, 8, 20), reason="x", actor=ME)
        (row,) = rounds.extensions(conn, ["DA-GR"]).values()
        rounds.decide(
            conn, row.extension_id, granted_until=date(2023, 8, 20), remark="", actor=OTHER
        )
    assert ("DA-GR", ReminderKind.BEFORE_14) in reminded(seeded_sqlite, date(2023, 8, 6))


def test_partners_of_a_project_or_its_place_are_told(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        for name, grant in (
            ("a", Grant(Role.PARTNER, project_code=PROJECT)),
            ("b", Grant(Role.PARTNER, place_code="ESP")),
            ("c", Grant(Role.PARTNER, place_code="GR-A-PAG")),
        ):
            accounts.add(conn, f"{name}@example.org", name, given=[grant], actor="command line")
        due = rounds.Due("MEDTOWN", PROJECT, ROUND, ReminderKind.AFTER_1, date(2023, 7, 31))
        assert reminding.tell(conn, due) == 2


# --- As pages -------------------------------------------------------------------------------------

ROLES = {
    "partner": Grant(Role.PARTNER, project_code=PROJECT),
    "neighbour": Grant(Role.PARTNER, place_code=PLACE),
    "other": Grant(Role.PARTNER, project_code="DA-GR"),
    "evaluator": Grant(Role.EVALUATOR, programme_code="MEDTOWN"),
    "coordinator": Grant(Role.COORDINATOR, programme_code="MEDTOWN"),
    "stranger": Grant(Role.COORDINATOR, programme_code="ROWCA2014"),
}


@pytest.fixture
def server(seeded_sqlite: Engine, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application, with an account of each role; nobody acts for the demonstration."""
    with database.begin(seeded_sqlite) as conn:
        for name, grant in ROLES.items():
            accounts.add(
                conn, f"{name}@example.org", name.title(), given=[grant], actor="command line"
            )
    monkeypatch.setenv("MEDTOWN_DEMO", "0")
    return app.create_app().server  # type: ignore[no-any-return]


def as_(server: Flask, name: str) -> FlaskClient:
    """Return a browser in which somebody is signed in; nobody for the public."""
    client = server.test_client()
    if name != "public":
        with database.begin() as conn:
            row = accounts.account_of(conn, f"{name}@example.org")
            token = accounts.open_sitting(conn, row.account_id)
        with client.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
    return client


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def post(client: FlaskClient, address: str, /, **fields: Any) -> Any:
    """Send a form as a browser does, with a token; return the answer."""
    return client.post(address, data={"csrf_token": token_of(client), **fields})


def mistaken(answer: Any) -> str:
    """Return the page that shows a form again."""
    assert answer.status_code == 400
    return str(answer.get_data(as_text=True))


def beside(shown: str, field: str) -> str:
    """Return the paragraph of a field: its label, what was typed and what is not right."""
    found = re.search(
        rf'<p class="form-field">(?:(?!</p>).)*name="{field}".*?</p>', shown, re.DOTALL
    )
    assert found, field
    return found[0]


ANSWER = f"/work/answers/{ROUND}/{PROJECT}"


def test_a_partner_sees_what_is_due_with_its_template_and_may_answer(server: Flask) -> None:
    partner = as_(server, "partner")
    shown = page(partner, "/work")
    assert 'href="/work"' in shown
    assert "/template/DA-ES.xlsx?period=2023-S1&amp;lang=en" in shown
    assert 'action="/work/upload"' in shown
    assert "0 of 14 values" in shown
    assert "DA-GR" not in shown
    assert post(partner, ANSWER).status_code == 303
    assert "Nothing to report, said Partner on" in page(partner, "/work")


def test_two_partners_of_a_territory_see_and_answer_the_same(server: Flask) -> None:
    partner, neighbour = as_(server, "partner"), as_(server, "neighbour")
    post(partner, ANSWER)
    field = f"{ROUND}-{PROJECT}-reason-reason"
    assert post(neighbour, ANSWER, **{field: "The fair was moved"}).status_code == 303
    for one in (partner, neighbour):
        shown = page(one, "/work")
        assert "Not applicable, said Neighbour on" in shown
        assert "The fair was moved" in shown
        assert "It replaced what Partner had answered: Nothing to report." in shown
    post(neighbour, f"{ANSWER}/back")
    assert "The fair was moved" not in page(partner, "/work")


def test_a_reason_is_needed_and_a_day_is_a_day(server: Flask) -> None:
    partner, prefix = as_(server, "partner"), f"{ROUND}-{PROJECT}"
    shown = mistaken(post(partner, ANSWER, **{f"{prefix}-reason-reason": "  "}))
    assert "This is needed." in beside(shown, f"{prefix}-reason-reason")
    for day, said in (("soon", "Not a valid date value."), ("2023-07-31", "Choose a day after")):
        wrong = {f"{prefix}-more-wanted_until": day, f"{prefix}-more-reason": "A flood"}
        shown = mistaken(post(partner, f"/work/extensions/{ROUND}/{PROJECT}", **wrong))
        assert said in beside(shown, f"{prefix}-more-wanted_until")
        assert f'value="{day}"' in beside(shown, f"{prefix}-more-wanted_until")
        assert "A flood</textarea>" in beside(shown, f"{prefix}-more-reason")
        assert len(re.findall(r"<details[^>]* open", shown)) == 1
        assert shown.count("A flood") == 1
    with database.connect() as conn:
        assert rounds.answers(conn, [PROJECT]) == {}
        assert rounds.extensions(conn, [PROJECT]) == {}


def test_what_is_somebody_elses_is_not_there(server: Flask) -> None:
    with database.begin() as conn:
        number = rounds.add_file(conn, KEY, HALF, name="a.pdf", data=HEX, actor=ME)
    for name in ("other", "stranger"):
        client = as_(server, name)
        for address in (ANSWER, f"{ANSWER}/back", f"/work/extensions/{ROUND}/{PROJECT}"):
            assert post(client, address).status_code == 404, (name, address)
        assert client.get(f"/work/evidence/{PROJECT}").status_code == 404
        assert client.get(f"/work/evidence/{number}/file").status_code == 404
        assert post(client, f"/work/evidence/{PROJECT}/new").status_code == 404
        assert post(client, f"/work/evidence/{number}/remove").status_code == 404
    partner = as_(server, "partner")
    for address in (
        f"/work/answers/NOPE/{PROJECT}",
        f"/work/answers/{ROUND}/NOPE",
        f"/work/answers/{ROUND}/MLI-14-E-65276",
        f"/work/answers/{ROUND}/PP-TN1",
    ):
        assert post(partner, address).status_code == 404, address


def test_rounds_are_for_who_reads_everything_and_moved_by_who_coordinates(server: Flask) -> None:
    days = {"days-due_date": "2023-09-30", "days-grace_days": "3"}
    for name, seen, done in (
        ("public", 302, 401),
        ("partner", 403, 403),
        ("evaluator", 200, 403),
        ("stranger", 404, 404),
        ("coordinator", 200, 303),
    ):
        client = as_(server, name)
        assert client.get(f"/work/rounds/{ROUND}").status_code == seen, name
        assert post(client, f"/work/rounds/{ROUND}/days", **days).status_code == done, name
    with database.connect() as conn:
        of = rounds.round_of(conn, ROUND)
    assert of is not None
    assert (of.due_date, of.grace_days) == (date(2023, 9, 30), 3)


def test_a_coordinator_makes_closes_and_removes_rounds(server: Flask) -> None:
    client = as_(server, "coordinator")
    new = {
        "new-kind": "quarters",
        "new-start": "2024-01-01",
        "new-end": "2024-06-30",
        "new-due_days": "20",
        "new-grace_days": "0",
    }
    assert post(client, "/work/rounds/new?programme=ROWCA2014", **new).status_code == 404
    post(client, "/work/rounds/new?programme=MEDTOWN", **new)
    shown = page(client, "/work/rounds")
    assert "2 rounds were made." in shown
    assert "/work/rounds/MEDTOWN-2024-Q2" in shown
    post(client, "/work/rounds/MEDTOWN-2024-Q2/remove")
    assert "MEDTOWN-2024-Q2" not in page(client, "/work/rounds")
    post(client, f"/work/rounds/{ROUND}/state")
    assert post(as_(server, "partner"), ANSWER).status_code == 303
    assert "This round is closed." not in page(client, "/work/rounds")
    with database.connect() as conn:
        assert rounds.answers(conn, [PROJECT]) == {}


def test_what_a_coordinator_typed_stays_beside_what_is_not_right(server: Flask) -> None:
    client, later = as_(server, "coordinator"), {"new-kind": "quarters", "new-grace_days": "9"}
    made = {**later, "new-start": "2024-01-01", "new-end": "2023-01-01", "new-due_days": "20"}
    for wrong, field, said in (
        ({"new-due_days": "999"}, "new-due_days", "Number must be between 0 and 366."),
        ({}, "new-start", "Say from which day until which day."),
        ({"new-start": "2023-02-01", "new-end": "2023-04-30"}, "new-start", "is there already"),
    ):
        sent = {**made, **wrong}
        shown = mistaken(post(client, "/work/rounds/new?programme=MEDTOWN", **sent))
        assert said in beside(shown, field)
        assert 'value="9"' in beside(shown, "new-grace_days")
        assert f'value="{sent["new-start"]}"' in beside(shown, "new-start")
        assert re.search(r"<option selected value=.quarters", beside(shown, "new-kind"))
    days = {"days-due_date": "2023-01-01", "days-grace_days": "5"}
    shown = mistaken(post(client, f"/work/rounds/{ROUND}/days", **days))
    assert "after the end of its period" in beside(shown, "days-due_date")
    assert 'value="2023-01-01"' in beside(shown, "days-due_date")
    assert 'value="5"' in beside(shown, "days-grace_days")


def test_the_heat_table_says_in_words_how_each_territory_stands(server: Flask) -> None:
    with database.begin() as conn:
        report(conn, date(2023, 7, 20), "PPL-NEW")
    shown = page(as_(server, "evaluator"), "/work/rounds")
    row = re.search(r"Cerro-Amate.*?</tr>", shown, re.DOTALL)
    assert row
    # The action in time with 1 of 14; the pilot of 11 indicators has not come.
    assert "Missing" in row[0]
    assert "1 of 25 values" in row[0]
    assert "Make the rounds" not in shown
    one = page(as_(server, "coordinator"), f"/work/rounds/{ROUND}")
    assert "1 of 14 values" in one
    assert "On time" in one


def test_more_time_is_asked_for_and_granted_over_pages(server: Flask) -> None:
    partner, coordinator = as_(server, "partner"), as_(server, "coordinator")
    prefix = f"{ROUND}-{PROJECT}-more"
    asked = {f"{prefix}-wanted_until": "2023-08-31", f"{prefix}-reason": "A flood"}
    assert post(partner, f"/work/extensions/{ROUND}/{PROJECT}", **asked).status_code == 303
    assert "A flood" in page(coordinator, "/work/rounds")
    for day, said in (("", "This is needed."), ("2023-07-01", "Choose a day after")):
        wrong = {"x1-granted_until": day, "x1-remark": "Until the feast"}
        shown = mistaken(post(coordinator, "/work/extensions/1", **wrong))
        assert said in beside(shown, "x1-granted_until")
        assert f'value="{day}"' in beside(shown, "x1-granted_until")
        assert 'value="Until the feast"' in beside(shown, "x1-remark")
    granted = {"x1-granted_until": "2023-08-15", "x1-remark": "Until the holiday"}
    assert post(partner, "/work/extensions/1", **granted).status_code == 403
    assert post(as_(server, "stranger"), "/work/extensions/1", **granted).status_code == 404
    assert post(coordinator, "/work/extensions/1", **granted).status_code == 303
    shown = page(partner, "/work")
    assert "More time was granted until 15 Aug 2023." in shown
    assert "Until the holiday" in shown


def test_evidence_goes_in_and_out_as_a_file_to_keep(server: Flask) -> None:
    partner = as_(server, "partner")
    fields = {
        "evidence-place": PLACE,
        "evidence-indicator": "PPL-NEW",
        "evidence-period": "2023-S1",
        "evidence-file": (io.BytesIO(HEX), "../Liste é.pdf"),
    }
    assert post(partner, f"/work/evidence/{PROJECT}/new", **fields).status_code == 303
    assert "Liste é.pdf" in page(partner, f"/work/evidence/{PROJECT}")
    answer = partner.get("/work/evidence/1/file")
    assert answer.get_data() == HEX
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    neighbour = as_(server, "neighbour")
    assert neighbour.get("/work/evidence/1/file").status_code == 200
    assert post(neighbour, "/work/evidence/1/remove").status_code == 403
    assert post(as_(server, "coordinator"), "/work/evidence/1/remove").status_code == 303
    assert partner.get("/work/evidence/1/file").status_code == 404
    fields |= {"evidence-file": (io.BytesIO(b"MZ"), "a.pdf"), "evidence-name": "A list"}
    shown = mistaken(post(partner, f"/work/evidence/{PROJECT}/new", **fields))
    assert "Only pdf" in beside(shown, "evidence-file")
    assert 'value="A list"' in beside(shown, "evidence-name")
    for field in ("place", "indicator", "period"):
        chosen = re.escape(str(fields[f"evidence-{field}"]))
        assert re.search(f"selected value=.{chosen}", beside(shown, f"evidence-{field}")), field
    fields.pop("evidence-file")
    fields["evidence-url"] = "http://example.org/list"
    shown = mistaken(post(partner, f"/work/evidence/{PROJECT}/new", **fields))
    assert "begins with https://" in beside(shown, "evidence-url")
    assert 'value="http://example.org/list"' in beside(shown, "evidence-url")


def test_evidence_stands_on_the_page_of_its_value_for_who_sees_all_of_it(server: Flask) -> None:
    with database.begin() as conn:
        report(conn, date(2023, 7, 20), "PPL-NEW")
        link = "https://example.org/list"
        rounds.add_link(conn, KEY, HALF, name="Attendance", url=link, actor=ME)
    for name, is_shown in (
        ("partner", True),
        ("evaluator", True),
        ("other", False),
        ("public", False),
    ):
        assert (link in page(as_(server, name), "/value/1")) is is_shown, name


def test_a_workbook_is_handed_in_without_a_script(server: Flask) -> None:
    partner = as_(server, "partner")
    assert post(partner, "/work/upload").headers["Location"] == "/work"
    sent = {"file": (io.BytesIO(csv_file({"project": PROJECT, "place": PLACE})), "a.csv")}
    answer = post(partner, "/work/upload", **sent)
    assert answer.headers["Location"] == "/submissions/1"
    assert partner.get("/submissions/1").status_code == 200


def test_the_public_reads_one_line_and_no_more(server: Flask) -> None:
    with database.begin() as conn:
        report(conn, date(2024, 1, 20), "PPL-NEW", state="accepted")
    public = as_(server, "public")
    for address in ("/", "/country/ESP"):
        assert "territories have reported for" in page(public, address)
    assert "territories have reported for" not in page(public, "/?programme=ROWCA2014")
    assert 'href="/work"' not in page(public, "/")
    assert public.get("/work").status_code == 302
    assert public.get("/work/evidence/DA-ES").status_code == 302


def test_a_coordinator_is_led_to_rounds_and_decisions(server: Flask) -> None:
    shown = page(as_(server, "coordinator"), "/work")
    main = shown.partition("<main")[2]
    for way in ("/work/rounds", "/work/review", "/work/rounds#requests"):
        assert f'href="{way}"' in main
    assert 'href="/submissions"' not in main


def test_a_partner_finds_a_workbook_that_was_sent_back_where_it_is_talked_about(
    server: Flask,
) -> None:
    with database.begin() as conn:
        number = report(conn, date(2023, 7, 20), "PPL-NEW", state="returned")
    main = page(as_(server, "partner"), "/work").partition("<main")[2]
    returned = main.partition("What was returned")[2].partition("What was accepted")[0]
    assert f'href="/work/review/{number}"' in returned
    assert 'href="/work/review"' in returned


# --- In a browser ---------------------------------------------------------------------------------

PASSWORD = "harbour violin sediment nineteen"


@pytest.mark.browser
def test_a_partner_works_on_a_telephone_in_arabic(
    browser: "Browser", databases: Databases, tmp_path: Path
) -> None:
    address = databases.fresh("sqlite", is_seeded=True)
    engine = database.make_engine(address)
    with database.begin(engine) as conn:
        number = accounts.add(
            conn,
            "partner@example.org",
            "Partner",
            given=[Grant(Role.PARTNER, project_code=PROJECT)],
            actor="command line",
        )
        accounts.choose_password(conn, accounts.invite(conn, number, actor=ME), PASSWORD)
        report(conn, date(2023, 7, 20), "PPL-NEW")
    engine.dispose()
    look = Look("ar", "dark", PHONE)
    with served(address, tmp_path) as where:
        context = look.context(browser)
        page = context.new_page()
        said = browsing.record(page)
        page.goto(f"{where}/sign-in?lang=ar&next=/work")
        page.fill("input[name=email]", "partner@example.org")
        page.fill("input[name=password]", PASSWORD)
        page.locator("main form button").click()
        page.wait_for_url("**/work*")
        page.goto(f"{where}/work?lang=ar")
        for summary in page.locator("main summary").all():
            summary.click()
        assert browsing.page_faults(page, look) == []
        page.goto(f"{where}/work/evidence/{PROJECT}?lang=ar")
        assert browsing.page_faults(page, look) == []
        page.goto(f"{where}/work?lang=ar")
        data = csv_file({"project": PROJECT, "place": PLACE})
        page.locator("#upload-slot input[type=file]").set_input_files(
            files={"name": "a.csv", "mimeType": "text/csv", "buffer": data}
        )
        page.wait_for_url("**/submissions/2*")
        context.close()
    assert said == []
