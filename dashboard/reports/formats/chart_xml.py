"""A native chart as Office keeps it: the drawing, and the workbook that its numbers are edited in."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from xlsxwriter.utility import xl_col_to_name

from dashboard import exports, theme
from dashboard.reports.formats.native import Axis, Kind, Native, Series
from dashboard.reports.formats.office import DECLARATION, DRAWING, clean, inner

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
SHEET = "Sheet1"

SYMBOLS = {
    "circle-open": "circle",
    "triangle-up": "triangle",
    "triangle-down": "triangle",
    "hexagon": "circle",
    "cross": "plus",
}
"Office's marks for Plotly's where it has other names or none."

DASHES = {"dot": "sysDot", "dash": "dash", "dashdot": "dashDot", "longdash": "lgDash"}

LABELLED = 0.07
"A part of a bar that takes less of the axis has no room for its number."

POINT = 12700
"Units of drawings in a point."

CATEGORIES, VALUES = 111111111, 222222222
"The numbers by which axes know each other."


class Source:
    """What python-pptx makes a chart from: its XML, and its workbook."""

    def __init__(self, native: Native, moment: datetime, *, size: float = 12) -> None:
        self.native, self.size = _even(native), size
        self.xlsx_blob = _workbook(self.native, moment)

    def xml_bytes(self, _chart_type: object) -> bytes:
        """Return the chart's XML."""
        return _chart(self.native, self.size).encode()


def _even(native: Native) -> Native:
    """Return a chart whose series are equally long: LibreOffice loses those before a longer one."""
    most = max(len(one.values) for one in native.series)

    def longer(one: Series) -> Series:
        more = most - len(one.values)
        return replace(
            one,
            values=one.values + (None,) * more,
            places=one.places + one.places[-1:] * more,
            texts=one.texts and one.texts + ("",) * more,
            sides=one.sides and one.sides + ("r",) * more,
            spread=one.spread and one.spread + (0.0,) * more,
        )

    return replace(native, series=tuple(map(longer, native.series)))


# --- The workbook -----------------------------------------------------------------------------------


def _workbook(native: Native, moment: datetime) -> bytes:
    """Return the numbers as a workbook: a column for each series, beside the places of points."""
    out = io.BytesIO()
    book = exports.new_book(out)
    book.set_properties({"created": moment})
    sheet = book.add_worksheet(SHEET)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    has_days = native.along.pattern.endswith("yyyy")
    for row, name in enumerate(_labels(native), 1):
        exports.put(sheet, row, 0, clean(name))
    for number, one in enumerate(native.series):
        column = _column(native, number)
        exports.put(sheet, 0, column, clean(one.name))
        for row, value in enumerate(one.values, 1):
            exports.put(sheet, row, column, value)
        for row, place in enumerate(one.places, 1):
            exports.put(sheet, row, column - 1, place, day if has_days else None)
    book.close()
    return out.getvalue()


def _column(native: Native, number: int) -> int:
    """Return where the numbers of a series stand."""
    return 2 * number + 1 if native.kind is Kind.POINTS else number + 1


def _labels(native: Native) -> list[str]:
    """Return the names of categories with what stands at the end of their bars."""
    pairs = zip(native.categories, native.ends, strict=True)
    return [f"{name}\n{end}" if end else name for name, end in pairs]


def _range(column: int, first: int, count: int) -> str:
    letter = xl_col_to_name(column)
    return f"{SHEET}!${letter}${first + 1}:${letter}${first + count}"


# --- The drawing ------------------------------------------------------------------------------------


def _chart(native: Native, size: float) -> str:
    is_points = native.kind is Kind.POINTS
    plot = _scatter(native) if is_points else _bars(native)
    legend = '<c:legend><c:legendPos val="t"/><c:overlay val="0"/></c:legend>' * has_legend(native)
    return (
        f'{DECLARATION}<c:chartSpace xmlns:c="{CHART}" xmlns:a="{DRAWING}" xmlns:r="'
        'http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart>'
        f'<c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>{plot}</c:plotArea>{legend}'
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"{_letters(size, 'muted')}</c:chartSpace>"
    )


