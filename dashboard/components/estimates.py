"""What methods of evaluation say, on pages: whole where it is written, in short where it is read."""

from collections.abc import Iterable, Sequence
from typing import Any

from dash import html

from dashboard import estimates, figures
from dashboard.components import cards, tables
from dashboard.estimates import Found
from dashboard.figures import Figure
from schemas import fields, words
from schemas.evaluation import ASKED, Estimate
from schemas.words import N_

TITLE = N_("What the methods of evaluation say")


def answer(found: Found, language: str) -> html.Section:
    """Return what a method says: sentence, charts, assumptions; or why it says nothing."""
    method, parts = found.method, list[Any]()
    if isinstance(found.answer, Estimate):
        parts.append(html.P(found.answer.said(language), className="told-first"))
        for number, figure in enumerate(figures.estimate_figures(found.answer, language)):
            parts += _drawn(figure, f"estimate-{number}", language)
        parts.append(html.H3(words.text("What has to be true for it", language)))
        parts.append(
            html.Ul(list(map(html.Li, found.answer.assumed(language))), className="listed")
        )
    else:
        parts += [
            cards.notice(one, kind="warning") for one in estimates.reasons(found.answer, language)
        ]
    parts += [
        html.H3(words.text("What the method does", language)),
        html.P(method.explained(language)),
        cards.facts(
            [
                (words.text("Formula", language), html.Code(method.formula, dir="ltr")),
                (words.text("Source of the method", language), html.Span(method.source, dir="ltr", lang="en")),
            ]
        ),
    ]  # fmt: skip
    heading = words.text(method.name, language)
    return cards.card(heading, "answer", html.Div(parts, className="told-group"), span=8)


def _drawn(figure: Figure, key: str, language: str) -> list[Any]:
    legend = html.Div(
        [
            html.Span([html.Span(className=f"key-{name}"), word], className="key")
            for name, word in figure.keys
        ],
        className="legend",
    )
    return [
        *([legend] if figure.keys else []),
        cards.graph(figure, key, width=680),
        tables.twin(figure.table, language, caption=figure.title),
    ]


def inputs(found: Found, language: str) -> html.Section:
    """Return what an estimate rests on, each figure with where it is from."""
    heading = words.text("What it rests on", language)
    heads: list[tables.Cell] = [
        words.text(head, language)
        for head in (N_("What is put in"), N_("Value"), N_("Where it is from"))
    ]
    body: list[list[tables.Cell]] = [
        [
            {"t": one.label, "sub": one.when} if one.when else one.label,
            {"t": one.text, "className": "as-written"},
            {"t": one.source or one.cells or "–", "className": "as-written"},
        ]
        for one in found.inputs
    ]
    parts: list[Any] = []
    if body:
        parts.append(tables.table(heading, heads, body, is_stacked=True))
    parts += [_rows(found, one, language) for one in found.rows if found.fields.get(one.name)]
    if not parts:
        nothing = words.text("No figure can be told.", language)
        parts.append(html.P(nothing, className="muted"))
    return cards.card(heading, "inputs", *parts)


def _rows(found: Found, one: fields.Field, language: str) -> html.Div:
    caption = words.text(one.label, language)
    return tables.table(
        caption,
        [words.text(column.label, language) for column in one.columns],
        [
            [
                {"t": fields.said(column, row, language) or "–", "className": "as-written"}
                for column in one.columns
            ]
            for row in found.fields[one.name]
        ],
        is_stacked=True,
    )


def card(found: Iterable[Found], language: str) -> html.Section | None:
    """Return published estimates in short; None where there are none."""
    items = [
        html.Li(
            [
                html.P(words.text(one.method.name, language), className="muted"),
                html.Div(
                    html.P(one.fields["question"], lang=one.record["language"], className="as-written"),
                    className="told-first",
                ),
                *_short(one, language),
            ],
            className="task",
        )
        for one in found
    ]  # fmt: skip
    if not items:
        return None
    return cards.card(
        words.text(TITLE, language),
        "project-estimates",
        html.Div(html.Ul(items, className="tasks"), className="told-group"),
        lead=words.text(
            "Computed from the values of this page, or from surveys and accounts; the report on the project has assumptions and inputs.",
            language,
        ),
    )


def _short(one: Found, language: str) -> list[Any]:
    """Return what an estimate says, or why it says nothing to this reader."""
    if isinstance(one.answer, Estimate):
        return [html.P(one.answer.said(language))]
    why = " ".join(estimates.reasons(one.answer, language))
    return [html.P(words.text("No answer: {why}", language, why=why), className="muted")]


def methods(language: str) -> Sequence[Any]:
    """Return a paragraph for each method: what it says, its formula, when there is no answer."""
    told: list[Any] = []
    for method in dict.fromkeys(method for one in ASKED.values() for method in one.methods):
        told += [
            html.H3(words.text(method.name, language)),
            html.P([method.explained(language), " ", words.text(method.refusals, language)]),
            html.P(
                [
                    html.Code(method.formula, dir="ltr"),
                    " · ",
                    html.Bdi(method.source, dir="ltr", lang="en"),
                ],
                className="muted",
            ),
        ]
    return told
