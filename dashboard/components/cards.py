"""Cards: a chart with all that belongs to it, a key figure, a fact, and what stands where nothing is."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import orjson
from dash import html
from dash.development.base_component import Component

from dashboard.components import marks
from dashboard.figures import Figure
from schemas import words
from schemas.words import N_

Children = Component | str | Sequence[Component | str]


def card(
    title: str, key: str, *children: Any, lead: Any = None, span: int = 12, aside: Any = None
) -> html.Section:
    """Return a card with its heading; `key` makes the heading's id."""
    heading: list[Any] = [html.H2(title, className="card-title", id=f"{key}-title")]
    if lead:
        heading.append(html.P(lead, className="card-lead"))
    head: list[Any] = [html.Div(heading)]
    if aside is not None:
        head.append(aside)
    return html.Section(
        [html.Div(head, className="card-head"), *children],
        className=f"card span-{span}",
        **marks.aria(labelledby=f"{key}-title"),
    )


def graph(figure: Figure, key: str, *, width: int, size: str = "", behind: str = "") -> html.Div:
    """Return a figure, which `assets/js/charts.js` draws; a click on a mark leads to its cells.

    `behind` is the address of all of its cells, where those of one mark are too many to name;
    `width` is about how wide it will be on a wide screen, in pixels.
    """
    return html.Div(
        id=f"{key}-figure",
        className=f"figure {size}".strip(),
        style=figure.style,
        role="img",
        **marks.aria(label=figure.alt),
        **marks.data(behind=behind, width=str(width), figure=to_json(figure.dict)),
    )


def to_json(plain: Mapping[str, Any]) -> str:
    """Return plain data as compact JSON; what is no number is null."""
    return orjson.dumps(plain, option=orjson.OPT_SERIALIZE_NUMPY).decode()


def downloads(addresses: Mapping[str, str]) -> list[html.A]:
    """Return links to download, by the word on them."""
    return [
        html.A([marks.icon("download"), word], href=address, className="tool", download="")
        for word, address in addresses.items()
    ]


def foot(parts: Sequence[str], tools: Sequence[Any]) -> html.Div:
    """Return the last line of a card: period, day, source, and what to take away."""
    return html.Div(
        [
            html.P(" · ".join(part for part in parts if part), className="card-foot"),
            html.Div(list(tools), className="card-tools"),
        ],
        className="card-bottom",
    )


def notice(*children: Any, kind: str = "info") -> html.Div:
    """Return a notice; its kind is info, warning, error or success."""
    name = "notice" if kind == "info" else f"notice notice-{kind}"
    sign = {"warning": "warning", "error": "error", "success": "check"}.get(kind, "info")
    paragraphs = [child if isinstance(child, Component) else html.P(child) for child in children]
    return html.Div([marks.icon(sign), html.Div(paragraphs)], className=name)


def empty(
    title: str, text: str = "", *, link: tuple[str, str] | None = None, is_page: bool = False
) -> html.Div:
    """Return what stands where there is nothing to show, and what to do about it.

    On its own page its title is that of the page.
    """
    heading = html.H1 if is_page else html.P
    parts: list[Any] = [marks.icon("empty"), heading(title, className="empty-title")]
    if text:
        parts.append(html.P(text))
    if link:
        parts.append(html.A(link[0], href=link[1], className="button"))
    return html.Div(parts, className="empty")


def facts(pairs: Sequence[tuple[str, Any]]) -> html.Dl:
    """Return a list of facts; those without a value are left out."""
    return html.Dl(
        [html.Div([html.Dt(term), html.Dd(value)]) for term, value in pairs if value],
        className="facts",
    )


def page_head(
    title: str, lead: Any = "", *, crumbs: Sequence[tuple[str, str]] = (), tools: Sequence[Any] = ()
) -> html.Div:
    """Return the head of a page: where it stands, its title, what it is about, its buttons."""
    path: list[Any] = []
    for word, address in crumbs:
        path += [html.A(word, href=address), " / "]
    heading: list[Any] = [html.P([*path, html.Span(title)], className="crumbs")] if crumbs else []
    heading.append(html.H1(title, className="page-title"))
    if lead:
        heading.append(html.P(lead, className="page-lead"))
    parts: list[Any] = [html.Div(heading)]
    if tools:
        parts.append(html.Div(list(tools), className="page-tools"))
    return html.Div(parts, className="page-head")


FORMATS = {
    "pdf": N_("PDF"),
    "docx": N_("Word"),
    "pptx": N_("PowerPoint"),
    "xlsx": N_("Excel"),
    "html": N_("Web page"),
    "zip": N_("Data package"),
}
"What a report can be taken along as, by the ending of the file."

FIRST = {"pdf": "button", "docx": "button button-quiet"}
"The formats that have a button on a page, with its look."


def reports(kind: str, code: str, programme_code: str, language: str) -> list[Any]:
    """Return the ways to the report of a kind (`data/reports/`) on a subject of a programme."""

    def way(ending: str, name: str, look: str) -> html.A:
        return html.A(
            [marks.icon("download"), html.Span(name)],
            href=f"/report/{kind}/{quote(code)}.{ending}?programme={programme_code}",
            className=look,
            download="",
        )

    names = {ending: words.text(name, language) for ending, name in FORMATS.items()}
    buttons = [
        way(ending, words.text("Report ({format})", language, format=names[ending]), look)
        for ending, look in FIRST.items()
    ]
    others = [way(ending, name, "") for ending, name in names.items() if ending not in FIRST]
    summary = html.Summary(words.text("Other formats", language))
    more = html.Details([summary, html.Div(others, className="menu")], className="taken")
    return [*buttons, more]
