"""Where money comes from and what it is spent on: funding source, project or territory, cost category."""

import math
from typing import Any

import pandas as pd

from dashboard import figures, frames, sentences
from dashboard.charts import places
from dashboard.charts.chart import Chart, of_one_figure
from dashboard.frames import Data
from dashboard.views import View
from schemas import words
from schemas.codes import Measure

FROM, TO = "funding_source", "cost_category"
"The dimensions by which money is told: where it is from, and what it is for."

MOST_READ = 200
"Amounts among which those are that a table shows."

LINK = ["source", "target", "low", "high", "qualifier", "observation_ids"]

CENT = 0.005
"Less than this is nothing: sums of amounts in euros differ in the last bits."


def spending(data: Data) -> str:
    """Return the indicator of money that is told by source and by cost; empty where there is none."""
    for row in data.indicators():
        told = data.catalogue.dimensions_of.get(row.indicator_code, ())
        if row.measure == Measure.AMOUNT and {FROM, TO} <= set(told):
            return str(row.indicator_code)
    return ""


def observed(data: Data, place_code: str = "", *, most: int | None = MOST_READ) -> list[int]:
    """Return the newest observations of money that was reported: actual totals of amounts."""
    reported = set(data.reported["indicator_code"])
    amounts = {
        row.indicator_code
        for row in data.indicators()
        if row.measure == Measure.AMOUNT and row.indicator_code in reported
    }
    told = places.at(data, place_code)
    return frames.totals(told, amounts)[:most] if amounts else []


def links(data: Data, indicator_code: str, by: str) -> pd.DataFrame:
    """Return amounts in euros from funding source to `by`, and from there to cost category.

    Columns: `LINK`. Only of projects (or places) that told where some of their money is from or
    what it is for; what they did not tell is of the source `from:` or the category `to:`.
    """
    told = places.in_euros(data, indicator_code, always=True)
    own = frames.of_indicator(told, indicator_code)
    rows: list[tuple[Any, ...]] = []
    for code in sorted(set(own[by]) - {""}):
        one = frames.only(told, own[own[by] == code])
        parts = {side: frames.told_by(one, indicator_code, side) for side in (FROM, TO)}
        total = frames.results(one, [], indicator_code)
        if not len(total) or not any(map(len, parts.values())):
            continue
        whole = total.iloc[0].to_dict()
        for side, found in parts.items():
            rows += [
                _link(code, side, part["category_code"], part, part["low"])
                for part in found.to_dict("records")
            ]
            rest = whole["low"] - math.fsum(found["low"])
            if rest > CENT:
                rows.append(_link(code, side, "", whole, rest))
    return pd.DataFrame(rows, columns=LINK)


def _link(code: str, side: str, category: str, row: dict[Any, Any], low: float) -> tuple[Any, ...]:
    ends = (f"from:{category}", code) if side == FROM else (code, f"to:{category}")
    return (*ends, low, low, row["qualifier"], row["observation_ids"])


def flows(data: Data, view: View) -> Chart:
    """Return how money runs from its sources through projects, or territories, to what it is for."""
    code, language = view.indicator, data.language
    by = "place_code" if view.by == "place" else "project_code"
    found = links(data, code, by)
    figure = figures.flows(found, stages=_stages(data, found, by), unit="EUR", language=language)
    own = frames.of_indicator(data, code)
    told = len({*found["source"], *found["target"]} & set(own[by]))
    about = [
        words.plural(
            "{told} of {count} project says where its money is from or what it is for.",
            "{told} of {count} projects say where their money is from or what it is for.",
            own["project_code"].nunique(),
            language,
            told=words.number(told, language),
        )
        if by == "project_code" and not view.project
        else "",
        *sentences.about(data, own, "EUR"),
    ]
    return of_one_figure(
        data,
        "flows",
        view,
        figure,
        title=words.text("Where the money comes from and what it is spent on", language),
        about=about,
        table="observations",
    )


def _stages(data: Data, found: pd.DataFrame, by: str) -> list[dict[str, str]]:
    """Return the names of what money runs through, stage by stage, each in the catalogue's order."""
    present = {*found["source"], *found["target"]}
    middle = {
        code: data.name(data.catalogue.projects[code])
        if by == "project_code"
        else data.place_name(code)
        for code in sorted(present)
        if ":" not in code
    }
    return [_ends(data, present, "from", FROM), middle, _ends(data, present, "to", TO)]


def _ends(data: Data, present: set[str], side: str, dimension_code: str) -> dict[str, str]:
    named = {
        f"{side}:{category}": data.name(row)
        for (dimension, category), row in data.catalogue.categories.items()
        if dimension == dimension_code
    }
    named[f"{side}:"] = words.text("Not stated", data.language)
    return {code: name for code, name in named.items() if code in present}
