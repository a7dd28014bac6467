"""Print every ratio of the benchmark; nothing here is a test, because nothing timed is."""

import io
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine
import xlsxwriter
from rich.table import Table
from sqlalchemy import event, insert, select

from benchmarks.serving import database_of_its_own
from benchmarks.timing import best, out

SIZES = (1_000, 10_000, 100_000)
MANY = 1_000_000
PATHS = ("/", "/country/GRC", "/project/DA-GR", "/sdg/8", "/indicator/JOB-NEW", "/submissions")


# --- Intake ------------------------------------------------------------------------------------


def months(count: int) -> Iterator[tuple[date, date]]:
    """Yield whole months, backwards from the end of 2023."""
    last = date(2023, 12, 31)
    for _ in range(count):
        yield last.replace(day=1), last
        last = last.replace(day=1) - timedelta(days=1)


def keys() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield (indicator, project, place, period, breakdown), each once, as many as are asked for."""
    from etl import reference

    catalogue = reference.read_files()
    counts = [
        code
        for code, row in catalogue.indicators.items()
        if row.programme_code == "MEDTOWN" and row.measure == "count" and not row.is_sensitive
    ]
    actions = [
        (code, row.place_codes[0]) for code, row in catalogue.projects.items() if code[:2] == "DA"
    ]
    for start, end in months(850):
        for project, place in actions:
            for indicator in counts:
                for key in ("", "sex=F", "sex=M"):
                    yield indicator, project, place, f"{start}/{end}", key


def workbook(rows: int) -> bytes:
    """Return an xlsx of so many observations in ten columns."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"constant_memory": True})
    sheet = book.add_worksheet()
    header = "indicator project place period value_type breakdown value n reported_as note"
    sheet.write_row(0, 0, header.split())
    for row, (indicator, project, place, period, key) in zip(
        range(1, rows + 1), keys(), strict=False
    ):
        value = 40 if key == "" else 20
        line = [indicator, project, place, period, "actual", key, value, value, "in_period", "note"]
        sheet.write_row(row, 0, line)
    book.close()
    return stream.getvalue()


def read_by_calamine(data: bytes) -> None:
    """Read every cell, as a program would that asks nothing."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def read_by_openpyxl(data: bytes) -> None:
    """Read every cell in openpyxl's fastest way."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    for sheet in book.worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass


def measure_intake(folder: Path) -> None:
    """Print what checking and storing a workbook costs, as multiples of reading it."""
    import etl

    table = Table(
        *("rows", "calamine", "checked", "layout unknown", "stored too", "openpyxl"),
        title="Intake, 10 columns",
    )
    for rows in SIZES:
        data = workbook(rows)
        bare = best(partial(read_by_calamine, data))
        slow = best(partial(read_by_openpyxl, data), 1)
        with database_of_its_own(folder / f"intake-{rows}"):
            checked = best(
                partial(etl.check_file, data, "f.xlsx", programme_code="MEDTOWN"),
                2,
            )
            read = partial(etl.read_file, data, "f.xlsx", layout_name="auto")
            proposed = best(read, 2)
            start = time.perf_counter()
            receipt = etl.receive(data, "f.xlsx", programme_code="MEDTOWN")
            etl.accept(receipt.submission_id, taken=receipt.taken)
            stored = time.perf_counter() - start
        cells = [
            f"{bare:.2f} s",
            *(f"{t:.2f} s = {t / bare:.1f} x" for t in (checked, proposed, stored, slow)),
        ]
        table.add_row(f"{rows:,}", *cells)
    out.print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    out.print(f"peak memory: {peak:,.0f} MB here, {child:,.0f} MB in the reading process")


# --- Pages -------------------------------------------------------------------------------------


