"""An unknown workbook is explained: where its tables are, what each row and column is, and why.

    Sheet -> Grid -> roles of rows -> tables -> roles of columns -> Layout, fixed to its cells
    (etl.grid)       (etl.segments)            (etl.roles, etl.drafts)     (etl.layouts)

The layout is read like any other, so a proposal can do nothing that a declared layout could not.
What stays open is asked: `etl.questions`.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from etl import grid as g
from etl import lexicon, parse, roles
from etl.drafts import (
    MANY_LABELS,
    Draft,
    drafts_of,
    identified,
    places,
    says_the_same,
    told_apart,
)
from etl.grid import Grid
from etl.layouts import Block, Column, Layout, with_body
from etl.markup import column_letters
from etl.questions import SKIP, Answers, answer_to
from etl.reference import Reference
from etl.roles import NUMBER_ROLES, ColumnView
from etl.workbook import Workbook, address, parse_address
from schemas.findings import Finding, finding

PROPOSED = "proposed"
"The code of a layout that nobody has confirmed yet."

ANNUAL = "annual"
"The kind of a column of whole years among months or quarters."


class Reason(NamedTuple):
    """A cue that spoke for a role, with its weight: ("header_word", 3.0)."""

    cue: str
    weight: float


@dataclass(frozen=True)
class ProposedColumn:
    """What a column of a table is, how sure that is (0 to 1), and why.

    `says` is what its header says of its values: period, value_type, categories, unit, head.
    """

    column: int
    header: str
    role: str
    confidence: float
    reasons: tuple[Reason, ...] = ()
    says: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ProposedTable:
    """One table of a sheet; rows and columns are counted from 0, `last` is exclusive.

    `rows` gives the role of every row that the table or its surroundings take.
    """

    sheet: str
    header_top: int
    first: int
    last: int
    columns: tuple[ProposedColumn, ...]
    rows: Mapping[int, str]
    confidence: float
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """How a workbook is explained; without a layout it holds no table of indicators.

    `layout` is fixed to the rows and columns of this workbook, so that reading by it is reading by
    any layout (`etl.layouts.recognise`); `findings` hold the questions and the remarks.
    """

    layout: Layout | None
    tables: tuple[ProposedTable, ...] = ()
    findings: tuple[Finding, ...] = ()


def propose(workbook: Workbook, reference: Reference, answers: Answers | None = None) -> Proposal:
    """Return the best explanation of a workbook that no known layout explains.

    `answers` overrule it: `role@SHEET!F` a column's role, `header@SHEET!A` the header rows of the
    table that begins there ("4-6"), `period_unknown@SHEET!` the period of its values, and so on.
    """
    answers = answers or {}
    stem = Path(workbook.file_name).stem
    grids = [
        g.grid_of(sheet)
        for sheet in workbook.sheets
        if (sheet.is_visible or answers.get(f"hidden_sheet@{sheet.name}!") == "read") and sheet.rows
    ]
    drafts = [d for grid in grids for d in drafts_of(grid, reference, answers, stem)]
    drafts = _with_kinds([identified(draft) for draft in drafts if draft.values])
    drafts = told_apart(drafts)
    if not drafts:
        return Proposal(None, (), (_verdict(grids),))
    blocks = tuple(_block(draft, answers) for draft in drafts)
    layout = Layout(PROPOSED, blocks, title=stem, decimal=_proven_mark(drafts))
    layout = with_body(_answered(layout, answers))
    findings = [found for draft in drafts for found in _questions(draft, answers)]
    return Proposal(layout, tuple(_shown(draft) for draft in drafts), tuple(findings))


def _with_kinds(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts with the kinds of value that their sheets are called by.

    Only where sheets differ in it: "Target" beside "Actual". One that is called "Plan" is a plan.
    """
    kinds = [lexicon.value_type_in(draft.sheet.name) for draft in drafts]
    named = {kind for kind, rest in kinds if kind and not rest}
    if len(named) < 2:
        return list(drafts)
    return [
        replace(draft, facts={**draft.facts, "value_type": kind}) if kind and not rest else draft
        for draft, (kind, rest) in zip(drafts, kinds, strict=True)
    ]


def _answered(layout: Layout, answers: Answers) -> Layout:
    """Return a layout with what was answered for the whole workbook."""
    start = _first_answer(answers, "year_start_unknown")
    return replace(
        layout,
        date_order=_first_answer(answers, "ambiguous_periods"),
        year_starts=int(start) if start.isdecimal() else 0,
    )


