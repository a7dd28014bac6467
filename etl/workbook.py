"""An upload becomes cells: read in a process of its own, every cell as typed, with its address."""

import csv
import gc
import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from etl.gate import LIMITS, Gate, Hints, Limits
from etl.markup import Range, column_letters, column_number
from etl.reader import MAX_REMARKS, Remark, is_odd, odd_texts
from schemas.codes import Severity
from schemas.findings import Finding, finding

Cell = None | str | float | bool | date | datetime | time
"What stands in a cell. Whole numbers are floats, durations their hours; errors are their text."


class WorkbookError(Exception):
    "The file cannot be read as a workbook; `finding` says why"

    def __init__(self, found: Finding):
        super().__init__(found.code)
        self.finding = found


@dataclass(frozen=True, kw_only=True)
class Sheet(Hints):
    """The cells of one sheet, `rows[0]` being row 1, and what its markup says of them.

    A csv has one sheet without a name. Rows may differ in length.
    """

    name: str
    index: int
    is_visible: bool
    rows: list[list[Cell]]


@dataclass(frozen=True, kw_only=True)
class Workbook:
    """The sheets of a file in their order, and what is odd about single cells.

    The findings of a sheet that is not used, or of cells beside the table, are not of interest.
    """

    file_name: str
    kind: str
    sheets: list[Sheet]
    findings: list[Finding] = field(default_factory=list)
    date_1904: bool = False


def address(row: int, column: int) -> str:
    """Return what a spreadsheet calls a cell whose row and column are counted from 0.

    >>> address(13, 5)
    'F14'
    """
    return f"{column_letters(column)}{row + 1}"


def parse_address(text: str) -> tuple[int, int]:
    """Return the row and column, counted from 0, of a cell's address: `address` undone."""
    letters = text.rstrip("0123456789")
    return int(text[len(letters) :]) - 1, column_number(letters.upper())


def read(data: bytes, gate: Gate, limits: Limits = LIMITS) -> Workbook:
    """Return the cells of a file that the gate let through; WorkbookError where there are none."""
    for found in gate.findings:
        if found.severity == Severity.ERROR:
            raise WorkbookError(found)
    if gate.kind == "csv":
        sheets, findings = _read_csv(data, gate, limits)
    else:
        sheets, findings = _read_sheets(_answer(data, limits), gate, limits)
    if not any(cell is not None for sheet in sheets for row in sheet.rows for cell in row):
        findings.append(finding("no_cells"))
    return Workbook(
        file_name=gate.file_name,
        kind=gate.kind,
        sheets=sheets,
        findings=[*gate.findings, *findings],
        date_1904=gate.date_1904,
    )


