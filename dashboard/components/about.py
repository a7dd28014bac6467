"""What is said about MedTOWN and about this dashboard; each fact with the page it was published on."""

from collections.abc import Iterable

from dash import html

from dashboard.components import cards
from dashboard.frames import Data
from dashboard.queries import Record
from schemas import words
from schemas.words import N_

PROGRAMME = "MEDTOWN"

PAGE = "https://www.enicbcmed.eu/ar/node/541"
SITE = "https://cop.acpp.com/medtown-project/"
LAST = "https://www.enicbcmed.eu/medtown-seeds-keep-growing-we-say-goodbye-now"
RIPESS = "https://ripess.eu/en/medtown-coproduction-and-social-and-solidarity-economy-in-the-mediterranean"
START = "http://epeksa.fabulous.gr/programsdetails.asp?id=129"
LAB = (
    "https://medsocialinnovationlab.org/en_gb/medtown-toolbox-and-community-of-practice-learn-what-it"
    "-is-about-and-how-you-can-be-part-of-it"
)

FACTS = (
    (
        N_("Title"),
        N_(
            "Co-producing social policies with actors of the social and solidarity economy (SSE) to"
            " fight poverty, inequality and social exclusion"
        ),
        PAGE,
    ),
    (N_("Programme"), N_("ENI CBC Med 2014-2020, a programme of the European Union"), PAGE),
    (
        N_("Objective"),
        N_(
            "Promotion of social inclusion and the fight against poverty; social and solidarity economy"
        ),
        PAGE,
    ),
    (N_("Lead"), N_("Asamblea de Cooperación por la Paz (ACPP), Spain"), LAST),
    (N_("Countries"), N_("Spain, Greece, Portugal, Jordan, Palestine and Tunisia"), PAGE),
    (N_("Partnership"), N_("9 partners and 9 associated partners"), SITE),
    (N_("Began"), N_("1 September 2019"), START),
    (
        N_("Ended"),
        N_("Planned for three years; the closing events were in November 2023"),
        RIPESS,
    ),
    (
        N_("Budget"),
        N_("3.4 million euro, of which the European Union paid 2.9 million (86.5 %)"),
        PAGE,
    ),
    (
        N_("Pillars"),
        N_(
            "Training and capacity building; social experiments with action research, monitoring and"
            " evaluation; policy dialogue and networking"
        ),
        SITE,
    ),
)
"What is published of the project: what it is, in words, and where."

TOOLBOX = (
    N_(
        "MedTOWN announced a toolbox for its community of practice: a management tool for the partners,"
        " public information, technology for complementary currencies, and a joint dashboard and database"
        " to evaluate and monitor the social and economic impact of the actions in each territory."
    ),
    N_(
        "This is that dashboard: partners keep their own workbooks, hand them in, see what they would"
        " change, and everybody sees the results, each number down to its cell."
    ),
)

LANGUAGES = (
    N_(
        "English, Spanish, French, Portuguese, Greek and Arabic: pages, charts, findings and reports."
    ),
    N_(
        "Arabic runs from right to left, charts and tables too, with the digits of the reader’s country."
        " Numbers, dates and currencies follow Unicode CLDR."
    ),
    N_(
        "Wordings of the goals and targets are the United Nations’ where there is an official one, and"
        " marked where the translation is ours (Portuguese and Greek)."
    ),
)

PRIVACY = (
    N_(
        "Nothing is fetched from another host: no fonts, maps, counters or advertising. Cookies"
        " remember your language and protect forms, and nothing else; light or dark is remembered in"
        " your browser alone."
    ),
    N_(
        "Only totals are kept. Workbooks with names, telephone numbers, e-mail addresses or account"
        " numbers are refused, and numbers that rest on few people are withheld."
    ),
)

ACCESSIBILITY = (
    N_(
        "The aim is conformance with WCAG 2.2, level AA, and with EN 301 549. Every page is checked by"
        " axe-core in every language, in light and in dark, on a phone and on a wide screen."
    ),
    N_(
        "Everything can be done with the keyboard, at 200 % zoom and at 320 pixels. No colour says anything"
        " alone: statuses have a shape and a word. Every chart has a sentence that says what it shows and"
        " a table with its numbers, which can be downloaded; motion is left out for those who ask for less."
    ),
    N_(
        "Known limits: marks within a chart cannot be reached one by one with the keyboard, the table"
        " below it can. Notes in workbooks stand in the language of whoever wrote them. Persons who use"
        " screen readers have not yet tested the pages."
    ),
    N_(
        "A barrier is a fault: tell whoever gave you the address of this server. The pages can be read"
        " without JavaScript, printed, and taken along as tables."
    ),
)


def project(language: str) -> html.Section:
    """Return what is published of the project, each fact with its source."""
    source = words.text("source", language)
    return cards.card(
        "MedTOWN",
        "about-project",
        cards.facts(
            [
                (
                    words.text(term, language),
                    [
                        words.text(said, language),
                        " ",
                        html.A(source, href=href, className="source"),
                    ],
                )
                for term, said, href in FACTS
            ]
        ),
        lead=words.text("As published on the pages of the project and of the programme.", language),
        span=6,
    )


KINDS = {
    "partner": N_("Partners"),
    "public_body": N_("Public bodies"),
    "sse_entity": N_("Entities of the social and solidarity economy"),
    "academia": N_("Universities"),
    "technology": N_("Technology"),
    "ngo": N_("Non-governmental organisations"),
    "un_agency": N_("Agencies of the United Nations"),
}
"Kinds of organisations in the order in which they are listed."


def partners(data: Data, organisations: Iterable[Record]) -> html.Section | None:
    """Return the organisations of a programme by kind; None where none is named."""
    language = data.language
    by_kind: dict[str, list[Record]] = {}
    for row in organisations:
        by_kind.setdefault(row.kind, []).append(row)
    if not by_kind:
        return None
    order = [*(kind for kind in KINDS if kind in by_kind), *(by_kind.keys() - KINDS.keys())]
    return cards.card(
        words.text("Who takes part", language),
        "about-partners",
        html.Div(
            [
                html.Div(
                    [
                        html.H3(
                            words.text(KINDS.get(kind, N_("Others")), language),
                            className="documents-title",
                        ),
                        html.Ul(
                            [_organisation(data, row) for row in by_kind[kind]],
                            className="partners",
                        ),
                    ]
                )
                for kind in order
            ],
            className="documents",
        ),
        lead=words.text(
            "Organisations that public pages name in connection with an action or a pilot; other roles"
            " are not published.",
            language,
        ),
    )


def _organisation(data: Data, row: Record) -> html.Li:
    name = data.name(row)
    country = data.place_name(row.country_code) if row.country_code else ""
    return html.Li(
        [
            html.A(name, href=row.source_url) if row.source_url else name,
            html.Small([" ", country]) if country else "",
        ]
    )
