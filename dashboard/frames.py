"""What pages, downloads and reports share: a view is read once, and computed the same everywhere."""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import Connection

from dashboard import queries, rolled
from dashboard.queries import Catalogue, Chosen, Freshness, Record
from dashboard.rolled import Rolled
from dashboard.views import View
from schemas import database, impact, words
from schemas.codes import Level, Measure, ValueType
from schemas.rows import categories_of
from schemas.scope import Scope
from schemas.series import Options


@dataclass
class Unread:
    """Observations that are read when they are asked for: all of a view, or of one indicator."""

    read: Callable[[str, Mapping[str, str]], pd.DataFrame]
    own: dict[str, str] = field(default_factory=dict)
    "What columns of theirs are, of a part of the view."
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)

    def frame(self, indicator_code: str = "") -> pd.DataFrame:
        """Return the observations, of one indicator or (without a code) of all."""
        if "" in self.frames:
            every = self.frames[""]
            return every[every["indicator_code"] == indicator_code] if indicator_code else every
        if indicator_code not in self.frames:
            self.frames[indicator_code] = self.read(indicator_code, self.own)
        return self.frames[indicator_code]

    def within(self, column: str, code: str) -> "Unread":
        """Return those of one project, place or country; what is read already is not read again."""
        known = {name: frame[frame[column] == code] for name, frame in self.frames.items()}
        return Unread(self.read, {**self.own, column: code}, known)


class _Observed:
    """The field `Data.observations`: a frame, or what reads it."""

    def __get__(self, data: Any, _owner: Any = None) -> pd.DataFrame:
        if data is None:
            raise AttributeError  # so that the field has no default
        held = data.__dict__["_observations"]
        return held.frame() if isinstance(held, Unread) else held

    def __set__(self, data: Any, value: pd.DataFrame | Unread) -> None:
        data.__dict__["_observations"] = value


