"""A report as one HTML file that needs nothing else: no script, no request, no font of its own."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from dashboard import sentences, svg, theme
from dashboard.reports.content import KINDS, SHORT, Chart, Report, missing
from dashboard.sentences import Row
from schemas import words

FOLDER = Path(__file__).parent

WIDTH = 440
"Pixels that charts are drawn for; on paper two of them stand side by side."


@dataclass(frozen=True)
class Cell:
    """A number of a table: in words, and exactly, for programs that read the page."""

    text: str
    low: str = ""
    high: str = ""
    under: tuple[str, ...] = ()
    why: str = ""
    "Why there is none."


@dataclass(frozen=True)
class Line:
    """One indicator of the results framework, or one of the key figures."""

    name: str
    unit: str
    unit_beside: str
    "Beside a large number: empty for money, which says its currency."
    baseline: Cell
    target: Cell
    actual: Cell
    progress: Cell
    share: float
    expected: float
    status: str
    why: str
    note: tuple[str, str]


def write(report: Report) -> bytes:
    """Return a report as HTML; every text of it is escaped by the template."""
    data = report.data
    lines = [_line(report, row) for row in report.results.to_dict("records")]
    levels = [report.level(row) for row in report.results.to_dict("records")]
    page = _template().render(
        report=report,
        direction=theme.direction(report.language),
        css=Markup(_style()),  # noqa: S704 (ours, from files)
        kind=report.text(KINDS[report.kind]),
        levels=[
            (level, [line for _, line in some])
            for level, some in groupby(
                zip(levels, lines, strict=True), key=lambda pair: str(pair[0])
            )
        ],
        key_figures=[_line(report, row) for row in report.key_figures],
        detailed=[
            (data.name(data.catalogue.indicators[one.row["indicator_code"]]), charts)
            for one in report.indicators
            if (charts := [*([one.chart] if one.chart else []), *(b.chart for b in one.breakdowns)])
        ],
        sources=[
            (indicator, [_source(report, row) for row in some])
            for indicator, some in groupby(
                report.sources.to_dict("records"), key=lambda row: row["indicator_code"]
            )
        ],
        names={code: data.name(row) for code, row in data.catalogue.indicators.items()},
        has_map=any("geo" in chart.figure.dict["layout"] for chart in report.charts),
    )
    return page.encode("utf-8")


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"mark": _mark, "draw": _draw, "is_link": _is_link}
    environment.globals["status_word"] = lambda status: theme.look(status).word
    environment.globals["colour"] = lambda status: theme.light(theme.look(status).colour)
    environment.globals["disclaimer"] = sentences.DISCLAIMER
    return environment.get_template("report.html")


@cache
def _style() -> str:
    """Return the style sheet: the light colours, and what a printed page needs."""
    tokens = "".join(f"--{name}:{pair[0]};" for name, pair in theme.COLOURS.items())
    return f":root{{{tokens}}}\n{(FOLDER / 'report.css').read_text('utf-8')}"


def _mark(status: str) -> Markup:
    """Return the shape of a status; drawn, because printers leave out backgrounds."""
    look = theme.look(status)
    colour = theme.light(look.colour)
    paint = f'fill="{colour}"'
    if look.symbol.endswith("-open"):
        paint = f'fill="none" stroke="{colour}" stroke-width="2.4"'
    path = theme.outline(look.symbol, 7.0 * look.scale)
    shape = f'<path d="{path}" {paint}/>' if path else f'<circle r="7" {paint}/>'
    return Markup(  # noqa: S704 (of our own numbers and colours)
        f'<svg class="mark" viewBox="-10 -10 20 20" aria-hidden="true">{shape}</svg>'
    )


def _draw(chart: Chart, language: str) -> Markup:
    return Markup(svg.draw(chart.figure.dict, WIDTH, language=language))  # noqa: S704 (escapes)


def _is_link(address: str) -> bool:
    """Return whether an address may be a link: on the web, and nowhere else."""
    return urlsplit(address).scheme in ("http", "https")


# --- Numbers ------------------------------------------------------------------------------------


def _exactly(number: float) -> str:
    """Return a number for programs, every digit of it; empty for none."""
    if math.isnan(number):
        return ""
    return str(int(number)) if float(number).is_integer() else repr(float(number))


def _day(report: Report, moment: Any) -> str:
    return "" if moment != moment or moment is None else words.day(moment.date(), report.language)


def _line(report: Report, row: Row) -> Line:
    data = report.data
    indicator = data.catalogue.indicators[row["indicator_code"]]
    low, high = row["progress_low"], row["progress_high"]
    status = str(row["status"])
    return Line(
        name=data.name(indicator),
        unit=sentences.unit_below(data, indicator, sentences.unit_of(data, row)),
        unit_beside=sentences.unit_beside(data, row),
        baseline=_goal(report, row, "baseline"),
        target=_goal(report, row, "target"),
        actual=_actual(report, row),
        progress=Cell(sentences.progress(data, row), _exactly(low), _exactly(high)),
        share=low,
        expected=row["expected"],
        status=status,
        why=sentences.status_inputs(data, row),
        note=sentences.target_note(data, row),
    )


def _goal(report: Report, row: Row, name: str) -> Cell:
    exact = _exactly(row[name])
    return Cell(
        sentences.goal(report.data, row, name),
        exact,
        exact,
        under=tuple(filter(None, [_day(report, row[f"{name}_date"])])) if exact else (),
        why=report.text("no baseline" if name == "baseline" else "no target"),
    )


def _actual(report: Report, row: Row) -> Cell:
    start, end = row["period_start"], row["period_end"]
    period = words.period(start.date(), end.date(), report.language) if start == start else ""
    under = (period, sentences.coverage(report.data, row))
    return Cell(
        sentences.actual(report.data, row),
        _exactly(row["low"]),
        _exactly(row["high"]),
        tuple(part for part in under if part),
        missing(report.data, row),
    )


def _source(report: Report, row: Mapping[Any, Any]) -> Sequence[str]:
    """Return the cells of an observation in the annex."""
    data = report.data
    days = (row["period_start"].date(), row["period_end"].date())
    is_as_written = row["raw"] in ("", _exactly(row["value"]))
    return (
        sentences.what(data, row),
        data.place_name(row["place_code"]) if data.view.project else sentences.where(data, row),
        words.period(*days, report.language),
        sentences.reported(data, row),
        "" if is_as_written else row["raw"],
        row["note"],
        row["file_name"],
        row["sha256"][:SHORT],
        row["sheet"],
        row["cell"],
        words.day(row["accepted_at"].date(), report.language),
    )