def has_legend(native: Native) -> bool:
    """Return whether Office tells the series apart: not one alone, nor where one is not seen."""
    return len(native.series) > 1 and not any(one.is_ground for one in native.series)


def _letters(size: float, name: str, *, is_bold: bool = False) -> str:
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{round(size * 100)}"'
        f' b="{int(is_bold)}">{_fill(theme.light(name))}</a:defRPr></a:pPr>'
        '<a:endParaRPr lang="en-US"/></a:p></c:txPr>'
    )


def _fill(paint: str) -> str:
    if not paint.startswith("#"):
        return "<a:noFill/>"
    return f'<a:solidFill><a:srgbClr val="{paint[1:]}"/></a:solidFill>'


def _line(paint: str, width: float, dash: str = "solid") -> str:
    kind = f'<a:prstDash val="{DASHES[dash]}"/>' if dash in DASHES else ""
    return f'<a:ln w="{round(width * POINT)}" cap="rnd">{_fill(paint)}{kind}<a:round/></a:ln>'


NO_LINE = "<a:ln><a:noFill/></a:ln>"


OVERLAP = '<c:overlap val="100"/>'


def _bars(native: Native) -> str:
    parts = "".join(_bar(native, one, number) for number, one in enumerate(native.series))
    far = not native.is_from_below
    is_stacked = native.kind is Kind.STACKED
    return (
        '<c:barChart><c:barDir val="bar"/>'
        f'<c:grouping val="{"stacked" if is_stacked else "clustered"}"/><c:varyColors val="0"/>'
        f'{parts}<c:gapWidth val="{gap(len(native.categories))}"/>{OVERLAP * is_stacked}'
        f'<c:axId val="{CATEGORIES}"/><c:axId val="{VALUES}"/></c:barChart>'
        f"{_category_axis(native)}"
        f"{_value_axis(native.along, VALUES, CATEGORIES, 'b', between='between', is_far=far)}"
    )


