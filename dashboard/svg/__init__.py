"""The figures' Plotly dicts drawn as SVG without a browser, in about a millisecond each.

Knows the part of Plotly that `dashboard.figures` uses: scatter, bar, choropleth and scattergeo;
axes with explicit range and ticks; annotations and shapes. Anything else is a KeyError, so that
a figure can never come out silently different from what plotly.js draws.
"""

from dashboard.svg.drawing import draw
from dashboard.svg.sheets import key, sheet

__all__ = ["draw", "key", "sheet"]
