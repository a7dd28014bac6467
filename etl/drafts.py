"""A table on its way to a layout: its rows, what each column is, and what tells its rows apart."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import filterfalse

import numpy as np

from etl import grid as g
from etl import labels, lexicon, parse, roles, segments
from etl.grid import Grid
from etl.headers import header_levels, header_spans, table_facts
from etl.lexicon import SEPARATOR
from etl.markup import column_letters
from etl.parse import meaning
from etl.questions import SKIP, Answers
from etl.reference import Reference
from etl.roles import NUMBER_ROLES, Chosen, ColumnView
from etl.segments import Segment
from etl.workbook import Sheet

SURVEY = 3
"So many columns of 0 and 1 are the answers of a survey."

NAMING = ("indicator", "item", "project", "place", "dimension")
"The roles of columns that say what a row is about."

TELLING = (
    "indicator",
    "item",
    "period",
    "start",
    "end",
    "value_type",
    "project",
    "place",
    "dimension",
)
"The roles of columns that tell rows apart."

MANY_LABELS = 4
"With more columns of words than these a table is a list: an empty cell means nothing is said."


@dataclass(frozen=True)
class Draft:
    """A table on its way: its rows, the views of its columns, and what was chosen for each."""

    grid: Grid
    segment: Segment
    row_roles: Mapping[int, str]
    views: tuple[ColumnView, ...]
    chosen: tuple[Chosen, ...]
    facts: Mapping[str, str]
    repaired: Mapping[int, str] = field(default_factory=dict)
    prefix: str = ""
    identity: tuple[int, ...] = ()

    @cached_property
    def heads(self) -> dict[int, str]:
        """What each column of figures counts, by column."""
        return _heads(self.values)

    @property
    def sheet(self) -> Sheet:
        """The sheet that the table is on."""
        return self.grid.sheet

    def of(self, *names: str) -> list[ColumnView]:
        """Return the columns with one of some roles."""
        return [v for v, one in zip(self.views, self.chosen, strict=True) if one.role in names]

    @property
    def values(self) -> list[ColumnView]:
        """The columns of figures."""
        return self.of(*NUMBER_ROLES)

    @cached_property
    def has_kinds(self) -> bool:
        """Whether the rows say themselves which kind of value they hold."""
        return bool(self.of("value_type"))

    @cached_property
    def nests(self) -> bool:
        """Whether the labels of a table nest: headings, totals, categories or places below.

        In a list, where each row says all of itself, they do not.
        """
        labelled = self.of("indicator", "item")
        if not labelled or labelled[0].texts_left > MANY_LABELS:
            return False
        if not self.is_wide and self.of("period", "start", "value_type"):
            return False
        headings = [row for row, role in self.row_roles.items() if role == "heading"]
        if any(self.segment.first <= row < self.segment.last for row in headings):
            return True
        if any(view.distinct < 1 for view in self.of("indicator", "item")):
            return True  # the same words twice: they belong to different rows above
        reference = self.views[0].reference
        return any(
            meaning("totals", text)
            or (len(text) > 3 and labels.is_place(text, reference))
            or any(labels.category(d, [text], reference) for d in labels.SELF_EVIDENT)
            for view in self.of("indicator", "item")
            for text in view.sample
            if any(map(str.isalpha, text))
        )

    @cached_property
    def is_wide(self) -> bool:
        """Whether periods or categories stand side by side, so that a row is one item."""
        values = self.of("value")
        return sum(bool(view.says.period or view.says.categories) for view in values) > 0.5 * len(
            values
        )


def drafts_of(grid: Grid, reference: Reference, answers: Answers, stem: str) -> Iterator[Draft]:
    """Yield the tables of a sheet, from the top; `stem` is the file's name without its ending."""
    row_roles = segments.row_roles(grid)
    for segment in segments.segments(grid, row_roles):
        for columns in _side_by_side(grid, segment):
            told = answers.get(f"header@{grid.sheet.name}!{column_letters(columns[0])}")
            meant = _with_header(segment, told or "")
            yield _draft(grid, meant, columns, row_roles, reference, answers, stem)


