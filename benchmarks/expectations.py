"""What a workbook should become, as data: where its values are and what they mean.

One file of `benchmarks/expected/` for each workbook, written by hand after reading it. It holds no
values, so it says nothing that the workbook doesn't:

    file = "kg_sdg_5.5.1.xlsx"      # the name is the expectation's own, plus ".toml"
    kind = "table"                  # or "list", "template", "prose" ...: holds no values at all
    encoding = "utf-8"              # of a csv; and delimiter = ","
    [answers]                       # key or code of `etl.questions` -> answer: period_unknown = "2022-05"
    [[tables]]
    sheet = "Лист1"                 # not for a csv; may be a list: each sheet has such a table
    values = "D5:T6"                # or a list. "G2:G" goes down to the last row. Of these cells every
                                    # number counts: typed, or a text that is clearly one. Others don't.
    except = ["D9:T9"]              # cells that are no values: reading one is an extra value
    optional = ["D30:T30"]          # (totals) may be left out, but what is read must be right
    ignore = ["A2:A9"]              # whatever is made of these is all right
    numbers = { C83 = 2 }           # cells whose number is not what their text says
    decimal = ","                   # the decimal mark of numbers typed as text; "." if not said
    number = "percent"              # a cell shown as a percentage: 0.12 and 12 are both right
    period = { row = 4 }            # where the period stands: row, column, cell ("B2"), text ("2014"), or
                                    # several, joined in this order: { row = 4, column = "B" }, { column =
                                    # "E", text = "2014" }. By column of the value: { F = "2021-Q1" }; by
                                    # row: { 7 = "2020" }. "2014" alone: for all. "": none can be known, and
                                    # none may be made up (with answers.period_unknown: that one); it is
                                    # "?2021-Q1" where the answer tells a part. "any": is not compared.
    periods = { 20231 = "2023" }    # texts that are no plain year, month or day; see `period`
    dates = "mdy"                   # order of days written 3/4/2019; "dmy" if not said
    value_type = "actual"           # or { column = "H" }, { row = 3 }, { cell = "B2" }, { F = "target" }
                                    # by column or row of the value, others actual; "any"
    value_types = { Cible = "target" }      # texts that are not the word itself
    labels = ["C|B|A", "E"]         # columns whose text (same row) must be found in the value's labels;
                                    # of columns joined by | any one suffices (languages)
    headers = [3, 4]                # rows whose text (same column) must be found; a blank cell says what
                                    # the next one to its left says, as merged headings do
    title = ["C1|B1|A1", "=Mali|MLI"]   # single cells, or words, that every value's labels must tell
    headings = ["6:36/3", 40]       # group rows (6, 9, 12 ... 36, and 40): their text in the columns of
                                    # `labels` must be found in the rows below them too, until the next
                                    # one. A list of lists: several levels; a higher one ends the lower.
    fill = ["A"]                    # columns (labels, period) where a blank cell says what the one above says
    words = { C5 = "primary|basic", "A6:C6" = "" }  # what label cells say instead; "": nothing needed
    synonyms = { Y15T24 = "15-24" } # the same for every label cell with this text

So require what identifies a value (indicator, place, category; organisation, project and sector where
only they tell rows apart), not remarks, ids beside names, or dates. Period and value type are
compared on their own: headers that say only them are no `headers`. `benchmarks.recognition` says how
values are compared.
"""

import csv
import io
import re
import tomllib
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import python_calamine

from etl.markup import column_letters, column_number
from etl.parse import fold
from etl.workbook import address, parse_address

LONG, ENOUGH = 8, 0.8
"Of a label of more than so many words, so many are enough."

Cells = Mapping[str, Sequence[Sequence[Any]]]
"Sheet name to rows of cells."
Where = tuple[int, int]

