"""From a number to its cells: every observation behind it, the cell in its surroundings, and the file."""

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import Engine, select, update

import etl
from dashboard import app, frames, lineage
from dashboard.components import pager
from dashboard.pages import value
from dashboard.views import View
from etl import store
from schemas import database, tables
from schemas.scope import EVERYTHING
from tests.builders import csv_file, xlsx_file
from tests.observed import INDICATOR, PLACE, PROJECT, observe, series, submit

WORKBOOKS = Path(__file__).parent / "data" / "workbooks"
HERE = {"environ_base": {"REMOTE_ADDR": "127.0.0.1"}}
"A request from this machine, which may see everything."


def received(data: bytes, name: str) -> int:
    return store.receive(data, name, programme_code="MEDTOWN").submission_id


def around(number: int, sheet: str, cell: str) -> etl.Surroundings:
    with database.connect() as conn:
        found = etl.surroundings(conn, number, sheet, cell)
    assert found is not None
    return found


def lines(found: etl.Surroundings) -> dict[int, tuple[str, ...]]:
    return {line.number: line.cells for line in found.lines}


# --- The cell in its surroundings ----------------------------------------------------------------


def test_a_cell_stands_among_its_labels_and_under_its_header(seeded_sqlite: Engine) -> None:
    data = (WORKBOOKS / "kg_sdg_8.5.2.xlsx").read_bytes()

    found = around(received(data, "kg_sdg_8.5.2.xlsx"), "Лист1", "F10")

    assert found.letters == ("A", "B", "C", "D", "E", "F", "G", "H")
    assert [line.number for line in found.lines] == [4, 7, 8, 9, 10, 11, 12, 13]
    assert [line.is_header for line in found.lines] == [True] + [False] * 7
    assert lines(found)[4][2:6] == ("Items", "2007", "2008", "2009")
    assert lines(found)[10][2] == "woman"
    assert (found.lines[found.row].number, found.letters[found.column]) == (10, "F")
    assert lines(found)[10][found.column] == "14.8"


def test_of_a_wide_table_the_labels_and_what_is_beside_the_cell_are_shown(
    seeded_sqlite: Engine,
) -> None:
    data = (WORKBOOKS / "unesco_enrolment_by_sex.xlsx").read_bytes()

    found = around(received(data, "unesco_enrolment_by_sex.xlsx"), "data", "H51")

    assert found.letters == ("A", "B", "F", "G", "H", "I", "J")
    assert lines(found)[1][0] == "Country"
    assert lines(found)[51][:2] == ("Cuba", "CUB")
    assert lines(found)[51][found.column] == "363818"


def test_a_csv_has_surroundings_too(seeded_sqlite: Engine) -> None:
    number = received(csv_file({}, {"period": "2022-S2", "value": 3}), "f.csv")

    found = around(number, "", "F3")

    assert lines(found)[1][-1] == "value"
    assert lines(found)[3][found.column] == "3"
    assert [line.number for line in found.lines] == [1, 2, 3]


def book_of(change: Any) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_file({}, {"period": "2022-S2", "value": 0.12})))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_hidden_sheet_is_shown_and_said_to_be_hidden(seeded_sqlite: Engine) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.create_sheet("Front")["A1"] = "Front"
        book["Datos"].sheet_state = "hidden"
        book.active = 1

    found = around(received(book_of(change), "f.xlsx"), "Datos", "F2")

    assert not found.is_visible
    assert lines(found)[2][found.column] == "14"


def test_hidden_rows_and_columns_stay_hidden_and_a_share_is_shown_as_one(
    seeded_sqlite: Engine,
) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["Datos"]
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["C"].hidden = True
        sheet["F3"].number_format = "0%"

    found = around(received(book_of(change), "f.xlsx"), "Datos", "F3")

    assert [line.number for line in found.lines] == [1, 3]
    assert "C" not in found.letters
    assert lines(found)[3][found.column] == "12 %"


@pytest.mark.parametrize(
    ("sheet", "cell"), [("Datos", "F99"), ("Nowhere", "F2"), ("Datos", ""), ("Datos", "x")]
)
def test_a_cell_that_is_not_there_has_no_surroundings(
    seeded_sqlite: Engine, sheet: str, cell: str
) -> None:
    number = received(xlsx_file({}), "f.xlsx")
    with database.connect() as conn:
        assert etl.surroundings(conn, number, sheet, cell) is None
        assert etl.surroundings(conn, number, "Datos", "F2:F9") is not None
        assert etl.surroundings(conn, 4711, "Datos", "F2") is None


def test_a_file_that_is_gone_has_no_surroundings(seeded_sqlite: Engine) -> None:
    refused = received(b"Email,Total\nana@example.org,1\nluis@example.org,2\n", "lista.csv")
    with database.connect() as conn:
        assert etl.surroundings(conn, refused, "", "B2") is None


def test_a_register_shows_its_totals_and_none_of_its_people(seeded_sqlite: Engine) -> None:
    with database.connect() as conn:
        data = etl.write_register(etl.load_reference(conn), PROJECT, "en")
    number = received(data, "register.xlsx")
    with database.connect() as conn:
        _, kept = store.content_of(conn, number)
    assert kept != data
    before = openpyxl.load_workbook(io.BytesIO(data)).sheetnames
    left = openpyxl.load_workbook(io.BytesIO(kept)).sheetnames
    for sheet in set(before) - set(left):
        with database.connect() as conn:
            assert etl.surroundings(conn, number, sheet, "B5") is None
    assert around(number, left[0], "B2").sheet == left[0]


# --- The page ------------------------------------------------------------------------------------


