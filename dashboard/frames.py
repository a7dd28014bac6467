"""What pages, downloads and reports share: a view is read once, and computed the same everywhere."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from dashboard import queries
from dashboard.queries import Catalogue, Freshness, Record, Scope
from dashboard.views import View
from schemas import impact, words
from schemas.codes import Level, ValueType
from schemas.rows import categories_of


@dataclass(frozen=True)
class Data:
    """What a page is made of: the catalogue, and the observations that its view asks for."""

    view: View
    scope: Scope
    language: str
    catalogue: Catalogue
    programme: Record
    "None in a database without any programme."
    observations: pd.DataFrame
    freshness: Freshness
    hidden: pd.DataFrame
    "What the public does not see (`queries.withheld`); empty for everybody else."
    kept: dict[tuple[str, ...], pd.DataFrame] = field(default_factory=dict)
    "Results that were computed for this page already, by what they are by."

    @cached_property
    def rules(self) -> dict[str, impact.Rules]:
        """The rules of every indicator, by code."""
        return impact.rules_of(self.catalogue.indicators.values())

    @cached_property
    def dimensions(self) -> tuple[impact.Dimension, ...]:
        """The disaggregations that are in the observations, with their complete lists."""
        # The others cost time for each series, and say nothing.
        keys = self.observations["breakdown_key"].unique()
        present = {dimension for key in keys for dimension in categories_of(key)}
        known = self.catalogue
        found = impact.dimensions_of(known.dimensions.values(), known.categories.values())
        return tuple(dimension for code, dimension in found.items() if code in present)

    @cached_property
    def parents(self) -> dict[str, str]:
        """The place around each place."""
        return {
            place.place_code: place.parent_code
            for place in self.catalogue.places.values()
            if place.parent_code
        }

    @cached_property
    def plans(self) -> pd.DataFrame:
        """Which projects of the view report what, where: a row per project, indicator and place."""
        known, view = self.catalogue, self.view
        projects = {row.project_code: row for row in self.projects()}
        if view.project:
            projects = {code: row for code, row in projects.items() if code == view.project}
        plans = known.project_indicators
        plans = plans[plans["project_code"].isin(projects)]
        starts = plans["project_code"].map(lambda code: projects[code].start_date)
        places = plans["project_code"].map(lambda code: list(known.places_of.get(code, ("",))))
        plans = plans.assign(
            start_date=pd.to_datetime(starts).dt.as_unit("s"), place_code=places.astype(object)
        ).explode("place_code")
        countries = {code: place.country_code for code, place in known.places.items()}
        plans["country_code"] = plans["place_code"].map(countries).fillna("")
        return plans[plans["country_code"] == view.country] if view.country else plans

    @property
    def day(self) -> date:
        """The day that statuses are of: the end of the chosen period, or the day of knowledge."""
        return self.view.until or self.view.as_of or datetime.now(UTC).date()

    @property
    def settings(self) -> impact.Settings:
        """What the programme has set."""
        months = self.programme.round_months if self.programme else impact.DEFAULT.round_months
        return replace(impact.DEFAULT, round_months=months)

    def name(self, row: Record) -> str:
        """Return the name of a row of the catalogue in the reader's language."""
        return words.name(row.names, self.language)

    def place_name(self, code: str) -> str:
        """Return the name of a place; its code where it is not in the catalogue."""
        return self.name(self.catalogue.places[code]) if code in self.catalogue.places else code

    def indicators(self) -> list[Record]:
        """Return the programme's indicators in their order."""
        code = self.programme.programme_code if self.programme else ""
        rows = self.catalogue.indicators.values()
        return [row for row in rows if row.programme_code == code]

    def projects(self) -> list[Record]:
        """Return the programme's projects in their order."""
        code = self.programme.programme_code if self.programme else ""
        rows = self.catalogue.projects.values()
        return [row for row in rows if row.programme_code == code]

    def countries(self) -> list[str]:
        """Return the countries of the programme's projects, by name."""
        codes = {
            country
            for project in self.projects()
            for country in self.catalogue.countries_of(project.project_code)
        }
        return sorted(codes, key=self.place_name)