TOTALS = {
    *("total", "totals", "grand total", "subtotal", "all", "both", "both sexes", "overall", "_t"),
    *("всего", "итого", "барды", "бардыгы", "todos", "ambos", "ambos sexos", "total general"),
    *("tous", "ensemble", "les deux", "les deux sexes", "totaux", "total geral", "συνολο"),
    *("المجموع", "الاجمالي"),
}
"Labels that only say that nothing is left out, folded."
IDLE = {
    *("by", "of", "of_which", "the", "and", "in", "at", "on", "for", "to", "or", "a", "an", "with"),
    *(
        "years",
        "year",
        "old",
        "aged",
        "over",
        "above",
        "older",
        "more",
        "лет",
        "жаш",
        "по",
        "в",
        "и",
    ),
    *(
        "de",
        "del",
        "la",
        "las",
        "el",
        "los",
        "y",
        "en",
        "con",
        "por",
        "anos",
        "do",
        "da",
        "dos",
        "das",
    ),
    *("e", "em", "com", "le", "les", "des", "du", "et", "par", "ans", "avec", "d", "l", "s"),
}
"Words that tell nothing apart, folded; a label of nothing else must be found with them."

MONTHS = {
    word: month
    for words in (
        "jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec",
        "janv,fevr,mars,avr,mai,juin,juil,aout,sept,oct,nov,dec",
        "ene,feb,mar,abr,may,jun,jul,ago,sep,oct,nov,dic",
        "jan,fev,mar,abr,mai,jun,jul,ago,set,out,nov,dez",
        "january,february,march,april,may,june,july,august,september,october,november,december",
        "janvier,fevrier,mars,avril,mai,juin,juillet,aout,septembre,octobre,novembre,decembre",
        "enero,febrero,marzo,abril,mayo,junio,julio,agosto,septiembre,octubre,noviembre,diciembre",
        "janeiro,fevereiro,marco,abril,maio,junho,julho,agosto,setembro,outubro,novembro,dezembro",
    )
    for month, word in enumerate(words.split(","), 1)
}


class ExpectationError(Exception):
    "An expectation does not fit its workbook, or does not say what it must say"


# --- Cells -------------------------------------------------------------------------------------


