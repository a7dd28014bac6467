"""Make `assets/fonts` and `assets/css/01-fonts.css`: the letters of our six languages.

    python assets/build/make_fonts.py

Needs npm. Each `*.woff2` is loaded only where a page has letters of its `unicode-range`, so a page
in English fetches one. The whole fonts in `ttf/` are for images and documents that are made
without a browser, which gets none of them.
"""

import json
import re
import shutil
import tempfile
from pathlib import Path

from npm import ASSETS, fetch

INTER = "@fontsource-variable/inter"
ARABIC = "@fontsource/ibm-plex-sans-arabic"
WHOLE = {
    "@expo-google-fonts/inter": "Inter",
    "@expo-google-fonts/ibm-plex-sans-arabic": "IBMPlexSansArabic",
}
"The packages of whole fonts, and how their files begin."
WEIGHTS = ("400Regular", "600SemiBold", "700Bold")
FACE = """@font-face {{
  font-family: "{family}";
  font-style: normal;
  font-display: swap;
  font-weight: {weight};
  src: url("../fonts/{file}") format("woff2");
  unicode-range: {letters};
}}
"""


def main() -> None:
    """Write the fonts, their licences, and the style sheet that declares them."""
    fonts = ASSETS / "fonts"
    shutil.rmtree(fonts, ignore_errors=True)
    (fonts / "ttf").mkdir(parents=True)
    faces: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        modules = fetch(Path(name), INTER, ARABIC, *WHOLE)

        def add(package: str, file: str, family: str, subset: str, weight: str) -> None:
            ranges = json.loads((modules / package / "unicode.json").read_text(encoding="utf-8"))
            shutil.copyfile(modules / package / "files" / file, fonts / file)
            letters = re.sub(r",\s*", ", ", ranges[subset])
            faces.append(FACE.format(family=family, weight=weight, file=file, letters=letters))

        for subset in ("latin", "latin-ext", "greek", "greek-ext"):
            file = f"inter-{subset}-wght-normal.woff2"
            add(INTER, file, "Inter", subset, "100 900")
        for weight in ("400", "600", "700"):
            file = f"ibm-plex-sans-arabic-arabic-{weight}-normal.woff2"
            add(ARABIC, file, "IBM Plex Sans Arabic", "arabic", weight)
        for package, family in WHOLE.items():
            for weight in WEIGHTS:
                file = f"{family}_{weight}.ttf"
                shutil.copyfile(modules / package / weight / file, fonts / "ttf" / file)
        shutil.copyfile(modules / INTER / "LICENSE", fonts / "OFL-Inter.txt")
        shutil.copyfile(modules / ARABIC / "LICENSE", fonts / "OFL-IBM-Plex-Sans-Arabic.txt")
    head = "/* Made by assets/build/make_fonts.py; do not edit. */\n"
    (ASSETS / "css" / "01-fonts.css").write_text(head + "".join(faces), encoding="utf-8")


if __name__ == "__main__":
    main()
