"""The charts of a report in a workbook: their numbers in cells, and upon them charts that Excel draws.

Each chart points to the cells that its numbers stand in, so that it is drawn anew when somebody changes one.
What no chart of Excel says (maps, heat, flows) is a picture. Beside both stand their twins in words.
"""

import io
import math
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell

from dashboard import images, sentences, theme
from dashboard.figures.figure import width_of
from dashboard.reports.document import Chart
from dashboard.reports.formats import chart_xml, office
from dashboard.reports.formats.native import BETWEEN, Axis, Kind, Native, Series, is_plain, native
from dashboard.reports.formats.xlsx_book import LINE, Book
from schemas import words

FIRST, OTHERS = 38, 16
"How wide the first column and all others are, in letters."

LETTER, EDGE = 7, 5
"Pixels of a letter, and beside those of a cell."

PAGE = 985
"Pixels across a page of A4 on its side, within the margins that Excel has."

MOST = 80
"The scale of the sheet on paper, in per cent: chart, numbers and words then share a page."

WIDE, TALL, TALLEST = 900, 340, 520
"Pixels of a chart; of bars each row takes its own, and a picture no more than the last."

ROW, AROUND = 36, 140
"Pixels of a row of bars, with its name on two lines, and of title, legend and axis around them."

TICK, SIGN = 20, 40
"Pixels of a line of cells, and of a sign of a legend with the room around it."

DISCLAIMED = 5
"The last of the columns that a disclaimer is written across, from 0."

SMALL, PLAIN = 9, 10
"Sizes of letters in charts, in points."

DASHES = {"dot": "round_dot", "dash": "dash", "dashdot": "dash_dot", "longdash": "long_dash"}
SIDES = {"l": "left", "r": "right", "t": "above", "b": "below"}


