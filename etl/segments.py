"""What each row of a sheet is: the likeliest sequence of titles, headers, data and notes.

One search for the best explanation: every row has a score for each role, from named cues
(`CUES`), every step from one role to the next has its own (`STEPS`), and the sequence with the
highest sum wins (A. Viterbi, IEEE Trans. Inf. Theory 13, 1967, doi:10.1109/TIT.1967.1054010; rows of
spreadsheets were labelled in this manner by Chen & Cafarella, "Automatic web spreadsheet data
extraction", SSW 2013, doi:10.1145/2509908.2509909).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from etl import grid as g
from etl import parse
from etl.grid import Grid
from etl.labels import LONG
from etl.lexicon import is_header_word

TITLE, HEADER, TAGS, HEADING, DATA, NOTE, GAP, OUTSIDE = range(8)
"""The roles of rows. A `GAP` is an empty row within a table, `OUTSIDE` one before or after it."""

NAMES = ("title", "header", "tags", "heading", "data", "note", "empty", "empty")
NEVER = -1e9
AHEAD = 15
"So many rows below a cell say what its column holds."
MAX_BESIDE = 8
"In a row of more cells a single year is a figure like others."
CLEAR, DEEP = 2.0, 8
"By so much a row must be data before anything else, and so many rows above and below it, too."
MAX_TITLES = 5
"So many rows of words above a table may speak of it."
MAX_HEADER = 5
"A header is not looked for in more rows than these."


@dataclass(frozen=True)
class Segment:
    """A table's rows: header rows `top` to before `first`, body `first` to before `last`."""

    top: int
    header: tuple[int, ...]
    first: int
    last: int
    titles: tuple[int, ...]
    notes: tuple[int, ...]


# --- Cues --------------------------------------------------------------------------------------


def _features(grid: Grid) -> dict[str, Any]:
    """Return what can be seen of each row, as columns of numbers."""
    kinds = grid.kinds
    rows = kinds.shape[0]
    counts = {kind: (kinds == kind).sum(axis=1) for kind in range(8)}
    filled = kinds.shape[1] - counts[g.EMPTY]
    below = np.minimum(np.arange(1, rows + 1) + AHEAD, rows)
    figures = grid.figures[below] - grid.figures[1:]
    number_below = (figures > 0) & (figures >= 0.6 * (grid.filled[below] - grid.filled[1:]))
    words = np.isin(kinds, (g.TEXT, g.FLAG))
    before = np.maximum(np.arange(rows) - AHEAD, 0)
    above = grid.figures[:-1] - grid.figures[before]
    number_above = (above > 0) & (above >= 0.6 * (grid.filled[:-1] - grid.filled[before]))
    like_above, like_below = np.zeros(rows), np.zeros(rows)
    if rows > 1:
        alike = (kinds[1:] == kinds[:-1]) & (kinds[1:] != g.EMPTY)
        share = alike.sum(axis=1) / np.maximum(np.maximum(filled[1:], filled[:-1]), 1)
        like_above[1:], like_below[:-1] = share, share
    periods = _period_runs(grid, counts)
    figures_here = counts[g.NUMBER] + counts[g.YEAR] + 0.5 * counts[g.MARK]
    heads = np.where(periods, 0, (words & number_below).sum(axis=1))
    return {
        "filled": filled,
        "words": counts[g.TEXT],
        "tags": counts[g.TAG],
        "is_tags": (counts[g.TAG] > 0) & (counts[g.TAG] >= 0.6 * filled),
        "figures": np.where(periods, 0, figures_here),
        "days": np.where(periods, 0, counts[g.DAY]),
        "periods": periods,
        "over_figures": heads,
        "among_figures": (words & number_above).sum(axis=1),
        "known": _known_words(grid, counts, filled),
        "like_neighbour": np.maximum(like_above, like_below),
        "like_both": np.minimum(like_above, like_below),
        "long": _long_texts(grid, filled),
        "first": np.argmax(kinds != g.EMPTY, axis=1),
        "columns": np.full(rows, kinds.shape[1]),
    }