def _proven_mark(drafts: Iterable[Draft]) -> str:
    """Return the decimal mark that the figures of the workbook prove, none where they disagree."""
    proven = set()
    for draft in drafts:
        for view in draft.values:
            for text in view.sample:
                shape, point, comma = parse.read_number(text)
                if shape.kind == parse.NUMBER and math.isnan(point) != math.isnan(comma):
                    proven.add("," if math.isnan(point) else ".")
    return proven.pop() if len(proven) == 1 else ""


def _first_answer(answers: Answers, code: str) -> str:
    """Return the answer to a question about the whole workbook, wherever it was asked."""
    return next((answers[key] for key in answers if key.partition("@")[0] == code), "")


def _block(draft: Draft, answers: Answers) -> Block:
    """Return a table as a block that is fixed to its rows and columns."""
    facts = dict(draft.facts)
    if answered := answer_to(answers, "period_unknown", draft.sheet.name):
        facts["period"] = answered
    facts |= _answered_facts(answers, draft.sheet.name)
    if "period" in facts and (
        any(view.part_form for view in draft.of("period")) or _any_part(draft)
    ):
        facts["period"] = _year_of(facts["period"])
    columns = [*_label_columns(draft), *_value_columns(draft, answers)]
    segment = draft.segment
    return Block(
        columns=tuple(columns),
        sheets=f"^{re.escape(draft.sheet.name)}$",
        first=segment.first + 1,
        last=segment.last,
        has_sections=_has_sections(draft),
        facts={name: text for name, text in facts.items() if name != "period_from"},
        roles=_templates(draft),
    )


def _has_sections(draft: Draft) -> bool:
    """Return whether headings are chapters: of indicators, the first before any row of figures."""
    first = draft.row_roles.get(draft.segment.first, "")
    return first == "heading" and bool(draft.of("indicator"))


def _any_part(draft: Draft) -> bool:
    """Return whether a header says a month or a quarter without its year."""
    return any(lexicon.is_part(view.says.period) for view in draft.values)


def _year_of(period: str) -> str:
    """Return the year that a period lies in, for its parts to be dated; else the period."""
    read = parse.periods([period])
    years = {str(day)[:4] for day in (read.start[0], read.end[0]) if read.kind[0] == parse.DATE}
    return years.pop() if len(years) == 1 else period


def _answered_facts(answers: Answers, sheet: str) -> dict[str, str]:
    """Return the facts that were told for all tables of a sheet: `fact@Data!project`."""
    start = f"fact@{sheet}!"
    return {key.removeprefix(start): text for key, text in answers.items() if key.startswith(start)}


def _templates(draft: Draft) -> dict[str, tuple[str, ...]]:
    has_indicator = bool(draft.of("indicator")) and not draft.nests
    prefix = f"{_braced(draft.prefix)}: " if draft.prefix else ""
    names = ["{head}: {item}", "{head}", "{item}", "{title}", "{sheet}", "{file}"]
    if has_indicator:
        both = "{series} – {indicator}"
        names[:0] = [f"{both}: {{head}}", both, "{indicator}: {head}", "{indicator}"]
    templates = {
        "indicator": tuple(prefix + name for name in names),
        "period": _dated(draft, PERIODS if draft.of("period") else ("{start}/{end}", *PERIODS)),
    }
    several = {"place": _place_templates()} if len(places(draft)) > 1 else {}
    return templates | several


PERIODS = ("{period} {part}", "{period}", "{start}/{end}", "{part}")
"How the facts about a period are put together."


def _dated(draft: Draft, templates: Iterable[str]) -> tuple[str, ...]:
    """Return templates of periods with numbers of months or quarters written as such."""
    forms = {}
    for view in draft.of("period"):
        if view.part_form:
            name = _period_name(view)
            forms[f"{{{name}}}"] = view.part_form.replace("{part", f"{{{name}")
    dated = []
    for template in templates:
        for plain, form in forms.items():
            template = template.replace(plain, form)
        dated.append(template)
    return tuple(dated)


PLACES = ("place", "around_1", "around_2", "around_3", "around_4", "around_5")
"The places of a row from the finest: Beitillu, Ramallah, West Bank, Palestine."


