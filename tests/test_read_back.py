"""The numbers of a country's report, read out of its files again, are those of the country's page."""

import csv
import io
import math
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import docx
import openpyxl
import pytest
from sqlalchemy import Engine, select

from dashboard import frames, reports
from dashboard.frames import Data
from dashboard.reports import formats
from dashboard.reports.document import Document, KeyFigures
from dashboard.views import View
from schemas import database, tables
from schemas.scope import EVERYTHING
from tests import read_pdf

COUNTRY = "ESP"
"The country of the demonstration with most territories, projects and indicators."

READ = ("docx", "pdf", "html")
"Formats that people read: numbers as they are written."

COUNTED = ("xlsx", "zip")
"Formats that programs read: numbers with all their digits."

Rows = list[list[str]]
Ends = tuple[float, float]


@dataclass(frozen=True)
class Report:
    """A report in every format, and the frames of the page on the same country."""

    document: Document
    data: Data
    files: dict[str, bytes]

    def title(self, code: str) -> str:
        return next(one.title for one in self.document.tables if one.code == code)

    def name(self, code: str) -> str:
        return str(self.data.name(self.data.catalogue.indicators[code]))


@pytest.fixture(scope="module")
def report(demo: Engine) -> Report:
    with database.connect() as conn:
        document = reports.document(conn, EVERYTHING, reports.Request("country", COUNTRY))
        data = frames.load(conn, EVERYTHING, View(country=COUNTRY), "en", breakdowns=True)
    files = {one: formats.write(document, one) for one in (*READ, *COUNTED)}
    return Report(document, data, files)


# --- Readers: the rows of a table as a person, or a program, finds them -------------------------------


def of_docx(data: bytes, title: str) -> Rows:
    """Return the first line of each cell of a table."""
    for table in docx.Document(io.BytesIO(data)).tables:
        if table._tbl.tblPr.xpath("w:tblCaption/@w:val") == [title]:
            rows = table._tbl.xpath("w:tr")
            return [
                ["".join(t.text for t in c.xpath("w:p[1]//w:t")) for c in row.xpath("w:tc")]
                for row in rows
            ]
    raise LookupError(title)


def of_pdf(data: bytes, title: str) -> Rows:
    """Return the first piece of each cell of a table, but of names, which take several, all."""
    for element in read_pdf.structure(data).all("Table"):
        rows = [row.all("TH", "TD") for row in element.all("TR")]
        shown = [[(c.text if n == 0 else _first(c)) for n, c in enumerate(row)] for row in rows]
        if shown and title in TITLES and shown[0][: len(TITLES[title])] == TITLES[title]:
            return shown
    raise LookupError(title)


TITLES = {
    "Results": ["Indicator", "Baseline", "Actual"],
    "Territories": ["Territory", "Projects"],
    "Money, as reported and in euros": ["Project", "Period", "As reported"],
    "Sources": ["What", "Where", "Period", "Value"],
}
"How tables begin: a caption stands beside its table, not in it."


def _first(element: read_pdf.Element) -> str:
    leaf: Any = element
    while not isinstance(leaf, str):
        if not leaf.parts:
            return ""
        leaf = leaf.parts[0]
    return leaf