def _period_runs(grid: Grid, counts: dict[int, Any]) -> Any:
    """Return how many periods stand side by side in each row, none where they are no header."""
    runs = np.zeros(len(counts[g.YEAR]))
    few = counts[g.NUMBER] <= np.maximum(counts[g.YEAR] + counts[g.DAY], 1) * 0.4
    some = (counts[g.YEAR] + counts[g.DAY] > 0) | (counts[g.TEXT] > 0)
    bold = {row for row, _ in grid.sheet.bold}
    for row in np.flatnonzero(few & some & (counts[g.TAG] == 0)).tolist():
        kinds = grid.kinds[row]
        if counts[g.YEAR][row] + counts[g.DAY][row] == 0 and row > 200 and row not in bold:
            continue
        places = np.flatnonzero(kinds).tolist()
        spans, _, is_open = parse.header_periods([grid.cell(row, c) for c in places])
        found = [c for c, span in zip(places, spans, strict=True) if span]
        found += [places[place] for place in is_open]
        others = [c for c in places if c not in found and kinds[c] in g.FIGURES]
        same = {int(kinds[c]) for c in found} - {g.NUMBER}
        if not found or others or len(same) > 1:
            continue
        starts = [span[0] for span in spans if span]
        is_ordered = starts in (sorted(starts), sorted(starts, reverse=True))
        is_repeated = len(set(starts)) < len(starts)
        if (is_ordered and not is_repeated) or (is_repeated and len(set(starts)) > 1):
            runs[row] = len(found)
        elif len(found) == 1 and len(places) <= MAX_BESIDE:
            runs[row] = 1
    return runs


def _known_words(grid: Grid, counts: dict[int, Any], filled: Any) -> Any:
    """Return how many cells of each row are words of headers, looked up where a header can be."""
    known = np.zeros(len(filled))
    candidates = (counts[g.TEXT] > 0) & (counts[g.TEXT] >= 0.5 * filled)
    for row in np.flatnonzero(candidates).tolist()[:2000]:
        columns = np.flatnonzero(grid.kinds[row] == g.TEXT).tolist()
        known[row] = sum(is_header_word(grid.text(row, c)) for c in columns)
    return known


def _long_texts(grid: Grid, filled: Any) -> Any:
    """Return which rows of few cells hold a sentence."""
    long = np.zeros(len(filled), dtype=bool)
    for row in np.flatnonzero((filled > 0) & (filled <= 3)).tolist():
        columns = np.flatnonzero(grid.kinds[row]).tolist()
        long[row] = any(len(grid.text(row, c).split()) > 2 * LONG for c in columns)
    return long


def _unlike(features: dict[str, Any]) -> Any:
    """Return how much each row differs from the rows beside it."""
    return 1 - features["like_neighbour"]


Cue = Callable[[dict[str, Any]], Any]

