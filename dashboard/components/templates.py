"""The workbooks to fill in: for a project, a period and a language."""

from datetime import date
from typing import Any

import dash_mantine_components as dmc
from dash import Input, Output, clientside_callback, html

from dashboard.components import cards, marks
from dashboard.frames import Data
from schemas import codes, words

PROJECT, PERIOD, LANGUAGE = "submissions-project", "submissions-period", "submissions-language"
TEMPLATE, REGISTER = "submissions-template", "submissions-register"

LANGUAGE_NAMES = {
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "pt": "Português",
    "el": "Ελληνικά",
    "ar": "العربية",
}


def card(data: Data, periods: list[Any]) -> html.Section:
    """Return the choice of a template; `periods` are the reporting rounds."""
    language = data.language
    groups: list[dict[str, Any]] = [
        {
            "group": data.name(programme),
            "items": [
                {"value": row.project_code, "label": f"{row.project_code} · {data.name(row)}"}
                for row in data.catalogue.projects.values()
                if row.programme_code == code
            ],
        }
        for code, programme in data.catalogue.programmes.items()
    ]
    first = next(iter(data.catalogue.projects), "")
    options = _period_options(
        [row for row in periods if row.programme_code == data.view.programme], language
    )
    return cards.card(
        words.text("Download a template", language),
        "submissions-templates",
        html.Div(
            [
                dmc.Select(
                    id=PROJECT,
                    label=words.text("Project", language),
                    data=groups,
                    value=first,
                    searchable=True,
                    allowDeselect=False,
                ),
                dmc.Select(
                    id=PERIOD,
                    label=words.text("Period", language),
                    data=options,
                    value=_latest(options),
                    allowDeselect=False,
                ),
                dmc.Select(
                    id=LANGUAGE,
                    label=words.text("Language of the workbook", language),
                    data=[
                        {"value": code, "label": LANGUAGE_NAMES[code]} for code in codes.LANGUAGES
                    ],
                    value=language,
                    allowDeselect=False,
                ),
            ],
            className="stack",
        ),
        html.Div(
            [
                html.A(
                    [marks.icon("file-spreadsheet"), words.text("Template", language)],
                    id=TEMPLATE,
                    className="button",
                    href="",
                    download="",
                ),
                html.A(
                    [marks.icon("users"), words.text("Offline register", language)],
                    id=REGISTER,
                    className="button button-quiet",
                    href="",
                    download="",
                ),
            ],
            className="row",
        ),
        lead=words.text(
            "One workbook for a project and a period. The register counts people once and stays with you:"
            " only its sheet of totals is ever handed in.",
            language,
        ),
        span=6,
    )


def _latest(options: list[dict[str, str]]) -> str:
    """Return the latest period that is over: the one to report on now."""
    today = date.today().isoformat()  # noqa: DTZ011 (a day where the server is, not a moment)
    return [one["value"] for one in options if one["value"].partition("/")[2] < today][-1]


def _period_options(periods: list[Any], language: str) -> list[dict[str, str]]:
    """Return periods to choose from: the rounds, then the halves of recent years."""
    known = {(row.period_start, row.period_end) for row in periods}
    this_year = date.today().year  # noqa: DTZ011 (a day where the server is, not a moment)
    halves = {
        half
        for year in range(this_year - 1, this_year + 1)
        for half in ((date(year, 1, 1), date(year, 6, 30)), (date(year, 7, 1), date(year, 12, 31)))
    }
    return [
        {
            "value": f"{start.isoformat()}/{end.isoformat()}",
            "label": words.period(start, end, language),
        }
        for start, end in sorted(known | halves)
    ]


clientside_callback(
    """
    function show_addresses(project, period, language) {
        const code = encodeURIComponent(project || "");
        const chosen = new URLSearchParams({ period: period || "", lang: language || "en" });
        return ["/template/" + code + ".xlsx?" + chosen,
                "/register/" + code + ".xlsx?" + new URLSearchParams({ lang: language || "en" })];
    }
    """,
    Output(TEMPLATE, "href"),
    Output(REGISTER, "href"),
    Input(PROJECT, "value"),
    Input(PERIOD, "value"),
    Input(LANGUAGE, "value"),
)
