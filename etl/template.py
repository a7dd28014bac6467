"""The workbook that a partner fills in for a project and a period (`etl.filled` reads it again).

Indicators that are asked by the same categories stand below each other, under the names of those
categories. The sheet says itself what it is: its first cell, its first column and a row above each
such block are hidden and hold keys (which workbook; which indicator, place and part a row is; what
a column is), so that renaming, hiding, moving and copying do no harm. The very hidden sheet
`_medtown` repeats them as they were when the workbook was written.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

import pandas as pd
from babel.numbers import get_territory_currencies
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from etl.book import (
    ACCENT,
    BAND,
    DATE_FORMATS,
    INPUT,
    KNOWN,
    MUTED,
    SHUT,
    WHITE,
    WRONG,
    Book,
    Cells,
    Guide,
    lines_of,
    number_format,
    sheet_name,
)
from etl.reference import Category, Indicator, Project, ProjectIndicator, Reference
from etl.workbook import Cell
from schemas import words
from schemas.codes import (
    Answer,
    Measure,
    PlaceRule,
    ProjectKind,
    Qualifier,
    ReportedAs,
    TimeRule,
    ValueType,
)
from schemas.rows import breakdown_key, categories_of
from schemas.words import N_

VERSION = "1"
"The version of the keys in a workbook; what has another one is not read."

MARK, COLUMNS, MAP = "medtown", "columns", "_medtown"
"How the first cell of our sheets begins; the first cell of a row of columns' keys; the hidden sheet."

PEOPLE_MARK = "medtown people"
"The first cell of a sheet that is about single people and never to be kept."

INDICATORS, REGISTER = "indicators", "register"
"The two kinds of workbook that we write."

# The parts of an indicator, a row each. A ratio has one for the share, which is computed, and one
# for each number that it is made of: so both can be given for women and for men, too.
VALUE, SHARE, NUMERATOR, DENOMINATOR, ANSWERED = "value", "share", "numerator", "denominator", "n"

PERIOD_START, PERIOD_END, REGISTER_DAYS = "period_start", "period_end", 3
"The keys of the rows in which a register's period is typed, and the place of its column."

# The roles of columns that are read; only `value` comes once more for each category ...
BASELINE, BASELINE_DATE, TARGET, TARGET_DATE = "baseline", "baseline_date", "target", "target_date"
QUALIFIER, CURRENCY, ANSWER, NOTE = "qualifier", "currency", "answer", "note"
# ... and of those that are there for people only.
CODE, NAME, PLACE, UNIT, LAST, LAST_PERIOD = "code", "name", "place", "unit", "last", "last_period"
SHOWN = (CODE, NAME, PLACE, UNIT, LAST, LAST_PERIOD)

CATEGORY_WIDTH, PAGE_WIDTH = 10.5, 118
"In characters: of a column for one category; of what A4 across holds at full size."

SCHEME = "esf_plus"
"Where a dimension has several complete lists, a template asks by this one: the EU's of 2021-2027."

# What may be chosen from a list, in the source language of our words.
QUALIFIERS = {
    N_("exact"): Qualifier.EXACT,
    N_("at least"): Qualifier.AT_LEAST,
    N_("about"): Qualifier.ABOUT,
}
ANSWERS = {
    "value": Answer.VALUE,
    "nothing to report": Answer.NOTHING_TO_REPORT,
    "not applicable": Answer.NOT_APPLICABLE,
}


# --- Keys: what a table says of itself ---------------------------------------------------------


@dataclass(frozen=True)
class Identity:
    """Which workbook it is, as its first cell: `medtown|1|indicators|PP-ES1|2023-01-01|2023-06-30|el`.

    A register has no period here: its keeper types it.
    """

    kind: str
    project_code: str
    period_start: date | None
    period_end: date | None
    language: str
    version: str = VERSION

    @property
    def key(self) -> str:
        """The identity as a cell holds it."""
        return "|".join(
            [MARK, self.version, self.kind, self.project_code, *self.days, self.language]
        )

    @property
    def days(self) -> tuple[str, str]:
        """The first and last day of the period in ISO form, empty where there is none."""
        return (
            self.period_start.isoformat() if self.period_start else "",
            self.period_end.isoformat() if self.period_end else "",
        )

    @classmethod
    def of(cls, cell: Cell) -> "Identity | None":
        """Return the identity that a cell holds; None where it holds none.

        Of another version no more is understood than that it is one.
        """
        if not isinstance(cell, str) or not cell.startswith(f"{MARK}|"):
            return None
        _, version, *parts = cell.strip().split("|")
        try:
            kind, project, start, end, language = parts
            days = [date.fromisoformat(day) if day else None for day in (start, end)]
        except ValueError:
            return cls("", "", None, None, "", version=version if version != VERSION else "?")
        return cls(kind, project, days[0], days[1], language, version)


@dataclass(frozen=True)
class Line:
    """A row of the table: a part of an indicator at a place, and the dimensions it is asked by."""

    indicator_code: str
    place_code: str
    part: str
    reported_as: str
    dimensions: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The line as the first cell of its row holds it."""
        names = (self.indicator_code, self.place_code, self.part, self.reported_as)
        return "|".join([*names, " ".join(self.dimensions)])

    @classmethod
    def of(cls, cell: Cell) -> "Line | None":
        """Return the line that a cell holds; None where it holds none."""
        parts = cell.strip().split("|") if isinstance(cell, str) else []
        if len(parts) != 5:
            return None
        return cls(parts[0], parts[1], parts[2], parts[3], tuple(parts[4].split()))

    @property
    def is_first(self) -> bool:
        """Whether the indicator itself stands in this line, not only a part of it."""
        return self.part in (VALUE, SHARE)

    def is_open(self, column: "Column") -> bool:
        """Return whether something may be written into this line's cell of a column."""
        if column.role == VALUE:
            return self.part != SHARE and set(categories_of(column.breakdown)) <= set(
                self.dimensions
            )
        return self.is_first


