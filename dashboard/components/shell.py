"""What surrounds every page: header, navigation, notices, footer."""

from typing import Any

import dash
from dash import Input, clientside_callback, html

from dashboard import sentences
from dashboard.accounts import Reader
from dashboard.components import cards, hits, marks
from dashboard.components.filters import LOCATION
from schemas import words
from schemas.codes import Role
from schemas.words import N_

LINKS = (
    ("/", "home", N_("Overview")),
    ("/countries", "map-pin", N_("Countries")),
    ("/board", "table", N_("Progress board")),
    ("/projects", "briefcase", N_("Projects")),
    ("/indicators", "gauge", N_("Indicators")),
    ("/sdg", "target", N_("SDGs")),
    ("/coproduction", "user-check", N_("Co-production")),
    ("/compare", "scale", N_("Compare")),
    ("/explore", "filter", N_("Explore")),
    ("/submissions", "upload", N_("Submissions")),
    ("/method", "book", N_("Method and data")),
    ("/about", "info", N_("About")),
)
"Address, icon and word of each entry of the navigation."

ADMINISTRATION = ("/admin", "user-check", N_("Administration"))
"The entry that administrators have besides."


def header(language: str, reader: Reader) -> html.Header:
    """Return the head of every page, with the name of whoever reads it."""
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
            hits.field(language),
            html.Div(
                [
                    _languages(language),
                    _account(language, reader),
                    html.Button(
                        className="scheme-button icon-button",
                        **marks.aria(label=words.text("Light or dark", language)),
                    ),
                ],
                className="header-tools",
            ),
        ],
        className="header",
    )


def _account(language: str, reader: Reader) -> html.A:
    """Return the way in, or to the own account."""
    if reader.is_anonymous:
        return html.A(
            [marks.icon("user-check"), html.Span(words.text("Sign in", language))],
            href="/sign-in",
            className="account-link",
        )
    name = words.text(reader.name, language) if reader.is_demo else reader.name
    return html.A(
        [marks.icon("user-check"), html.Span(name)],
        href="/account",
        className="account-link",
        title=words.text("My account", language),
    )


def _languages(language: str) -> html.Details:
    """Return the choice of the language: the same page, each in its own words."""
    return html.Details(
        [
            html.Summary(
                [
                    marks.icon("language"),
                    html.Span(words.LANGUAGES[words.base(language)], lang=language),
                    marks.hidden(words.text("Language", language)),
                ]
            ),
            html.Div(
                [
                    # The browser and the static page put the rest of the address before it.
                    html.A(
                        name,
                        href=f"?lang={tag}",
                        lang=tag,
                        className="menu-language",
                        **marks.data(language=tag),
                        **(marks.aria(current="true") if tag == words.base(language) else {}),
                    )
                    for tag, name in words.LANGUAGES.items()
                ],
                className="menu",
            ),
        ],
        className="language",
    )


def navigation(language: str, reader: Reader) -> html.Nav:
    """Return the main navigation; the browser marks the current page."""
    is_administrator = any(grant.role is Role.ADMINISTRATOR for grant in reader.grants)
    return html.Nav(
        [
            html.A(
                [marks.icon(sign), html.Span(words.text(word, language))],
                href=address,
                className="nav-link",
            )
            for address, sign, word in (*LINKS, *([ADMINISTRATION] if is_administrator else []))
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


def shell(language: str, reader: Reader) -> Any:
    """Return the layout of the app: every page is shown within it, for whoever reads it."""
    notices = []
    if reader.is_demo:
        notices.append(
            cards.notice(
                words.text(
                    "A demonstration: whoever visits from this machine acts as its coordinator.",
                    language,
                )
            )
        )
    return html.Div(
        [
            html.A(words.text("Skip to content", language), href="#main", className="skip"),
            header(language, reader),
            navigation(language, reader),
            html.Main([*notices, dash.page_container], id="main", className="main", tabIndex="-1"),
            footer(language),
        ],
        className="shell",
    )


# The current page is marked, and a new page begins at its top, without asking the server.
clientside_callback(
    """
    function show_current_page(path) {
        document.querySelectorAll(".nav-link").forEach((link) => {
            const address = link.getAttribute("href");
            const inside = address !== "/" && (path + "/").startsWith(address + "/")
                || address === "/countries" && /^\\/(country|territory)\\//.test(path)
                || address === "/projects" && path.startsWith("/project/")
                || address === "/indicators" && path.startsWith("/indicator/");
            if (address === path || inside) link.setAttribute("aria-current", "page");
            else link.removeAttribute("aria-current");
        });
    }
    """,
    Input(LOCATION, "pathname"),
)
