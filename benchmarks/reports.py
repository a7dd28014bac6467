"""Print what reports cost: seconds, and memory: `python -m benchmarks.reports`.

A report of about twenty pages as PDF, and the report on a programme of sixty projects in every format.
"""

import io
import multiprocessing
import tempfile
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pikepdf
from rich.table import Table
from sqlalchemy import Connection, insert, select

from benchmarks.memory import peak
from benchmarks.serving import database_of_its_own
from benchmarks.timing import best, out
from dashboard.demonstration import load as load_demonstration
from dashboard.reports.document import Document
from etl import rollup
from schemas import database, tables
from tests.papers import sample

LANGUAGES = ("en", "el", "ar")
CHARTS = 31
"So many of the sample's make a report of about twenty pages."


def paper(language: str) -> Document:
    """Return a document of about twenty pages: words, charts, tables."""
    document = sample(language)
    parts = [
        replace(part, blocks=part.blocks[:CHARTS]) if part.code == "charts" else part
        for part in document.parts
    ]
    return replace(document, parts=tuple(parts))


def pages(language: str) -> tuple[int, float, float, float, float]:
    """Return pages, kB, seconds of the first and of another PDF, and the peak of memory in MB.

    In a process of its own, which knows the program but has drawn nothing.
    """
    context = multiprocessing.get_context("spawn")
    with context.Pool(1, maxtasksperchild=1) as pool:
        return pool.apply(_made, (language,))


def _made(language: str) -> tuple[int, float, float, float, float]:
    from dashboard.reports.formats import as_pdf

    document = paper(language)
    write = partial(as_pdf.write, document)
    first = best(write, 1)
    again = best(write)
    data = write()
    reached = peak()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages), len(data) / 1000, first, again, reached


# --- A large programme ----------------------------------------------------------------------------

PROGRAMME, PROJECTS = "MEDTOWN", 60
MOST_SECONDS = 30
"What the report on it may take, in any format."

COPIED = (tables.Project, tables.ProjectPlace, tables.ProjectIndicator)
"What a project is, in the order in which its tables need each other."


def enlarge(conn: Connection, count: int = PROJECTS) -> None:
    """Copy the projects of the demonstration, with their values, until there are so many."""
    projects = select(tables.Project.project_code).where(tables.Project.programme_code == PROGRAMME)
    codes = list(conn.execute(projects.order_by(tables.Project.project_code)).scalars())
    wanted = count - len(codes)
    pairs = ((code, f"{code}-{copy}") for copy in range(2, count + 2) for code in codes)
    copies = list(islice(pairs, wanted))
    for table in COPIED:
        _copy(conn, table, copies)
    _copy(conn, tables.Observation, copies)
    rollup.renew_all(conn, PROGRAMME)


def _copy(conn: Connection, table: Any, copies: list[tuple[str, str]]) -> None:
    """Insert the rows of projects once more, under the codes of their copies."""
    key = "observation_id"
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in conn.execute(select(table.__table__)).mappings():
        own = {name: value for name, value in row.items() if name != key}
        rows.setdefault(row["project_code"], []).append(own)
    new = [{**row, "project_code": to} for code, to in copies for row in rows.get(code, [])]
    conn.execute(insert(table), new)


def large(file_format: str) -> tuple[float, float, float, int, float]:
    """Return charts, the seconds of reading and of writing, the size and the peak of memory in MB."""
    from dashboard import reports
    from schemas.scope import EVERYTHING

    request = reports.Request("summative", PROGRAMME)
    made: list[Document] = []

    def read() -> None:
        with database.connect() as conn:
            made.append(reports.document(conn, EVERYTHING, request))

    reading = best(read, 1)
    written: list[bytes] = []
    writing = best(lambda: written.append(reports.formats.write(made[0], file_format)), 1)
    return len(made[0].charts), reading, writing, len(written[0]), peak()


def programme() -> None:
    """Measure the report on a programme of sixty projects, each format in a process of its own."""
    from dashboard.reports import formats

    context = multiprocessing.get_context("spawn")
    title = f"A programme of {PROJECTS} projects (at most {MOST_SECONDS} s)"
    table = Table("format", "charts", "read", "written", "size", "peak", title=title)
    with tempfile.TemporaryDirectory() as name, database_of_its_own(Path(name)):
        for _ in load_demonstration():
            pass
        with database.begin() as conn:
            enlarge(conn)
        for file_format in formats.WRITERS:
            with context.Pool(1, maxtasksperchild=1) as pool:
                charts, reading, writing, size, reached = pool.apply(large, (file_format,))
            cells = (f"{reading:.1f} s", f"{writing:.1f} s", f"{size / 1000:,.0f} kB")
            table.add_row(file_format, str(charts), *cells, f"{reached:,.0f} MB")
    out.print(table)


def main() -> None:
    """Measure the sample in three alphabets, and a large programme in every format."""
    table = Table("language", "pages", "size", "first", "again", "peak", title="A report as PDF")
    for language in LANGUAGES:
        count, size, first, again, reached = pages(language)
        cells = (f"{size:,.0f} kB", f"{first:.2f} s", f"{again:.2f} s", f"{reached:,.0f} MB")
        table.add_row(language, str(count), *cells)
    out.print(table)
    programme()


if __name__ == "__main__":
    main()
