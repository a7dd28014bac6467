"""What the program saw can be seen and corrected, and the next workbook of the kind is not asked about."""

import io
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

import etl
from dashboard import app, cli
from dashboard.components import sheets
from dashboard.pages import mapping
from etl import (
    gate,
    intake,
    layouts,
    proposals,
    questions,
    reference,
    remembered,
    roles,
    segments,
    store,
)
from etl import workbook as workbooks
from etl.questions import Answers
from etl.reference import Reference
from etl.remembered import KnownTable, Remembered
from schemas import words
from schemas.codes import SubmissionState
from schemas.rows import ROWS, empty
from tests.signed import token
from tests.test_app import ELSEWHERE

ASSETS = Path(__file__).parent.parent / "assets"

SHEET = "Στοιχεία"
Q1, Q2, Q3 = "Α' τρίμηνο 2023", "Β' τρίμηνο 2023", "Γ' τρίμηνο 2023"
PEOPLE, TRAINED, JOBS = "Ωφελούμενοι πρώτη φορά", "Άτομα στα σεμινάρια", "Δουλειές που άνοιξαν"
VALUES = {
    PEOPLE: ("1.250", "1.405", "1.733"),
    TRAINED: ("2.100", "3.015", "3.920"),
    JOBS: ("4", "6", "9"),
}
"What the municipality counts, quarter by quarter; a point marks its thousands, which no cell proves."
CODES = {PEOPLE: "PPL-NEW", TRAINED: "TRN-SKL", JOBS: "JOB-NEW"}


