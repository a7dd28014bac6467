"""What the program saw in a workbook that was handed in: its cells, the proposal, and what comes of it.

Nothing is written here, but for the answers that are to be remembered for the next of its kind.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, insert, select, update

from etl import gate, intake, layouts, proposals, reference, store, workbook
from etl.listing import Entry, entries_of
from etl.markup import column_letters
from etl.proposals import ProposedTable
from etl.questions import Answers
from etl.reference import Reference
from etl.remembered import Remembered, remember, to_toml
from etl.surroundings import Line, shown
from etl.workbook import Sheet, Workbook, WorkbookError
from schemas import audit, database
from schemas.findings import finding
from schemas.scope import EVERYTHING, Scope
from schemas.tables import Layout

ROWS = 40
"Rows of a table's body that are shown at first."
ABOVE, BELOW, LAST = 6, 4, 2
"Rows shown before a table, after it, and of its end where the middle is left out."


@dataclass(frozen=True)
class Seen:
    """A workbook as the program sees it under some answers, and what would become of it."""

    file_name: str
    book: Workbook
    taken: intake.Intake
    answers: Answers
    reference: Reference
    hidden: tuple[str, ...] = field(default=())

    @property
    def tables(self) -> tuple[ProposedTable, ...]:
        """The tables of the proposal; none where a known layout explains the workbook."""
        proposal = self.taken.read.proposal
        return proposal.tables if proposal else ()

    def letters(self, table: ProposedTable) -> list[str]:
        """Return the letters of a table's columns."""
        return [column_letters(column.column) for column in table.columns]

    def lines(self, table: ProposedTable, rows: int = ROWS) -> list[Line]:
        """Return the rows of a table and around it, as their author sees them."""
        sheet = next(one for one in self.book.sheets if one.name == table.sheet)
        columns = [column.column for column in table.columns]
        return [
            Line(
                row + 1,
                tuple(shown(sheet, row, column) for column in columns),
                is_header=table.rows.get(row) == "header",
                is_hidden=row in sheet.hidden_rows,
            )
            for row in _rows(table, sheet, rows)
        ]

    def asked(self, language: str) -> list[Entry]:
        """Return the open questions, then what was answered, with the answers to choose from."""
        told = entries_of(self.taken.findings, language, self.answers, {})
        return [entry for entry in told if entry.key]


def _rows(table: ProposedTable, sheet: Sheet, most: int) -> Iterator[int]:
    """Yield the rows to show: the beginning of a table with what is above it, and its end."""
    above = [row for row in table.rows if row < table.header_top]
    top = max(min(above, default=table.header_top), table.header_top - ABOVE, 0)
    until = min(table.first + most, table.last)
    yield from range(top, until)
    yield from range(max(until, table.last - LAST), min(table.last + BELOW, len(sheet.rows)))


def see(
    submission_id: int,
    answers: Answers | None = None,
    *,
    writer: Scope = EVERYTHING,
    bind: Engine | None = None,
) -> Seen:
    """Return what the program sees in a submission, under its own answers or some others.

    It is compared with values of what somebody may hand in (`writer`). DecisionError where its
    workbook is not kept, or is refused today.
    """
    with database.connect(bind) as conn:
        row = store.submission_row(conn, submission_id)
        file_name, data = store.content_of(conn, submission_id)
        told = store.answers_of(conn, submission_id) if answers is None else answers
        book = _opened(data, file_name)
        known = reference.load(conn)
        read = intake.read_book(book, known, layouts.read_layouts(), answers=told)
        taken = intake.checked(
            read,
            known,
            lambda programme, indicators: store.known_rows(
                conn, programme, indicators, writer=writer
            ),
            programme_code=row.programme_code,
        )
    hidden = tuple(sheet.name for sheet in book.sheets if not sheet.is_visible and sheet.rows)
    return Seen(file_name, book, taken, told, known, hidden)


def _opened(data: bytes, file_name: str) -> Workbook:
    try:
        return workbook.read(data, gate.examine(data, file_name))
    except WorkbookError as error:
        raise store.DecisionError(error.finding) from error


def keep_layout(
    submission_id: int,
    answers: Answers,
    title: str,
    project_code: str = "",
    *,
    actor: str = "local",
    bind: Engine | None = None,
) -> Remembered:
    """Remember the answers to a submission for the next workbook of its kind, and return them.

    DecisionError where a known layout explains the workbook, so that there is nothing to remember.
    """
    with database.connect(bind) as conn:
        file_name, data = store.content_of(conn, submission_id)
        proposal = proposals.propose(_opened(data, file_name), reference.load(conn))
    if not proposal.tables:
        raise store.DecisionError(finding("layout_unknown"))
    kept = remember(proposal, answers, title or file_name, project_code)
    with database.begin(bind) as conn:
        key = (Layout.layout_code == kept.code, Layout.version == kept.version)
        row = {"body": to_toml(kept), "created_at": datetime.now(UTC), "is_remembered": True}
        if conn.execute(select(Layout.version).where(*key)).first():
            conn.execute(update(Layout).where(*key).values(**row))
        else:
            row |= {"layout_code": kept.code, "version": kept.version}
            conn.execute(insert(Layout), [{**row, "project_code": kept.project_code}])
        audit.record(
            conn,
            actor=actor,
            action="remember",
            subject=f"layout {kept.code}",
            before=None,
            after={"title": kept.title, "version": kept.version},
        )
    return kept


def layout_file(
    conn: Connection, code: str, *, is_for: Callable[[str], bool] = lambda _: True
) -> str:
    """Return the file of a remembered kind of workbook; LookupError where there is none.

    `is_for` says whether somebody may have those of a project (by its code, empty for no project).
    """
    for one in store.remembered_of(conn):
        if one.code == code and is_for(one.project_code):
            return to_toml(one)
    raise LookupError(f"Nothing is remembered under {code}.")


def forget_layout(code: str, *, actor: str = "local", bind: Engine | None = None) -> None:
    """Remember a kind of workbook no more; LookupError where there is none in the database."""
    with database.begin(bind) as conn:
        mine = (Layout.layout_code == code, Layout.is_remembered)
        if conn.execute(select(Layout.version).where(*mine)).first() is None:
            raise LookupError(f"Nothing is remembered under {code}.")
        conn.execute(update(Layout).where(*mine).values(is_remembered=False))
        audit.record(conn, actor=actor, action="forget", subject=f"layout {code}")
