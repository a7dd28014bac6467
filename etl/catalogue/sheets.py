"""A catalogue workbook that comes back: its rows, and what is wrong with single cells."""

from dataclasses import dataclass, field
from typing import Any

from etl import gate, workbook
from etl.catalogue.book import FIRST, HEADER, STATE, State
from etl.catalogue.cells import CODE, CellError, value_of
from etl.catalogue.columns import Column, Form, Kind, forms
from etl.catalogue.rows import Rows, blank
from etl.reference import Key, Record
from etl.workbook import Sheet, address
from schemas.codes import LANGUAGES, Severity
from schemas.findings import Finding, finding


@dataclass
class Read:
    """The rows of a workbook, where each value stands, and what could not be read."""

    rows: Rows = field(default_factory=dict)
    state: State | None = None
    findings: list[Finding] = field(default_factory=list)
    _rows_at: dict[tuple[str, Key], int] = field(default_factory=dict)
    _columns_at: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def is_broken(self) -> bool:
        """Whether something could not be read, so that nothing can be said of the rest."""
        return any(found.severity == Severity.ERROR for found in self.findings)

    def where(self, table: str, key: Key, column: str) -> tuple[str, str]:
        """Return sheet and cell of a value; of a row that is not there, the sheet alone."""
        row = self._rows_at.get((table, key))
        if row is None:
            return table, ""
        return table, address(row, self._columns_at.get((table, column), 0))


def read_catalogue(data: bytes, file_name: str, known: Rows) -> Read:
    """Return what stands in a catalogue workbook; a sheet that is missing says what is known."""
    read = Read(rows=dict(known))
    try:
        book = workbook.read(data, gate.examine(data, file_name))
    except workbook.WorkbookError as error:
        read.findings.append(error.finding)
        return read
    sheets = {sheet.name: sheet for sheet in book.sheets}
    read.state = _state(sheets.get(STATE))
    if read.state is None:
        read.findings.append(finding("catalogue_not_ours"))
        return read
    tables = forms()
    read.findings += [
        found
        for found in book.findings
        if found.sheet in tables and found.severity == Severity.ERROR
    ]
    for name, form in tables.items():
        if name in sheets:
            _read_sheet(read, form, sheets[name], known[name])
    return read


def _state(sheet: Sheet | None) -> State | None:
    said = {str(row[0]): row[1] for row in sheet.rows if len(row) > 1} if sheet else {}
    number = said.get("audit")
    if not isinstance(number, float) or not number.is_integer():
        return None
    return State(int(number), str(said.get("seal") or ""))


def _read_sheet(read: Read, form: Form, sheet: Sheet, known: dict[Key, Record]) -> None:
    """Read one table into the rows."""
    heads = [str(cell).strip() if cell is not None else "" for cell in _row(sheet, HEADER)]
    places = _places(read, form, heads)
    if places is None:
        return
    rows: dict[Key, Record] = {}
    for line in range(FIRST, len(sheet.rows)):
        cells = _row(sheet, line)
        if all(cell is None or str(cell).strip() == "" for cell in cells):
            continue
        own = _Line(read, form, line, cells, places)
        key = own.key(known)
        if key is None:
            continue
        if key in rows:
            first = read._rows_at[form.name, key] + 1
            own.refuse("catalogue_twice", form.keys[-1].headers[0], row=first)
            continue
        read._rows_at[form.name, key] = line
        rows[key] = own.record(key, known.get(key))
    read.rows[form.name] = rows


def _row(sheet: Sheet, line: int) -> list[Any]:
    return list(sheet.rows[line]) if line < len(sheet.rows) else []


def _places(read: Read, form: Form, heads: list[str]) -> dict[str, int] | None:
    """Return where each header stands; None where the sheet cannot be read by them."""
    headers = {header: column for column in form.columns for header in column.headers}
    found: dict[str, int] = {}
    is_right = True
    for at, head in enumerate(heads):
        if not head:
            continue
        if head not in headers or head in found:
            code = "catalogue_column_twice" if head in found else "catalogue_unknown_column"
            read.findings.append(finding(code, form.name, address(HEADER, at), found=head))
            is_right = False
            continue
        found[head] = at
        read._columns_at.setdefault((form.name, headers[head].name), at)
    for column in form.keys:
        if column.name not in found:
            read.findings.append(
                finding(
                    "catalogue_missing_column", form.name, address(HEADER, 0), found=column.name
                )
            )
            is_right = False
    return found if is_right else None


@dataclass
class _Line:
    """One line of a sheet."""

    read: Read
    form: Form
    line: int
    cells: list[Any]
    places: dict[str, int]

    def cell(self, header: str) -> Any:
        """Return what stands under a header."""
        at = self.places[header]
        return self.cells[at] if at < len(self.cells) else None

    def refuse(self, code: str, header: str, **arguments: str | int) -> None:
        """Say what is wrong with a cell."""
        self.read.findings.append(
            finding(
                code,
                self.form.name,
                address(self.line, self.places.get(header, 0)),
                found="" if self.cell(header) is None else self.cell(header),
                **arguments,
            )
        )

    def value(self, column: Column, header: str) -> Any:
        """Return the value under a header; None, and a finding, where it is none of the column."""
        try:
            return value_of(column, self.cell(header))
        except CellError as error:
            self.refuse(error.code, header, **error.arguments)
            return None

    def key(self, known: dict[Key, Record]) -> Key | None:
        """Return the key of the line; None, and a finding, where it has none."""
        before = len(self.read.findings)
        parts = tuple(self.value(column, column.name) for column in self.form.keys)
        if len(self.read.findings) > before:
            return None
        for column, part in zip(self.form.keys, parts, strict=True):
            if part is None:
                self.refuse("catalogue_no_code", column.name, column=column.name)
                return None
            if parts not in known and isinstance(part, str) and not CODE.fullmatch(part):
                self.refuse("catalogue_code_form", column.name)
                return None
        return parts

    def record(self, key: Key, known: Record | None) -> Record:
        """Return the row of the line; columns that the sheet does not have stay as they are."""
        row = dict(known or blank(self.form))
        for column, part in zip(self.form.keys, key, strict=True):
            row[column.name] = part
        for column in self.form.columns:
            if not column.is_key and any(header in self.places for header in column.headers):
                row[column.name] = self._filled(column, row[column.name])
        return row

    def _filled(self, column: Column, former: Any) -> Any:
        if column.kind is Kind.TEXTS:
            texts = {
                header[-2:]: self.value(column, header)
                for header in column.headers
                if header in self.places
            }
            return with_texts(column, self.form, former, texts)
        return or_default(column, self.form, self.value(column, column.name))


def with_texts(column: Column, form: Form, former: Any, texts: dict[str, str | None]) -> Any:
    """Return a text in languages with some of them set; None where a column without any may be."""
    kept = {language: text for language, text in (former or {}).items() if language not in texts}
    order = [*LANGUAGES, *(one for one in kept if one not in LANGUAGES)]
    every = kept | {language: text for language, text in texts.items() if text}
    made = {language: every[language] for language in order if language in every}
    return made or blank(form)[column.name]


def or_default(column: Column, form: Form, value: Any) -> Any:
    """Return a value, or what an empty cell means: the default of its column."""
    return blank(form)[column.name] if value is None else value
