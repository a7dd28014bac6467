"""One cell after another: from the template that a partner fills in to charts, pages and reports."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from html import unescape
from typing import Any

import openpyxl
import pandas as pd
import pytest
from flask.testing import FlaskClient
from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import Engine

import etl
from dashboard import app, changes, frames, history, lineage, queries, reports
from dashboard.views import View
from etl import demo_workbooks
from schemas import database, words
from schemas.scope import EVERYTHING, PUBLIC, Scope

OURS = EVERYTHING
START, END = date(2023, 1, 1), date(2023, 6, 30)
ELSEWHERE = {"X-Forwarded-For": "192.0.2.7"}
"What makes a request that of the public: a proxy stands between."

Typed = dict[tuple[str, str, str, str], Any]
"What a partner types: by indicator, place, part of the indicator, and column."


@dataclass(frozen=True)
class Cell:
    """A cell that was filled in, as its author sees it."""

    file: str
    sheet: str
    address: str


@dataclass(frozen=True)
class Filled:
    """A template that was filled in, with the cells by what they are about."""

    name: str
    data: bytes
    cells: dict[tuple[str, str, str, str], Cell]


def filled(project: str, language: str, typed: Typed, *, name: str = "") -> Filled:
    """Return the template of a project, filled in as somebody does who opens it."""
    with database.connect() as conn:
        known = queries.observations(conn, OURS, project_code=project, breakdowns=True)
        blank = etl.write_template(
            etl.load_reference(conn), project, START, END, language=language, known=known
        )
    book = openpyxl.load_workbook(io.BytesIO(blank))
    name = name or f"{project} {language}.xlsx"
    cells: dict[tuple[str, str, str, str], Cell] = {}
    for sheet in book.worksheets:
        for key, cell in demo_workbooks.cells_by_key(sheet):
            if key in typed:
                assert not cell.protection.locked
                cell.value = typed[key]
                cells[key] = Cell(name, sheet.title, cell.coordinate)
    assert set(cells) == set(typed)
    out = io.BytesIO()
    book.save(out)
    return Filled(name, out.getvalue(), cells)


def accept(workbook: Filled) -> int:
    receipt = etl.receive(workbook.data, workbook.name)
    assert receipt.state == "ready", receipt.findings
    etl.accept(receipt.submission_id)
    return receipt.submission_id


def drawn(path: str, *, headers: dict[str, str] | None = None) -> Any:
    """Return a page's layout as the browser gets it, asked for from this machine."""
    address, _, search = path.partition("?")
    found = app.page_at(address)
    assert found
    page, named = found
    arguments = dict(part.split("=", 1) for part in search.split("&") if part)
    with app.create_app().server.test_request_context(
        path, headers=headers, environ_base={"REMOTE_ADDR": "127.0.0.1"}
    ):
        layout = page.layout(**{**named, **arguments})
    return json.loads(json.dumps(layout, cls=PlotlyJSONEncoder))


def properties(node: Any) -> Iterator[dict[str, Any]]:
    """Yield the properties of every component of a layout."""
    if isinstance(node, list):
        for one in node:
            yield from properties(one)
    elif isinstance(node, dict) and "props" in node:
        yield node["props"]
        yield from properties(node["props"].get("children"))


def marks_of(page: Any) -> Iterator[tuple[float, list[int]]]:
    """Yield value and observations of every mark of a page's charts: heights of lines and bars."""
    for known in properties(page):
        for trace in json.loads(known.get("data-figure", "{}")).get("data", []):
            if trace["type"] in ("scatter", "bar") and isinstance(trace.get("customdata"), list):
                values = trace["x" if trace["type"] == "bar" else "y"]
                yield from zip(values, trace["customdata"], strict=True)


def numbers_of(page: Any) -> Iterator[tuple[str, list[int]]]:
    """Yield text and observations of every number of a page's tables that leads to its cells."""
    for known in properties(page):
        for ids, text in re.findall(
            r'href="/value\?ids=([^"]+)">([^<]+)<', known.get("data-html", "")
        ):
            yield unescape(text), lineage.expand(ids)


