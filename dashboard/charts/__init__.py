"""Every chart by its kind and its view; `dashboard.charts.chart` says what one is.

A module for each family of charts; their kinds are listed here by the names that addresses have.
"""

from collections.abc import Sequence
from dataclasses import replace

from dashboard.charts import comparisons, coproduction, framework, money, places, results
from dashboard.charts.chart import Chart as Chart
from dashboard.charts.chart import Entry as Entry
from dashboard.charts.chart import Kind as Kind
from dashboard.charts.chart import Panel as Panel
from dashboard.frames import Data
from dashboard.views import View

KINDS: dict[str, Kind] = {
    "trend": Kind(results.trend),
    "multiples": Kind(results.multiples),
    "statuses": Kind(results.statuses, is_of_one_indicator=False),
    "breakdown": Kind(results.breakdown, has_breakdowns=True, has_dimension=True),
    "map": Kind(results.map_of),
    "board": Kind(places.board, is_of_one_indicator=False),
    "country_map": Kind(places.country_map),
    "course": Kind(places.course),
    "dumbbell": Kind(places.dumbbell, is_of_one_indicator=False),
    "pyramid": Kind(places.pyramid, has_breakdowns=True),
    "shares": Kind(places.shares, has_breakdowns=True, has_dimension=True),
    "waterfall": Kind(places.waterfall),
    "compare": Kind(comparisons.lines),
    "compare_each": Kind(comparisons.each),
    "compare_scatter": Kind(comparisons.against, is_of_one_indicator=False),
    "distribution": Kind(framework.distribution),
    "flows": Kind(money.flows),
    "gap": Kind(coproduction.gap),
    "mains": Kind(framework.mains, is_of_one_indicator=False),
}
"Every kind of chart by its name in addresses."

OF_A_PAGE = {"level": "", "status": "", "place": "", "part": "", "a": "", "b": "", "goal": ""}
"What an address of a page may say that charts on it do not depend on."


def make(data: Data, kind: str, **changes: object) -> Chart:
    """Return a chart of what was loaded for a page; `changes` are those of the page's view."""
    view = replace(data.view, **{**OF_A_PAGE, "indicator": "", "by": "", **changes})  # type: ignore[arg-type]
    return KINDS[kind].make(data, view)


def can_make(data: Data, kind: str, view: View) -> bool:
    """Return whether an address asks for a chart that there is: its codes are in the catalogue."""
    found = KINDS.get(kind)
    known = data.catalogue
    if found is None or data.programme is None:
        return False
    if found.is_of_one_indicator and view.indicator not in known.indicators:
        return False
    return not found.has_dimension or view.by in known.dimensions


def indicators_of(kind: str, view: View) -> Sequence[str] | None:
    """Return the indicators to load for a chart that stands alone; None for all."""
    found = KINDS.get(kind)
    return [view.indicator] if found and found.is_of_one_indicator else None


def with_breakdowns(kind: str) -> bool:
    """Return whether a chart that stands alone needs the parts of totals."""
    return kind in KINDS and KINDS[kind].has_breakdowns
