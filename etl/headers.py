"""What stands over and around a table: the levels of its header, its title, unit and period."""

import re
from collections.abc import Sequence

import numpy as np

from etl import grid as g
from etl import labels, lexicon, parse
from etl.grid import Grid
from etl.parse import meaning
from etl.segments import Segment
from etl.workbook import address

FIRST_ROWS = 3
"A title that begins in these rows is that of the sheet, one further down that of its table."


def header_levels(
    grid: Grid, segment: Segment, columns: Sequence[int]
) -> dict[int, tuple[str, ...]]:
    """Return the texts above each column, from the top.

    In all header rows but the last, a text holds for the empty cells right of it, up to the next
    one; merged cells hold for all that they cover. Over labels nothing spreads.
    """
    merged = {
        (r, c): (top, left)
        for top, left, bottom, right in grid.sheet.merged
        for r in range(top, min(bottom, segment.first) + 1)
        for c in range(left, min(right, left + 300) + 1)
        if top in segment.header or r in segment.header
    }
    shares = grid.share_of_figures(segment.first, segment.last)
    levels: dict[int, list[str]] = {c: [] for c in columns}
    for row in segment.header:
        last = ""
        for c in columns:
            source = merged.get((row, c))
            text = grid.text(*source) if source and source[0] <= row else grid.text(row, c)
            is_spread = row != segment.header[-1]
            # Tables leave a column empty between groups; labels have no groups.
            is_figure = not np.isnan(shares[c]) and shares[c] >= 0.5
            is_blank = not text and grid.cell(row, c) is not None
            if text:
                last = text if is_spread else ""
            elif is_blank:  # somebody typed a blank there: nothing is meant
                last = ""
            elif is_spread and is_figure:
                text = last
            elif not is_figure:
                last = ""
            if source and source[0] < row and levels[c] and levels[c][-1] == text:
                continue  # one cell over two rows
            levels[c].append(text)
    return {c: tuple(text for text in texts if text) for c, texts in levels.items()}


def header_spans(
    grid: Grid, segment: Segment, columns: Sequence[int]
) -> tuple[dict[str, str], dict[int, str]]:
    """Return the periods that stand side by side in a header, by their text, and the repaired ones.

    What a row proves as a whole ("2021 | 2022 | 20231", "Jan-22 | Feb-22") is more than its cells
    say alone.
    """
    spans: dict[str, str] = {}
    repaired: dict[int, str] = {}
    for row in segment.header:
        cells = [grid.cell(row, c) for c in columns]
        read = parse.header_periods(cells)
        for place, span in enumerate(read.spans):
            if span:
                text = grid.text(row, columns[place])
                spans[text] = f"{span[0].isoformat()}/{span[1].isoformat()}"
                if place in read.repaired:
                    repaired[columns[place]] = address(row, columns[place])
    return spans, repaired


def table_facts(grid: Grid, segment: Segment, columns: Sequence[int], stem: str) -> dict[str, str]:
    """Return what holds for a whole table: title, unit and period, from the texts around it."""
    facts: dict[str, str] = {"file": stem, "sheet": grid.sheet.name}
    span = range(columns[0], columns[-1] + 1)
    titles = [_row_texts(grid, row, span) for row in segment.titles]
    if not any(titles):
        titles = [_row_texts(grid, row, range(grid.kinds.shape[1])) for row in segment.titles]
    named = [texts[-1] for texts in titles if texts and not _is_no_title(texts[-1])]
    if named:
        is_first = segment.titles[0] < FIRST_ROWS
        longest = max(named[:3], key=lambda text: min(len(text), 60))
        facts |= {"title": longest if is_first else named[-1], "caption": named[-1]}
    unit = next((t[-1].strip("()* ") for t in titles if t and _is_unit(t[-1])), "")
    unit = unit or labels.unit_of(facts.get("title", ""))
    if unit:
        facts["unit"] = unit
    around = [text for texts in reversed(titles) for text in texts]
    below = [text for row in segment.notes for text in _row_texts(grid, row, span)]
    sources = (around, [grid.sheet.name], below, [stem])
    for texts in sources:
        if found := _one_period(texts):
            return facts | found
    return facts


def _is_no_title(text: str) -> bool:
    start = text.lstrip(" *").partition(":")[0]
    is_remark = text.startswith("*") or bool(meaning("remark_starts", start))
    return is_remark or _is_unit(text) or bool(meaning("totals", text))


def _one_period(texts: Sequence[str]) -> dict[str, str]:
    """Return the one period that some texts speak of, and where; a year that is called so first."""
    found = [(text, *parse.find_period(text)) for text in texts]
    named = [one for one in found if one[1] and _calls_period(one[2])]
    told = named or [one for one in found if one[1]]
    read = parse.periods([period for _, period, _ in told])
    spans = set(zip(read.start.tolist(), read.end.tolist(), strict=True))
    if len(spans) != 1:
        return {}
    text, period, _ = min(told, key=lambda one: len(one[1]))
    pair = re.search(r"(?:19|20)\d\d ?[-/] ?\d{2,4}$", period)  # FY 2021-22
    return {"period": pair[0] if pair else period, "period_from": text}


def _calls_period(rest: str) -> bool:
    return any(section in ("year", "date") for section, _ in lexicon.header_words(rest))


def _row_texts(grid: Grid, row: int, span: range) -> list[str]:
    return [grid.text(row, c) for c in span if grid.kinds[row, c] == g.TEXT]


def _is_unit(text: str) -> bool:
    return text.startswith("(") and text.rstrip("* ").endswith(")")