class _Tables(HTMLParser):
    """The tables of a page by their captions; of a cell all but its small lines."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, Rows] = {}
        self.rows: Rows = []
        self.caption, self.into, self.is_small = "", "", False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.rows, self.caption = [], ""
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")
            self.into = "cell"
        elif tag == "caption":
            self.into = "caption"
        elif tag == "small":
            self.is_small = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.found[self.caption] = self.rows
        elif tag in ("th", "td", "caption"):
            self.into = ""
        elif tag == "small":
            self.is_small = False

    def handle_data(self, data: str) -> None:
        if self.into == "caption":
            self.caption += data.strip()
        elif self.into == "cell" and not self.is_small:
            self.rows[-1][-1] += data.strip()


def of_html(data: bytes, title: str) -> Rows:
    return _Tables(data.decode()).found[title]


READERS = {"docx": of_docx, "pdf": of_pdf, "html": of_html}


def counted(report: Report, file_format: str, code: str) -> list[dict[str, Any]]:
    """Return the rows of a table by their headings, as programs read them."""
    title = report.title(code)
    if file_format == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(report.files["xlsx"]))
        name = next(name for name in book.sheetnames if title.startswith(name))
        head, *rows = book[name].iter_rows(values_only=True)
        return [dict(zip(map(str, head), row, strict=True)) for row in rows]
    with zipfile.ZipFile(io.BytesIO(report.files["zip"])) as package:
        path = "sources.csv" if code == "sources" else f"tables/{code}.csv"
        return list(csv.DictReader(io.StringIO(package.read(path).decode())))


# --- What a text says --------------------------------------------------------------------------------


def says(text: str, low: float, high: float, scale: float = 1) -> bool:
    """Return whether a text tells a number, or both ends of a range, to the digits that it has."""
    if math.isnan(low):
        return text.strip() in ("–", "")
    told = re.findall(r"-?\d[\d,]*(?:\.\d+)?", text.replace("−", "-"))
    ends = [low * scale] if len(told) == 1 else [low * scale, high * scale]
    return len(told) == len(ends) and all(map(_is_rounded, told, ends))


def _is_rounded(told: str, value: float) -> bool:
    decimals = len(told.partition(".")[2])
    return math.isclose(float(told.replace(",", "")), value, abs_tol=0.5 * 10.0**-decimals + 1e-9)


def number(value: Any) -> float:
    """Return a number of a workbook or a csv file; NaN where there is none."""
    return math.nan if value in (None, "") else float(value)


def same(value: Any, expected: float) -> bool:
    found = number(value)
    return math.isclose(found, expected) or (math.isnan(found) and math.isnan(expected))


@pytest.mark.parametrize(
    ("text", "low", "high", "is_said"),
    [
        ("1,250.5", 1250.46, 1250.46, True),
        ("~78–112", 78, 112, True),
        ("412", 413, 413, False),
        ("78", 78, 112, True),
        ("–", math.nan, math.nan, True),
        ("0", math.nan, math.nan, False),
    ],
)
def test_a_text_says_its_number_and_no_other(
    text: str, low: float, high: float, is_said: bool
) -> None:
    assert says(text, low, high) == is_said


# --- The report ---------------------------------------------------------------------------------------


def told(report: Report) -> list[dict[Any, Any]]:
    """Return the results that the page shows."""
    return frames.told(frames.results(report.data, [])).to_dict("records")


def results(report: Report) -> Iterator[tuple[str, list[tuple[float, float, float]]]]:
    """Yield each indicator with what its row tells: ends and the scale in which people read them."""
    for row in told(report):
        yield (
            str(row["indicator_code"]),
            [
                (row["baseline"], row["baseline"], 1),
                (row["low"], row["high"], 1),
                (row["target"], row["target"], 1),
                (row["progress_low"], row["progress_high"], 100),
            ],
        )


@pytest.mark.parametrize("file_format", READ)
def test_the_results_framework_is_read_as_the_page_has_it(report: Report, file_format: str) -> None:
    rows = READERS[file_format](report.files[file_format], report.title("results"))
    checked = 0
    for code, values in results(report):
        (row,) = [row for row in rows if len(row) > 4 and _begins(row[0], report.name(code))]
        for text, (low, high, scale) in zip(row[1:], values, strict=False):
            assert says(text, low, high, scale), (code, text, low, high)
            checked += not math.isnan(low)
    assert checked > 40


@pytest.mark.parametrize("file_format", COUNTED)
def test_the_results_framework_is_counted_as_the_page_has_it(
    report: Report, file_format: str
) -> None:
    rows = {row["Code"]: row for row in counted(report, file_format, "results")}
    heads = ("Baseline", "Actual, {} end", "Target", "Progress, {} end")
    assert rows.keys() == {code for code, _ in results(report)}
    for code, values in results(report):
        for head, (low, high, _) in zip(heads, values, strict=True):
            assert same(rows[code][head.format("lower")], low), (code, head)
            if "{}" in head:
                assert same(rows[code][head.format("upper")], high), (code, head)


def words_of(report: Report, file_format: str) -> str:
    """Return all words of a file, without blanks."""
    data = report.files[file_format]
    if file_format == "pdf":
        return read_pdf.plain(read_pdf.structure(data).text)
    if file_format == "html":
        return read_pdf.plain(re.sub(r"<[^>]*>", "", data.decode()))
    if file_format == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data))
        return read_pdf.plain(" ".join(str(c.value or "") for s in book for r in s for c in r))
    body = docx.Document(io.BytesIO(data)).element.body
    return read_pdf.plain("".join(t.text or "" for t in body.xpath(".//w:t")))


@pytest.mark.parametrize("file_format", [*READ, "xlsx"])
def test_key_figures_are_those_of_the_page(report: Report, file_format: str) -> None:
    found = {report.name(str(row["indicator_code"])): row for row in told(report)}
    (figures,) = [one for one in report.document.blocks() if isinstance(one, KeyFigures)]
    said = words_of(report, file_format)
    assert len(figures.items) == 6
    for one in figures.items:
        row = found[one.name]
        assert says(one.value.text, row["low"], row["high"])
        assert one.share == pytest.approx(row["progress_low"], nan_ok=True)
        assert read_pdf.plain(f"{one.name}{one.value.text}") in said


def territories(report: Report) -> dict[str, dict[str, Ends]]:
    """Return the values of each territory by its name and by the indicator's."""
    found = frames.results(report.data, ["place_code"])
    by_place: dict[str, dict[str, Ends]] = {}
    for row in found.to_dict("records"):
        place = report.data.place_name(row["place_code"])
        name = report.name(str(row["indicator_code"]))
        by_place.setdefault(place, {})[name] = (row["low"], row["high"])
    return by_place


