"""How many indicators have which status, never made into one grade."""

from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import Figure, Plotly, empty, figure, label
from dashboard.figures.rows import BAR, LOWER, axis_along, layout_of
from schemas import words
from schemas.codes import GOOD

PHONE = 300
"Pixels of the longest bar on a phone: what has room there has room everywhere."


def status_bars(frame: pd.DataFrame, *, by: str, names: Mapping[str, str], language: str) -> Figure:
    """Return how many indicators have which status, a row for each name.

    `frame` has the columns `by`, status and count (`impact.status_counts`); an empty status is
    that of indicators without one. Counts are never made into one grade.
    """
    counts: dict[tuple[str, str], int] = {
        (row[by], row["status"]): int(row["count"]) for row in frame.to_dict("records")
    }
    order = [*theme.STATUS, ""]
    present = [status for status in order if any(counts.get((code, status)) for code in names)]
    totals = {code: sum(counts.get((code, status), 0) for status in present) for code in names}
    most = max(totals.values(), default=0)
    good = sum(
        count for (code, status), count in counts.items() if status in GOOD and code in names
    )
    told = sum(count for (code, status), count in counts.items() if status and code in names)
    title = words.text(
        "Achieved, maintained or on track: {good} of the {all} results that have a status.",
        language,
        good=words.number(good, language),
        all=words.number(told, language),
    )
    if not told:
        title = words.text("No status can be given yet.", language)
    heads = [words.text(theme.look(status).word, language) for status in present]
    lines = [[name, *(counts.get((code, s), 0) for s in present)] for code, name in names.items()]
    table = pd.DataFrame(lines, columns=["", *heads])
    table[heads] = table[heads].map(lambda count: words.number(count, language))
    if not most:
        return empty(words.text("No status can be given yet.", language), language, table)
    data: list[Plotly] = []
    begins = dict.fromkeys(names, 0)
    for status, word in zip(present, heads, strict=True):
        look = theme.look(status)
        numbers = [counts.get((code, status), 0) for code in names]
        hovers = [
            f"{label(name, language)}<br>{label(f'{word}: {words.number(number, language)}', language)}"
            for name, number in zip(names.values(), numbers, strict=True)
        ]
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": status or "none",
                "y": [number + LOWER for number in range(len(names))],
                "x": numbers,
                "width": BAR * 1.5,
                "marker": {
                    "color": theme.light(look.colour if status else "line"),
                    "line": {"color": theme.light("card"), "width": 1.5},
                },
                "hoverinfo": "text",
                "hovertext": hovers,
            }
        )
        data += _counted(look, status, numbers, list(begins.values()), most, language)
        begins = {code: begins[code] + n for code, n in zip(names, numbers, strict=True)}
    axis = axis_along(0.0, float(most), language) | {"showticklabels": False, "showgrid": False}
    texts = [words.number(total, language) for total in totals.values()]
    layout = layout_of(
        list(names.values()), texts, axis, language, thick=BAR * 1.5, barmode="stack"
    )
    keys = [(f"status-{s or 'none'}", head) for s, head in zip(present, heads, strict=True)]
    sums = [
        words.text(
            "{name}: {value}",
            language,
            name=head,
            value=words.number(sum(counts.get((code, status), 0) for code in names), language),
        )
        for status, head in zip(present, heads, strict=True)
    ]
    said = words.text("In all: {list}.", language, list=words.listed(sums, language))
    return figure(data, layout, title=title, table=table, keys=keys, alt=f"{title} {said}")


def _counted(
    look: theme.Look,
    status: str,
    numbers: Sequence[int],
    begins: Sequence[int],
    most: int,
    language: str,
) -> list[Plotly]:
    """Return the status's shape and the count upon each part that is wide enough for them."""
    told = [
        (index, begin + number / 2, number)
        for index, (number, begin) in enumerate(zip(numbers, begins, strict=True))
        if number * PHONE >= 11 * most
    ]
    if not told:
        return []
    colour = theme.light(look.on if status else "muted")
    wide = [number * PHONE >= 34 * most for _, _, number in told]
    return [
        {
            "type": "scatter",
            "mode": "markers+text",
            "name": f"{status or 'none'} count",
            "x": [middle for _, middle, _ in told],
            "y": [index + LOWER for index, _, _ in told],
            "marker": {
                "opacity": 1,
                "symbol": look.symbol,
                # Where there is room for the number alone, the shape has no size.
                "size": [look.size(8) if is_wide else 0 for is_wide in wide],
                "color": colour,
                "line": {"width": 0},
            },
            "text": [label(words.number(number, language), language) for _, _, number in told],
            "textposition": ["middle right" if w else "middle center" for w in wide],
            "textfont": {"size": 12, "color": colour, "family": theme.FONT, "weight": 600},
            "hoverinfo": "skip",
        }
    ]
