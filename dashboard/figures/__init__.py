"""Every figure: a pure function, tidy frame in, plain Plotly dict out; knows neither Dash nor SQL."""

from dashboard.figures.breakdowns import stacked_bars
from dashboard.figures.categories import category_bars
from dashboard.figures.chain import chain
from dashboard.figures.compare import compare
from dashboard.figures.distribution import distribution
from dashboard.figures.dumbbell import dumbbell
from dashboard.figures.estimates import estimate_figures
from dashboard.figures.figure import Figure, narrowed
from dashboard.figures.flows import flows
from dashboard.figures.gap import gap
from dashboard.figures.heat import heat
from dashboard.figures.maps import territory_map
from dashboard.figures.progress import bullet, progress_rows
from dashboard.figures.pyramid import pyramid
from dashboard.figures.regions import country_map
from dashboard.figures.scatter import scatter
from dashboard.figures.statuses import status_bars
from dashboard.figures.trend import small_multiples, sparkline, trend
from dashboard.figures.waterfall import waterfall

__all__ = [
    "Figure",
    "bullet",
    "category_bars",
    "chain",
    "compare",
    "country_map",
    "distribution",
    "dumbbell",
    "estimate_figures",
    "flows",
    "gap",
    "heat",
    "narrowed",
    "progress_rows",
    "pyramid",
    "scatter",
    "small_multiples",
    "sparkline",
    "stacked_bars",
    "status_bars",
    "territory_map",
    "trend",
    "waterfall",
]
