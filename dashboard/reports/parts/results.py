"""The results framework: every indicator against its target, its status, and what that rests on."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from dashboard import frames, sentences
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
from dashboard.reports.subjects import Subject
from dashboard.sentences import Row
from schemas import words


def level(of: Context, row: Row) -> str:
    """Return the name of the result level of a row."""
    code = frames.level_of(of.data, str(row["indicator_code"]), of.data.view.project)
    return of.text(sentences.LEVELS[code])


def columns(of: Context, first: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns of a table of results, behind what its rows are about."""
    return (
        *first,
        Column(of.text("Baseline"), 1, is_number=True, under=of.text("Baseline date")),
        Column(
            of.text("Actual"),
            1.2,
            is_number=True,
            has_ends=True,
            under=of.text("Period and coverage"),
        ),
        Column(of.text("Target"), 1, is_number=True, under=of.text("Target date")),
        Column(of.text("Progress"), 0.9, is_number=True, has_ends=True),
        Column(of.text("Status"), 2, under=of.text("What the status rests on")),
    )


def row_of(of: Context, row: Row, first: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return a row of a table of results, behind the cells that say what it is about."""
    data = of.data
    return (
        *first,
        cells.goal(data, row, "baseline"),
        cells.actual(data, row),
        cells.goal(data, row, "target"),
        cells.share(row["progress_low"], of.language, row["progress_high"]),
        cells.status(str(row["status"]), of.language, sentences.status_inputs(data, row)),
    )


def framework(of: Context) -> tuple[Block, ...]:
    """Return every indicator against its target, by result level."""
    if of.found.empty:
        return ()
    named = Column(of.text("Indicator"), 2.6, under=of.text("Unit"))
    rows = [(level(of, row), row) for row in of.found.to_dict("records")]
    groups = tuple(
        Group(tuple(row_of(of, row, [_named(of, row)]) for _, row in some), title)
        for title, some in groupby(rows, key=lambda pair: pair[0])
    )
    table = Table(
        "results",
        of.text("Results"),
        columns(of, [named]),
        groups,
        about=about(of, of.found),
        grouped_by=of.text("Level"),
    )
    return Paragraph(plain(_how(of)), Style.NOTE), table


def _how(of: Context) -> str:
    """Return how progress and status come about, with the thresholds of the programme."""
    settings = of.data.settings
    return of.text(
        "Progress is the share of the way from the baseline to the target. The status compares it with"
        " the share that was expected by the end of the period: from {on_track} of that a result is on"
        " track, from {acceleration} acceleration is needed.",
        on_track=words.percent(settings.on_track, of.language),
        acceleration=words.percent(settings.acceleration, of.language),
    )


def _named(of: Context, row: Row) -> Cell:
    code = str(row["indicator_code"])
    unit = sentences.unit_of(of.data, row)
    return cells.named(of.data, code, unit)


def about(of: Context, frame: Any, unit: str = "") -> str:
    """Return what stands below a table or a chart: unit, period, day and source."""
    return " · ".join(part for part in sentences.about(of.data, frame, unit) if part)


def by_project(of: Context) -> tuple[Block, ...]:
    """Return the results of one indicator by project and place."""
    if of.subject != Subject.INDICATOR:
        return ()
    found = frames.told(frames.results(of.data, ["project_code", "place_code"]))
    if found.empty:
        return ()
    first = (Column(of.text("Project"), 2), Column(of.text("Place"), 1.4))
    rows = tuple(
        row_of(of, row, [_project(of, row), place(of, row)]) for row in found.to_dict("records")
    )
    table = Table(
        "places",
        of.text("By project and place"),
        columns(of, first),
        (Group(rows),),
        about=about(of, found, sentences.unit_of(of.data, found.iloc[0].to_dict())),
    )
    return (table,)


def _project(of: Context, row: Mapping[Any, Any]) -> Cell:
    code = str(row["project_code"])
    if not code:
        return cells.text(of.text("Official series, no project"))
    return cells.text(of.data.name(of.data.catalogue.projects[code]), code=code)


def place(of: Context, row: Mapping[Any, Any]) -> Cell:
    """Return the place of a row."""
    code = str(row["place_code"])
    return cells.text(of.data.place_name(code), code=code)
