"""Tables that we write in any of many layouts come back value for value."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

import etl
from etl.parse import fold
from tests.made_workbooks import Page, written
from tests.proposed import codes, days_of, told

INDICATORS = (
    *("Women trained", "Start-ups created", "Waste collected", "Personas formadas"),
    *("Emplois créés", "Empregos criados", "Ωφελούμενοι", "عدد المستفيدين"),
)
PLACES = ("Setúbal", "Sesimbra", "Palmela", "Chania", "Gabès", "Irbid")
SEXES = {"Female": "sex=F", "Male": "sex=M"}
KINDS = {"Target": "target", "Actual": "actual"}
NOTE = "Source: register of the partners, as known at the end of the period"


class Fact(NamedTuple):
    """A value before it is written."""

    indicator: str
    place: str
    period: str
    kind: str
    sex: str
    number: float


@dataclass(frozen=True)
class Written:
    """A table of facts and how it is to be written."""

    facts: Sequence[Fact]
    layout: str
    titles: int
    blanks: int
    has_note: bool
    has_total: bool
    left: int
    style: str
    is_csv: bool


MARKS = {
    "": "",
    "1234.50": ".",
    "1234,50": ",",
    "1,234.50": ",.",
    "1.234,50": ".,",
    "1 234,50": "\u202f,",
}
"How numbers are written: typed, or as text with the marks of thousands and decimals."


def number_cells(numbers: Iterable[float], style: str) -> list[Any]:
    """Return numbers as typed, or as text with two decimals, which proves the marks."""
    if not style:
        return list(numbers)
    thousands, decimal = MARKS[style][:-1], MARKS[style][-1]
    marks = str.maketrans({",": thousands, ".": decimal})
    return [f"{number:,.2f}".translate(marks) for number in numbers]


def pivot(
    facts: Sequence[Fact], rows: Sequence[str], columns: Sequence[str], style: str
) -> list[list[Any]]:
    """Return facts as a table: fields that label rows, and fields that label columns."""

    def keys(names: Sequence[str]) -> list[tuple[str, ...]]:
        return list(dict.fromkeys(tuple(getattr(fact, name) for name in names) for fact in facts))

    across = keys(columns)
    known = {
        tuple(getattr(fact, name) for name in (*rows, *columns)): fact.number for fact in facts
    }
    head = [[name.capitalize() for name in rows] + [key[0] for key in across]]
    if len(columns) == 2:
        outer = [
            key[0] if i == 0 or across[i - 1][0] != key[0] else "" for i, key in enumerate(across)
        ]
        head = [
            [""] * len(rows) + outer,
            [name.capitalize() for name in rows] + [k[1] for k in across],
        ]
    body = [
        [*key, *number_cells((known[*key, *other] for other in across), style)]
        for key in keys(rows)
    ]
    return [*head, *body]


LABELS = {
    "long": ("indicator", "place", "period", "kind", "sex"),
    "wide by period": ("indicator", "place", "sex"),
    "wide by sex": ("indicator", "place", "period"),
    "two levels": ("indicator", "place"),
}
"Per layout the fields that label a row."

LAYOUTS = {
    "long": lambda facts, style: [
        ["Indicator", "Place", "Period", "Type", "Sex", "Value"],
        *([*fact[:-1], *number_cells([fact.number], style)] for fact in facts),
    ],
    "wide by period": lambda facts, style: pivot(
        facts, LABELS["wide by period"], ("period",), style
    ),
    "wide by sex": lambda facts, style: pivot(facts, LABELS["wide by sex"], ("sex",), style),
    "two levels": lambda facts, style: pivot(
        facts, LABELS["two levels"], ("period", "kind"), style
    ),
}


@st.composite
def tables(draw: st.DrawFn) -> Written:
    layout = draw(st.sampled_from(sorted(LAYOUTS)))
    indicators = draw(st.lists(st.sampled_from(INDICATORS), min_size=1, max_size=3, unique=True))
    places = draw(st.lists(st.sampled_from(PLACES), min_size=2, max_size=3, unique=True))
    year = draw(st.integers(2012, 2022))
    by_quarter = draw(st.booleans())
    names = [f"{year}-Q{n}" if by_quarter else str(year + n) for n in (1, 2, 3)]
    names = names[: draw(st.integers(2, 3))]
    kinds = list(KINDS) if layout in ("long", "two levels") else ["Actual"]
    sexes = list(SEXES) if layout != "two levels" else [""]
    combined = list(product(indicators, places, names, kinds, sexes))
    hundredths = st.integers(101, 900_000).filter(lambda number: number % 100 > 0)
    numbers = draw(st.lists(hundredths, min_size=len(combined), max_size=len(combined)))
    facts = [Fact(*key, number / 100) for key, number in zip(combined, numbers, strict=True)]
    return Written(
        facts,
        layout,
        titles=draw(st.integers(0, 2)),
        blanks=draw(st.integers(0, 2)),
        has_note=draw(st.booleans()),
        has_total=draw(st.booleans()),
        left=draw(st.integers(0, 2)),
        style=draw(st.sampled_from(sorted(MARKS))),
        is_csv=draw(st.booleans()),
    )


def lines_of(table: Written) -> list[list[Any]]:
    """Return the rows of a sheet."""
    body = LAYOUTS[table.layout](table.facts, table.style)
    labels = len(LABELS[table.layout])
    # In a long list a row of totals would add what is of different kinds; below one or two rows it
    # is read with the place of the last (`test_proposals.test_a_row_of_totals_has_no_place`).
    if table.has_total and labels < len(Fact._fields) - 1 and len(rows_of(table)) > 2:
        columns = [
            [row[c] for row in body[-len(rows_of(table)) :]] for c in range(labels, len(body[-1]))
        ]
        sums = [round(sum(map(plain_number, column)), 2) for column in columns]
        total = [*["Total", *[""] * (labels - 1)], *number_cells(sums, table.style)]
        body = [*body, total]
    titles = [["Monitoring of the partners"], ["Figures of all centres"]][: table.titles]
    notes = [[], [NOTE]] if table.has_note else []
    lines = [*titles, *[[]] * table.blanks, *body, *notes]
    return [[*[""] * table.left, *line] for line in lines]


def rows_of(table: Written) -> set[tuple[str, ...]]:
    return {tuple(getattr(fact, name) for name in LABELS[table.layout]) for fact in table.facts}


def plain_number(cell: Any) -> float:
    return int(re.sub(r"\D", "", cell)) / 100 if isinstance(cell, str) else cell


def as_file(table: Written) -> tuple[bytes, str]:
    lines = lines_of(table)
    if not table.is_csv:
        return written(Page(lines, name="Figures")), "figures.xlsx"
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(lines)
    return text.getvalue().encode(), "figures.csv"


def words(text: str) -> frozenset[str]:
    return frozenset(fold(text).replace(":", " ").replace(",", " ").replace("–", " ").split())


@settings(max_examples=30, deadline=None)
@given(tables())
def test_a_table_that_we_write_comes_back_value_for_value(table: Written) -> None:
    data, name = as_file(table)
    read = etl.read_file(data, name, layout_name="auto")
    wanted = Counter(
        (
            words(fact.indicator),
            words(fact.place),
            days_of(fact.period, KINDS[fact.kind]),
            KINDS[fact.kind],
            SEXES.get(fact.sex, ""),
            fact.number,
        )
        for fact in table.facts
    )
    found = Counter(
        (
            words(value.indicator),
            words(value.place),
            value.days,
            value.value_type,
            value.breakdown,
            value.number,
        )
        for value in told(read).values()
        if value.place  # a row of totals has none
    )
    assert found == wanted
    assert codes(read) == set()