def municipality(*quarters: str, right: int = 0, down: int = 0) -> bytes:
    """Return the workbook of a Greek municipality, in its own layout, with so many quarters."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    sheet.cell(1, 1 + right, "Δήμος Παγγαίου – παρακολούθηση δράσεων")
    lines = [["Δείκτης", "Περιοχή", *quarters, "Παρατηρήσεις"]]
    lines += [
        [name, "Παγγαίο", *values[: len(quarters)], "με κατάλογο"]
        for name, values in VALUES.items()
    ]
    for row, line in enumerate(lines):
        for column, cell in enumerate(line):
            sheet.cell(3 + down + row, 1 + right + column, cell)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.fixture(scope="session")
def known() -> Reference:
    return reference.read_files()


def take(data: bytes, known: Reference, **more: Any) -> intake.Intake:
    return intake.take(
        data, "στοιχεία.xlsx", known, [], lambda *_: empty(ROWS), programme_code="MEDTOWN", **more
    )


def proposed(data: bytes, known: Reference) -> proposals.Proposal:
    book = workbooks.read(data, gate.examine(data, "στοιχεία.xlsx"))
    return proposals.propose(book, known)


def asked(taken: intake.Intake) -> list[str]:
    return [questions.key(one) for one in taken.findings if questions.is_question(one)]


def reply(key: str) -> str:
    """Return what the municipality would say: a comma marks decimals; its words mean our indicators."""
    return "," if key.startswith("ambiguous_numbers") else CODES[key.partition(":")[2]]


def answered(data: bytes, known: Reference) -> dict[str, str]:
    """Answer all questions about a workbook, as long as any is asked, and say whose it is."""
    answers = {f"fact@{SHEET}!project": "DA-GR"}
    for _ in range(3):
        answers |= {key: reply(key) for key in asked(take(data, known, answers=answers))}
    return answers


def told(taken: intake.Intake) -> dict[tuple[str, date], float]:
    """Return the values by indicator and first day."""
    return {
        (row["indicator_code"], row["period_start"].date()): row["value"]
        for row in taken.rows.to_dict("records")
    }


# --- The next workbook of the kind ------------------------------------------------------------------


def test_a_workbook_that_leaves_things_open_is_asked_about(known: Reference) -> None:
    taken = take(municipality(Q1, Q2), known)

    assert f"ambiguous_numbers@{SHEET}!C" in asked(taken)
    assert f"unknown_indicator:{JOBS}" in asked(taken)


def test_what_was_answered_is_read_as_it_was_meant(known: Reference) -> None:
    data = municipality(Q1, Q2)

    taken = take(data, known, answers=answered(data, known))

    assert asked(taken) == []
    assert told(taken) == {
        ("PPL-NEW", date(2023, 1, 1)): 1250,
        ("PPL-NEW", date(2023, 4, 1)): 1405,
        ("TRN-SKL", date(2023, 1, 1)): 2100,
        ("TRN-SKL", date(2023, 4, 1)): 3015,
        ("JOB-NEW", date(2023, 1, 1)): 4,
        ("JOB-NEW", date(2023, 4, 1)): 6,
    }
    assert set(taken.rows["project_code"]) == {"DA-GR"}


def test_the_next_quarter_goes_through_without_a_question(known: Reference) -> None:
    first = municipality(Q1, Q2)
    kept = remembered.remember(proposed(first, known), answered(first, known), "Παγγαίο", "DA-GR")

    taken = take(municipality(Q1, Q2, Q3, right=1, down=2), known, remembered=[kept])

    assert asked(taken) == []
    assert told(taken) == {
        ("PPL-NEW", date(2023, 1, 1)): 1250,
        ("PPL-NEW", date(2023, 4, 1)): 1405,
        ("PPL-NEW", date(2023, 7, 1)): 1733,
        ("TRN-SKL", date(2023, 1, 1)): 2100,
        ("TRN-SKL", date(2023, 4, 1)): 3015,
        ("TRN-SKL", date(2023, 7, 1)): 3920,
        ("JOB-NEW", date(2023, 1, 1)): 4,
        ("JOB-NEW", date(2023, 4, 1)): 6,
        ("JOB-NEW", date(2023, 7, 1)): 9,
    }
    assert set(taken.rows["project_code"]) == {"DA-GR"}
    assert [one.found for one in taken.findings if one.code == "answers_remembered"] == ["Παγγαίο"]


def test_another_kind_of_workbook_is_asked_about(known: Reference) -> None:
    first = municipality(Q1, Q2)
    kept = remembered.remember(proposed(first, known), answered(first, known), "Παγγαίο")
    other = openpyxl.load_workbook(io.BytesIO(first))
    other[SHEET]["E3"] = "Πηγή"
    changed = io.BytesIO()
    other.save(changed)

    taken = take(changed.getvalue(), known, remembered=[kept])

    assert f"ambiguous_numbers@{SHEET}!C" in asked(taken)


def test_an_answer_to_this_workbook_overrules_what_is_remembered(known: Reference) -> None:
    data = municipality(Q1, Q2)
    kept = remembered.remember(proposed(data, known), answered(data, known), "Παγγαίο")
    here = {f"unknown_indicator:{JOBS}": "skip"}

    taken = take(data, known, remembered=[kept], answers=here)

    assert set(taken.rows["indicator_code"]) == {"PPL-NEW", "TRN-SKL"}


# --- What is kept, and how it is found again --------------------------------------------------------


def column(place: int, header: str, role: str = "value") -> proposals.ProposedColumn:
    return proposals.ProposedColumn(place, header, role, 1.0)


def table(*headers: str, sheet: str = "A", left: int = 0, top: int = 0) -> proposals.ProposedTable:
    columns = tuple(column(left + place, header) for place, header in enumerate(headers))
    return proposals.ProposedTable(
        sheet, top, top + 1, top + 9, columns, {top: "header", top + 1: "data"}, 1.0
    )


def proposal(*tables: proposals.ProposedTable) -> proposals.Proposal:
    return proposals.Proposal(None, tables)


def again(answers: Answers, first: proposals.Proposal, second: proposals.Proposal) -> Any:
    return remembered.answers_for([remembered.remember(first, answers, "T")], second)


def test_periods_are_no_part_of_the_signature() -> None:
    one = remembered.signature(table("Name", "2022", "Target 2023", "Total"))
    other = remembered.signature(table("NAME", "2024", "Total", left=3, top=7))

    assert one == other == (1, ("name", "total"))


def test_answers_move_with_their_columns_and_to_new_periods() -> None:
    answers = {"ambiguous_numbers@A!B": ",", "role@A!C": "note", "unknown_place:X": "TUN"}

    found = again(
        answers,
        proposal(table("Name", "2022", "Source")),
        proposal(table("Name", "2022", "2023", "Source", left=2, sheet="B")),
    )

    assert found == {
        "ambiguous_numbers@B!D": ",",
        "ambiguous_numbers@B!E": ",",
        "role@B!F": "note",
        "unknown_place:X": "TUN",
    }


def test_the_period_of_one_workbook_is_not_that_of_the_next() -> None:
    answers = {
        "period_unknown@A!": "2023-Q1",
        "fact@A!period": "2023-Q1",
        "ambiguous_periods@A!A": "2023-05-01",
        "fact@A!place": "TUN",
    }
    kind = proposal(table("Name", "Figures"))

    assert again(answers, kind, kind) == {"fact@A!place": "TUN"}


def test_header_rows_are_counted_from_where_the_header_is_seen() -> None:
    first, second = table("Name", "Figures", top=4), table("Name", "Figures", top=9, left=1)

    found = again({"header@A!A": "4-6"}, proposal(first), proposal(second))

    assert found == {"header@A!B": "9-11"}


def test_two_columns_of_one_name_are_told_apart() -> None:
    kind = proposal(table("Name", "Total", "Total"))

    assert again({"role@A!C": "skip"}, kind, kind) == {"role@A!C": "skip"}


def test_periods_that_were_answered_differently_are_asked_again() -> None:
    kind = proposal(table("Name", "2022", "2023"))

    assert again({"role@A!B": "skip", "role@A!C": "value"}, kind, kind) == {}


def test_tables_of_one_kind_are_told_apart_by_their_sheets() -> None:
    men, women = table("Name", "Figures", sheet="Men"), table("Name", "Figures", sheet="Women")
    answers = {"fact@Men!unit": "persons", "fact@Women!unit": "jobs", "role@Men!B": "value"}
    answers["role@Women!B"] = "value"

    both = again(answers, proposal(men, women), proposal(women))
    new = again(answers, proposal(men, women), proposal(table("Name", "Figures", sheet="Boys")))

    assert both == {"fact@Women!unit": "jobs", "role@Women!B": "value"}
    assert new == {"role@Boys!B": "value"}


def test_of_partners_that_use_one_form_only_what_they_agree_on_counts() -> None:
    kind = proposal(table("Name", "Figures"))
    one = remembered.remember(kind, {"role@A!B": "value", "ambiguous_numbers": "."}, "One", "DA-GR")
    two = remembered.remember(kind, {"role@A!B": "value", "ambiguous_numbers": ","}, "Two", "DA-ES")

    assert one.code != two.code
    assert remembered.answers_for([one, two], kind) == {"role@A!B": "value"}
    assert remembered.answers_for([one], proposal(table("Other", "Figures"))) is None
    assert remembered.answers_for([one], proposal()) is None


def test_the_same_kind_of_the_same_partner_has_one_code() -> None:
    first, later = (
        proposal(table("Name", year, left=at)) for at, year in enumerate(("2022", "2023"))
    )

    codes = {remembered.remember(kind, {}, "T", "DA-GR").code for kind in (first, later)}

    assert len(codes) == 1


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    TEXTS,
    st.dictionaries(TEXTS, TEXTS, max_size=3),
    st.lists(
        st.builds(KnownTable, TEXTS, st.integers(0, 9), st.tuples(TEXTS), st.just({"a@b": "c"})),
        min_size=1,
    ),
)
def test_a_file_says_all_that_is_remembered(
    title: str, answers: Mapping[str, str], tables: list[KnownTable]
) -> None:
    kept = Remembered("da-gr-1", title, tuple(tables), answers, "DA-GR")

    body = remembered.to_toml(kept)

    assert remembered.from_toml(body) == kept
    assert tomllib.loads(body)["remembered"] == "da-gr-1"


@pytest.mark.parametrize("body", ["", "remembered = 1", "remembered = 'a'\ntables = 5", "= ="])
def test_a_file_that_says_too_little_is_refused(body: str) -> None:
    with pytest.raises(layouts.LayoutError):
        remembered.from_toml(body)


def test_a_file_in_the_folder_of_layouts_is_read_back_as_what_it_is(tmp_path: Path) -> None:
    kept = remembered.remember(proposal(table("Name", "Figures")), {"role@A!B": "value"}, "T")
    (tmp_path / "kept.toml").write_text(remembered.to_toml(kept), "utf-8")
    declared = layouts.FOLDER / "kg_sdg.toml"
    (tmp_path / declared.name).write_text(declared.read_text("utf-8"), "utf-8")

    assert remembered.read_remembered(tmp_path) == [kept]
    assert [one.code for one in layouts.read_layouts(tmp_path)] == ["kg_sdg"]


# --- Handed in ------------------------------------------------------------------------------------


def hand_in(data: bytes, name: str = "α.xlsx") -> store.Receipt:
    return etl.receive(data, name, programme_code="MEDTOWN")


def test_what_is_remembered_answers_the_next_submission_until_it_is_forgotten(
    seeded_sqlite: Engine, known: Reference
) -> None:
    first = municipality(Q1, Q2)
    one = hand_in(first)
    assert one.state == SubmissionState.REJECTED
    answers = answered(first, known)
    etl.answer(one.submission_id, answers)
    kept = etl.keep_layout(one.submission_id, answers, "Παγγαίο", "DA-GR")

    two = hand_in(municipality(Q1, Q2, Q3), "β.xlsx")

    assert not [found for found in two.findings if questions.is_question(found)]
    with seeded_sqlite.connect() as conn:
        assert etl.answers_of(conn, two.submission_id)[f"ambiguous_numbers@{SHEET}!E"] == ","
        assert remembered.from_toml(etl.layout_file(conn, kept.code)) == kept
    etl.forget_layout(kept.code)
    three = hand_in(municipality(Q1, Q2, Q3, down=1), "γ.xlsx")
    assert [found for found in three.findings if questions.is_question(found)]
    with pytest.raises(LookupError):
        etl.forget_layout(kept.code)


def test_what_was_remembered_is_replayed_though_it_was_forgotten(
    seeded_sqlite: Engine, known: Reference
) -> None:
    first = municipality(Q1, Q2)
    answers = answered(first, known)
    one = hand_in(first)
    kept = etl.keep_layout(one.submission_id, answers, "Παγγαίο", "DA-GR")
    two = hand_in(municipality(Q1, Q2, Q3), "β.xlsx")
    etl.accept(two.submission_id)
    etl.forget_layout(kept.code)

    assert etl.rebuild() == []


def test_what_is_remembered_is_looked_after_on_the_command_line(
    seeded_sqlite: Engine, known: Reference, tmp_path: Path
) -> None:
    first = municipality(Q1, Q2)
    kept = etl.keep_layout(hand_in(first).submission_id, answered(first, known), "Παγγαίο", "DA-GR")
    run = CliRunner().invoke
    file = tmp_path / "paggaio.toml"

    assert kept.code in run(cli.main, ["layout", "list"]).output
    assert run(cli.main, ["layout", "export", kept.code, "-o", str(file)]).exit_code == 0
    assert remembered.read_remembered(tmp_path) == [kept]
    assert run(cli.main, ["layout", "forget", kept.code]).exit_code == 0
    assert run(cli.main, ["layout", "forget", kept.code]).exit_code == cli.NOT_RUN
    assert kept.code not in run(cli.main, ["layout", "list"]).output


# --- What the page is told ------------------------------------------------------------------------


def test_every_cue_and_every_role_has_its_words() -> None:
    cues = {name for of_role in roles.CUES.values() for name, _, _ in of_role}

    assert cues | {"answered"} <= set(sheets.CUES)
    assert (
        set(roles.ROLES) == set(sheets.ROLES) == {r for of in sheets.FAMILIES.values() for r in of}
    )
    assert set(sheets.FAMILIES) == set(sheets.FAMILY_WORDS)


def test_every_row_has_its_word() -> None:

    assert set(segments.NAMES) == set(sheets.ROWS)


def test_the_script_finds_all_its_words() -> None:
    used = set(
        re.findall(r"(?:page|mine)\.words\.(\w+)", (ASSETS / "js" / "mapping.js").read_text())
    )
    used |= set(re.findall(r"(?<![\w.])words\.(\w+)", (ASSETS / "js" / "combobox.js").read_text()))

    assert used - {"families"} == set(mapping.WORDS)


@pytest.mark.parametrize("language", words.CALENDARS)
def test_what_the_page_says_is_in_every_language(language: str) -> None:
    said = [*sheets.ROLES.values(), *sheets.CUES.values(), *mapping.WORDS.values()]
    told = [words.text(one, language) for one in said]

    assert language == "en" or sum(a != b for a, b in zip(said, told, strict=True)) > 0.9 * len(
        said
    )


@pytest.fixture
def client(seeded_sqlite: Engine) -> FlaskClient:
    return app.create_app().server.test_client()  # type: ignore[no-any-return]


def see(client: FlaskClient, submission: int, **body: Any) -> dict[str, Any]:
    answer = client.post(f"/submission/{submission}/seen", json=body, headers=token(client))
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def test_the_page_is_told_what_the_program_saw(client: FlaskClient) -> None:
    number = hand_in(municipality(Q1, Q2)).submission_id

    seen = see(client, number, catalogue=True)

    (table_,) = seen["tables"]
    assert table_["title"] == f"Sheet “{SHEET}”, rows 3 to 6"
    assert [one["role"] for one in table_["columns"]] == [
        "indicator",
        "place",
        "value",
        "value",
        "note",
    ]
    assert table_["columns"][2]["for"][:2] == [
        "There are figures below.",
        "The header is a period.",
    ]
    assert table_["columns"][2]["word"] == "Sure"
    assert [(line["n"], line["role"]) for line in table_["lines"]][:4] == [
        (1, "title"),
        (2, "empty"),
        (3, "header"),
        (4, "data"),
    ]
    assert table_["lines"][3]["cells"] == [PEOPLE, "Παγγαίο", "1.250", "1.405", "με κατάλογο"]
    assert table_["header"] == {"key": f"header@{SHEET}!A", "first": 3, "last": 3}
    questions_ = {one["key"]: one for one in seen["questions"]}
    assert [one["code"] for one in questions_[f"ambiguous_numbers@{SHEET}!C"]["options"]] == [
        ".",
        ",",
    ]
    word = questions_[f"unknown_indicator:{JOBS}"]
    assert (word["kind"], word["word"]) == ("indicator", JOBS)
    assert "JOB-NEW" in {one["code"] for one in seen["catalogue"]["indicator"]}


def test_an_answer_changes_what_would_be_read_and_keeps_nothing(client: FlaskClient) -> None:
    number = hand_in(municipality(Q1, Q2)).submission_id

    seen = see(client, number, answers={f"role@{SHEET}!D": "skip"})

    assert seen["tables"][0]["columns"][3]["role"] == "skip"
    assert seen["tables"][0]["columns"][3]["word"] == "Answered"
    cells = re.findall(r'<code class="cell">([^<]+)</code>', seen["preview"])
    assert set(cells) == {f"{SHEET}!C6"}
    assert see(client, number)["answers"] == {}


def test_answers_are_saved_and_taken_back(client: FlaskClient) -> None:
    number = hand_in(municipality(Q1, Q2)).submission_id
    saved = {f"role@{SHEET}!D": "skip", f"unknown_indicator:{JOBS}": "JOB-NEW"}

    for answers in (saved, {f"unknown_indicator:{JOBS}": "JOB-NEW"}):
        answer = client.post(
            f"/submission/{number}/answers", json={"answers": answers}, headers=token(client)
        )
        assert answer.get_json() == {"url": f"/submissions/{number}"}
        assert see(client, number)["answers"] == answers


def test_what_is_remembered_can_be_downloaded(client: FlaskClient) -> None:
    number = hand_in(municipality(Q1, Q2)).submission_id
    body = {"answers": {f"role@{SHEET}!D": "skip"}, "title": "Παγγαίο", "project": "DA-GR"}

    kept = client.post(f"/submission/{number}/layout", json=body, headers=token(client)).get_json()
    file = client.get(kept["url"])

    assert file.headers["Content-Disposition"].startswith("attachment")
    assert remembered.from_toml(file.text).title == "Παγγαίο"
    assert client.get(kept["url"], environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code == 302
    assert client.get("/layout/none.toml").status_code == 404


@pytest.mark.parametrize("route", ["seen", "answers", "layout"])
@pytest.mark.parametrize("where", ELSEWHERE, ids=str)
def test_nobody_elsewhere_sees_or_answers(
    client: FlaskClient, route: str, where: dict[str, Any]
) -> None:
    headers = {**token(client), **where.get("headers", {})}

    answer = client.post(
        f"/submission/1/{route}",
        json={"answers": {}},
        headers=headers,
        environ_base=where.get("environ_base", {}),
    )

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"answers": []},
        {"answers": {"a": 5}},
        {"answers": {"a": "x" * 501}},
        {"answers": {"a": "\ud800"}},
        {"answers": {"a\0": "b"}},
        {"answers": {}, "rows": [1]},
        {"answers": {}, "rows": {"0": "many"}},
    ],
    ids=str,
)
def test_a_forged_request_is_not_understood(client: FlaskClient, body: Any) -> None:
    answer = client.post("/submission/1/seen", json=body, headers=token(client))

    assert answer.status_code == 400


def test_a_submission_that_is_not_there_is_said_to_be_so(client: FlaskClient) -> None:
    for route in ("seen", "answers", "layout"):
        answer = client.post(f"/submission/99/{route}", json={"answers": {}}, headers=token(client))
        assert answer.status_code == 404
        assert answer.get_json()["message"]


def test_a_decided_submission_takes_no_answers(client: FlaskClient, known: Reference) -> None:
    data = municipality(Q1, Q2)
    one = etl.receive(data, "α.xlsx", programme_code="MEDTOWN", answers=answered(data, known))
    etl.accept(one.submission_id)

    answer = client.post(
        f"/submission/{one.submission_id}/answers", json={"answers": {}}, headers=token(client)
    )

    assert answer.status_code == 409


# --- In the browser -------------------------------------------------------------------------------


def open_mapping(page: Page, address: str, tmp_path: Path) -> None:
    file = tmp_path / "Παγγαίο.xlsx"
    file.write_bytes(municipality(Q1, Q2))
    page.goto(f"{address}/submissions")
    page.get_by_label("Programme of the workbook").select_option(label="MedTOWN")
    page.set_input_files(".upload-input", file)
    page.get_by_role("link", name="What the program saw").click()
    expect(page.locator(".sheet")).to_be_visible()


def settled(page: Page) -> None:
    expect(page.locator("#mapping-state")).to_have_text("Changed, not saved yet")
    expect(page.locator("#mapping")).not_to_have_attribute("aria-busy", "true")


@pytest.mark.browser
def test_questions_are_answered_by_keyboard(own_server: str, page: Page, tmp_path: Path) -> None:
    open_mapping(page, own_server, tmp_path)

    # A role, in the header of its column.
    role = page.get_by_label("What column E is")
    role.focus()
    page.keyboard.type("Left")
    settled(page)
    expect(role).to_have_value("skip")
    expect(role).to_be_focused()

    # Why a column was read as it was.
    why = page.get_by_role("button", name="Why column C is read so")
    why.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".why")).to_contain_text("The header is a period.")
    expect(why).to_be_focused()

    # A word, from the catalogue.
    word = page.get_by_role("combobox", name=JOBS)
    word.focus()
    page.keyboard.type("jobs created (job-new")
    page.keyboard.press("Enter")
    expect(page.locator(".word").first).to_contain_text("Answered")
    expect(word).to_have_value("Jobs created (JOB-NEW)")
    expect(word).to_be_focused()

    # A question, by its options.
    page.locator("#mapping-questions input").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#mapping-questions .question").first).to_contain_text("Answered")

    # What was answered is checked again.
    page.get_by_role("button", name="Save and check again").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Παγγαίο.xlsx")).to_be_visible()


@pytest.mark.browser
def test_the_picture_fits_a_phone_and_is_accessible(
    own_server: str, page: Page, tmp_path: Path
) -> None:
    open_mapping(page, own_server, tmp_path)
    found = Axe().run(page).response["violations"]
    page.set_viewport_size({"width": 390, "height": 844})
    width = page.evaluate("document.scrollingElement.scrollWidth")

    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    assert width <= 390