def gap(count: int) -> int:
    """Return how much air is between so many bars, in hundredths of one: few are no thicker than four.

    >>> gap(1), gap(2), gap(10)
    (500, 220, 60)
    """
    return min(max(640 // max(count, 1) - 100, 60), 500)


def _bar(native: Native, one: Series, number: int) -> str:
    count = len(one.values)
    column = _column(native, number)
    labels = _labels(native)
    names = "".join(f'<c:pt idx="{n}"><c:v>{inner(s)}</c:v></c:pt>' for n, s in enumerate(labels))
    return (
        f"<c:ser>{_head(one, number, column)}<c:spPr>{_fill(one.colours[0])}"
        f"{_edge(one, 0)}</c:spPr>"
        f'<c:invertIfNegative val="0"/>{_points_of(one)}{_labels_of(native, one)}'
        f"<c:cat><c:strRef><c:f>{_range(0, 1, count)}</c:f><c:strCache>"
        f'<c:ptCount val="{count}"/>{names}</c:strCache></c:strRef></c:cat>'
        f"<c:val>{_numbers(one.values, _range(column, 1, count), native.along.pattern)}</c:val>"
        "</c:ser>"
    )


def _edge(one: Series, number: int) -> str:
    if not one.edges:
        return NO_LINE
    return _line(one.edges[number % len(one.edges)], 1)


def _points_of(one: Series) -> str:
    """Return the bars that do not look like the first."""
    if len(one.colours) == 1 and len(one.edges) < 2:
        return ""
    return "".join(
        f'<c:dPt><c:idx val="{number}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>'
        f"<c:spPr>{_fill(one.colours[number % len(one.colours)])}{_edge(one, number)}</c:spPr></c:dPt>"
        for number in range(len(one.values))
    )


def _head(one: Series, number: int, column: int) -> str:
    return (
        f'<c:idx val="{number}"/><c:order val="{number}"/><c:tx><c:strRef>'
        f"<c:f>{_range(column, 0, 1).partition(':')[0]}</c:f><c:strCache>"
        f'<c:ptCount val="1"/><c:pt idx="0"><c:v>{inner(one.name)}</c:v></c:pt></c:strCache>'
        "</c:strRef></c:tx>"
    )


def _numbers(values: Sequence[float | None], where: str, pattern: str) -> str:
    points = "".join(
        f'<c:pt idx="{number}"><c:v>{value!r}</c:v></c:pt>'
        for number, value in enumerate(values)
        if value is not None
    )
    return (
        f"<c:numRef><c:f>{where}</c:f><c:numCache><c:formatCode>{inner(pattern)}</c:formatCode>"
        f'<c:ptCount val="{len(values)}"/>{points}</c:numCache></c:numRef>'
    )


# --- Numbers upon the marks -------------------------------------------------------------------------

SILENT = "".join(
    f'<c:show{name} val="0"/>'
    for name in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
)
SAYING = SILENT.replace('Val val="0"', 'Val val="1"')


def _labels_of(native: Native, one: Series) -> str:
    """Return the numbers upon bars and beside points: their own, or words that say more."""
    is_points = native.kind is Kind.POINTS
    told = []
    for number, (value, text) in enumerate(
        zip(one.values, one.texts or [""] * len(one.values), strict=True)
    ):
        if value is None or not one.texts:
            continue
        if is_points and text:
            side = one.sides[number] if one.sides else "r"
            told.append(_label(number, text, side, "ink", ""))
        elif not is_points and abs(value) >= LABELLED * (native.along.high - native.along.low):
            told.append(_label(number, text, "", on(one.colours[0]), native.along.pattern))
    return f"<c:dLbls>{''.join(told)}{SILENT}</c:dLbls>" if told else ""


def _label(number: int, text: str, place: str, name: str, pattern: str) -> str:
    at = f'<c:dLblPos val="{place}"/>' if place else ""
    size, fill = 1100, _fill(theme.light(name))
    if not text:
        shown = (
            f'<c:numFmt formatCode="{inner(pattern)}" sourceLinked="0"/>'
            f"<c:spPr><a:noFill/></c:spPr>{_letters(11, name, is_bold=True)}"
        )
        return f'<c:dLbl><c:idx val="{number}"/>{shown}{at}{SAYING}</c:dLbl>'
    rich = (
        "<c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:r>"
        f'<a:rPr lang="en-US" sz="{size}" b="1">{fill}</a:rPr><a:t>{inner(text)}</a:t></a:r></a:p>'
        "</c:rich></c:tx>"
    )
    return f'<c:dLbl><c:idx val="{number}"/>{rich}{at}{SAYING}</c:dLbl>'


def on(paint: str) -> str:
    """Return the colour of letters upon a colour."""
    if not paint.startswith("#"):
        return "ink"
    red, green, blue = (int(paint[at : at + 2], 16) for at in (1, 3, 5))
    return "card" if 0.299 * red + 0.587 * green + 0.114 * blue < 125 else "ink"


# --- Points -----------------------------------------------------------------------------------------


def _scatter(native: Native) -> str:
    assert native.up is not None
    series = "".join(_spots(native, one, number) for number, one in enumerate(native.series))
    along, up = native.along, native.up
    return (
        '<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>'
        f'{series}<c:axId val="{CATEGORIES}"/><c:axId val="{VALUES}"/></c:scatterChart>'
        f"{_value_axis(along, CATEGORIES, VALUES, 'b', has_grid=False)}"
        f"{_value_axis(up, VALUES, CATEGORIES, 'r' if along.is_reversed else 'l')}"
    )


def _spots(native: Native, one: Series, number: int) -> str:
    count, column = len(one.values), _column(native, number)
    line = _line(one.colours[0], one.width, one.dash) if one.dash else NO_LINE
    marker = '<c:marker><c:symbol val="none"/></c:marker>'
    if one.symbol:
        # Without a line LibreOffice would draw a hollow mark white on white.
        fill = theme.light("card") if one.is_hollow and one.dash else one.colours[0]
        marker = (
            f'<c:marker><c:symbol val="{SYMBOLS.get(one.symbol, one.symbol)}"/>'
            f'<c:size val="{8 if one.is_hollow else 7}"/><c:spPr>{_fill(fill)}'
            f"{_line(one.colours[0], 1.5)}</c:spPr></c:marker>"
        )
    pattern = native.up.pattern if native.up else ""
    return (
        f"<c:ser>{_head(one, number, column)}<c:spPr>{line}</c:spPr>{marker}"
        f"{_labels_of(native, one)}{_spread(one)}"
        f"<c:xVal>{_numbers(one.places, _range(column - 1, 1, count), native.along.pattern)}</c:xVal>"
        f"<c:yVal>{_numbers(one.values, _range(column, 1, count), pattern)}</c:yVal>"
        '<c:smooth val="0"/></c:ser>'
    )


def _spread(one: Series) -> str:
    """Return the bars up to where a range ends."""
    if not any(one.spread):
        return ""
    points = "".join(
        f'<c:pt idx="{number}"><c:v>{up!r}</c:v></c:pt>' for number, up in enumerate(one.spread)
    )
    literal = (
        f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(one.spread)}"/>'
        f"{points}</c:numLit>"
    )
    return (
        '<c:errBars><c:errDir val="y"/><c:errBarType val="plus"/><c:errValType val="cust"/>'
        f'<c:noEndCap val="1"/><c:plus>{literal}</c:plus>'
        f"<c:spPr>{_line(theme.light('band'), 6)}</c:spPr></c:errBars>"
    )


# --- Axes -------------------------------------------------------------------------------------------


def _category_axis(native: Native) -> str:
    turned = "minMax" if native.is_from_below else "maxMin"
    return (
        f'<c:catAx><c:axId val="{CATEGORIES}"/><c:scaling><c:orientation val="{turned}"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{"r" if native.along.is_reversed else "l"}"/>'
        '<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        f"<c:spPr>{_line(theme.light('control'), 0.75)}</c:spPr>{_letters(12, 'ink')}"
        f'<c:crossAx val="{VALUES}"/><c:crosses val="autoZero"/><c:auto val="0"/>'
        '<c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>'
    )


def _value_axis(
    axis: Axis,
    own: int,
    other: int,
    place: str,
    *,
    has_grid: bool = True,
    is_far: bool = False,
    between: str = "midCat",
) -> str:
    turned = "maxMin" if axis.is_reversed else "minMax"
    grid = (
        f"<c:majorGridlines><c:spPr>{_line(theme.light('grid'), 0.75)}</c:spPr></c:majorGridlines>"
    )
    title = ""
    if axis.title:
        title = (
            "<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:pPr>"
            f'<a:defRPr sz="1100" b="0">{_fill(theme.light("muted"))}</a:defRPr></a:pPr><a:r>'
            f'<a:rPr lang="en-US" sz="1100" b="0">{_fill(theme.light("muted"))}</a:rPr>'
            f"<a:t>{inner(axis.title)}</a:t></a:r></a:p></c:rich></c:tx>"
            '<c:overlay val="0"/></c:title>'
        )
    outline = _line(theme.light("control"), 0.75) if not has_grid else NO_LINE
    pattern = inner(axis.pattern)
    return (
        f'<c:valAx><c:axId val="{own}"/><c:scaling><c:orientation val="{turned}"/>'
        f'<c:max val="{axis.high!r}"/><c:min val="{axis.low!r}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{place}"/>{grid * has_grid}{title}'
        f'<c:numFmt formatCode="{pattern}" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="{"nextTo" if is_far else "low"}"/>'
        f'<c:spPr>{outline}</c:spPr><c:crossAx val="{other}"/>'
        f'<c:crosses val="{"max" if is_far else "autoZero"}"/><c:crossBetween val="{between}"/>'
        f'<c:majorUnit val="{axis.step!r}"/></c:valAx>'
    )
