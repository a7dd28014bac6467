"""Open data: what the pages show in the formats of others, as far as who asks may see it.

Every number comes from the frames of the pages (`frames.load`) or, in the data package, from the same
conditions on observations, so that what is withheld there is withheld here. A file is the same, byte for
byte, for the same data, day and settings: nothing in it says when it was made.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

import etl
from dashboard import exports, frames, queries
from dashboard.frames import Data
from dashboard.open_data import datapackage, dcat, hxl, iati, sdmx
from dashboard.open_data.iati import NothingToTellError, NotValidError
from dashboard.settings import Reporter
from dashboard.views import View
from schemas.scope import Scope

__all__ = ["KINDS", "NotValidError", "NothingToTellError", "Request", "write"]


@dataclass(frozen=True)
class Request:
    """What is asked for: a view, as whom, in which language, reported by whom, served where."""

    scope: Scope
    view: View
    language: str
    reporter: Reporter
    base: str
    "What addresses of pages begin with: `https://impact.example.org`."


@dataclass(frozen=True)
class Kind:
    """One format: the ending of its files, their media type, what makes them."""

    ending: str
    media_type: str
    make: Callable[[Connection, Request], bytes]


def write(conn: Connection, kind: str, asked: Request) -> etl.File:
    """Return a file of a format of `KINDS`, with its name.

    NothingToTellError where the format knows no empty file, and there is nothing to put into it.
    """
    view = asked.view
    day = f"as-of-{view.as_of}" if view.as_of else ""
    parts = (kind, view.programme, view.country, view.project, day)
    name = exports.file_name(*parts, file_format=KINDS[kind].ending)
    return etl.File(name, KINDS[kind].make(conn, asked))


def _data(conn: Connection, asked: Request, programme_code: str = "") -> Data:
    view = View(programme=programme_code, as_of=asked.view.as_of) if programme_code else asked.view
    return frames.load(conn, asked.scope, view, asked.language, breakdowns=True)


def _iati(conn: Connection, asked: Request) -> bytes:
    return iati.write(conn, _data(conn, asked), asked.reporter, asked.base)


def _sdmx(conn: Connection, asked: Request) -> bytes:
    return sdmx.write(_data(conn, asked))


def _structure(conn: Connection, asked: Request) -> bytes:
    return sdmx.write_structure(_data(conn, asked))


def _hxl(conn: Connection, asked: Request) -> bytes:
    return hxl.write(_data(conn, asked))


def _datapackage(conn: Connection, asked: Request) -> bytes:
    view = asked.view
    return datapackage.write(conn, asked.scope, programme_code=view.programme, as_of=view.known_at)


def _dcat(conn: Connection, asked: Request) -> bytes:
    codes = [asked.view.programme] if asked.view.programme else queries.catalogue(conn).programmes
    known = [_data(conn, asked, code) for code in codes]
    return dcat.write([data for data in known if data.programme], asked.reporter, asked.base)


KINDS = {
    "iati": Kind("xml", "application/xml", _iati),
    "sdmx": Kind("csv", "text/csv; charset=utf-8", _sdmx),
    "structure": Kind("xml", "application/xml", _structure),
    "hxl": Kind("csv", "text/csv; charset=utf-8", _hxl),
    "datapackage": Kind("zip", "application/zip", _datapackage),
    "dcat": Kind("jsonld", "application/ld+json", _dcat),
}
"Every format by its name, in addresses (`/open/iati?project=DA-GR`) and commands (`medtown export iati`)."
