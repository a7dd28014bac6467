"""The cells of a template's table: what each shows, whether it is open, how it looks."""

from typing import Any

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from etl.book import ACCENT, BAND, DATE_FORMATS, INPUT, KNOWN, MUTED, SHUT, Book, number_format
from etl.reference import Indicator, Reference
from etl.template.asked import Said, counted, per_year
from etl.template.keys import (
    ANSWER,
    ANSWERED,
    ANSWERS,
    BASELINE,
    BASELINE_DATE,
    CODE,
    CURRENCY,
    DENOMINATOR,
    LAST,
    LAST_PERIOD,
    NAME,
    NOTE,
    NUMERATOR,
    PLACE,
    QUALIFIER,
    SHARE,
    SHOWN,
    TARGET,
    TARGET_DATE,
    UNIT,
    VALUE,
    Column,
    Identity,
    Line,
)
from etl.template.pages import write_day
from etl.template.rules import Places, Rules, number_rule
from schemas.codes import Measure, PlaceRule, ValueType


def part_names(book: Book, line: Line, indicator: Indicator) -> tuple[str, str]:
    """Return what a part of an indicator is called, and its own name."""
    text = book.text
    if line.part == NUMERATOR:
        return text("Part of it (numerator)"), book.name(indicator.numerator_names)
    if line.part == DENOMINATOR:
        return text("Out of (denominator)"), book.name(indicator.denominator_names)
    return text("Number of people who answered"), ""


