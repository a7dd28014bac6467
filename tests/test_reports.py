"""Reports: the numbers of the pages in two kinds of file, with the cell behind each of them."""

import hashlib
import io
import math
import re
import zipfile
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, update

import etl
from dashboard import cli, frames, queries, reports
from dashboard.views import View
from etl import store
from schemas import database, tables
from schemas.scope import EVERYTHING, PUBLIC, Scope
from tests.builders import csv_file, xlsx_file

OURS = EVERYTHING
PAGGAIO = {"project": "DA-GR", "place": "Paggaio"}


def of(indicator: str, period: str, value: float, **more: Any) -> dict[str, Any]:
    return {**PAGGAIO, "indicator": indicator, "period": period, "value": value, **more}


ROWS = [
    of("JOB-NEW", "2023-12-31", 40, value_type="target"),
    of("JOB-NEW", "2022-S2", 4),
    of("JOB-NEW", "2023-S1", 7),
    of("JOB-NEW", "2023-S2", 5),
    of("PPL-DIR", "2023-12-31", 300, value_type="target"),
    of("PPL-DIR", "2023-S1", 150),
    of("PPL-DIR", "2023-S2", 131),
    of("PPL-DIR", "2023-S2", 80, breakdown="sex=F"),
    of("PPL-DIR", "2023-S2", 40, breakdown="sex=M"),
    of("TRN-CMP", "2022-12-31", 55, value_type="baseline"),
    of("TRN-CMP", "2023-12-31", 75, value_type="target"),
    of("TRN-CMP", "2023-S1", 200 / 3, numerator=40, denominator=60),
    of("FIN-SPT", "2023-S1", 41000.5, currency="EUR"),
]


def accept(data: bytes, name: str = "paggaio.csv") -> None:
    receipt = store.receive(data, name, programme_code="MEDTOWN")
    assert receipt.state == "ready", receipt.findings
    etl.accept(receipt.submission_id)


def written(
    kind: str,
    code: str,
    file_format: str,
    *,
    scope: Scope = OURS,
    language: str = "en",
    **more: Any,
) -> bytes:
    with database.connect() as conn:
        request = reports.Request(kind, code, language, **more)
        return reports.write(conn, scope, request, file_format)


def files(kind: str, code: str, *, scope: Scope = OURS, **more: Any) -> dict[str, bytes]:
    """Return a report in each format, of one document."""
    with database.connect() as conn:
        whole = reports.document(conn, scope, reports.Request(kind, code, **more))
    return {ending: reports.formats.write(whole, ending) for ending in FORMATS}


def sheet_of(data: bytes, name: str) -> list[dict[str, Any]]:
    """Return the rows of a sheet by their headings."""
    head, *rows = openpyxl.load_workbook(io.BytesIO(data))[name].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


class Page(HTMLParser):
    """What a page says: elements with their attributes, texts, and whether they close in order."""

    VOID = frozenset({"meta", "br", "img", "link", "input", "hr", "col"})

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(page.decode())
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.texts.append(data.strip())

    @property
    def text(self) -> str:
        return " ".join(filter(None, self.texts))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture
def paggaio(seeded_sqlite: Engine) -> Engine:
    accept(csv_file(*ROWS))
    return seeded_sqlite


def test_the_results_sheet_holds_the_numbers_of_the_pages(paggaio: Engine) -> None:
    with database.connect() as conn:
        data = frames.load(conn, OURS, View(project="DA-GR"), "en", breakdowns=True)
    expected = {row["indicator_code"]: row for row in frames.results(data, []).to_dict("records")}

    found = {row["Code"]: row for row in sheet_of(written("project", "DA-GR", "xlsx"), "Results")}

    assert found.keys() == expected.keys()
    columns = {
        "Baseline": "baseline",
        "Target": "target",
        "Actual, lower end": "low",
        "Actual, upper end": "high",
        "Progress, lower end": "progress_low",
        "Progress, upper end": "progress_high",
    }
    for code, row in expected.items():
        for title, name in columns.items():
            wanted = None if math.isnan(row[name]) else row[name]
            assert found[code][title] == (wanted if wanted is None else pytest.approx(wanted))
    # 4 + 7 + 5 jobs; between the larger half-year and both of people who may have come twice.
    jobs, people = found["JOB-NEW"], found["PPL-DIR"]
    assert (jobs["Actual, lower end"], jobs["Target"], jobs["Status"]) == (16, 40, "Not achieved")
    assert (people["Actual, lower end"], people["Actual, upper end"]) == (150, 281)
    assert people["Status"] == "No status"
    assert "threshold" in people["What the status rests on"]