@pytest.mark.parametrize("file_format", READ)
def test_territories_are_read_with_their_own_values(report: Report, file_format: str) -> None:
    _, *rows = READERS[file_format](report.files[file_format], report.title("territories"))
    heads = next(t for t in report.document.tables if t.code == "territories").columns
    names = [column.title.rpartition(" (")[0] for column in heads]
    own, checked = territories(report), 0
    assert len(rows) == 3
    for row in rows:
        (place,) = [place for place in own if _begins(row[0], place)]
        for name, text in list(zip(names, row, strict=True))[3:]:
            low, high = own[place].get(name, (math.nan, math.nan))
            assert says(text, low, high), (place, name, text)
            checked += not math.isnan(low)
    assert checked == 4


def amounts(report: Report) -> list[Ends]:
    """Return every amount that was spent, as reported and in euros, as the page's observations have it."""
    found = report.data.observations
    codes = [c for c, row in report.data.catalogue.indicators.items() if row.measure == "amount"]
    own = found[
        found["indicator_code"].isin(codes)
        & (found["value_type"] == "actual")
        & (found["breakdown_key"] == "")
        & found["value"].notna()
    ]
    pairs = own[["value", "value_eur"]].itertuples(index=False, name=None)
    return sorted((value, euros) for value, euros in pairs)


@pytest.mark.parametrize("file_format", READ)
def test_money_is_read_as_it_was_reported(report: Report, file_format: str) -> None:
    rows = READERS[file_format](report.files[file_format], report.title("money"))
    shown = [
        row[2:4] for row in rows if len(row) == 5 and row[1].strip(" –") and row[0] != "Project"
    ]
    expected = amounts(report)
    assert len(shown) == len(expected) > 5
    for pair in expected:
        assert any(all(says(t, v, v) for t, v in zip(texts, pair, strict=True)) for texts in shown)


@pytest.mark.parametrize("file_format", COUNTED)
def test_money_is_counted_as_it_was_reported(report: Report, file_format: str) -> None:
    rows = counted(report, file_format, "money")
    # The total of an indicator may be a range, so a column has two ends.
    ends = ("As reported", "In euros")
    found = [
        tuple(number(row.get(one, row.get(f"{one}, lower end"))) for one in ends)
        for row in rows
        if row["From"]
    ]
    assert sorted(found) == amounts(report)


def behind(report: Report) -> dict[tuple[str, str, str], float | None]:
    """Return what stands in each cell that a number of the page rests on, as the database has it."""
    ids: set[int] = set()
    for row in told(report):
        for name in ("observation_ids", "baseline_ids", "target_ids"):
            several: Sequence[int] = row[name] if isinstance(row[name], list | tuple) else ()
            ids.update(map(int, several))
    query = (
        select(
            tables.Submission.file_name,
            tables.Observation.sheet,
            tables.Observation.cell,
            tables.Observation.value,
        )
        .join(
            tables.Submission, tables.Submission.submission_id == tables.Observation.submission_id
        )
        .where(tables.Observation.observation_id.in_(ids))
    )
    with database.connect() as conn:
        return {(file, sheet, cell): value for file, sheet, cell, value in conn.execute(query)}


@pytest.mark.parametrize("file_format", COUNTED)
def test_every_number_leads_to_the_cell_that_it_stood_in(report: Report, file_format: str) -> None:
    rows = {
        (row["File"], row["Sheet"], row["Cell"]): row
        for row in counted(report, file_format, "sources")
    }
    expected = behind(report)
    assert len(expected) > 60
    assert expected.keys() <= rows.keys()
    for address, value in expected.items():
        assert same(rows[address]["Value"], math.nan if value is None else value), address


@pytest.mark.parametrize("file_format", READ)
def test_sources_are_listed_cell_by_cell(report: Report, file_format: str) -> None:
    rows = READERS[file_format](report.files[file_format], report.title("sources"))
    found = [row for row in rows if len(row) == 8 and row[0] != "What"]
    assert len(found) == len(next(t for t in report.document.tables if t.code == "sources").rows)
    by_cell: dict[tuple[str, str], list[str]] = {}
    for row in found:
        by_cell.setdefault((_bare(row[5]), _bare(row[6])), []).append(row[3].split("“")[0])
    for (_, sheet, cell), value in behind(report).items():
        if value is not None:
            assert any(says(text, value, value) for text in by_cell[sheet, cell]), (sheet, cell)


def test_the_drawings_of_the_largest_page_take_less_than_a_megabyte(report: Report) -> None:
    with database.connect() as conn:
        whole = reports.document(conn, EVERYTHING, reports.Request("summative", "MEDTOWN"))
    page = formats.write(whole, "html").decode()
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawings) > len(whole.charts) > 50
    assert sum(len(one.encode()) for one in drawings) < 1_000_000
    assert "@media print" in page


def _begins(text: str, name: str) -> bool:
    return read_pdf.plain(text).startswith(read_pdf.plain(name))


def _bare(text: str) -> str:
    return text.translate(
        dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2066\u2067\u2068\u2069"))
    ).strip()
