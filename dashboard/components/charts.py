"""The charts that several pages show, each with what belongs to it."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import html

from dashboard import figures, frames, sentences
from dashboard.components import cards, marks, results, tables
from dashboard.figures import Figure
from dashboard.frames import Data
from dashboard.views import address
from schemas import impact, words


def files(data: Data, table: str, **changes: object) -> dict[str, str]:
    """Return where a table can be downloaded, by the word on the link."""
    return {
        ending.upper(): address(f"/download/{table}.{ending}", data.view, **changes)
        for ending in ("csv", "xlsx")
    }


def legend(figure: Figure) -> html.Div | None:
    """Return a figure's legend; None where it needs none."""
    if not figure.keys:
        return None
    return html.Div(
        [
            html.Span([html.Span(className=f"key-{name}"), word], className="key")
            for name, word in figure.keys
        ],
        className="legend",
    )


def unit_of(data: Data, indicator_code: str, found: pd.DataFrame) -> str:
    """Return the unit that an indicator's results are shown in."""
    own = found[found["indicator_code"] == indicator_code]
    row = own.iloc[0].to_dict() if len(own) else {"indicator_code": indicator_code, "currency": ""}
    return sentences.unit_of(data, row)


MOST_BREAKDOWNS = 4


def over_time_and_by(data: Data, indicator_code: str, key: str) -> list[html.Section]:
    """Return one indicator over time, and by the categories of each dimension that was reported."""
    dimensions = data.catalogue.dimensions_of.get(indicator_code, ())
    reported = [code for code in dimensions if len(frames.told_by(data, indicator_code, code))][
        :MOST_BREAKDOWNS
    ]
    spans = [6] * len(reported)
    if len(reported) % 2:
        spans[-1] = 12 if len(reported) > 1 else 4
    return [
        trend(data, indicator_code, f"{key}-trend", span=8 if len(reported) == 1 else 12),
        *(
            breakdown(data, indicator_code, code, f"{key}-{code}", span=span)
            for code, span in zip(reported, spans, strict=True)
        ),
    ]


def trend(data: Data, indicator_code: str, key: str, *, span: int = 12) -> html.Section:
    """Return one indicator over time, all of the view's projects and places together."""
    indicator = data.catalogue.indicators[indicator_code]
    found = frames.results(data, [], indicator_code)
    series = frames.trend(data, indicator_code, [])
    unit = unit_of(data, indicator_code, found)
    name = data.name(indicator)
    figure = figures.trend(
        series,
        name=name,
        unit=unit,
        language=data.language,
        result=found.iloc[0].to_dict() if len(found) else None,
    )
    return cards.chart(
        words.text("{name} against the target path", data.language, name=name),
        figure,
        key,
        data.language,
        about=sentences.about(data, series, unit),
        files=files(data, "trend", indicator=indicator_code),
        span=span,
        aside=legend(figure),
        behind=results.by_view(data, {"indicator_code": indicator_code}),
    )


def multiples(
    data: Data, indicator_code: str, by: str, names: Mapping[str, str], key: str, *, title: str
) -> html.Section:
    """Return one indicator over time side by side, by country, territory or project."""
    language = data.language
    found = frames.results(data, [by], indicator_code)
    series = frames.trend(data, indicator_code, [by])
    unit = unit_of(data, indicator_code, found)
    drawn = figures.small_multiples(series, found, by=by, names=names, unit=unit, language=language)
    rows = {row[by]: row for row in found.to_dict("records")}
    parts = [
        _multiple(data, figure, rows.get(code), name, f"{key}-{place}")
        for place, ((code, name), figure) in enumerate(zip(names.items(), drawn, strict=True))
    ]
    twin = pd.concat(
        [
            figure.table.assign(**{"": name})
            for name, figure in zip(names.values(), drawn, strict=True)
        ]
        or [pd.DataFrame()]
    )
    twin = twin[["", *[column for column in twin.columns if column != ""]]] if len(twin) else twin
    card = html.Div(parts, className="multiples")
    keys = next((figure for figure in drawn if figure.keys), None)
    return cards.card(
        title,
        key,
        card,
        tables.twin(twin, language, caption=title),
        cards.foot(
            sentences.about(data, series, unit),
            cards.downloads(
                files(data, "trend", indicator=indicator_code, by=by.removesuffix("_code"))
            ),
        ),
        lead=standing(data, found, by, names),
        aside=legend(keys) if keys else None,
    )


def _multiple(data: Data, figure: Figure, row: Any, name: str, key: str) -> html.Figure:
    shown = sentences.actual(data, row) if row else ""
    # Beside a total, the target of a part of it would mislead.
    is_whole = row and not sentences.compared(data, row)
    target = sentences.goal(data, row, "target") if is_whole else ""
    href = results.lineage_address(data, row) if shown else ""
    number = html.Strong(shown or "–")
    value: list[Any] = [html.A(number, href=href, className="value") if href else number]
    if target:
        value.append(f" / {target}")
    return html.Figure(
        [
            html.Figcaption(
                [
                    html.Span(name, className="multiple-name"),
                    html.Span(value, className="multiple-value"),
                ],
                className="multiple-head",
            ),
            cards.graph(
                figure, key, size="graph-small", behind=results.by_view(data, row) if row else ""
            ),
        ],
        className="multiple",
    )