@dataclass(frozen=True)
class Column:
    """A column of the table; what it shows above itself is no part of what it is."""

    role: str
    breakdown: str = ""
    group: str = field(default="", compare=False)
    title: str = field(default="", compare=False)
    width: float = field(default=11, compare=False)

    @property
    def key(self) -> str:
        """The column as the first cell of it holds it; nothing where it is not read."""
        if self.role in SHOWN:
            return ""
        return f"{self.role}:{self.breakdown}" if self.breakdown else self.role

    @classmethod
    def of(cls, cell: Cell) -> "Column | None":
        """Return the column that a cell holds; None where it holds none."""
        if not isinstance(cell, str) or not cell.strip():
            return None
        role, _, breakdown = cell.strip().partition(":")
        return cls(role, breakdown)


# --- Writing -----------------------------------------------------------------------------------


def write_template(
    reference: Reference,
    project_code: str,
    period_start: date,
    period_end: date,
    *,
    language: str,
    known: pd.DataFrame | None = None,
) -> bytes:
    """Return the workbook in which a project reports one period.

    `known` holds current observations, those of the project among them: baselines, targets and the
    last values come from it. KeyError for a project that the reference does not know.
    """
    project = reference.projects[project_code]
    identity = Identity(INDICATORS, project_code, period_start, period_end, words.base(language))
    book = Book(identity.language)
    names = [
        sheet_name(book.text(name))
        for name in (N_("Instructions"), N_("Project"), N_("Indicators"))
    ]
    _write_guide(book, names, reference, project, identity)
    _write_project(book, names[1], reference, project, identity)
    table = _Table(
        book, names[2], reference, project, identity, _said(known, project_code, period_end)
    )
    table.write()
    write_map(book, facts_of(identity, project, names[2]), table.keys)
    return book.bytes()


def write_map(
    book: Book, facts: dict[str, str], keys: Iterable[Sequence[str | float | None]]
) -> None:
    """Write the very hidden sheet: facts with their values, then the keys of columns and lines."""
    hidden = book.file.add_worksheet(MAP)
    rows = [*(("fact", name, value) for name, value in facts.items()), *keys]
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if value not in (None, ""):
                hidden.write(row, column, value)
    hidden.very_hidden()


def facts_of(identity: Identity, project: Project, sheet: str) -> dict[str, str]:
    """Return what the hidden sheet says of the workbook as a whole."""
    return {
        "template": identity.kind,
        "version": identity.version,
        "programme": project.programme_code,
        "project": identity.project_code,
        "period_start": identity.days[0],
        "period_end": identity.days[1],
        "language": identity.language,
        "sheet": sheet,
        "identity": identity.key,
    }


def reported_by(reference: Reference, project_code: str) -> list[ProjectIndicator]:
    """Return what a project reports, in the order of its results framework."""
    used = [
        one
        for (code, _), one in reference.project_indicators.items()
        if code == project_code
        and not (one.is_ended or reference.indicators[one.indicator_code].is_ended)
    ]
    return sorted(used, key=lambda one: (one.sort, one.indicator_code))


def asked_categories(reference: Reference, dimension_code: str) -> list[Category]:
    """Return the categories that a template asks for: one complete list, then the unknown."""
    every = sorted(
        (
            one
            for (code, _), one in reference.categories.items()
            if code == dimension_code and not one.is_ended
        ),
        key=lambda one: one.sort,
    )
    schemes = [scheme for one in every for scheme in one.schemes]
    scheme = SCHEME if SCHEME in schemes else next(iter(schemes), "")
    return [one for one in every if scheme in one.schemes or one.is_unknown or not scheme]


def _lines(reference: Reference, project: Project) -> Iterator[Line]:
    """Yield the lines of a project's table: its indicators, at each of its places, part by part."""
    several = {Measure.RATIO: (SHARE, NUMERATOR, DENOMINATOR), Measure.SCORE: (VALUE, ANSWERED)}
    for used in reported_by(reference, project.project_code):
        measure = Measure(reference.indicators[used.indicator_code].measure)
        is_number = measure not in (Measure.YES_NO, Measure.TEXT)
        dimensions = tuple(
            code
            for code in used.dimensions
            if is_number and not reference.dimensions[code].is_ended
        )
        for place in project.place_codes:
            for part in several.get(measure, (VALUE,)):
                yield Line(used.indicator_code, place, part, used.reported_as, dimensions)


Said = dict[tuple[str, str, str], dict[str, Any]]
"By indicator, place and value type: the observation that a partner is shown."


def _said(known: pd.DataFrame | None, project_code: str, period_end: date) -> Said:
    """Return the baseline, the target that comes next and the last actual of each series."""
    found: Said = {}
    if known is None or known.empty:
        return found
    mine = known[(known["project_code"] == project_code) & (known["breakdown_key"] == "")]
    end = pd.Timestamp(period_end)
    for row in mine.sort_values("period_end", kind="stable").to_dict("records"):
        kind = str(row["value_type"])
        key = (str(row["indicator_code"]), str(row["place_code"]), kind)
        if kind == ValueType.TARGET and key in found and found[key]["period_end"] >= end:
            continue  # a milestone that is still to come stands before the final target
        if kind == ValueType.ACTUAL and row["period_end"] > end:
            continue
        found[key] = {str(name): value for name, value in row.items()}
    return found


