"""A past day: what every page says when it shows what was known then, and the way back to today."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from dash import html

from dashboard import views
from dashboard.components import cards, marks
from schemas import words


def path_of(template: str, arguments: Mapping[str, Any]) -> str:
    """Return the address of a page as it was asked for, without its past day.

    >>> path_of("/project/<project>", {"project": "DA-GR", "level": "output", "as_of": "2023-06-30"})
    '/project/DA-GR?level=output'
    """
    rest = {
        name: word for name, word in arguments.items() if isinstance(word, str) and name != "as_of"
    }
    path = template
    for name in list(rest):
        if f"<{name}>" in path:
            path = path.replace(f"<{name}>", quote(rest.pop(name), safe=""))
    return f"{path}?{urlencode(rest)}" if rest else path


def banner(template: str, arguments: Mapping[str, Any], language: str) -> list[Any]:
    """Return what stands over a page of a past day; nothing over one of today.

    Also over a page whose address names a day that is none: its figures are those of today.
    """
    asked = arguments.get("as_of")
    if not isinstance(asked, str) or not asked.strip():
        return []
    day = views.read(arguments).as_of
    if day is None:
        return [
            cards.notice(
                words.text(
                    "“{word}” is not a past day, so these are the figures of today. Write a day as"
                    " 2023-06-30.",
                    language,
                    word=asked.strip()[: views.LONGEST],
                ),
                kind="warning",
            )
        ]
    return [
        html.Div(
            cards.notice(
                html.P(
                    [
                        html.Strong(
                            words.text("As known on {day}.", language, day=words.day(day, language))
                        ),
                        " ",
                        words.text(
                            "What was accepted or withdrawn later does not count here; names and"
                            " definitions are those of today.",
                            language,
                        ),
                        " ",
                        html.A(
                            words.text("Show what is known today", language),
                            href=path_of(template, arguments),
                            # Links keep the past day (`assets/js/pages.js`), but for this one.
                            **marks.data(today="true"),
                        ),
                    ]
                ),
                kind="warning",
            ),
            className="past",
            role="status",
        )
    ]