def _answer(data: bytes, limits: Limits) -> dict[str, Any]:
    """Return what the reader found, run as a program that nothing else depends on."""
    program = Path(__file__).with_name("reader.py")
    # Isolated, and without the environment, where the keys of the server are.
    command = [sys.executable, "-I", str(program), orjson.dumps(asdict(limits)).decode()]
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    try:
        ended = subprocess.run(  # noqa: S603 - our own program; the upload is only its input
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=kept,
            timeout=limits.wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise WorkbookError(finding("reading_too_slow")) from error
    if ended.returncode:
        is_slow = -ended.returncode == signal.SIGXCPU
        raise WorkbookError(finding("reading_too_slow" if is_slow else "reading_failed"))
    with _no_collection():
        answer: dict[str, Any] = orjson.loads(ended.stdout)
    if "code" in answer:
        code, found, sheet = answer["code"], answer["found"], answer["sheet"]
        most = {"too_many_columns": limits.columns, "too_many_cells": limits.cells}
        limit = {"limit": most[code]} if code in most else {}
        raise WorkbookError(finding(code, sheet, "", found=found, **limit))
    return answer


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the collector from walking through a million new cells over and over again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _read_sheets(
    answer: dict[str, Any], gate: Gate, limits: Limits
) -> tuple[list[Sheet], list[Finding]]:
    sheets: list[Sheet] = []
    findings: list[Finding] = []
    for index, told in enumerate(answer["sheets"]):
        rows: list[list[Cell]] = told["rows"]
        for r, c in told["days"]:
            rows[r][c] = _day_or_time(str(rows[r][c]))
        hints = gate.hints.get(told["name"], Hints(merged=_ranges(told["merged"])))
        for (r, c), error in hints.errors.items():
            if r < len(rows) and c < len(rows[r]):
                rows[r][c] = error
        sheet = Sheet(
            name=told["name"],
            index=index,
            is_visible=told["is_visible"],
            rows=rows,
            **vars(hints),
        )
        sheets.append(sheet)
        if not sheet.is_visible and rows:
            findings.append(finding("hidden_sheet", sheet.name))
        remarks = [
            *(tuple(remark) for remark in told["remarks"]),
            *(("error_value", r, c, error) for (r, c), error in sheet.errors.items()),
            *(("formula_without_result", r, c, "") for r, c in sheet.no_result),
        ]
        findings.extend(_findings(sheet.name, remarks, limits))
    return sheets, findings


def _findings(sheet: str, remarks: list[Remark], limits: Limits) -> Iterator[Finding]:
    """Yield the remarks on a sheet's cells as findings, row by row, up to a bearable number."""
    remarks.sort(key=lambda remark: remark[1:3])
    for code, r, c, found in remarks[:MAX_REMARKS]:
        limit = {"limit": limits.text_characters} if code == "text_too_long" else {}
        yield finding(code, sheet, address(r, c), found=found, **limit)
    if len(remarks) > MAX_REMARKS:
        yield finding("more_findings", sheet)


def _day_or_time(text: str) -> date | datetime | time:
    if len(text) == 10:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text) if "T" in text else time.fromisoformat(text)


def _ranges(corners: list[Any]) -> list[Range]:
    return [(r1, c1, r2, c2) for (r1, c1), (r2, c2) in corners]


def _read_csv(data: bytes, gate: Gate, limits: Limits) -> tuple[list[Sheet], list[Finding]]:
    """Return the one sheet of a text file: each field as it is written, an empty one as nothing.

    Not in a process of its own: the csv module does what it is told, in memory that is counted.
    """
    text = data.decode(gate.encoding, "replace").removeprefix("\ufeff")
    # Spreadsheet programs take this first line as an instruction and do not show it.
    text = re.sub(r"\Asep=[\t;|,](?:\r\n?|\n)", "", text)
    rows: list[list[Cell]] = []
    remarks: list[Remark] = []
    room, longest = limits.cells, limits.text_characters
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=gate.delimiter):
            room -= len(record) or 1
            if room < 0:
                raise WorkbookError(finding("too_many_cells", found=len(rows), limit=limits.cells))
            if len(record) > limits.columns:
                letters = column_letters(len(record) - 1)
                raise WorkbookError(
                    finding("too_many_columns", found=letters, limit=limits.columns)
                )
            remarks.extend(
                ("text_too_long", len(rows), c, f"{cell[:60]}…")
                for c, cell in enumerate(record)
                if len(cell) > longest
            )
            rows.append([cell or None for cell in record])
    except csv.Error as error:  # a field that goes on and on
        raise WorkbookError(finding("unclosed_quote", "", address(len(rows), 0))) from error
    last = rows[-1][-1] if rows and rows[-1] else None
    if isinstance(last, str) and re.search(r"[\r\n]", last) and text.count('"') % 2:
        remarks.append(("unclosed_quote", len(rows) - 1, len(rows[-1]) - 1, last))
    remarks.extend(islice(odd_texts(rows), MAX_REMARKS + 1) if is_odd(text) else [])
    sheet = Sheet(name="", index=0, is_visible=True, rows=rows)
    return [sheet], list(_findings("", remarks, limits))
