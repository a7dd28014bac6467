"""Money: what was planned, what was spent, where it came from, and what it cost to reach one person."""

import math
from typing import Any

import pandas as pd

from dashboard import charts, frames, history, sentences
from dashboard.charts import money, places
from dashboard.reports import cells
from dashboard.reports.context import Context
from dashboard.reports.document import (
    Block,
    Cell,
    Column,
    Group,
    Heading,
    Paragraph,
    Style,
    Table,
    plain,
)
from dashboard.reports.parts.charts import taken
from dashboard.reports.parts.results import about
from dashboard.sentences import Row
from schemas import evaluation
from schemas.evaluation import Unit


def spent(of: Context) -> tuple[Block, ...]:
    """Return budgets, amounts as reported and in euros, their flow, and the cost of a person reached."""
    return (*_budgets(of), *_reported(of), *_flows(of), *_costs(of))


def _budgets(of: Context) -> tuple[Block, ...]:
    """Return what was planned for each project, and the share that its grantee pays."""
    known = [row for row in of.projects if row.budget is not None]
    if not known:
        return ()
    heads = (
        Column(of.text("Project"), 2.4),
        Column(of.text("Budget"), 1, is_number=True),
        Column(of.text("Own contribution"), 1, is_number=True),
        Column(of.text("Share of own contribution"), 1, is_number=True),
    )
    rows = []
    for row in known:
        own = row.own_contribution
        has_share = own is not None and row.budget > 0
        rows.append(
            (
                cells.text(of.data.name(row), code=row.project_code),
                cells.money(row.budget, row.currency, of.language),
                cells.money(own, row.currency, of.language),
                cells.share(own / row.budget if has_share else math.nan, of.language),
            )
        )
    return (Table("budgets", of.text("Budget"), heads, (Group(tuple(rows)),)),)


def _reported(of: Context) -> tuple[Block, ...]:
    """Return amounts as reported and in euros, each indicator with its total."""
    found = history.lineage(of.conn, of.scope, money.observed(of.data, most=None))
    found = found[found["indicator_code"].isin(of.found["indicator_code"])]
    if found.empty:
        return ()
    heads = (
        Column(of.text("Project"), 2.2, under=of.text("Place")),
        Column(of.text("Period"), 1.2),
        Column(of.text("As reported"), 1.2, is_number=True),
        Column(of.text("In euros"), 1.2, is_number=True),
        Column(of.text("Exchange rate"), 1.4, under=of.text("Note")),
    )
    groups = []
    for code in dict.fromkeys(found["indicator_code"]):
        own = found[found["indicator_code"] == code].sort_values(["project_code", "period_end"])
        rows = [_row(of, row) for row in own.to_dict("records")]
        name = of.data.name(of.indicator(code))
        groups.append(Group((*rows, _total(of, str(code))), name, str(code)))
    note = of.text("Progress is told in the currency of the report; euros are for comparing.")
    table = Table(
        "money",
        of.text("Money, as reported and in euros"),
        heads,
        tuple(groups),
        about=about(of, found),
        grouped_by=of.text("Indicator"),
    )
    return table, Paragraph(plain(note), Style.NOTE)


def _row(of: Context, row: Row) -> tuple[Cell, ...]:
    data, language = of.data, of.language
    place, project = data.place_name(row["place_code"]), str(row["project_code"] or "")
    named = data.name(data.catalogue.projects[project]) if project else place
    told, day = sentences.rate(row, language)
    euros = cells.none(of.text("no exchange rate is known"))
    if not pd.isna(row["value_eur"]):
        euros = cells.money(row["value_eur"], "EUR", language)
    return (
        cells.text(named, place if project else "", code=project),
        cells.period(row["period_start"], row["period_end"], language),
        cells.money(row["value"], row["currency"], language),
        euros,
        cells.text(told or of.text("reported in euros"), day),
    )


def _total(of: Context, code: str) -> tuple[Cell, ...]:
    """Return the last line of an indicator: its total, as its rules add it up."""
    told = [
        frames.results(data, [], code)
        for data in (of.data, places.in_euros(of.data, code, always=True))
    ]
    shown = [_sum(of, found) for found in told]
    return (cells.text(of.text("Total")), cells.NOTHING, *shown, cells.NOTHING)


def _sum(of: Context, found: pd.DataFrame) -> Cell:
    row = found.iloc[0].to_dict() if len(found) else {"low": math.nan}
    if math.isnan(row["low"]):
        return cells.none(of.text("does not add up"))
    return _amount(of, row)


def _flows(of: Context) -> tuple[Block, ...]:
    """Return where money came from and what it was spent on, where that was told."""
    code = money.spending(of.data)
    told = {row["indicator_code"] for row in of.told}
    if code not in told or not len(money.links(of.data, code, "project_code")):
        return ()
    return tuple(taken("flows", charts.make(of.data, "flows", indicator=code)))


# --- What it cost ---------------------------------------------------------------------------------


def _costs(of: Context) -> tuple[Block, ...]:
    """Return what was spent for each person reached, project by project, with what that cannot say."""
    spending, people = money.spending(of.data), places.people_indicator(of.data)
    own = {row["indicator_code"] for row in of.told}
    if not {spending, people} <= own:
        return ()
    found = {
        code: {
            str(row["project_code"]): row
            for row in frames.results(of.data, ["project_code"], code).to_dict("records")
            if row["project_code"] and not math.isnan(row["low"])
        }
        for code in (spending, people)
    }
    unit = of.data.catalogue.units[of.indicator(people).unit_code]
    rows = [
        _cost(of, project, cost, found[people][project], Unit(unit.names, "", unit.decimals))
        for project, cost in found[spending].items()
        if project in found[people]
    ]
    if not rows:
        return ()
    heads = (
        Column(of.text("Project"), 2.2),
        Column(of.data.name(of.indicator(spending)), 1.2, is_number=True),
        Column(of.data.name(of.indicator(people)), 1.2, is_number=True),
        Column(of.text("Cost per person reached"), 1.4, is_number=True, under=of.text("Note")),
    )
    title = of.text("Cost per person reached")
    method = evaluation.returns.COST_EFFECTIVENESS
    return (
        Heading(title),
        Paragraph(plain(method.explained(of.language)), Style.NOTE),
        Table("costs", title, heads, (Group(tuple(rows)),)),
    )


def _cost(
    of: Context, project: str, cost: dict[Any, Any], people: dict[Any, Any], unit: Unit
) -> tuple[Cell, ...]:
    """Return a project's spending, the people it reached, and the one divided by the other."""
    asked = evaluation.cost_effectiveness_of(cost, people, unit)
    answer = (
        asked if isinstance(asked, evaluation.Refused) else evaluation.cost_effectiveness(asked)
    )
    if isinstance(answer, evaluation.Refused):
        each = cells.none(answer.said(of.language))
    else:
        currency = answer.unit.currency
        each = Cell(
            answer.unit.value(answer.low, answer.high, of.language),
            answer.low,
            answer.high,
            cells.money(answer.low, currency, of.language).pattern,
        )
    name = of.data.name(of.data.catalogue.projects[project])
    return (cells.text(name, code=project), *(_amount(of, row) for row in (cost, people)), each)


def _amount(of: Context, row: Row) -> Cell:
    return cells.value(of.data, row, row["low"], row["high"], how=str(row["qualifier"] or "="))