def _place_templates() -> tuple[str, ...]:
    """Return a template for any of the places of a row that are told, the finest first."""
    chosen = [some for size in range(len(PLACES), 0, -1) for some in combinations(PLACES, size)]
    return tuple(", ".join(f"{{{name}}}" for name in some) for some in chosen)


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _label_columns(draft: Draft) -> Iterator[Column]:
    """Return the columns of words, each with its role in a layout."""
    is_nested = draft.nests
    indicators = draft.of("indicator")
    items = draft.of("item", "indicator") if is_nested else draft.of("item")
    if indicators and not is_nested:  # what else stands beside an indicator tells its rows apart
        items = []
    outer = _outer(draft, items)
    nested = [view for view in items if view not in outer]
    if nested:  # of labels side by side the one next to the figures is read most widely
        yield Column("label", at=" ".join(column_letters(view.column) for view in nested))
    for view, chosen in zip(draft.views, draft.chosen, strict=True):
        role = chosen.role
        if role in (*NUMBER_ROLES, "place") or view in nested:
            continue
        if role in ("code", SKIP) and view.column not in draft.identity:
            continue
        at = column_letters(view.column)
        if view in outer or role in ("dimension", "code") or (role == "item" and indicators):
            name = view.levels[-1] if view.levels else "group"
            yield Column(
                "dimension", at=at, says={at: {"header": name}}, fills_down=_is_sparse(view)
            )
        elif role == "indicator":
            if view is not indicators[-1] and says_the_same(view, indicators[-1]):
                continue
            name = "indicator" if view is indicators[-1] else "series"
            yield Column(name, at=at, fills_down=_is_sparse(view))
        elif role == "period":
            yield Column(_period_name(view), at=at, fills_down=_is_sparse(view))
        else:
            yield Column(role, at=at)
    for name, view in zip(PLACES, places(draft), strict=False):
        yield Column(name, at=column_letters(view.column), fills_down=_is_sparse(view))


def _period_name(view: ColumnView) -> str:
    name = "part" if view.part_form else "period"
    kind = view.says.value_type  # "Baseline year"
    return f"{name}_{kind}" if kind else name


def _outer(draft: Draft, items: Sequence[ColumnView]) -> list[ColumnView]:
    """Return the label columns that say something else than the innermost one.

    Labels in several languages say the same: each goes with one of the other.
    """
    if len(items) < 2:
        return []
    inner = items[-1]
    return [view for view in items[:-1] if not says_the_same(view, inner)]


def _is_sparse(view: ColumnView) -> bool:
    """Return whether a column says its words once for several rows, as groups at the left do.

    One gap alone is no group: there nothing is said, as of the place of a total.
    """
    if not view.is_left or view.texts_left > MANY_LABELS or not len(view.rows):
        return False
    filled = view.grid.kinds[view.rows, view.column] != g.EMPTY
    gaps = int((filled[:-1] & ~filled[1:]).sum())
    return bool(filled[0] and view.filled <= 0.7 * len(filled) and (gaps > 1 or view.filled == 1))


def _value_columns(draft: Draft, answers: Answers) -> Iterator[Column]:
    """Return the columns of figures: one kind for each role, with what each header says."""
    dated = {view.says.value_type for view in draft.of("period")} - {""}
    kinds: dict[tuple[str, str], list[ColumnView]] = {}
    for role in NUMBER_ROLES:
        for view in draft.of(role):
            kind = view.says.value_type if view.says.value_type in dated else ""
            if not kind and lexicon.is_annual(view.header) and not view.says.period:
                kind = ANNUAL
            kinds.setdefault((role, kind), []).append(view)
    for (role, kind), views in kinds.items():
        says = {column_letters(view.column): _header_facts(draft, view) for view in views}
        dimensions = sorted({d for view in views for d, _ in view.says.categories})
        periods: tuple[str, ...] = (
            f"{{period_{kind}}} {{part_{kind}}}",
            f"{{period_{kind}}}",
            *PERIODS,
        )
        if kind == ANNUAL:
            periods = ("{period}",)
        yield Column(
            role,
            at=" ".join(says),
            decimal=_answer_for(answers, "ambiguous_numbers", draft, says),
            brackets=_answer_for(answers, "ambiguous_brackets", draft, says),
            breakdown={dimension: f"{{{dimension}}}" for dimension in dimensions},
            roles={"period": _dated(draft, periods)} if kind else {},
            says=says,
        )


def _answer_for(answers: Answers, code: str, draft: Draft, letters: Iterable[str]) -> str:
    """Return what was answered for one of the columns that are read together."""
    found = (answer_to(answers, code, draft.sheet.name, one) for one in letters)
    return next(filter(None, found), "")


