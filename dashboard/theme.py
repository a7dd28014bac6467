"""The look: colours for light and dark, marks of the statuses and goals, Plotly's base layout.

Figures use the light colours; the style sheet that `style_sheet` writes exchanges each of them
for its dark twin, in plotly.js's drawings and in ours, so that switching redraws nothing.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from schemas import words
from schemas.codes import Status
from schemas.words import N_

FONT = '"Inter", "IBM Plex Sans Arabic", system-ui, sans-serif'

COLOURS: dict[str, tuple[str, str]] = {
    "bg": ("#F5F7F7", "#0C1214"),
    "card": ("#FFFFFF", "#131C1F"),
    "raised": ("#EDF1F1", "#1C282C"),
    "line": ("#DBE2E2", "#29373D"),
    "control": ("#8A979B", "#6B7C83"),
    "ink": ("#12191B", "#E9EFF0"),
    "muted": ("#536168", "#A0B0B6"),
    "accent": ("#0F6A7B", "#5FBECD"),
    "on-accent": ("#FEFFFF", "#0B1416"),
    "teal": ("#15798C", "#3FA9BB"),
    "teal-deep": ("#0B5261", "#8AD3DE"),
    "ochre": ("#A87A1C", "#D9A441"),
    "rust": ("#B8502E", "#E58360"),
    "rust-deep": ("#7E2F17", "#F5BDA8"),
    "grey": ("#7C898E", "#8496A0"),
    "band": ("#C4DDE1", "#23444B"),
    "grid": ("#E1E7E7", "#26343A"),
    "path": ("#6A777D", "#93A4AB"),
    "land": ("#E2E7E6", "#263338"),
    "border": ("#F6F8F8", "#101719"),
    "sea": ("#F7F9F9", "#0F1619"),
    "tint": ("#B7D4D8", "#2F555D"),
    "around": ("#ECF1F0", "#1B272B"),
    "shade-0": ("#DAE2E1", "#2A383E"),
    "shade-1": ("#8CBDC7", "#366F7B"),
    "shade-2": ("#4F97A6", "#4795A3"),
    "shade-3": ("#17606F", "#77C3CF"),
    "on-light": ("#0F1617", "#0F1618"),
}
"Each colour on light and on dark; the names are those of the style sheet, `var(--teal)`."


AREAS = ("tint", "shade-0", "shade-1", "shade-2", "shade-3")
"Colours of areas on a map: with projects, without, and with values from low to high."


def light(name: str) -> str:
    """Return the colour that a figure uses for a token; the style sheet knows its dark twin."""
    return COLOURS[name][0]


@dataclass(frozen=True)
class Look:
    """How a status is told apart: a word (to be translated), a colour, and a shape of its own.

    `on` is the colour of a number upon it; `symbol` is Plotly's name of the shape, `scale` makes
    shapes of one size look alike.
    """

    word: str
    colour: str
    on: str
    symbol: str
    scale: float = 1.0

    def size(self, diameter: float) -> float:
        """Return the size of the mark that looks as large as a circle of a diameter."""
        return round(diameter * self.scale, 1)


STATUS: dict[str, Look] = {
    Status.ACHIEVED: Look(N_("Achieved"), "teal-deep", "card", "star", 1.25),
    Status.MAINTAINED: Look(N_("Maintained"), "teal-deep", "card", "hexagon", 1.1),
    Status.ON_TRACK: Look(N_("On track"), "teal", "card", "circle"),
    Status.ACCELERATION_NEEDED: Look(
        N_("Acceleration needed"), "ochre", "on-light", "triangle-up", 1.25
    ),
    Status.PARTLY_ACHIEVED: Look(N_("Partly achieved"), "ochre", "on-light", "diamond"),
    Status.LIMITED_PROGRESS: Look(N_("Limited progress"), "rust", "card", "square", 0.88),
    Status.NOT_ACHIEVED: Look(N_("Not achieved"), "rust", "card", "x"),
    Status.NOT_MAINTAINED: Look(N_("Not maintained"), "rust-deep", "card", "cross"),
    Status.MOVING_AWAY: Look(
        N_("Moving away from the target"), "rust-deep", "card", "triangle-down", 1.25
    ),
}
"The statuses from best to worst."

NO_STATUS = Look(N_("No status"), "grey", "card", "circle-open")


def look(status: str) -> Look:
    """Return how a status looks; the empty one too."""
    return STATUS.get(status, NO_STATUS)


SDG = (
    "#E5243B",
    "#DDA63A",
    "#4C9F38",
    "#C5192D",
    "#FF3A21",
    "#26BDE2",
    "#FCC30B",
    "#A21942",
    "#FD6925",
    "#DD1367",
    "#FD9D24",
    "#BF8B2E",
    "#3F7E44",
    "#0A97D9",
    "#56C02B",
    "#00689D",
    "#19486A",
)
"The UN's colours of the goals 1 to 17."

# Where white digits fail the contrast that small text needs (4.5:1); a test works it out.
SDG_DARK_DIGITS = frozenset({2, 3, 5, 6, 7, 9, 11, 12, 14, 15})


def sdg_colours(goal: int) -> tuple[str, str]:
    """Return background and digits of a goal's tile."""
    return SDG[goal - 1], "#12191B" if goal in SDG_DARK_DIGITS else "#FFFFFF"


