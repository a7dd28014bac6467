"""Charts of countries and territories: who is behind a total, who is reached, and what stands where."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from dashboard import figures, frames, sentences
from dashboard.charts.chart import Chart, of_one_figure, unit_of
from dashboard.charts.results import BY, names_by
from dashboard.frames import Data
from dashboard.views import View
from schemas import impact, words
from schemas.codes import Measure, PlaceKind, PlaceRule
from schemas.rows import categories_of
from schemas.words import N_

ADDED = frozenset({Measure.COUNT, Measure.AMOUNT, Measure.QUANTITY})
"Measures whose values make up a total."

MOST_ROWS = 12
"Rows of one chart; the table of the page has all."

KINDS_OF_PART = ("country", "place", "project")


def column_of(view: View) -> str:
    """Return the column that the rows or columns of a chart are of, as its address names it."""
    return BY.get(view.by, "place_code")


def at(data: Data, place_code: str) -> Data:
    """Return what was reported in one place; all, where none is named."""
    if not place_code:
        return data
    return frames.within(data, "place_code", place_code)


def found_at(data: Data, place_code: str, by: tuple[str, ...] = (), code: str = "") -> pd.DataFrame:
    """Return results of one place, or of all places together where none is named."""
    if not place_code:
        return frames.results(data, list(by), code)
    found = frames.results(data, list(dict.fromkeys(("place_code", *by))), code)
    return found[found["place_code"] == place_code]


# --- Who is behind a total ------------------------------------------------------------------------


def adds_up(data: Data, indicator_code: str) -> bool:
    """Return whether the values of places and projects make up a total."""
    rules = data.rules.get(indicator_code)
    return rules is not None and rules.measure in ADDED and rules.place_rule == PlaceRule.SUM


def in_euros(data: Data, indicator_code: str, *, always: bool = False) -> Data:
    """Return the observations of an amount with its euros, where it is of several currencies."""
    if data.rules[indicator_code].measure != Measure.AMOUNT:
        return data
    own = frames.of_indicator(data, indicator_code)
    if own["currency"].nunique() < 2 and not always:
        return data
    return frames.only(data, own.assign(value=own["value_eur"], currency="EUR"))


def waterfall(data: Data, view: View) -> Chart:
    """Return how countries, territories or projects make up the total of one indicator."""
    code, by = view.indicator, column_of(view)
    told = in_euros(data, code)
    found = found_at(told, view.place, (by,), code)
    total = found_at(told, view.place, (), code)
    if not adds_up(data, code):
        found, total = found.head(0), total.head(0)
    unit = unit_of(data, code, total)
    named = data.name(data.catalogue.indicators[code])
    figure = figures.waterfall(
        found,
        total.iloc[0].to_dict() if len(total) else {},
        by=by,
        names=_names(told, view, found, by),
        unit=unit,
        language=data.language,
        most=MOST_ROWS,
    )
    return of_one_figure(
        data,
        "waterfall",
        view,
        figure,
        title=words.text("Who makes up the total: {name}", data.language, name=named),
        about=sentences.about(data, found, unit),
        table="results",
    )


def _names(data: Data, view: View, found: pd.DataFrame, by: str) -> dict[str, str]:
    """Return the names of what a frame is by; what is of no project is called so."""
    names = names_by(data, replace(view, by=by.removesuffix("_code")))
    if by == "project_code" and "" in set(found[by]):
        names[""] = words.text("Of no single project", data.language)
    return names


# --- Where each indicator stands ------------------------------------------------------------------


def dumbbell(data: Data, view: View) -> Chart:
    """Return baseline, actual and target of the indicators of a country or a place, each on its scale."""
    found = found_at(data, view.place)
    found = found[found["low"].notna() & found["target"].notna()]
    found = frames.by_level(data, found).head(MOST_ROWS)
    rows = found.to_dict("records")
    names = {
        row["indicator_code"]: data.name(data.catalogue.indicators[row["indicator_code"]])
        for row in rows
    }
    figure = figures.dumbbell(
        found,
        by="indicator_code",
        names=names,
        unit="",
        language=data.language,
        units={row["indicator_code"]: sentences.unit_of(data, row) for row in rows},
    )
    return of_one_figure(
        data,
        "dumbbell",
        view,
        figure,
        title=words.text("From the baseline to the target", data.language),
        about=sentences.about(data, found),
        table="results",
        by="place" if view.place else "",
    )


def course(data: Data, view: View) -> Chart:
    """Return one indicator over time in one place."""
    code, place = view.indicator, view.place
    series = frames.trend(at(data, place), code, ["place_code"])
    found = found_at(data, place, (), code)
    unit = unit_of(data, code, found)
    name = data.name(data.catalogue.indicators[code])
    figure = figures.trend(
        series,
        name=name,
        unit=unit,
        language=data.language,
        result=found.iloc[0].to_dict() if len(found) else None,
    )
    return of_one_figure(
        data,
        "course",
        view,
        figure,
        title=words.text("{name} against the target path", data.language, name=name),
        about=sentences.about(data, series, unit),
        table="trend",
        by="place",
    )


# --- Who is reached -------------------------------------------------------------------------------


def people_indicator(data: Data, place_code: str = "") -> str:
    """Return the first indicator of persons that was reported by sex; empty where there is none."""
    told = at(data, place_code)
    for row in data.indicators():
        of = data.catalogue.dimensions_of.get(row.indicator_code, ())
        if (
            row.is_people
            and row.unit_code == "persons"
            and "sex" in of
            and len(frames.told_by(told, row.indicator_code, "sex"))
        ):
            return str(row.indicator_code)
    return ""


def shares(data: Data, view: View) -> Chart:
    """Return one indicator by the categories of a dimension, as shares of each place or project.

    `by` names the dimension, `rows` what the rows are of.
    """
    code, dimension_code = view.indicator, view.by
    by = column_of(replace(view, by=view.rows))
    told = at(data, view.place)
    own = frames.reported(told, code)
    names = _names(told, view, own, by)
    parts = [
        frames.told_by(frames.within(told, by, key), code, dimension_code).assign(**{by: key})
        for key in names
    ]
    categories = _scheme(data, frames.categories(told, code, dimension_code), dimension_code)
    unknown = _dimension(data, dimension_code).unknown
    parts = [part for part in parts if len(part)]
    found = pd.concat(parts, ignore_index=True) if parts else _no_parts(by)
    found = found[found["category_code"].isin([*categories, *unknown])]
    unit = unit_of(data, code, found_at(data, view.place, (), code))
    figure = figures.stacked_bars(
        found,
        by=by,
        names={key: name for key, name in names.items() if key in set(found[by])},
        categories=categories,
        unit=unit,
        language=data.language,
        as_shares=True,
        unknown=tuple(unknown),
    )
    title = words.text(
        "{name} by {dimension}",
        data.language,
        name=data.name(data.catalogue.indicators[code]),
        dimension=data.name(data.catalogue.dimensions[dimension_code]).lower(),
    )
    about = sentences.about(data, own, unit)
    return of_one_figure(data, "shares", view, figure, title=title, about=about, table="categories")


def _no_parts(by: str) -> pd.DataFrame:
    return pd.DataFrame(columns=[by, *impact.CATEGORIES])


def _dimension(data: Data, code: str) -> impact.Dimension:
    rows = data.catalogue.categories.values()
    return impact.dimensions_of([data.catalogue.dimensions[code]], rows)[code]


def _scheme(data: Data, found: pd.DataFrame, dimension_code: str) -> dict[str, str]:
    """Return the categories, with names, of the scheme that covers most of an indicator."""
    dimension = _dimension(data, dimension_code)
    named = next((word for word in found["scheme"] if word), "")
    codes = dimension.schemes.get(named, tuple(found["category_code"]))
    return {
        code: sentences.category(data, dimension_code, code)
        for code in codes
        if code not in dimension.unknown
    }


SEX, AGE = "sex", "age_group"


def by_sex_and_age(data: Data, indicator_code: str) -> pd.DataFrame:
    """Return the results of one indicator for each sex and age that were reported together."""
    own = frames.of_indicator(data, indicator_code)
    parts = [categories_of(key) for key in own["breakdown_key"]]
    crossed = [set(part) == {SEX, AGE} for part in parts]
    rows = own[crossed].assign(
        breakdown_key="",
        sex=[part[SEX] for part in parts if set(part) == {SEX, AGE}],
        age_group=[part[AGE] for part in parts if set(part) == {SEX, AGE}],
    )
    found = impact.results(
        rows,
        data.rules,
        by=[AGE, SEX],
        as_of=data.day,
        settings=data.settings,
        parents=data.parents,
    )
    return found[found["low"].notna()]


def pyramid(data: Data, view: View) -> Chart:
    """Return how many people of each sex and age were reached, in the view's country or place."""
    code, told = view.indicator, at(data, view.place)
    found = by_sex_and_age(told, code)
    total = found_at(data, view.place, (), code)
    sexes = _scheme(data, frames.categories(told, code, SEX), SEX)
    ages = _scheme(data, frames.categories(told, code, AGE), AGE)
    if not ages:
        ages = _most_told(data, found, AGE)
    if len(sexes) != 2:
        sexes = {sex: sentences.category(data, SEX, sex) for sex in ("F", "M")}
    unit = unit_of(data, code, total)
    figure = figures.pyramid(
        found,
        ages=ages,
        sexes=sexes,
        unit=unit,
        language=data.language,
        coverage=_coverage(found, total, ages, sexes),
    )
    title = words.text(
        "{name} by sex and age", data.language, name=data.name(data.catalogue.indicators[code])
    )
    about = sentences.about(data, frames.reported(told, code), unit)
    return of_one_figure(
        data, "pyramid", view, figure, title=title, about=about, table="categories"
    )