def programme_of(known: Catalogue, view: View) -> Record:
    """Return the programme that a view is about, or the first; None where there is none."""
    asked = view.programme
    if view.project in known.projects:
        asked = known.projects[view.project].programme_code
    elif view.indicator in known.indicators:
        asked = known.indicators[view.indicator].programme_code
    elif not asked and view.country:
        asked = next(
            (
                project.programme_code
                for code, project in known.projects.items()
                if view.country in known.countries_of(code)
            ),
            "",
        )
    return known.programmes.get(asked) or next(iter(known.programmes.values()), None)


def load(
    conn: Connection,
    scope: Scope,
    view: View,
    language: str,
    *,
    indicator_codes: Sequence[str] | None = None,
    breakdowns: bool = False,
) -> Data:
    """Return what a view asks for; `indicator_codes` and `breakdowns` as in `queries.observations`."""
    known = queries.catalogue(conn)
    programme = programme_of(known, view)
    code = programme.programme_code if programme else ""
    observations = queries.observations(
        conn,
        scope,
        programme_code=code,
        project_code=view.project,
        country_code=view.country,
        indicator_codes=indicator_codes,
        breakdowns=breakdowns,
        as_of=view.known_at,
    )
    return Data(
        replace(view, programme=code),
        scope,
        language,
        known,
        programme,
        observations,
        queries.freshness(conn, programme_code=code, as_of=view.known_at),
        queries.withheld(conn, scope, programme_code=code, as_of=view.known_at),
    )


def without_values(conn: Connection, scope: Scope, view: View, language: str) -> Data:
    """Return what a page is made of that shows no results: the catalogue, and no observation."""
    known = queries.catalogue(conn)
    programme = programme_of(known, view)
    return Data(
        replace(view, programme=programme.programme_code if programme else ""),
        scope,
        language,
        known,
        programme,
        queries.tidy([], queries.OBSERVATION),
        Freshness(None, 0),
        queries.tidy([], queries.WITHHELD),
    )


def results(data: Data, by: Sequence[str], indicator_code: str = "") -> pd.DataFrame:
    """Return baseline, target, actual, progress and status per `by` and indicator, in their order.

    Of all indicators that the observations are of, or of the one that is named.
    """
    key = (indicator_code, *by)
    if key in data.kept:
        return data.kept[key]
    plans = data.plans
    observations = data.observations
    if indicator_code:
        observations = of_indicator(data, indicator_code)
        plans = plans[plans["indicator_code"] == indicator_code]
    found = impact.results(
        observations,
        data.rules,
        by=list(by),
        settings=data.settings,
        as_of=data.day,
        project_indicators=plans,
        dimensions=data.dimensions,
        parents=data.parents,
    )
    order = {code: place for place, code in enumerate(data.catalogue.indicators)}
    found = found.sort_values(
        ["indicator_code", *by], key=lambda c: c.map(order) if c.name == "indicator_code" else c
    ).reset_index(drop=True)
    data.kept[key] = found
    return found


def of_indicator(data: Data, indicator_code: str) -> pd.DataFrame:
    """Return the observations of one indicator."""
    return data.observations[data.observations["indicator_code"] == indicator_code]


def trend(data: Data, indicator_code: str, by: Sequence[str]) -> pd.DataFrame:
    """Return one indicator over time, per `by`."""
    return impact.trend(
        of_indicator(data, indicator_code),
        data.rules[indicator_code],
        by=list(by),
        settings=data.settings,
        as_of=data.day,
        project_indicators=data.plans,
        dimensions=data.dimensions,
        parents=data.parents,
    )


def categories(data: Data, indicator_code: str, dimension_code: str) -> pd.DataFrame:
    """Return one indicator by the categories of a dimension, with how much of it they cover."""
    rows = data.catalogue.categories.values()
    dimension = impact.dimensions_of([data.catalogue.dimensions[dimension_code]], rows)
    return impact.by_category(
        of_indicator(data, indicator_code),
        data.rules[indicator_code],
        dimension[dimension_code],
        as_of=data.day,
        settings=data.settings,
        parents=data.parents,
    )


def most_telling(data: Data, by: str) -> str:
    """Return the indicator that a chart by something tells most of; empty where there is none.

    The chosen one; else a headline one with a target, reported by the most countries or places.
    """
    found = results(data, [by])
    told = found[found["low"].notna()]
    if data.view.indicator in set(told["indicator_code"]):
        return data.view.indicator
    own = {row.indicator_code for row in data.indicators() if row.is_headline}

    def rank(code: str) -> tuple[bool, bool, int]:
        rows = told[told["indicator_code"] == code]
        return code in own, bool(rows["target"].notna().any()), len(rows)

    return max(told["indicator_code"].drop_duplicates(), key=rank, default="")


