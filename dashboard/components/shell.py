"""What surrounds every page: header, navigation, notices, footer."""

from typing import Any

import dash
from dash import Input, clientside_callback, html
from flask import has_request_context, request

from dashboard import access, sentences
from dashboard.access import Policy
from dashboard.accounts import Reader
from dashboard.components import cards, hits, marks
from dashboard.components.filters import LOCATION
from schemas import words
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

OWN = (
    ("/work", "list-check", N_("My work"), (Policy.SUBMIT, Policy.REVIEW)),
    ("/work/records", "edit", N_("Qualitative records"), (Policy.TELL,)),
    ("/work/reports", "file-text", N_("Evaluation reports"), (Policy.EVALUATE,)),
    ("/admin", "users", N_("Administration"), (Policy.ADMINISTER,)),
)
"Such an entry of those whom any of some policies lets in."


def header(language: str, reader: Reader, unread: int = 0) -> html.Header:
    """Return the head of every page, with the name of whoever reads it."""
    tools: list[Any] = [_languages(language)]
    if not reader.is_anonymous:
        tools.append(_bell(language, unread))
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
                    *tools,
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


MOST = 99
"More notices that wait are counted no further."


def _bell(language: str, unread: int) -> html.A:
    """Return the way to what the reader was told, with how much of it waits."""
    said = words.plural("{count} unread notice", "{count} unread notices", unread, language)
    told = words.number(min(unread, MOST), language)
    count = html.Span(
        f"{told}+" if unread > MOST else told, className="bell-count", **marks.aria(hidden="true")
    )
    return html.A(
        [marks.icon("bell"), *([count] if unread else [])],
        href="/notices",
        className="icon-button bell",
        title=words.text("Notices", language),
        **marks.aria(label=said if unread else words.text("Notices", language)),
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
    own = [
        (address, sign, word)
        for address, sign, word, policies in OWN
        if any(access.may(policy, reader) for policy in policies)
    ]
    # The browser marks the pages that Dash draws, not those of the workspace.
    path = f"{request.path}/" if has_request_context() else "/"
    inside = [address for address, *_ in OWN if path.startswith(f"{address}/")]
    at = max(inside, key=len, default="")
    return html.Nav(
        [
            html.A(
                [marks.icon(sign), html.Span(words.text(word, language))],
                href=address,
                className="nav-link",
                **(marks.aria(current="page") if address == at else {}),
            )
            for address, sign, word in (LINKS[0], *own, *LINKS[1:])
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
                    " · ",
                    html.A(words.text("Your data and privacy", language), href="/privacy"),
                ]
            ),
        ],
        className="footer",
    )


def shell(language: str, reader: Reader, *, unread: int = 0) -> Any:
    """Return the layout of the app: every page is shown within it, for whoever reads it.

    `unread` is how many notices wait for the reader.
    """
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
            header(language, reader, unread),
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
            const address = new URL(link.href).pathname;
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