def read_cells(path: Path, encoding: str = "utf-8-sig", delimiter: str = ",") -> Cells:
    """Return the cells of a file, read without any code of the program that is measured."""
    if path.suffix == ".csv":
        text = path.read_bytes().decode(encoding)
        return {"": list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))}
    book = python_calamine.CalamineWorkbook.from_path(path)
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def text_of(cell: Any) -> str:
    """Return a cell as a person reads it, blanks around it cut off."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return "" if cell is None else str(cell).strip()


def number_of(cell: Any, decimal: str = ".") -> float | None:
    """Return the number that a cell clearly is, typed or as text; None where it is none.

    >>> number_of("(18,7)", ","), number_of("1 280,6", ","), number_of("> 300"), number_of("2018-19")
    (18.7, 1280.6, 300.0, None)
    """
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None
    if not isinstance(cell, str):
        return float(cell)
    text = re.sub(r"[\s\u00a0\u202f\u2009'’]", "", cell).strip("*")
    text = re.sub(r"\A\((.+)\)\Z", r"\1", text)
    text = re.sub(r"\A(?:[<>≤≥~≈$€£]|aprox\.|approx\.|env\.)+|[%$€£]\Z", "", text)
    text = text.replace("." if decimal == "," else ",", "").replace(decimal, ".")
    return float(text) if re.fullmatch(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", text) else None


def rectangle(text: str, rows: int) -> tuple[Where, Where]:
    """Return the corners, counted from 0, of a range: "D5", "D5:T6", "G2:G" (to the last row)."""
    first, _, last = text.partition(":")
    last = last or first
    if not last[-1].isdigit():
        last += str(rows)
    return parse_address(first), parse_address(last)


def cells_in(ranges: str | Sequence[str], rows: int) -> list[Where]:
    """Return the places of one or several ranges, row by row."""
    corners = [rectangle(text, rows) for text in _list(ranges)]
    return [
        (row, column)
        for (top, left), (bottom, right) in corners
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    ]


def rows_in(spec: int | str) -> list[int]:
    """Return the rows, counted from 0, of 5, "5:9" or "6:36/3"."""
    span, _, step = str(spec).partition("/")
    first, _, last = span.partition(":")
    return list(range(int(first) - 1, int(last or first), int(step or 1)))


def _list(one_or_more: Any) -> list[Any]:
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


# --- Periods -----------------------------------------------------------------------------------


def period_of(text: str, order: str = "dmy") -> tuple[str, str]:
    """Return the first and last day of a period's text, in ISO form; ExpectationError if unclear.

    >>> period_of("2023"), period_of("Aout 2013"), period_of("201202")[1], period_of("2021-Q2")[0]
    (('2023-01-01', '2023-12-31'), ('2013-08-01', '2013-08-31'), '2012-02-29', '2021-04-01')
    """
    folded = fold(text).replace(",", " ")
    if re.fullmatch(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d", folded):
        return folded[:10], folded[11:]
    if found := re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:[ t].*)?", folded):
        return found[1], found[1]
    if found := re.fullmatch(r"(\d{4})", folded):
        return _months(int(found[1]), 1, 12)
    if found := re.fullmatch(r"(\d{4})-?([qs])([1-4])|([qs])([1-4]) (\d{4})", folded):
        months = 3 if (found[2] or found[4]) == "q" else 6
        part = int(found[3] or found[5])
        return _months(int(found[1] or found[6]), months * (part - 1) + 1, months)
    if found := re.fullmatch(r"(\d{4})-?(\d\d)", folded):
        return _months(int(found[1]), int(found[2]), 1)
    if found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", folded):
        day, month = (found[1], found[2]) if order == "dmy" else (found[2], found[1])
        return (date(int(found[3]), int(month), int(day)).isoformat(),) * 2
    if found := re.fullmatch(r"(?:(\d{1,2}) )?([^\W\d]+)\.?[ -]+(\d{4})", folded):
        year, month = int(found[3]), MONTHS.get(found[2], 0)
        if month and found[1]:
            return (date(year, month, int(found[1])).isoformat(),) * 2
        if month:
            return _months(year, month, 1)
    raise ExpectationError(f"the period “{text}” needs an entry in `periods`")


def _months(year: int, month: int, length: int) -> tuple[str, str]:
    last = month + length - 1
    end = date(year, last, monthrange(year, last)[1])
    return date(year, month, 1).isoformat(), end.isoformat()


# --- What is expected ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Label:
    """What one label cell demands: all words of one alternative; `is_total`: to be no category."""

    alternatives: tuple[str, ...]
    is_total: bool = False

    @cached_property
    def words(self) -> list[frozenset[str]]:
        """The words of each alternative."""
        return [words_of(text) for text in self.alternatives]

    def is_in(self, told: frozenset[str]) -> bool:
        """Return whether the words of an alternative are among those told."""
        return not self.alternatives or any(_are_in(words, told) for words in self.words)


@lru_cache(maxsize=100_000)
def _label(alternatives: tuple[str, ...]) -> Label:
    is_total = any(fold(text) in TOTALS for text in alternatives)
    return Label(() if is_total else alternatives, is_total)


@lru_cache(maxsize=100_000)
def words_of(text: str) -> frozenset[str]:
    """Return the words of a text, as they are compared."""
    words = frozenset(re.findall(r"[^\W_]+", fold(text)))
    return words - IDLE or words


def _are_in(words: frozenset[str], told: frozenset[str]) -> bool:
    """Return whether words are told, but for footnote marks glued to them, and parts of long texts."""
    found = sum(word in told or word.rstrip("0123456789") in told for word in words)
    return found >= (len(words) if len(words) <= LONG else ENOUGH * len(words))


@dataclass(frozen=True)
class Value:
    """A value that must be found in a cell, and what it means.

    `is_asked`: only an answer tells its period, and until then it has none.
    """

    sheet: str
    cell: str
    number: float
    start: str
    end: str
    value_type: str
    labels: tuple[Label, ...]
    is_percent: bool = False
    is_optional: bool = False
    is_asked: bool = False

    @property
    def says(self) -> tuple[str, ...]:
        """The labels as one compares them between values."""
        return tuple(
            fold(label.alternatives[0]) if label.alternatives else "" for label in self.labels
        )


@dataclass
class Expectation:
    """What a file should become."""

    file: str
    kind: str
    answers: dict[str, str] = field(default_factory=dict)
    values: dict[tuple[str, str], Value] = field(default_factory=dict)
    ignored: set[tuple[str, str]] = field(default_factory=set)
    not_numbers: dict[str, list[str]] = field(default_factory=dict)


def expand(path: Path, body: str) -> Expectation:
    """Return the values that an expectation's text demands of a workbook."""
    raw = tomllib.loads(body)
    result = Expectation(raw["file"], raw.get("kind", "table"), raw.get("answers", {}))
    cells: Cells = {}
    if raw.get("tables"):
        cells = read_cells(path, raw.get("encoding", "utf-8-sig"), raw.get("delimiter", ","))
    for number, table in enumerate(raw.get("tables", []), 1):
        if unknown := set(table) - KEYS:
            raise ExpectationError(f"{path.name}, table {number}: unknown {sorted(unknown)}")
        for sheet in _list(table.get("sheet", next(iter(cells)))):
            name = f"{path.name}, table {number} ({sheet})"
            if sheet not in cells:
                raise ExpectationError(f"{name}: no such sheet; there are {list(cells)}")
            reader = _Table(sheet, cells[sheet], table, result.answers)
            try:
                found = list(reader.values())
            except ExpectationError as error:
                raise ExpectationError(f"{name}: {error}") from None
            for value in found:
                if result.values.setdefault((sheet, value.cell), value) is not value:
                    raise ExpectationError(f"{name}: {value.cell} is expected twice")
            result.ignored |= {(sheet, cell) for cell in reader.ignored()}
            result.not_numbers[f"{number} {sheet} {table['values']}"] = reader.texts
    return result