def fill(rows: int) -> None:
    """Insert so many observations at once, as if one submission had brought them."""
    from etl import reference, rollup
    from schemas import database, tables

    now = datetime.now(UTC)
    with database.begin() as conn:
        conn.execute(
            insert(tables.Workbook),
            [{"sha256": "0" * 64, "size": 0, "content": b"", "received_at": now}],
        )
        conn.execute(
            insert(tables.Submission),
            [
                {
                    "submission_id": 999_999,
                    "sha256": "0" * 64,
                    "file_name": "many.xlsx",
                    "programme_code": "MEDTOWN",
                    "state": "accepted",
                    "received_at": now,
                }
            ],
        )
        there = set(conn.execute(select(tables.Breakdown.breakdown_key)).scalars())
        ages = [
            c
            for (d, c), row in reference.read_files().categories.items()
            if d == "age_group" and "esf_plus" in row.schemes
        ]
        breakdowns = ["", "sex=F", "sex=M", *(f"age_group={age}" for age in ages)]
        new = [{"breakdown_key": key} for key in breakdowns if key not in there]
        if new:
            conn.execute(insert(tables.Breakdown), new)
        batch: list[dict[str, Any]] = []
        for indicator, project, place, period, key in many_keys(breakdowns, rows):
            start, end = period
            batch.append(
                {
                    "programme_code": "MEDTOWN",
                    "project_code": project,
                    "place_code": place,
                    "indicator_code": indicator,
                    "period_start": start,
                    "period_end": end,
                    "value_type": "actual",
                    "breakdown_key": key,
                    "value": 40.0 if key == "" else 13.0,
                    "submission_id": 999_999,
                    "sheet": "S",
                    "cell": "A1",
                    "raw": "40",
                    "accepted_at": now,
                }
            )
            if len(batch) == 50_000:
                conn.execute(insert(tables.Observation), batch)
                batch = []
        if batch:
            conn.execute(insert(tables.Observation), batch)
        rollup.renew_all(conn, "MEDTOWN")


def many_keys(
    breakdowns: list[str], rows: int
) -> Iterator[tuple[str, str, str, tuple[date, date], str]]:
    """Yield keys of observations long before those of the demonstration, each once."""
    from etl import reference

    catalogue = reference.read_files()
    indicators = [c for c, row in catalogue.indicators.items() if row.programme_code == "MEDTOWN"]
    projects = [
        (code, row.place_codes[0])
        for code, row in catalogue.projects.items()
        if row.programme_code == "MEDTOWN"
    ]
    day, made = date(2021, 12, 31), 0
    while True:
        for project, place in projects:
            for indicator in indicators:
                for key in breakdowns:
                    if made == rows:
                        return
                    made += 1
                    yield indicator, project, place, (day, day), key
        day -= timedelta(days=7)


def measure_pages(title: str, times: int) -> dict[str, float]:
    """Print render time and SQL statements of each page, and return the times."""
    from dashboard import app
    from schemas import database

    dashboard = app.create_app()
    client = dashboard.server.test_client()
    statements: list[str] = []

    @event.listens_for(database.engine(), "before_cursor_execute")
    def _note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    table = Table("page", "time", "statements", "size", title=title)
    taken = {}
    for path in PATHS:
        show = partial(render, client, path)
        show()
        statements.clear()
        size = len(show())
        asked = len([s for s in statements if s.lstrip().upper().startswith("SELECT")])
        taken[path] = best(show, times)
        table.add_row(path, f"{taken[path] * 1000:.0f} ms", str(asked), f"{size / 1000:.0f} kB")
    out.print(table)
    return taken


def render(client: Any, path: str) -> bytes:
    """Return a page's layout, asked for as the browser does."""
    token = client.get("/").headers.get_all("Set-Cookie")
    cookie = next((c.split("=", 1)[1].split(";")[0] for c in token if c.startswith("_csrf")), "")
    body = {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [
            {"id": "_pages_content", "property": "children"},
            {"id": "_pages_store", "property": "data"},
        ],
        "inputs": [
            {"id": "_pages_location", "property": "pathname", "value": path},
            {"id": "_pages_location", "property": "search", "value": ""},
        ],
        "changedPropIds": ["_pages_location.pathname"],
    }
    answer = client.post("/_dash-update-component", json=body, headers={"X-CSRFToken": cookie})
    assert answer.status_code == 200, answer.data[:200]
    data: bytes = answer.data
    return data


def main() -> None:
    """Measure intake, a million rows, annotated copies, reports, recognition, and pages when they are many."""
    from benchmarks import annotate, browser, memory, office, recognition, reports
    from dashboard.demonstration import load as load_demonstration

    browser.main()
    memory.main()
    annotate.main()
    reports.main()
    office.main()
    recognition.main([])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure_intake(folder)
        with database_of_its_own(folder / "pages"):
            for _ in load_demonstration():
                pass
            few = measure_pages("Pages, the demonstration", 3)
            fill(MANY)
            many = measure_pages(f"Pages, {MANY:,} observations more", 1)
            for path in PATHS:
                out.print(f"{path}: {many[path] / few[path]:.1f} x the demonstration")


if __name__ == "__main__":
    main()
