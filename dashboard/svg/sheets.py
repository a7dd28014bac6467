"""Several drawings on one sheet, with the words around them: what is saved or shared as a picture."""

import html
import re
from collections.abc import Sequence
from typing import Any

from dashboard import theme
from dashboard.figures.figure import is_rtl, label, width_of, wrapped
from dashboard.svg import marks
from dashboard.svg.drawing import draw

Panel = tuple[str, str, dict[str, Any]]
"A name, a value and a figure's dict."

EDGE, BETWEEN, LEAST = 28, 32, 260
"Pixels around a sheet, between its panels, and of the narrowest panel."

LETTERS = {"not_reported": "–", "not_planned": "·", "withheld": "···"}
"What stands in the cells of a heat table that have no value."


def sheet(
    panels: Sequence[Panel],
    *,
    heading: str,
    lead: str,
    foot: str,
    language: str,
    width: int = 1000,
    columns: int = 3,
    keys: Sequence[tuple[str, str]] = (),
) -> str:
    """Return one `<svg>` with a heading, a lead, a legend, panels side by side, and a foot.

    Words are broken into lines by their width. In Arabic everything begins at the right. There are
    fewer columns where panels would become too narrow.
    """
    inner = width - 2 * EDGE
    columns = max(1, min(columns, len(panels), (inner + BETWEEN) // (LEAST + BETWEEN)))
    page = _Page(width, language)
    page.words(heading, 24, "ink", weight=700)
    page.words(lead, 16, "muted", before=8)
    page.legend(keys)
    wide = (inner - BETWEEN * (columns - 1)) / columns
    for start in range(0, len(panels), columns):
        page.row(panels[start : start + columns], wide)
    if foot:
        page.rule()
        page.words(foot, 12, "muted", before=12)
    height = round(page.y + EDGE)
    said = ". ".join(text.rstrip(".") for text in (heading, lead) if text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" lang="{language}"'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' font-family={marks.quoted(theme.FONT)} font-size="12" fill="{theme.light("ink")}"'
        f' direction="ltr"><title>{html.escape(said)}</title>'
        f'<rect width="100%" height="100%" fill="{theme.light("card")}"/>{"".join(page.parts)}</svg>'
    )


class _Page:
    """A sheet that is being written from top to bottom; `y` is where it has come to."""

    def __init__(self, width: int, language: str) -> None:
        self.width, self.language = width, language
        self.is_rtl = is_rtl(language)
        self.y = float(EDGE)
        self.parts: list[str] = []

    def near(self, start: float, wide: float) -> float:
        """Return the left edge of what begins so far from where lines begin."""
        left = EDGE + start
        return self.width - left - wide if self.is_rtl else left

    def line(
        self, text: str, start: float, wide: float, size: int, colour: str, **style: Any
    ) -> None:
        """Write one line: at the near edge of a column, or at its far edge."""
        is_far = style.pop("is_far", False)
        is_right = self.is_rtl != is_far
        x = self.near(start, wide) + (wide if is_right else 0)
        font = {"size": size, "color": theme.light(colour), **style}
        anchor = "end" if is_right else "start"
        self.parts.append(marks.text(label(text, self.language), x, self.y + size, font, anchor))

    def words(self, text: str, size: int, colour: str, *, before: float = 0, **style: Any) -> None:
        """Write a text over the whole width, in as many lines as it takes."""
        if not text:
            return
        self.y += before
        inner = self.width - 2 * EDGE
        for one in wrapped(text, inner, size, most=12):
            self.line(one, 0, inner, size, colour, **style)
            self.y += size * 1.35

    def legend(self, keys: Sequence[tuple[str, str]]) -> None:
        """Write a legend, as many of its entries on a line as fit."""
        if not keys:
            return
        self.y += 14
        start, inner = 0.0, self.width - 2 * EDGE
        for kind, word in keys:
            wide = 26 + width_of(word, 13)
            if start and start + wide > inner:
                start, self.y = 0.0, self.y + 22
            self.parts.append(_key(kind, self.near(start, 20) + 10, self.y + 8))
            self.line(word, start + 26, wide - 26, 13, "ink")
            start += wide + 20
        self.y += 20

    def row(self, panels: Sequence[Panel], wide: float) -> None:
        """Draw panels side by side, each with its name and its value above it."""
        self.y += 22
        top = bottom = self.y
        heads = [self.head(panel, number, wide, top) for number, panel in enumerate(panels)]
        below = max(heads)
        for number, (_, _, figure) in enumerate(panels):
            drawn = draw(figure, round(wide), language=self.language)
            x = self.near(number * (wide + BETWEEN), wide)
            tall = float(re.search(r' height="(\d+)"', drawn)[1])  # type: ignore[index]
            place = f'<svg x="{marks.short(x)}" y="{marks.short(below)}" '
            self.parts.append(drawn.replace("<svg ", place, 1))
            bottom = max(bottom, below + tall)
        self.y = bottom

    def head(self, panel: Panel, number: int, wide: float, top: float) -> float:
        """Write name and value above a panel; return where they end."""
        name, value, _ = panel
        start = number * (wide + BETWEEN)
        self.y = top
        if not name and not value:
            return top
        room = wide - (width_of(value, 14) + 12 if value else 0)
        is_beside = room > 0.4 * wide
        for one in wrapped(name, room if is_beside else wide, 14) if name else ():
            self.line(one, start, wide, 14, "ink", weight=600)
            self.y += 19
        end, self.y = self.y, top if is_beside else self.y
        if value:
            self.line(value, start, wide, 14, "muted", is_far=is_beside)
            self.y += 19
        return max(end, self.y) + 6

    def rule(self) -> None:
        """Draw a fine line over the whole width."""
        self.y += 20
        ends = (EDGE, self.y, self.width - EDGE, self.y)
        self.parts.append(marks.straight(*ends, theme.light("line"), 1))


def key(kind: str) -> str:
    """Return the sign of a legend's entry as a drawing of its own, 22 units wide and 16 tall."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 22 16" width="22" height="16"'
        f" font-family={marks.quoted(theme.FONT)}>{_key(kind, 11, 8)}</svg>"
    )


def _key(kind: str, x: float, y: float) -> str:
    """Return the sign of a legend's entry around a point, as the style sheet draws it on pages."""
    name, _, part = kind.partition("-")
    if name == "status":
        look = theme.look(part)
        return marks.symbol(look.symbol, x, y, look.size(11) / 2, theme.light(look.colour))
    if name in ("diamond", "ring"):
        symbol = "diamond" if name == "diamond" else "circle"
        return marks.symbol(symbol, x, y, 4.5, theme.light("path"), is_hollow=True)
    if name in ("first", "second"):
        shape, colour = ("circle", "teal") if name == "first" else ("diamond", "ochre")
        return marks.symbol(shape, x, y, 5, theme.light(colour))
    if name == "dash":
        return marks.straight(x - 10, y, x + 10, y, theme.light("path"), 2, "3 3")
    if name == "tick":
        return marks.straight(x, y - 7, x, y + 7, theme.light("ink"), 2)
    if name == "line":
        return marks.straight(x - 10, y, x + 10, y, theme.light("teal"), 2.5)
    area = theme.AREAS[int(part)] if name == "area" else ""
    fills = {"fill": part, "area": area, "band": "band", "withheld": "raised"}
    edges = {"outlined": ("teal", 1.5), "not_reported": ("line", 1)}
    fill, (edge, thick) = theme.light(fills.get(name, "card")), edges.get(name, ("card", 0))
    font = {"size": 12, "color": theme.light("muted")}
    return (
        f'<rect x="{marks.short(x - 9)}" y="{marks.short(y - 6)}" width="18" height="12" rx="2" fill="{fill}"'
        f' stroke="{theme.light(edge)}" stroke-width="{thick}"/>'
        + (marks.text(LETTERS[name], x, y + 4, font, "middle") if name in LETTERS else "")
    )