# --- Five workbooks in five languages ---------------------------------------------------------------

V, N, D = "value", "numerator", "denominator"
JOBS = ("JOB-NEW", "GR-A-PAG", V, V)

WORKBOOKS: dict[str, tuple[str, Typed]] = {
    "DA-ES": (
        "es",
        {
            ("PPL-NEW", "ES-SE-CAM", V, V): 41,
            ("CUR-AID", "ES-SE-CAM", V, V): 8450.5,
            ("CUR-AID", "ES-SE-CAM", V, "currency"): "EUR",
        },
    ),
    "DA-GR": (
        "el",
        {
            ("PPL-NEW", "GR-A-PAG", V, V): 63,
            ("PPL-NEW", "GR-A-PAG", V, "value:sex=F"): 38,
            ("PPL-NEW", "GR-A-PAG", V, "value:sex=M"): 25,
            ("JOB-NEW", "GR-A-PAG", V, V): 7,
        },
    ),
    "DA-JO": (
        "ar",
        {
            ("PPL-NEW", "JO-IR-KOU", V, V): "٣٤",
            ("PPL-NEW", "JO-IR-MAZ", V, V): 17,
            ("TRN-CMP", "JO-IR-KOU", N, V): 26,
            ("TRN-CMP", "JO-IR-KOU", D, V): 32,
            ("TRN-CMP", "JO-IR-MAZ", N, V): 13,
            ("TRN-CMP", "JO-IR-MAZ", D, V): 16,
            ("FIN-SPT", "JO-IR-KOU", V, V): "٦٤٢٠٫٢٥",
            ("FIN-SPT", "JO-IR-KOU", V, "currency"): "JOD",
        },
    ),
    "DA-PT": (
        "pt",
        {
            ("VOL-HRS", "PT-11-BEF", V, V): "1 250,5",
            ("ENV-LND", "PT-11-BEF", V, V): 3400,
        },
    ),
    "DA-TN": ("fr", {("PPL-NEW", "TN-11-MED", V, V): 97, ("JOB-NEW", "TN-11-MED", V, V): 6}),
}

CELLS: dict[str, list[tuple[tuple[str, str, str, str], float, float]]] = {
    # The key of the cell, its value, and what all of the project's cells make together.
    "DA-ES": [
        (("PPL-NEW", "ES-SE-CAM", V, V), 41, 41),
        (("CUR-AID", "ES-SE-CAM", V, V), 8450.5, 8450.5),
    ],
    "DA-GR": [
        (("PPL-NEW", "GR-A-PAG", V, V), 63, 63),
        (("PPL-NEW", "GR-A-PAG", V, "value:sex=F"), 38, 38),
        (("JOB-NEW", "GR-A-PAG", V, V), 7, 7),
    ],
    "DA-JO": [
        (("PPL-NEW", "JO-IR-KOU", V, V), 34, 34 + 17),
        # 26 of 32 and 13 of 16: 39 of 48, which is 81.25 %.
        (("TRN-CMP", "JO-IR-KOU", N, V), 81.25, 81.25),
        (("FIN-SPT", "JO-IR-KOU", V, V), 6420.25, 6420.25),
    ],
    "DA-PT": [
        (("VOL-HRS", "PT-11-BEF", V, V), 1250.5, 1250.5),
        (("ENV-LND", "PT-11-BEF", V, V), 3400, 3400),
    ],
    "DA-TN": [
        (("PPL-NEW", "TN-11-MED", V, V), 97, 97),
        (("JOB-NEW", "TN-11-MED", V, V), 6, 6),
    ],
}


def observation(project: str, key: tuple[str, str, str, str]) -> dict[Any, Any]:
    """Return the observation that a cell has become."""
    indicator, place, _, column = key
    with database.connect() as conn:
        found = queries.observations(
            conn, OURS, project_code=project, indicator_codes=[indicator], breakdowns=True
        )
    (row,) = found[
        (found["place_code"] == place)
        & (found["breakdown_key"] == column.partition(":")[2])
        & (found["value_type"] == "actual")
    ].to_dict("records")
    return row


