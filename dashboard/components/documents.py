"""The documents of a project: reports, workbooks to fill in, and what was published about it."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlsplit

from dash import html

from dashboard.components import cards, marks
from dashboard.frames import Data
from dashboard.queries import Record
from dashboard.views import View, address
from schemas import words
from schemas.codes import ValueType


def card(data: Data, row: Record, organisations: Iterable[Record]) -> html.Section:
    """Return the links to the documents of a project."""
    language, code = data.language, row.project_code
    report = f"/report/project/{code}"
    view = View(programme=data.view.programme)
    groups = [
        (
            words.text("Reports", language),
            [
                (
                    words.text(
                        "Report ({format})",
                        language,
                        format=words.text(name, language),
                    ),
                    address(f"{report}.{kind}", view),
                )
                for kind, name in cards.FORMATS.items()
            ]
            + [
                (
                    words.text("Replication roadmap", language),
                    address(f"/report/roadmap/{code}.pdf", view),
                )
            ],
        ),
        (words.text("To fill in", language), _templates(data, row)),
        (words.text("Published about it", language), _published(row, organisations)),
    ]
    return cards.card(
        words.text("Documents", language),
        "project-documents",
        html.Div(
            [
                html.Div([html.H3(heading, className="documents-title"), html.Ul(_links(links))])
                for heading, links in groups
                if links
            ],
            className="documents",
        ),
    )


def _links(links: Iterable[tuple[str, str]]) -> list[html.Li]:
    return [
        html.Li(
            html.A(
                [marks.icon("external" if "//" in href else "file-text"), html.Span(word)],
                href=href,
            )
        )
        for word, href in links
    ]


def _templates(data: Data, row: Record) -> list[tuple[str, str]]:
    """Return the template of the project's own time, or of what it last reported; and its register."""
    language, code = data.language, row.project_code
    start, end = _span(data, row)
    said = words.text("Template for {period}", language, period=words.period(start, end, language))
    template = f"/template/{code}.xlsx?period={start.isoformat()}/{end.isoformat()}"
    return [
        (said, template),
        (words.text("Offline register", language), f"/register/{code}.xlsx"),
    ]


def _span(data: Data, row: Record) -> tuple[date, date]:
    """Return the period of a project's next template; half a year that is over where nothing is known."""
    if row.start_date and row.end_date:
        return row.start_date, row.end_date
    own = data.observations[data.observations["value_type"] == ValueType.ACTUAL]
    if len(own):
        last = own.sort_values(["period_end", "period_start"]).iloc[-1]
        return last["period_start"].date(), last["period_end"].date()
    year = data.day.year - 1
    return date(year, 7, 1), date(year, 12, 31)


def _published(row: Record, organisations: Iterable[Record]) -> list[tuple[str, str]]:
    """Return the pages that something here was taken from, each once, by the name of their host."""
    sources = [row.source_url, *(fact.get("source_url", "") for fact in row.facts)]
    sources += [one.source_url for one in organisations]
    named = []
    for address_ in dict.fromkeys(filter(None, sources)):
        parts = urlsplit(address_)
        last = parts.path.strip("/").rpartition("/")[2].replace("-", " ")
        host = parts.netloc.removeprefix("www.")
        named.append((f"{host} · {last[:60]}" if last else host, address_))
    return named