CUES: dict[int, dict[str, tuple[float, Cue]]] = {
    HEADER: {
        "words_over_figures": (2.0, lambda f: np.minimum(f["over_figures"], 4) ** 0.7),
        "periods_side_by_side": (2.2, lambda f: np.minimum(f["periods"], 4) ** 0.7),
        "header_words": (1.2, lambda f: np.minimum(f["known"], 4) ** 0.8),
        "several_cells": (0.8, lambda f: f["filled"] >= 2),
        "figures_in_it": (-2.5, lambda f: np.minimum(f["figures"], 4)),
        "days_in_it": (-1.5, lambda f: np.minimum(f["days"], 3)),
        "words_among_figures": (0.4, lambda f: np.minimum(f["among_figures"], 3)),
        "a_sentence": (-1.5, lambda f: f["long"]),
        "like_both_neighbours": (-3.0, lambda f: f["like_both"]),
        "tags_in_it": (-6.0, lambda f: f["tags"] > 0),
        "alone": (-1.0, lambda f: f["filled"] == 1),
    },
    TAGS: {"tags": (8.0, lambda f: np.where(f["is_tags"], 1, NEVER))},
    DATA: {
        "figures": (1.6, lambda f: np.minimum(f["figures"], 4) ** 0.7),
        "like_neighbour": (1.5, lambda f: f["like_neighbour"]),
        "words_over_figures": (-1.2, lambda f: _unlike(f) * np.minimum(f["over_figures"], 4)),
        "words_among_figures": (-0.6, lambda f: _unlike(f) * np.minimum(f["among_figures"], 3)),
        "periods_side_by_side": (-2.5, lambda f: np.minimum(f["periods"], 3)),
        "no_figures": (-0.3, lambda f: f["figures"] == 0),
        "header_words": (-0.5, lambda f: np.minimum(f["known"], 4)),
        "alone": (-1.0, lambda f: (f["filled"] == 1) & (f["columns"] > 1)),
        "a_sentence": (-1.5, lambda f: f["long"]),
        "tags_in_it": (-6.0, lambda f: f["is_tags"]),
    },
    HEADING: {
        "few_cells": (0.9, lambda f: f["filled"] <= 3),
        "many_cells": (-1.5, lambda f: np.maximum(f["filled"] - 3, 0)),
        "figures_in_it": (-2.0, lambda f: f["figures"] + f["days"]),
        "words_over_figures": (-0.8, lambda f: f["over_figures"]),
        "a_sentence": (-0.8, lambda f: f["long"]),
    },
    TITLE: {
        "few_cells": (0.9, lambda f: f["filled"] <= 3),
        "many_cells": (-0.9, lambda f: np.maximum(f["filled"] - 3, 0)),
        "figures_in_it": (-0.9, lambda f: np.minimum(f["figures"], 4)),
        "a_sentence": (0.5, lambda f: f["long"]),
        "header_words": (-0.7, lambda f: np.minimum(f["known"], 4)),
        "periods_side_by_side": (-1.5, lambda f: np.minimum(f["periods"], 3)),
        "tags_in_it": (-6.0, lambda f: f["is_tags"]),
    },
    NOTE: {
        "few_cells": (0.8, lambda f: f["filled"] <= 2),
        "many_cells": (-1.2, lambda f: np.maximum(f["filled"] - 2, 0)),
        "figures_in_it": (-1.6, lambda f: np.minimum(f["figures"], 3)),
        "a_sentence": (0.9, lambda f: f["long"]),
        "tags_in_it": (-6.0, lambda f: f["is_tags"]),
    },
}
"Per role of a row its cues: name, weight, and what is seen of the rows."

STEPS: dict[int, dict[int, float]] = {
    TITLE: {TITLE: 0.0, HEADER: 0.0, OUTSIDE: 0.0, DATA: -2.5, TAGS: -3.0},
    OUTSIDE: {OUTSIDE: 0.0, TITLE: 0.0, HEADER: 0.0, NOTE: -0.5, DATA: -3.0, TAGS: -3.0},
    HEADER: {HEADER: -0.9, TAGS: 0.0, DATA: 0.0, HEADING: -0.3, GAP: -0.8, TITLE: -3.0},
    TAGS: {TAGS: 0.0, DATA: 0.0, HEADING: -0.3, GAP: -0.5, OUTSIDE: -1.0},
    GAP: {GAP: -0.4, DATA: 0.0, HEADING: 0.0, TAGS: 0.0},
    HEADING: {HEADING: -0.2, DATA: 0.0, GAP: -0.5, HEADER: -2.0, OUTSIDE: -0.8, NOTE: -0.6},
    DATA: {
        DATA: 0.0,
        HEADING: 0.0,
        GAP: -0.3,
        HEADER: -7.0,
        NOTE: -0.4,
        OUTSIDE: -0.3,
        TITLE: -5.0,
    },
    NOTE: {NOTE: 0.0, OUTSIDE: 0.0, TITLE: -1.5, HEADER: -2.0},
}
"Per role the roles that may come next, and what the step costs."

START = {TITLE: 0.0, OUTSIDE: 0.0, HEADER: 0.0, DATA: -3.0, TAGS: -2.0, NOTE: -1.0}


# --- The search --------------------------------------------------------------------------------


def row_roles(grid: Grid) -> list[int]:
    """Return the role of every row of a sheet."""
    if not len(grid.kinds):
        return []
    features = _features(grid)
    rows = len(grid.kinds)
    scores = np.full((rows, 8), NEVER)
    for role, cues in CUES.items():
        scores[:, role] = sum(weight * cue(features) for weight, cue in cues.values())
    is_empty = features["filled"] == 0
    scores[is_empty] = NEVER
    scores[is_empty, GAP] = scores[is_empty, OUTSIDE] = 0.0
    open_rows = ~_surely_data(scores)
    roles = np.full(rows, DATA)
    roles[open_rows] = _best(scores[open_rows].tolist())
    return [int(role) for role in roles.tolist()]


