"""Make `assets/css/02-icons.css`: the Tabler icons that we use, as masks that take the text's colour.

    python assets/build/make_icons.py

Needs npm. To add an icon, give it a name of ours in `ICONS` and run this again.
"""

import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from npm import ASSETS, fetch

ICONS = {
    "home": "home",
    "map-pin": "map-pin",
    "map": "map-2",
    "briefcase": "briefcase",
    "target": "target-arrow",
    "users": "users",
    "user-check": "user-check",
    "coin": "coin-euro",
    "building": "building-community",
    "chart-line": "chart-line",
    "gauge": "gauge",
    "list-check": "list-check",
    "upload": "upload",
    "download": "download",
    "file-text": "file-text",
    "file-spreadsheet": "file-spreadsheet",
    "book": "book-2",
    "info": "info-circle",
    "warning": "alert-triangle",
    "error": "alert-circle",
    "check": "check",
    "x": "x",
    "search": "search",
    "filter": "filter",
    "table": "table",
    "chevron-down": "chevron-down",
    "chevron-up": "chevron-up",
    "chevron-right": "chevron-right",
    "external": "external-link",
    "link": "link",
    "share": "share",
    "printer": "printer",
    "sun": "sun",
    "moon": "moon",
    "menu": "menu-2",
    "language": "language",
    "history": "history",
    "world": "world",
    "trash": "trash",
    "edit": "pencil",
    "eye-off": "eye-off",
    "empty": "database-off",
    "calendar": "calendar",
    "clock": "clock",
    "scale": "scale",
    "arrow-right": "arrow-right",
    "arrow-up-right": "arrow-up-right",
    "arrow-down-right": "arrow-down-right",
    "lock": "lock",
    "bell": "bell",
}
# Those that other style sheets draw where there is no element for an icon.
SHARED = ("sun", "moon", "error", "warning", "info", "check")
MIRRORED = ("chevron-right", "arrow-right", "arrow-up-right", "arrow-down-right", "external")


def shapes(svg: str) -> str:
    """Return the shapes of an icon, without the frame around them."""
    body = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    found = "".join(re.findall(r"<(?:path|circle|rect|line)[^>]*/>", body))
    return found.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "")


def strip(icons: Iterable[str]) -> str:
    """Return icons below each other as a data address, thinner than Tabler draws them.

    One picture, because browsers make a document of each, which takes longer than all there is in it.
    """
    drawn = [f'<g transform="translate(0 {24 * at})">{one}</g>' for at, one in enumerate(icons)]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 {24 * len(drawn)}" fill="none"'
        ' stroke="#000" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">'
        f"{''.join(drawn)}</svg>"
    )
    return "data:image/svg+xml," + quote(re.sub(r"\s+", " ", svg), safe=" ='/:,.-()")


def main() -> None:
    """Write the style sheet."""
    with tempfile.TemporaryDirectory() as name:
        outlines = fetch(Path(name), "@tabler/icons") / "@tabler" / "icons" / "icons" / "outline"
        drawn = [shapes((outlines / f"{one}.svg").read_text("utf-8")) for one in ICONS.values()]
    places = {name: place for place, name in enumerate(ICONS)}
    shared = "".join(f"  --icon-{name}: {places[name]};\n" for name in SHARED)
    mirrored = ", ".join(f'[dir="rtl"] .icon-{name}' for name in MIRRORED)
    text = (
        "/* Made by assets/build/make_icons.py from Tabler Icons (MIT); do not edit. */\n"
        f':root {{\n  --icons: url("{strip(drawn)}");\n  --icon-last: {len(drawn) - 1};\n{shared}}}\n'
        + "".join(f".icon-{name} {{ --icon: {place}; }}\n" for name, place in places.items())
        + f"{mirrored} {{ scale: -1 1; }}\n"
    )
    (ASSETS / "css" / "02-icons.css").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