KEYS = {
    *("sheet", "values", "except", "optional", "ignore", "numbers", "decimal", "number"),
    *("period", "periods", "dates", "value_type", "value_types"),
    *("labels", "headers", "title", "headings", "fill", "words", "synonyms"),
}


class _Table:
    """One table of an expectation, over the cells of its sheet."""

    def __init__(
        self,
        sheet: str,
        cells: Sequence[Sequence[Any]],
        raw: Mapping[str, Any],
        answers: Mapping[str, str],
    ):
        self.sheet, self.cells, self.raw, self.answers = sheet, cells, raw, answers
        self.words = {
            address(*place): text
            for key, text in raw.get("words", {}).items()
            for place in cells_in(key, len(cells))
        }
        self.synonyms: Mapping[str, str] = raw.get("synonyms", {})
        self.fill = {column_number(letters) for letters in raw.get("fill", [])}
        self.labels = [
            [column_number(c) for c in spec.split("|")] for spec in raw.get("labels", [])
        ]
        levels = raw.get("headings", [])
        levels = levels if levels and isinstance(levels[0], list) else [levels]
        self.headings = [[row for spec in level for row in rows_in(spec)] for level in levels]
        self.texts: list[str] = []

    def values(self) -> Iterator[Value]:
        """Yield the values of the table, row by row."""
        left_out = set(self.places("except"))
        optional = set(self.places("optional"))
        numbers = self.raw.get("numbers", {})
        for row, column in dict.fromkeys([*self.places("values"), *self.places("optional")]):
            if (row, column) in left_out:
                continue
            cell = address(row, column)
            number = numbers.get(
                cell, number_of(self.at(row, column), self.raw.get("decimal", "."))
            )
            if number is None:
                self.texts += [text] if (text := text_of(self.at(row, column))) else []
                continue
            start, end, is_asked = self.period(row, column)
            yield Value(
                sheet=self.sheet,
                cell=cell,
                number=float(number),
                start=start,
                end=end,
                value_type=self.value_type(row, column),
                labels=tuple(self.label(places) for places in self.label_places(row, column)),
                is_percent=self.raw.get("number") == "percent",
                is_optional=(row, column) in optional,
                is_asked=is_asked,
            )

    def places(self, key: str) -> list[Where]:
        return cells_in(self.raw.get(key, []), len(self.cells))

    def ignored(self) -> Iterator[str]:
        return (address(*place) for place in self.places("ignore"))

    def at(self, row: int, column: int) -> Any:
        return (
            self.cells[row][column]
            if row < len(self.cells) and column < len(self.cells[row])
            else None
        )

    def above(self, row: int, column: int) -> str:
        """Return the text of a cell, or in a column that fills down of the next one above it."""
        text = text_of(self.at(row, column))
        while (
            not text and row > 0 and column in self.fill and address(row, column) not in self.words
        ):
            row -= 1
            text = text_of(self.at(row, column))
        return text

    def to_the_left(self, row: int, column: int) -> Where:
        """Return the place of a header, or of the next one to its left where the cell is blank."""
        labels = {c for columns in self.labels for c in columns}
        place = column
        while place >= 0 and place not in labels:
            if text_of(self.at(row, place)) or address(row, place) in self.words:
                return row, place
            place -= 1
        return row, column

    # Labels

    def label_places(self, row: int, column: int) -> Iterator[list[Where | str]]:
        """Yield the places (or words) of each label of a value: alternatives together."""
        for spec in self.raw.get("title", []):
            parts = spec.removeprefix("=").split("|")
            yield parts if spec[0] == "=" else [parse_address(c) for c in parts]
        above = self._headings_above(row)
        for columns in self.labels:
            for heading in above:
                yield [(heading, c) for c in columns]
            yield [(row, c) for c in columns]
        for header in self.raw.get("headers", []):
            yield [self.to_the_left(header - 1, column)]

    def _headings_above(self, row: int) -> list[int]:
        """Return the heading of each level that a row stands under, the highest level first."""
        found: list[int] = []
        after = -1
        for level in self.headings:
            rows = [heading for heading in level if after < heading <= row]
            after = rows[-1] if rows else after
            found += [rows[-1]] if rows and rows[-1] != row else []
        return found

    def label(self, places: Sequence[Where | str]) -> Label:
        """Return what a label cell demands, with its alternatives in other columns."""
        said = [[place] if isinstance(place, str) else self.says(*place) for place in places]
        alternatives = tuple(text for texts in said for text in texts if text)
        return _label(alternatives)

    def says(self, row: int, column: int) -> list[str]:
        text = self.above(row, column)
        instead = self.words.get(address(row, column), self.synonyms.get(text))
        return [text] if instead is None else instead.split("|")

    # Period and value type

    def period(self, row: int, column: int) -> tuple[str, str, bool]:
        """Return the first and last day, and whether only an answer tells them."""
        told = self._told("period", row, column)
        if told == "any":
            return "any", "any", False
        told = told or f"?{self.answers.get('period_unknown', '')}"
        is_asked, told = told.startswith("?"), told.removeprefix("?")
        told = self.raw.get("periods", {}).get(told, told)
        days = period_of(told, self.raw.get("dates", "dmy")) if told else ("", "")
        return *days, is_asked

    def value_type(self, row: int, column: int) -> str:
        told = self._told("value_type", row, column) or "actual"
        return str(self.raw.get("value_types", {}).get(told, told)).lower()

    def _told(self, key: str, row: int, column: int) -> str:
        """Return the text of a period or value type, wherever the table says that it stands."""
        where = self.raw.get(key, "")
        if isinstance(where, str):
            return where
        parts = [
            where.get(column_letters(column), ""),
            where.get(str(row + 1), ""),
            text_of(self.at(*self.to_the_left(where["row"] - 1, column))) if "row" in where else "",
            self.above(row, column_number(where["column"])) if "column" in where else "",
            text_of(self.at(*parse_address(where["cell"]))) if "cell" in where else "",
            where.get("text", ""),
        ]
        return " ".join(part for part in parts if part)