def _write_guide(
    book: Book, names: Sequence[str], reference: Reference, project: Project, identity: Identity
) -> None:
    """Write the sheet of instructions."""
    text = book.text
    programme = book.name(reference.programmes[project.programme_code].names)
    period = book.period(identity.period_start, identity.period_end)
    choose = N_("Leave the number empty and choose “{answer}” in the column “{column}”.")
    instead = text("Instead of a number")
    guide = Guide(book, names[0], book.name(project.names), f"{period} · {programme}")
    guide.heading(text("What to do"))
    guide.steps(
        [
            text(
                "Open the sheet “{sheet}”. Each row is one indicator of your project.",
                sheet=names[2],
            ),
            text(
                "Fill in the tinted cells for the period {period}: first the total, then the parts that you know.",
                period=period,
            ),
            text(
                "Look at what turns red: a part is above its total, or two answers contradict each other."
            ),
            text(
                "Save the file under any name. You may hide columns and write beside the table, but do not delete the hidden first column."
            ),
            text(
                "Upload the file. You see at once what was understood; nothing is published before it is accepted."
            ),
        ]
    )
    guide.heading(text("What the colours mean"))
    guide.colours(
        [
            (INPUT, text("Write here.")),
            (KNOWN, text("Known from before: complete it, or correct it where it is wrong.")),
            (WHITE, text("For your information; locked.")),
            (SHUT, text("Not asked for here; locked.")),
            (WRONG, text("Does not fit together: please look again.")),
        ]
    )
    guide.heading(text("How to say it"))
    guide.sayings(
        [
            (
                text("None: it was counted, and the result is zero"),
                text("Write 0. Zero is a value; an empty cell is not zero."),
            ),
            (
                text("Nothing to report in this period"),
                text(choose, answer=text("nothing to report"), column=instead),
            ),
            (
                text("The indicator does not apply to your project"),
                text(choose, answer=text("not applicable"), column=instead),
            ),
            (
                text("Not known yet"),
                text("Leave the row empty. What was accepted before stays as it is."),
            ),
            (
                text("Only some parts are known"),
                text(
                    "Write those. The parts need not cover the total; do not share out what you do not know."
                ),
            ),
            (
                text("Over 300, almost 450"),
                text(
                    "Write the number and choose “{at_least}” or “{about}” beside it.",
                    at_least=text("at least"),
                    about=text("about"),
                ),
            ),
            (
                text("A percentage or another ratio"),
                text(
                    "Write the two numbers that it is made of, in the two rows below it; it is computed from them."
                ),
            ),
            (
                text("The mean of a questionnaire"),
                text("Write the mean and, in the row below it, how many people answered."),
            ),
            (
                text("The same person came several times"),
                text(
                    "Count each person once in the period. Sessions have an indicator of their own."
                ),
            ),
            (
                text("Money"),
                text(
                    "Write the amount in the currency in which it was paid and choose that currency; do not convert it."
                ),
            ),
            (
                text("Something that needs a word"),
                text(
                    "Write it in the column “{column}”: an estimate, another way of counting, a late start.",
                    column=text("Note"),
                ),
            ),
        ]
    )
    contacts = [
        reference.organisations[c].names for c, role in project.organisations if role == "lead"
    ]
    names_ = ", ".join([*map(book.name, contacts), programme])
    guide.heading(text("Please keep in mind"))
    guide.sentences(
        [
            text(
                "Write no names, telephone numbers, addresses or other personal data anywhere in this file. A file that holds them is refused and deleted."
            ),
            text(
                "The sheets are locked against slips, without a password: you can unlock them at any time."
            ),
            text("Questions? Your contact: {names}.", names=names_),
        ]
    )


def _write_project(
    book: Book, name: str, reference: Reference, project: Project, identity: Identity
) -> None:
    """Write what the catalogue knows of the project; for its readers only."""
    text = book.text
    sheet = book.sheet(name, MUTED)
    programme = reference.programmes[project.programme_code]
    kinds = {
        ProjectKind.DEMONSTRATIVE_ACTION: text("Demonstrative action"),
        ProjectKind.PILOT: text("Pilot project"),
        ProjectKind.OTHER: text("Other project"),
    }
    places = [reference.places[code] for code in project.place_codes]
    countries = {
        code: book.name(reference.places[code].names) for code in {p.country_code for p in places}
    }
    facts: list[tuple[str, str | date | None]] = [
        (text("Code"), project.project_code),
        (text("Name"), book.name(project.names)),
        (text("Programme"), book.name(programme.names)),
        (text("Kind"), kinds[ProjectKind(project.kind)]),
        (
            text("Theme"),
            book.name(reference.themes[project.theme_code].names if project.theme_code else None),
        ),
        (
            text("Territory"),
            "\n".join(f"{book.name(p.names)} ({countries[p.country_code]})" for p in places),
        ),
        (
            text("Organisations"),
            "\n".join(
                book.name(reference.organisations[code].names) for code, _ in project.organisations
            ),
        ),
        (text("Start"), project.start_date),
        (text("End"), project.end_date),
        (text("Summary"), book.name(project.summary)),
        (text("Period of this report"), book.period(identity.period_start, identity.period_end)),
    ]
    for column, width in enumerate((2, 26, 92)):
        sheet.set_column(column, column, width, book.style())
    sheet.set_row(1, 28)
    sheet.write(1, 1, text("Project"), book.style(bold=True, font_size=16, font_color=ACCENT))
    look = {"text_wrap": True, "valign": "top", "align": book.start}
    row = 3
    for title, value in facts:
        sheet.write(row, 1, title, book.boxed(bold=True, bg_color=BAND, **look))
        if isinstance(value, date):
            write_day(book, sheet, row, 2, value, **look)
        else:
            sheet.write(row, 2, value or "–", book.boxed(**look))
            sheet.set_row(row, 5 + 13 * lines_of(value or "", 92))
        row += 1
    hints = [
        text(
            "These facts come from the catalogue. If one is wrong, tell the coordinator: what is written here is not read."
        ),
        book.name(programme.notice),
    ]
    for hint in filter(None, hints):
        row += 1
        sheet.merge_range(row, 1, row, 2, hint, book.style(text_wrap=True, font_color=MUTED))
        sheet.set_row(row, 8 + 13 * lines_of(hint, 116))