def numbers_of(page: bytes, table: str) -> list[float]:
    """Return the numbers of a table of a page as programs read them, both ends of ranges."""
    text = page.decode()
    start = text.index(f'<table class="stack {table}"')
    found = Page(text[start : text.index("</table>", start) + 8].encode()).all("data")
    ends = (n for at in found for n in (at["value"], at.get("data-high", at["value"])))
    return [float(n) for n in ends]


def test_the_page_holds_the_numbers_of_the_workbook(paggaio: Engine) -> None:
    page = written("project", "DA-GR", "html")
    book = written("project", "DA-GR", "xlsx")
    pairs = {
        "results": [
            ("Baseline", "Baseline"),
            ("Actual, lower end", "Actual, upper end"),
            ("Target", "Target"),
            ("Progress, lower end", "Progress, upper end"),
        ],
        "series": [
            ("So far, lower end", "So far, upper end"),
            ("In the period, lower end", "In the period, upper end"),
            ("Expected by the target path", "Expected by the target path"),
            ("Projects that report", "Projects that report"),
        ],
        "disaggregations": [
            ("Actual, lower end", "Actual, upper end"),
            ("Share", "Share"),
            ("Known of the total", "Known of the total"),
        ],
    }
    for name, columns in pairs.items():
        rows = sheet_of(book, name.capitalize())
        shown = [(row[low], row[high]) for row in rows for low, high in columns]
        told = [number for pair in shown for number in pair if number is not None]
        assert numbers_of(page, name) == pytest.approx(told)
        assert told


def test_every_value_leads_to_its_cell(seeded_sqlite: Engine) -> None:
    data = xlsx_file(*ROWS, sheet="Στοιχεία")
    accept(data, "paggaio.xlsx")

    rows = sheet_of(written("project", "DA-GR", "xlsx"), "Sources")

    # All that was reported counts: each row of the file is a row here, from the value's own column.
    assert len(rows) == len(ROWS)
    cells = {row["Cell"]: row for row in rows}
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Στοιχεία"]
    for cell, row in cells.items():
        assert row["Sheet"] == "Στοιχεία"
        assert row["Value"] == pytest.approx(sheet[cell].value)
        assert row["SHA-256 of the file"] == hashlib.sha256(data).hexdigest()[:8]
    page = Page(written("project", "DA-GR", "html"))
    assert set(cells) <= set(page.texts)


def test_series_and_parts_are_those_of_the_frames(paggaio: Engine) -> None:
    book = written("project", "DA-GR", "xlsx")

    jobs = [row for row in sheet_of(book, "Series") if row["Code"] == "JOB-NEW"]
    assert next(row["From"].date() for row in jobs) == date(2022, 7, 1)
    assert [row["So far, lower end"] for row in jobs] == [4, 11, 16]
    assert [row["In the period, lower end"] for row in jobs] == [4, 7, 5]
    assert [row["Until"].date() for row in jobs][-1] == date(2023, 12, 31)
    parts = [
        (row["Code"], row["Category"], row["Actual, lower end"], row["Share"])
        for row in sheet_of(book, "Disaggregations")
    ]
    assert parts == [
        ("PPL-DIR", "Women", 80, pytest.approx(80 / 120)),
        ("PPL-DIR", "Men", 40, pytest.approx(40 / 120)),
    ]


