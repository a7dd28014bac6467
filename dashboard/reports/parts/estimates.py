"""What the methods of evaluation say: published estimates, and the change since the baseline of key results.

Everything is computed of what the reader of the report sees, as it was known on its day.
"""

from dashboard import estimates, figures, sentences
from dashboard.estimates import Found
from dashboard.reports import cells
from dashboard.reports.context import Context
from dashboard.reports.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Column,
    Fact,
    Facts,
    Group,
    Heading,
    Paragraph,
    Span,
    Style,
    Table,
    plain,
)
from dashboard.reports.parts import records
from dashboard.sentences import Row
from schemas import evaluation, fields
from schemas.codes import Measure, RecordKind
from schemas.evaluation import Estimate, Refused, Unit
from schemas.evaluation.comparing import SINCE_BASELINE
from schemas.fields import Field

SAID_ELSEWHERE = {"baseline_not_reported", "figure_missing"}
"Why there is no change: the results framework has no baseline or no value there, and says so."


def estimated(of: Context) -> tuple[Block, ...]:
    """Return what published estimates say, then the change since the baseline of key results."""
    rows = records.read(of, RecordKind.ESTIMATE)
    found = estimates.told(of.conn, of.scope, rows, of.data.view, of.language)
    return (*(block for one in found for block in _estimate(of, one)), *_changes(of))


# --- One estimate ---------------------------------------------------------------------------------


def _estimate(of: Context, found: Found) -> list[Block]:
    """Return an estimate: sentence, charts, inputs, formula, assumptions, and what a mayor should know."""
    code = f"estimate-{found.record['record_id']}"
    question = Span(str(found.fields["question"]), is_strong=True, is_verbatim=True)
    blocks: list[Block] = [
        Heading(_title(of, found)),
        Paragraph((question,)),
    ]
    if isinstance(found.answer, Refused):
        why = " ".join(estimates.reasons(found.answer, of.language))
        blocks.append(Paragraph(plain(of.text("No answer: {why}", why=why))))
    else:
        blocks += _answer(of, found, found.answer, code)
    blocks += _inputs(of, found, code)
    if limitations := str(found.fields.get("limitations", "")):
        blocks.append(Heading(of.text("Limitations"), 3))
        blocks += [
            Paragraph((Span(line, is_verbatim=True),))
            for line in limitations.splitlines()
            if line.strip()
        ]
    return [*blocks, Paragraph(plain(found.method.explained(of.language)), Style.NOTE)]


def _title(of: Context, found: Found) -> str:
    """Return the name of the method, with the project and the place as far as the report does not say them."""
    name, whose = of.text(found.method.name), records.whose(of.data, found.record)
    return of.text("{name}: {value}", name=name, value=whose) if whose else name


def _answer(of: Context, found: Found, answer: Estimate, code: str) -> list[Block]:
    method, day = found.method, sentences.as_of(of.data) if found.asked.is_observed else ""
    charts = [
        Chart(f"{code}-{number}", _chart_title(of, figure, answer), figure, day)
        for number, figure in enumerate(figures.estimate_figures(answer, of.language), 1)
    ]
    facts = (
        Fact(of.text("Formula"), method.formula, is_verbatim=True),
        Fact(of.text("Source of the method"), method.source, is_verbatim=True),
    )
    assumed = tuple(plain(one) for one in answer.assumed(of.language))
    return [
        Paragraph(plain(answer.said(of.language)), Style.LEAD),
        *charts,
        Facts(facts),
        Heading(of.text("What has to be true for it"), 3),
        Bullets(assumed),
    ]


def _chart_title(of: Context, figure: figures.Figure, answer: Estimate) -> str:
    if figure.dict["layout"]["xaxis"]["type"] == "date":
        return of.text("The course over time")
    if answer.method is evaluation.returns.SOCIAL_RETURN:
        return of.text("What the result depends on")
    return of.text("The figures with their ranges")


