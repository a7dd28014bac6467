"""How many territories have reported for the last round: a line for everybody."""

from typing import Any

from dash import html
from sqlalchemy import Connection

import etl
from dashboard.components import marks
from dashboard.frames import Data
from schemas import words


def told(conn: Connection, data: Data) -> tuple[Any, int, int] | None:
    """Return the last round that was due, how many territories reported for it, and of how many.

    None where there is none, and on a past day: who had reported by then is not told.
    """
    programme = data.view.programme
    row = None if data.view.as_of else etl.rounds.latest(conn, programme, data.day)
    if row is None:
        return None
    country = data.view.country
    inside = [code for code, one in data.catalogue.places.items() if one.country_code == country]
    reported, every = etl.rounds.told(conn, row, place_codes=inside if country else None)
    return (row, reported, every) if every else None


def line(data: Data, found: tuple[Any, int, int] | None) -> html.P | None:
    """Return the line; None where there is nothing to tell."""
    if found is None:
        return None
    row, reported, every = found
    language = data.language
    period = words.period(row.period_start, row.period_end, language)
    return html.P(
        [
            marks.icon("calendar"),
            html.Span(
                words.text(
                    "{told} of {all} territories have reported for {round}.",
                    language,
                    told=words.number(reported, language),
                    all=words.number(every, language),
                    round=words.name(row.names, language) or period,
                )
            ),
        ],
        className="note reporting",
    )