def outline(symbol: str, radius: float) -> str:
    """Return the shape of a mark around 0,0 as SVG path data, as plotly.js draws it.

    Empty for a circle, which SVG has an element for.
    """
    unit, points = OUTLINES[symbol.removesuffix("-open")]
    corners = (f"{x * unit * radius:.2f},{y * unit * radius:.2f}" for x, y in points)
    return "M" + "L".join(corners) + "Z" if points else ""


def _half_turn(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    return (*points, *((-x, -y) for x, y in points))


_ARM = math.sqrt(0.5)
OUTLINES: dict[str, tuple[float, tuple[tuple[float, float], ...]]] = {
    "circle": (1.0, ()),
    "square": (1.0, ((1, 1), (-1, 1), (-1, -1), (1, -1))),
    "diamond": (1.3, ((1, 0), (0, 1), (-1, 0), (0, -1))),
    "triangle-up": (1.0, ((-1.1547, 0.5), (1.1547, 0.5), (0, -1))),
    "triangle-down": (1.0, ((-1.1547, -0.5), (1.1547, -0.5), (0, 1))),
    "hexagon": (1.0, _half_turn(((0.866, -0.5), (0.866, 0.5), (0, 1)))),
    "star": (
        1.4,
        (
            (0.225, -0.309),
            (0.951, -0.309),
            (0.363, 0.118),
            (0.588, 0.809),
            (0, 0.382),
            (-0.588, 0.809),
            (-0.363, 0.118),
            (-0.951, -0.309),
            (-0.225, -0.309),
            (0, -1),
        ),
    ),
    "cross": (0.4, _half_turn(((3, -1), (3, 1), (1, 1), (1, 3), (-1, 3), (-1, 1)))),
    "x": (
        0.8 * _ARM,
        _half_turn(((0, 1), (1, 2), (2, 1), (1, 0), (2, -1), (1, -2))),
    ),
}
"""Plotly's symbols that we use: a factor of the radius, and the corners."""


def direction(language: str) -> str:
    """Return `rtl` or `ltr`, as HTML says it."""
    return "rtl" if words.is_rtl(language) else "ltr"


CLEAR = "rgba(0,0,0,0)"


def layout(**changes: Any) -> dict[str, Any]:
    """Return Plotly's layout as ours begin: no background, no legend, text in our colours."""
    # Not a Plotly template: the SVG writer would have to merge it as plotly.js does.
    return {
        "font": {"family": FONT, "size": 12, "color": light("muted")},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8, "pad": 0},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": light("ink"),
            "bordercolor": light("ink"),
            "font": {"family": FONT, "size": 13, "color": light("card")},
            "align": "left",
        },
        **changes,
    }


