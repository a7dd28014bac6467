"""Make `assets/css/02-icons.css`: the Tabler icons that we use, as masks that take the text's colour.

    python assets/build/make_icons.py

Needs npm. To add an icon, give it a name of ours in `ICONS` and run this again.
"""

import re
import tempfile
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


def mask(svg: str) -> str:
    """Return an icon as a data address: only its shapes, thinner than Tabler draws them."""
    body = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    shapes = "".join(re.findall(r"<(?:path|circle|rect|line)[^>]*/>", body))
    shapes = shapes.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "")  # a frame
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#000"'
        f' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{shapes}</svg>'
    )
    return "data:image/svg+xml," + quote(re.sub(r"\s+", " ", drawn), safe=" ='/:,.-()")


def main() -> None:
    """Write the style sheet."""
    with tempfile.TemporaryDirectory() as name:
        outlines = fetch(Path(name), "@tabler/icons") / "@tabler" / "icons" / "icons" / "outline"
        masks = {
            ours: mask((outlines / f"{theirs}.svg").read_text(encoding="utf-8"))
            for ours, theirs in ICONS.items()
        }
    shared = "".join(f'  --icon-{name}: url("{masks[name]}");\n' for name in SHARED)
    rules = [
        f".icon-{name} {{ --icon: var(--icon-{name}); }}\n"
        if name in SHARED
        else f'.icon-{name} {{ --icon: url("{address}"); }}\n'
        for name, address in masks.items()
    ]
    head = (
        "/* Made by assets/build/make_icons.py from Tabler Icons (MIT); do not edit. */\n"
        f":root {{\n{shared}}}\n"
        ".icon {\n  display: inline-block;\n  flex: none;\n  inline-size: 1.25em;\n"
        "  block-size: 1.25em;\n  vertical-align: -0.28em;\n  background: currentColor;\n"
        "  mask: var(--icon) center / contain no-repeat;\n}\n"
        "@media (forced-colors: active) {\n  .icon { background: CanvasText; }\n}\n"
    )
    mirrored = ", ".join(f'[dir="rtl"] .icon-{name}' for name in MIRRORED)
    text = head + "".join(rules) + f"{mirrored} {{ scale: -1 1; }}\n"
    (ASSETS / "css" / "02-icons.css").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
