"""Reports that everybody may fetch: a line on the page of what they are on, and what stands where one is gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dash import html

from dashboard.components import cards, marks, tables
from dashboard.queries import Closed
from schemas import words
from schemas.words import N_

MOST = 6
"Reports on a line; the page of all has the others."

LIST = "/reports"

GONE = {
    Closed.WITHDRAWN: N_("Those who had published it have withdrawn it."),
    Closed.PROTECTED: N_(
        "It tells values that are not public any more, so that few people stay unknown."
    ),
    Closed.TAKEN_BACK: N_("It tells something, such as a story, that was taken back."),
}
"Why a file is not given away any more, to its readers."


@dataclass(frozen=True)
class Listed:
    """A published file in words: which kind of report, on what, in which language and format, since when."""

    number: int
    programme_code: str
    subject: str
    code: str
    title: str
    on: str
    page: str
    "The address of what it is on."
    language: str
    file_format: str
    since: date

    @property
    def address(self) -> str:
        """Where it is, for good."""
        return f"/reports/{self.number}"


def line(files: Sequence[Listed], language: str) -> html.Div | None:
    """Return the published reports on the subject of a page; None where there are none."""
    if not files:
        return None
    links = [
        html.Li(html.A(_named(one, language), href=one.address, download=""))
        for one in files[:MOST]
    ]
    every = html.Li(html.A(words.text("All published reports", language), href=LIST))
    return html.Div(
        [
            marks.icon("file-text"),
            html.Span(words.text("Published reports:", language)),
            html.Ul([*links, every]),
        ],
        className="published",
    )


def _named(one: Listed, language: str) -> str:
    return words.text(
        "{title} ({format}, {language}, {day})",
        language,
        title=one.title,
        format=words.isolated(_format(one, language), language),
        language=words.isolated(words.LANGUAGES[one.language], language),
        day=words.isolated(words.day(one.since, language), language),
    )


def _format(one: Listed, language: str) -> str:
    return words.text(cards.FORMATS[one.file_format], language)


def table(files: Sequence[Listed], language: str) -> html.Section:
    """Return all published reports, the newest first."""
    heading = words.text("All published reports", language)
    if not files:
        nothing = cards.empty(
            words.text("No report is published yet", language),
            words.text("What is known today can be downloaded on each page.", language),
        )
        return cards.card(heading, "published", nothing)
    heads: list[tables.Cell] = [
        words.text(head, language)
        for head in (N_("Report"), N_("On"), N_("Language"), N_("Format"), N_("Published"))
    ]
    rows: list[list[tables.Cell]] = [
        [
            {"t": one.title, "href": one.address},
            {"t": one.on, "href": one.page},
            words.LANGUAGES[one.language],
            _format(one, language),
            words.day(one.since, language),
        ]
        for one in files
    ]
    return cards.card(heading, "published", tables.table(heading, heads, rows, is_stacked=True))


def gone(one: Listed, why: Closed, newest: Listed | None, language: str) -> html.Div:
    """Return what stands where a published file was: why it is gone, and where to go instead."""
    ways = [
        html.A(
            words.text("Go to {name}", language, name=words.isolated(one.on, language)),
            href=one.page,
            className="button button-quiet",
        ),
        html.A(words.text("All published reports", language), href=LIST, className="tool"),
    ]
    if newest:
        ways.insert(
            0,
            html.A(
                words.text(
                    "The newest one ({format}, {day})",
                    language,
                    format=words.isolated(_format(newest, language), language),
                    day=words.isolated(words.day(newest.since, language), language),
                ),
                href=newest.address,
                className="button",
                download="",
            ),
        )
    since = words.text(
        "{title} on {name}, published on {day}.",
        language,
        title=one.title,
        name=words.isolated(one.on, language),
        day=words.day(one.since, language),
    )
    return html.Div(
        [
            html.P(since),
            html.P(words.text(GONE[why], language)),
            html.Div(ways, className="task-ways"),
        ],
        className="card stack",
    )