@dataclass(frozen=True)
class Data:
    """What a page is made of: the catalogue, and the observations that its view asks for."""

    view: View
    scope: Scope
    language: str
    catalogue: Catalogue
    programme: Record
    "None in a database without any programme."
    if TYPE_CHECKING:
        observations: pd.DataFrame
    else:
        observations: pd.DataFrame = _Observed()
    freshness: Freshness
    hidden: pd.DataFrame
    "What the public does not see (`queries.withheld`); empty for everybody else."
    kept: dict[tuple[str, ...], pd.DataFrame] = field(default_factory=dict)
    "Results that were computed for this page already, by what they are by."
    rolled_up: Rolled | None = None
    "The series as they were kept, of these observations and no others."

    @property
    def rolled(self) -> Rolled | None:
        """The series as they were kept; None where the observations themselves are to be added up."""
        return self.rolled_up if isinstance(self.__dict__["_observations"], Unread) else None

    def seen(self, view: View) -> "Data":
        """Return the same observations for another view, of the same day and as much of them."""
        return replace(self, view=view, observations=self.__dict__["_observations"])

    @property
    def reported(self) -> pd.DataFrame:
        """What there are values of, without reading them: columns `rolled.REPORTED`, and perhaps more.

        A row of each series with its first and last day, or of each observation.
        """
        return self.rolled.reported if self.rolled else self.observations

    @cached_property
    def rules(self) -> dict[str, impact.Rules]:
        """The rules of every indicator, by code."""
        return self.catalogue.rules

    @cached_property
    def dimensions(self) -> tuple[impact.Dimension, ...]:
        """The disaggregations that are in the observations, with their complete lists."""
        if self.rolled:
            return self.catalogue.disaggregations
        # The others cost time for each series, and say nothing.
        keys = self.observations["breakdown_key"].unique()
        present = {dimension for key in keys for dimension in categories_of(key)}
        found = self.catalogue.disaggregations
        return tuple(one for one in found if one.dimension_code in present)

    @cached_property
    def parents(self) -> dict[str, str]:
        """The place around each place."""
        return {
            place.place_code: place.parent_code
            for place in self.catalogue.places.values()
            if place.parent_code
        }

    @cached_property
    def options(self) -> Options:
        """What adding up needs to know beside the rules."""
        return impact.options_of(self.settings, self.dimensions, self.parents, self.plans)

    @cached_property
    def levels(self) -> dict[tuple[str, str], str]:
        """The result level that a project gives an indicator, by both of their codes."""
        plans = self.catalogue.project_indicators
        keys = zip(plans["indicator_code"], plans["project_code"], strict=True)
        return dict(zip(keys, map(str, plans["level"]), strict=True))

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
    by_category: bool = False,
    known: Catalogue | None = None,
) -> Data:
    """Return what a view asks for; `indicator_codes` and `breakdowns` as in `queries.observations`.

    What there is to add up was kept with the last decision (`etl.rollup`), and the observations are
    read only where they are asked for; but with `breakdowns`, on a past day, for the cells behind a
    number (`view.part`) and for answers in words they are what is added up. With `by_category` they
    are read with every combination of categories, when they are. `known` is the catalogue, where it
    was read already.
    """
    data = _without_observations(conn, scope, view, language, known)
    code = data.view.programme
    indicators = [data.catalogue.indicators.get(one) for one in indicator_codes or ()]
    is_in_words = any(row and row.measure == Measure.TEXT for row in indicators)
    is_added_up = not (breakdowns or view.as_of or view.part or is_in_words)
    bind = conn.engine

    def observations(
        conn: Connection, codes: Sequence[str] | None, own: Mapping[str, str]
    ) -> pd.DataFrame:
        return queries.observations(
            conn,
            scope,
            programme_code=code,
            project_code=view.project,
            country_code=view.country,
            indicator_codes=codes,
            own=own,
            breakdowns=breakdowns or by_category,
            as_of=view.known_at,
        )

    def read(indicator_code: str, own: Mapping[str, str]) -> pd.DataFrame:
        codes = [indicator_code] if indicator_code else indicator_codes
        with database.connect(bind) as later:
            return observations(later, codes, own)

    if is_added_up and queries.rolled_by(conn, code) == data.catalogue.digest:
        codes = None if indicator_codes is None else tuple(indicator_codes)
        kept = rolled.read(
            conn,
            scope,
            Chosen(code, view.project, view.country, codes),
            until=view.until,
            rules=data.rules,
            options=data.options,
        )
        return replace(data, observations=Unread(read), rolled_up=kept)  # type: ignore[arg-type]
    return replace(data, observations=observations(conn, indicator_codes, {}))


def _without_observations(
    conn: Connection, scope: Scope, view: View, language: str, known: Catalogue | None
) -> Data:
    """Return all that a view asks for but its observations."""
    data = without_values(conn, scope, view, language, known)
    code = data.view.programme
    return replace(
        data,
        freshness=queries.freshness(conn, programme_code=code, as_of=view.known_at),
        hidden=queries.withheld(conn, scope, programme_code=code, as_of=view.known_at),
    )


