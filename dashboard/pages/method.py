"""How every number is made, what is protected, whose data they are, and where to take them."""

import re
from typing import Any

from dash import html

from dashboard import access, frames, queries, sentences, theme, views
from dashboard.components import cards, marks, tables
from dashboard.frames import Data
from dashboard.views import View, address
from schemas import database, impact, words

DESCRIPTION = "How numbers add up, how status is told, how few people are protected, and sources."

PATH = (
    "A value is reported in a cell of a workbook. It keeps its unit, its currency, how exact it is"
    " (“over 300”, “almost 450”), its period and its cell; a click on a number leads there.",
    "Periods are put together first, within one project and place; then places and projects. Each"
    " indicator says how; where it does not allow it, no number is shown, and the page says why.",
    "Not reported is not zero. Parts are never stretched to a whole: the page says how much they cover.",
    "Figures that were published elsewhere, and official statistics of a territory, stand beside the"
    " projects’ own and are never added to them.",
    "Nothing is overwritten: a newer workbook closes what it restates, and any past day can be shown"
    " again with “as_of” in the address.",
)

PROGRESS = (
    "Progress is (actual − baseline) / (target − baseline). What is expected by now lies on the"
    " straight lines from the baseline through the milestones to the target.",
    "Status compares the two: {on_track} or more of what is expected is on track, {acceleration} or"
    " more needs acceleration, less is limited progress, below zero is moving away. Once the target’s"
    " day has passed it is achieved, partly achieved ({acceleration} of the way) or not achieved.",
    "There is no status where baseline or target is missing, where less than {least} of the way is"
    " expected yet, where the value is older than one reporting round, or where a range does not"
    " tell on which side of a threshold it lies.",
    "Progress is never averaged over indicators: a country and a goal show how many indicators have"
    " which status. A link to a goal is not an attribution.",
)

FEW = (
    "Numbers of people below {threshold} ({sensitive} for sensitive groups) are not shown to the"
    " public, nor what would give them away: a total less its other parts, a difference between"
    " periods or between days, an average that rests on so few.",
    "This is decided once over all values of a programme. Totals, progress, status and charts are"
    " made of the values that are shown; so a public total may be lower than the true one.",
)


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Method and data", language)


def layout(**arguments: Any) -> Any:
    """Return the method in short sections, and the data to download."""
    view = views.read(arguments)
    with database.connect() as conn:
        data = frames.load(conn, access.scope(), view, access.language(), indicator_codes=[])
        rates = queries.rate_sources(conn)
    language = data.language
    shares = {
        "on_track": words.percent(impact.DEFAULT.on_track, language),
        "acceleration": words.percent(impact.DEFAULT.acceleration, language),
        "least": words.percent(impact.DEFAULT.min_expected, language),
    }
    limits = {
        "threshold": data.programme.threshold if data.programme else 5,
        "sensitive": data.programme.sensitive_threshold if data.programme else 10,
    }
    return [
        cards.page_head(title(language), words.text(DESCRIPTION, language)),
        html.Div(
            [
                _section("path", "From a cell to a chart", PATH, language),
                _section("progress", "Progress and status", PROGRESS, language, **shares),
                _section("few", "Few people", FEW, language, **limits),
                _section("maps", "Maps", (sentences.DISCLAIMER, MAPS), language),
                _statuses(language),
                _reasons(language),
                _sources(data, rates),
            ],
            className="grid",
        ),
    ]


MAPS = (
    "Outlines: Natural Earth, simplified (public domain). The area of a circle shows the value; its"
    " colour and shape show the status."
)


def _section(
    key: str, heading: str, texts: tuple[str, ...], language: str, **arguments: Any
) -> html.Section:
    return cards.card(
        words.text(heading, language),
        f"method-{key}",
        html.Div(
            [html.P(words.text(text, language, **arguments)) for text in texts],
            className="stack",
            id=key,
        ),
        span=6,
    )


def _statuses(language: str) -> html.Section:
    heading = words.text("The statuses, from best to worst", language)
    return cards.card(
        heading,
        "method-statuses",
        html.Ul(
            [html.Li(marks.status(code, language)) for code in theme.STATUS], className="stack"
        ),
        span=4,
    )


def _reasons(language: str) -> html.Section:
    heading = words.text("Why there may be no number, or no status", language)
    return cards.card(
        heading,
        "method-reasons",
        html.Ul(
            [html.Li(words.text(text, language)) for text in impact.REASONS.values()],
            className="listed",
        ),
        span=8,
    )


def _sources(data: Data, rates: list[str]) -> html.Section:
    """Return the programmes with source, licence and everything to download."""
    language = data.language
    heading = words.text("Sources, licences and data", language)
    rows: list[list[tables.Cell]] = [
        [
            data.name(row),
            {"t": row.source, "href": row.source_url}
            if row.source
            else words.text("workbooks handed in here", language),
            row.licence or words.text("as the programme says", language),
            {"links": _files(code, language)},
        ]
        for code, row in data.catalogue.programmes.items()
    ]
    heads: list[tables.Cell] = [
        words.text(head, language) for head in ("Programme", "Source", "Licence", "Data")
    ]
    return cards.card(
        heading,
        "method-sources",
        tables.table(heading, heads, rows, is_stacked=True),
        html.P(
            words.text(
                "Goals, targets and indicators of the 2030 Agenda: United Nations, official wordings."
                " Names of countries, languages and number formats: Unicode CLDR. Exchange rates:"
                " {rates}.",
                language,
                rates=", ".join(_kinds(rates)) or "–",
            ),
            className="muted",
        ),
        lead=sentences.as_of(data),
    )


def _files(programme_code: str, language: str) -> list[dict[str, str]]:
    """Return the links to all of a programme's data."""
    return [
        {
            "t": f"{words.text(name, language)} ({kind.upper()})",
            "href": address(f"/download/{table}.{kind}", View(programme=programme_code)),
        }
        for table, name in (
            ("observations", "Observations"),
            ("results", "Results"),
            ("indicators", "Indicators"),
        )
        for kind in ("csv", "xlsx")
    ]


def _kinds(sources: list[str]) -> list[str]:
    """Return the sources of exchange rates without years and numbers, each once.

    >>> _kinds(["mean of the 255 ECB rates of 2013", "mean of the 256 ECB rates of 2014"])
    ['mean of the ECB rates']
    """
    plain = (re.sub(r" of \d{4}| \d+(?= )", "", source) for source in sources)
    return list(dict.fromkeys(plain))
