"""One measure by any two dimensions: every cell is computed by the rules, none is a sum of cells."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from dashboard import frames, lineage, sentences, theme
from dashboard.frames import Data
from dashboard.queries import Record
from dashboard.views import View
from schemas import impact, words
from schemas.codes import Status
from schemas.rows import categories_of
from schemas.words import N_

ACTUAL, IN_PERIOD, BASELINE, TARGET = "actual", "in_period", "baseline", "target"
PROGRESS, STATUS, INDICATORS, GOOD = "progress", "status", "indicators", "good"

MEASURES = {
    ACTUAL: N_("Actual, to date"),
    IN_PERIOD: N_("Actual in the period"),
    BASELINE: N_("Baseline"),
    TARGET: N_("Target"),
    PROGRESS: N_("Progress"),
    STATUS: N_("Status"),
    INDICATORS: N_("Indicators reported"),
    GOOD: N_("Indicators achieved or on track"),
}

COUNTS = frozenset({INDICATORS, GOOD})
"Measures that count results; they alone put several indicators into one cell."

PERIOD = "period"

DIMENSIONS = {
    "indicator": N_("Indicator"),
    "level": N_("Result level"),
    "goal": N_("SDG"),
    "country": N_("Country"),
    "place": N_("Territory"),
    "project": N_("Project"),
    PERIOD: N_("Period"),
    "status": N_("Status"),
}
"What results can be by; the disaggregations of the programme come on top."

GROUPS = {"country": "country_code", "place": "place_code", "project": "project_code"}

MOST_PERIODS = 16
"Days on which a period ends; the newest of them."

DONE = frozenset({Status.ACHIEVED, Status.MAINTAINED, Status.ON_TRACK})

ALL = ""
"The key of what stands for all rows, or all columns."

Row = Mapping[Any, Any]
Key = tuple[str, ...]


class Head(NamedTuple):
    """What a row or a column is of: its key, its name, and a second, smaller text (a unit)."""

    key: str
    name: str
    sub: str = ""


@dataclass(frozen=True)
class Cell:
    """One value as it is shown and as it is, or why there is none.

    `is_apart`: there are several values that no rule adds up.
    """

    text: str = ""
    number: float = math.nan
    is_exact: bool = True
    href: str = ""
    status: str | None = None
    why: str = ""
    is_apart: bool = False
    is_withheld: bool = False


@dataclass(frozen=True)
class Pivot:
    """A table of one measure: its heads, and the cells by row and column."""

    measure: str
    rows: Sequence[Head]
    columns: Sequence[Head]
    cells: Mapping[tuple[str, str], Cell]
    row_dimension: str
    column_dimension: str


def measure_of(view: View) -> str:
    """Return the measure that a view asks for; the actual where it says nothing else."""
    return view.part if view.part in MEASURES else ACTUAL


def dimensions(data: Data) -> dict[str, str]:
    """Return the names of the disaggregations that the programme's indicators have, by code."""
    known = data.catalogue
    declared = {
        code
        for row in data.indicators()
        for code in known.dimensions_of.get(row.indicator_code, ())
    }
    return {code: data.name(row) for code, row in known.dimensions.items() if code in declared}


def sides(data: Data, view: View) -> tuple[str, str]:
    """Return the dimensions of rows and columns: indicators by country where a view says nothing.

    Columns may be empty; the same dimension never stands on both sides.
    """
    known = {*DIMENSIONS, *dimensions(data)}
    rows = view.rows if view.rows in known else "indicator"
    is_asked = view.columns in known or (view.columns == NONE and view.rows)
    columns = view.columns if is_asked else "country"
    return rows, "" if columns in (rows, NONE) else columns


NONE = "none"
"What an address says for no columns: empty would be the first choice."


def needs_parts(view: View) -> bool:
    """Return whether a view asks for a disaggregation, so that parts of totals have to be loaded."""
    return any(side not in ("", NONE, *DIMENSIONS) for side in (view.rows, view.columns))