def results(view: View, by: Sequence[str], indicator: str) -> dict[Any, Any]:
    with database.connect() as conn:
        found = frames.results(frames.load(conn, OURS, view, "en"), by)
    (row,) = found[(found["indicator_code"] == indicator) & found["low"].notna()].to_dict("records")
    return row


def sheet_of(data: bytes, name: str) -> list[dict[str, Any]]:
    """Return the rows of a sheet of a report by their headings."""
    head, *rows = openpyxl.load_workbook(io.BytesIO(data))[name].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def plain(text: str) -> float:
    """Return a number as a page shows it, without currency and thousands marks."""
    return float("".join(sign for sign in text if sign.isdigit() or sign in ".-"))


@pytest.mark.thorough(3)
@pytest.mark.parametrize("project", WORKBOOKS)
def test_cells_are_followed_to_charts_pages_and_reports(
    seeded_sqlite: Engine, project: str
) -> None:
    language, typed = WORKBOOKS[project]
    workbook = filled(project, language, typed)
    accept(workbook)
    with database.connect() as conn:
        known = queries.catalogue(conn)
        report = {
            ending: reports.write(conn, OURS, reports.Request("project", project), ending)
            for ending in ("xlsx", "html")
        }
    (country,) = known.countries_of(project)
    look = cache(drawn)
    today = datetime.now(UTC).date()

    for key, value, together in CELLS[project]:
        indicator, is_total, cell = key[0], "=" not in key[3], workbook.cells[key]

        # The observation, and the way back to file, sheet, cell and day.
        row = observation(project, key)
        number = row["observation_id"]
        assert row["value"] == pytest.approx(value)
        assert (row["period_start"].date(), row["period_end"].date()) == (START, END)
        with database.connect() as conn:
            (source,) = history.lineage(conn, OURS, [number]).to_dict("records")
        assert (source["file_name"], source["sheet"], source["cell"]) == (
            cell.file,
            cell.sheet,
            cell.address,
        )
        assert source["accepted_at"].date() == today
        page = json.dumps(look(f"/value/{number}"), ensure_ascii=False)
        for said in (cell.file, f"{cell.sheet}!{cell.address}", words.day(today, "en")):
            assert said in page

        # The heights of lines and bars.
        for path in (f"/project/{project}?indicator={indicator}", f"/indicator/{indicator}"):
            heights = [height for height, ids in marks_of(look(path)) if number in ids]
            assert pytest.approx(together) in heights

        # The reports: the cell, and the number that it is part of.
        (told,) = [
            one
            for one in sheet_of(report["xlsx"], "Sources")
            if (one["File"], one["Sheet"], one["Cell"]) == (cell.file, cell.sheet, cell.address)
        ]
        assert told["Value"] == pytest.approx(value)
        for said in (cell.file, cell.sheet, cell.address):
            assert said in report["html"].decode()
        if not is_total:
            continue
        (told,) = [one for one in sheet_of(report["xlsx"], "Results") if one["Code"] == indicator]
        assert told["Actual, lower end"] == told["Actual, upper end"] == pytest.approx(together)
        assert f'"{together:g}"' in report["html"].decode()  # each number is there exactly, too

        # Project, country, goal and indicator.
        for view, by in (
            (View(project=project), []),
            (View(), ["country_code"]),
            (View(), []),
        ):
            found = results(view, by, indicator)
            assert (found["low"], found["high"]) == (pytest.approx(together),) * 2
            assert number in found["observation_ids"]
            assert found.get("country_code", country) == country
        paths = [f"/project/{project}", f"/country/{country}", f"/indicator/{indicator}"]
        goals = [f"/sdg/{goal}" for goal in known.goals_of(indicator)]
        assert goals
        for path in [*paths, *goals]:
            shown = [text for text, ids in numbers_of(look(path)) if number in ids]
            tolerance = 0.05 if known.indicators[indicator].measure == "ratio" else 0
            expected = value if path == paths[2] else together
            assert pytest.approx(expected, abs=tolerance) in [plain(text) for text in shown]


