"""Charts of several indicators, territories or projects: the same as on the pages."""

from collections.abc import Callable, Iterator

from dashboard import charts, figures, frames
from dashboard.charts import choices, coproduction, framework
from dashboard.reports.context import Context
from dashboard.reports.document import Block, Chart
from dashboard.reports.parts.results import about, level
from dashboard.reports.subjects import Subject
from schemas import impact
from schemas.codes import Measure

ROWS = {
    Subject.PROGRAMME: "country",
    Subject.GOAL: "country",
    Subject.ROUND: "country",
    Subject.COUNTRY: "place",
    Subject.TERRITORY: "project",
    Subject.INDICATOR: "place",
}
"What the rows of a chart on a subject are."


def shown(of: Context, *, show: tuple[str, ...]) -> tuple[Block, ...]:
    """Return charts by their names (`SHOWN`), those that have something to show."""
    if not of.told:
        return ()
    return tuple(chart for name in show for chart in SHOWN[name](of))


def taken(code: str, chart: charts.Chart) -> Iterator[Chart]:
    """Yield the figures of a chart of the pages, each as a chart of its own, but for empty ones."""
    told = " · ".join(part for part in chart.about if part)
    for number, panel in enumerate(chart.panels, start=1):
        if not panel.figure.is_empty:
            own = f"{code}-{number}" if len(chart.panels) > 1 else code
            title = f"{chart.title}: {panel.name}" if panel.name else chart.title
            yield Chart(own, title, panel.figure, told)


def _make(of: Context, kind: str, name: str = "", **changes: str) -> Iterator[Chart]:
    """Yield a chart of the pages, of the report's subject."""
    view = of.data.view
    own = {"place": view.place} if view.place else {}
    yield from taken(name or kind, charts.make(of.data, kind, **{**own, **changes}))


def statuses(of: Context) -> Iterator[Chart]:
    """Yield how many indicators have which status, by what the subject is made of."""
    if of.subject == Subject.PROJECT:
        yield _by_level(of)
    elif of.subject in (Subject.COUNTRY, Subject.TERRITORY):
        yield from _make(of, "statuses", by="project")
    else:
        yield from _make(of, "statuses", by="country", goal=of.data.view.goal)


def _by_level(of: Context) -> Chart:
    rows = of.found.to_dict("records")
    found = frames.told(of.found.assign(level=[level(of, row) for row in rows]))
    figure = figures.status_bars(
        impact.status_counts(found, ["level"]),
        by="level",
        names={name: name for name in found["level"]},
        language=of.language,
    )
    unit = of.text("number of indicators")
    return Chart("statuses", of.text("Statuses by result level"), figure, about(of, found, unit))


def _goals(of: Context) -> Iterator[Chart]:
    yield from _make(of, "statuses", "statuses-goals", by="goal")


def _map(of: Context) -> Iterator[Chart]:
    """Yield the map of the indicator that tells most, of the programme or of a country."""
    code = _most_telling(of)
    country = of.data.view.country
    if of.subject == Subject.TERRITORY:
        country = of.data.catalogue.places[of.request.code].country_code
    if code and country:
        yield from _make(of, "country_map", "map", indicator=code, country=country)
    elif code:
        yield from _make(of, "map", indicator=code)


def _most_telling(of: Context) -> str:
    """Return the indicator that a chart by place tells most of, among the results of the report."""
    code = frames.most_telling(of.data, "place_code")
    own = [str(row["indicator_code"]) for row in of.told]
    numbers = [one for one in own if of.indicator(one).measure != Measure.TEXT]
    return code if code in own else next(iter(numbers), "")


def _multiples(of: Context) -> Iterator[Chart]:
    """Yield the indicator that tells most, for each country or territory; none where there is only one."""
    code, by = _most_telling(of), ROWS.get(of.subject, "place")
    if code and frames.reported(of.data, code)[f"{by}_code"].nunique() > 1:
        yield from _make(of, "multiples", indicator=code, by=by)


def _parts(of: Context) -> Iterator[Chart]:
    by = ROWS.get(of.subject, "place")
    code = choices.contributing(of.data, by)
    if code in {row["indicator_code"] for row in of.told}:
        yield from _make(of, "waterfall", "parts", indicator=code, by=by)


def _people(of: Context) -> Iterator[Chart]:
    """Yield who was reached: by sex and age, as shares of each country, territory or project."""
    rows = ROWS.get(of.subject, "project")
    for kind, code, dimension in choices.people(of.data):
        name = f"people-{dimension or kind}"
        yield from _make(of, kind, name, indicator=code, by=dimension, rows=rows)


def _spread(of: Context) -> Iterator[Chart]:
    code = of.request.code if of.subject == Subject.INDICATOR else _most_telling(of)
    if by := framework.spread(of.data, code):
        yield from _make(of, "distribution", indicator=code, by=by)


def _gap(of: Context) -> Iterator[Chart]:
    """Yield what residents and officials think of co-production, where both were asked."""
    if coproduction.SCORE in {row["indicator_code"] for row in of.told}:
        yield from _make(of, "gap", indicator=coproduction.SCORE)


def _board(of: Context) -> Iterator[Chart]:
    by = "project" if of.subject in (Subject.COUNTRY, Subject.TERRITORY) else "place"
    yield from _make(of, "board", by=by)


def _ways(of: Context) -> Iterator[Chart]:
    yield from _make(of, "dumbbell")


SHOWN: dict[str, Callable[[Context], Iterator[Chart]]] = {
    "statuses": statuses,
    "goals": _goals,
    "map": _map,
    "territories": _multiples,
    "parts": _parts,
    "people": _people,
    "spread": _spread,
    "co-production": _gap,
    "board": _board,
    "ways": _ways,
}
"The charts that an outline may name."