def _with_header(segment: Segment, told: str) -> Segment:
    """Return a segment with the header rows that somebody told: "4-6", or one row, "4".

    On a sheet with several tables it is that of the table which stands there.
    """
    match = re.fullmatch(r"(\d+)(?:-(\d+))?", told)
    if not match:
        return segment
    top, bottom = int(match[1]) - 1, int(match[2] or match[1])
    earliest = min([segment.top - segments.MAX_HEADER, *segment.titles])
    if not earliest <= top < bottom < segment.last:
        return segment
    return replace(segment, top=top, header=tuple(range(top, bottom)), first=bottom)


def _side_by_side(grid: Grid, segment: Segment) -> list[list[int]]:
    """Return the columns of a segment, parted at empty ones where each part has its own labels."""
    rows = [*segment.header, *range(segment.first, segment.last)]
    kinds = grid.kinds[rows]
    used = np.flatnonzero((kinds != g.EMPTY).any(axis=0)).tolist()
    parts: list[list[int]] = []
    for c in used:
        if parts and c - parts[-1][-1] == 1:
            parts[-1].append(c)
        else:
            parts.append([c])
    body = grid.kinds[segment.first : segment.last]

    def stands_alone(columns: Sequence[int]) -> bool:
        first = body[:, columns[0]]
        has_labels = (first == g.TEXT).sum() > 0.5 * max((first != g.EMPTY).sum(), 1)
        rest = body[:, columns[1:]]
        return bool(has_labels and np.isin(rest, g.FIGURES).sum() > 0)

    if len(parts) > 1 and all(map(stands_alone, parts)):
        return parts
    return [used]


def _draft(
    grid: Grid,
    segment: Segment,
    columns: Sequence[int],
    row_roles: Sequence[int],
    reference: Reference,
    answers: Answers,
    stem: str,
) -> Draft:
    body = np.arange(segment.first, segment.last)
    data = body[np.asarray(row_roles[segment.first : segment.last]) == segments.DATA]
    levels = header_levels(grid, segment, columns)
    spans, repaired = header_spans(grid, segment, columns)
    tags = [r for r in range(segment.top, segment.first) if row_roles[r] == segments.TAGS]
    texts = [c for c in columns if _is_text(grid, data, c)]
    figures = [c for c in columns if c not in texts and _has_figures(grid, data, c)]
    first_figure = min((c for c in figures if c > min(texts, default=-1)), default=0)
    has_header = sum(map(bool, levels.values())) > 0.5 * len(columns)
    texts_left = sum(c < first_figure for c in texts)
    views = tuple(
        ColumnView(
            grid=grid,
            reference=reference,
            column=c,
            levels=levels[c],
            tag=next((grid.text(r, c) for r in tags if grid.kinds[r, c] == g.TAG), ""),
            rows=data,
            says=lexicon.read_header(levels[c], reference, spans),
            is_left=c < first_figure,
            is_leftmost=c == columns[0] or (bool(texts) and c < texts[0]),
            has_header=has_header,
            texts_left=texts_left,
        )
        for c in columns
    )
    chosen = tuple(_overruled(view, roles.role_of(view), answers) for view in views)
    surroundings = [*segment.titles, *range(segment.top, segment.last), *segment.notes]
    return Draft(
        grid,
        segment,
        {row: segments.NAMES[row_roles[row]] for row in surroundings},
        views,
        _settled(views, chosen),
        table_facts(grid, segment, columns, stem),
        repaired=repaired,
    )


def _is_text(grid: Grid, rows: "np.ndarray[tuple[int], np.dtype[np.intp]]", column: int) -> bool:
    kinds = grid.kinds[rows, column]
    return bool((kinds == g.TEXT).sum() > 0.5 * max((kinds != g.EMPTY).sum(), 1))


