"""How every number is made, what is protected, whose data they are, and where to take them."""

from typing import Any

from dash import html
from flask import has_request_context, request

from dashboard import access, frames, queries, sentences, views
from dashboard.components import cards, estimates, method, tables
from dashboard.frames import Data
from dashboard.views import View, address
from schemas import database, impact, words
from schemas.words import N_

DESCRIPTION = N_(
    "How numbers add up, how status is told, how few people are protected, and sources."
)

PATH = (
    N_(
        "A value is reported in a cell of a workbook. It keeps its unit, its currency, how exact it is"
        " (“over 300”, “almost 450”), its period and its cell; a click on a number leads there."
    ),
    N_(
        "Periods are put together first, within one project and place; then places and projects. Each"
        " indicator says how; where it does not allow it, no number is shown, and the page says why."
    ),
    N_(
        "Not reported is not zero. Parts are never stretched to a whole: the page says how much they cover."
    ),
    N_(
        "Figures that were published elsewhere, and official statistics of a territory, stand beside the"
        " projects’ own and are never added to them."
    ),
)

VERSIONS = (
    N_(
        "Nothing is overwritten: a newer workbook closes what it restates, and any past day can be shown"
        " again with “as_of” in the address."
    ),
    N_(
        "Every workbook is kept as it was received. What two of them say, or what was known on two days,"
        " can be compared side by side."
    ),
    N_(
        "Values are never corrected by hand here: whoever reported a wrong one hands in a new workbook."
    ),
)

PROGRESS = (
    N_(
        "Progress is (actual − baseline) / (target − baseline). What is expected by now lies on the"
        " straight lines from the baseline through the milestones to the target."
    ),
    N_(
        "Status compares the two: {on_track} or more of what is expected is on track, {acceleration} or"
        " more needs acceleration, less is limited progress, below zero is moving away. Once the target’s"
        " day has passed it is achieved, partly achieved ({acceleration} of the way) or not achieved."
    ),
    N_(
        "There is no status where baseline or target is missing, where less than {least} of the way is"
        " expected yet, where the value is older than one reporting round, or where a range does not"
        " tell on which side of a threshold it lies."
    ),
    N_(
        "Progress is never averaged over indicators: a country and a goal show how many indicators have"
        " which status. A link to a goal is not an attribution."
    ),
)

FEW = (
    N_(
        "Numbers of people below {threshold} ({sensitive} for sensitive groups) are not shown to the"
        " public, nor what would give them away: a total less its other parts, a difference between"
        " periods or between days, an average that rests on so few."
    ),
    N_(
        "This is decided once over all values of a programme. Totals, progress, status and charts are"
        " made of the values that are shown; so a public total may be lower than the true one."
    ),
    N_(
        "Why: in a village, “3 women with a disability” are three neighbours. Workbooks with names,"
        " telephone numbers, e-mail addresses or account numbers are refused when they are handed in."
    ),
)

MAPS = N_(
    "Outlines: Natural Earth, simplified (public domain). The area of a circle shows the value; its"
    " colour and shape show the status."
)

TABLES = (
    (N_("Observations, as reported"), "observations", ""),
    (N_("Results"), "results", ""),
    (N_("Results by country"), "results", "country"),
    (N_("Results by territory"), "results", "place"),
    (N_("Results by project"), "results", "project"),
    (N_("Catalogue of indicators"), "indicators", ""),
)
"What there is to download of each programme: its name, its table, what it is by."

OPEN_DATA = (
    (N_("Activities and results for IATI"), {"XML": "iati"}),
    (
        N_("Observations for statistical systems (SDMX), with their structure"),
        {"CSV": "sdmx", "XML": "structure"},
    ),
    (N_("Observations with HXL hashtags"), {"CSV": "hxl"}),
    (N_("All tables, with their descriptions, as a data package"), {"ZIP": "datapackage"}),
    (N_("Description for open data portals (DCAT-AP)"), {"JSON-LD": "dcat"}),
)
"What there is in the formats of others: its name, and its files by what they are."


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Method and data", language)