def drawn(path: str, *, is_public: bool) -> str:
    """Return a page as the browser gets it, by whoever asks."""
    address, _, search = path.partition("?")
    found = app.page_at(address)
    assert found
    page, named = found
    arguments = dict(part.split("=", 1) for part in search.split("&") if part)
    where = {"headers": {"X-Forwarded-For": "10.0.0.7"}} if is_public else HERE
    with app.create_app().server.test_request_context(**where):
        return json.dumps(
            page.layout(**{**named, **arguments}), cls=PlotlyJSONEncoder, ensure_ascii=False
        )


@pytest.fixture
def accepted(seeded_sqlite: Engine) -> int:
    """The number of the first observation of an accepted workbook: 14 new jobs in Paggaio."""
    etl.accept(
        received(xlsx_file({"value": 14}, {"period": "2022-S2", "value": 13}), "Paggaio.xlsx")
    )
    with database.connect() as conn:
        number = conn.execute(
            select(tables.Observation.observation_id).where(tables.Observation.value == 14)
        ).scalar_one()
    return int(number)


def test_everybody_sees_file_sheet_cell_and_day_and_a_role_sees_the_rest(accepted: int) -> None:
    for is_public in (True, False):
        page = drawn(f"/value/{accepted}", is_public=is_public)
        for said in ("Paggaio.xlsx", "Datos!F2", "Counts since", "Received"):
            assert said in page
        assert ("As written in the cell" in page and '"Q"' in page) != is_public
        assert (value.AROUND in page) != is_public
    with app.create_app().server.test_request_context(headers={"X-Forwarded-For": "10.0.0.7"}):
        assert value.show_surroundings(accepted) == ""
    with app.create_app().server.test_request_context(**HERE):
        shown = json.dumps(value.show_surroundings(accepted), cls=PlotlyJSONEncoder)
    assert "is-hit" in shown
    assert "/submission/1/file" in shown


def test_a_list_of_cells_has_what_was_written_for_a_role_alone(accepted: int) -> None:
    ids = "/value?ids=1-2"
    assert "As written in the cell" in drawn(ids, is_public=False)
    assert "As written in the cell" not in drawn(ids, is_public=True)
    assert "It rests on 2 reported values. They stand in 1 workbook." in drawn(ids, is_public=True)


def test_the_reason_for_a_doubtful_value_stands_with_it(accepted: int) -> None:
    with database.begin() as conn:
        conn.execute(
            tables.FindingRow.__table__.insert(),  # type: ignore[attr-defined]
            [
                {
                    "submission_id": 1,
                    "code": "share_above_100",
                    "severity": "warning",
                    "sheet": "Datos",
                    "cell": "F2",
                    "found": "14",
                    "arguments": {},
                    "justification": "",
                }
            ],
        )
    assert "No reason was given yet." in drawn(f"/value/{accepted}", is_public=False)
    etl.justify(1, ("Datos", "F2", "share_above_100"), "A fair in May.")
    page = drawn(f"/value/{accepted}", is_public=False)
    assert "is the part larger than the whole" in page
    assert "Reason given: A fair in May." in page
    assert "A fair" not in drawn(f"/value/{accepted}", is_public=True)


def test_a_total_of_thousands_is_listed_in_parts(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        number = submit(conn)
        observe(
            conn,
            number,
            *({"cell": f"L{row}", "breakdown_key": f"sex=X{row:04}"} for row in range(1, 1201)),
        )
    address = lineage.by_ids(range(1, 1201))
    first, last = drawn(address, is_public=False), drawn(f"{address}&page=24", is_public=False)

    assert "It rests on 1,200 reported values." in first
    assert "1 to 50 of 1,200" in first
    assert "1,151 to 1,200 of 1,200" in last
    assert f"{address}&page=2" in first
    assert f"{address}&page=23" in last
    for page in (first, last, drawn(f"{address}&page=99", is_public=False)):
        assert page.count("Indicators!L") == pager.PER_PAGE
    shown = {part for page in (first, last) for part in page.split('"') if "Indicators!L" in part}
    assert len(shown) >= 2


def test_a_number_can_be_named_by_its_view_instead_of_its_cells(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        observe(conn, submit(conn), *series())
    with database.connect(seeded_sqlite) as conn:
        data = frames.load(conn, EVERYTHING, View(project=PROJECT), "en")
    (row,) = (
        one
        for one in frames.results(data, ["place_code"]).to_dict("records")
        if (one["indicator_code"], one["place_code"]) == (INDICATOR, PLACE)
    )
    for part, cells in (("actual", (60, 40)), ("target", (200,))):
        by_ids = drawn(lineage.cells(data, row, part), is_public=False)
        by_view = drawn(lineage.by_view(data, row, part), is_public=False)
        assert by_ids == by_view
        for cell in cells:
            assert f"{cell} persons" in by_view


def test_more_cells_than_an_address_can_name_are_named_by_their_view() -> None:
    odd = range(1, 20_001, 2)
    assert lineage.by_ids(odd, otherwise="/value?part=actual") == "/value?part=actual"
    assert lineage.by_ids(range(1, 5001)) == "/value?ids=1-5000"


def test_nothing_of_a_withheld_value_leads_anywhere(accepted: int) -> None:
    with database.begin() as conn:
        conn.execute(update(tables.Programme).values(threshold=100))
        conn.execute(
            tables.Withheld.__table__.insert(),  # type: ignore[attr-defined]
            [{"observation_id": accepted, "reason": "few_people"}],
        )
    assert "There is no such value" in drawn(f"/value/{accepted}", is_public=True)
    assert "Paggaio.xlsx" in drawn(f"/value/{accepted}", is_public=False)
