"""What surrounds every page: header, navigation, notices, footer."""

from typing import Any

import dash
import dash_mantine_components as dmc
from dash import Input, clientside_callback, html

from dashboard import sentences, theme
from dashboard.components import cards, marks
from dashboard.components.filters import LOCATION
from schemas import words

LINKS = (
    ("/", "home", "Overview"),
    ("/countries", "map-pin", "Countries"),
    ("/projects", "briefcase", "Projects"),
    ("/indicators", "gauge", "Indicators"),
    ("/sdg", "target", "SDGs"),
    ("/submissions", "upload", "Submissions"),
    ("/method", "book", "Method and data"),
)
"Address, icon and word of each entry of the navigation."


def header(language: str) -> html.Header:
    """Return the head of every page."""
    return html.Header(
        [
            html.Button(
                marks.icon("menu"),
                className="menu-button icon-button",
                **marks.aria(label=words.text("Menu", language), controls="nav", expanded="false"),
            ),
            html.A(
                [
                    html.Span(className="brand-mark"),
                    html.Span("MedTOWN", className="brand-name"),
                    html.Span(words.text("Impact dashboard", language), className="brand-line"),
                ],
                href="/",
                className="brand",
            ),
            html.Div(
                html.Button(
                    className="scheme-button icon-button",
                    **marks.aria(label=words.text("Light or dark", language)),
                ),
                className="header-tools",
            ),
        ],
        className="header",
    )


def navigation(language: str) -> html.Nav:
    """Return the main navigation; the browser marks the current page."""
    return html.Nav(
        [
            html.A(
                [marks.icon(sign), html.Span(words.text(word, language))],
                href=address,
                className="nav-link",
            )
            for address, sign, word in LINKS
        ],
        id="nav",
        className="nav",
        **marks.aria(label=words.text("Main", language)),
    )


def footer(language: str) -> html.Footer:
    """Return the foot of every page."""
    return html.Footer(
        [
            html.P(words.text(sentences.DISCLAIMER, language)),
            html.P(
                [
                    words.text(
                        "Official colours and names of the Sustainable Development Goals;"
                        " a link to a goal is ours and not an attribution.",
                        language,
                    ),
                    " ",
                    html.A(words.text("How numbers are made", language), href="/method"),
                ]
            ),
        ],
        className="footer",
    )


def shell(language: str, *, can_write: bool) -> Any:
    """Return the layout of the app: every page is shown within it."""
    notices = []
    if not can_write:
        notices.append(
            cards.notice(
                words.text(
                    "This server is read-only: workbooks are taken only on the machine that it runs on.",
                    language,
                )
            )
        )
    return dmc.MantineProvider(
        html.Div(
            [
                html.A(words.text("Skip to content", language), href="#main", className="skip"),
                header(language),
                navigation(language),
                html.Main(
                    [*notices, dash.page_container], id="main", className="main", tabIndex="-1"
                ),
                footer(language),
            ],
            className="shell",
        ),
        theme=theme.MANTINE,
        defaultColorScheme="auto",
    )


# The current page is marked, and a new page begins at its top, without asking the server.
clientside_callback(
    """
    function show_current_page(path) {
        document.querySelectorAll(".nav-link").forEach((link) => {
            const address = link.getAttribute("href");
            const inside = address !== "/" && (path + "/").startsWith(address + "/")
                || address === "/countries" && path.startsWith("/country/")
                || address === "/projects" && path.startsWith("/project/")
                || address === "/indicators" && path.startsWith("/indicator/");
            if (address === path || inside) link.setAttribute("aria-current", "page");
            else link.removeAttribute("aria-current");
        });
    }
    """,
    Input(LOCATION, "pathname"),
)

# A mark of a chart carries the observations behind it; a click leads to their cells.
clientside_callback(
    """
    function show_lineage(clicks) {
        const shown = window.dash_clientside.callback_context.triggered[0];
        const point = shown && shown.value && shown.value.points && shown.value.points[0];
        const ids = point && point.customdata;
        if (!Array.isArray(ids) || !ids.length || !window.medtown) return;
        const graph = document.getElementById(shown.prop_id.replace(/\\.clickData$/, ""));
        const place = graph && graph.closest("[data-behind]");
        const named = window.medtown.compact(ids);
        if (named) window.medtown.open("/value?ids=" + named);
        else if (place && place.dataset.behind) window.medtown.open(place.dataset.behind);
    }
    """,
    Input({"type": "graph", "name": dash.ALL}, "clickData"),
    prevent_initial_call=True,
)
