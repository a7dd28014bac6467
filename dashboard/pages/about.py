"""About: the project MedTOWN, who paid for it, what this dashboard is, and for whom it is made."""

from dataclasses import replace
from typing import Any

from dash import html

from dashboard import access, frames, queries, sentences, views
from dashboard.charts import money
from dashboard.components import about, cards, charts, method, programmes
from dashboard.frames import Data
from schemas import database, words
from schemas.words import N_

DESCRIPTION = N_(
    "The project MedTOWN, its partners and its funding; what this dashboard is, in which languages,"
    " and for whom it is accessible."
)


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("About", language)


def layout(**arguments: Any) -> Any:
    """Return project, partners, money, toolbox, languages and the accessibility statement."""
    view, scope = views.read(arguments), access.scope()
    with database.connect() as conn:
        data = frames.load(conn, scope, view, access.language(), indicator_codes=[])
        code = money.spending(data)
        organisations = queries.organisations(conn, data.view.programme)
        if code:
            data = replace(
                data,
                observations=queries.observations(
                    conn,
                    scope,
                    programme_code=data.view.programme,
                    indicator_codes=[code],
                    as_of=view.known_at,
                ),
            )
    language = data.language
    is_medtown = data.view.programme in ("", about.PROGRAMME)
    facts = data.programme.facts if data.programme else ()
    parts = [
        about.project(language) if is_medtown else None,
        programmes.published(data, facts, "about-published"),
        about.partners(data, organisations),
        _flows(data, code),
        method.section(
            "funding", N_("Funding and disclaimer"), sentences.FUNDING["MEDTOWN"], language
        ),
        method.section("toolbox", N_("The toolbox"), about.TOOLBOX, language),
        method.section("languages", N_("Languages"), about.LANGUAGES, language),
        method.section("privacy", N_("Privacy"), about.PRIVACY, language),
        method.section(
            "accessibility", N_("Accessibility statement"), about.ACCESSIBILITY, language, span=12
        ),
    ]
    return [
        cards.page_head(title(language), words.text(DESCRIPTION, language)),
        programmes.notes(data) if data.programme else None,
        html.Div([part for part in parts if part is not None], className="grid"),
    ]


def _flows(data: Data, code: str) -> html.Section | None:
    """Return where the programme's money came from and went; None where no project tells it."""
    if not code or not len(money.links(data, code, "project_code")):
        return None
    return charts.show(data, "flows", "about-flows", indicator=code)
