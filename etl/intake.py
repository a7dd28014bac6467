"""The way of one workbook from bytes to rows and findings: gate, read, recognise, parse, check.

Nothing here writes anything; what is known of the database comes in as a function.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pandas as pd

from etl import check, filled, gate, layouts, privacy, register, template, values, workbook
from etl.gate import LIMITS, Limits
from etl.layouts import Layout
from etl.reference import Reference
from schemas.codes import Severity
from schemas.findings import Finding, finding
from schemas.rows import PARSED, ROWS, empty

Known = Callable[[str, Iterable[str]], pd.DataFrame]
"Returns the current observations of some indicators of a programme (`etl.store.known_rows`)."

PERIOD_FAULTS = {"unreadable_period", "ambiguous_periods", "year_start_unknown"}
"What the parser says of a period that it cannot read."

TEMPLATE = "template"
"What stands for a layout where the workbook is our own template."


@dataclass(frozen=True)
class Read:
    """What a workbook says in its own words (`schemas.rows.PARSED`), before any comparison.

    Refused: it could not be opened safely, or lists persons; then its bytes must not be kept.
    `stripped` is what to keep instead of a whole register: the same cells without its people.
    """

    findings: list[Finding]
    parsed: pd.DataFrame = field(default_factory=lambda: empty(PARSED))
    layout_code: str = ""
    layout_version: str = ""
    layout_body: str = ""
    programme_code: str | None = None
    is_refused: bool = False
    stripped: bytes | None = None


@dataclass(frozen=True)
class Intake:
    """What a workbook would become in its programme (`schemas.rows.ROWS`), with every finding."""

    read: Read
    findings: list[Finding]
    programme_code: str | None = None
    rows: pd.DataFrame = field(default_factory=lambda: empty(ROWS))

    @property
    def indicators(self) -> list[str]:
        """The codes of the indicators in the workbook, sorted."""
        return sorted(set(self.rows["indicator_code"]))

    @property
    def project_code(self) -> str | None:
        """The project that the workbook is of; None where it is of several, or of none."""
        projects = set(self.rows["project_code"])
        return projects.pop() or None if len(projects) == 1 else None


def read_file(
    data: bytes,
    file_name: str,
    reference: Reference,
    known_layouts: Sequence[Layout],
    *,
    only: str | None = None,
    limits: Limits = LIMITS,
) -> Read:
    """Return what a workbook says: our template, or the layout that explains it best (or `only`)."""
    try:
        book = workbook.read(data, gate.examine(data, file_name, limits), limits)
    except workbook.WorkbookError as error:
        return Read([error.finding], is_refused=True)
    if people := privacy.personal_data(book):
        return Read(people, is_refused=True)
    if only is None and (ours := filled.read_template(book, reference)):
        has_people = any(found.code == "register_people_not_read" for found in ours.findings)
        return Read(
            ours.findings,
            ours.rows,
            TEMPLATE,
            template.VERSION,
            programme_code=ours.programme_code,
            stripped=register.without_people(book) if has_people else None,
        )
    recognition = layouts.recognise(book, known_layouts, only=only)
    if recognition.layout is None:
        return Read(recognition.findings)
    parsed = values.parse_values(book, recognition, reference)
    return Read(
        _in_order(book, [*_remarks(book, recognition), *recognition.findings, *parsed.findings]),
        parsed.rows,
        recognition.layout.code,
        recognition.layout.version,
        recognition.layout.body,
        recognition.layout.programme or None,
    )


def _remarks(book: workbook.Workbook, recognition: layouts.Recognition) -> list[Finding]:
    """Return what the reader remarked on the file, and on cells of the tables as errors.

    There an error value or a formula without a result is a value that is not there; elsewhere on
    the sheet they are nobody's concern.
    """
    remarks = []
    for found in book.findings:
        if not found.cell:
            remarks.append(found)
            continue
        row, column = workbook.parse_address(found.cell)
        if any(
            table.sheet.name == found.sheet
            and table.first <= row < table.last
            and column in table.columns
            and table.columns[column].column.role != "skip"
            for table in recognition.tables
        ):
            is_value_lost = found.code in ("error_value", "formula_without_result")
            remarks.append(replace(found, severity=Severity.ERROR) if is_value_lost else found)
    return remarks


def _in_order(book: workbook.Workbook, findings: Iterable[Finding]) -> list[Finding]:
    """Return findings sheet by sheet and row by row, one for each cell and code."""
    sheets = {sheet.name: sheet.index for sheet in book.sheets}

    def place(found: Finding) -> tuple[int, int, int, str]:
        try:
            row, column = (
                workbook.parse_address(found.cell.split(":")[0]) if found.cell else (-1, -1)
            )
        except ValueError:
            row, column = -1, -1
        return sheets.get(found.sheet, -1), row, column, found.code

    once = {(found.sheet, found.cell, found.code, found.found): found for found in findings}
    # An error value is no number either: told once.
    known = {(found.sheet, found.cell) for found in once.values() if found.code == "error_value"}
    told = [
        found
        for found in once.values()
        if found.code != "unreadable_number" or (found.sheet, found.cell) not in known
    ]
    return sorted(told, key=place)


def take(
    data: bytes,
    file_name: str,
    reference: Reference,
    known_layouts: Sequence[Layout],
    known: Known,
    *,
    programme_code: str | None = None,
) -> Intake:
    """Return what a workbook would become; `programme_code` where it does not say its own."""
    read = read_file(data, file_name, reference, known_layouts)
    programme = read.programme_code or programme_code
    if read.is_refused or read.parsed.empty:
        nothing = [] if read.findings else [finding("no_values")]
        return Intake(read, [*read.findings, *nothing], programme)
    if programme not in reference.programmes:
        return Intake(read, [*read.findings, finding("programme_unknown")])
    checked = check.check(
        read.parsed,
        reference,
        lambda indicators: known(programme, indicators),
        programme_code=programme,
        today=datetime.now(UTC).date(),
    )
    # A period that could not be read is told where it stands; not again for each of its values.
    is_told = any(found.code in PERIOD_FAULTS for found in read.findings)
    later = [
        found for found in checked.findings if not (is_told and found.code == "period_missing")
    ]
    return Intake(read, [*read.findings, *later], programme, checked.rows)