def _header_facts(draft: Draft, view: ColumnView) -> dict[str, str]:
    says = view.says
    facts = {"header": view.header, "head": draft.heads[view.column], **dict(says.categories)}
    if says.period:
        facts["part" if lexicon.is_part(says.period) else "period"] = says.period
    if unit := lexicon.unit_of(view.levels):
        facts["unit"] = unit
    if not draft.has_kinds:
        facts["value_type"] = says.value_type or lexicon.tag_value_type(view.tag)
    return {name: text for name, text in facts.items() if text}


def _questions(draft: Draft, answers: Answers) -> Iterator[Finding]:
    """Yield what must be asked about a table before its values can be trusted."""
    sheet = draft.sheet.name
    is_answered = bool(answer_to(answers, "period_unknown", sheet))
    for view, one in zip(draft.views, draft.chosen, strict=True):
        is_open = one.role in ("value", "code", SKIP) and len(view.numbers) > 0
        if is_open and one.confidence < roles.UNSURE and {one.role, one.next_role} & {"value"}:
            cell = address(draft.segment.first, view.column)
            yield finding(
                "role_unknown", sheet, cell, found=view.header, options=f"value|code|{SKIP}"
            )
        if one.role == SKIP and len(view.numbers) > 1 and not view.is_flags and view.header:
            cell = address(draft.segment.header[-1], view.column) if draft.segment.header else ""
            yield finding("column_not_read", sheet, cell, found=view.header)
    for view in draft.values:
        if mended := draft.repaired.get(view.column):
            header = draft.grid.text(*parse_address(mended))
            year = view.says.period[:4]
            yield finding("footnote_in_header", sheet, mended, found=header, period=year)
    if days := _days_as_months(draft):
        header = draft.grid.text(*parse_address(days[0]))
        yield finding("days_read_as_months", sheet, days[0], found=header, times=len(days))
    if is_answered:
        return
    if not _has_period(draft):
        cell = address(draft.segment.top, 0)
        yield finding("period_unknown", sheet, "", found=draft.facts.get("title", cell))
    elif _has_assumed_period(draft):
        yield finding(
            "period_assumed",
            sheet,
            "",
            found=draft.facts["period"],
            source=draft.facts["period_from"],
        )


def _days_as_months(draft: Draft) -> list[str]:
    """Return the header cells that hold days but were read as months."""
    return [
        address(row, view.column)
        for view in draft.values
        for row in draft.segment.header
        if draft.grid.kinds[row, view.column] == g.DAY
        and len(set(view.says.period.split("/"))) == 2
    ]


def _has_period(draft: Draft) -> bool:
    of_columns = [v for v in draft.of("period") if not v.says.value_type] or (
        draft.of("start") and draft.of("end")
    )
    return bool(of_columns or draft.facts.get("period") or _all_in_header(draft))


def _all_in_header(draft: Draft) -> bool:
    return all(view.says.period for view in draft.values)


def _has_assumed_period(draft: Draft) -> bool:
    return not draft.of("period") and not _all_in_header(draft) and "period" in draft.facts


def _verdict(grids: Sequence[Grid]) -> Finding:
    """Return what a workbook without any table of figures is."""
    filled = sum(int((grid.kinds != g.EMPTY).sum()) for grid in grids)
    rows = max((int((grid.kinds != g.EMPTY).any(axis=1).sum()) for grid in grids), default=0)
    wide = max(
        (int((grid.kinds != g.EMPTY).sum(axis=1).max(initial=0)) for grid in grids), default=0
    )
    if not filled:
        return finding("no_cells")
    if wide >= 4 and rows <= 4:
        return finding("template_without_rows")
    if wide >= 2 and rows > 3:
        return finding("list_without_figures", times=rows)
    return finding("text_without_table")


def _shown(draft: Draft) -> ProposedTable:
    columns = tuple(
        ProposedColumn(
            view.column,
            view.header,
            one.role,
            one.confidence,
            tuple(Reason(*reason) for reason in one.reasons),
            _header_facts(draft, view) if one.role in NUMBER_ROLES else {},
        )
        for view, one in zip(draft.views, draft.chosen, strict=True)
    )
    sure = [c.confidence for c in columns if c.role in NUMBER_ROLES]
    return ProposedTable(
        draft.sheet.name,
        draft.segment.top,
        draft.segment.first,
        draft.segment.last,
        columns,
        draft.row_roles,
        round(sum(sure) / max(len(sure), 1), 2),
        draft.facts,
    )