FIRST_PAINT = (
    '(function(){var s="";try{s=localStorage.getItem("medtown-scheme")||""}catch(e){}'
    'var d=s==="dark"||(s!=="light"&&matchMedia("(prefers-color-scheme: dark)").matches);'
    'document.documentElement.setAttribute("data-scheme",d?"dark":"light")})()'
)
"The script that stands in the page's head, so that a dark page never flashes white."


def rgb(colour: str) -> str:
    """Return a colour as browsers write it into a style attribute: `rgb(21, 121, 140)`."""
    return f"rgb({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:7], 16)})"


def _corners(path: str) -> list[list[str]]:
    return [corner.split(",") for corner in path.strip("MZ").split("L")]


def _shape(symbol: str) -> str:
    """Return the shape of a mark within 20 by 20, around the origin."""
    if path := outline(symbol, 1.0):
        # As large as the box allows: a triangle of a circle's radius would look half its size.
        x, y = ([float(n) for n in axis] for axis in zip(*_corners(path), strict=True))
        scale = min(18 / (max(x) - min(x)), 18 / (max(y) - min(y)), 8.2)
        down = -(max(y) + min(y)) / 2 * scale
        return f"<path transform='translate(0 {down:.1f}) scale({scale:.2f})' d='{path}'/>"
    if symbol.endswith("-open"):
        return "<circle r='6.5' fill='none' stroke='#000' stroke-width='2.4'/>"
    return "<circle r='7.8'/>"


def masks(symbols: Iterable[str]) -> str:
    """Return shapes of marks below each other as a data address, for CSS masks.

    One picture, because browsers make a document of each, which takes longer than all there is in it.
    """
    drawn = [
        f"<g transform='translate(0 {20 * place})'>{_shape(symbol)}</g>"
        for place, symbol in enumerate(symbols)
    ]
    box = f"-10 -10 20 {20 * len(drawn)}"
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='{box}'>{''.join(drawn)}</svg>"
    return "data:image/svg+xml," + quote(svg, safe=" ='/:,.-()")


DARK = '[data-scheme="dark"]'


def _tokens(selector: str, side: int) -> str:
    tokens = "".join(f"  --{name}: {pair[side]};\n" for name, pair in COLOURS.items())
    return f"{selector} {{\n  color-scheme: {('light', 'dark')[side]};\n{tokens}}}\n"


def style_sheet() -> str:
    """Return the tokens as CSS: colours, statuses, goals, and the dark twins within figures."""
    parts = ["/* Made by assets/build/make_theme.py from dashboard/theme.py; do not edit. */\n"]
    parts.append(_tokens(":root", 0))
    looks = [*STATUS.items(), ("none", NO_STATUS)]
    symbols = list(dict.fromkeys(shown.symbol for _, shown in looks))
    parts.append(
        f':root {{\n  --shapes: url("{masks(symbols)}");\n  --shape-last: {len(symbols) - 1};\n}}\n'
    )
    for status, shown in looks:
        tokens = f"--status: var(--{shown.colour}); --shape: {symbols.index(shown.symbol)};"
        parts.append(f".status-{status}, .key-status-{status} {{ {tokens} }}\n")
    parts.append(
        '[class^="key-area-"] { flex: none; inline-size: 16px; block-size: 12px;'
        " border-radius: 3px; background: var(--area); }\n"
    )
    for number, name in enumerate(AREAS):
        parts.append(f".key-area-{number} {{ --area: var(--{name}); }}\n")
    for goal in range(1, 18):
        background, digits = sdg_colours(goal)
        parts.append(f".sdg-{goal} {{ --goal: {background}; --digits: {digits}; }}\n")
    # Paper is white, whatever the screen is.
    parts.append("@media screen {\n" + _tokens(DARK, 1))
    for name, (colour, _) in COLOURS.items():
        for part in ("fill", "stroke"):
            # The first is our SVG writer's way, the others are plotly.js's.
            ways = (
                f'{part}="{colour}"',
                f'{part}="{rgb(colour)}"',
                f'style*="{part}: {rgb(colour)}"',
            )
            drawn = ", ".join(f"{DARK} .figure [{way}]" for way in ways)
            parts.append(f"{drawn} {{ {part}: var(--{name}) !important; }}\n")
    return "".join(parts) + "}\n"
