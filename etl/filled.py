"""A workbook of ours when it comes back: its keys say what each cell is, in whichever language.

Nothing is taken from where a cell stands, all from the keys of its row and its column
(`etl.template`); so rows may be sorted or deleted, columns hidden, sheets renamed.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import zip_longest
from typing import Any

import pandas as pd

from etl import parse
from etl.reference import Reference
from etl.template import per_year
from etl.template.keys import (
    ANSWER,
    ANSWERED,
    ANSWERS,
    BASELINE,
    BASELINE_DATE,
    COLUMNS,
    CURRENCY,
    DENOMINATOR,
    MAP,
    NOTE,
    NUMERATOR,
    PEOPLE_MARK,
    PERIOD_END,
    PERIOD_START,
    QUALIFIER,
    QUALIFIERS,
    REGISTER,
    REGISTER_DAYS,
    SHARE,
    TARGET,
    TARGET_DATE,
    VALUE,
    VERSION,
    Column,
    Identity,
    Line,
)
from etl.workbook import Cell, Sheet, Workbook, address, parse_address
from schemas import words
from schemas.codes import (
    LANGUAGES,
    Answer,
    Basis,
    Measure,
    Qualifier,
    TargetBasis,
    ValueType,
)
from schemas.findings import Finding, finding
from schemas.rows import PARSED, empty
from schemas.words import N_


@dataclass(frozen=True)
class Filled:
    """What a workbook of ours says when it comes back: rows (`schemas.rows.PARSED`) and findings.

    The findings are complete: of what the reader remarked on single cells they hold what matters.
    `identity` and `programme_code` are None where the workbook no longer says which one it is.
    """

    identity: Identity | None
    programme_code: str | None
    rows: pd.DataFrame
    findings: list[Finding]


def read_template(workbook: Workbook, reference: Reference) -> Filled | None:
    """Return what a workbook of ours says, in whichever language; None where it is not ours.

    Baselines and targets are read where they differ from what the workbook showed when it was made.
    """
    tables = [
        (sheet, found) for sheet in workbook.sheets if (found := Identity.of(_cell(sheet, 0, 0)))
    ]
    maps = [sheet for sheet in workbook.sheets if sheet.name.startswith(MAP)]
    identities = [found for _, found in tables]
    identities += [found for sheet in maps if (found := _mapped_identity(sheet))]
    if not tables and not maps:
        return None
    if foreign := [found for found in identities if found.version != VERSION]:
        told = finding("template_version_unknown", found=foreign[0].version, known=VERSION)
        return Filled(None, None, empty(PARSED), [told])
    if not tables:
        return Filled(None, None, empty(PARSED), [finding("template_damaged")])
    identity = identities[0]
    project = reference.projects.get(identity.project_code)
    programme = project.programme_code if project else None
    if others := [found for found in identities if found.key != identity.key]:
        names = dict.fromkeys(map(_name, [identity, *others]))
        mixed = finding("template_mixed", tables[-1][0].name, found=" / ".join(names))
        return Filled(identity, programme, empty(PARSED), [mixed])
    findings = [found for found in workbook.findings if not found.sheet and not found.cell]
    if project is None:
        findings.append(finding("template_project_unknown", found=identity.project_code))
    before = _mapped_keys(maps)
    rows: list[dict[str, Any]] = []
    for sheet, _ in tables:
        table = _Reading(sheet, identity, reference, before, is_1904=workbook.date_1904)
        rows += table.rows()
        findings += sorted([*table.findings, *_remarks(workbook, table)], key=_place)
    if people := [sheet.name for sheet in workbook.sheets if _cell(sheet, 0, 0) == PEOPLE_MARK]:
        findings.append(finding("register_people_not_read", found=", ".join(people)))
    return Filled(identity, programme, _frame(rows), findings)


def _place(found: Finding) -> tuple[int, int]:
    return parse_address(found.cell) if found.cell else (-1, -1)


def _name(identity: Identity) -> str:
    """Return an identity as a person can tell it from another."""
    return " ".join(
        filter(None, [identity.kind, identity.project_code, *identity.days, identity.language])
    )


def _cell(sheet: Sheet, row: int, column: int) -> Cell:
    """Return what stands in a cell; None beyond the end of a row or sheet, and for blanks."""
    cells = sheet.rows[row] if row < len(sheet.rows) else []
    cell = cells[column] if column < len(cells) else None
    return None if isinstance(cell, str) and not cell.strip() else cell


def _mapped_identity(sheet: Sheet) -> Identity | None:
    facts = {str(row[1]): row[2] for row in sheet.rows if len(row) > 2 and row[0] == "fact"}
    return Identity.of(facts.get("identity"))


Before = dict[str, dict[str, tuple[Cell, Cell]]]
"By every key that was written: for a line, value and day of baseline and target as they were shown."


def _mapped_keys(maps: Iterable[Sheet]) -> Before:
    """Return the keys of columns and lines as they were written, and what the lines showed."""
    found: Before = {}
    for sheet in maps:
        for row in sheet.rows:
            kind, _, key, *shown = [*row, *[None] * 7][:7]
            if kind == "column":
                found[str(key)] = {}
            elif kind == "line":
                found[str(key)] = {BASELINE: (shown[0], shown[1]), TARGET: (shown[2], shown[3])}
    return found


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as a frame (`schemas.rows.PARSED`)."""
    blank = empty(PARSED)
    if not rows:
        return blank
    frame = pd.DataFrame(rows, columns=list(PARSED.columns))
    return PARSED.validate(frame.astype(blank.dtypes.to_dict()), lazy=True)


