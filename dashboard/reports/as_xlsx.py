"""A report as a workbook: numbers as numbers, and the cell behind each of them."""

import io
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from babel.numbers import get_currency_precision

from dashboard import exports, sentences, theme
from dashboard.reports.content import KINDS, SHORT, Fact, Report, missing
from dashboard.sentences import Row
from schemas import words
from schemas.codes import Measure, Qualifier
from schemas.words import N_

NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)
"What stands for the day of a report without data: the same data make the same bytes."

NUMBER, SHARE, DAY = "#,##0", "0%", "yyyy-mm-dd"

LINE, MOST_LINES = 15, 20
"Points that a line of text is high, and lines that a cell shows at most."

Columns = dict[str, int]
"Headings (in English) with the width of their column."


def write(report: Report) -> bytes:
    """Return a report as a workbook."""
    out = io.BytesIO()
    book = exports.new_book(out)
    moment = report.data.freshness.accepted_at or NO_DAY
    book.set_properties(
        {
            "title": report.title,
            "subject": report.text(KINDS[report.kind]),
            "created": moment.replace(tzinfo=None),
        }
    )
    sheets = _Book(report, book)
    _summary(sheets)
    _results(sheets)
    _series(sheets)
    _disaggregations(sheets)
    _sources(sheets)
    book.close()
    return out.getvalue()


class _Book:
    """A workbook under way, with the looks of its cells: XlsxWriter makes each once per workbook."""

    def __init__(self, report: Report, book: Any) -> None:
        self.report, self.book = report, book
        self.looks: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.widths: dict[str, list[int]] = {}
        "Of the columns, in letters, by sheet."

    def look(self, **properties: Any) -> Any:
        """Return the format of a cell; numbers and texts stand at its top."""
        key = tuple(sorted(properties.items()))
        if key not in self.looks:
            self.looks[key] = self.book.add_format({"valign": "top", **properties})
        return self.looks[key]

    def bare(self, name: str, widths: Sequence[int]) -> Any:
        """Return a new sheet, ready for paper."""
        sheet = self.book.add_worksheet(self.report.text(name))
        if theme.direction(self.report.language) == "rtl":
            sheet.right_to_left()
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        self.widths[sheet.get_name()] = list(widths)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet

    def sheet(self, name: str, columns: Columns) -> Any:
        """Return a new sheet with a header that stays in view."""
        sheet = self.bare(name, list(columns.values()))
        head = self.look(
            bold=True, bottom=1, text_wrap=True, indent=1, bg_color=theme.light("raised")
        )
        self.line(sheet, 0, [(self.report.text(title), head) for title in columns])
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        return sheet

    def number(self, row: Row, **more: Any) -> Any:
        """Return the look of a value of an indicator, with the decimals of its unit."""
        data = self.report.data
        indicator = data.catalogue.indicators[row["indicator_code"]]
        decimals = sentences.decimals(data, indicator) or 0
        if indicator.measure == Measure.AMOUNT and row["currency"]:
            decimals = get_currency_precision(row["currency"])
        return self.look(num_format=f"{NUMBER}.{'0' * decimals}" if decimals else NUMBER, **more)

    def line(self, sheet: Any, place: int, cells: Sequence[tuple[Any, Any]]) -> None:
        """Write a row: values with their looks, as high as its longest text."""
        lines = 1
        pairs = zip(cells, self.widths[sheet.get_name()], strict=True)
        for column, ((value, look), width) in enumerate(pairs):
            exports.put(sheet, place, column, value, look)
            if isinstance(value, str):
                lines = max(lines, math.ceil(len(value) / (1.1 * width)))
        # Not every program fits a row to its wrapped text when it opens a file.
        sheet.set_row(place, LINE * min(lines, MOST_LINES))


def _filter(sheet: Any, rows: int, columns: int) -> None:
    if rows:
        sheet.autofilter(0, 0, rows, columns - 1)


