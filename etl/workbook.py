"""An upload becomes cells: read in a process of its own, every cell as typed, with its address."""

import csv
import gc
import io
import os
import re
import signal
import subprocess
import sys
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any, overload

import orjson

from etl.gate import LIMITS, Gate, Hints, Limits
from etl.markup import Range, column_letters, column_number
from etl.reader import MAX_REMARKS, Remark, is_odd, odd_texts
from schemas.codes import Severity
from schemas.findings import Finding, finding

MANY_TEXTS = 50_000
"A column of a text file with more different texts than this hardly repeats itself."

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
    rows: Sequence[list[Cell]]


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
    The text is decoded piece by piece, and its rows are kept by columns.
    """
    rows = Records()
    remarks: list[Remark] = []
    room, longest = limits.csv_cells, limits.text_characters
    try:
        with _no_collection():
            for record in csv.reader(_lines(data, gate.encoding), delimiter=gate.delimiter):
                room -= len(record) or 1
                if room < 0:
                    limit = limits.csv_cells
                    raise WorkbookError(finding("too_many_cells", found=len(rows), limit=limit))
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
                rows.append(record)
    except csv.Error as error:  # a field that goes on and on
        raise WorkbookError(finding("unclosed_quote", "", address(len(rows), 0))) from error
    last = rows[-1][-1] if rows and rows[-1] else None
    if isinstance(last, str) and re.search(r"[\r\n]", last) and _quotes(data, gate.encoding) % 2:
        remarks.append(("unclosed_quote", len(rows) - 1, len(rows[-1]) - 1, last))
    remarks.extend(islice(odd_texts(rows), MAX_REMARKS + 1) if rows.is_odd else [])
    sheet = Sheet(name="", index=0, is_visible=True, rows=rows.closed())
    return [sheet], list(_findings("", remarks, limits))


def _lines(data: bytes, encoding: str) -> Iterator[str]:
    """Yield the lines of a text with their ends, and without what is only for programs."""
    lines = io.TextIOWrapper(io.BytesIO(data), encoding, "replace", newline="")
    first = next(lines, "").removeprefix("\ufeff")
    # Spreadsheet programs take this first line as an instruction and do not show it.
    if not re.fullmatch(r"sep=[\t;|,](?:\r\n?|\n)", first):
        yield first
    yield from lines


def _quotes(data: bytes, encoding: str) -> int:
    return sum(line.count('"') for line in _lines(data, encoding))


class Records(Sequence[list[Cell]]):
    """The rows of a text file, kept by columns: each different text once, its number in each row.

    So a million rows are a tenth of what lists of texts would be. A row is made when it is asked
    for: whoever changes it changes a copy.
    """

    def __init__(self) -> None:
        self.rows = range(0)
        self.widths = array("H")
        self.columns: list[tuple[array[int], list[str | None]]] = []
        self.is_odd = False
        self._known: list[dict[str, int]] = []

    def append(self, record: list[str]) -> None:
        """Add a row; an empty field is nothing."""
        while len(self.columns) < len(record):
            self.columns.append((array("I", bytes(4 * len(self.widths))), [None]))
            self._known.append({"": 0})
        for (codes, texts), known, text in zip(
            self.columns, self._known, chain(record, repeat("")), strict=False
        ):
            code = known.get(text)
            if code is None:
                code = len(texts)
                texts.append(text)
                self.is_odd = self.is_odd or is_odd(text)
                # Where nearly every text is another one, an index would only cost room.
                if code < MANY_TEXTS:
                    known[text] = code
                elif code == MANY_TEXTS:
                    known.clear()
                    known[""] = 0
            codes.append(code)
        self.widths.append(len(record))
        self.rows = range(len(self.widths))

    def closed(self) -> "Records":
        """Return the same rows without what only a growing file needs."""
        self._known = []
        for c, (codes, texts) in enumerate(self.columns):
            kind = "B" if len(texts) < 2**8 else "H" if len(texts) < 2**16 else "I"
            self.columns[c] = array(kind, codes), texts
        return self

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> list[Cell]: ...
    @overload
    def __getitem__(self, place: slice) -> "Records": ...
    def __getitem__(self, place: int | slice) -> "list[Cell] | Records":
        if isinstance(place, slice):
            some = copy(self)
            some.rows = self.rows[place]
            return some
        row = self.rows[place]
        width = self.widths[row]
        return [texts[codes[row]] for codes, texts in self.columns[:width]]

    def __iter__(self) -> Iterator[list[Cell]]:
        for row in self.rows:
            width = self.widths[row]
            yield [texts[codes[row]] for codes, texts in self.columns[:width]]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]
