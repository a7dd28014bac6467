"""The annexes that let a reader check: what the indicators mean, and the cells behind the numbers."""

import math
from itertools import groupby

from dashboard import sentences
from dashboard.queries import Record
from dashboard.reports import cells
from dashboard.reports.context import Context
from dashboard.reports.document import (
    Block,
    Cell,
    Column,
    Group,
    Paragraph,
    Style,
    Table,
    plain,
)
from dashboard.sentences import Row
from schemas import words
from schemas.codes import Measure, Qualifier

SHORT = 8
"Letters of a file's SHA-256 that tell it from others."


def definitions(of: Context) -> tuple[Block, ...]:
    """Return what each indicator measures, where that is verified, and how its values add up."""
    if of.found.empty:
        return ()
    heads = (
        Column(of.text("Indicator"), 1.6, under=of.text("Unit")),
        Column(of.text("Definition"), 2.6, under=of.text("Measure")),
        Column(of.text("How it adds up"), 2.6),
        Column(of.text("Disaggregations"), 1.2),
        Column(of.text("Means of verification"), 1.2, under=of.text("Provenance")),
    )
    rows = tuple(_definition(of, str(code)) for code in of.found["indicator_code"])
    return (Table("definitions", of.text("Definitions"), heads, (Group(rows),)),)


def _definition(of: Context, code: str) -> tuple[Cell, ...]:
    row, language = of.indicator(code), of.language
    known = of.data.catalogue
    dimensions = [of.data.name(known.dimensions[one]) for one in known.dimensions_of.get(code, ())]
    parts = [
        words.name(one or {}, language) for one in (row.numerator_names, row.denominator_names)
    ]
    measure = of.text(sentences.MEASURES[Measure(row.measure)])
    return (
        cells.named(of.data, code, code, sentences.unit(of.data, row)),
        cells.text(words.name(row.definition, language), measure, " / ".join(filter(None, parts))),
        cells.text(" ".join(sentences.adding_up(row, language))),
        cells.text(words.joined(dimensions, language)),
        cells.text(words.name(row.verification, language), _provenance(of, row)),
    )


def _provenance(of: Context, row: Record) -> str:
    return of.text(
        "Ours: a proposal, not the programme’s own code" if row.provenance == "own" else "Published"
    )


def behind(of: Context) -> tuple[Block, ...]:
    """Return every value that a number rests on: what it is of, its file, sheet and cell, its day."""
    if of.sources.empty:
        return ()
    rows = of.sources.to_dict("records")
    groups = tuple(
        Group(tuple(_source(of, row) for row in some), of.data.name(of.indicator(code)), code)
        for code, some in groupby(rows, key=lambda row: str(row["indicator_code"]))
    )
    heads = (
        Column(of.text("What"), 1.5),
        Column(of.text("Where"), 2),
        Column(of.text("Period"), 1.1),
        Column(of.text("Value"), 1.1, is_number=True, under=of.text("Note")),
        Column(of.text("File"), 1.8, under=of.text("SHA-256 of the file")),
        Column(of.text("Sheet"), 0.9),
        Column(of.text("Cell"), 0.6),
        Column(of.text("Counts since"), 1),
    )
    note = of.text(
        "Every reported value that a number of this report rests on, with the cell that it stood in and the day since which it counts."
    )
    return (
        Paragraph(plain(note), Style.NOTE),
        Table("sources", of.text("Sources"), heads, groups, grouped_by=of.text("Indicator")),
    )


def _source(of: Context, row: Row) -> tuple[Cell, ...]:
    data, language = of.data, of.language
    where = data.place_name(row["place_code"])
    if not data.view.project:
        where = sentences.where(data, row)
    return (
        cells.text(sentences.what(data, row), code=str(row["breakdown_key"])),
        cells.text(where, code=str(row["project_code"])),
        cells.period(row["period_start"], row["period_end"], language),
        _value(of, row),
        cells.verbatim(row["file_name"], row["sha256"][:SHORT]),
        cells.verbatim(row["sheet"]),
        cells.verbatim(row["cell"]),
        cells.day(row["accepted_at"], language),
    )


def _value(of: Context, row: Row) -> Cell:
    """Return a value as it was reported; below it how it stood in the cell, if otherwise, and its note."""
    told = sentences.reported(of.data, row)
    value = row["value"]
    if math.isnan(value):
        return Cell(told, under=tuple(filter(None, [row["note"]])), is_verbatim=True)
    is_as_written = row["raw"] in ("", exactly(value))
    raw = "" if is_as_written else f"“{row['raw']}”"
    said = tuple(filter(None, [raw, row["note"]]))
    return Cell(
        told,
        float(value),
        pattern="General",
        under=said,
        is_verbatim=bool(said),
        qualifier=words.MARKS[Qualifier(row["qualifier"] or "=")].strip(),
    )


def exactly(number: float) -> str:
    """Return a number for programs, every digit of it."""
    return str(int(number)) if float(number).is_integer() else repr(float(number))
