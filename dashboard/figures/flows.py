"""Where money comes from and goes: stages from left to right, joined by bands as wide as amounts."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import (
    PLAIN,
    Figure,
    Plotly,
    empty,
    ends,
    figure,
    hover,
    ids,
    is_rtl,
    label,
    lines_of,
    measured,
    value_of,
)
from dashboard.figures.rows import Row
from schemas import units, words

TALL, GAP = 340, 22
"Pixels of all bands together, and between two nodes."

NODE = 0.012
"How wide a node is, as a share of the plot."

STEPS = 10
"Into so many straight pieces each side of a band is cut."

ROOM = 200
PHONE_ROOM = 72
"Pixels for a name beside its node."


@dataclass(frozen=True)
class Node:
    """One source or use of money: its name, its stage, and between which heights it stands."""

    name: str
    stage: int
    value: float
    top: float
    tall: float


def flows(
    frame: pd.DataFrame, *, stages: Sequence[Mapping[str, str]], unit: str, language: str
) -> Figure:
    """Return amounts that run from each stage to the next: funding source, project, cost category.

    `frame` has source, target, low, high, qualifier and observation_ids, a row for each link;
    `stages` are the nodes (code, name) of each stage in their order. Widths are the lower ends of
    amounts.
    """
    rows = [row for row in frame.to_dict("records") if ends(row)[0] > 0]
    links = {(row["source"], row["target"]): row for row in rows}
    links = {
        key: row
        for key, row in links.items()
        if any(key[0] in a and key[1] in b for a, b in pairwise(stages))
    }
    names = {code: name for stage in stages for code, name in stage.items()}
    table = _table(links, names, unit, language)
    if not links:
        said = words.text("No amounts have been reported yet.", language)
        return empty(said, language, table)
    nodes, height = _nodes(links, stages)
    data = [
        *_bands(links, nodes, len(stages), names, unit, language),
        *_blocks(nodes, len(stages), unit, language),
    ]
    hidden: Plotly = {"visible": False, "type": "linear", "tickvals": [], "ticktext": []}
    hidden |= {"fixedrange": True}
    layout = theme.layout(
        height=round(height) + 16,
        margin={"l": 4, "r": 4, "t": 8, "b": 8, "pad": 0},
        xaxis={**hidden, "range": [1, 0] if is_rtl(language) else [0, 1]},
        yaxis={**hidden, "range": [height, 0]},
        annotations=_names(nodes, len(stages), language, is_phone=False),
    )
    narrow = {"annotations": _names(nodes, len(stages), language, is_phone=True)}
    title = _title(nodes, unit, language)
    alt = _alt(title, links, names, language)
    return figure(data, layout, title=title, table=table, alt=alt, narrow=narrow)


# --- Where everything stands ----------------------------------------------------------------------


def _nodes(
    links: Mapping[tuple[str, str], Row], stages: Sequence[Mapping[str, str]]
) -> tuple[dict[str, Node], float]:
    """Return the nodes by code, and how many pixels the tallest stage takes.

    Within the first stage the largest stands first; in the others each stands near where its money
    comes from.
    """
    into: dict[str, float] = defaultdict(float)
    out: dict[str, float] = defaultdict(float)
    for (source, target), row in links.items():
        out[source] += ends(row)[0]
        into[target] += ends(row)[0]
    values = {code: max(into[code], out[code]) for stage in stages for code in stage}
    present = [[code for code in stage if values[code]] for stage in stages]
    most = max(math.fsum(values[code] for code in stage) for stage in present)
    scale = TALL / most
    height = max(
        scale * math.fsum(values[c] for c in stage) + GAP * (len(stage) - 1) for stage in present
    )
    nodes: dict[str, Node] = {}
    for number, stage in enumerate(present):
        if number:
            stage.sort(key=lambda code: _pull(code, links, nodes))
        else:
            stage.sort(key=lambda code: -values[code])
        tall = scale * math.fsum(values[c] for c in stage) + GAP * (len(stage) - 1)
        at = (height - tall) / 2
        for code in stage:
            size = scale * values[code]
            nodes[code] = Node(stages[number][code], number, values[code], at, size)
            at += size + GAP
    return nodes, height


def _pull(code: str, links: Mapping[tuple[str, str], Row], nodes: Mapping[str, Node]) -> float:
    """Return the height that a node's sources stand at on average."""
    weighed = [
        (ends(row)[0], nodes[source].top + nodes[source].tall / 2)
        for (source, target), row in links.items()
        if target == code and source in nodes
    ]
    whole = math.fsum(weight for weight, _ in weighed)
    return math.fsum(weight * at for weight, at in weighed) / whole if whole else math.inf


def _left(stage: int, count: int) -> float:
    """Return where a stage's nodes begin, as a share of the plot."""
    return stage * (1 - NODE) / max(count - 1, 1)


# --- The marks ------------------------------------------------------------------------------------


