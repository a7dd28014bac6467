"""The sheet of indicators of a template: blocks of lines below the names of what they are asked by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from etl.book import ACCENT, MUTED, WHITE, Book, lines_of
from etl.reference import Category, Project, Reference
from etl.template.asked import Said, asked_categories, counted, currencies, lines
from etl.template.cells import CellWriter, part_names
from etl.template.keys import (
    ANSWER,
    BASELINE,
    BASELINE_DATE,
    CODE,
    COLUMNS,
    CURRENCY,
    LAST,
    LAST_PERIOD,
    NAME,
    NOTE,
    PLACE,
    QUALIFIER,
    TARGET,
    TARGET_DATE,
    UNIT,
    VALUE,
    Column,
    Identity,
    Line,
)
from etl.template.rules import Rules
from schemas.codes import Measure, ValueType
from schemas.rows import breakdown_key

CATEGORY_WIDTH, PAGE_WIDTH = 10.5, 118
"In characters: of a column for one category; of what A4 across holds at full size."


@dataclass(frozen=True)
class Block:
    """Lines that are asked by the same dimensions, and where the table has them."""

    lines: tuple[Line, ...]
    at: dict[Column, int]
    "The place of each column, those of its own categories last."
    first: int
    "The row of the first line; above it stand the names of dimensions and categories, and the keys."

    @property
    def categories(self) -> list[Column]:
        """The columns of single categories."""
        return [column for column in self.at if column.breakdown]


class Table:
    """The sheet of indicators while it is being written."""

    # The rows above the blocks: identity, title, hint, groups of columns, columns.
    TITLE, HINT, GROUPS, HEADER, BODY = 1, 2, 3, 4, 5

    def __init__(
        self,
        book: Book,
        name: str,
        reference: Reference,
        project: Project,
        identity: Identity,
        said: Said,
    ) -> None:
        self.book, self.reference, self.project, self.identity = book, reference, project, identity
        asked = list(lines(reference, project))
        self.columns = self._columns(
            {reference.indicators[x.indicator_code].measure for x in asked}
        )
        self.blocks = list(self._blocks(asked))
        rows = {
            (line.indicator_code, line.place_code, line.part): row
            for block in self.blocks
            for row, line in enumerate(block.lines, block.first)
        }
        self.sheet = book.sheet(name)
        self.keys: list[tuple[str | float | None, ...]] = []
        self.rules = Rules(
            book, self.sheet, reference, currencies(reference, project, identity), rows
        )
        self.cells = CellWriter(book, self.sheet, reference, identity, said, self.rules)

    def _columns(self, measures: set[str]) -> list[Column]:
        """Return the columns that all blocks have, from the sheet's second column on."""
        text = self.book.text
        period = self.book.period(self.identity.period_start, self.identity.period_end)
        baseline, target, last = text("Baseline"), text("Target"), text("Last accepted value")
        report = text("This report: {period}", period=period)
        found = [
            Column(CODE, title=text("Code")),
            Column(NAME, title=text("Indicator"), width=44),
            Column(PLACE, title=text("Territory"), width=16),
            Column(UNIT, title=text("Unit"), width=18),
            Column(BASELINE, group=baseline, title=text("Value")),
            Column(BASELINE_DATE, group=baseline, title=text("Date"), width=12),
            Column(TARGET, group=target, title=text("Value")),
            Column(TARGET_DATE, group=target, title=text("Due date"), width=12),
            Column(LAST, group=last, title=text("Value")),
            Column(LAST_PERIOD, group=last, title=text("Period"), width=14),
            Column(VALUE, group=report, title=text("Total"), width=13),
            Column(QUALIFIER, group=report, title=text("Exactness"), width=14),
            Column(CURRENCY, group=report, title=text("Currency")),
            Column(ANSWER, group=report, title=text("Instead of a number"), width=18),
            Column(NOTE, group=report, title=text("Note"), width=26),
        ]
        needless = set()
        if len(self.project.place_codes) == 1:
            needless.add(PLACE)
        if Measure.AMOUNT not in measures:
            needless.add(CURRENCY)
        return [column for column in found if column.role not in needless]

    def _blocks(self, lines: Sequence[Line]) -> Iterator[Block]:
        """Yield the lines by their dimensions, in the order in which these first come; none first."""
        sets = sorted(dict.fromkeys(line.dimensions for line in lines), key=bool)
        row = self.BODY
        for dimensions in sets:
            mine = tuple(line for line in lines if line.dimensions == dimensions)
            categories = [
                self._category_column(code, category)
                for code in dimensions
                for category in asked_categories(self.reference, code)
            ]
            at = {column: place for place, column in enumerate([*self.columns, *categories], 1)}
            row += 3 if categories else 1  # keys, names of dimensions, names of categories
            yield Block(mine, at, row)
            row += len(mine)

    def _category_column(self, dimension_code: str, category: Category) -> Column:
        key = breakdown_key({dimension_code: category.category_code})
        group = self.book.name(self.reference.dimensions[dimension_code].names)
        return Column(VALUE, key, group, self.book.name(category.names))

    def write(self) -> None:
        """Write the whole sheet, and keep the keys for the map."""
        self._write_head()
        for block in self.blocks:
            self._write_block_head(block)
            for row, line in enumerate(block.lines, block.first):
                self.sheet.write(row, 0, line.key)
                for column in block.at:
                    self.cells.write(row, line, column, block.at)
                self.sheet.set_row(row, self._height(line))
                self.rules.warn(row, line, block.at)
                before = [
                    self.cells.known(line, kind) for kind in (ValueType.BASELINE, ValueType.TARGET)
                ]
                shown = [
                    item for said in before for item in (_shown(said) if said else (None, None))
                ]
                self.keys.append(("line", float(row + 1), line.key, *shown))
        self.rules.attach()

    def _height(self, line: Line) -> float:
        """Return the height of a line, as not every program finds it by itself."""
        book, indicator = self.book, self.reference.indicators[line.indicator_code]
        width = {column.role: column.width for column in self.columns}
        if not line.is_first:
            title, name = part_names(book, line, indicator)
            room = width[NAME] - 3
            return 7 + 11 * lines_of(title, room, 8) + (13 * lines_of(name, room) if name else 2)
        place = self.reference.places[line.place_code]
        unit = self.reference.units[indicator.unit_code]
        return 8 + max(
            13 * lines_of(book.name(indicator.names), 0.9 * width[NAME])
            + 11 * lines_of(book.name(indicator.definition), width[NAME], 8),
            13 * lines_of(book.name(unit.names), width[UNIT])
            + 11 * lines_of(book.text(counted(line, indicator)), width[UNIT], 8),
            13 * lines_of(book.name(place.names), width.get(PLACE, PAGE_WIDTH)),
        )

    # --- the head ---

    def _write_head(self) -> None:
        book, sheet, identity = self.book, self.sheet, self.identity
        sheet.write(0, 0, identity.key)
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.set_column(0, 0, 12, None, {"hidden": True})
        period = book.period(identity.period_start, identity.period_end)
        title = f"{book.name(self.project.names)} ({self.project.project_code}) · {period}"
        sheet.write(self.TITLE, 1, title, book.style(bold=True, font_size=14, font_color=ACCENT))
        hint = book.text("Write in the tinted cells. Empty means not known; zero is written 0.")
        sheet.write(self.HINT, 1, hint, book.style(font_color=MUTED))
        for row, height in (
            (self.TITLE, 24),
            (self.HINT, 20),
            (self.GROUPS, 20),
            (self.HEADER, 34),
        ):
            sheet.set_row(row, height)
        for place, column in enumerate(self.columns, 1):
            sheet.set_column(place, place, column.width, book.style())
            sheet.write(self.HEADER, place, column.title, book.header())
        self._write_groups(self.GROUPS, 1, self.columns, bg_color=ACCENT, font_color=WHITE)
        first = len(self.columns) + 1
        most = max((len(block.categories) for block in self.blocks), default=0)
        if most:
            look = book.header(
                bg_color=ACCENT, font_color=WHITE, font_size=10, align=book.start, indent=1
            )
            last = first + max(most, 2) - 1
            parts = book.text("Parts of the total")
            sheet.set_column(first, last, CATEGORY_WIDTH, book.style())
            sheet.merge_range(self.GROUPS, first, self.HEADER, last, parts, look)
        # What tells a line from the others stays in sight.
        fixed = 1 + [column.role for column in self.columns].index(UNIT)
        sheet.freeze_panes(self.BODY, fixed)
        sheet.repeat_rows(self.GROUPS, self.HEADER)
        sheet.repeat_columns(1, fixed - 1)
        # In print: what is known, this report, its parts; the first two at the size that fits both.
        report = 1 + [column.role for column in self.columns].index(VALUE)
        sheet.set_v_pagebreaks([report, first])
        named = sum(column.width for column in self.columns[: fixed - 1])
        halves = (self.columns[: report - 1], self.columns[report - 1 :])
        known, asked = (sum(column.width for column in half) for half in halves)
        sheet.set_print_scale(min(100, int(100 * PAGE_WIDTH / max(known, named + asked))))

    def _write_groups(self, row: int, place: int, columns: Sequence[Column], **look: Any) -> None:
        """Write the names of groups of columns above them."""
        style = self.book.header(font_size=10, **look)
        for name, group in groupby(columns, key=lambda column: column.group):
            last = place + len(list(group)) - 1
            if name and last > place:
                self.sheet.merge_range(row, place, row, last, name, style)
            elif name:
                self.sheet.write(row, place, name, style)
            place = last + 1

    def _write_block_head(self, block: Block) -> None:
        """Write the names of a block's dimensions and categories, and above them the keys."""
        sheet, categories = self.sheet, block.categories
        row = block.first - (3 if categories else 1)
        sheet.set_row(row, None, None, {"hidden": True})
        sheet.write(row, 0, COLUMNS)
        for column, place in block.at.items():
            if column.key:
                sheet.write(row, place, column.key)
                self.keys.append(
                    ("column", float(row + 1), column.key, xl_rowcol_to_cell(row, place))
                )
        if not categories:
            return
        first = len(self.columns) + 1
        sheet.set_row(row + 1, 20)
        sheet.set_row(row + 2, 38)
        self._write_groups(row + 1, first, categories)
        names = " · ".join(dict.fromkeys(column.group for column in categories))
        sheet.write(
            row + 2, 1, names, self.book.style(bold=True, font_color=MUTED, valign="bottom")
        )
        for place, column in enumerate(categories, first):
            look = self.book.header(bold=False, font_size=8)
            sheet.write(row + 2, place, column.title, look)


def _shown(said: dict[str, Any]) -> tuple[float | None, str]:
    """Return a known value and its day, as the map holds what the table showed."""
    value = None if pd.isna(said["value"]) else float(said["value"])
    return value, said["period_end"].date().isoformat()