def _has_figures(
    grid: Grid, rows: "np.ndarray[tuple[int], np.dtype[np.intp]]", column: int
) -> bool:
    return bool(np.isin(grid.kinds[rows, column], g.FIGURES).any())


def _overruled(view: ColumnView, chosen: Chosen, answers: Answers) -> Chosen:
    """Return the role that was answered for a column, else the one chosen."""
    letters = column_letters(view.column)
    key = f"{view.grid.sheet.name}!{letters}"
    role = answers.get(f"role@{key}") or answers.get(f"role_unknown@{key}", "")
    return Chosen(role, 1.0, (("answered", 1.0),), chosen.role) if role in roles.ROLES else chosen


def _settled(views: Sequence[ColumnView], chosen: Sequence[Chosen]) -> tuple[Chosen, ...]:
    """Return the roles with those that only one column can have given to the best of them."""
    settled = list(chosen)
    flags = [i for i, view in enumerate(views) if view.is_flags and settled[i].role == SKIP]
    for i in flags if len(flags) < SURVEY else ():
        beside = [j for j in (i - 1, i + 1) if 0 <= j < len(views)]
        # A survey has many such columns side by side; among counts, 1 is a small number.
        if all(settled[j].role == "value" and not views[j].is_flags for j in beside):
            settled[i] = Chosen("value", 0.61, settled[i].reasons, SKIP)
    for i, view in enumerate(views) if len(flags) >= SURVEY else ():
        if settled[i].role == "value" and len(view.numbers) > 1 and set(view.numbers) <= {0.0, 1.0}:
            settled[i] = replace(settled[i], role=SKIP)
    for i in _translations(views):
        settled[i] = replace(settled[i], role=SKIP)
    if any(one.role == "project" for one in settled):  # its dates, not those of the figures
        for i, one in enumerate(settled):
            is_of_period = bool(views[i].sections & {"year", "month"})
            if one.role in ("start", "end") and not is_of_period:
                settled[i] = replace(one, role=SKIP)
    if not {"indicator", "item"} & {one.role for one in settled}:
        named = [
            i
            for i, (view, one) in enumerate(zip(views, settled, strict=True))
            if one.role in ("dimension", "note") and view.is_left and view.length > 25
        ]
        named.sort(key=lambda i: (-views[i].word("item"), i))
        for i in named[:1]:
            settled[i] = replace(settled[i], role="item")
    dated = [
        i for i, one in enumerate(settled) if one.role == "period" and not views[i].says.value_type
    ]
    if len(dated) > 1:
        best = max(dated, key=lambda i: (sum(w for _, w in settled[i].reasons), -i))
        for i in dated:
            if i != best and not _completes(views[i], views[best]):
                settled[i] = replace(settled[i], role=SKIP)
    return tuple(settled)


def _translations(views: Sequence[ColumnView]) -> list[int]:
    """Return the columns whose headers differ from an earlier one's by the language alone."""
    seen: dict[str, str] = {}
    found = []
    for i, view in enumerate(views):
        plain, stem = lexicon.plain(view.header), lexicon.stem(view.header)
        if stem != plain and seen.setdefault(stem, plain) != plain:
            found.append(i)
    return found


def _completes(one: ColumnView, other: ColumnView) -> bool:
    """Return whether of two columns of periods one holds years and the other parts of years."""
    return bool(one.part_form) != bool(other.part_form)


