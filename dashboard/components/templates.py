"""The workbooks to fill in: for a project, a period and a language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dash import html
from markupsafe import Markup

from dashboard.components import cards, filters, marks
from dashboard.frames import Data
from schemas import words


def card(data: Data, periods: list[Any]) -> html.Section:
    """Return the choice of a template; `periods` are the reporting rounds."""
    language = data.language
    groups = {
        data.name(programme): {
            row.project_code: f"{row.project_code} · {data.name(row)}"
            for row in data.catalogue.projects.values()
            if row.programme_code == code
        }
        for code, programme in data.catalogue.programmes.items()
    }
    options = _period_options(
        [row for row in periods if row.programme_code == data.view.programme], language
    )
    form = Markup(
        '<form method="get" class="stack">{}{}{}<div class="row">'
        '<button class="button" formaction="/template"><span class="icon icon-file-spreadsheet"'
        ' aria-hidden="true"></span>{}</button>'
        '<button class="button button-quiet" formaction="/register"><span class="icon icon-users"'
        ' aria-hidden="true"></span>{}</button></div></form>'
    ).format(
        filters.grouped("project", words.text("Project", language), groups, data.view.project),
        filters.choice("period", words.text("Period", language), options, _latest(options)),
        filters.choice(
            "lang",
            words.text("Language of the workbook", language),
            dict(words.LANGUAGES),
            words.base(language),
        ),
        words.text("Template", language),
        words.text("Offline register", language),
    )
    return cards.card(
        words.text("Download a template", language),
        "submissions-templates",
        html.Div(**marks.data(html=str(form))),
        lead=words.text(
            "One workbook for a project and a period. The register counts people once and stays with you:"
            " only its sheet of totals is ever handed in.",
            language,
        ),
        span=6,
    )


def _latest(options: Mapping[str, str]) -> str:
    """Return the latest period that is over: the one to report on now."""
    today = date.today().isoformat()  # noqa: DTZ011 (a day where the server is, not a moment)
    return [period for period in options if period.partition("/")[2] < today][-1]


def _period_options(periods: list[Any], language: str) -> dict[str, str]:
    """Return periods to choose from: the rounds, then the halves of recent years."""
    known = {(row.period_start, row.period_end) for row in periods}
    this_year = date.today().year  # noqa: DTZ011 (a day where the server is, not a moment)
    halves = {
        half
        for year in range(this_year - 1, this_year + 1)
        for half in ((date(year, 1, 1), date(year, 6, 30)), (date(year, 7, 1), date(year, 12, 31)))
    }
    return {
        f"{start.isoformat()}/{end.isoformat()}": words.period(start, end, language)
        for start, end in sorted(known | halves)
    }