def _summary(sheets: _Book) -> None:
    """Write title, facts, notice and sentences."""
    report = sheets.report
    sheet = sheets.bare(N_("Summary"), [34, 90, 50])
    exports.put(sheet, 0, 0, report.title, sheets.look(bold=True, font_size=18, indent=1))
    sheet.set_row(0, 2 * LINE)
    exports.put(
        sheet,
        1,
        0,
        report.text(KINDS[report.kind]),
        sheets.look(font_color=theme.light("accent"), indent=1),
    )
    bold, wide = (
        sheets.look(bold=True, text_wrap=True, indent=1),
        sheets.look(text_wrap=True, indent=1),
    )
    place = 3
    parts: list[tuple[str, list[Fact]]] = [
        ("", report.facts),
        (N_("Please note"), report.notice),
        (N_("Summary"), [Fact("", sentence) for sentence in report.summary]),
        (N_("Published figures"), report.published),
        (N_("How they add up"), report.adding_up),
        (N_("Why there is no number, or no status"), report.reasons),
    ]
    for heading, facts in parts:
        if heading and facts:
            exports.put(
                sheet, place, 0, report.text(heading), sheets.look(bold=True, bottom=1, indent=1)
            )
            place += 1
        for fact in facts:
            sheets.line(
                sheet,
                place,
                [(fact.term, bold if not heading else wide), (fact.text, wide), (fact.url, wide)],
            )
            place += 1
        place += 1 if facts else 0


RESULTS: Columns = {
    N_("Level"): 11,
    N_("Code"): 11,
    N_("Indicator"): 38,
    N_("Unit"): 12,
    N_("Baseline"): 12,
    N_("Baseline date"): 12,
    N_("Target"): 12,
    N_("Target date"): 12,
    N_("Actual, lower end"): 13,
    N_("Actual, upper end"): 13,
    N_("Qualifier"): 9,
    N_("From"): 12,
    N_("Until"): 12,
    N_("Why there is no value"): 24,
    N_("Progress, lower end"): 10,
    N_("Progress, upper end"): 10,
    N_("Expected"): 10,
    N_("Status"): 22,
    N_("What the status rests on"): 40,
    N_("Projects that report"): 10,
    N_("Projects expected"): 10,
}


def _results(sheets: _Book) -> None:
    """Write the results framework: the numbers of the frame, as they are."""
    report, data = sheets.report, sheets.report.data
    sheet = sheets.sheet(N_("Results"), RESULTS)
    text, day, share = (
        sheets.look(text_wrap=True, indent=1),
        sheets.look(num_format=DAY),
        sheets.look(num_format=SHARE),
    )
    for place, row in enumerate(report.results.to_dict("records"), start=1):
        number, indicator = sheets.number(row), data.catalogue.indicators[row["indicator_code"]]
        has_value = not math.isnan(row["low"])
        sheets.line(
            sheet,
            place,
            [
                (report.level(row), text),
                (row["indicator_code"], text),
                (data.name(indicator), text),
                (sentences.unit_of(data, row), text),
                (row["baseline"], number),
                (row["baseline_date"], day),
                (row["target"], number),
                (row["target_date"], day),
                (row["low"], sheets.number(row, bold=True)),
                (row["high"], sheets.number(row, bold=True)),
                (_how(row) if has_value else "", text),
                (row["period_start"], day),
                (row["period_end"], day),
                (missing(data, row), text),
                (row["progress_low"], share),
                (row["progress_high"], share),
                (row["expected"], share),
                (report.text(theme.look(row["status"]).word), text),
                (sentences.status_inputs(data, row), text),
                (row["projects_reporting"], sheets.look(num_format=NUMBER)),
                (row["projects_expected"], sheets.look(num_format=NUMBER)),
            ],
        )
    _filter(sheet, len(report.results), len(RESULTS))


def _how(row: Row) -> str:
    """Return how exact a value is: ≥, ≤ or ~; empty for an exact one."""
    return words.MARKS[Qualifier(row["qualifier"])].strip()


SERIES: Columns = {
    N_("Code"): 11,
    N_("Indicator"): 38,
    N_("Unit"): 12,
    N_("From"): 12,
    N_("Until"): 12,
    N_("So far, lower end"): 13,
    N_("So far, upper end"): 13,
    N_("Qualifier"): 9,
    N_("In the period, lower end"): 13,
    N_("In the period, upper end"): 13,
    N_("Expected by the target path"): 14,
    N_("Projects that report"): 10,
    N_("Why there is no value"): 34,
}


