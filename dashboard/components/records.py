"""What changed, in words: published outcomes, stories and lessons of a project, on its public page."""

from collections.abc import Iterable, Mapping
from typing import Any

from dash import html

from dashboard.components import cards
from dashboard.frames import Data
from schemas import records, words
from schemas.codes import RecordKind

Told = Mapping[str, Any]


def card(data: Data, rows: Iterable[Told]) -> html.Section | None:
    """Return published records (`queries.published_records`); None where there are none."""
    told = list(rows)
    parts = [
        part
        for kind, drawn in zip(records.ON_PAGES, (_outcomes, _stories, _lessons), strict=True)
        if (part := drawn([row for row in told if row["kind"] == kind], data.language))
    ]
    if not parts:
        return None
    return cards.card(
        words.text("What changed", data.language),
        "project-told",
        *parts,
        lead=words.text(
            "In the words of those who were there; no number says this.", data.language
        ),
    )


def _said(kind: RecordKind, name: str, row: Told, language: str) -> str:
    return records.said(records.KINDS[kind].field(name), row["fields"], language)


def _text(text: str, row: Told) -> html.P:
    return html.P(text, lang=row["language"], className="as-written")


def _group(kind: RecordKind, items: list[Any], language: str) -> html.Div | None:
    if not items:
        return None
    heading = html.H3(words.text(records.KINDS[kind].plural, language))
    return html.Div([heading, html.Ul(items, className="tasks")], className="told-group")


def _facts(kind: RecordKind, names: Iterable[str], row: Told, language: str) -> Any:
    """Return what some fields say, each with its label, in the language that it was written in."""
    return cards.facts(
        [
            (
                words.text(records.KINDS[kind].field(name).label, language),
                html.Span(
                    _said(kind, name, row, language), lang=row["language"], className="as-written"
                ),
            )
            for name in names
            if row["fields"].get(name)
        ]
    )


OF_OUTCOME = ("whom", "when", "where", "contribution", "significance", "evidence", "source")


def _outcomes(rows: list[Told], language: str) -> html.Div | None:
    kind = RecordKind.OUTCOME
    items = []
    for row in rows:
        marks = [_said(kind, name, row, language) for name in ("nature", "side")]
        items.append(
            html.Li(
                [
                    html.P(" · ".join(filter(None, marks)), className="muted"),
                    html.Div(_text(row["fields"].get("change", ""), row), className="told-first"),
                    _facts(kind, OF_OUTCOME, row, language),
                ],
                className="task",
            )
        )
    return _group(kind, items, language)


def _stories(rows: list[Told], language: str) -> html.Div | None:
    items = [
        html.Li(
            html.Figure(
                [
                    html.Blockquote(_text(row["fields"].get("text", ""), row)),
                    html.Figcaption(
                        row["fields"].get("teller", ""),
                        lang=row["language"],
                        className="muted as-written",
                    ),
                ],
                className="told-story",
            ),
            className="task",
        )
        for row in rows
    ]
    return _group(RecordKind.STORY, items, language)


def _lessons(rows: list[Told], language: str) -> html.Div | None:
    items = []
    for row in rows:
        items.append(
            html.Li(
                [
                    html.Div(_text(row["fields"].get("learned", ""), row), className="told-first"),
                    _text(row["fields"].get("context", ""), row),
                    _facts(RecordKind.LESSON, ("whom",), row, language),
                ],
                className="task",
            )
        )
    return _group(RecordKind.LESSON, items, language)