def _most_told(data: Data, found: pd.DataFrame, dimension_code: str) -> dict[str, str]:
    """Return the categories of the scheme in which most were reported."""
    told = set(found[dimension_code])
    schemes = _dimension(data, dimension_code).schemes.values()
    codes = max(schemes, key=lambda codes: len(told & set(codes)), default=())
    return {code: sentences.category(data, dimension_code, code) for code in codes}


def _coverage(
    found: pd.DataFrame, total: pd.DataFrame, ages: Mapping[str, str], sexes: Mapping[str, str]
) -> float:
    """Return the share of the total whose sex and age are known; NaN where that is not known."""
    if not len(total) or total["qualifier"].iloc[0] not in ("=", "~"):
        return float("nan")
    known = found[found[AGE].isin(ages) & found[SEX].isin(sexes)]["high"].sum()
    whole = float(total["high"].iloc[0])
    return float(known) / whole if whole else float("nan")


# --- The progress board ---------------------------------------------------------------------------

TITLES = {
    "country_code": N_("Every indicator in every country"),
    "place_code": N_("Every indicator in every territory"),
    "project_code": N_("Every indicator of every project"),
}


def on_board(data: Data, view: View) -> tuple[str, dict[str, str], pd.DataFrame]:
    """Return what the columns of the board are by, their names, and its results.

    Of the view's result level and goal, and of indicators that have its status anywhere; with a
    column is_withheld. Results that were planned and not reported are among them.
    """
    by = column_of(view)
    key = ("board", by, view.level, view.goal, view.status)
    if key not in data.kept:
        data.kept[key] = _on_board(data, view, by)
    return by, _columns(data, data.kept[key], by), data.kept[key]


