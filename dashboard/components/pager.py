"""A long list in parts: which one is shown, and the ways to the others."""

import math
from collections.abc import Callable
from typing import Any

from dash import html

from dashboard.components import marks
from schemas import words

PER_PAGE = 50


def number(word: object, length: int, *, per_page: int = PER_PAGE) -> int:
    """Return the part that an address asks for, from 1; the nearest one that there is.

    >>> number("2", 120), number("9", 120), number("x", 120), number("", 0)
    (2, 3, 1, 1)
    """
    last = max(1, math.ceil(length / per_page))
    asked = int(word) if isinstance(word, str) and word.isdecimal() and len(word) < 9 else 1
    return min(max(asked, 1), last)


def pager(
    page: int,
    length: int,
    href: Callable[[int], str],
    language: str,
    *,
    per_page: int = PER_PAGE,
) -> html.Nav | None:
    """Return the ways to the part before and the part after; None where there is only one."""
    last = max(1, math.ceil(length / per_page))
    if last == 1:
        return None
    told = words.text(
        "{first} to {last} of {count}",
        language,
        first=words.number((page - 1) * per_page + 1, language),
        last=words.number(min(page * per_page, length), language),
        count=words.number(length, language),
    )
    parts: list[Any] = []
    if page > 1:
        parts.append(
            html.A(
                words.text("Previous", language),
                href=href(page - 1),
                className="button-quiet button",
            )
        )
    parts.append(html.Span(told, className="muted"))
    if page < last:
        parts.append(
            html.A(
                words.text("Next", language), href=href(page + 1), className="button-quiet button"
            )
        )
    return html.Nav(parts, className="pager", **marks.aria(label=words.text("Pages", language)))
