"""What somebody writes for a report: the box for it, and how it will stand there."""

from collections.abc import Sequence
from typing import Any

from dash import html
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

import etl
from dashboard.components import tables
from dashboard.reports.document import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    Span,
    Style,
    Table,
    Text,
)
from schemas import words


def drawn(blocks: Sequence[Block]) -> list[Any]:
    """Return the blocks of a text; those that nobody can write in a text are left out."""
    return [DRAWN[type(block)](block) for block in blocks if type(block) in DRAWN]


def _span(span: Span) -> Any:
    inner: Any = html.Bdi(span.text) if span.is_verbatim else span.text
    if span.is_emphasis:
        inner = html.Em(inner)
    if span.is_strong:
        inner = html.Strong(inner)
    return html.A(inner, href=span.url, rel="noreferrer") if span.url else inner


def _text(text: Text) -> list[Any]:
    return [_span(span) for span in text]


def _paragraph(block: Paragraph) -> Any:
    said = html.P(_text(block.text))
    return html.Blockquote(said) if block.style is Style.QUOTE else said


def _heading(block: Heading) -> Any:
    return (html.H4 if block.level <= 2 else html.H5)(block.text)


def _bullets(block: Bullets) -> Any:
    return (html.Ol if block.is_numbered else html.Ul)([html.Li(_text(one)) for one in block.items])


def _table(block: Table) -> Any:
    heads = [
        {"t": column.title, "number": True} if column.is_number else column.title
        for column in block.columns
    ]
    rows = [[cell.text for cell in row] for row in block.rows]
    return tables.table(block.title, heads, rows)


DRAWN: dict[type, Any] = {
    Paragraph: _paragraph,
    Heading: _heading,
    Bullets: _bullets,
    Table: _table,
}


EDITOR = Markup(
    '<form class="form report-editor" method="post" action="{action}" data-report="{preview}"'
    ' data-saved="{saved}" data-failed="{failed}" data-moved="{moved}" data-mine="{mine}"'
    ' data-theirs="{theirs}" data-unsaved="{unsaved}">'
    '<input type="hidden" name="csrf_token" value="{token}">'
    '<input type="hidden" name="seen" value="{seen}">'
    '<p class="form-field"><label for="text-{part}">{label}</label>'
    '<textarea class="field" name="text" id="text-{part}" rows="{rows}" dir="auto"'
    ' aria-describedby="state-{part}" maxlength="{longest}">{text}</textarea></p>'
    '<p class="report-state muted" id="state-{part}" role="status"></p>'
    '<p><button class="button button-quiet">{save}</button></p></form>'
)
"Kept by `assets/js/reports.js` while somebody writes; without scripts by its button."

FEWEST, MOST = 4, 24
"Lines of the box that a text is written in."


def editor(part: str, text: str, seen: int, action: str, language: str) -> str:
    """Return the box in which the text of a part is written; `seen` is the version that stands there."""
    return str(
        EDITOR.format(
            action=action,
            preview=f"preview-{part}",
            saved=words.text("Kept.", language),
            failed=words.text("Not kept: there is no connection. It is tried again.", language),
            moved=words.text("Somebody else wrote here meanwhile:", language),
            mine=words.text("Keep mine", language),
            theirs=words.text("Take theirs", language),
            unsaved=words.text("Not kept yet", language),
            token=generate_csrf(),
            seen=seen,
            part=part,
            label=words.text("Your text", language),
            rows=min(max(text.count("\n") + len(text) // 80 + 2, FEWEST), MOST),
            longest=etl.reports.LONGEST,
            text=Markup("\n{}").format(text),  # the first line break is not the text's
            save=words.text("Save", language),
        )
    )
