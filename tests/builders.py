"""Workbooks made in a test: one value a row, in the words of `data/layouts/observations.toml`."""

import csv
import io
from typing import Any

import openpyxl

COLUMNS = [
    *("indicator", "project", "place", "period", "value_type", "breakdown", "unit", "currency"),
    *("value", "numerator", "denominator", "n", "reported_as"),
]
ROW: dict[str, Any] = {
    "indicator": "JOB-NEW",
    "project": "DA-GR",
    "place": "Paggaio",
    "period": "2023-S1",
    "value_type": "actual",
    "value": 14,
}


def _table(rows: list[dict[str, Any]]) -> list[list[Any]]:
    """Return header and lines; only the columns that some row fills."""
    full = [{**ROW, **row} for row in rows]
    used = [name for name in COLUMNS if any(name in row for row in full)]
    return [used, *([row.get(name) for name in used] for row in full)]


def csv_file(*rows: dict[str, Any]) -> bytes:
    """Return a csv file of rows, each `ROW` with some changes."""
    out = io.StringIO()
    csv.writer(out).writerows(_table(list(rows)))
    return out.getvalue().encode()


def xlsx_file(*rows: dict[str, Any], sheet: str = "Datos") -> bytes:
    """Return an xlsx file of rows, each `ROW` with some changes."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for line in _table(list(rows)):
        page.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
