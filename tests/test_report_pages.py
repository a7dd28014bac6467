"""Reports are written on pages: kept while somebody writes, made once, and made again to the byte."""

import hashlib
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, expect
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

import etl
from dashboard import accounts, queries, reports
from dashboard.accounts import Grant
from etl import store
from schemas import database, tables
from schemas.codes import Role
from schemas.scope import EVERYTHING, Scope
from tests.builders import csv_file
from tests.people import FROM, People, gathered

JOBS = {"project": "DA-GR", "place": "Paggaio", "indicator": "JOB-NEW"}
HEADINGS = {"Accept": "application/json"}
FIELD = "{{value indicator=JOB-NEW country=GRC}}"


def accept(value: float, period: str = "2023-S1", name: str = "a.csv") -> None:
    receipt = store.receive(
        csv_file({**JOBS, "period": period, "value": value}), name, programme_code="MEDTOWN"
    )
    assert receipt.state == "ready", receipt.findings
    etl.accept(receipt.submission_id)


@pytest.fixture
def people(seeded_sqlite: Engine) -> People:
    accept(7)
    return gathered()


def begin(people: People, who: str = "evaluator", **changes: Any) -> TestResponse:
    """Return the answer to a new report on Greece."""
    sent = {"code": "GRC", "programme": "MEDTOWN", "language": "en", "period": "", **changes}
    form = {f"report-{name}": word for name, word in sent.items()}
    form["report-csrf_token"] = people.token(who)
    return people.post(who, "/work/reports/new/country?lang=en", **form)


def write(
    people: People, text: str, seen: int, who: str = "evaluator", **more: str
) -> TestResponse:
    """Return what a script is told that keeps the text of the summary."""
    return people.clients[who].post(
        "/work/reports/1/parts/summary?lang=en",
        data={"text": text, "seen": str(seen), "csrf_token": people.token(who), **more},
        headers=HEADINGS,
        environ_base=FROM,
    )


def press(people: People, what: str, who: str = "evaluator") -> TestResponse:
    return people.post(who, f"/work/reports/1/{what}?lang=en")


def made(number: int = 1) -> dict[str, Any]:
    with database.connect() as conn:
        row = queries.made_report(conn, EVERYTHING, number)
    assert row is not None
    return row


def test_a_report_is_begun_written_and_made(people: People) -> None:
    assert "No report yet" in people.get("evaluator", "/work/reports?lang=en").text
    answer = begin(people)
    assert (answer.status_code, answer.location) == (303, "/work/reports/1")
    told = write(people, f"We saw *much*: {FIELD} & <b>", 0, settled="1").get_json()
    assert told["version"] == 1
    assert told["text"] == f"We saw *much*: {FIELD[:-2]} was=7}}}} & <b>"
    assert "<em>much</em>: 7 jobs &amp; &lt;b&gt;" in told["html"]

    assert press(people, "make/html").status_code == 303
    page = made()["content"].decode()
    assert "<em>much</em>: 7 jobs &amp; &lt;b&gt;" in page
    got = people.get("evaluator", "/reports/1")
    assert got.data == made()["content"]
    assert hashlib.sha256(got.data).hexdigest() == made()["sha256"]
    shown = people.get("evaluator", "/work/reports/1?lang=en").text
    assert "It rests on 1 accepted workbook." in shown
    assert made()["file_name"] in shown
    with database.connect() as conn:
        accepted = conn.execute(select(tables.Submission.sha256)).scalar_one()
    assert [one[:2] for one in made()["inputs"]["workbooks"]] == [["a.csv", accepted]]


@pytest.mark.parametrize("file_format", sorted(reports.formats.WRITERS))
def test_a_file_is_made_again_to_the_byte_whatever_was_accepted_since(
    people: People, file_format: str
) -> None:
    begin(people)
    write(people, f"So many: {FIELD}", 0, settled="1")
    press(people, f"make/{file_format}")
    first = made()
    accept(5, "2023-S2", "b.csv")  # later on the same day
    accept(9, "2023-S1", "c.csv")
    write(people, "Something else", 1)
    press(people, "again/1")
    said = people.get("evaluator", "/work/reports/1?lang=en").text
    assert "the same file, byte for byte" in said
    press(people, f"make/{file_format}")
    assert made(2)["fingerprint"] != first["fingerprint"]
    assert made(2)["content"] != first["content"]
    assert len(made(2)["inputs"]["workbooks"]) == 2  # of the first nothing counts any more


