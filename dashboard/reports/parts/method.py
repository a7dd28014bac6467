"""How the numbers were made, why some are missing, what changed since a day, and who paid."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from dashboard import sentences
from dashboard.reports import cells, context
from dashboard.reports.context import Context
from dashboard.reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Group,
    Heading,
    Paragraph,
    Span,
    Table,
    Text,
    plain,
)
from dashboard.sentences import Row
from schemas import words


def made(of: Context) -> tuple[Block, ...]:
    """Return how the values were put together, and why there is no number or no status."""
    blocks: list[Block] = []
    if of.told:
        blocks += [Heading(of.text("How they add up")), Bullets(_adding_up(of))]
    if reasons := _reasons(of):
        blocks += [Heading(of.text("Why there is no number, or no status")), Bullets(reasons)]
    return tuple(blocks)


def _grouped(rows: Iterable[tuple[str, str]]) -> tuple[Text, ...]:
    """Return each text once, behind the names that it goes for: a list may be long."""
    names: dict[str, list[str]] = defaultdict(list)
    for name, text in rows:
        names[text].append(name)
    return tuple(
        (Span(", ".join(named), is_strong=True), Span(f": {text}")) for text, named in names.items()
    )


def _adding_up(of: Context) -> tuple[Text, ...]:
    rows = [of.indicator(row["indicator_code"]) for row in of.told]
    return _grouped(
        (of.data.name(row), " ".join(sentences.adding_up(row, of.language))) for row in rows
    )


def _reasons(of: Context) -> tuple[Text, ...]:
    told = []
    for row in of.found.to_dict("records"):
        name = of.data.name(of.indicator(row["indicator_code"]))
        if reason := cells.missing(of.data, row):
            told.append((name, reason))
        elif not row["status"] and row["status_reason"]:
            told.append((name, sentences.why(str(row["status_reason"]), of.language)))
    return _grouped(told)


# --- Since the last report ------------------------------------------------------------------------


def changes(of: Context) -> tuple[Block, ...]:
    """Return the results that are others than on the day of the last report; none without such a day."""
    since = of.request.since
    if since is None:
        return ()
    request = replace(of.request, as_of=since, since=None, moment=None)
    before = context.read(of.conn, of.scope, request, of.subject)
    then = {str(row["indicator_code"]): row for row in before.found.to_dict("records")}
    now = {str(row["indicator_code"]): row for row in of.found.to_dict("records")}
    codes = [*now, *(code for code in then if code not in now)]
    rows = [
        _moved(of, code, (before, then.get(code)), (of, now.get(code)))
        for code in codes
        if _told(then.get(code)) != _told(now.get(code))
    ]
    day = words.day(since, of.language)
    if not rows:
        return (Paragraph(plain(of.text("No result has changed since {day}.", day=day))),)
    today = of.text("This report")
    heads = (
        Column(of.text("Indicator"), 2.6, under=of.text("Unit")),
        Column(day, 1, is_number=True),
        Column(today, 1, is_number=True),
        Column(of.text("Status on {day}", day=day), 1.4),
        Column(of.text("Status"), 1.4),
    )
    title = of.text("What has changed since {day}", day=day)
    return (Table("changes", title, heads, (Group(tuple(rows)),)),)


def _told(row: Row | None) -> tuple[Any, ...]:
    """Return what a result says, so that two days can be compared; NaN is like NaN."""
    if row is None:
        return ()
    ends = (None if math.isnan(row[name]) else row[name] for name in ("low", "high", "target"))
    return (*ends, row["qualifier"], row["currency"], row["status"])


def _moved(
    of: Context, code: str, then: tuple[Context, Row | None], now: tuple[Context, Row | None]
) -> tuple[Cell, ...]:
    unit = sentences.unit_of(of.data, then[1] or now[1] or {})
    sides = [_side(*side) for side in (then, now)]
    return (
        cells.named(of.data, code, unit),
        *(value for value, _ in sides),
        *(status for _, status in sides),
    )


def _side(of: Context, row: Row | None) -> tuple[Cell, Cell]:
    if row is None:
        return cells.NOTHING, cells.NOTHING
    return cells.actual(of.data, row), cells.status(str(row["status"]), of.language)


# --- Who paid -------------------------------------------------------------------------------------


def funding(of: Context) -> tuple[Block, ...]:
    """Return who paid for the programme, and for whom its numbers do not speak, where that is known."""
    code = of.data.programme.programme_code if of.data.programme else ""
    return tuple(Paragraph(plain(of.text(one))) for one in sentences.FUNDING.get(code, ()))
