"""Every figure: a pure function, tidy frame in, plain Plotly dict out; knows neither Dash nor SQL."""

from dashboard.figures.categories import category_bars
from dashboard.figures.figure import Figure
from dashboard.figures.maps import territory_map
from dashboard.figures.progress import dumbbell, progress_rows
from dashboard.figures.statuses import status_bars
from dashboard.figures.trend import small_multiples, sparkline, trend

__all__ = [
    "Figure",
    "category_bars",
    "dumbbell",
    "progress_rows",
    "small_multiples",
    "sparkline",
    "status_bars",
    "territory_map",
    "trend",
]