GOOD = frozenset({"achieved", "maintained", "on_track"})


def standing(data: Data, found: pd.DataFrame, by: str, names: Mapping[str, str]) -> str:
    """Return the sentence who is on the path, and who is below it."""
    rows = [row for row in found.to_dict("records") if row[by] in names and row["status"]]
    good = [names[row[by]] for row in rows if row["status"] in GOOD]
    behind = [names[row[by]] for row in rows if row["status"] not in GOOD]
    parts = []
    if good:
        parts.append(
            words.text("On or above the path: {names}.", data.language, names=", ".join(good))
        )
    if behind:
        parts.append(words.text("Below it: {names}.", data.language, names=", ".join(behind)))
    if not parts:
        told = int(found[found[by].isin(names)]["low"].notna().sum())
        return words.text(
            "{told} of {all} have reported; no status can be told yet.",
            data.language,
            told=told,
            all=len(names),
        )
    return " ".join(parts)


def statuses(
    data: Data,
    found: pd.DataFrame,
    by: str,
    names: Mapping[Any, str],
    key: str,
    *,
    title: str,
    span: int = 12,
) -> html.Section:
    """Return how many indicators have which status, a row for each country or project."""
    figure = figures.status_bars(
        impact.status_counts(frames.told(found), [by]), by=by, names=names, language=data.language
    )
    return cards.chart(
        title,
        figure,
        key,
        data.language,
        about=sentences.about(data, found, words.text("number of indicators", data.language)),
        files=files(data, "results", by=by.removesuffix("_code")),
        span=span,
        aside=legend(figure),
    )


def breakdown(
    data: Data, indicator_code: str, dimension_code: str, key: str, *, span: int = 6
) -> html.Section:
    """Return one indicator by a dimension's categories."""
    found = frames.told_by(data, indicator_code, dimension_code)
    indicator = data.catalogue.indicators[indicator_code]
    unit = unit_of(data, indicator_code, found.assign(indicator_code=indicator_code, currency=""))
    dimension = data.name(data.catalogue.dimensions[dimension_code])
    coverage = float(found["coverage"].iloc[0]) if len(found) else math.nan
    figure = figures.category_bars(
        found,
        names={
            code: sentences.category(data, dimension_code, code) for code in found["category_code"]
        },
        unit=unit,
        language=data.language,
        coverage=coverage,
    )
    return cards.chart(
        words.text(
            "{name} by {dimension}",
            data.language,
            name=data.name(indicator),
            dimension=dimension.lower(),
        ),
        figure,
        key,
        data.language,
        about=sentences.about(data, frames.of_indicator(data, indicator_code), unit),
        files=files(data, "categories", indicator=indicator_code, by=dimension_code),
        span=span,
        aside=legend(figure),
        behind=results.by_view(data, {"indicator_code": indicator_code}),
    )


def map_card(data: Data, indicator_code: str, key: str, *, span: int = 8) -> html.Section:
    """Return where the territories are, how much each reports, and where each stands."""
    language = data.language
    indicator = data.catalogue.indicators[indicator_code]
    found = frames.results(data, ["place_code"], indicator_code)
    found = found[found["low"].notna()]
    places = data.catalogue.places
    found = found.assign(
        country_code=[places[code].country_code for code in found["place_code"]],
        latitude=[places[code].latitude for code in found["place_code"]],
        longitude=[places[code].longitude for code in found["place_code"]],
    )
    unit = unit_of(data, indicator_code, found)
    figure = figures.territory_map(
        found,
        names={code: data.place_name(code) for code in found["place_code"]},
        countries={code: data.place_name(code) for code in data.countries()},
        unit=unit,
        language=language,
    )
    listed = html.Ul(
        [
            _place(data, row)
            for row in found.sort_values("low", ascending=False).head(9).to_dict("records")
        ],
        className="places",
    )
    return cards.chart(
        words.text("Where: {name}", language, name=data.name(indicator)),
        figure,
        key,
        language,
        about=sentences.about(data, found, unit),
        files=files(data, "results", indicator=indicator_code, by="place"),
        size="graph-map",
        span=span,
        below=listed,
        aside=legend(figure),
        behind=results.by_view(data, {"indicator_code": indicator_code}),
    )


def _place(data: Data, row: Mapping[Any, Any]) -> html.Li:
    code, language = str(row["status"]), data.language
    href = results.lineage_address(data, row)
    shown = sentences.actual(data, row)
    return html.Li(
        [
            html.Span(
                marks.hidden(marks.status_word(code, language)),
                className=f"status status-{code or 'none'}",
            ),
            html.Div(
                [
                    html.Strong(data.place_name(str(row["place_code"]))),
                    html.Span(data.place_name(str(row["country_code"]))),
                ]
            ),
            html.A(shown, href=href, className="number value")
            if href
            else html.Span(shown, className="number"),
        ],
        className="place",
    )