def _inputs(of: Context, found: Found, code: str) -> list[Block]:
    """Return what an estimate rests on, each figure with where it is from."""
    tables: list[Block] = []
    if found.inputs:
        heads = (
            Column(of.text("What is put in"), 2, under=of.text("Period")),
            Column(of.text("Value"), 1.2),
            Column(of.text("Where it is from"), 2.6),
        )
        rows = tuple(
            (
                cells.text(one.label, one.when),
                Cell(one.text, is_verbatim=bool(one.source)),
                cells.verbatim(one.source or one.cells),
            )
            for one in found.inputs
        )
        title = of.text("What it rests on")
        tables.append(Table(f"{code}-inputs", title, heads, (Group(rows),)))
    for one in found.rows:
        written = found.fields.get(one.name, ())
        columns = tuple(
            Column(of.text(column.label), WIDTHS.get(column.shape, 1)) for column in one.columns
        )
        body = tuple(
            tuple(_typed(column, row, of.language) for column in one.columns) for row in written
        )
        tables.append(Table(f"{code}-{one.name}", of.text(one.label), columns, (Group(body),)))
    return tables


WIDTHS = {fields.Shape.LINE: 2.0}
"How wide words are, beside numbers."


def _typed(column: Field, row: fields.Fields, language: str) -> Cell:
    """Return what was typed; words in whatever language, a number that is exact as a number."""
    text = fields.said(column, row, language)
    if column.shape is fields.Shape.LINE:
        return cells.verbatim(text)
    return cells.text(text)


# --- The change since the baseline ----------------------------------------------------------------


def _changes(of: Context) -> tuple[Block, ...]:
    """Return how far key results are from their reported baselines, each with what keeps it from being told."""
    rows = [line for row in of.key_figures if (line := _changed(of, row))]
    if not rows:
        return ()
    title = of.text("Change since the baseline")
    heads = (
        Column(of.text("Indicator"), 2.6, under=of.text("Unit")),
        Column(of.text("Baseline"), 1, is_number=True, under=of.text("Baseline date")),
        Column(of.text("Actual"), 1.2, is_number=True, has_ends=True, under=of.text("Period")),
        Column(of.text("Change"), 1.4, is_number=True, has_ends=True, under=of.text("Note")),
        Column(of.text("Projects"), 0.8, is_number=True),
    )
    return (
        Heading(title),
        Paragraph(plain(SINCE_BASELINE.explained(of.language)), Style.NOTE),
        Table("since-baseline", title, heads, (Group(tuple(rows)),)),
    )


def _changed(of: Context, row: Row) -> tuple[Cell, ...] | None:
    """Return a result with its change; None where the results framework says already why there is none."""
    unit = _unit(of, row)
    inputs = evaluation.baseline_change_of(row, unit)
    answer = inputs if isinstance(inputs, Refused) else evaluation.change_since_baseline(inputs)
    if isinstance(answer, Refused):
        if {one.code for one in answer.findings} & SAID_ELSEWHERE:
            return None
        change = cells.none(answer.said(of.language))
    else:
        change = Cell(
            unit.change(answer.low, answer.high, of.language),
            answer.low,
            answer.high,
            cells.shape(of.data, row),
        )
    when = cells.period(row["period_start"], row["period_end"], of.language).text
    ends = (row["compared_low"], row["compared_high"])
    return (
        cells.named(of.data, str(row["indicator_code"]), sentences.unit_of(of.data, row)),
        cells.goal(of.data, row, "baseline"),
        cells.value(of.data, row, *ends, when, how=str(row["qualifier"] or "=")),
        change,
        cells.count(row["projects_compared"], of.language),
    )


def _unit(of: Context, row: Row) -> Unit:
    """Return how a change of a result is written; its unit stands beside its name but for shares."""
    indicator = of.indicator(str(row["indicator_code"]))
    if indicator.measure == Measure.AMOUNT and row["currency"]:
        return Unit(currency=str(row["currency"]))
    decimals = sentences.decimals(of.data, indicator)
    unit = of.data.catalogue.units[indicator.unit_code]
    is_share = sentences.unit(of.data, indicator) == "%"
    return Unit(unit.names if is_share else {}, "", decimals)
