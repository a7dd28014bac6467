"""The catalogue as one workbook: a sheet for each table, to be changed and dropped in again."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from etl.book import ACCENT, KNOWN, MUTED, Book, Guide
from etl.catalogue.cells import cell_of
from etl.catalogue.columns import Column, Form, Kind, explained, forms
from etl.catalogue.rows import Rows, edited
from etl.reference import Record
from schemas.tables import Audit
from schemas.words import N_

VERSION = 1
STATE = "medtown_catalogue"
"The hidden sheet that says of which state of the catalogue a workbook is."

HEADER, EXPLANATION, FIRST = 0, 1, 2
"The rows of a sheet: headers, what belongs there, the first of the table."

ROOM = 500
"Rows below the last one that have the drop-down lists, too."

WIDE = {Kind.TEXTS: 34, Kind.LIST: 30, Kind.CODES: 26, Kind.TEXT: 20, Kind.CODE: 18}


@dataclass(frozen=True)
class State:
    """Of which state of the catalogue a workbook is: the last entry of the audit trail, and its seal."""

    audit_id: int
    seal: str


def state_now(conn: Connection) -> State:
    """Return the state of the catalogue."""
    row = conn.execute(
        select(Audit.audit_id, Audit.hash).order_by(Audit.audit_id.desc()).limit(1)
    ).one_or_none()
    return State(row.audit_id, row.hash) if row else State(0, "")


def write_catalogue(conn: Connection, language: str = "en") -> bytes:
    """Return the catalogue of the database as a workbook, explained in a language."""
    return _write(edited(conn), state_now(conn), language)


def _write(rows: Rows, state: State, language: str) -> bytes:
    book = Book(language)
    _guide(book)
    ends = {form.name: FIRST + len(rows[form.name]) + ROOM for form in forms().values()}
    for form in forms().values():
        _sheet(book, form, [*rows[form.name].values()], ends)
    hidden = book.file.add_worksheet(STATE)
    for row, pair in enumerate(
        (("version", VERSION), ("audit", state.audit_id), ("seal", state.seal))
    ):
        hidden.write_row(row, 0, pair)
    hidden.hide()
    return book.bytes()


def _guide(book: Book) -> None:
    title = book.text(N_("The catalogue"))
    guide = Guide(book, title, title, book.text(N_("Programmes, indicators, places and words")))
    guide.heading(book.text(N_("How to change it")))
    guide.steps(
        book.text(step)
        for step in (
            N_("Change, add or delete rows; the first two rows of each sheet stay as they are."),
            N_("A sheet that you delete stays as it is in the database."),
            N_("Drop the workbook in again: you see what would change before anything does."),
            N_("A row that values rest on is not removed, but marked as no longer asked for."),
        )
    )
    guide.heading(book.text(N_("The sheets")))
    guide.sayings((form.name, book.text(form.label)) for form in forms().values())


def _sheet(book: Book, form: Form, rows: list[Record], ends: dict[str, int]) -> None:
    """Write one table: headers, what belongs there, rows, and the lists to choose from."""
    sheet = book.file.add_worksheet(form.name)
    sheet.set_tab_color(ACCENT)
    if book.is_rtl:
        sheet.right_to_left()
    sheet.freeze_panes(FIRST, len(form.keys))
    sheet.set_row(EXPLANATION, 40)
    at = 0
    for column in form.columns:
        for header in column.headers:
            _head(book, sheet, at, column, header)
            _choices(book, sheet, at, column, ends[form.name], ends)
            for place, row in enumerate(rows, FIRST):
                _put(book, sheet, place, at, column, _part(column, row, header))
            at += 1


def _head(book: Book, sheet: Worksheet, at: int, column: Column, header: str) -> None:
    is_text = column.kind not in (Kind.NUMBER, Kind.WHOLE, Kind.DAY)
    # As text, or 8.10 and 5-9 would become a number and a day under the hands of whoever types.
    look = book.style(num_format="@") if is_text else None
    sheet.set_column(at, at, WIDE.get(column.kind, 14), look)
    sheet.write_string(HEADER, at, header, book.header(align=book.start))
    told = book.style(text_wrap=True, font_size=8, font_color=MUTED, bg_color=KNOWN, valign="top")
    sheet.write_string(EXPLANATION, at, book.text(explained(column)), told)


def _part(column: Column, row: Record, header: str) -> Any:
    value = row[column.name]
    return (value or {}).get(header[-2:]) if column.kind is Kind.TEXTS else value


def _put(book: Book, sheet: Worksheet, row: int, at: int, column: Column, value: Any) -> None:
    cell = cell_of(column, value)
    if isinstance(cell, date):
        sheet.write_datetime(row, at, cell, book.style(num_format="yyyy-mm-dd"))
    elif isinstance(cell, str):
        sheet.write_string(row, at, cell)  # never a formula, whatever it begins with
    elif cell is not None:
        sheet.write_number(row, at, cell)


def _choices(
    book: Book, sheet: Worksheet, at: int, column: Column, end: int, ends: dict[str, int]
) -> None:
    """Give a column its drop-down list: of a vocabulary, or of the codes of another sheet."""
    source: list[str] | str = list(column.choices)
    if column.kind is Kind.YES_NO:
        source = ["true", "false"]
    elif column.kind is Kind.CODE and column.of and column.of.__tablename__ in ends:
        other = column.of.__tablename__
        # The code is always the first column of its sheet.
        letter = xl_col_to_name(0)
        source = f"={other}!${letter}${FIRST + 1}:${letter}${ends[other]}"
    if source:
        rule = {"validate": "list", "source": source, "error_type": "warning"}
        sheet.data_validation(FIRST, at, end, at, rule)