def by_goal(data: Data, found: pd.DataFrame) -> pd.DataFrame:
    """Return results once for each SDG that their indicator is linked to, with a column sdg_goal."""
    goals = [list(data.catalogue.goals_of(code)) for code in found["indicator_code"]]
    spread = found.assign(sdg_goal=pd.Series(goals, index=found.index, dtype=object))
    return spread.explode("sdg_goal").dropna(subset="sdg_goal").astype({"sdg_goal": int})


def level_of(data: Data, indicator_code: str, project_code: str = "") -> str:
    """Return the result level of an indicator: what the project says, else what the catalogue says."""
    plans = data.catalogue.project_indicators
    own = plans[
        (plans["indicator_code"] == indicator_code) & (plans["project_code"] == project_code)
    ]
    if len(own):
        return str(own["level"].iloc[0])
    return str(data.catalogue.indicators[indicator_code].level)


LEVELS = (Level.IMPACT, Level.OUTCOME, Level.OUTPUT, Level.INPUT, Level.CONTEXT)
"The order in which results are listed: what it is for first, what it took last."


def of_level(data: Data, found: pd.DataFrame, levels: Iterable[str]) -> pd.DataFrame:
    """Return the results of some result levels."""
    wanted = set(levels)
    project = data.view.project
    return found[[level_of(data, code, project) in wanted for code in found["indicator_code"]]]


def period_ends(data: Data) -> list[date]:
    """Return the days on which reported periods end, newest first."""
    actuals = data.observations[data.observations["value_type"] == ValueType.ACTUAL]
    days = actuals["period_end"].drop_duplicates().sort_values(ascending=False)
    return [day.date() for day in days]


def span(frame: pd.DataFrame) -> tuple[date, date] | None:
    """Return first and last day of what the rows of a frame report; None where they report nothing."""
    told: Any = frame.dropna(subset=["period_start", "period_end"])
    if not len(told):
        return None
    return (
        pd.Timestamp(told["period_start"].min()).date(),
        pd.Timestamp(told["period_end"].max()).date(),
    )


def by_level(data: Data, found: pd.DataFrame) -> pd.DataFrame:
    """Return results in the order of the result levels, within a level in the catalogue's order."""
    order = {str(level): place for place, level in enumerate(LEVELS)}
    places = [order[level_of(data, code, data.view.project)] for code in found["indicator_code"]]
    return found.iloc[pd.Series(places, dtype="int64").sort_values(kind="stable").index]


def told(found: pd.DataFrame) -> pd.DataFrame:
    """Return the results that have a value or a target."""
    return found[found["low"].notna() | found["target"].notna()]


def told_by(data: Data, indicator_code: str, dimension_code: str) -> pd.DataFrame:
    """Return one indicator by a dimension's categories, those that have a value."""
    found = categories(data, indicator_code, dimension_code)
    return found[found["low"].notna()]


def headline(data: Data, found: pd.DataFrame, *, most: int) -> list[dict[Any, Any]]:
    """Return the headline results, then others with a value and a target: the key figures."""
    headline = {row.indicator_code for row in data.indicators() if row.is_headline}

    def rank(row: dict[Any, Any]) -> tuple[bool, bool, bool]:
        is_headline = row["indicator_code"] in headline
        return (math.isnan(row["low"]), not is_headline, math.isnan(row["target"]))

    rows = [
        row
        for row in sorted(found.to_dict("records"), key=rank)
        if row["indicator_code"] in headline
        or not (math.isnan(row["low"]) or math.isnan(row["target"]))
    ]
    return rows[:most]


def is_withheld(data: Data, row: Mapping[Any, Any]) -> bool:
    """Return whether a result has no value because all of its totals are withheld from the public."""
    if not math.isnan(row["low"]) or data.hidden.empty:
        return False
    hidden = data.hidden[data.hidden["is_total"].astype(bool)]
    same = hidden["indicator_code"] == row["indicator_code"]
    for column in ("project_code", "place_code"):
        if column in row:
            same &= hidden[column] == row[column]
    if "country_code" in row:
        countries = {code: place.country_code for code, place in data.catalogue.places.items()}
        same &= hidden["place_code"].map(countries) == row["country_code"]
    return bool(same.any())