def _surely_data(scores: Any) -> Any:
    """Return the rows deep within long runs that can be nothing but data: no need to search there."""
    others = np.delete(scores, DATA, axis=1).max(axis=1)
    clear = scores[:, DATA] > others + CLEAR
    width = 2 * DEEP + 1
    if len(clear) < width:
        return np.zeros(len(clear), dtype=bool)
    return np.convolve(clear, np.ones(width), mode="same") == width


def _best(scores: Sequence[Sequence[float]]) -> list[int]:
    """Return the sequence of roles with the highest sum of scores and steps."""
    into = {role: [(p, STEPS[p][role]) for p in STEPS if role in STEPS[p]] for role in range(8)}
    before = [START.get(role, NEVER) + score for role, score in enumerate(scores[0])]
    back: list[list[int]] = []
    for line in scores[1:]:
        now, chosen = [], []
        for role, own in enumerate(line):
            if own <= NEVER:
                now.append(2 * NEVER)
                chosen.append(into[role][0][0])
                continue
            best, cost = max(into[role], key=lambda step: before[step[0]] + step[1])
            now.append(before[best] + cost + own)
            chosen.append(best)
        back.append(chosen)
        before = now
    role = max(range(8), key=before.__getitem__)
    path = [role]
    for chosen in reversed(back):
        role = chosen[role]
        path.append(role)
    return path[::-1]


def segments(grid: Grid, roles: Sequence[int]) -> list[Segment]:
    """Return the tables that a sequence of roles describes, in order.

    Rows of data without a header above them belong to nothing, unless they are all there is.
    """

    def has_figures(rows: Sequence[int]) -> bool:
        return bool(np.isin(grid.kinds[rows], (g.NUMBER, g.YEAR)).any())

    found: list[Segment] = []
    titles: list[int] = []
    header: list[int] = []
    body: list[int] = []
    notes: list[int] = []

    def close(*, is_followed: bool = False) -> None:
        nonlocal titles, header, body, notes
        trailing: list[int] = []
        while body and roles[body[-1]] in (HEADING, GAP):
            row = body.pop()
            if roles[row] == HEADING:
                trailing.insert(0, row)
        if not is_followed:
            notes, trailing = [*trailing, *notes], []
        elif not trailing and len(notes) <= 2:  # right above the next header: its title
            notes, trailing = [], notes
        if len(header) == 1 and (grid.kinds[header[0]] != g.EMPTY).sum() == 1:
            titles, header = [*titles, *header], []  # over one column alone, or over none
        if body and not has_figures(body):
            titles, header, body = [*titles, *header, *body[:MAX_TITLES]], [], []
        if header and not body:  # nothing below: a title in several cells
            titles = [*titles, *header]
        elif body:
            top = header[0] if header else body[0]
            kept = tuple(header[-MAX_HEADER:])
            found.append(Segment(top, kept, body[0], body[-1] + 1, tuple(titles), tuple(notes)))
            titles = []
        titles = [*titles, *trailing]
        header, body, notes = [], [], []

    state = OUTSIDE
    for row, role in enumerate(roles):
        if role in (DATA, HEADING) and header and body and _is_again(grid, row, header[-1]):
            role = HEADER
        if (role == HEADER and state != HEADER) or (role == TITLE and body):
            close(is_followed=role == HEADER)
        if role == TITLE:
            titles.append(row)
        elif role == HEADER:
            header.append(row)
        elif role in (DATA, HEADING, GAP):
            body.append(row)
        elif role == NOTE:
            notes.append(row)
        if role not in (OUTSIDE, TAGS):
            state = role
        elif role == OUTSIDE and body:
            state = OUTSIDE
    close()
    with_header = [segment for segment in found if segment.header]
    return _without_totals_above(with_header) or found


def _is_again(grid: Grid, row: int, header: int) -> bool:
    """Return whether a row has the cells of a header row."""
    if not np.array_equal(grid.kinds[row], grid.kinds[header]):
        return False
    filled = np.flatnonzero(grid.kinds[row]).tolist()
    return len(filled) > 1 and all(grid.text(row, c) == grid.text(header, c) for c in filled)


def _without_totals_above(found: Sequence[Segment]) -> list[Segment]:
    """Return the segments without single rows of figures that stand right above a header."""
    following = [*found[1:], None]
    return [
        one
        for one, after in zip(found, following, strict=False)
        if not (after and one.last == one.first + 1 and after.top <= one.last)
    ]