def _on_board(data: Data, view: View, by: str) -> pd.DataFrame:
    found = frames.results(data, [by])
    found = found[found[by] != ""]
    if view.level in frames.LEVELS:
        found = frames.of_level(data, found, [view.level])
    found = frames.of_goal(data, found, view.goal)
    if view.status:
        wanted = "" if view.status == "none" else view.status
        is_meant = (found["status"] == wanted) & found["low"].notna()
        found = found[found["indicator_code"].isin(found[is_meant]["indicator_code"])]
    hidden = [frames.is_withheld(data, row) for row in found.to_dict("records")]
    return found.assign(is_withheld=hidden)


def order_on_board(data: Data, found: pd.DataFrame) -> list[str]:
    """Return the indicators of some results by result level, within a level in the catalogue's order."""
    each = found.drop_duplicates("indicator_code")
    return [str(code) for code in frames.by_level(data, each)["indicator_code"]]


def _columns(data: Data, found: pd.DataFrame, by: str) -> dict[str, str]:
    """Return the names of the countries, territories or projects of some results, in their order."""
    codes = set(found[by])
    if by == "project_code":
        rows = (row for row in data.projects() if row.project_code in codes)
        return {row.project_code: data.name(row) for row in rows}
    places = data.catalogue.places
    order = sorted(
        codes, key=lambda code: (data.place_name(places[code].country_code), data.place_name(code))
    )
    return {code: data.place_name(code) for code in order}


def board(data: Data, view: View) -> Chart:
    """Return the status of every indicator in every country, territory or project."""
    by, names, found = on_board(data, view)
    order = order_on_board(data, found)
    figure = figures.heat(
        found,
        by=by,
        names=names,
        indicators={code: data.name(data.catalogue.indicators[code]) for code in order},
        language=data.language,
    )
    return of_one_figure(
        data,
        "board",
        view,
        figure,
        title=words.text(TITLES[by], data.language),
        about=sentences.about(data, found),
        table="results",
        by=by.removesuffix("_code"),
    )


# --- Where it is ----------------------------------------------------------------------------------


def country_map(data: Data, view: View) -> Chart:
    """Return the map of one country with one indicator: its regions, and its territories as circles.

    Places where a project is to report and has not are on it too. `place` moves it nearer.
    """
    known, language = data.catalogue.places, data.language
    found = frames.results(data, ["place_code"], view.indicator)
    countries = {code: place.country_code for code, place in known.items()}
    found = found.assign(
        country_code=found["place_code"].map(countries),
        latitude=[known[code].latitude for code in found["place_code"]],
        longitude=[known[code].longitude for code in found["place_code"]],
    )
    found = found[(found["country_code"] == view.country) & (found["place_code"] != view.country)]
    unit = unit_of(data, view.indicator, found)
    place = known.get(view.place)
    around = (
        data.parents.get(view.place, "")
        if place and place.kind == PlaceKind.TERRITORY
        else view.place
    )
    own = {code for code, country in countries.items() if country == view.country}
    figure = figures.country_map(
        found,
        country=view.country,
        names={code: data.place_name(code) for code in {view.country, *own}},
        parents=data.parents,
        unit=unit,
        language=language,
        region=around,
    )
    named = data.name(data.catalogue.indicators[view.indicator])
    return of_one_figure(
        data,
        "country_map",
        view,
        figure,
        title=words.text("Where: {name}", language, name=named),
        about=sentences.about(data, found, unit),
        table="results",
        by="place",
    )