def without_values(
    conn: Connection, scope: Scope, view: View, language: str, known: Catalogue | None = None
) -> Data:
    """Return what a page is made of that shows no results: the catalogue, and no observation."""
    known = known or queries.catalogue(conn)
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
    if indicator_code:
        plans = plans[plans["indicator_code"] == indicator_code]
    if data.rolled:
        found = impact.results_of(
            data.rolled.by(by, indicator_code),
            data.rules,
            data.options,
            by=list(by),
            as_of=data.day,
            project_indicators=plans,
        )
    else:
        found = impact.results(
            of_indicator(data, indicator_code) if indicator_code else data.observations,
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
    held = data.__dict__["_observations"]
    if isinstance(held, Unread):
        return held.frame(indicator_code)
    return data.observations[data.observations["indicator_code"] == indicator_code]


def reported(data: Data, indicator_code: str) -> pd.DataFrame:
    """Return what there are values of, of one indicator, as `Data.reported` has it."""
    return data.reported[data.reported["indicator_code"] == indicator_code]


def trend(data: Data, indicator_code: str, by: Sequence[str]) -> pd.DataFrame:
    """Return one indicator over time, per `by`."""
    if data.rolled:
        return impact.trend_of(
            rolled.grouped(data.rolled.over_time(indicator_code), by),
            data.rules[indicator_code],
            data.options,
            by=list(by),
            as_of=data.day,
        )
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
    dimension = next(
        one for one in data.catalogue.disaggregations if one.dimension_code == dimension_code
    )
    if data.rolled:
        return impact.by_category_of(
            data.rolled.series().get(indicator_code, ()),
            data.rolled.categories(indicator_code, dimension_code),
            data.rules[indicator_code],
            dimension,
            data.options,
            as_of=data.day,
        )
    return impact.by_category(
        of_indicator(data, indicator_code),
        data.rules[indicator_code],
        dimension,
        as_of=data.day,
        settings=data.settings,
        dimensions=data.dimensions,
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


def of_goal(data: Data, found: pd.DataFrame, goal: str) -> pd.DataFrame:
    """Return the results of indicators that are linked to an SDG; all where none is named."""
    if not goal:
        return found
    linked = [goal in map(str, data.catalogue.goals_of(code)) for code in found["indicator_code"]]
    return found[linked]


def level_of(data: Data, indicator_code: str, project_code: str = "") -> str:
    """Return the result level of an indicator: what the project says, else what the catalogue says."""
    own = data.levels.get((indicator_code, project_code))
    return str(data.catalogue.indicators[indicator_code].level) if own is None else own


LEVELS = (Level.IMPACT, Level.OUTCOME, Level.OUTPUT, Level.INPUT, Level.CONTEXT)
"The order in which results are listed: what it is for first, what it took last."


def of_level(data: Data, found: pd.DataFrame, levels: Iterable[str]) -> pd.DataFrame:
    """Return the results of some result levels."""
    wanted = set(levels)
    project = data.view.project
    return found[[level_of(data, code, project) in wanted for code in found["indicator_code"]]]


def period_ends(data: Data) -> list[date]:
    """Return the days on which reported periods end, newest first."""
    if data.rolled:
        return list(data.rolled.ends)
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


def totals(data: Data, indicator_codes: Collection[str]) -> list[int]:
    """Return the observations that are actual totals by the day of the view, the newest first."""
    if data.rolled:
        return data.rolled.totals(indicator_codes, data.day)
    found = data.observations
    found = found[
        found["indicator_code"].isin(indicator_codes)
        & (found["value_type"] == ValueType.ACTUAL)
        & (found["breakdown_key"] == "")
        & (found["period_end"] <= pd.Timestamp(data.day))
        & found["value"].notna()
    ]
    newest = found.sort_values(["period_end", "observation_id"], ascending=False)
    return [int(number) for number in newest["observation_id"]]


def reporting(data: Data) -> set[str]:
    """Return the projects that have reported an actual, or that there is none to report."""
    if data.rolled:
        return data.rolled.reporting
    actuals = data.observations["value_type"] == ValueType.ACTUAL
    return set(data.observations[actuals]["project_code"])


def may_be_crossed(data: Data, indicator_code: str) -> bool:
    """Return whether there may be values of several categories at once, before they are read."""
    return data.rolled is None or data.rolled.is_crossed(indicator_code)


def within(data: Data, column: str, code: str) -> Data:
    """Return what a page is made of with what is of one project, place or country alone."""
    if data.rolled is None:
        return only(data, data.observations[data.observations[column] == code])
    own = data.__dict__["_observations"].within(column, code)
    return replace(data, observations=own, rolled_up=data.rolled.within(column, code), kept={})


def only(data: Data, observations: pd.DataFrame) -> Data:
    """Return what a page is made of with some of its observations alone."""
    return replace(data, observations=observations, kept={})