def write_day(book: Book, sheet: Worksheet, row: int, column: int, day: date, **look: Any) -> None:
    """Write a day into a cell of a table, in the form of the workbook's language."""
    style = book.boxed(num_format=DATE_FORMATS[book.language], **look)
    sheet.write_datetime(row, column, datetime(day.year, day.month, day.day), style)  # noqa: DTZ001


@dataclass(frozen=True)
class _Block:
    """Lines that are asked by the same dimensions, and where the table has them."""

    lines: tuple[Line, ...]
    at: dict[Column, int]
    "The place of each column, those of its own categories last."
    first: int
    "The row of the first line; above it stand the names of dimensions and categories, and the keys."

    @property
    def categories(self) -> list[Column]:
        """The columns of single categories."""
        return [column for column in self.at if column.breakdown]


class _Table:
    """The sheet of indicators while it is being written."""

    # The rows above the blocks: identity, title, hint, groups of columns, columns.
    TITLE, HINT, GROUPS, HEADER, BODY = 1, 2, 3, 4, 5

    def __init__(
        self,
        book: Book,
        name: str,
        reference: Reference,
        project: Project,
        identity: Identity,
        said: Said,
    ) -> None:
        self.book, self.reference, self.project, self.identity = book, reference, project, identity
        self.said = said
        self.currencies = _currencies(reference, project, identity)
        lines = list(_lines(reference, project))
        self.columns = self._columns(
            {reference.indicators[x.indicator_code].measure for x in lines}
        )
        self.blocks = list(self._blocks(lines))
        self.rows = {
            (line.indicator_code, line.place_code, line.part): row
            for block in self.blocks
            for row, line in enumerate(block.lines, block.first)
        }
        self.sheet = book.sheet(name)
        self.keys: list[tuple[str | float | None, ...]] = []
        self.rules: defaultdict[tuple[Any, ...], list[Cells]] = defaultdict(list)

    def _columns(self, measures: set[str]) -> list[Column]:
        """Return the columns that all blocks have, from the sheet's second column on."""
        text = self.book.text
        period = self.book.period(self.identity.period_start, self.identity.period_end)
        baseline, target, last = text("Baseline"), text("Target"), text("Last accepted value")
        report = text("This report: {period}", period=period)
        found = [
            Column(CODE, title=text("Code")),
            Column(NAME, title=text("Indicator"), width=44),
            Column(PLACE, title=text("Territory"), width=16),
            Column(UNIT, title=text("Unit"), width=18),
            Column(BASELINE, group=baseline, title=text("Value")),
            Column(BASELINE_DATE, group=baseline, title=text("Date"), width=12),
            Column(TARGET, group=target, title=text("Value")),
            Column(TARGET_DATE, group=target, title=text("Due date"), width=12),
            Column(LAST, group=last, title=text("Value")),
            Column(LAST_PERIOD, group=last, title=text("Period"), width=14),
            Column(VALUE, group=report, title=text("Total"), width=13),
            Column(QUALIFIER, group=report, title=text("Exactness"), width=14),
            Column(CURRENCY, group=report, title=text("Currency")),
            Column(ANSWER, group=report, title=text("Instead of a number"), width=18),
            Column(NOTE, group=report, title=text("Note"), width=26),
        ]
        needless = set()
        if len(self.project.place_codes) == 1:
            needless.add(PLACE)
        if Measure.AMOUNT not in measures:
            needless.add(CURRENCY)
        return [column for column in found if column.role not in needless]

    def _blocks(self, lines: Sequence[Line]) -> Iterator[_Block]:
        """Yield the lines by their dimensions, in the order in which these first come; none first."""
        sets = sorted(dict.fromkeys(line.dimensions for line in lines), key=bool)
        row = self.BODY
        for dimensions in sets:
            mine = tuple(line for line in lines if line.dimensions == dimensions)
            categories = [
                self._category_column(code, category)
                for code in dimensions
                for category in asked_categories(self.reference, code)
            ]
            at = {column: place for place, column in enumerate([*self.columns, *categories], 1)}
            row += 3 if categories else 1  # keys, names of dimensions, names of categories
            yield _Block(mine, at, row)
            row += len(mine)

    def _category_column(self, dimension_code: str, category: Category) -> Column:
        key = breakdown_key({dimension_code: category.category_code})
        group = self.book.name(self.reference.dimensions[dimension_code].names)
        return Column(VALUE, key, group, self.book.name(category.names))

    def write(self) -> None:
        """Write the whole sheet, and keep the keys for the map."""
        self._write_head()
        for block in self.blocks:
            self._write_block_head(block)
            for row, line in enumerate(block.lines, block.first):
                self.sheet.write(row, 0, line.key)
                for column, place in block.at.items():
                    self._write_cell(row, place, line, column)
                self.sheet.set_row(row, self._height(line))
                self._warn(row, line, block)
                before = [
                    self._known(line, kind) for kind in (ValueType.BASELINE, ValueType.TARGET)
                ]
                shown = [
                    item for said in before for item in (_shown(said) if said else (None, None))
                ]
                self.keys.append(("line", float(row + 1), line.key, *shown))
        self._write_rules()

    def _height(self, line: Line) -> float:
        """Return the height of a line, as not every program finds it by itself."""
        book, indicator = self.book, self.reference.indicators[line.indicator_code]
        width = {column.role: column.width for column in self.columns}
        if not line.is_first:
            title, name = self._part_names(line, indicator)
            room = width[NAME] - 3
            return 7 + 11 * lines_of(title, room, 8) + (13 * lines_of(name, room) if name else 2)
        place = self.reference.places[line.place_code]
        unit = self.reference.units[indicator.unit_code]
        return 8 + max(
            13 * lines_of(book.name(indicator.names), 0.9 * width[NAME])
            + 11 * lines_of(book.name(indicator.definition), width[NAME], 8),
            13 * lines_of(book.name(unit.names), width[UNIT])
            + 11 * lines_of(book.text(_counted(line, indicator)), width[UNIT], 8),
            13 * lines_of(book.name(place.names), width.get(PLACE, PAGE_WIDTH)),
        )

    # --- the head ---

    def _write_head(self) -> None:
        book, sheet, identity = self.book, self.sheet, self.identity
        sheet.write(0, 0, identity.key)
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.set_column(0, 0, 12, None, {"hidden": True})
        period = book.period(identity.period_start, identity.period_end)
        title = f"{book.name(self.project.names)} ({self.project.project_code}) · {period}"
        sheet.write(self.TITLE, 1, title, book.style(bold=True, font_size=14, font_color=ACCENT))
        hint = book.text("Write in the tinted cells. Empty means not known; zero is written 0.")
        sheet.write(self.HINT, 1, hint, book.style(font_color=MUTED))
        for row, height in (
            (self.TITLE, 24),
            (self.HINT, 20),
            (self.GROUPS, 20),
            (self.HEADER, 34),
        ):
            sheet.set_row(row, height)
        for place, column in enumerate(self.columns, 1):
            sheet.set_column(place, place, column.width, book.style())
            sheet.write(self.HEADER, place, column.title, book.header())
        self._write_groups(self.GROUPS, 1, self.columns, bg_color=ACCENT, font_color=WHITE)
        first = len(self.columns) + 1
        most = max((len(block.categories) for block in self.blocks), default=0)
        if most:
            look = book.header(
                bg_color=ACCENT, font_color=WHITE, font_size=10, align=book.start, indent=1
            )
            last = first + max(most, 2) - 1
            parts = book.text("Parts of the total")
            sheet.set_column(first, last, CATEGORY_WIDTH, book.style())
            sheet.merge_range(self.GROUPS, first, self.HEADER, last, parts, look)
        # What tells a line from the others stays in sight.
        fixed = 1 + [column.role for column in self.columns].index(UNIT)
        sheet.freeze_panes(self.BODY, fixed)
        sheet.repeat_rows(self.GROUPS, self.HEADER)
        sheet.repeat_columns(1, fixed - 1)
        # In print: what is known, this report, its parts; the first two at the size that fits both.
        report = 1 + [column.role for column in self.columns].index(VALUE)
        sheet.set_v_pagebreaks([report, first])
        named = sum(column.width for column in self.columns[: fixed - 1])
        halves = (self.columns[: report - 1], self.columns[report - 1 :])
        known, asked = (sum(column.width for column in half) for half in halves)
        sheet.set_print_scale(min(100, int(100 * PAGE_WIDTH / max(known, named + asked))))

    def _write_groups(self, row: int, place: int, columns: Sequence[Column], **look: Any) -> None:
        """Write the names of groups of columns above them."""
        style = self.book.header(font_size=10, **look)
        for name, group in groupby(columns, key=lambda column: column.group):
            last = place + len(list(group)) - 1
            if name and last > place:
                self.sheet.merge_range(row, place, row, last, name, style)
            elif name:
                self.sheet.write(row, place, name, style)
            place = last + 1

    def _write_block_head(self, block: _Block) -> None:
        """Write the names of a block's dimensions and categories, and above them the keys."""
        sheet, categories = self.sheet, block.categories
        row = block.first - (3 if categories else 1)
        sheet.set_row(row, None, None, {"hidden": True})
        sheet.write(row, 0, COLUMNS)
        for column, place in block.at.items():
            if column.key:
                sheet.write(row, place, column.key)
                self.keys.append(
                    ("column", float(row + 1), column.key, xl_rowcol_to_cell(row, place))
                )
        if not categories:
            return
        first = len(self.columns) + 1
        sheet.set_row(row + 1, 20)
        sheet.set_row(row + 2, 38)
        self._write_groups(row + 1, first, categories)
        names = " · ".join(dict.fromkeys(column.group for column in categories))
        sheet.write(
            row + 2, 1, names, self.book.style(bold=True, font_color=MUTED, valign="bottom")
        )
        for place, column in enumerate(categories, first):
            look = self.book.header(bold=False, font_size=8)
            sheet.write(row + 2, place, column.title, look)

    # --- the cells ---

    def _write_cell(self, row: int, place: int, line: Line, column: Column) -> None:
        """Write one cell of one line: what it shows, whether it is open, how it looks."""
        indicator = self.reference.indicators[line.indicator_code]
        top: dict[str, Any] = {"top": 1, "top_color": MUTED} if line.is_first else {}
        if column.role in SHOWN:
            self._write_shown(row, place, line, column.role, indicator, top)
        elif column.role in (BASELINE, BASELINE_DATE, TARGET, TARGET_DATE):
            self._write_known(row, place, line, column.role, indicator, top)
        elif column.role == VALUE:
            self._write_value(row, place, line, column, indicator, top)
        else:
            self._write_word(row, place, line, column.role, indicator, top)

    def _write_shown(
        self, row: int, place: int, line: Line, role: str, indicator: Indicator, top: dict[str, Any]
    ) -> None:
        """Write what is there to be read only: code, name, place, unit, last value."""
        book, sheet = self.book, self.sheet
        small = book.style(font_size=8, font_color=MUTED)
        plain = book.boxed(text_wrap=True, indent=1, **top)
        last = self._known(line, ValueType.ACTUAL)
        if role == CODE:
            colour = ACCENT if line.is_first else MUTED
            sheet.write(
                row,
                place,
                line.indicator_code,
                book.boxed(bold=line.is_first, font_color=colour, **top),
            )
        elif role == NAME and line.is_first:
            bold = book.style(bold=True)
            self._rich(
                row,
                place,
                plain,
                (bold, book.name(indicator.names)),
                (small, book.name(indicator.definition)),
            )
        elif role == NAME:
            title, name = self._part_names(line, indicator)
            indented = book.boxed(text_wrap=True, indent=3)
            self._rich(row, place, indented, (small, title), (book.style(), name))
        elif role == PLACE:
            sheet.write(row, place, book.name(self.reference.places[line.place_code].names), plain)
        elif role == UNIT and line.is_first:
            unit = book.name(self.reference.units[indicator.unit_code].names)
            counted = book.text(_counted(line, indicator))
            self._rich(row, place, plain, (book.style(), unit), (small, counted))
        elif role == LAST and last:
            self._write_observation(row, place, last, indicator, top)
        elif role == LAST_PERIOD and last:
            period = book.period(last["period_start"].date(), last["period_end"].date())
            sheet.write(
                row,
                place,
                period,
                book.boxed(text_wrap=True, align="center", font_color=MUTED, **top),
            )
        else:
            sheet.write_blank(row, place, None, plain)

    def _rich(self, row: int, place: int, look: Format, *parts: tuple[Format, str]) -> None:
        """Write parts of a text below each other, each in its own look."""
        filled = [(style, text) for style, text in parts if text]
        if len(filled) < 2:  # XlsxWriter's rich strings have two parts at least
            self.sheet.write(row, place, filled[0][1] if filled else "", look)
            return
        (first, above), (second, below) = filled
        self.sheet.write_rich_string(row, place, first, above, second, "\n" + below, look)

    def _part_names(self, line: Line, indicator: Indicator) -> tuple[str, str]:
        text = self.book.text
        if line.part == NUMERATOR:
            return text("Part of it (numerator)"), self.book.name(indicator.numerator_names)
        if line.part == DENOMINATOR:
            return text("Out of (denominator)"), self.book.name(indicator.denominator_names)
        return text("Number of people who answered"), ""

    def _known(self, line: Line, kind: ValueType) -> dict[str, Any] | None:
        if not line.is_first:
            return None
        return self.said.get((line.indicator_code, line.place_code, kind))

    def _decimals(self, indicator: Indicator, part: str) -> int:
        if part == ANSWERED:
            return 0
        if part in (NUMERATOR, DENOMINATOR):
            return 0 if indicator.place_rule == PlaceRule.WEIGHTED else 2
        return self.reference.units[indicator.unit_code].decimals

    def _write_observation(
        self, row: int, place: int, said: dict[str, Any], indicator: Indicator, look: dict[str, Any]
    ) -> None:
        """Write a value that is known already, as exact and in the currency it was reported in."""
        book, value = self.book, float(said["value"])
        word = ""
        if pd.isna(value):
            answers = {answer.value: book.text(word) for word, answer in ANSWERS.items()}
            word = _text(said, "text") or answers.get(_text(said, "answer"), "")
        elif indicator.measure == Measure.YES_NO:
            word = book.text("yes") if value else book.text("no")
        if word or pd.isna(value):
            self.sheet.write(row, place, word, book.boxed(text_wrap=True, **look))
            return
        decimals = self._decimals(indicator, VALUE)
        shown = number_format(decimals, _text(said, "qualifier"), _text(said, "currency"))
        self.sheet.write_number(row, place, value, book.boxed(num_format=shown, **look))

    def _write_known(
        self, row: int, place: int, line: Line, role: str, indicator: Indicator, top: dict[str, Any]
    ) -> None:
        """Write the cells of baseline and target: what is known, to be completed or corrected."""
        if not line.is_first or indicator.measure in (Measure.YES_NO, Measure.TEXT):
            self.sheet.write_blank(row, place, None, self.book.boxed(bg_color=SHUT, **top))
            return
        kind = ValueType.BASELINE if role in (BASELINE, BASELINE_DATE) else ValueType.TARGET
        said = self._known(line, kind)
        look = {"bg_color": KNOWN, "locked": False, **top}
        if role in (BASELINE, TARGET):
            self.rules[self._number_rule(indicator, VALUE, kind)].append((row, place, row, place))
            if said and not pd.isna(said["value"]):
                self._write_observation(row, place, said, indicator, look)
                return
            style = self.book.boxed(
                num_format=number_format(self._decimals(indicator, VALUE)), **look
            )
            self.sheet.write_blank(row, place, None, style)
            return
        self._order_days(row, place, role)
        if said:
            write_day(self.book, self.sheet, row, place, said["period_end"].date(), **look)
        else:
            style = self.book.boxed(num_format=DATE_FORMATS[self.book.language], **look)
            self.sheet.write_blank(row, place, None, style)

    def _order_days(self, row: int, place: int, role: str) -> None:
        """Let a baseline be dated before its target is due, and neither in another century."""
        due, began = (
            xl_rowcol_to_cell(row, self.blocks[0].at[Column(role)])
            for role in (TARGET_DATE, BASELINE_DATE)
        )
        first, last = "DATE(1990,1,1)", "DATE(2089,12,31)"
        low, high = first, f'IF({due}="",{last},{due})'
        if role == TARGET_DATE:
            low, high = f'IF({began}="",{first},{began})', last
        told = self.book.text("Write a date. The baseline comes before the due date of the target.")
        rule = {
            "validate": "date",
            "criteria": "between",
            "minimum": f"={low}",
            "maximum": f"={high}",
        }
        self.book.rule(self.sheet, [(row, place, row, place)], told, **rule)

    def _write_value(
        self,
        row: int,
        place: int,
        line: Line,
        column: Column,
        indicator: Indicator,
        top: dict[str, Any],
    ) -> None:
        """Write a cell for a number of the period: open, computed, or not asked for."""
        book, sheet = self.book, self.sheet
        style = {"num_format": number_format(self._decimals(indicator, line.part)), **top}
        if indicator.measure in (Measure.TEXT, Measure.YES_NO):
            style = {"text_wrap": True, **top}
        if line.is_open(column):
            sheet.write_blank(row, place, None, book.boxed(bg_color=INPUT, locked=False, **style))
            self.rules[self._number_rule(indicator, line.part, ValueType.ACTUAL)].append(
                (row, place, row, place)
            )
            return
        if line.part == SHARE:
            above, below = (
                xl_rowcol_to_cell(self.rows[line.indicator_code, line.place_code, part], place)
                for part in (NUMERATOR, DENOMINATOR)
            )
            days = (self.identity.period_start, self.identity.period_end)
            times = indicator.factor * per_year(indicator, *days)
            formula = f'=IF(AND(ISNUMBER({above}),N({below})>0),{times:.15g}*{above}/{below},"")'
            # A blank, because XlsxWriter stores no result at all for an empty text.
            computed = book.boxed(bg_color=BAND, bold=True, **style)
            sheet.write_formula(row, place, formula, computed, " ")
            return
        sheet.write_blank(row, place, None, book.boxed(bg_color=SHUT, **top))

    def _number_rule(self, indicator: Indicator, part: str, kind: ValueType) -> tuple[Any, ...]:
        """Return what may be written into a cell: (kind of rule, lowest, highest)."""
        measure = Measure(indicator.measure)
        if measure == Measure.YES_NO:
            return ("yes_no",)
        if measure == Measure.TEXT:
            return ("any",)
        if measure == Measure.SCORE and part == VALUE and indicator.scale_max is not None:
            return ("scale", indicator.scale_min or 0, indicator.scale_max)
        # A target may be a mean of projects, 12.5 jobs; what was counted is whole.
        is_count = measure == Measure.COUNT and kind == ValueType.ACTUAL
        return ("whole",) if is_count or part == ANSWERED else ("number",)

    def _write_word(
        self, row: int, place: int, line: Line, role: str, indicator: Indicator, top: dict[str, Any]
    ) -> None:
        """Write a cell for a choice or a note."""
        is_number = indicator.measure not in (Measure.YES_NO, Measure.TEXT)
        wanted = {
            QUALIFIER: is_number,
            CURRENCY: indicator.measure == Measure.AMOUNT and bool(self.currencies),
            ANSWER: True,
            NOTE: True,
        }
        if not line.is_first or not wanted[role]:
            self.sheet.write_blank(row, place, None, self.book.boxed(bg_color=SHUT, **top))
            return
        look = self.book.boxed(bg_color=INPUT, locked=False, text_wrap=True, **top)
        self.sheet.write(row, place, self.currencies[0] if role == CURRENCY else "", look)
        self.rules[role,].append((row, place, row, place))

    # --- what is checked while somebody writes ---

    def _write_rules(self) -> None:
        """Attach the rules to the cells that share them."""
        book, sheet, text = self.book, self.sheet, self.book.text
        lists: dict[str, Sequence[str]] = {
            QUALIFIER: [text(word) for word in QUALIFIERS],
            ANSWER: [text(word) for word in ANSWERS],
            CURRENCY: self.currencies,
            "yes_no": [text("yes"), text("no")],
        }
        whole = text("Write a whole number, 0 or more. Leave the cell empty if it is not known.")
        number = text("Write a number, 0 or more. Leave the cell empty if it is not known.")
        for (kind, *limits), cells in self.rules.items():
            cells = _joined(cells)
            if kind in lists:
                book.choice(sheet, cells, lists[kind])
            elif kind == "whole":
                book.rule(sheet, cells, whole, validate="integer", criteria=">=", value=0)
            elif kind == "number":
                book.rule(sheet, cells, number, validate="decimal", criteria=">=", value=0)
            elif kind == "scale":
                low, high = (words.number(limit, book.language) for limit in limits)
                told = text(
                    "Write a number from {low} to {high}. Leave the cell empty if it is not known.",
                    low=low,
                    high=high,
                )
                between = {"criteria": "between", "minimum": limits[0], "maximum": limits[1]}
                book.rule(sheet, cells, told, validate="decimal", **between)

    def _warn(self, row: int, line: Line, block: _Block) -> None:
        """Let cells turn red that do not fit together: parts and totals, a number and an answer."""
        indicator = self.reference.indicators[line.indicator_code]
        if line.part != SHARE and indicator.measure != Measure.SCORE:
            for code in line.dimensions:
                self._warn_of_parts(row, code, block)
        if line.part == NUMERATOR and indicator.factor == 100:
            below = self.rows[line.indicator_code, line.place_code, DENOMINATOR]
            for column, place in block.at.items():
                if column.role == VALUE:
                    part, whole = (xl_rowcol_to_cell(r, place) for r in (row, below))
                    self._red_if(row, place, place, f"AND(ISNUMBER({whole}),N({part})>{whole})")
        if line.is_first:
            self._warn_of_answer(row, line, block)

    def _warn_of_parts(self, row: int, dimension: str, block: _Block) -> None:
        """Warn of parts above their total: of their sum where nobody can be in two of them."""
        total = xl_rowcol_to_cell(row, block.at[Column(VALUE)], col_abs=True)
        mine = [c for c in block.categories if dimension in categories_of(c.breakdown)]
        first, last = block.at[mine[0]], block.at[mine[-1]]
        found = here = xl_rowcol_to_cell(row, first)
        if self.reference.dimensions[dimension].is_exclusive:
            ends = (xl_rowcol_to_cell(row, place, col_abs=True) for place in (first, last))
            found = f"SUM({':'.join(ends)})"
        condition = f"AND(ISNUMBER({total}),ISNUMBER({here}),{found}>{total}+0.000001)"
        self._red_if(row, first, last, condition)

    def _warn_of_answer(self, row: int, line: Line, block: _Block) -> None:
        """Warn of a number beside the answer that there is none."""
        place = block.at[Column(ANSWER)]
        answer, value = xl_rowcol_to_cell(row, place), self.book.text("value")
        part = NUMERATOR if line.part == SHARE else VALUE
        number_row = self.rows[line.indicator_code, line.place_code, part]
        number = xl_rowcol_to_cell(number_row, block.at[Column(VALUE)])
        self._red_if(row, place, place, f'AND({answer}<>"",{answer}<>"{value}",{number}<>"")')

    def _red_if(self, row: int, first: int, last: int, condition: str) -> None:
        rule = {"type": "formula", "criteria": f"={condition}", "format": self.book.warning}
        self.sheet.conditional_format(row, first, row, last, rule)