def test_a_page_needs_nothing_but_itself(paggaio: Engine) -> None:
    data = written("project", "DA-GR", "html")
    page = Page(data)

    assert not {"script", "img", "iframe", "link", "object", "form"} & {
        tag for tag, _ in page.found
    }
    assert not re.search(rb"url\(|@import", data)
    for tag, attributes in page.found:
        assert "src" not in attributes
        assert tag == "a" or "href" not in attributes
        assert not any(name.startswith("on") for name in attributes)
    assert page.all("html") == [{"lang": "en", "dir": "ltr"}]
    assert all(at.get("role") == "img" for at in page.all("svg") if "aria-hidden" not in at)
    levels = [int(tag[1]) for tag, _ in page.found if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert "the values are invented" in page.text


def test_each_drawing_is_well_formed(paggaio: Engine) -> None:
    text = written("country", "GRC", "html").decode()

    drawings = re.findall(r'<svg xmlns=.*?</svg>(?=\s*<p class="about">)', text, re.DOTALL)

    # Statuses, map, people by sex (as shares and as numbers), and the trends of jobs and people:
    # others have a single point.
    assert len(drawings) == 6
    for drawing in drawings:
        assert ElementTree.fromstring(drawing).findtext("{http://www.w3.org/2000/svg}title")


SUBJECTS = [
    ("project", "DA-GR"),
    ("country", "GRC"),
    ("sdg", "8"),
    ("territory", "GR-A-PAG"),
    ("summative", "MEDTOWN"),
    ("formative", "MEDTOWN"),
    ("indicator", "JOB-NEW"),
    ("roadmap", "DA-GR"),
    ("round", "MEDTOWN-2023-S2"),
    ("factsheet", "GRC"),
]
FORMATS = ["html", "xlsx", "zip"]


def test_the_same_data_make_the_same_bytes(paggaio: Engine) -> None:
    for kind, code in SUBJECTS:
        assert files(kind, code) == files(kind, code)


def text_of(data: bytes) -> str:
    """Return all that a file says, drawn or written."""
    if data.startswith(b"PK") and b"report.json" in data:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return " ".join(package.read(name).decode() for name in package.namelist())
    if data.startswith(b"PK"):
        book = openpyxl.load_workbook(io.BytesIO(data))
        return " ".join(str(cell.value) for sheet in book for row in sheet for cell in row)
    return data.decode()


def test_the_public_finds_nothing_that_is_withheld(seeded_sqlite: Engine) -> None:
    data = csv_file(
        of("PPL-NEW", "2022-S2", 4877),
        of("PPL-NEW", "2023-S1", 6311),
        of("PPL-NEW", "2023-S1", 6308, breakdown="sex=F"),
        of("PPL-NEW", "2023-S1", 3, breakdown="sex=M"),
    )
    accept(data)
    with database.connect() as conn:
        seen = frames.load(conn, PUBLIC, View(project="DA-GR"), "en", breakdowns=True)
        every = frames.load(conn, OURS, View(project="DA-GR"), "en", breakdowns=True)
    ids = set(seen.observations["observation_id"])
    hidden = every.observations[~every.observations["observation_id"].isin(ids)]
    assert {"sex=M"} < set(hidden["breakdown_key"])

    digest = hashlib.sha256(data).hexdigest()[:8]

    # People are linked to SDG 1; jobs to SDG 8.
    others = {("sdg", "8"): ("sdg", "1"), ("indicator", "JOB-NEW"): ("indicator", "PPL-NEW")}
    since = date(2023, 1, 1)
    for subject in SUBJECTS:
        kind, code = others.get(subject, subject)
        whole = files(kind, code, since=since)
        for file_format, data in files(kind, code, scope=PUBLIC, since=since).items():
            public, ours = text_of(data), text_of(whole[file_format])
            for value in hidden["value"][hidden["value"] > 100]:
                for told in (f"{value:.0f}", f"{value:,.0f}"):
                    assert told not in public
            # A factsheet quotes no cells, and a roadmap no parts.
            if kind != "factsheet":
                assert digest in ours
                assert kind == "roadmap" or re.search("6,?308", ours)
            assert digest not in public
            assert "withheld" in public


@pytest.mark.parametrize("scope", [OURS, PUBLIC], ids=["ours", "public"])
def test_where_nothing_is_reported_the_report_says_so(seeded_sqlite: Engine, scope: Scope) -> None:
    nothing = "Nothing has been reported yet."
    for kind, code, title, sentence in [
        ("project", "DA-GR", "Local action plan", nothing),
        ("territory", "GR-A-PAG", "Paggaio", nothing),
        ("country", "GRC", "Greece", nothing),
        ("country", "FRA", "France", nothing),
        ("summative", "MEDTOWN", "MedTOWN", nothing),
        ("formative", "MEDTOWN", "MedTOWN", nothing),
        ("indicator", "JOB-NEW", "Jobs created", nothing),
        ("roadmap", "DA-GR", "Enabling context conditions", nothing),
        ("round", "MEDTOWN-2023-S2", "2023", nothing),
        ("factsheet", "GRC", "Greece", nothing),
        ("sdg", "8", "SDG 8: ", nothing),
        ("sdg", "14", "SDG 14: ", "No indicator of the programme is linked to this goal."),
    ]:
        for data in files(kind, code, scope=scope).values():
            said = text_of(data)
            assert title in said
            assert sentence in said


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("el", "ltr"), ("ar", "rtl")])
def test_a_report_is_in_its_reader_s_language(
    paggaio: Engine, language: str, direction: str
) -> None:
    jobs = {
        "en": "Jobs created",
        "el": "Θέσεις εργασίας που δημιουργήθηκαν",
        "ar": "الوظائف المستحدثة",
    }
    for kind, code in SUBJECTS:
        told = files(kind, code, language=language)
        page = Page(told["html"])
        book = openpyxl.load_workbook(io.BytesIO(told["xlsx"]))

        assert page.all("html") == [{"lang": language, "dir": direction}]
        assert all(bool(sheet.sheet_view.rightToLeft) == (direction == "rtl") for sheet in book)
        assert jobs[language] in page.text


