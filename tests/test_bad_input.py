"""What people hand in by mistake: each fault is named with sheet and cell, and nothing changes."""

import io
import zipfile
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from sqlalchemy import Engine, func, select

import etl
from etl import reference, store, template
from etl.template import keys
from schemas import database, tables, words
from schemas.codes import Severity, SubmissionState
from tests.builders import csv_file, xlsx_file

GOOD = xlsx_file({})
GOOD_HEADER = csv_file({}).split(b"\r\n")[0]


def observations() -> int:
    with database.connect() as conn:
        return conn.execute(select(func.count()).select_from(tables.Observation)).scalar_one()


def xlsx_file_of(lines: list[list[object]]) -> bytes:
    """Return an xlsx file of plain lines."""
    book = openpyxl.Workbook()
    for line in lines:
        book.worksheets[0].append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_cell(cell: str, value: str | int) -> bytes:
    """Return the good workbook with one cell changed."""
    book = openpyxl.load_workbook(io.BytesIO(GOOD))
    book["Datos"][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_markup(old: bytes, new: bytes) -> bytes:
    """Return the good workbook with the markup of its sheet changed, as no library would write it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert old in part
                part = part.replace(old, new)
            target.writestr(name, part)
    return out.getvalue()


def two_templates() -> bytes:
    """Return a template into which the sheets of another project's template were copied."""
    catalogue = reference.read_files()
    period = date(2023, 1, 1), date(2023, 6, 30)
    books = [
        openpyxl.load_workbook(
            io.BytesIO(template.write_template(catalogue, code, *period, language="en"))
        )
        for code in ("DA-GR", "DA-ES")
    ]
    for sheet in books[1].worksheets:
        copy = books[0].create_sheet(f"{sheet.title[:25]} 2")
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    copy[cell.coordinate] = cell.value
    out = io.BytesIO()
    books[0].save(out)
    return out.getvalue()


def password_protected() -> bytes:
    """Return the first bytes of an encrypted package: an OLE container named .xlsx."""
    name = "EncryptedPackage".encode("utf-16-le")
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 1016 + name + b"\0" * 2000


F = "Datos"
CASES: dict[str, tuple[Callable[[], bytes], str, set[str], str]] = {
    # what: (the file, its name, codes of which one must be told, the cell)
    "not a spreadsheet": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "f.xlsx", set(), ""),
    "no rows": (lambda: GOOD_HEADER, "f.csv", {"no_values"}, ""),
    "empty sheet": (lambda: xlsx_file_of([]), "f.xlsx", set(), ""),
    "zero bytes": (lambda: b"", "f.xlsx", {"no_bytes", "empty_file"}, ""),
    "wrong extension": (lambda: GOOD, "f.xls", set(), ""),
    "password": (password_protected, "f.xlsx", {"password"}, ""),
    "truncated": (lambda: GOOD[:-300], "f.xlsx", set(), ""),
    "120 MB": (lambda: b"a,b\n" + b"1,2\n" * 30_000_000, "f.csv", {"file_too_large"}, ""),
    "formula without result": (lambda: with_cell("F2", "=SUM(A1:A9)"), "f.xlsx", set(), "F2"),
    "error value": (
        lambda: with_markup(b'<c r="F2" t="n"><v>14</v></c>', b'<c r="F2" t="e"><v>#REF!</v></c>'),
        "f.xlsx",
        set(),
        "F2",
    ),
    "text in a number": (lambda: with_cell("F2", "fourteen"), "f.xlsx", set(), "F2"),
    "number in a name": (lambda: with_cell("A2", 4711), "f.xlsx", {"unknown_indicator"}, "F2"),
    "unknown project": (lambda: with_cell("B2", "DA-GX"), "f.xlsx", {"unknown_project"}, "F2"),
    "unknown indicator": (
        lambda: with_cell("A2", "JOBNEW1"),
        "f.xlsx",
        {"unknown_indicator"},
        "F2",
    ),
    "unknown territory": (lambda: with_cell("C2", "Pageio"), "f.xlsx", {"unknown_place"}, "F2"),
    "period backwards": (
        lambda: with_cell("D2", "2023-06-30/2023-01-01"),
        "f.xlsx",
        {"period_backwards"},
        "F2",
    ),
    "duplicate row": (lambda: xlsx_file({}, {"value": 3}), "f.xlsx", {"value_contradicted"}, "F3"),
    "part above total": (
        lambda: xlsx_file({}, {"breakdown": "sex=F", "value": 15}),
        "f.xlsx",
        {"part_above_total"},
        "G3",
    ),
    "value without unit": (
        lambda: xlsx_file({"unit": "jobs"}, {"unit": "", "period": "2022-S2"}),
        "f.xlsx",
        {"unit_missing"},
        "G3",
    ),
    "two templates": (two_templates, "f.xlsx", {"template_mixed"}, ""),
}


@pytest.mark.parametrize("what", CASES)
def test_a_fault_is_named_and_nothing_changes(seeded_sqlite: Engine, what: str) -> None:
    make, name, codes, cell = CASES[what]
    receipt = store.receive(make(), name, programme_code="MEDTOWN")
    assert receipt.state in (SubmissionState.REJECTED, SubmissionState.REFUSED)
    errors = [found for found in receipt.findings if found.severity == Severity.ERROR]
    assert errors
    if codes:
        assert codes & {found.code for found in errors}
    if cell:
        told = [found for found in errors if found.cell == cell]
        assert told, receipt.findings
        assert told[0].sheet == (F if name.endswith("xlsx") else "")
    for found in receipt.findings:
        sentence = words.sentence(found, "en")
        assert "{" not in sentence
        assert sentence[-1] in ".?!"
    with pytest.raises(store.DecisionError):
        etl.accept(receipt.submission_id)
    assert observations() == 0


@pytest.mark.parametrize("what", ["unknown project", "unknown indicator", "unknown territory"])
def test_an_unknown_word_comes_with_what_may_have_been_meant(
    seeded_sqlite: Engine, what: str
) -> None:
    make, name, codes, _ = CASES[what]
    receipt = store.receive(make(), name, programme_code="MEDTOWN")
    (found,) = [found for found in receipt.findings if found.code in codes]
    assert any(word in str(found.arguments["suggestion"]) for word in ("DA-G", "JOB-NEW", "Pa"))


def test_the_good_workbook_is_good(seeded_sqlite: Engine) -> None:
    assert store.receive(GOOD, "f.xlsx", programme_code="MEDTOWN").state == SubmissionState.READY


def test_a_workbook_of_another_template_version_is_told_so(seeded_sqlite: Engine) -> None:
    period = date(2023, 1, 1), date(2023, 6, 30)
    data = template.write_template(reference.read_files(), "DA-GR", *period, language="en")
    book = openpyxl.load_workbook(io.BytesIO(data))
    mark = f"{keys.MARK}|{keys.VERSION}|"
    changed = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith(mark):
                    cell.value = cell.value.replace(mark, f"{keys.MARK}|0|")
                    changed += 1
    out = io.BytesIO()
    book.save(out)
    receipt = store.receive(out.getvalue(), "f.xlsx")
    assert changed
    assert "template_version_unknown" in {found.code for found in receipt.findings}
    assert receipt.state == SubmissionState.REJECTED
    assert observations() == 0