def test_what_changed_since_it_was_written_is_told_and_taken(people: People) -> None:
    begin(people)
    write(people, f"So many: {FIELD}", 0, settled="1")
    accept(5, "2023-S2", "b.csv")
    shown = people.get("evaluator", "/work/reports/1?lang=en").text
    assert re.search(r"Line 1: \W*7\W* → \W*12 jobs\W* since you wrote this", shown)
    press(people, "parts/summary/renew")
    shown = people.get("evaluator", "/work/reports/1?lang=en").text
    assert "since you wrote this" not in shown
    assert "was=12}}" in shown


def test_a_field_that_is_mistyped_is_told_with_its_line(people: People) -> None:
    begin(people)
    told = write(people, "One\n\n{{value indicator=JOB-NOW}}", 0, settled="1").get_json()
    assert "Line 3: " in told["html"]
    assert "JOB-NEW" in told["html"]


def test_nobody_writes_over_somebody_else(people: People) -> None:
    begin(people)
    assert write(people, "Mine", 0).status_code == 200
    answer = write(people, "Yours", 0, "coordinator")
    assert answer.status_code == 409
    told = answer.get_json()
    assert (told["text"], told["version"]) == ("Mine", 1)
    assert told["message"].startswith("evaluator wrote here meanwhile")
    assert write(people, "Yours", 1, "coordinator").get_json()["version"] == 2
    page = people.get("evaluator", "/work/reports/1/parts/summary?lang=en").text
    assert page.index("Yours") < page.index("Mine")
    # Without a script the page says so, and nothing is lost but the way back to it.
    plain = people.post("evaluator", "/work/reports/1/parts/summary", text="Old", seen="1")
    assert plain.status_code == 303
    with database.connect() as conn:
        assert queries.report_texts(conn, 1)["summary"].text == "Yours"


def test_a_part_is_left_out_and_put_back(people: People) -> None:
    begin(people)
    write(people, "Only here", 0)
    press(people, "parts/summary/wanted")
    press(people, "make/html")
    assert b"Only here" not in made()["content"]
    press(people, "parts/summary/wanted")
    press(people, "make/html")
    assert b"Only here" in made(2)["content"]
    assert press(people, "parts/nothing/wanted").status_code == 404


def test_a_file_is_for_those_who_may_write_the_report(people: People) -> None:
    begin(people)
    press(people, "make/html")
    for who in ("partner", "elsewhere", "public"):
        assert people.get(who, "/reports/1").status_code in (302, 403, 404)
    assert people.get("coordinator", "/reports/1").status_code == 200
    request = reports.Request.of(made()["inputs"]["request"])
    with database.connect() as conn:
        ours = Scope(programmes=frozenset({"MEDTOWN"}))
        assert reports.write(conn, ours, request, "html") == made()["content"]
    press(people, "remove")
    assert people.get("coordinator", "/reports/1").status_code == 200


def test_no_text_breaks_the_page_that_it_stands_on(people: People) -> None:
    begin(people)
    bad = (
        "{{value indicator=JOB-NEW was=" + "9" * 40 + "}}",
        "&#xE000;7&#xE001; &#xE000;" + "9" * 5000 + "&#xE001;",
        "## &#8288;\n\n## \u064b\n\n# ",
        "a|" * 40 + "\n" + "-|" * 40 + "\n" + "b|" * 40,
        "\n\n".join("## '" + "b" * 30 + "'bcd\n\na|b\n-|-\n1|2" for _ in range(40)),
        "{{value indicator=JOB-NEW}} " * 1000,
    )
    for seen, text in enumerate(bad):
        answer = write(people, text, seen)
        assert answer.status_code == 200
        assert people.get("evaluator", "/work/reports/1").status_code == 200
        for file_format in ("pdf", "xlsx"):
            press(people, f"make/{file_format}")
            assert made(1 + 2 * seen + (file_format == "xlsx"))["content"]


def test_what_a_field_kept_is_in_no_file(people: People) -> None:
    begin(people)
    write(people, "`{{value indicator=JOB-NEW was=31}}` {{value indicator=GONE was=31}}", 0)
    press(people, "make/html")
    assert b"was=31" not in made()["content"]
    assert b"{{value indicator=GONE}}" in made()["content"]