def make(data: Data, view: View) -> Pivot:
    """Return the table that a view asks for; rows and columns without any value are left out."""
    row, column = sides(data, view)
    measure = measure_of(view)
    dims = (row, column) if column else (row,)
    found = _cells(data, view, measure, dims)
    cells = {(key[0], key[1] if column else ALL): cell for key, cell in found.items()}
    if column and _has_all(measure, column):
        cells |= {(k[0], ALL): cell for k, cell in _cells(data, view, measure, (row,)).items()}
    if _has_all(measure, row):
        rest = _cells(data, view, measure, (column,) if column else ())
        cells |= {(ALL, k[0] if column else ALL): cell for k, cell in rest.items()}
    if column and _has_all(measure, row) and _has_all(measure, column):
        cells |= dict.fromkeys([(ALL, ALL)], _cells(data, view, measure, ()).get((), Cell()))
    told = {key for key, cell in cells.items() if cell.text or cell.is_apart or cell.is_withheld}
    return Pivot(
        measure,
        _heads(data, view, row, {key for key, _ in told}),
        _heads(data, view, column, {key for _, key in told}),
        {key: cell for key, cell in cells.items() if key[0] in {k for k, _ in told}},
        row,
        column,
    )


def _has_all(measure: str, dimension: str) -> bool:
    """Return whether a dimension may stand for all of its values together.

    Counts may, over anything but time; values over places, projects and disaggregations, where the
    rules then say whether there is one: never over several indicators.
    """
    if dimension == PERIOD:
        return False
    return measure in COUNTS or dimension in GROUPS or dimension not in DIMENSIONS


# --- Cells ----------------------------------------------------------------------------------------


def _cells(data: Data, view: View, measure: str, dims: Key) -> dict[Key, Cell]:
    """Return the cells of a measure by some dimensions."""
    groups: dict[Key, list[dict[Any, Any]]] = {}
    for row in _results(data, view, measure, dims).to_dict("records"):
        for key in _keys(data, row, dims):
            groups.setdefault(key, []).append(row)
    if measure in COUNTS:
        return {key: _count(data, measure, rows) for key, rows in groups.items()}
    write = _writer(data, measure)
    return {key: _cell(data, rows, write) for key, rows in groups.items()}


def _results(data: Data, view: View, measure: str, dims: Key) -> pd.DataFrame:
    """Return the results that a table is made of: a row for each group and indicator."""
    by = [GROUPS[dimension] for dimension in dims if dimension in GROUPS]
    parts = [dimension for dimension in dims if dimension not in DIMENSIONS]
    if measure == IN_PERIOD:
        found = _in_periods(_of_parts(data, parts), view, by + parts)
    elif PERIOD in dims:
        found = _at_each_end(_of_parts(data, parts), view, by + parts)
    elif parts:
        found = frames.results(_of_parts(data, parts), by + parts, view.indicator)
    else:
        found = frames.results(data, by, view.indicator)
    if view.goal:
        found = frames.of_goal(data, found, view.goal)
    if view.level:
        found = found[[_level(data, row) == view.level for row in found.to_dict("records")]]
    if view.status and "status" in found:
        found = found[found["status"] == ("" if view.status == NO_STATUS else view.status)]
    return found


NO_STATUS = "none"
"What an address says for results without a status."


def _of_parts(data: Data, parts: Sequence[str]) -> Data:
    """Return the observations of exactly some disaggregations, each category as a group of its own.

    A part is then added up as a total is, by the rules of its indicator, and parts never with one
    another.
    """
    if not parts:
        return data
    rows = data.observations
    categories = [categories_of(key) for key in rows["breakdown_key"]]
    is_own = [set(found) == set(parts) for found in categories]
    own = rows[is_own].assign(breakdown_key="")
    for part in parts:
        codes = [found[part] for found, is_kept in zip(categories, is_own, strict=True) if is_kept]
        own[part] = pd.Series(codes, index=own.index, dtype="str")
    return frames.only(data, own)


def _at_each_end(data: Data, view: View, by: Sequence[str]) -> pd.DataFrame:
    """Return where everything stood on each day on which a period ends."""
    ends = [end for end in frames.period_ends(data) if view.until is None or end <= view.until]
    found = []
    told = frames.only(data, data.observations)  # what is rolled up is of the last day
    for end in ends[:MOST_PERIODS]:
        then = replace(told, view=replace(data.view, until=end), kept={})
        found.append(frames.results(then, by, view.indicator).assign(period=end.isoformat()))
    return pd.concat(found) if found else frames.results(data, by, view.indicator).iloc[:0]


