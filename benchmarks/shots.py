"""Take a picture of every page, wide and on a phone, in English, in Arabic and dark, for eyes to judge.

    python -m benchmarks.shots [part of an address ...]

They are written to `shots/`, which git ignores, from a demonstration of its own.
"""

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.serving import chromium, demonstration
from benchmarks.timing import out
from tests import browsing
from tests.browsing import Look

FOLDER = Path(__file__).parent.parent / "shots"
LOOKS = tuple(
    Look(language, scheme, width)
    for width in (1440, 390)
    for language, scheme in (("en", "light"), ("ar", "light"), ("en", "dark"))
)


def name(address: str, look: Look) -> str:
    """Return the name of a picture: page, width, language, scheme.

    >>> name("/sdg/8?a=1", Look("ar"))
    'sdg-8-a-1.1440.ar.light.png'
    """
    page = re.sub(r"\W+", "-", address).strip("-") or "overview"
    return f"{page}.{look.width}.{look.language}.{look.scheme}.png"


def shoot(browser: Browser, server: str, addresses: list[str]) -> int:
    """Write the pictures of some pages, and return how many."""
    for look in LOOKS:
        context = look.context(browser)
        for address in addresses:
            page = context.new_page()
            page.goto(server + browsing.in_language(address, look.language))
            browsing.settle(page)
            browsing.draw_all(page)
            page.screenshot(path=FOLDER / name(address, look), full_page=True)
            page.close()
        context.close()
    return len(LOOKS) * len(addresses)


def main() -> None:
    """Take the pictures of the pages whose address has one of the words in it, or of all."""
    words = sys.argv[1:] or [""]
    pages = [*browsing.ADDRESSES, *browsing.FORMS.values()]
    addresses = [one for one in pages if any(word in one for word in words)]
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        demonstration(Path(folder)) as server,
        chromium() as browser,
    ):
        count = shoot(browser, server, addresses)
    out.print(f"{count} pictures in {FOLDER.name}/")


if __name__ == "__main__":
    main()
