"""The offline register: who took part and when, by code and never by name, with totals to hand in.

People and attendance stay with their keeper. The totals count each person once by formulas, and
their sheet has the keys of `etl.template`, so that it is read alone and together with the others.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from etl.book import ACCENT, BAND, DATE_FORMATS, INPUT, MUTED, WHITE, Book, Guide, sheet_name
from etl.reference import Category, Project, Reference
from etl.template import asked_categories, facts_of, reported_by, write_map
from etl.template.keys import (
    COLUMNS,
    MAP,
    PEOPLE_MARK,
    PERIOD_END,
    PERIOD_START,
    REGISTER,
    REGISTER_DAYS,
    VALUE,
    Column,
    Identity,
    Line,
)
from etl.workbook import Cell, Workbook
from schemas import words
from schemas.codes import ReportedAs
from schemas.rows import breakdown_key
from schemas.words import N_

ENTRIES, PEOPLE, CONTACTS = "PPL-NEW", "PPL-DIR", "PPL-CON"
"What an attendance list can tell: people who came for the first time, people, contacts."

SEX, AGE, DISABILITY = "sex", "age_group", "disability"

PERSONS, VISITS = 1000, 10_000
"So many rows have the sheets of people and of attendance."

HEAD, FIRST = 3, 4
"The rows of the header and of the first entry on the sheets of people and of attendance."


def write_register(reference: Reference, project_code: str, language: str) -> bytes:
    """Return the register of a project. KeyError for a project that the reference does not know."""
    project = reference.projects[project_code]
    identity = Identity(REGISTER, project_code, None, None, words.base(language))
    book = Book(identity.language)
    _Register(book, reference, project, identity).write()
    return book.bytes()


def without_people(workbook: Workbook) -> bytes:
    """Return of a register what may be kept: its totals and keys, as values, each in its cell."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as kept:
        day = kept.add_format({"num_format": "yyyy-mm-dd"})
        for sheet in workbook.sheets:
            cell = sheet.rows[0][0] if sheet.rows and sheet.rows[0] else None
            if not sheet.name.startswith(MAP) and Identity.of(cell) is None:
                continue
            written = kept.add_worksheet(sheet.name or None)
            for row, cells in enumerate(sheet.rows):
                for column, value in enumerate(cells):
                    _write(written, row, column, value, day)
    return stream.getvalue()


def _write(sheet: Worksheet, row: int, column: int, value: Cell, day: Any) -> None:
    """Write a cell as it was read; text stays text."""
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, date | datetime):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, float):
        sheet.write_number(row, column, value)