EVIL = '<script>alert("x")</script>=HYPERLINK("http://evil")'


def test_a_name_stays_a_name(paggaio: Engine) -> None:
    with database.begin() as conn:
        conn.execute(
            update(tables.Project)
            .where(tables.Project.project_code == "DA-GR")
            .values(
                names={"en": EVIL},
                source_url="javascript:alert(1)",
                facts=[{"text": EVIL, "value": 1, "unit": EVIL, "source_url": EVIL}],
            )
        )

    for kind, code in (("project", "DA-GR"), ("country", "GRC")):
        page = Page(written(kind, code, "html"))
        assert not page.all("script")
        assert EVIL in page.text
        assert all(at["href"].startswith("http") for at in page.all("a"))
        book = openpyxl.load_workbook(io.BytesIO(written(kind, code, "xlsx")))
        cells = [cell for sheet in book for row in sheet for cell in row]
        assert not any(cell.data_type == "f" or cell.hyperlink for cell in cells)


def test_a_subject_is_named_as_people_do(seeded_sqlite: Engine) -> None:
    with database.connect() as conn:
        for subject, word, expected in [
            ("project", "DA-GR", "DA-GR"),
            ("project", "da-gr", "DA-GR"),
            ("territory", "Paggaio", "GR-A-PAG"),
            ("country", "GRC", "GRC"),
            ("country", "gr", "GRC"),
            ("country", "Ελλάδα", "GRC"),
            ("programme", "medtown", "MEDTOWN"),
            ("goal", "8", "8"),
            ("goal", "SDG 08", "8"),
            ("goal", "ODS 17", "17"),
            ("indicator", "job-new", "JOB-NEW"),
            ("round", "MEDTOWN-2023-S2", "MEDTOWN-2023-S2"),
        ]:
            assert reports.code_of(conn, reports.Subject(subject), word) == expected


def test_an_unknown_subject_is_answered_with_what_may_be_meant(seeded_sqlite: Engine) -> None:
    with database.connect() as conn:
        for subject, word, sentence in [
            ("project", "DA-GX", "did you mean “DA-GR”"),
            ("goal", "SDG 18", "from 1 to 17"),
            ("country", "Andalusia", "“Andalusia” is a territory"),
            ("territory", "Greece", "“Greece” is a country"),
            ("project", "", "not a project"),
            ("round", "2023", "not a round"),
        ]:
            with pytest.raises(LookupError, match=re.escape(sentence)):
                reports.code_of(conn, reports.Subject(subject), word)


def test_the_command_writes_the_same_report(paggaio: Engine, tmp_path: Any) -> None:
    target = tmp_path / "greece.xlsx"

    told = CliRunner().invoke(
        cli.main, ["report", "country", "Greece", "--format", "xlsx", "-o", str(target)]
    )

    assert told.exit_code == 0, told.output
    assert target.read_bytes() == written("country", "GRC", "xlsx")
    for words, said in [
        (["country", "Grece land"], "not a country"),
        (["contry", "Greece"], "there are country, factsheet"),
        (["country", "GRC", "--as-of", "soon"], "no past day"),
        (["country", "GRC", "--period", "soon"], "not a period"),
    ]:
        again = CliRunner().invoke(cli.main, ["report", *words])
        assert again.exit_code == 2
        assert said in again.output


def test_a_result_rests_on_the_observations_that_it_lists(paggaio: Engine) -> None:
    with database.connect() as conn:
        every = queries.observations(conn, OURS, project_code="DA-GR", breakdowns=True)

    rows = sheet_of(written("sdg", "8", "xlsx"), "Sources")

    # SDG 8 is linked to jobs, not to expenditure.
    codes = {row["Code"] for row in rows}
    assert "JOB-NEW" in codes
    assert "FIN-SPT" not in codes
    jobs = every[every["indicator_code"] == "JOB-NEW"]
    assert len([row for row in rows if row["Code"] == "JOB-NEW"]) == len(jobs) == 4