def layout(**arguments: Any) -> Any:
    """Return the method in short sections, and the data to download."""
    view = views.read(arguments)
    with database.connect() as conn:
        data = frames.load(conn, access.scope(), view, access.language(), indicator_codes=[])
        rates = queries.rate_sources(conn)
    language, settings = data.language, data.settings
    shares = {
        "on_track": words.percent(settings.on_track, language),
        "acceleration": words.percent(settings.acceleration, language),
        "least": words.percent(settings.min_expected, language),
    }
    limits = {
        "threshold": data.programme.threshold if data.programme else 5,
        "sensitive": data.programme.sensitive_threshold if data.programme else 10,
    }
    return [
        cards.page_head(title(language), words.text(DESCRIPTION, language)),
        html.Div(
            [
                method.section("path", N_("From a cell to a chart"), PATH, language),
                method.section("few", N_("Few people"), FEW, language, said=limits),
                method.rules(language),
                method.section(
                    "progress", N_("Progress and status"), PROGRESS, language, span=4, said=shares
                ),
                method.statuses(settings, language),
                _reasons(language),
                _methods(language),
                method.section("versions", N_("Versions"), VERSIONS, language),
                method.section("maps", N_("Maps"), (sentences.DISCLAIMER, MAPS), language),
                _sources(data, rates),
                method.embedding(language, _origin()),
            ],
            className="grid",
        ),
    ]


def _origin() -> str:
    """Return the address of this server, as the reader knows it."""
    return request.host_url.rstrip("/") if has_request_context() else ""


def _reasons(language: str) -> html.Section:
    heading = words.text("Why there may be no number, or no status", language)
    return cards.card(
        heading,
        "method-reasons",
        html.Ul(
            [html.Li(words.text(text, language)) for text in impact.REASONS.values()],
            className="listed reasons",
        ),
    )


def _methods(language: str) -> html.Section:
    """Return what each method of evaluation says, and when it says nothing."""
    card = cards.card(
        words.text("Methods of evaluation", language),
        "method-methods",
        html.Div(estimates.methods(language), className="told-group methods"),
        lead=words.text(
            "What evaluators may ask of the data, of surveys and of accounts. An answer has its range,"
            " its assumptions and its inputs; where it cannot be given, the reasons stand in its place.",
            language,
        ),
    )
    return method.anchored("methods", card)


def _sources(data: Data, rates: list[str]) -> html.Section:
    """Return the programmes with source, licence and everything to download."""
    language = data.language
    heading = words.text("Sources, licences and data", language)
    rows: list[Any] = []
    for code, row in data.catalogue.programmes.items():
        source = words.text(row.source or N_("workbooks handed in here"), language)
        licence = words.text(row.licence or N_("as the programme says"), language)
        rows.append({"group": data.name(row)})
        cell: tables.Cell = {"t": source, "href": row.source_url} if row.source else source
        rows.append([words.text("Source", language), cell])
        rows.append([words.text("Licence", language), licence])
        rows += [
            [words.text(name, language), {"links": _files(code, table, by)}]
            for name, table, by in TABLES
        ]
        rows += [
            [words.text(name, language), {"links": _open_data(code, files)}]
            for name, files in OPEN_DATA
        ]
    heads: list[tables.Cell] = [words.text(head, language) for head in (N_("What"), N_("Data"))]
    card = cards.card(
        heading,
        "method-sources",
        tables.table(heading, heads, rows, kind="method-table"),
        html.P(
            words.text(
                "Goals, targets and indicators of the 2030 Agenda: United Nations, official wordings."
                " Names of countries, languages and number formats: Unicode CLDR. Exchange rates:"
                " {rates}.",
                language,
                rates=words.listed(_kinds(rates, language), language) or "–",
            ),
            className="muted",
        ),
        html.P(
            [
                words.text(
                    "The program itself: European Union Public Licence 1.2. Fonts, icons, maps and"
                    " plotly.js keep their own licences, which are named in its folder of assets.",
                    language,
                )
            ],
            className="muted",
        ),
        lead=sentences.as_of(data),
    )
    return method.anchored("data", card)


def _files(programme_code: str, table: str, by: str) -> list[dict[str, str]]:
    """Return the links to one table of a programme's data."""
    view = View(programme=programme_code, by=by)
    return [
        {"t": kind.upper(), "href": address(f"/download/{table}.{kind}", view)}
        for kind in ("csv", "xlsx")
    ]


def _open_data(programme_code: str, files: dict[str, str]) -> list[dict[str, str]]:
    """Return the links to a programme's data in the formats of others."""
    view = View(programme=programme_code)
    return [{"t": kind, "href": address(f"/open/{name}", view)} for kind, name in files.items()]


def _kinds(sources: list[str], language: str) -> list[str]:
    """Return the sources of exchange rates, each once."""
    return list(dict.fromkeys(sentences.rate_source(source, language) for source in sources))
