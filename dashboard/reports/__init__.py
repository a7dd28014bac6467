"""Reports: the frames and figures of the pages as documents to keep.

A kind of report is an outline (`data/reports/`), which names its parts; each part makes blocks of the
same frames as the pages; all of them are one `Document`, which every format writes out.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from sqlalchemy import Connection

from dashboard import exports, sentences
from dashboard.reports import context, cover, fields, formats
from dashboard.reports.context import Request
from dashboard.reports.document import Document, Paragraph, Part, Style, Workbook, plain
from dashboard.reports.outlines import Chosen, Outline, faults, outlines
from dashboard.reports.parts import PARTS
from dashboard.reports.subjects import Subject, code_of, is_known
from schemas import words
from schemas.scope import Scope

__all__ = [
    "PARTS",
    "Outline",
    "Request",
    "Subject",
    "code_of",
    "document",
    "document_of",
    "faults",
    "file_name",
    "formats",
    "is_known",
    "outlines",
    "read",
    "until",
    "values_of",
    "wanted",
    "write",
]


def write(conn: Connection, scope: Scope, request: Request, file_format: str) -> bytes:
    """Return a report as a file.

    KeyError for a kind that there is not, or a code that the catalogue does not know. The same data
    make the same bytes on the same day; a day matters where a target is overdue or a round is due.
    """
    return formats.write(document(conn, scope, request), file_format)


def document(
    conn: Connection,
    scope: Scope,
    request: Request,
    *,
    texts: Mapping[str, str] = MappingProxyType({}),
    left_out: Collection[str] = (),
) -> Document:
    """Return a report in the language of the request, as far as a scope may see what is in it.

    Of a programme where it is named, else of the one that the page shows first; as known on a past
    day where one is named. `texts` are what somebody wrote at the head of parts, in Markdown with
    fields, `left_out` the parts that are not wanted, both by the codes of the outline.
    """
    of = read(conn, scope, request)
    return document_of(of, texts=texts, left_out=left_out)


def read(conn: Connection, scope: Scope, request: Request) -> context.Context:
    """Return what the parts of a report are made of; KeyError for a code that the catalogue does not know."""
    return context.read(conn, scope, request, outlines()[request.kind].subject)


def wanted(kind: str, left_out: Collection[str]) -> list[Chosen]:
    """Return the parts of a kind of report that are not left out."""
    return [one for one in outlines()[kind].parts if one.code not in left_out]


def document_of(
    of: context.Context,
    *,
    texts: Mapping[str, str] = MappingProxyType({}),
    left_out: Collection[str] = (),
    done: Callable[[int, int], None] = lambda done, total: None,
) -> Document:
    """Return the report that was read; `done` is told how many parts of how many are made."""
    outline = outlines()[of.request.kind]
    parts = wanted(outline.kind, left_out)
    own = {one.code: texts[one.code] for one in parts if texts.get(one.code)}
    values = values_of(of)
    of = replace(
        of,
        told_ids=frozenset().union(
            *(fields.observation_ids(text, values) for text in own.values())
        ),
    )
    title, kind_title = cover.title(of), of.text(outline.title)
    programme = of.data.programme
    publisher = of.data.name(programme) if programme else ""
    return Document(
        kind=outline.kind,
        kind_title=kind_title,
        title=title,
        language=of.language,
        publisher=publisher,
        facts=cover.facts(of),
        notice=cover.notice(of),
        parts=tuple(_parts(of, parts, own, values, done)),
        moment=of.data.freshness.accepted_at,
        is_invented=bool(programme and programme.is_invented),
        description=" · ".join(filter(None, [kind_title, title, sentences.as_of(of.data)])),
        keywords=tuple(filter(None, [publisher, title])),
        workbooks=_workbooks(of),
        observation_ids=of.observation_ids,
    )


def file_name(request: Request, file_format: str) -> str:
    """Return the name of the file of a report."""
    period = words.period_code(*request.period) if request.period else ""
    return exports.file_name(
        *("report", request.kind, request.code, period, request.language),
        f"as-of-{request.as_of}" if request.as_of else "",
        file_format=file_format,
    )


def until(conn: Connection, request: Request) -> date | None:
    """Return the last day of what a report tells; None for everything."""
    return context.until(conn, request, outlines()[request.kind].subject)


def _workbooks(of: context.Context) -> tuple[Workbook, ...]:
    """Return the accepted files that the numbers of a report rest on."""
    columns = ["file_name", "sha256", "accepted_at"]
    files = of.sources[columns].drop_duplicates(["file_name", "sha256"])
    told = files.sort_values(["accepted_at", "file_name"]).itertuples(index=False, name=None)
    return tuple(Workbook(name, sha256, at.to_pydatetime()) for name, sha256, at in told)


def values_of(of: context.Context) -> fields.Values:
    """Return what the fields of the texts of a report say to its reader."""
    return fields.Values(
        of.conn,
        of.scope,
        of.language,
        programme_code=of.data.view.programme,
        as_of=of.request.as_of,
        moment=of.request.moment,
        until=of.data.view.until,
    )


def _parts(
    of: context.Context,
    chosen: Collection[Chosen],
    texts: Mapping[str, str],
    values: fields.Values,
    done: Callable[[int, int], None],
) -> Iterator[Part]:
    """Yield the parts that have something to say: what somebody wrote, then what the data know."""
    for place, one in enumerate(chosen):
        done(place, len(chosen))
        kind = PARTS[one.part]
        text = texts.get(one.code, "")
        blocks = [*kind.make(of, **one.options)]
        if text:
            blocks = [*fields.blocks(text, values, code=f"{one.code}-text"), *blocks]
        elif unwritten := kind.unwritten_of(**one.options):
            blocks.append(Paragraph(plain(of.text(unwritten)), Style.NOTE))
        if blocks:
            title = words.text(one.title or kind.title_of(**one.options), of.language)
            yield Part(one.code, title, tuple(blocks), kind.is_annex)