def test_reports_on_countries_and_goals_have_the_same_numbers(
    seeded_sqlite: Engine,
) -> None:
    workbook = filled("DA-GR", "el", {JOBS: 7})
    accept(workbook)
    for kind, code in (("country", "GRC"), ("sdg", "8")):
        with database.connect() as conn:
            data = reports.write(conn, OURS, reports.Request(kind, code), "xlsx")

        (row,) = [one for one in sheet_of(data, "Results") if one["Code"] == "JOB-NEW"]
        assert (row["Actual, lower end"], row["Actual, upper end"]) == (7, 7)
        (source,) = sheet_of(data, "Sources")
        assert (source["File"], source["Cell"]) == (workbook.name, workbook.cells[JOBS].address)


# --- A fault, its correction, and the way back ------------------------------------------------------


def state() -> list[tuple[Any, ...]]:
    """Return what counts: everything that a page could show, without the ids."""
    with database.connect() as conn:
        found = queries.observations(conn, OURS, breakdowns=True)
    found = found.drop(columns="observation_id").fillna(-1.0)
    return sorted(found.itertuples(index=False, name=None), key=str)


def test_a_fault_is_named_by_its_cell_and_its_correction_counts(seeded_sqlite: Engine) -> None:
    wrong = filled("DA-GR", "el", {JOBS: "επτά", ("PPL-NEW", "GR-A-PAG", V, V): 63}, name="1.xlsx")
    receipt = etl.receive(wrong.data, wrong.name)

    assert receipt.state == "rejected"
    (found,) = [one for one in receipt.findings if one.severity == "error"]
    cell = wrong.cells[JOBS]
    assert (found.sheet, found.cell, found.found) == (cell.sheet, cell.address, "επτά")
    with pytest.raises(etl.DecisionError):
        etl.accept(receipt.submission_id)
    assert state() == []

    right = filled("DA-GR", "el", {JOBS: 7, ("PPL-NEW", "GR-A-PAG", V, V): 63}, name="1.xlsx")
    again = etl.receive(right.data, right.name)
    assert again.state == "ready"
    assert again.submission_id != receipt.submission_id
    with database.connect() as conn:
        preview = etl.preview(conn, again.submission_id)
    assert dict(zip(preview["indicator_code"], preview["after"], strict=True)) == {
        "JOB-NEW": 7,
        "PPL-NEW": 63,
    }
    assert state() == []  # nothing counts before it is accepted
    etl.accept(again.submission_id)
    row = results(View(project="DA-GR"), [], "JOB-NEW")
    assert (row["low"], row["high"]) == (7, 7)


def test_what_is_previewed_is_what_the_pages_show_afterwards(seeded_sqlite: Engine) -> None:
    language, typed = WORKBOOKS["DA-JO"]
    workbook = filled("DA-JO", language, typed)
    receipt = etl.receive(workbook.data, workbook.name)

    def data() -> frames.Data:
        with database.connect() as conn:
            return frames.load(conn, OURS, View(programme="MEDTOWN"), "en", breakdowns=True)

    with database.connect() as conn:
        preview = etl.preview(conn, receipt.submission_id)
    promised = changes.of_results(data(), preview)
    etl.accept(receipt.submission_id)

    names = ["low", "high", "qualifier", "currency", "status"]
    keys = [*changes.SERIES, "indicator_code"]
    shown = frames.results(data(), changes.SERIES)
    shown = shown[shown["low"].notna()].set_index(keys)[names]
    told = promised.set_index(keys)[[f"{name}_after" for name in names]].set_axis(names, axis=1)
    assert len(shown) == 5  # counts and ratios in two places, and an amount in dinars
    pd.testing.assert_frame_equal(told.sort_index(), shown.sort_index(), check_dtype=False)