def test_a_report_is_of_those_who_evaluate_its_programme(people: People) -> None:
    begin(people)
    assert people.get("coordinator", "/work/reports/1").status_code == 200
    for path in ("", "/parts/summary"):
        assert people.get("elsewhere", f"/work/reports/1{path}").status_code == 404
    for what in ("make/html", "remove", "parts/summary/wanted", "again/1"):
        assert press(people, what, "elsewhere").status_code == 404
        assert press(people, what, "partner").status_code == 403
    assert write(people, "x", 0, "elsewhere").status_code == 404
    assert begin(people, "elsewhere").status_code == 400  # of a programme that is not theirs
    assert begin(people, code="NOWHERE").status_code == 400
    assert begin(people, period="soon").status_code == 400
    assert begin(people, since="2999-01-01").status_code == 400
    assert press(people, "make/exe").status_code == 404
    for number in (9, 2**40):
        assert people.get("evaluator", f"/work/reports/{number}").status_code == 404
        assert people.get("evaluator", f"/reports/{number}").status_code == 404


def test_what_has_changed_since_the_last_report_is_told_in_what_is_made(people: People) -> None:
    begin(people, since="2024-02-01")
    press(people, "make/html")
    assert "What has changed since 1 Feb 2024" in made()["content"].decode()


def test_a_report_is_of_the_programme_that_it_is_on(people: People) -> None:
    with database.begin() as conn:
        evaluator = Grant(Role.EVALUATOR, "ROWCA2014")
        accounts.give(conn, people.ids["evaluator"], evaluator, actor="test")
    sent = {"code": "MEDTOWN-2023-S1", "programme": "ROWCA2014", "language": "en", "period": ""}
    form = {f"report-{name}": word for name, word in sent.items()}
    token = {"report-csrf_token": people.token("evaluator")}
    assert people.post("evaluator", "/work/reports/new/round", **form, **token).status_code == 303
    assert people.get("elsewhere", "/work/reports/1").status_code == 404
    assert people.get("coordinator", "/work/reports/1").status_code == 200
    press(people, "make/html")
    assert "Who has reported" in made()["content"].decode()


@pytest.mark.parametrize("kind", sorted(reports.outlines()))
def test_every_kind_can_be_begun_and_made(people: People, kind: str) -> None:
    form = people.get("evaluator", f"/work/reports/new/{kind}?lang=en").text
    code = re.findall(r'<option value="([^"]+)"', form)[0]
    sent = {"code": code, "programme": "MEDTOWN", "language": "el", "period": ""}
    answer = people.post(
        "evaluator",
        f"/work/reports/new/{kind}?lang=en",
        **{f"report-{name}": word for name, word in sent.items()},
        **{"report-csrf_token": people.token("evaluator")},
    )
    assert answer.status_code == 303
    assert people.get("evaluator", "/work/reports/1?lang=en").status_code == 200
    press(people, "make/zip")
    press(people, "again/1")
    assert "byte for byte" in people.get("evaluator", "/work/reports/1?lang=en").text


# --- In the browser -------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_text_is_kept_while_it_is_written(own_server: str, everyday: BrowserContext) -> None:
    page = everyday.new_page()  # a browser counts the answer 409 as an error
    page.goto(f"{own_server}/work/reports/new/country?lang=en")
    page.locator("main form button").click()
    page.wait_for_url("**/work/reports/1*")
    page.get_by_role("heading", name="Summary").click()
    text = page.get_by_label("Your text").first
    text.fill("Ten people")
    state = page.locator("#state-summary")
    expect(state).to_have_text("Kept.")
    expect(page.locator("#preview-summary")).to_contain_text("Ten people")

    # Meanwhile somebody writes in another window.
    other = page.context.new_page()
    other.goto(f"{own_server}/work/reports/1?lang=en")
    other.get_by_label("Your text").first.fill("Eleven people")
    expect(other.locator("#state-summary")).to_have_text("Kept.")
    other.close()
    with page.expect_response(lambda answer: answer.status == 409):
        text.fill("Twelve people")
    expect(page.locator(".report-other")).to_contain_text("Eleven people")
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    page.get_by_role("button", name="Keep mine").click()
    expect(state).to_have_text("Kept.")
    page.reload()
    expect(page.get_by_label("Your text").first).to_have_value("Twelve people")
    page.close()