@dataclass(frozen=True)
class Cells:
    """The numbers of a chart as they stand in a sheet: the head, the rows, and where each series is.

    Values come with the pattern of a spreadsheet, empty for words. The columns and rows of a series count
    from those of the head: of its name, of what its values belong to, of the values, of their words.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[tuple[Any, str], ...], ...]
    places: tuple["Place", ...]


@dataclass(frozen=True)
class Place:
    """Where a series stands: its name, and from its first to its last row the columns of what it has."""

    name: tuple[int, int]
    first: int
    last: int
    along: int
    values: int
    texts: int | None = None
    spread: int | None = None


def write(book: Book) -> None:
    """Write a sheet with every chart of the report below each other, each on a page of paper."""
    headed = list(book.document.headed_charts())
    if not headed:
        return
    language = book.document.language
    drawn = [native(chart.figure, language) for _, chart in headed]
    tables = [cells_of(one, language) if one else None for one in drawn]
    widest = max(
        *(len(chart.figure.table.columns) for _, chart in headed),
        *(len(one.head) for one in tables if one),
        2,
    )
    sheet = book.sheet(words.text("Charts", language), [FIRST, *[OTHERS] * (widest - 1)])
    _on_paper(sheet, widest)
    at = 0
    breaks = []
    for (heading, chart), one, cells in zip(headed, drawn, tables, strict=True):
        at = _block(book, sheet, at, _title(heading, chart), chart, one, cells)
        breaks.append(at)
    sheet.set_h_pagebreaks(breaks[:-1])


def _on_paper(sheet: Any, columns: int) -> None:
    """Scale a sheet so that its columns fit on a page: of a sheet that fits by itself Excel leaves out our breaks."""
    wide = (FIRST + OTHERS * (columns - 1)) * LETTER + EDGE * columns
    sheet.set_print_scale(max(min(MOST, math.floor(100 * PAGE / max(wide, WIDE))), 10))


def _title(heading: str, chart: Chart) -> str:
    return f"{heading}: {chart.title}" if heading else chart.title


def _block(
    book: Book,
    sheet: Any,
    at: int,
    title: str,
    chart: Chart,
    drawn: Native | None,
    cells: Cells | None,
) -> int:
    """Write a chart from a row on: sentence, drawing, numbers, words, source; return the row after it."""
    language = book.document.language
    bold, muted = book.look(bold=True, indent=1), book.look(font_color=theme.light("muted"))
    book.put(sheet, at, 0, chart.figure.title, book.look(bold=True, indent=1, font_size=12))
    at += 1
    if not (drawn and chart_xml.has_legend(drawn)):
        at = _legend(book, sheet, at, chart)
    top = at
    tall = _tall(drawn) if drawn and cells else _picture(sheet, top, chart, language)
    at = top + math.ceil(tall / TICK) + 1
    book.put(sheet, at, 0, title, bold)
    if drawn and cells:
        _numbers(book, sheet, at + 1, cells)
        made = _made(book, sheet, drawn, cells, (at, 0), (at + 1, 0))
        sheet.insert_chart(top, 0, made, {"description": office.clean(chart.figure.alt)})
        at += 2 + len(cells.rows)
        book.put(sheet, at, 0, chart.about, muted)
        book.put(sheet, at + 2, 0, words.text("In words", language), bold)
        at += 2
    at = _twin(book, sheet, at + 1, chart)
    if not cells:
        book.put(sheet, at, 0, chart.about, muted)
        at += 1
    if chart.is_map:
        _disclaimer(book, sheet, at)
        at += 1
    return at + 1


def _legend(book: Book, sheet: Any, at: int, chart: Chart) -> int:
    """Write what the signs of a drawing mean, each in its colour; return the row after it."""
    if not chart.figure.keys:
        return at
    pieces: list[Any] = []
    for key, word in chart.figure.keys:
        sign = office.key_sign(key)
        told = office.clean(f" {word}     ")
        pieces += [book.look(font_color=theme.light(sign.colour), bold=True), sign.letter, told]
    sheet.write_rich_string(at, 0, *pieces, book.look(indent=1))
    return at + 1


def _picture(sheet: Any, at: int, chart: Chart, language: str) -> float:
    """Put a chart that no program of an office draws into a sheet as a picture; return how tall it is."""
    picture = office.picture(chart.figure, language)
    wide, tall = images.size_of(picture)
    scale = min(WIDE / wide, TALLEST / tall)
    sheet.insert_image(
        at,
        0,
        f"{chart.code}.png",
        {
            "image_data": io.BytesIO(picture),
            "x_scale": scale,
            "y_scale": scale,
            "description": office.clean(chart.figure.alt),
        },
    )
    return tall * scale


def _disclaimer(book: Book, sheet: Any, at: int) -> None:
    """Write whose borders a map does not show, over as many lines as it takes."""
    text = office.clean(words.text(sentences.DISCLAIMER, book.document.language))
    columns = range(len(book.widths[sheet.get_name()]))
    look = book.look(font_color=theme.light("muted"), text_wrap=True)
    sheet.merge_range(at, 0, at, min(columns[-1], DISCLAIMED), text, look)
    sheet.set_row(at, 3 * LINE)


def _twin(book: Book, sheet: Any, at: int, chart: Chart) -> int:
    """Write what a chart shows in words; return the row after it."""
    twin = chart.figure.table
    book.line(sheet, at, [(str(title), book.head) for title in twin.columns])
    for number, row in enumerate(twin.itertuples(index=False, name=None), at + 1):
        book.line(sheet, number, [(value, book.text) for value in row])
    return at + 1 + len(twin)


def _numbers(book: Book, sheet: Any, at: int, cells: Cells) -> None:
    """Write the numbers of a chart, with a header; what is empty can be filled in."""
    patterns = [pattern for _, pattern in cells.rows[0]]
    heads = [book.head_of_numbers if pattern else book.head for pattern in patterns]
    book.line(sheet, at, list(zip(cells.head, heads, strict=True)))
    for number, row in enumerate(cells.rows, at + 1):
        told = [(v, book.number(p) if p else book.text) for v, p in row]
        book.line(sheet, number, told)


# --- Numbers --------------------------------------------------------------------------------------


def cells_of(drawn: Native, language: str) -> Cells:
    """Return the numbers of a chart as they stand in a sheet."""
    return _points(drawn, language) if drawn.kind is Kind.POINTS else _bars(drawn, language)


def _bars(drawn: Native, language: str) -> Cells:
    """Return bars as a row for each category and a column for each series."""
    grounded = words.text("Begins at", language)
    names = [one.name or grounded for one in drawn.series]
    rows = []
    for number, name in enumerate(_names(drawn)):
        values = [(one.values[number], drawn.along.pattern) for one in drawn.series]
        rows.append(((name, ""), *((v, exact(v, p)) for v, p in values)))
    places = tuple(
        Place((0, column), 1, len(rows), 0, column) for column in range(1, len(names) + 1)
    )
    return Cells(("", *names), tuple(rows), places)


def _names(drawn: Native) -> list[str]:
    """Return the names of categories; below them what the numbers themselves do not say."""
    told = []
    for number, (name, end) in enumerate(zip(drawn.categories, drawn.ends, strict=True)):
        values = [one.values[number] or 0.0 for one in drawn.series if not one.is_ground]
        first = end.partition(" · ")[0]
        is_said = not end or end == "–" or is_plain(first, math.fsum(values))
        told.append(name if is_said else f"{name}\n{end}")
    return told


def _points(drawn: Native, language: str) -> Cells:
    """Return points as a row each, one series below the other."""
    assert drawn.up is not None
    has_texts = any(_own_words(one) for one in drawn.series)
    has_spread = any(any(one.spread) for one in drawn.series)
    has_days = drawn.along.pattern.endswith("yyyy")
    along = "yyyy-mm-dd" if has_days else drawn.along.pattern
    head = [
        words.text("Series", language),
        words.text("Until", language) if has_days else drawn.along.title,
        drawn.up.title or words.text("Value", language),
    ]
    texts, spread = None, None
    if has_spread:
        spread = len(head)
        head.append(words.text(BETWEEN, language))
    if has_texts:
        texts = len(head)
        head.append(words.text("In words", language))
    rows: list[tuple[tuple[Any, str], ...]] = []
    places = []
    for one in drawn.series:
        first = len(rows) + 1
        said = _own_words(one)
        for number, (place, value) in enumerate(zip(one.places, one.values, strict=True)):
            row = [
                (one.name, ""),
                (place, exact(place, along)),
                (value, exact(value, drawn.up.pattern)),
            ]
            if has_spread:
                more = one.spread[number] if one.spread else None
                row.append((more, exact(more, drawn.up.pattern)))
            if has_texts:
                row.append((said[number] if said else "", ""))
            rows.append(tuple(row))
        own = spread if any(one.spread) else None
        places.append(Place((first, 0), first, len(rows), 1, 2, texts if said else None, own))
    return Cells(tuple(head), tuple(rows), tuple(places))


def _own_words(one: Series) -> tuple[str, ...]:
    """Return what stands beside points and says more than their numbers; nothing where none does."""
    if not one.texts:
        return ()
    pairs = zip(one.texts, one.values, strict=True)
    told = tuple("" if is_plain(text, value) else text for text, value in pairs)
    return told if any(told) else ()


def exact(value: float | None, pattern: str) -> str:
    """Return the pattern in which a number of a table is shown: with the decimals that it has."""
    if value is None or pattern.startswith("yyyy"):
        return pattern
    if pattern.endswith("%"):
        return "0.0%" if round(value * 100, 1) % 1 else "0%"
    decimals = len(f"{abs(value):.2f}".rstrip("0").partition(".")[2])
    return "#,##0" + ("." + "0" * decimals if decimals else "")


# --- Charts ---------------------------------------------------------------------------------------


def _tall(drawn: Native) -> int:
    """Return how many pixels a chart is high."""
    tall = TALL if drawn.kind is Kind.POINTS else AROUND + ROW * len(drawn.categories)
    if not chart_xml.has_legend(drawn):
        return tall
    wide = sum(width_of(one.name) + SIGN for one in drawn.series)
    return tall + TICK * math.ceil(wide / (WIDE * 0.8))


def _made(
    book: Book,
    sheet: Any,
    drawn: Native,
    cells: Cells,
    title: tuple[int, int],
    origin: tuple[int, int],
) -> Any:
    """Return a chart of numbers that stand in a sheet, from a cell on."""
    is_points = drawn.kind is Kind.POINTS
    kind = {"type": "scatter", "subtype": "straight_with_markers"} if is_points else {"type": "bar"}
    if drawn.kind is Kind.STACKED:
        kind["subtype"] = "stacked"
    made = book.book.add_chart(kind)
    name = quote_sheetname(sheet.get_name())
    for one, place in zip(drawn.series, cells.places, strict=True):
        look = _spots(one, place, name, origin) if is_points else _lengths(drawn, one)
        made.add_series({**_range(place, name, origin), **look})
    made.set_title({"name": _cell(name, *title), "name_font": _font("ink", 11), "overlay": False})
    _axes(made, drawn)
    _looks(made, drawn)
    return made


def _cell(name: str, row: int, column: int) -> str:
    return f"={name}!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"


def _range(place: Place, name: str, origin: tuple[int, int]) -> dict[str, Any]:
    """Return where name, places and values of a series stand."""
    row, column = origin
    return {
        "name": _cell(name, row + place.name[0], column + place.name[1]),
        "categories": _down(name, origin, place, place.along),
        "values": _down(name, origin, place, place.values),
    }


def _down(name: str, origin: tuple[int, int], place: Place, own: int) -> str:
    row, column = origin
    first = xl_rowcol_to_cell(row + place.first, column + own, row_abs=True, col_abs=True)
    last = xl_rowcol_to_cell(row + place.last, column + own, row_abs=True, col_abs=True)
    return f"={name}!{first}:{last}"


def _font(colour: str, size: float, *, is_bold: bool = False) -> dict[str, Any]:
    return {"color": theme.light(colour), "size": size, "bold": is_bold}


def _paint(colour: str) -> dict[str, Any]:
    return {"color": colour} if colour.startswith("#") else {"none": True}


def _lengths(drawn: Native, one: Series) -> dict[str, Any]:
    """Return how the bars of a series look, with their numbers upon them where they have room."""
    edge = one.edges[0] if one.edges else ""
    look: dict[str, Any] = {
        "fill": _paint(one.colours[0]),
        "border": {"color": edge, "width": 1} if edge else {"none": True},
        "gap": 60,
    }
    if drawn.kind is Kind.STACKED:
        look["overlap"] = 100
    if len(one.colours) > 1 or len(one.edges) > 1:
        look["points"] = [
            {
                "fill": _paint(one.colours[number % len(one.colours)]),
                "border": {"color": one.edges[number % len(one.edges)], "width": 1}
                if one.edges
                else {"none": True},
            }
            for number in range(len(one.values))
        ]
    if not one.is_ground:
        look["data_labels"] = _upon(drawn, one)
    return look


def _upon(drawn: Native, one: Series) -> dict[str, Any]:
    """Return the numbers of bars: beyond their ends, or upon parts that are long enough."""
    pattern = _shown(one, drawn.along)
    if drawn.kind is Kind.BARS:
        return {
            "value": True,
            "position": "outside_end",
            "num_format": pattern,
            "font": _font("ink", PLAIN, is_bold=True),
        }
    room = chart_xml.LABELLED * (drawn.along.high - drawn.along.low)
    custom: list[dict[str, Any]] = [
        {"font": _font(chart_xml.on(one.colours[number % len(one.colours)]), PLAIN, is_bold=True)}
        if value is not None and abs(value) >= room
        else {"delete": True}
        for number, value in enumerate(one.values)
    ]
    return {
        "value": True,
        "position": "center",
        "num_format": pattern,
        "font": _font(chart_xml.on(one.colours[0]), PLAIN, is_bold=True),
        "custom": custom,
    }


def _shown(one: Series, axis: Axis) -> str:
    """Return the pattern of the numbers upon bars: with as many decimals as the longest, 0 left out."""
    patterns = [exact(value, axis.pattern) for value in one.values if value is not None]
    longest = max(patterns, key=len, default="0")
    sign = "" if axis.low < 0 else "-"
    return f"{longest};{sign}{longest};"


def _spots(one: Series, place: Place, name: str, origin: tuple[int, int]) -> dict[str, Any]:
    """Return how points look, with or without a line, and what stands beside them."""
    colour = one.colours[0]
    look: dict[str, Any] = {"line": {"none": True}, "marker": {"type": "none"}}
    if one.dash:
        look["line"] = {"color": colour, "width": one.width} | (
            {"dash_type": DASHES[one.dash]} if one.dash in DASHES else {}
        )
    if one.symbol:
        # Without a line LibreOffice would draw a hollow mark white on white.
        fill = theme.light("card") if one.is_hollow and one.dash else colour
        look["marker"] = {
            "type": chart_xml.SYMBOLS.get(one.symbol, one.symbol),
            "size": 8 if one.is_hollow else 7,
            "fill": {"color": fill},
            "border": {"color": colour, "width": 1.5},
        }
    if one.texts:
        look["data_labels"] = _beside(one, place, name, origin)
    if place.spread is not None:
        where = _down(name, origin, place, place.spread)
        look["y_error_bars"] = {
            "type": "custom",
            "plus_values": where,
            "plus_data": list(one.spread),
            "minus_values": [0],
            "direction": "plus",
            "end_style": 0,
            "line": {"color": theme.light("band"), "width": 5},
        }
    return look


def _beside(one: Series, place: Place, name: str, origin: tuple[int, int]) -> dict[str, Any]:
    """Return what stands beside points: their numbers, or the words of the cell beside theirs."""
    custom: list[dict[str, Any] | None] = []
    for number, (text, value) in enumerate(zip(one.texts, one.values, strict=True)):
        side = SIDES[one.sides[number]] if one.sides else "above"
        if not text or value is None:
            custom.append({"delete": True})
        elif is_plain(text, value) or place.texts is None:
            custom.append({"position": side})
        else:
            cell = _cell(name, origin[0] + place.first + number, origin[1] + place.texts)
            custom.append({"value": cell, "position": side, "font": _font("ink", PLAIN)})
    return {
        "value": True,
        "position": "above",
        "font": _font("ink", PLAIN, is_bold=True),
        "custom": custom,
    }


def _axes(made: Any, drawn: Native) -> None:
    """Give a chart its axes: numbers begin where ours do and end where the longest does."""
    line = {"color": theme.light("control"), "width": 0.75}
    grid = {"visible": True, "line": {"color": theme.light("grid"), "width": 0.75}}
    if drawn.up is None:
        made.set_x_axis(_numbers_along(drawn.along) | {"major_gridlines": grid})
        made.set_y_axis(
            {
                "reverse": not drawn.is_from_below,
                "crossing": "min" if drawn.is_from_below else "max",
                "num_font": _font("ink", PLAIN),
                "line": line,
                "label_position": "low",
                "major_tick_mark": "none",
                "interval_unit": 1,
            }
        )
        return
    made.set_x_axis(
        _numbers_along(drawn.along)
        | {"line": line, "major_gridlines": {"visible": False}, "label_position": "low"}
        | {"max": drawn.along.high, "major_unit": drawn.along.step}
    )
    made.set_y_axis(_numbers_along(drawn.up) | {"major_gridlines": grid})


def _numbers_along(axis: Axis) -> dict[str, Any]:
    """Return an axis of numbers. It ends by itself, so that a number that somebody makes larger is seen."""
    return {
        "name": office.clean(axis.title),
        "name_font": _font("muted", SMALL),
        "num_font": _font("muted", SMALL),
        "num_format": "General" if "." in axis.pattern else axis.pattern,
        "reverse": axis.is_reversed,
        "line": {"none": True},
        "major_tick_mark": "none",
        **({"min": axis.low} if axis.low >= 0 else {}),
        **({"max": axis.high} if axis.pattern == "0%" and axis.high == 1 else {}),
    }


def _looks(made: Any, drawn: Native) -> None:
    """Give a chart its size, legend and ground."""
    made.set_size({"width": WIDE, "height": _tall(drawn)})
    made.set_chartarea(
        {"fill": {"color": theme.light("card")}, "border": {"color": theme.light("line")}}
    )
    made.show_blanks_as("gap")
    if not chart_xml.has_legend(drawn):
        made.set_legend({"none": True})
        return
    made.set_legend({"position": "top", "font": _font("ink", PLAIN)})