def test_withdrawing_brings_back_what_counted_before(seeded_sqlite: Engine) -> None:
    accept(filled("DA-GR", "el", {JOBS: 7, ("PPL-NEW", "GR-A-PAG", V, V): 63}, name="1.xlsx"))
    before = state()
    marks_before = list(marks_of(drawn("/project/DA-GR?indicator=JOB-NEW")))

    second = accept(filled("DA-GR", "el", {JOBS: 9}, name="2.xlsx"))
    assert 9.0 in [value for value, _ in marks_of(drawn("/project/DA-GR?indicator=JOB-NEW"))]
    etl.withdraw(second)

    assert state() == before
    marks_after = list(marks_of(drawn("/project/DA-GR?indicator=JOB-NEW")))
    assert [value for value, _ in marks_after] == [value for value, _ in marks_before]
    ((_, ids), *_) = marks_after
    with database.connect() as conn:
        (source,) = history.lineage(conn, OURS, ids).to_dict("records")
    assert source["file_name"] == "1.xlsx"


# --- Few people -------------------------------------------------------------------------------------


@pytest.fixture
def three_jobs(seeded_sqlite: Engine) -> FlaskClient:
    """A database in which three people found work, and many took part."""
    accept(filled("DA-GR", "el", {JOBS: 3, ("PPL-NEW", "GR-A-PAG", V, V): 63}))
    client: FlaskClient = app.create_app().server.test_client()
    return client


def jobs(scope: Scope) -> pd.DataFrame:
    with database.connect() as conn:
        found = queries.observations(conn, scope, project_code="DA-GR", breakdowns=True)
    return found[found["indicator_code"] == "JOB-NEW"]


PAGES = ("/", "/country/GRC", "/project/DA-GR?indicator=JOB-NEW", "/sdg/8", "/indicator/JOB-NEW")


def test_the_public_sees_no_three_people_on_any_page(three_jobs: FlaskClient) -> None:
    number = int(jobs(OURS)["observation_id"].iloc[0])
    assert jobs(PUBLIC).empty

    for path in PAGES:
        ours, public = drawn(path), drawn(path, headers=ELSEWHERE)
        led = [ids for _, ids in [*numbers_of(ours), *marks_of(ours)]]
        assert path == "/" or any(number in ids for ids in led)
        led = [ids for _, ids in [*numbers_of(public), *marks_of(public)]]
        assert not any(number in ids for ids in led)
    (page,) = [drawn(f"/value/{number}", headers=ELSEWHERE)]
    assert "withheld because it rests on few people" in json.dumps(page)
    assert "3 jobs" not in json.dumps(page)
    assert "3 jobs" in json.dumps(drawn(f"/value/{number}"))


def test_the_public_downloads_no_three_people(three_jobs: FlaskClient) -> None:
    def told(table: str, column: str, headers: dict[str, str]) -> list[str]:
        address = f"/download/{table}.csv?programme=MEDTOWN&project=DA-GR&indicator=JOB-NEW"
        text = three_jobs.get(address, headers=headers).get_data().decode("utf-8-sig")
        return [row[column] for row in csv.DictReader(io.StringIO(text)) if row[column]]

    for table, column in (("results", "low"), ("trend", "low"), ("observations", "value")):
        assert [float(value) for value in told(table, column, {})] == [3]
        assert told(table, column, ELSEWHERE) == []


def test_the_public_reads_no_three_people_in_a_report(three_jobs: FlaskClient) -> None:
    def told(address: str, headers: dict[str, str]) -> tuple[list[Any], list[Any]]:
        data = three_jobs.get(f"{address}.xlsx", headers=headers).get_data()
        names = openpyxl.load_workbook(io.BytesIO(data)).sheetnames
        results_of = sheet_of(data, "Results")
        sources = sheet_of(data, "Sources") if "Sources" in names else []
        return (
            [one["Actual, lower end"] for one in results_of if one["Code"] == "JOB-NEW"],
            [one["Value"] for one in sources if one["Code"] == "JOB-NEW"],
        )

    for address in ("/report/project/DA-GR", "/report/country/GRC", "/report/sdg/8"):
        assert told(address, {}) == ([3], [3])
        results_of, sources = told(address, ELSEWHERE)
        assert set(results_of) <= {None}
        assert sources == []
        page = three_jobs.get(f"{address}.html", headers=ELSEWHERE).get_data(as_text=True)
        assert 'value="3"' not in page
