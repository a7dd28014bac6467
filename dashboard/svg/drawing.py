"""One figure as one SVG."""

import html
from typing import Any

from dashboard.figures.figure import narrowed
from dashboard.svg import axes, maps, marks
from dashboard.svg.marks import Box


def draw(
    figure: dict[str, Any], width: int = 640, height: int | None = None, language: str = "en"
) -> str:
    """Return a figure as one `<svg>` element that needs nothing else; `language` is that of its words.

    The height is the layout's own where none is given; a map's follows from its window. Narrow
    drawings have what the layout's `meta.narrow` changes.
    """
    layout = narrowed(figure["layout"], width)
    figure = figure | {"layout": layout}
    height = height or layout.get("height") or round(width / layout["meta"].get("ratio", 1.6))
    margin = layout["margin"]
    box = Box(
        margin["l"],
        margin["t"],
        width - margin["l"] - margin["r"],
        height - margin["t"] - margin["b"],
    )
    body = maps.chart(figure, box) if "geo" in layout else axes.chart(figure, box)
    font = layout["font"]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" lang="{language}"'
        f' viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" font-family={marks.quoted(font["family"])}'
        f' font-size="{font["size"]}" fill="{font["color"]}" direction="ltr">'
        f"<title>{html.escape(layout['meta']['alt'])}</title>{''.join(body)}</svg>"
    )