def _in_periods(data: Data, view: View, by: Sequence[str]) -> pd.DataFrame:
    """Return what was reported of each period alone."""
    codes = [view.indicator] if view.indicator else list(data.rules)
    there = set(data.reported["indicator_code"])
    if len(codes) > 1:
        data = frames.only(data, data.observations)  # once, and not for each indicator
    found = []
    for code in codes:
        if code in there:
            told = frames.trend(data, code, by).assign(indicator_code=code)
            found.append(told)
    if not found:
        return pd.DataFrame(columns=[*by, *impact.TREND, "indicator_code", "period"])
    whole = pd.concat(found, ignore_index=True)
    periods = [
        f"{start.date().isoformat()}/{end.date().isoformat()}"
        for start, end in zip(whole["period_start"], whole["period_end"], strict=True)
    ]
    return whole.assign(low=whole["in_period_low"], high=whole["in_period_high"], period=periods)


def _keys(data: Data, row: Row, dims: Key) -> Iterable[Key]:
    """Return the cells that a result belongs to: of several goals, each."""
    values: list[list[str]] = [[]]
    for dimension in dims:
        values = [[*key, value] for key in values for value in _values(data, row, dimension)]
    return [tuple(key) for key in values]


def _values(data: Data, row: Row, dimension: str) -> list[str]:
    if dimension in GROUPS:
        return [str(row[GROUPS[dimension]])] if row[GROUPS[dimension]] else []
    if dimension == "indicator":
        return [str(row["indicator_code"])]
    if dimension == "level":
        return [_level(data, row)]
    if dimension == "goal":
        return [str(goal) for goal in data.catalogue.goals_of(str(row["indicator_code"]))]
    if dimension == "status":
        return [str(row.get("status", "")) or NO_STATUS]
    return [str(row[dimension])] if row.get(dimension) else []


def _level(data: Data, row: Row) -> str:
    project = str(row.get("project_code", "")) or data.view.project
    return frames.level_of(data, str(row["indicator_code"]), project)


def _count(data: Data, measure: str, rows: Sequence[Row]) -> Cell:
    told = [row for row in rows if not math.isnan(row["low"])]
    if measure == GOOD:
        told = [row for row in told if row["status"] in DONE]
    count = len({str(row["indicator_code"]) for row in told})
    return Cell(words.number(count, data.language), float(count))


Writer = Callable[[Row], Cell]


def _cell(data: Data, rows: Sequence[Row], write: Writer) -> Cell:
    """Return the cell of the one result that is in it; of several none, because they do not add up."""
    language = data.language
    if len(rows) > 1:
        told = sum(not math.isnan(row["low"]) for row in rows)
        why = words.plural(
            "{count} indicator; different indicators are never added up.",
            "{count} indicators; different indicators are never added up.",
            told,
            language,
        )
        return Cell(why=why, is_apart=True) if told else Cell()
    (row,) = rows
    if frames.is_withheld(data, row):
        return Cell(
            why=words.text("Withheld, because it rests on few people.", language), is_withheld=True
        )
    shown = write(row)
    reason = str(row["reason"])
    if shown.text or reason in ("", "no_value"):
        return shown
    return Cell(why=sentences.why(reason, language), is_apart=True)


def _writer(data: Data, measure: str) -> Writer:
    """Return what writes a result as the cell of a measure."""

    def actual(row: Row) -> Cell:
        low, high = row["low"], row["high"]
        is_exact = low == high and str(row["qualifier"] or "=") == "="
        href = lineage.cells(data, row) if not math.isnan(low) else ""
        return Cell(sentences.actual(data, row), low, is_exact, href)

    def goal(row: Row) -> Cell:
        href = lineage.cells(data, row, measure) if not math.isnan(row[measure]) else ""
        return Cell(sentences.goal(data, row, measure), row[measure], href=href)

    def progress(row: Row) -> Cell:
        low, high = row["progress_low"], row["progress_high"]
        why = sentences.why(str(row["status_reason"]), data.language)
        return Cell(sentences.progress(data, row), low, low == high, why=why)

    def status(row: Row) -> Cell:
        code = str(row["status"])
        if not code and math.isnan(row["low"]):
            return Cell()
        word = words.text(theme.look(code).word, data.language)
        order = [*impact.STATUSES, ""].index(code)
        inputs = sentences.status_inputs(data, row)
        return Cell(word, float(order), False, lineage.cells(data, row), code, inputs)

    known: dict[str, Writer] = {BASELINE: goal, TARGET: goal, PROGRESS: progress, STATUS: status}
    return known.get(measure, actual)


