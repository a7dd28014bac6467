"""The results framework as a chain: which output feeds which outcome, and what it is all for."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from dash import html
from markupsafe import Markup

from dashboard import frames, lineage, sentences
from dashboard.components import cards, marks
from dashboard.frames import Data
from dashboard.views import address
from schemas import words
from schemas.codes import Level

Row = Mapping[Any, Any]

STEPS = (Level.IMPACT, Level.OUTCOME, Level.OUTPUT)
"What stands in the columns of the chain, what it is for first."


def tree(data: Data, project_code: str) -> dict[str, list[str]]:
    """Return the indicators that feed each indicator of a project, those that feed none under "".

    In the order of the result levels. A chain that leads back to itself is cut.
    """
    plans = data.catalogue.project_indicators
    own = plans[plans["project_code"] == project_code]
    own = own[own["level"].isin(STEPS)]
    parents = dict(zip(own["indicator_code"], own["parent_indicator_code"], strict=True))
    order = {str(level): place for place, level in enumerate(STEPS)}
    ranked = own.iloc[own["level"].map(order).argsort(kind="stable")] if len(own) else own
    feeds: dict[str, list[str]] = {}
    for code in ranked["indicator_code"]:
        feeds.setdefault(_parent(code, parents), []).append(str(code))
    return feeds


def _parent(code: str, parents: Mapping[str, str]) -> str:
    parent, seen = parents[code], {code}
    if parent not in parents:
        return ""
    step = parent
    while step in parents:
        if step in seen:
            return ""
        seen.add(step)
        step = parents[step]
    return str(parent)


def card(data: Data, found: pd.DataFrame, project_code: str) -> html.Section | None:
    """Return the chain of a project's results; None where it has not said what it reports."""
    feeds = tree(data, project_code)
    if not feeds:
        return None
    language = data.language
    rows = {str(row["indicator_code"]): row for row in found.to_dict("records")}
    heading = words.text("What leads to what", language)
    levels = {
        code: frames.level_of(data, code, project_code)
        for codes in feeds.values()
        for code in codes
    }
    steps = [level for level in STEPS if level in levels.values()]
    columns = Markup("").join(
        Markup("<span>{}</span>").format(words.text(sentences.LEVELS[level], language))
        for level in steps
    )
    linked = [code for code in feeds.get("", []) if code in feeds or levels[code] != Level.OUTPUT]
    loose = [code for code in feeds.get("", []) if code not in linked]
    parts: list[Any] = [
        html.Div(
            className=f"chain chain-{len(steps)}",
            **marks.data(
                html=str(
                    Markup('<div class="chain-heads" aria-hidden="true">{}</div>{}').format(
                        columns, _branch(data, linked, feeds, rows, levels, steps, 0)
                    )
                )
            ),
        )
    ]
    if loose:
        parts.append(
            html.P(words.text("Outputs that stand on their own", language), className="chain-loose")
        )
        parts.append(
            html.Div(
                className="chain chain-flat",
                **marks.data(
                    html=str(_branch(data, loose, feeds, rows, levels, steps, 0, is_flat=True))
                ),
            )
        )
    return cards.card(
        heading,
        "project-chain",
        *(parts if linked else parts[1:]),
        lead=_lead(language, linked, feeds, levels),
        aside=None,
    )


def _lead(
    language: str,
    linked: Sequence[str],
    feeds: Mapping[str, Sequence[str]],
    levels: Mapping[str, str],
) -> str:
    count = sum(level == Level.OUTPUT for level in levels.values())
    led = sum(
        levels[code] == Level.OUTPUT for parent, codes in feeds.items() if parent for code in codes
    )
    return words.plural(
        "{led} of {count} output is meant to lead to a result above it. Read from the outputs to what"
        " they are for; the order is the project’s plan, not a proof.",
        "{led} of {count} outputs are meant to lead to a result above them. Read from the outputs to"
        " what they are for; the order is the project’s plan, not a proof.",
        count,
        language,
        led=words.number(led, language),
    )


def _branch(
    data: Data,
    codes: Sequence[str],
    feeds: Mapping[str, Sequence[str]],
    rows: Mapping[str, Row],
    levels: Mapping[str, str],
    steps: Sequence[str],
    column: int,
    *,
    is_flat: bool = False,
) -> Markup:
    """Return a list of results, each with those that feed it; `column` is the first it may stand in."""
    items = []
    for code in codes:
        at = 0 if is_flat else max(column, steps.index(levels[code]))
        below = feeds.get(code, [])
        inner = (
            _branch(data, below, feeds, rows, levels, steps, min(at + 1, len(steps) - 1))
            if below
            else ""
        )
        items.append(
            Markup('<li class="link link-{}{}">{}{}</li>').format(
                at - column,
                " has-feeds" if below else "",
                _node(data, code, rows.get(code), levels[code]),
                inner,
            )
        )
    return Markup('<ul class="links">{}</ul>').format(Markup("").join(items))


def _node(data: Data, code: str, row: Row | None, level: str) -> Markup:
    """Return one result: its name, its value with its target, its status and how far it is."""
    language = data.language
    indicator = data.catalogue.indicators[code]
    status = str(row["status"]) if row else ""
    shown = sentences.actual(data, row) if row else ""
    return Markup(
        '<div class="node status-{tone}"><span class="node-level">{level}</span>'
        '<a class="node-name" href="{href}">{name}</a>'
        '<span class="node-value">{value}{target}</span>'
        '<span class="status status-{tone}">{word}</span></div>'
    ).format(
        tone=status or "none",
        level=words.text(sentences.LEVELS[level], language),
        href=address(f"/indicator/{code}", data.view, indicator="", project="", level=""),
        name=data.name(indicator),
        value=_value(data, row, shown),
        target=_target(data, row),
        word=marks.status_word(status, language),
    )


def _value(data: Data, row: Row | None, shown: str) -> Markup:
    if not shown or row is None:
        if row is not None and frames.is_withheld(data, row):
            return Markup("<span>{}</span>").format(words.text("withheld", data.language))
        return Markup("<span>{}</span>").format(words.text("not reported", data.language))
    behind = lineage.cells(data, row)
    unit = sentences.unit_beside(data, row)
    number = Markup('<a class="value" href="{}">{}</a>') if behind else Markup("<b>{1}</b>")
    return number.format(behind, shown) + Markup(" <small>{}</small>").format(unit)


def _target(data: Data, row: Row | None) -> Markup:
    shown = sentences.goal(data, row, "target") if row else ""
    if not shown:
        return Markup("")
    said = words.text("Target: {value}", data.language, value=shown)
    return Markup(' <span class="node-target">{}</span>').format(said)