def _bands(
    links: Mapping[tuple[str, str], Row],
    nodes: Mapping[str, Node],
    count: int,
    names: Mapping[str, str],
    unit: str,
    language: str,
) -> list[Plotly]:
    """Return a filled area for each link: its sides are curves that leave and arrive level."""
    left: dict[str, float] = defaultdict(float)
    right: dict[str, float] = defaultdict(float)
    order = sorted(links, key=lambda key: (nodes[key[0]].top, nodes[key[1]].top))
    bands = []
    for source, target in order:
        row, start, end = links[source, target], nodes[source], nodes[target]
        size = start.tall * ends(row)[0] / start.value
        top, bottom = start.top + left[source], end.top + right[target]
        left[source] += size
        right[target] += size
        x0, x1 = _left(start.stage, count) + NODE, _left(end.stage, count)
        way = [step / STEPS for step in range(STEPS + 1)]
        xs = [round(_curve(x0, (x0 + x1) / 2, (x0 + x1) / 2, x1, t), 4) for t in way]
        upper = [round(_curve(top, top, bottom, bottom, t), 1) for t in way]
        lower = [round(y + size, 1) for y in upper]
        bands.append(
            _area(f"{source} {target}", [*xs, *xs[::-1]], [*upper, *lower[::-1]], "tint")
            | {
                "opacity": 0.7,
                "hoveron": "fills",
                "hoverinfo": "text",
                "text": hover(
                    language,
                    words.text(
                        "{source} → {target}", language, source=names[source], target=names[target]
                    ),
                    measured(row, unit, language),
                ),
                "customdata": [ids(row.get("observation_ids"))],
            }
        )
    return bands


def _curve(a: float, b: float, c: float, d: float, t: float) -> float:
    """Return the point of a cubic Bezier curve."""
    s = 1 - t
    return s**3 * a + 3 * s * s * t * b + 3 * s * t * t * c + t**3 * d


def _blocks(nodes: Mapping[str, Node], count: int, unit: str, language: str) -> list[Plotly]:
    blocks = []
    for code, node in nodes.items():
        x0 = _left(node.stage, count)
        x1, y1 = x0 + NODE, node.top + node.tall
        xs, ys = [x0, x1, x1, x0], [node.top, node.top, y1, y1]
        blocks.append(
            _area(f"node {code}", [round(x, 4) for x in xs], [round(y, 1) for y in ys], "teal-deep")
            | {
                "hoveron": "fills",
                "hoverinfo": "text",
                "text": hover(language, node.name, measured({"low": node.value}, unit, language)),
            }
        )
    return blocks


def _area(name: str, xs: list[float], ys: list[float], colour: str) -> Plotly:
    return {
        "type": "scatter",
        "mode": "none",
        "name": name,
        "x": xs,
        "y": ys,
        "fill": "toself",
        "fillcolor": theme.light(colour),
    }


def _names(nodes: Mapping[str, Node], count: int, language: str, *, is_phone: bool) -> list[Plotly]:
    """Return name and amount beside each node, those of the last stage before it."""
    room, size = (PHONE_ROOM, 11) if is_phone else (ROOM, 12)
    notes = []
    for node in nodes.values():
        is_last = node.stage == count - 1
        is_left = is_last != is_rtl(language)
        most = max(1, min(3, round((node.tall + GAP) / (size * 1.3)) - 1))
        value = label(words.number(node.value, language, decimals=0), language)
        name = lines_of(node.name, language, room, size, most=min(most, 2))
        at = _left(node.stage, count) + (0 if is_last else NODE)
        notes.append(
            {
                "text": f"<b>{value}</b><br>{name}" if most > 1 else name,
                "x": round(at, 4),
                "y": round(node.top + node.tall / 2, 1),
                "xref": "x",
                "yref": "y",
                "xanchor": "right" if is_left else "left",
                "yanchor": "middle",
                "align": "right" if is_left else "left",
                "xshift": -5 if is_left else 5,
                **PLAIN,
                "font": {"size": size, "color": theme.light("ink")},
            }
        )
    return notes


# --- The words ------------------------------------------------------------------------------------


def _title(nodes: Mapping[str, Node], unit: str, language: str) -> str:
    """Return who gives most, of how much in all."""
    sources = [node for node in nodes.values() if node.stage == 0]
    total = math.fsum(node.value for node in sources)
    first = max(sources, key=lambda node: node.value)
    said = {
        "name": first.name,
        "value": words.number(first.value, language, decimals=0),
        "total": units.shown(total, total, unit, language, decimals=0),
    }
    if len(sources) == 1:
        return words.text("All of {total} comes from {name}.", language, **said)
    return words.text(
        "{name} gives most: {value} of {total} ({share}).",
        language,
        **said,
        share=words.percent(first.value / total, language),
    )


def _alt(
    title: str, links: Mapping[tuple[str, str], Row], names: Mapping[str, str], language: str
) -> str:
    """Return the sentence with the five largest amounts."""
    largest = sorted(links.items(), key=lambda item: -ends(item[1])[0])[:5]
    told = [
        words.text(
            "{value} from {source} to {target}",
            language,
            value=value_of(row, language),
            source=names[source],
            target=names[target],
        )
        for (source, target), row in largest
    ]
    return (
        f"{title} {words.text('The largest: {list}.', language, list=words.listed(told, language))}"
    )


def _table(
    links: Mapping[tuple[str, str], Row], names: Mapping[str, str], unit: str, language: str
) -> pd.DataFrame:
    lines = [
        (names[source], names[target], value_of(row, language))
        for (source, target), row in links.items()
    ]
    value = (
        words.text("Amount ({unit})", language, unit=unit)
        if unit
        else words.text("Amount", language)
    )
    heads = [words.text("Origin", language), words.text("Destination", language)]
    return pd.DataFrame(lines, columns=[*heads, value])