# --- Heads ----------------------------------------------------------------------------------------


def _heads(data: Data, view: View, dimension: str, there: set[str]) -> list[Head]:
    """Return the heads of a dimension in its order, those that have a value; all together last."""
    heads = [head for head in _known(data, view, dimension, there) if head.key in there]
    if not dimension:
        return [Head(ALL, words.text(MEASURES[measure_of(view)], data.language))]
    if ALL in there:
        heads.append(Head(ALL, words.text("All together", data.language)))
    return heads


def _known(data: Data, view: View, dimension: str, there: set[str]) -> Iterable[Head]:
    known, language = data.catalogue, data.language
    if dimension == "indicator":
        for row in data.indicators():
            yield Head(row.indicator_code, data.name(row), sentences.unit_below(data, row))
    elif dimension == "level":
        for level in frames.LEVELS:
            yield Head(str(level), words.text(sentences.LEVELS[level], language))
    elif dimension == "goal":
        for goal, row in known.goals.items():
            yield Head(str(goal), f"{goal} {words.name(row.short_names, language)}")
    elif dimension == "status":
        for code in (*map(str, impact.STATUSES), ""):
            yield Head(code or NO_STATUS, words.text(theme.look(code).word, language))
    elif dimension == PERIOD:
        yield from (Head(key, _period(key, language)) for key in sorted(there - {ALL}, key=_end))
    elif dimension == "project":
        for row in data.projects():
            yield Head(row.project_code, data.name(row))
    elif dimension in GROUPS:
        codes = sorted(there & known.places.keys(), key=data.place_name)
        yield from (Head(code, data.place_name(code)) for code in codes)
    else:
        own: list[Record] = [row for (d, _), row in known.categories.items() if d == dimension]
        yield from (Head(row.category_code, data.name(row)) for row in own)


def _end(key: str) -> tuple[str, str]:
    """Return by what periods are ordered: their last day, then the first."""
    first, _, last = key.partition("/")
    return last or first, first


def _period(key: str, language: str) -> str:
    first, _, last = key.partition("/")
    if last:
        return words.period(date.fromisoformat(first), date.fromisoformat(last), language)
    return words.text("until {day}", language, day=words.day(date.fromisoformat(first), language))


# --- To take along --------------------------------------------------------------------------------


def as_frame(data: Data, made: Pivot) -> pd.DataFrame:
    """Return a table as it is taken along: numbers where they are exact, else what is shown.

    Its columns are the row's code and name, its unit, and a column for each head.
    """
    language = data.language
    first = name_of(data, made.row_dimension)
    lines = []
    for row in made.rows:
        cells = (made.cells.get((row.key, column.key), Cell()) for column in made.columns)
        lines.append([row.key, row.name, row.sub, *(_taken(cell, language) for cell in cells)])
    heads = [column.name for column in made.columns]
    frame = pd.DataFrame(lines, dtype=object)
    frame.columns = pd.Index(["code", first, words.text("Unit", language), *heads])[
        : len(frame.columns)
    ]
    return frame


def _taken(cell: Cell, language: str) -> object:
    if cell.text and cell.is_exact and not math.isnan(cell.number):
        return cell.number
    if cell.is_apart:
        return words.text("not additive", language)
    return words.text("withheld", language) if cell.is_withheld else cell.text or None


def name_of(data: Data, dimension: str) -> str:
    """Return the name of a dimension."""
    if dimension in DIMENSIONS:
        return words.text(DIMENSIONS[dimension], data.language)
    return dimensions(data).get(dimension, dimension)


def is_reported(data: Data) -> bool:
    """Return whether there is any actual to make a table of."""
    return bool(frames.reporting(data))