class CellWriter:
    """Writes the cells of a table, line by line."""

    def __init__(
        self,
        book: Book,
        sheet: Worksheet,
        reference: Reference,
        identity: Identity,
        said: Said,
        rules: Rules,
    ) -> None:
        self.book, self.sheet, self.reference = book, sheet, reference
        self.identity, self.said, self.rules = identity, said, rules

    def write(self, row: int, line: Line, column: Column, at: Places) -> None:
        """Write one cell of one line: what it shows, whether it is open, how it looks."""
        place = at[column]
        indicator = self.reference.indicators[line.indicator_code]
        top: dict[str, Any] = {"top": 1, "top_color": MUTED} if line.is_first else {}
        if column.role in SHOWN:
            self._write_shown(row, place, line, column.role, indicator, top)
        elif column.role in (BASELINE, BASELINE_DATE, TARGET, TARGET_DATE):
            self._write_known(row, place, line, column.role, indicator, top, at)
        elif column.role == VALUE:
            self._write_value(row, place, line, column, indicator, top)
        else:
            self._write_word(row, place, line, column.role, indicator, top)

    def _write_shown(
        self, row: int, place: int, line: Line, role: str, indicator: Indicator, top: dict[str, Any]
    ) -> None:
        """Write what is there to be read only: code, name, place, unit, last value."""
        book, sheet = self.book, self.sheet
        small = book.style(font_size=8, font_color=MUTED)
        plain = book.boxed(text_wrap=True, indent=1, **top)
        last = self.known(line, ValueType.ACTUAL)
        if role == CODE:
            colour = ACCENT if line.is_first else MUTED
            sheet.write(
                row,
                place,
                line.indicator_code,
                book.boxed(bold=line.is_first, font_color=colour, **top),
            )
        elif role == NAME and line.is_first:
            bold = book.style(bold=True)
            self._rich(
                row,
                place,
                plain,
                (bold, book.name(indicator.names)),
                (small, book.name(indicator.definition)),
            )
        elif role == NAME:
            title, name = part_names(self.book, line, indicator)
            indented = book.boxed(text_wrap=True, indent=3)
            self._rich(row, place, indented, (small, title), (book.style(), name))
        elif role == PLACE:
            sheet.write(row, place, book.name(self.reference.places[line.place_code].names), plain)
        elif role == UNIT and line.is_first:
            unit = book.name(self.reference.units[indicator.unit_code].names)
            covered = book.text(counted(line, indicator))
            self._rich(row, place, plain, (book.style(), unit), (small, covered))
        elif role == LAST and last:
            self._write_observation(row, place, last, indicator, top)
        elif role == LAST_PERIOD and last:
            period = book.period(last["period_start"].date(), last["period_end"].date())
            sheet.write(
                row,
                place,
                period,
                book.boxed(text_wrap=True, align="center", font_color=MUTED, **top),
            )
        else:
            sheet.write_blank(row, place, None, plain)

    def _rich(self, row: int, place: int, look: Format, *parts: tuple[Format, str]) -> None:
        """Write parts of a text below each other, each in its own look."""
        filled = [(style, text) for style, text in parts if text]
        if len(filled) < 2:  # XlsxWriter's rich strings have two parts at least
            self.sheet.write(row, place, filled[0][1] if filled else "", look)
            return
        (first, above), (second, below) = filled
        self.sheet.write_rich_string(row, place, first, above, second, "\n" + below, look)

    def known(self, line: Line, kind: ValueType) -> dict[str, Any] | None:
        """Return what is known of a line: its baseline, target or last value."""
        if not line.is_first:
            return None
        return self.said.get((line.indicator_code, line.place_code, kind))

    def _decimals(self, indicator: Indicator, part: str) -> int:
        if part == ANSWERED:
            return 0
        if part in (NUMERATOR, DENOMINATOR):
            return 0 if indicator.place_rule == PlaceRule.WEIGHTED else 2
        return self.reference.units[indicator.unit_code].decimals

    def _write_observation(
        self, row: int, place: int, said: dict[str, Any], indicator: Indicator, look: dict[str, Any]
    ) -> None:
        """Write a value that is known already, as exact and in the currency it was reported in."""
        book, value = self.book, float(said["value"])
        word = ""
        if pd.isna(value):
            answers = {answer.value: book.text(word) for word, answer in ANSWERS.items()}
            word = _text(said, "text") or answers.get(_text(said, "answer"), "")
        elif indicator.measure == Measure.YES_NO:
            word = book.text("yes") if value else book.text("no")
        if word or pd.isna(value):
            self.sheet.write(row, place, word, book.boxed(text_wrap=True, **look))
            return
        decimals = self._decimals(indicator, VALUE)
        shown = number_format(decimals, _text(said, "qualifier"), _text(said, "currency"))
        self.sheet.write_number(row, place, value, book.boxed(num_format=shown, **look))

    def _write_known(
        self,
        row: int,
        place: int,
        line: Line,
        role: str,
        indicator: Indicator,
        top: dict[str, Any],
        at: Places,
    ) -> None:
        """Write the cells of baseline and target: what is known, to be completed or corrected."""
        if not line.is_first or indicator.measure in (Measure.YES_NO, Measure.TEXT):
            self.sheet.write_blank(row, place, None, self.book.boxed(bg_color=SHUT, **top))
            return
        kind = ValueType.BASELINE if role in (BASELINE, BASELINE_DATE) else ValueType.TARGET
        said = self.known(line, kind)
        look = {"bg_color": KNOWN, "locked": False, **top}
        if role in (BASELINE, TARGET):
            self.rules.add(number_rule(indicator, VALUE, kind), row, place)
            if said and not pd.isna(said["value"]):
                self._write_observation(row, place, said, indicator, look)
                return
            style = self.book.boxed(
                num_format=number_format(self._decimals(indicator, VALUE)), **look
            )
            self.sheet.write_blank(row, place, None, style)
            return
        self.rules.order_days(row, place, role, at)
        if said:
            write_day(self.book, self.sheet, row, place, said["period_end"].date(), **look)
        else:
            style = self.book.boxed(num_format=DATE_FORMATS[self.book.language], **look)
            self.sheet.write_blank(row, place, None, style)

    def _write_value(
        self,
        row: int,
        place: int,
        line: Line,
        column: Column,
        indicator: Indicator,
        top: dict[str, Any],
    ) -> None:
        """Write a cell for a number of the period: open, computed, or not asked for."""
        book, sheet = self.book, self.sheet
        style = {"num_format": number_format(self._decimals(indicator, line.part)), **top}
        if indicator.measure in (Measure.TEXT, Measure.YES_NO):
            style = {"text_wrap": True, **top}
        if line.is_open(column):
            sheet.write_blank(row, place, None, book.boxed(bg_color=INPUT, locked=False, **style))
            self.rules.add(number_rule(indicator, line.part, ValueType.ACTUAL), row, place)
            return
        if line.part == SHARE:
            above, below = (
                xl_rowcol_to_cell(
                    self.rules.rows[line.indicator_code, line.place_code, part], place
                )
                for part in (NUMERATOR, DENOMINATOR)
            )
            days = (self.identity.period_start, self.identity.period_end)
            times = indicator.factor * per_year(indicator, *days)
            formula = f'=IF(AND(ISNUMBER({above}),N({below})>0),{times:.15g}*{above}/{below},"")'
            # A blank, because XlsxWriter stores no result at all for an empty text.
            computed = book.boxed(bg_color=BAND, bold=True, **style)
            sheet.write_formula(row, place, formula, computed, " ")
            return
        sheet.write_blank(row, place, None, book.boxed(bg_color=SHUT, **top))

    def _write_word(
        self, row: int, place: int, line: Line, role: str, indicator: Indicator, top: dict[str, Any]
    ) -> None:
        """Write a cell for a choice or a note."""
        is_number = indicator.measure not in (Measure.YES_NO, Measure.TEXT)
        wanted = {
            QUALIFIER: is_number,
            CURRENCY: indicator.measure == Measure.AMOUNT and bool(self.rules.currencies),
            ANSWER: True,
            NOTE: True,
        }
        if not line.is_first or not wanted[role]:
            self.sheet.write_blank(row, place, None, self.book.boxed(bg_color=SHUT, **top))
            return
        look = self.book.boxed(bg_color=INPUT, locked=False, text_wrap=True, **top)
        self.sheet.write(row, place, self.rules.currencies[0] if role == CURRENCY else "", look)
        self.rules.add((role,), row, place)


def _text(said: dict[str, Any], name: str) -> str:
    """Return a text of an observation, empty where the frame has none."""
    value = said.get(name)
    return value if isinstance(value, str) else ""