class _Register:
    """A register while it is being written."""

    # The rows of the totals: title, hint, first day, last day, keys, groups, columns, lines.
    TITLE, HINT, START, END, KEYS, GROUPS, HEADER, LINES = 1, 2, 3, 4, 6, 7, 8, 9

    def __init__(
        self, book: Book, reference: Reference, project: Project, identity: Identity
    ) -> None:
        self.book, self.reference, self.project, self.identity = book, reference, project, identity
        text = book.text
        self.names = {
            name: sheet_name(text(name))
            for name in (N_("Instructions"), N_("People"), N_("Attendance"), N_("Totals"))
        }
        self.places = [book.name(reference.places[code].names) for code in project.place_codes]
        self.has_places = len(self.places) > 1
        self.sexes, self.ages, self.disabilities = (
            asked_categories(reference, code) for code in (SEX, AGE, DISABILITY)
        )
        self.bands = sorted(
            (one for one in self.ages if one.age_from is not None),
            key=lambda one: one.age_from or 0,
        )
        place = ["place"] if self.has_places else []
        fields = ["person", "sex", "year", "age", "disability", *place, "first", "band"]
        self.people_fields = [*fields, *(f"times_{i}" for i in range(len(self.places)))]
        self.visit_fields = ["day", "session", *place, "person"]
        self.lists = self._lists()
        self.facts = facts_of(identity, project, self.names["Totals"])

    def _lists(self) -> dict[str, list[str | float]]:
        """Return what cells can be chosen from; in the hidden sheet, as names may hold commas."""
        return {
            "sex": [self.book.name(one.names) for one in self.sexes],
            "age": [self.book.name(one.names) for one in self.ages],
            "disability": [self.book.name(one.names) for one in self.disabilities],
            "place": list(self.places),
            "band_from": [float(one.age_from or 0) for one in self.bands],
            "band": [self.book.name(one.names) for one in self.bands],
        }

    def write(self) -> None:
        """Write all sheets."""
        self._write_guide()
        people = self.book.sheet(self.names["People"])
        visits = self.book.sheet(self.names["Attendance"])
        totals = self.book.sheet(self.names["Totals"], INPUT)
        lines = list(self._lines())
        keys = self._write_totals(totals, lines)
        lists = [("list", name, *items) for name, items in self.lists.items()]
        # The lists come first: where they are must not depend on how many keys follow.
        write_map(self.book, self.facts, [*lists, *keys])
        self._write_people(people)
        self._write_visits(visits)
        totals.activate()
        totals.set_first_sheet()

    # --- where things are ---

    def _list(self, name: str) -> str:
        """Return the range of a list on the hidden sheet."""
        row = len(self.facts) + list(self.lists).index(name)
        return f"='{MAP}'!{xl_range_abs(row, 2, row, 1 + len(self.lists[name]))}"

    def _people(self, field: str) -> str:
        """Return the range of a column of the sheet of people."""
        place = 1 + self.people_fields.index(field)
        return f"'{self.names['People']}'!{xl_range_abs(FIRST, place, FIRST + PERSONS - 1, place)}"

    def _visits(self, field: str) -> str:
        """Return the range of a column of the sheet of attendance."""
        place = 1 + self.visit_fields.index(field)
        return (
            f"'{self.names['Attendance']}'!{xl_range_abs(FIRST, place, FIRST + VISITS - 1, place)}"
        )

    def _day(self, row: int) -> str:
        """Return the cell with the first or last day of the period."""
        cell = xl_rowcol_to_cell(row, REGISTER_DAYS, row_abs=True, col_abs=True)
        return f"'{self.names['Totals']}'!{cell}"

    def _within(self, days: str) -> list[str]:
        """Return the conditions of COUNTIFS that a day is within the period."""
        return [days, f'">="&{self._day(self.START)}', days, f'"<="&{self._day(self.END)}']

    # --- sheets ---

    def _write_guide(self) -> None:
        text, names = self.book.text, self.names
        programme = self.reference.programmes[self.project.programme_code]
        title = text("Register of people and attendance")
        guide = Guide(self.book, names["Instructions"], title, self.book.name(self.project.names))
        guide.heading(text("What to do"))
        guide.steps(
            [
                text(
                    "On the sheet “{people}”, give each person a code of your own, such as P001. Write no names: keep the list of names and codes elsewhere, under lock and key.",
                    people=names["People"],
                ),
                text(
                    "Choose the sex, and write the year of birth or choose an age band. Leave empty what is not known."
                ),
                text("Write the day on which the person took part for the first time."),
                text(
                    "On the sheet “{attendance}”, write one row for each person and session: the day, the session and the person's code.",
                    attendance=names["Attendance"],
                ),
                text(
                    "On the sheet “{totals}”, write the first and the last day of the period. The totals are computed, and each person is counted once.",
                    totals=names["Totals"],
                ),
                text(
                    "Upload the file. Only the sheet “{totals}” is read; the sheets about people are left out and not kept.",
                    totals=names["Totals"],
                ),
            ]
        )
        guide.heading(text("Please keep in mind"))
        guide.sentences(
            [
                text(
                    "Write no names, telephone numbers, addresses or other personal data anywhere in this file. A file that holds them is refused and deleted."
                ),
                text(
                    "The sheets are locked against slips, without a password: you can unlock them at any time."
                ),
                self.book.name(programme.notice),
            ]
        )

    def _write_head(
        self, sheet: Worksheet, title: str, columns: Sequence[tuple[str, float, Any]]
    ) -> None:
        """Write title and header of a list, and give its columns their looks down to the last row."""
        book = self.book
        sheet.set_column(0, 0, 2, book.style())
        for place, (name, width, look) in enumerate(columns, 1):
            sheet.set_column(place, place, width, look)
            sheet.write(HEAD, place, name, book.header(bg_color=ACCENT, font_color=WHITE))
        # The look of a row comes before that of its columns: no tint above the table.
        for row, height in enumerate((8, 28, 8)):
            sheet.set_row(row, height, book.style())
        sheet.set_row(HEAD, 34, book.style())
        sheet.write(0, 0, PEOPLE_MARK, book.style(font_size=1, font_color=WHITE))
        sheet.write(1, 1, title, book.style(bold=True, font_size=14, font_color=ACCENT))
        sheet.freeze_panes(FIRST, 2)
        sheet.repeat_rows(HEAD)

    def _write_people(self, sheet: Worksheet) -> None:
        book, text = self.book, self.book.text
        day, open_ = self._looks()
        computed = book.boxed(bg_color=BAND)
        titles: dict[str, tuple[str, float, Any]] = {
            "person": (text("Person (your own code)"), 18, open_),
            "sex": (self._dimension(SEX), 18, open_),
            "year": (text("Year of birth"), 12, book.boxed(bg_color=INPUT, locked=False)),
            "age": (self._dimension(AGE), 18, open_),
            "disability": (self._dimension(DISABILITY), 18, open_),
            "place": (text("Territory"), 26, open_),
            "first": (text("First day"), 14, day),
            "band": (text("Age band counted"), 18, computed),
        }
        for i, place in enumerate(self.places):
            title = text("Times in the period")
            titles[f"times_{i}"] = (f"{title}\n{place}" if self.has_places else title, 16, computed)
        self._write_head(
            sheet, self.names["People"], [titles[field] for field in self.people_fields]
        )
        at = {field: place for place, field in enumerate(self.people_fields, 1)}
        for row in range(FIRST, FIRST + PERSONS):
            cell = {field: xl_rowcol_to_cell(row, place) for field, place in at.items()}
            sheet.write_formula(row, at["band"], self._band(cell), computed, " ")
            for i, place in enumerate(self.places):
                formula = self._times(cell["person"], place)
                sheet.write_formula(row, at[f"times_{i}"], formula, computed, " ")
        self._write_people_rules(sheet, at)

    def _band(self, cell: dict[str, str]) -> str:
        """Return the formula of the age band: the one chosen, or that of the age on the first day."""
        born, first, chosen = cell["year"], cell["first"], cell["age"]
        bands = (self._list(name).removeprefix("=") for name in ("band_from", "band"))
        age = f"LOOKUP(YEAR({first})-{born},{','.join(bands)})"
        by_year = f'IF(AND(ISNUMBER({born}),ISNUMBER({first}),N({first})>0,YEAR({first})>={born}),{age},"")'
        return f'=IF({chosen}<>"",{chosen},{by_year})'

    def _times(self, person: str, place: str) -> str:
        """Return the formula of how often a person came in the period."""
        terms = [self._visits("person"), person, *self._within(self._visits("day"))]
        if self.has_places:
            terms += [self._visits("place"), _quoted(place)]
        return f'=IF({person}="","",COUNTIFS({",".join(terms)}))'

    def _write_people_rules(self, sheet: Worksheet, at: dict[str, int]) -> None:
        book, text = self.book, self.book.text
        last = FIRST + PERSONS - 1
        for field in ("sex", "age", "disability", "place"):
            if field in at:
                self._choice(sheet, at[field], last, field)
        person, codes = xl_rowcol_to_cell(FIRST, 1), xl_range_abs(FIRST, 1, last, 1)
        told = text("Each person has one row and one code: this code is already in use.")
        once = f"=COUNTIF({codes},{person})=1"
        book.rule(sheet, [(FIRST, 1, last, 1)], told, validate="custom", value=once)
        years = {"validate": "integer", "criteria": "between", "minimum": 1900, "maximum": 2100}
        place = at["year"]
        told = text("Write a year such as 1987.")
        book.rule(sheet, [(FIRST, place, last, place)], told, **years)
        self._day_rule(sheet, FIRST, at["first"], last)

    def _write_visits(self, sheet: Worksheet) -> None:
        book, text = self.book, self.book.text
        day, open_ = self._looks()
        titles: dict[str, tuple[str, float, Any]] = {
            "day": (text("Day"), 16, day),
            "session": (text("Session"), 44, open_),
            "place": (text("Territory"), 28, open_),
            "person": (text("Person (your own code)"), 20, open_),
        }
        self._write_head(
            sheet, self.names["Attendance"], [titles[field] for field in self.visit_fields]
        )
        last = FIRST + VISITS - 1
        self._day_rule(sheet, FIRST, 1, last)
        if self.has_places:
            self._choice(sheet, 1 + self.visit_fields.index("place"), last, "place")
        place = 1 + self.visit_fields.index("person")
        told = text("Write a code that is on the sheet “{people}”.", people=self.names["People"])
        source = f"={self._people('person')}"
        book.rule(sheet, [(FIRST, place, last, place)], told, validate="list", source=source)

    def _looks(self) -> tuple[Any, Any]:
        """Return the looks of open cells: for a day, for anything else."""
        look = {"bg_color": INPUT, "locked": False}
        day = self.book.boxed(num_format=DATE_FORMATS[self.book.language], **look)
        return day, self.book.boxed(num_format="@", **look)

    def _dimension(self, code: str) -> str:
        return self.book.name(self.reference.dimensions[code].names)

    def _choice(self, sheet: Worksheet, place: int, last: int, name: str) -> None:
        options = " / ".join(str(item) for item in self.lists[name])
        told = self.book.text("Choose from the list: {options}.", options=options)[:255]
        cells = [(FIRST, place, last, place)]
        self.book.rule(sheet, cells, told, validate="list", source=self._list(name))

    def _day_rule(self, sheet: Worksheet, row: int, place: int, last: int) -> None:
        example = "31/12/2023" if self.book.language != "en" else "31 Dec 2023"
        told = self.book.text("Write a date such as {example}.", example=example)
        between = {
            "criteria": "between",
            "minimum": date(1990, 1, 1),
            "maximum": date(2089, 12, 31),
        }
        self.book.rule(sheet, [(row, place, last, place)], told, validate="date", **between)

    # --- totals ---

    def _lines(self) -> Iterator[Line]:
        """Yield the lines of the totals: what the project reports of what attendance can tell."""
        for used in reported_by(self.reference, self.project.project_code):
            if used.indicator_code in (ENTRIES, PEOPLE, CONTACTS):
                dimensions = tuple(code for code in (SEX, AGE) if code in used.dimensions)
                for place in self.project.place_codes:
                    yield Line(used.indicator_code, place, VALUE, ReportedAs.IN_PERIOD, dimensions)

    def _write_totals(
        self, sheet: Worksheet, lines: Sequence[Line]
    ) -> list[tuple[str | float | None, ...]]:
        """Write the sheet that is handed in and return its keys for the map."""
        book, text = self.book, self.book.text
        sheet.write(0, 0, self.identity.key)
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.set_column(0, 0, 12, None, {"hidden": True})
        title = f"{book.name(self.project.names)} ({self.project.project_code})"
        sheet.write(self.TITLE, 1, title, book.style(bold=True, font_size=14, font_color=ACCENT))
        hint = text("Only this sheet is read when the file is uploaded.")
        sheet.write(self.HINT, 1, hint, book.style(font_color=MUTED))
        day, _ = self._looks()
        for row, key, name in (
            (self.START, PERIOD_START, N_("First day of the period")),
            (self.END, PERIOD_END, N_("Last day of the period")),
        ):
            sheet.write(row, 0, key)
            sheet.merge_range(row, 1, row, 2, text(name), book.header(align=book.start))
            sheet.write_blank(row, REGISTER_DAYS, None, day)
            self._day_rule(sheet, row, REGISTER_DAYS, row)
            sheet.set_row(row, 20)
        columns = [Column(VALUE, title=text("Total"), width=13)]
        columns += self._category_columns(SEX, self.sexes) + self._category_columns(AGE, self.ages)
        at = {column: place for place, column in enumerate(columns, 4)}
        shown = [(text("Code"), 11), (text("Indicator"), 46), (text("Territory"), 30)]
        for place, (name, width) in enumerate(shown, 1):
            sheet.set_column(place, place, width, book.style())
            sheet.write(self.HEADER, place, name, book.header())
        sheet.set_row(self.KEYS, None, None, {"hidden": True})
        sheet.write(self.KEYS, 0, COLUMNS)
        sheet.set_row(self.HEADER, 40)
        keys: list[tuple[str | float | None, ...]] = []
        for column, place in at.items():
            sheet.set_column(place, place, column.width, book.style())
            sheet.write(self.KEYS, place, column.key)
            sheet.write(self.HEADER, place, column.title, book.header())
            keys.append(("column", float(self.KEYS + 1), column.key))
        look = book.header(bg_color=ACCENT, font_color=WHITE, font_size=10)
        for code, categories in ((SEX, self.sexes), (AGE, self.ages)):
            first = at[Column(VALUE, breakdown_key({code: categories[0].category_code}))]
            last = first + len(categories) - 1
            sheet.merge_range(self.GROUPS, first, self.GROUPS, last, self._dimension(code), look)
        for row, line in enumerate(lines, self.LINES):
            self._write_line(sheet, row, line, at)
            keys.append(("line", float(row + 1), line.key))
        sheet.freeze_panes(self.LINES, 3)
        return keys

    def _category_columns(self, dimension: str, categories: Sequence[Category]) -> list[Column]:
        return [
            Column(
                VALUE,
                breakdown_key({dimension: one.category_code}),
                title=self.book.name(one.names),
                width=12,
            )
            for one in categories
        ]

    def _write_line(self, sheet: Worksheet, row: int, line: Line, at: dict[Column, int]) -> None:
        book = self.book
        plain, indicator = (
            book.boxed(text_wrap=True),
            self.reference.indicators[line.indicator_code],
        )
        sheet.set_row(row, 30)
        sheet.write(row, 0, line.key)
        sheet.write(row, 1, line.indicator_code, book.boxed(bold=True, font_color=ACCENT))
        sheet.write(row, 2, book.name(indicator.names), plain)
        sheet.write(row, 3, book.name(self.reference.places[line.place_code].names), plain)
        number = book.boxed(bg_color=BAND, num_format="#,##0")
        for column, place in at.items():
            if line.is_open(column):
                formula = f"={self._formula(row, line, column, at)}"
                sheet.write_formula(row, place, formula, number, 0)
            else:
                sheet.write_blank(row, place, None, book.boxed(bg_color="#DCE2E4"))

    def _formula(self, row: int, line: Line, column: Column, at: dict[Column, int]) -> str:
        """Return the formula of one total, of everybody or of one category."""
        place = self.project.place_codes.index(line.place_code)
        times = self._people(f"times_{place}")
        terms: list[str] = []
        if column.breakdown:
            dimension, _, code = column.breakdown.partition("=")
            category = self.reference.categories[dimension, code]
            if category.is_unknown:
                return self._rest(row, dimension, at)
            field = "sex" if dimension == SEX else "band"
            header = xl_rowcol_to_cell(self.HEADER, at[column], row_abs=True)
            terms = [self._people(field), header]
        if line.indicator_code == ENTRIES:
            terms += self._within(self._people("first"))
            if self.has_places:
                terms += [self._people("place"), _quoted(self.places[place])]
        elif line.indicator_code == PEOPLE:
            terms += [times, '">0"']
        else:
            # Everybody's visits, those of people too whose code is not on the list.
            if terms:
                return f"SUMIFS({times},{','.join(terms)})"
            terms = self._within(self._visits("day"))
            if self.has_places:
                terms += [self._visits("place"), _quoted(self.places[place])]
        return f"COUNTIFS({','.join(terms)})"

    def _rest(self, row: int, dimension: str, at: dict[Column, int]) -> str:
        """Return the formula of those whose category is not known: the total without the others."""
        known = [
            xl_rowcol_to_cell(row, place)
            for column, place in at.items()
            if column.breakdown.startswith(f"{dimension}=")
            and not self.reference.categories[
                dimension, column.breakdown.partition("=")[2]
            ].is_unknown
        ]
        total = xl_rowcol_to_cell(row, at[Column(VALUE)])
        return f"{total}-SUM({known[0]}:{known[-1]})"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