def identified(draft: Draft) -> Draft:
    """Return a draft with the columns of codes that its rows need to be told apart.

    Codes are left out where words say the same: "Guatemala" needs no "GT01".
    """
    used = [view.column for view in draft.of(*TELLING)]
    codes = [view for view in draft.of("code") if view.levels]
    rows = draft.views[0].rows[:2000].tolist()
    added: list[int] = []

    def repeated(columns: Sequence[int]) -> int:
        keys = {tuple(parse.slug(draft.grid.text(row, c)) for c in columns) for row in rows}
        return len(rows) - len(keys)

    def is_of_words(view: ColumnView) -> bool:
        return view.share(g.TEXT) > 0.5

    left = repeated(used) if len(rows) > 1 else 0
    if not draft.of(*NAMING) and codes:  # nothing else says what the rows are
        added += [view.column for view in codes if is_of_words(view)][:1]
        left = repeated([*used, *added])
    # Codes go before numbers that only count rows.
    for kind in (filter(is_of_words, codes), filterfalse(is_of_words, codes)):
        candidates = list(kind)
        while left and candidates:
            best = min(candidates, key=lambda view: repeated([*used, *added, view.column]))
            after = repeated([*used, *added, best.column])
            if after >= left:
                break
            added.append(best.column)
            candidates.remove(best)
            left = after
    return replace(draft, identity=tuple(added))


def told_apart(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts; those that share columns with another are named after title or sheet."""
    heads = [{f"{view.says.head} {view.says.period}" for view in draft.values} for draft in drafts]

    def shares(i: int, j: int) -> bool:
        return i != j and len(heads[i] & heads[j]) >= 0.3 * min(len(heads[i]), len(heads[j]))

    told = list(drafts)
    for i, draft in enumerate(drafts):
        alike = [drafts[j] for j in range(len(drafts)) if shares(i, j)]
        for name in ("caption", "sheet") if alike else ():
            mine = draft.facts.get(name, "")
            if mine and all(other.facts.get(name, "") != mine for other in alike):
                told[i] = replace(draft, prefix=mine)
                break
    return told


def says_the_same(one: ColumnView, other: ColumnView) -> bool:
    """Return whether two columns are filled in the same rows and each text goes with one."""
    pairs = set()
    odd = 0
    for row in one.rows[:300].tolist():
        texts = one.grid.text(row, one.column), one.grid.text(row, other.column)
        odd += bool(texts[0]) != bool(texts[1])
        if all(texts):
            pairs.add(texts)
    firsts, seconds = ({pair[i] for pair in pairs} for i in (0, 1))
    loose = 2 * len(pairs) - len(firsts) - len(seconds)
    return bool(pairs) and odd <= 0.1 * len(one.rows) and loose <= 0.1 * len(pairs)


def places(draft: Draft) -> list[ColumnView]:
    """Return the columns of places, the finest first: where it says nothing, the next one counts."""

    def rank(view: ColumnView) -> tuple[int, float, int]:
        header = view.levels[-1] if view.levels else ""
        return lexicon.place_rank(header, view.tag), view.distinct, -view.column

    return sorted((view for view in draft.of("place") if view.filled), key=rank, reverse=True)


def _heads(views: Sequence[ColumnView]) -> dict[int, str]:
    """Return what each column counts; where two would say the same, more of their headers."""

    def key(view: ColumnView, head: str) -> tuple[str, ...]:
        says = view.says
        return (
            head,
            says.period,
            says.value_type or lexicon.tag_value_type(view.tag),
            str(says.categories),
        )

    heads = {view.column: view.says.head for view in views}
    for more in (_with_tag, _whole_header, _with_letters):
        times = Counter(key(view, heads[view.column]) for view in views)
        for view in views:
            if times[key(view, heads[view.column])] > 1:
                heads[view.column] = more(view)
    return heads


def _with_tag(view: ColumnView) -> str:
    words = [view.says.head, lexicon.tag_attributes(view.tag)]
    return SEPARATOR.join(filter(None, words))


def _whole_header(view: ColumnView) -> str:
    words = [view.header, lexicon.tag_attributes(view.tag)]
    return SEPARATOR.join(filter(None, words))


def _with_letters(view: ColumnView) -> str:
    return f"{_whole_header(view)} ({column_letters(view.column)})"
