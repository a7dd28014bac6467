"""The look and the assets: contrast, shapes, dark twins, and that all of it is ours and current."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs_version

from dashboard import theme
from schemas.codes import Status

ASSETS = Path(__file__).parents[1] / "assets"
SIDES = {"light": 0, "dark": 1}


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("upper", "lower", "least"),
    [
        *(
            (text, ground, 4.5)
            for text in ("ink", "muted", "accent")
            for ground in ("bg", "card", "raised")
        ),
        ("on-accent", "accent", 4.5),
        ("path", "card", 4.5),
        ("control", "card", 3.0),
        *((look.on, look.colour, 4.5) for look in theme.STATUS.values()),
        *((look.colour, "card", 3.0) for look in [*theme.STATUS.values(), theme.NO_STATUS]),
    ],
)
def test_colours_can_be_told_from_their_ground(
    upper: str, lower: str, least: float, side: str
) -> None:
    pair = (theme.COLOURS[name][SIDES[side]] for name in (upper, lower))
    assert contrast(*pair) >= least


@pytest.mark.parametrize("goal", range(1, 18))
def test_the_digits_of_a_goal_can_be_read(goal: int) -> None:
    background, digits = theme.sdg_colours(goal)
    assert contrast(background, digits) >= 4.5


def test_every_status_has_a_shape_and_a_word_of_its_own() -> None:
    assert set(theme.STATUS) == set(Status)
    looks = [*theme.STATUS.values(), theme.NO_STATUS]
    assert len({look.symbol for look in looks}) == len(looks)
    assert len({look.word for look in looks}) == len(looks)


def test_every_colour_of_the_light_page_has_one_dark_twin() -> None:
    colours = [pair[0].upper() for pair in theme.COLOURS.values()]
    assert len(set(colours)) == len(colours)


def test_an_unknown_status_looks_like_none() -> None:
    assert theme.look("") is theme.look("no such status") is theme.NO_STATUS


def test_arabic_runs_from_right_to_left() -> None:
    assert (theme.direction("ar"), theme.direction("el")) == ("rtl", "ltr")


def test_graphs_offer_to_send_nothing_anywhere() -> None:
    script = (ASSETS / "js" / "charts.js").read_text(encoding="utf-8")
    assert "showSendToCloud: false" in script
    assert "displayModeBar: false" in script


def test_the_style_sheet_is_what_the_theme_says() -> None:
    written = (ASSETS / "css" / "00-tokens.css").read_text(encoding="utf-8")
    assert written == theme.style_sheet(), "run assets/build/make_theme.py"


def test_the_bundle_is_of_the_version_inside_the_plotly_wheel() -> None:
    (bundle,) = (ASSETS / "js").glob("plotly-*.min.js")
    assert bundle.name == f"plotly-{get_plotlyjs_version()}.min.js", (
        "run assets/build/make_plotly.py"
    )
    assert f'.version="{get_plotlyjs_version()}"' in bundle.read_text(encoding="utf-8")[:5000]


def own(pattern: str) -> list[Path]:
    return [p for p in ASSETS.rglob(pattern) if not p.name.startswith("plotly-")]


@pytest.mark.parametrize("path", [*own("*.css"), *own("*.js")], ids=lambda path: path.name)
def test_nothing_is_fetched_from_another_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|url\(\s*[\"']?//|@import", text)


@pytest.mark.parametrize("path", own("*.css"), ids=lambda path: path.name)
def test_what_a_style_sheet_asks_for_is_there(path: Path) -> None:
    for address in re.findall(r'url\("(\.\./[^"]+)"\)', path.read_text(encoding="utf-8")):
        assert (path.parent / address).is_file(), address


@pytest.mark.parametrize("path", own("*.css"), ids=lambda path: path.name)
def test_pages_can_be_mirrored(path: Path) -> None:
    sheet = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    physical = r"(?:margin|padding|border)-(?:left|right)|(?<![-\w])(?:left|right)\s*:|(?:text-align|float):\s*(?:left|right)"
    assert re.findall(physical, sheet) == []


@pytest.mark.parametrize("name", ["med", "world"])
def test_a_map_has_every_country_once_in_closed_rings(name: str) -> None:
    features = json.loads((ASSETS / "geo" / f"{name}.geojson").read_text())["features"]
    codes = [feature["id"] for feature in features]
    assert len(set(codes)) == len(codes)
    assert {"ESP", "PRT", "GRC", "TUN", "JOR", "PSE", "CYP", "MLT", "ITA"} <= set(codes)
    for feature in features:
        for polygon in feature["geometry"]["coordinates"]:
            for ring in polygon:
                assert ring[0] == ring[-1]
                assert len(ring) >= 4
                assert all(a != b for a, b in pairwise(ring))


@pytest.mark.parametrize("name", ["med", "world"])
def test_palestine_has_both_its_parts_and_cyprus_is_one_country(name: str) -> None:
    features = json.loads((ASSETS / "geo" / f"{name}.geojson").read_text())["features"]
    parts = {feature["id"]: feature["geometry"]["coordinates"] for feature in features}
    assert len(parts["PSE"]) == 2
    assert len(parts["CYP"]) == 1


def test_every_thing_that_is_not_ours_has_its_licence_named() -> None:
    licences = (ASSETS / "LICENCES.md").read_text(encoding="utf-8")
    for name in ("plotly.js", "inter", "ibm-plex-sans-arabic", "@tabler/icons", "world-atlas"):
        assert name in licences
    assert {"OFL-Inter.txt", "OFL-IBM-Plex-Sans-Arabic.txt"} <= {
        path.name for path in (ASSETS / "fonts").iterdir()
    }