def _text(said: dict[str, Any], name: str) -> str:
    """Return a text of an observation, empty where the frame has none."""
    value = said.get(name)
    return value if isinstance(value, str) else ""


def _shown(said: dict[str, Any]) -> tuple[float | None, str]:
    """Return a known value and its day, as the map holds what the table showed."""
    value = None if pd.isna(said["value"]) else float(said["value"])
    return value, said["period_end"].date().isoformat()


def _joined(cells: Sequence[Cells]) -> list[Cells]:
    """Return single cells as ranges, as far as they stand side by side."""
    found: list[Cells] = []
    for row, column, *_ in sorted(cells):
        if found and found[-1][0] == row and found[-1][3] == column - 1:
            found[-1] = (row, found[-1][1], row, column)
        else:
            found.append((row, column, row, column))
    return found


def _counted(line: Line, indicator: Indicator) -> str:
    """Return the words for what a line's number covers: the period, all time, or one day."""
    if line.reported_as == ReportedAs.TO_DATE:
        return N_("counted since the start of the project")
    if indicator.time_rule == TimeRule.LAST:
        return N_("as on the last day of the period")
    return N_("counted in this period")


def _currencies(reference: Reference, project: Project, identity: Identity) -> list[str]:
    """Return the currencies to choose from: the project's, the euro, those of its countries."""
    local = [
        currency
        for code in project.place_codes
        for currency in get_territory_currencies(
            _alpha_2(reference, code),
            start_date=identity.period_start,
            end_date=identity.period_end,
        )
    ]
    return list(dict.fromkeys([project.currency, "EUR", *local]))


def _alpha_2(reference: Reference, place_code: str) -> str:
    """Return the two letters of a place's country, which are among its other names."""
    country = reference.places[reference.places[place_code].country_code]
    return next((word for word in country.aliases if len(word) == 2 and word.isascii()), "")


def per_year(indicator: Indicator, start: date | None, end: date | None) -> float:
    """Return the factor that makes a ratio of some months one of a year, where it is one."""
    if not (indicator.is_annualised and start and end):
        return 1.0
    return 12 / ((end.year - start.year) * 12 + end.month - start.month + 1)
