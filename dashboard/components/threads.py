"""Discussions on pages: what was said, by whom, and the way to take part."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dash import html

from dashboard.components import cards, marks
from dashboard.queries import Told
from schemas import words

SHOWN = 160
"Characters of a message in a list."


def author(told: Told, message: Any, language: str) -> str:
    """Return who wrote a message: a name, or that there is none any more."""
    if message.author is None:
        return words.text("By command", language)
    return told.names.get(message.author) or words.text("A deleted account", language)


def state(told: Told, language: str) -> html.Span:
    """Return whether a thread is open or resolved."""
    if told.thread.resolved_at:
        return html.Span(words.text("Resolved", language), className="badge badge-accepted")
    return html.Span(words.text("Open", language), className="badge badge-ready")


def address(**named: Any) -> str:
    """Return the address where a thread is begun: about what, by its number or code."""
    return f"/work/threads/new?{urlencode({name: word for name, word in named.items() if word})}"


def card(
    told: Sequence[Told],
    language: str,
    key: str,
    *,
    begin: str = "",
    title: str = "",
    lead: str = "",
    span: int = 12,
) -> html.Section:
    """Return the discussions of something, each with its last message; `begin` starts another."""
    heading = title or words.text("Discussion", language)
    parts: list[Any] = [listed(told, language)] if told else []
    if not told:
        parts.append(html.P(words.text("Nothing was said yet.", language), className="muted"))
    if begin:
        parts.append(
            html.P(
                html.A(
                    words.text("Start a discussion", language),
                    href=begin,
                    className="button button-quiet",
                )
            )
        )
    return cards.card(heading, key, *parts, lead=lead or None, span=span)


def listed(told: Sequence[Told], language: str) -> html.Ul:
    """Return threads in a list: state, last message, who wrote it and when."""
    return html.Ul([html.Li(_line(one, language)) for one in told], className="threads")


def _line(told: Told, language: str) -> list[Any]:
    last = told.messages[-1]
    first_line = last.text.split("\n", 1)[0]
    shown = first_line if len(first_line) <= SHOWN else f"{first_line[:SHOWN]}…"
    count = words.plural("{count} message", "{count} messages", len(told.messages), language)
    return [
        html.Div(
            [
                state(told, language),
                html.Bdi(author(told, last, language), className="thread-author"),
                html.Span(words.moment(last.at, language), className="muted"),
                html.Span(count, className="muted"),
            ],
            className="thread-head",
        ),
        html.A(
            html.Bdi(shown), href=f"/work/threads/{told.thread.thread_id}", className="thread-text"
        ),
    ]


def whole(told: Told, language: str) -> html.Ol:
    """Return everything that was said in a thread, in its order."""
    return html.Ol([_said(told, one, language) for one in told.messages], className="messages")


def _said(told: Told, message: Any, language: str) -> html.Li:
    named = [
        told.names[one] for one in told.mentions.get(message.message_id, []) if told.names.get(one)
    ]
    parts: list[Any] = [
        html.Div(
            [
                html.Bdi(author(told, message, language), className="thread-author"),
                html.Span(words.moment(message.at, language), className="muted"),
                html.A(
                    words.text("written in the workbook", language),
                    href=f"/submissions/{message.submission_id}",
                )
                if message.submission_id
                else None,
            ],
            className="thread-head",
        ),
        html.P(message.text, className="message-text", dir="auto"),
    ]
    if named:
        to = words.text("To: {names}", language, names=words.listed(named, language))
        parts.append(html.P(to, className="muted"))
    return html.Li(parts, id=f"message-{message.message_id}", **marks.data())
