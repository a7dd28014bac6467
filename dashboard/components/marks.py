"""The smallest parts: icons, statuses, bars, tiles, and numbers that lead to their cells."""

import math
from typing import Any

from dash import html

from dashboard import theme
from schemas import words


def aria(**attributes: str) -> dict[str, Any]:
    """Return attributes for those who listen to the page: `aria(label="Menu")` is `aria-label`."""
    return {f"aria-{name.replace('_', '-')}": value for name, value in attributes.items()}


def data(**attributes: str) -> dict[str, Any]:
    """Return attributes for our scripts: `data(max_bytes="20")` is `data-max-bytes`."""
    return {f"data-{name.replace('_', '-')}": value for name, value in attributes.items()}


def icon(name: str) -> html.Span:
    """Return an icon, which is always beside a word."""
    return html.Span(className=f"icon icon-{name}", **aria(hidden="true"))


def hidden(text: str) -> html.Span:
    """Return a text for those who listen to the page."""
    return html.Span(text, className="visually-hidden")


def status_word(status: str, language: str) -> str:
    """Return the word for a status, or for none."""
    return words.text(theme.look(status).word, language)


def status(code: str, language: str, *, title: str = "") -> html.Span:
    """Return a status as shape, colour and word; `title` says how it came about."""
    more: dict[str, Any] = {"title": title} if title else {}
    return html.Span(
        status_word(code, language), className=f"status status-{code or 'none'}", **more
    )


def bar(
    progress: float,
    status: str,
    language: str,
    *,
    expected: float = math.nan,
    is_small: bool = False,
) -> html.Div:
    """Return a progress bar: how much of the way is covered, and where the path expects to be."""
    if math.isnan(progress):
        return html.Div(className="bar bar-small" if is_small else "bar")
    share = min(max(progress, 0.0), 1.0)
    spoken = words.text("{share} of the way", language, share=words.percent(progress, language))
    marks: list[Any] = [
        html.Div(
            className=f"bar-fill status-{status or 'none'}", style={"inlineSize": f"{share:.1%}"}
        )
    ]
    if not math.isnan(expected) and 0 < expected < 1:
        marks.append(
            html.Div(className="bar-expected", style={"insetInlineStart": f"{expected:.1%}"})
        )
    return html.Div(
        marks,
        className="bar bar-small" if is_small else "bar",
        role="progressbar",
        **aria(
            valuenow=str(round(share * 100)),
            valuemin="0",
            valuemax="100",
            valuetext=spoken,
            label=words.text("Progress", language),
        ),
    )


def sdg_tile(goal: int, *, is_small: bool = False) -> html.Span:
    """Return the numbered tile of an SDG: our own, not the UN's icon."""
    size = " sdg-tile-small" if is_small else ""
    return html.Span(str(goal), className=f"sdg-tile{size} sdg-{goal}")