def _series(sheets: _Book) -> None:
    """Write every indicator over time."""
    data = sheets.report.data
    sheet = sheets.sheet(N_("Series"), SERIES)
    text, day = sheets.look(text_wrap=True, indent=1), sheets.look(num_format=DAY)
    place = 0
    for one in sheets.report.indicators:
        indicator = data.catalogue.indicators[one.row["indicator_code"]]
        number = sheets.number(one.row)
        for row in one.trend.to_dict("records"):
            place += 1
            cells = [
                (indicator.indicator_code, text),
                (data.name(indicator), text),
                (sentences.unit_of(data, one.row), text),
                (row["period_start"], day),
                (row["period_end"], day),
                (row["low"], number),
                (row["high"], number),
                ("" if math.isnan(row["low"]) else _how(row), text),
                (row["in_period_low"], number),
                (row["in_period_high"], number),
                (row["target_path"], number),
                (row["projects_reporting"], sheets.look(num_format=NUMBER)),
                (sentences.why(str(row["reason"]), data.language), text),
            ]
            sheets.line(sheet, place, cells)
    _filter(sheet, place, len(SERIES))


DISAGGREGATIONS: Columns = {
    N_("Code"): 11,
    N_("Indicator"): 38,
    N_("Unit"): 12,
    N_("Dimension"): 24,
    N_("Category"): 32,
    N_("Lower end"): 12,
    N_("Upper end"): 12,
    N_("Qualifier"): 9,
    N_("Share"): 10,
    N_("Known of the total"): 12,
}


def _disaggregations(sheets: _Book) -> None:
    """Write every indicator by the categories that were reported."""
    data = sheets.report.data
    sheet = sheets.sheet(N_("Disaggregations"), DISAGGREGATIONS)
    text, share = sheets.look(text_wrap=True, indent=1), sheets.look(num_format=SHARE)
    place = 0
    for one in sheets.report.indicators:
        indicator = data.catalogue.indicators[one.row["indicator_code"]]
        number = sheets.number(one.row)
        for breakdown in one.breakdowns:
            dimension = data.catalogue.dimensions[breakdown.dimension_code]
            for row in breakdown.frame.to_dict("records"):
                place += 1
                code = str(row["category_code"])
                cells = [
                    (indicator.indicator_code, text),
                    (data.name(indicator), text),
                    (sentences.unit_of(data, one.row), text),
                    (data.name(dimension), text),
                    (sentences.category(data, breakdown.dimension_code, code), text),
                    (row["low"], number),
                    (row["high"], number),
                    (_how(row), text),
                    (row["share"], share),
                    (row["coverage"], share),
                ]
                sheets.line(sheet, place, cells)
    _filter(sheet, place, len(DISAGGREGATIONS))


SOURCES: Columns = {
    N_("Code"): 11,
    N_("Indicator"): 38,
    N_("What"): 28,
    N_("Project"): 12,
    N_("Place"): 24,
    N_("From"): 12,
    N_("Until"): 12,
    N_("Value"): 13,
    N_("Numerator"): 11,
    N_("Denominator"): 11,
    N_("Unit"): 12,
    N_("Qualifier"): 9,
    N_("In words"): 24,
    N_("Note"): 24,
    N_("File"): 30,
    N_("Sheet"): 18,
    N_("Cell"): 9,
    N_("Counts since"): 12,
}

OURS: Columns = {N_("As written in the cell"): 18, N_("SHA-256 of the file"): 18}
"What the public does not see."


def _sources(sheets: _Book) -> None:
    """Write the observations that the numbers rest on, a row each, with the cell they stood in."""
    report, data = sheets.report, sheets.report.data
    columns = SOURCES if report.is_public else SOURCES | OURS
    sheet = sheets.sheet(N_("Sources"), columns)
    text, day = sheets.look(text_wrap=True, indent=1), sheets.look(num_format=DAY)
    plain = sheets.look(num_format="General")
    for place, row in enumerate(report.sources.to_dict("records"), start=1):
        has_value = not math.isnan(row["value"])
        cells = [
            (row["indicator_code"], text),
            (data.name(data.catalogue.indicators[row["indicator_code"]]), text),
            (sentences.what(data, row), text),
            (row["project_code"], text),
            (data.place_name(row["place_code"]), text),
            (row["period_start"], day),
            (row["period_end"], day),
            (row["value"], plain),
            (row["numerator"], plain),
            (row["denominator"], plain),
            (sentences.unit_of(data, row), text),
            (_how(row) if has_value else "", text),
            ("" if has_value else sentences.reported(data, row), text),
            (row["note"], text),
            (row["file_name"], text),
            (row["sheet"], text),
            (row["cell"], text),
            (row["accepted_at"].date(), day),
        ]
        if not report.is_public:
            cells += [(row["raw"], text), (row["sha256"][:SHORT], text)]
        sheets.line(sheet, place, cells)
    _filter(sheet, len(report.sources), len(columns))
