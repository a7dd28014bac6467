"""Co-production: one verifiable fact for each principle, and what residents and officials think of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard import figures, frames, sentences
from dashboard.charts.chart import Chart, of_one_figure, unit_of
from dashboard.frames import Data
from dashboard.views import View
from schemas import words
from schemas.codes import Measure

DIMENSION = "principle"
"The principles are categories of this dimension, which is where their names are."

PRINCIPLES = {
    "participation": ("COP-UPT",),
    "collaboration": ("COP-JNT", "COP-SPC"),
    "empowerment": ("COP-EMP",),
    "evidence": ("COP-EVD",),
    "systemic": ("COP-SYS",),
}
"The indicators that show each principle; the first that a project reports is its fact."

SCORE = "COP-SCO"

SIDES = ("resident", "public")
"Those whose scores are compared, of the dimension `STAKEHOLDERS`."

STAKEHOLDERS = "stakeholder_group"

INDICATORS = (*(code for codes in PRINCIPLES.values() for code in codes), SCORE)


@dataclass(frozen=True)
class Fact:
    """What one project shows of one principle: a result, with the parts that it was counted from."""

    result: Mapping[Any, Any]
    parts: tuple[float, float] | None
    "Numerator and denominator of a ratio."


def known(data: Data) -> dict[str, tuple[str, ...]]:
    """Return the principles with those of their indicators that the programme has."""
    own = {row.indicator_code for row in data.indicators()}
    found = {
        name: tuple(code for code in codes if code in own) for name, codes in PRINCIPLES.items()
    }
    return {name: codes for name, codes in found.items() if codes}


def facts(data: Data) -> dict[tuple[str, str], Fact]:
    """Return the fact of each project and principle; those are left out of which nothing is planned.

    A fact without a value was planned, and not reported, or may not be shown.
    """
    rows = {
        (row["project_code"], row["indicator_code"]): row
        for row in frames.results(data, ["project_code"]).to_dict("records")
    }
    found: dict[tuple[str, str], Fact] = {}
    for principle, codes in known(data).items():
        for project in data.projects():
            own = [row for code in codes if (row := rows.get((project.project_code, code)))]
            told = [row for row in own if not math.isnan(row["low"])]
            if own:
                row = (told or own)[0]
                found[project.project_code, principle] = Fact(row, _parts(data, row))
    return found


def _parts(data: Data, row: Mapping[Any, Any]) -> tuple[float, float] | None:
    indicator = data.catalogue.indicators[row["indicator_code"]]
    if indicator.measure != Measure.RATIO or math.isnan(row["low"]):
        return None
    if not row["observation_ids"]:
        return None  # of very many
    own = frames.of_indicator(data, row["indicator_code"])
    used = own[own["observation_id"].isin(row["observation_ids"])]
    if not len(used) or used[["numerator", "denominator"]].isna().any(axis=None):
        return None
    return float(used["numerator"].sum()), float(used["denominator"].sum())


# --- Residents and officials ----------------------------------------------------------------------


def scores(data: Data, indicator_code: str) -> pd.DataFrame:
    """Return what the two groups of each project answered, with how many answered.

    Columns: project_code, and score, n and ids of the first and the second of `SIDES`. Each project
    stands on its own: its questionnaire is not that of another.
    """
    reporting = set(frames.reported(data, indicator_code)["project_code"])
    answers = pd.Series(dtype="float64")
    if reporting:
        answers = frames.of_indicator(data, indicator_code).set_index("observation_id")["n"]
    rows = []
    for project in data.projects():
        mine = frames.within(data, "project_code", project.project_code)
        found = (
            frames.told_by(mine, indicator_code, STAKEHOLDERS)
            .set_index("category_code")
            .to_dict("index")
            if project.project_code in reporting
            else {}
        )
        if not any(side in found for side in SIDES):
            continue
        row: dict[str, Any] = {"project_code": project.project_code}
        for name, side in zip(("first", "second"), SIDES, strict=True):
            part = found.get(side, {"low": math.nan, "observation_ids": ()})
            ids = list(part["observation_ids"])
            row |= {
                name: part["low"],
                f"{name}_n": float(answers[ids].sum(min_count=1)) if ids else math.nan,
                f"{name}_ids": tuple(ids),
            }
        rows.append(row)
    columns = [
        "project_code",
        *(f"{name}{part}" for name in ("first", "second") for part in ("", "_n", "_ids")),
    ]
    return pd.DataFrame(rows, columns=columns)


def gap(data: Data, view: View) -> Chart:
    """Return how far residents and officials are apart, project by project."""
    code, language = view.indicator, data.language
    indicator = data.catalogue.indicators[code]
    found = scores(data, code)
    own = frames.reported(data, code)
    unit = unit_of(data, code, pd.DataFrame(columns=["indicator_code", "currency"]))
    has_scale = indicator.scale_min is not None and indicator.scale_max is not None
    figure = figures.gap(
        found,
        by="project_code",
        names={
            row.project_code: data.name(row)
            for row in data.projects()
            if row.project_code in set(found["project_code"])
        },
        sides=[sentences.category(data, STAKEHOLDERS, side) for side in SIDES],
        unit=unit,
        language=language,
        scale=(indicator.scale_min, indicator.scale_max) if has_scale else None,
    )
    about = [
        words.text(
            "Scale: {low} to {high}",
            language,
            low=words.number(indicator.scale_min, language),
            high=words.number(indicator.scale_max, language),
        )
        if has_scale
        else "",
        *sentences.about(data, own, unit),
    ]
    return of_one_figure(
        data,
        "gap",
        view,
        figure,
        title=words.text("How residents and officials see it", language),
        about=about,
        table="observations",
    )
