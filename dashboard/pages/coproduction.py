"""Co-production: its five principles, each by a fact that can be checked, and who sees it how."""

from typing import Any

from dash import html

from dashboard import access, frames, views
from dashboard.charts import coproduction
from dashboard.components import cards, charts, filters, principles, programmes
from dashboard.frames import Data
from schemas import database, words
from schemas.words import N_

DESCRIPTION = N_(
    "The five principles of co-production, each by one fact per project that can be checked, and how"
    " far residents and officials are apart in what they think of it."
)


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Co-production", language)


def layout(**arguments: Any) -> Any:
    """Return the principles, the facts of every project, and the gap between residents and officials."""
    view = views.read(arguments)
    with database.connect() as conn:
        data = frames.load(
            conn,
            access.scope(),
            view,
            access.language(),
            indicator_codes=coproduction.INDICATORS,
        )
    if data.programme is None:
        return programmes.nothing_yet(data.language)
    language = data.language
    head = [
        *programmes.head(data, title(language), lead=words.text(DESCRIPTION, language)),
        filters.row(
            filters.programme(data),
            filters.until(data, frames.period_ends(data)),
            language=language,
        ),
    ]
    if not coproduction.known(data):
        return [*head, _nothing(data)]
    found = coproduction.facts(data)
    return [
        *head,
        principles.cards_of(data, found),
        html.Div(
            [
                principles.table(data, found),
                _gap(data),
                principles.questionnaire(data, coproduction.SCORE),
            ],
            className="grid",
        ),
        programmes.withheld_note(data),
    ]


def _nothing(data: Data) -> html.Div:
    return cards.empty(
        words.text("This programme has no indicators of co-production", data.language),
        words.text(
            "Its catalogue names none that shows one of the five principles.", data.language
        ),
    )


def _gap(data: Data) -> html.Section:
    """Return how far residents and officials are apart; that it is not known, where nobody asked both."""
    code, language = coproduction.SCORE, data.language
    if code in data.rules and len(coproduction.scores(data, code)):
        return charts.show(data, "gap", "coproduction-gap", indicator=code)
    return cards.card(
        words.text("How residents and officials see it", language),
        "coproduction-gap",
        cards.empty(
            words.text("Neither group has been asked yet.", language),
            words.text(
                "A score is shown here once a project reports what residents and officials answered,"
                " each on their own.",
                language,
            ),
        ),
    )
