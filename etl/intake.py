"""The way of one workbook from bytes to rows and findings: gate, read, recognise, parse, check.

Nothing here writes anything; what is known of the database comes in as a function.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pandas as pd

from etl import (
    check,
    filled,
    gate,
    layouts,
    privacy,
    proposals,
    register,
    replies,
    values,
    workbook,
)
from etl.gate import LIMITS, Limits
from etl.layouts import Layout
from etl.proposals import Proposal
from etl.questions import Answers
from etl.reference import Reference
from etl.remembered import Remembered, answers_for, fitting
from etl.template import keys
from schemas.codes import Severity
from schemas.findings import Finding, finding
from schemas.rows import PARSED, ROWS, empty

Known = Callable[[str, Iterable[str]], pd.DataFrame]
"Returns the current observations of some indicators of a programme (`etl.store.known_rows`)."

PERIOD_FAULTS = {
    "unreadable_period",
    "ambiguous_periods",
    "year_start_unknown",
    "period_unknown",
}
"What the parser says of a period that it cannot read."

TEMPLATE = "template"
"What stands for a layout where the workbook is our own template."

AUTO = "auto"
"Instead of a layout's name: none is known, the program is to propose one."


@dataclass(frozen=True)
class Read:
    """What a workbook says in its own words (`schemas.rows.PARSED`), before any comparison.

    Refused: it could not be opened safely, or lists persons; then its bytes must not be kept.
    `stripped` is what to keep instead of a whole register: the same cells without its people.
    `answers` are those that were used: given, written into the workbook, or remembered; `reasons`
    those that somebody wrote beside a finding (sheet, cell, code), `said` beside a remark (its thread).
    """

    findings: list[Finding]
    parsed: pd.DataFrame = field(default_factory=lambda: empty(PARSED))
    layout_code: str = ""
    layout_version: str = ""
    layout_body: str = ""
    programme_code: str | None = None
    is_refused: bool = False
    stripped: bytes | None = None
    proposal: Proposal | None = None
    answers: Answers = field(default_factory=dict)
    reasons: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    said: Mapping[int, str] = field(default_factory=dict)


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
    answers: Answers | None = None,
    remembered: Sequence[Remembered] = (),
    limits: Limits = LIMITS,
) -> Read:
    """Return what a workbook says: our template, the layout that explains it best (or `only`), or
    what the program proposes where none does.

    `answers` settle what the workbook leaves open (`etl.questions`), and where nobody answered, what
    is `remembered` of its kind does.
    """
    try:
        book = workbook.read(data, gate.examine(data, file_name, limits), limits)
    except workbook.WorkbookError as error:
        return Read([error.finding], is_refused=True)
    return read_book(
        book, reference, known_layouts, only=only, answers=answers, remembered=remembered
    )


def read_book(
    book: workbook.Workbook,
    reference: Reference,
    known_layouts: Sequence[Layout],
    *,
    only: str | None = None,
    answers: Answers | None = None,
    remembered: Sequence[Remembered] = (),
) -> Read:
    """Return what an opened workbook says, as `read_file` does.

    The list of findings in an annotated copy is no part of it, but what was answered there counts.
    """
    answers = {**replies.read_answers(book), **(answers or {})}
    reasons = replies.justifications(book)
    read = _read_book(
        replies.without_findings(book),
        reference,
        known_layouts,
        only=only,
        answers=answers,
        remembered=remembered,
    )
    return replace(read, reasons=reasons, said=replies.thread_answers(book))


def _read_book(
    book: workbook.Workbook,
    reference: Reference,
    known_layouts: Sequence[Layout],
    *,
    only: str | None,
    answers: Answers,
    remembered: Sequence[Remembered],
) -> Read:
    if people := privacy.personal_data(book):
        return Read(people, is_refused=True)
    if only is None and (ours := filled.read_template(book, reference)):
        has_people = any(found.code == "register_people_not_read" for found in ours.findings)
        return Read(
            ours.findings,
            ours.rows,
            TEMPLATE,
            keys.VERSION,
            programme_code=ours.programme_code,
            stripped=register.without_people(book) if has_people else None,
        )
    tried = [] if only == AUTO else known_layouts
    recognition = layouts.recognise(book, tried, only=only)
    proposal = None
    asked: Sequence[Finding] = ()
    if recognition.layout is None and only in (None, AUTO):
        known = remembered if only is None else ()
        proposal, answers, told = _propose(book, reference, answers, known)
        asked = [*told, *proposal.findings]
        if proposal.layout is None:
            found = _in_order(book, [*_of_file(book), *asked])
            return Read(found, proposal=proposal, answers=answers)
        recognition = layouts.recognise(book, [proposal.layout])
    if recognition.layout is None:
        return Read(recognition.findings)
    parsed = values.parse_values(book, recognition, reference)
    remarks = [*_remarks(book, recognition), *asked, *recognition.findings, *parsed.findings]
    return Read(
        _in_order(book, remarks),
        parsed.rows,
        recognition.layout.code,
        recognition.layout.version,
        recognition.layout.body,
        recognition.layout.programme or None,
        proposal=proposal,
        answers=answers,
    )


def _propose(
    book: workbook.Workbook,
    reference: Reference,
    answers: Answers,
    known: Sequence[Remembered],
) -> tuple[Proposal, Answers, list[Finding]]:
    """Return the proposal, the answers that it obeys, and a note where they were remembered."""
    if not known:
        return proposals.propose(book, reference, answers), answers, []
    unanswered = proposals.propose(book, reference)
    told = answers_for(known, unanswered)
    if told is None:
        again = proposals.propose(book, reference, answers) if answers else unanswered
        return again, answers, []
    answers = {**told, **answers}
    titles = [one.title for one in fitting(known, unanswered)]
    note = finding("answers_remembered", found=" / ".join(dict.fromkeys(titles)))
    return proposals.propose(book, reference, answers), answers, [note]


def _of_file(book: workbook.Workbook) -> list[Finding]:
    """Return what was remarked on the file as a whole."""
    return [found for found in book.findings if not found.cell]


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
    answers: Answers | None = None,
    remembered: Sequence[Remembered] = (),
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> Intake:
    """Return what a workbook would become; `programme_code` where it does not say its own.

    `tell` is told when it was read, and when it was checked: the first two steps of three.
    """
    read = read_file(
        data, file_name, reference, known_layouts, answers=answers, remembered=remembered
    )
    tell(1, 3)
    made = checked(read, reference, known, programme_code=programme_code)
    tell(2, 3)
    return made


def _programme_of(read: Read, reference: Reference) -> str | None:
    """Return the programme of the projects that a workbook names; None where they have several, or none."""
    named = {word for word in read.parsed["project"].unique() if word}
    codes = {code for word in named if (code := reference.find_project(word))}
    programmes = {reference.projects[code].programme_code for code in codes}
    return programmes.pop() if len(programmes) == 1 else None


def _likeliest(read: Read, reference: Reference) -> str:
    """Return the programme that knows most of a workbook's indicators, else the largest one."""
    named = [word for word in read.parsed["indicator"].unique() if word]
    sizes = Counter(row.programme_code for row in reference.indicators.values())

    def likeness(programme: str) -> tuple[int, int]:
        known = sum(bool(reference.find_indicator(word, programme)) for word in named)
        return known, sizes[programme]

    return max(reference.programmes, key=likeness)


def checked(
    read: Read, reference: Reference, known: Known, *, programme_code: str | None = None
) -> Intake:
    """Return what a workbook that was read would become, compared with what is known."""
    programme = read.programme_code or programme_code or _programme_of(read, reference)
    if read.is_refused or read.parsed.empty:
        nothing = [] if read.findings else [finding("no_values")]
        return Intake(read, [*read.findings, *nothing], programme)
    told: list[Finding] = []
    if programme is None and reference.programmes:
        programme = _likeliest(read, reference)
        told = [finding("programme_assumed", found=programme)]
    if programme not in reference.programmes:
        return Intake(read, [*read.findings, finding("programme_unknown")])
    made = check.check(
        read.parsed,
        reference,
        lambda indicators: known(programme, indicators),
        programme_code=programme,
        today=datetime.now(UTC).date(),
        terms=read.answers,
    )
    # A period that could not be read is told where it stands; not again for each of its values.
    is_told = any(found.code in PERIOD_FAULTS for found in read.findings)
    later = [found for found in made.findings if not (is_told and found.code == "period_missing")]
    return Intake(read, [*told, *read.findings, *later], programme, made.rows)
