"""Up to six territories, projects or countries side by side, by one indicator or two."""

from dataclasses import replace
from functools import partial
from typing import Any

from dash import html

from dashboard import access, frames, sentences, views
from dashboard.charts import comparisons
from dashboard.components import cards, charts, comparing, filters, programmes
from dashboard.frames import Data
from dashboard.views import View
from schemas import database, words
from schemas.words import N_

DESCRIPTION = N_(
    "Up to six territories, projects or countries side by side: values, targets and what stands"
    " against comparing them."
)

SCALES = {
    comparisons.VALUE: N_("Their values"),
    comparisons.INDEXED: N_("Change since a common start"),
    comparisons.TARGET: N_("Share of the target"),
}


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Compare", language)


def layout(**arguments: Any) -> Any:
    """Return what the address compares; good first comparisons where it compares nothing."""
    view = _asked(views.read(arguments))
    codes = [code for code in (view.indicator, view.other) if code]
    is_chosen = bool(view.among and view.indicator)
    with database.connect() as conn:
        load = partial(frames.load, conn, access.scope(), view, access.language())
        data = load(indicator_codes=codes if is_chosen else None)
        if is_chosen and view.indicator not in data.catalogue.indicators:
            data = load()  # the address names none that there is: another one is proposed
    if data.programme is None:
        return programmes.nothing_yet(data.language)
    view = _completed(data)
    data = data.seen(view)
    language = data.language
    lead = words.text("Who leads, what differs, and whether they can be compared.", language)
    is_chosen = bool(comparisons.chosen(data, view) and view.indicator)
    return [
        *programmes.head(data, title(language), lead=lead),
        _filters(data),
        comparing.outdated(data) if is_chosen else html.Div(),
        html.Div(_cards(data), className="grid") if is_chosen else comparing.start(data),
        programmes.withheld_note(data, indicator_code=view.indicator),
    ]


def _asked(view: View) -> View:
    """Return a view of the whole programme, of territories where it says nothing else."""
    by = view.by if view.by in comparing.KINDS else "place"
    other = view.other if view.other != view.indicator else ""
    return replace(view, by=by, other=other, country="", project="", level="", goal="")


def _completed(data: Data) -> View:
    """Return the view with an indicator that most of what is chosen has reported, where it has none."""
    view, known = data.view, data.catalogue.indicators
    code = view.indicator if view.indicator in known else ""
    if not code and view.among:
        code = comparisons.most_shared(data, view)
    return replace(view, indicator=code, other=view.other if view.other in known else "")


def _filters(data: Data) -> html.Div:
    language, view = data.language, data.view
    levels: dict[str, dict[str, str]] = {}
    for row in data.indicators():
        level = words.text(sentences.LEVELS[row.level], language)
        levels.setdefault(level, {})[row.indicator_code] = data.name(row)
    none = {"": {"": words.text("None", language)}}
    any_ = {"": {"": words.text("Choose an indicator", language)}}
    return filters.row(
        filters.choice(
            "by", words.text("Compare", language), _words(comparing.KINDS, language), view.by
        ),
        filters.grouped(
            "indicator", words.text("Indicator", language), any_ | levels, view.indicator
        ),
        filters.grouped(
            "other", words.text("And a second one", language), none | levels, view.other
        ),
        filters.choice(
            "scale",
            words.text("Compared by", language),
            _words(SCALES, language),
            view.scale or comparisons.VALUE,
        ),
        filters.until(data, frames.period_ends(data)),
        filters.checks(
            "among",
            words.text("Up to six of them", language),
            _options(data),
            comparisons.chosen(data, view).keys(),
            most=comparisons.MOST,
        ),
        language=language,
        kept=[("programme", view.programme)],
    )


def _words(named: dict[str, str], language: str) -> dict[str, str]:
    return {key: words.text(word, language) for key, word in named.items()}


def _options(data: Data) -> dict[str, str]:
    """Return what can be compared: of a chosen indicator, what has reported it and what is chosen."""
    view = data.view
    every, known = comparisons.candidates(data, view), data.catalogue.places
    if view.indicator:
        told = comparisons.reporters(data, view, view.indicator)
        kept = told | comparisons.chosen(data, view).keys()
        every = {code: name for code, name in every.items() if code in kept}
    if view.by != "place":
        return every
    within = N_("{place} ({country})")
    return {
        code: words.text(
            within, data.language, place=name, country=data.place_name(known[code].country_code)
        )
        for code, name in every.items()
    }


def _cards(data: Data) -> list[Any]:
    language, view = data.language, data.view
    codes = [code for code in (view.indicator, view.other) if code]
    shown = [
        charts.show(
            data,
            "compare",
            f"compare-{place}",
            span=12 if len(codes) == 1 else 6,
            by=view.by,
            indicator=code,
            other="",
        )
        for place, code in enumerate(codes)
    ]
    if view.other:
        shown.append(
            charts.show(
                data, "compare_scatter", "compare-both", by=view.by, indicator=view.indicator
            )
        )
    about = [sentences.as_of(data), sentences.source(data)]
    files = charts.files(data, "results", by=view.by)
    return [
        *shown,
        cards.card(
            words.text("Side by side", language),
            "compare-table",
            comparing.table(data, view),
            cards.foot(about, cards.downloads(files)),
        ),
        comparing.cautions(data, view),
        charts.show(
            data,
            "compare_each",
            "compare-each",
            by=view.by,
            indicator=view.indicator,
            other="",
            scale="",
        ),
    ]