def _remarks(workbook: Workbook, table: "_Reading") -> list[Finding]:
    """Return what the reader remarked on cells that count; a cell that was told of counts once."""
    told = {found.cell for found in table.findings}
    cells = {address(row, place) for row, place, _ in table.open_cells()} - told
    return [
        found
        for found in workbook.findings
        if found.sheet == table.sheet.name and found.cell in cells
    ]


@dataclass(frozen=True)
class _Number:
    """A number as it was read, with what was written around it."""

    row: int
    place: int
    value: float
    qualifier: str
    currency: str
    unit: str
    raw: str

    def told(self) -> dict[str, Any]:
        """Return what a number brings into its row besides itself."""
        told = {"row": self.row, "place": self.place, "qualifier": self.qualifier}
        told |= {"currency": self.currency}
        return told | ({"unit": "%"} if self.unit == "%" else {})


class _Reading:
    """A table of ours while it is being read."""

    def __init__(
        self,
        sheet: Sheet,
        identity: Identity,
        reference: Reference,
        before: Before,
        *,
        is_1904: bool,
    ) -> None:
        self.sheet, self.identity, self.reference = sheet, identity, reference
        self.before, self.is_1904 = before, is_1904
        self.findings: list[Finding] = []
        self.lines: dict[int, Line] = {}
        self.columns: dict[int, dict[int, Column]] = {}
        "By row: the columns that the nearest keys above it name, by their place."
        self._read_keys()
        self.start, self.end = self._period()
        self._find_damage()
        self.numbers = self._read_numbers()
        self.days = self._read_days()

    def tell(self, code: str, row: int, column: int, **arguments: str | int | float) -> None:
        """Keep a finding about a cell."""
        found = parse.text_of(_cell(self.sheet, row, column))
        place = address(row, column)
        self.findings.append(finding(code, self.sheet.name, place, found=found, **arguments))

    # --- keys ---

    def _read_keys(self) -> None:
        columns: dict[int, Column] = {}
        for row, cells in enumerate(self.sheet.rows):
            key = _cell(self.sheet, row, 0)
            if key == COLUMNS:
                named = ((place, Column.of(cell)) for place, cell in enumerate(cells[1:], 1))
                columns = {place: column for place, column in named if column}
            elif line := Line.of(key):
                self.lines[row] = line
            self.columns[row] = columns

    def open_cells(self, *roles: str) -> Iterator[tuple[int, int, Column]]:
        """Yield row, place and column of the cells that were there to be filled in."""
        for row, line in self.lines.items():
            for place, column in self.columns[row].items():
                if line.is_open(column) and (not roles or column.role in roles):
                    yield row, place, column

    def _period(self) -> tuple[date | None, date | None]:
        """Return the period: the workbook's, or as the keeper of a register typed it."""
        if self.identity.kind != REGISTER:
            return self.identity.period_start, self.identity.period_end
        days: list[date | None] = []
        for key in (PERIOD_START, PERIOD_END):
            rows = [row for row in self.columns if _cell(self.sheet, row, 0) == key]
            cells = self.sheet.rows[rows[0]][1:] if rows else []
            read = parse.dates(cells, is_1904=self.is_1904)
            typed = [place for place, kind in enumerate(read.kind) if kind == parse.DATE]
            days.append(_day(read.day[typed[0]]) if typed else None)
            if not typed:
                row = rows[0] if rows else 0
                place = address(row, REGISTER_DAYS)
                self.findings.append(finding("template_period_missing", self.sheet.name, place))
        return days[0], days[1]

    def _find_damage(self) -> None:
        """Tell of rows and columns that are gone, and of values where none belong."""
        columns = {column.key for row in self.lines for column in self.columns[row].values()}
        if not self.lines or VALUE not in columns:
            self.findings.append(finding("template_damaged", self.sheet.name, "A1"))
            return
        present = columns | {line.key for line in self.lines.values()}
        gone = dict.fromkeys(key.partition("|")[0] for key in self.before if key not in present)
        if gone:
            told = finding("template_rows_gone", self.sheet.name, found=", ".join(gone))
            self.findings.append(told)
        for row, columns_here in self.columns.items():
            if line := self.lines.get(row):
                self._find_misplaced(row, line, columns_here)
            else:
                self._find_codeless(row, columns_here)

    def _find_misplaced(self, row: int, line: Line, columns: dict[int, Column]) -> None:
        """Tell of values in cells of a line that are not asked for, and beside its table."""
        for place, column in columns.items():
            is_computed = line.part == SHARE and column.role == VALUE
            is_filled = _cell(self.sheet, row, place) is not None
            if is_filled and not is_computed and not line.is_open(column):
                self.tell("value_in_locked_cell", row, place)
        last = max(columns, default=0)
        if any(self.sheet.rows[row][last + 1 :]) and not self._is_told("template_beside"):
            self.tell("template_beside", row, last + 1)

    def _find_codeless(self, row: int, columns: dict[int, Column]) -> None:
        """Tell of a number in a row whose key is gone: nobody knows what it counts."""
        for place, column in columns.items():
            is_number = isinstance(_cell(self.sheet, row, place), float)
            if is_number and column.role in (VALUE, BASELINE, TARGET):
                self.tell("template_row_without_code", row, place)
                return

    def _is_told(self, code: str) -> bool:
        return any(found.code == code for found in self.findings)

    # --- cells ---

    def _measure(self, line: Line) -> str:
        indicator = self.reference.indicators.get(line.indicator_code)
        return indicator.measure if indicator else Measure.COUNT

    def _read_numbers(self) -> dict[tuple[int, str], _Number]:
        """Return the numbers by row and key of column; tell of what should be one and is none.

        All are read together: who writes decimal commas does so in every column.
        """
        asked = [
            (row, place, column)
            for row, place, column in self.open_cells(VALUE, BASELINE, TARGET)
            if self._measure(self.lines[row]) not in (Measure.YES_NO, Measure.TEXT)
        ]
        cells = [_cell(self.sheet, row, place) for row, place, _ in asked]
        shown = ["%" in self.sheet.formats.get((row, place), "") for row, place, _ in asked]
        read = parse.numbers(cells, percent=shown)
        found = {}
        for i, (row, place, column) in enumerate(asked):
            kind = read.kind[i]
            if kind == parse.NUMBER:
                around = str(read.qualifier[i]), str(read.currency[i]), str(read.unit[i])
                raw = parse.text_of(cells[i])
                found[row, column.key] = _Number(row, place, float(read.value[i]), *around, raw)
            elif kind == parse.AMBIGUOUS:
                _, point, comma = parse.read_number(str(cells[i]))
                self.tell("template_number_open", row, place, with_point=point, with_comma=comma)
            elif (row, place) in self.sheet.no_result:
                self.tell("template_not_computed", row, place)
            elif kind not in (parse.MISSING, parse.NOT_APPLICABLE, parse.NOTHING_TO_REPORT):
                self.tell("template_not_a_number", row, place)
        return found

    def _read_days(self) -> dict[tuple[int, str], date]:
        """Return the days of baselines and targets by row and key of column."""
        asked = list(self.open_cells(BASELINE_DATE, TARGET_DATE))
        cells = [_cell(self.sheet, row, place) for row, place, _ in asked]
        read = parse.dates(cells, is_1904=self.is_1904)
        found = {}
        for (row, place, column), day, kind in zip(asked, read.day, read.kind, strict=True):
            if kind == parse.DATE:
                found[row, column.key] = _day(day)
            elif kind in (parse.TEXT, parse.AMBIGUOUS):
                self.tell("template_not_a_date", row, place)
        return found

    def _text(self, row: int, role: str) -> tuple[str, int]:
        """Return what is written in a row under a role, and the place of that column."""
        places = [p for p, column in self.columns[row].items() if column.key == role]
        texts = [(parse.text_of(_cell(self.sheet, row, place)).strip(), place) for place in places]
        return next((told for told in texts if told[0]), ("", places[0] if places else 0))

    def _chosen(self, row: int, role: str) -> str:
        """Return the code of what was chosen from a list; tell of what is not on it."""
        text, place = self._text(row, role)
        if not text:
            return ""
        section, codes = _SECTIONS[role]
        code = _choices(role).get(parse.fold(text)) or parse.meaning(section, text)
        if code in codes:
            return code
        self.tell("template_choice_unknown", row, place)
        return ""

    # --- rows ---

    def rows(self) -> list[dict[str, Any]]:
        """Return the table's values as rows of `schemas.rows.PARSED`, and tell of what is amiss."""
        if self.identity.kind == REGISTER and not (self.start and self.end):
            return []
        series: defaultdict[tuple[str, str], defaultdict[str, list[int]]]
        series = defaultdict(lambda: defaultdict(list))
        for row, line in self.lines.items():
            series[line.indicator_code, line.place_code][line.part].append(row)
        found: list[dict[str, Any]] = []
        for parts in series.values():
            firsts = [*parts[SHARE], *parts[VALUE]]
            # A row that was copied comes twice, and so do its parts, in the same order.
            for rows in zip_longest(firsts, parts[NUMERATOR], parts[DENOMINATOR], parts[ANSWERED]):
                found += self._series(*rows)
        return found

    def _series(
        self, first: int | None, above: int | None, below: int | None, answered: int | None
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows of one indicator at one place: its values or answer, baseline, target."""
        row = next(row for row in (first, above, below, answered) if row is not None)
        line = self.lines[row]
        measure = self._measure(line)
        if measure in (Measure.YES_NO, Measure.TEXT):
            values = list(self._words(row, measure))
        elif line.part in (SHARE, NUMERATOR, DENOMINATOR):
            values = list(self._ratios(first, above, below))
        else:
            values = list(self._values(first, answered))
        if first is not None:
            qualifier = self._chosen(first, QUALIFIER)
            currency = self._currency(first) if measure == Measure.AMOUNT else ""
            for value in values:
                if value.get("qualifier", Qualifier.EXACT) == Qualifier.EXACT and qualifier:
                    value["qualifier"] = qualifier
                value["currency"] = value.get("currency") or currency
            values = self._answered(first, values)
            self._annotate(first, values)
            if measure not in (Measure.YES_NO, Measure.TEXT):
                values += [*self._known(first, line, BASELINE), *self._known(first, line, TARGET)]
        for value in values:
            yield self._row(line, **value)

    def _row(self, line: Line, row: int, place: int, **told: Any) -> dict[str, Any]:
        """Return one row of `schemas.rows.PARSED`: what is told of it, and else the usual."""
        indicator = self.reference.indicators.get(line.indicator_code)
        is_actual = told.get("value_type", ValueType.ACTUAL) == ValueType.ACTUAL
        usual = {
            "sheet": self.sheet.name,
            "cell": address(row, place),
            "indicator": line.indicator_code,
            "project": self.identity.project_code,
            "place": line.place_code,
            "period_start": self.start,
            "period_end": self.end,
            "value_type": ValueType.ACTUAL.value,
            "qualifier": Qualifier.EXACT.value,
            "unit": indicator.unit_code if indicator else "",
            "answer": Answer.VALUE.value,
            "basis": Basis.MEASURED.value,
            "reported_as": line.reported_as if is_actual else "",
            "raw": parse.text_of(_cell(self.sheet, row, place)),
            **dict.fromkeys(("breakdown", "currency", "text", "note"), ""),
            **dict.fromkeys(("value", "numerator", "denominator", "n"), math.nan),
        }
        return usual | told

    def _number(self, row: int | None, key: str) -> _Number | None:
        return None if row is None else self.numbers.get((row, key))

    def _value_keys(self, *rows: int | None) -> list[str]:
        """Return the keys of the columns in which some rows have their values, the total first."""
        here = [self.columns[row].values() for row in rows if row is not None]
        keys = dict.fromkeys(c.key for columns in here for c in columns if c.role == VALUE)
        return sorted(keys, key=lambda key: key != VALUE)

    def _values(self, first: int | None, answered: int | None) -> Iterator[dict[str, Any]]:
        """Yield the plain values of a series, each with the number of people who answered."""
        for key in self._value_keys(first, answered):
            number, n = self._number(first, key), self._number(answered, key)
            if number:
                yield number.told() | {
                    "breakdown": key.partition(":")[2],
                    "value": number.value,
                    "n": n.value if n else math.nan,
                }
            elif n:
                self.tell("template_part_missing", n.row, n.place)

    def _ratios(
        self, first: int | None, above: int | None, below: int | None
    ) -> Iterator[dict[str, Any]]:
        """Yield the ratios of a series, each from its two numbers; of nothing there is no ratio."""
        for key in self._value_keys(first, above, below):
            part, whole = self._number(above, key), self._number(below, key)
            if part and whole:
                is_nothing = not part.value and not whole.value
                yield part.told() | {
                    "breakdown": key.partition(":")[2],
                    "numerator": part.value,
                    "denominator": whole.value,
                    "value": self._ratio(self.lines[part.row], part.value, whole.value),
                    "answer": (Answer.NOTHING_TO_REPORT if is_nothing else Answer.VALUE).value,
                    "raw": f"{part.raw} / {whole.raw}",
                }
            elif lone := part or whole:
                self.tell("template_part_missing", lone.row, lone.place)
            elif first is not None and self._text(first, key)[0]:
                self.tell("value_in_locked_cell", first, self._text(first, key)[1])

    def _ratio(self, line: Line, numerator: float, denominator: float) -> float:
        indicator = self.reference.indicators.get(line.indicator_code)
        if indicator is None or not denominator:
            return math.nan
        times = indicator.factor * per_year(indicator, self.start, self.end)
        return times * numerator / denominator

    def _words(self, row: int, measure: str) -> Iterator[dict[str, Any]]:
        """Yield the answer of an indicator that is told in words, or by yes and no."""
        text, place = self._text(row, VALUE)
        if not text or parse.meaning("marks", text):
            return
        said = parse.yes_no(text)
        if measure == Measure.TEXT:
            yield {"row": row, "place": place, "text": text}
        elif said is None:
            self.tell("template_choice_unknown", row, place)
        else:
            yield {"row": row, "place": place, "value": float(said)}

    def _answered(self, row: int, values: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the values, or the answer that stands in their stead; both is a contradiction."""
        answer, (_, place) = self._chosen(row, ANSWER), self._text(row, ANSWER)
        if answer in ("", Answer.VALUE):  # it may also have been typed where the number belongs
            text, place = self._text(row, VALUE)
            answer = parse.meaning("marks", text) if text else ""
        if answer not in (Answer.NOTHING_TO_REPORT, Answer.NOT_APPLICABLE):
            return values
        if values:
            self.tell("template_answer_and_value", row, place)
            return values
        return [{"row": row, "place": place, "answer": answer}]

    def _annotate(self, row: int, values: list[dict[str, Any]]) -> None:
        """Put a row's note to its first value."""
        note, place = self._text(row, NOTE)
        if note and values:
            values[0]["note"] = note
        elif note:
            self.tell("template_note_alone", row, place)

    def _currency(self, row: int) -> str:
        text, _ = self._text(row, CURRENCY)
        return parse.meaning("currencies", text) or text.upper()

    def _known(self, row: int, line: Line, role: str) -> Iterator[dict[str, Any]]:
        """Yield a baseline or target that says something else than when the workbook was made."""
        number = self._number(row, role)
        day = self.days.get((row, BASELINE_DATE if role == BASELINE else TARGET_DATE))
        before = self.before.get(line.key, {}).get(role)
        if number is None or before == (number.value, day.isoformat() if day else None):
            return
        told = {"value_type": role, "value": number.value, "period_start": day, "period_end": day}
        used = self.reference.project_indicators.get(
            (self.identity.project_code, line.indicator_code)
        )
        if (
            role == TARGET
            and used
            and used.target_basis == TargetBasis.PER_PERIOD
            and day == self.end
        ):
            told["period_start"] = self.start
        if self._measure(line) == Measure.AMOUNT:
            told["currency"] = number.currency or self._currency(row)
        yield number.told() | told


_SECTIONS: dict[str, tuple[str, list[str]]] = {
    QUALIFIER: ("qualifiers", [*Qualifier]),
    ANSWER: ("marks", [*Answer]),
}
"Per list to choose from: the words that people write for it, and the codes that it knows."


@cache
def _choices(role: str) -> dict[str, str]:
    """Return {word: code} of a list to choose from, in every language."""
    known = QUALIFIERS | {N_("at most"): Qualifier.AT_MOST} if role == QUALIFIER else ANSWERS
    return {
        parse.fold(words.text(word, language)): code.value
        for word, code in known.items()
        for language in LANGUAGES
    }


def _day(moment: Any) -> date:
    return pd.Timestamp(moment).date()
