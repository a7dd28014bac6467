"""Every page in every look: it opens in silence, fits, is in order, and can be used by everybody.

`make test` looks at the pages in turn in English on a wide screen and in Arabic on a dark phone; the
slow matrix takes every language, both schemes and three widths.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from itertools import cycle, product
from typing import TYPE_CHECKING, Literal

import pytest

from dashboard import app
from schemas import words
from tests import browsing
from tests.browsing import PHONE, Look
from tests.conftest import kept_warm

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.browser

FEW = (Look("en"), Look("ar", "dark", 390))


def in_turn(addresses: Iterable[str]) -> list[tuple[str, Look]]:
    """Return each address with one of the few looks."""
    return list(zip(addresses, cycle(FEW), strict=False))


SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
Contexts = Callable[[Look], "BrowserContext"]


@pytest.fixture(scope="module")
def contexts(browser: "Browser") -> Iterator[Contexts]:
    """Contexts by look, each made once: what is cached in a browser is not fetched for each page."""
    with ExitStack() as made:
        yield cache(lambda look: made.enter_context(kept_warm(look.context(browser))))


def test_every_page_that_needs_an_example_has_one() -> None:
    assert [address for address in browsing.ADDRESSES if "<" in address] == []


def test_every_page_without_dash_has_an_example() -> None:
    rules = {
        rule.rule
        for rule in app.create_app().server.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and re.match(r"/(account|admin|invitation|notices|privacy|sign-in|work)\b", rule.rule)
        and not re.search(r"\.\w+$|\.<|/file$", rule.rule)
    }
    assert rules == {*browsing.FORMS, *browsing.UNDER_WAY}


@pytest.mark.parametrize(("address", "look"), in_turn(browsing.FORMS.values()), ids=str)
def test_a_page_without_dash_is_right(
    contexts: Contexts, demo_server: str, address: str, look: Look
) -> None:
    where = demo_server + browsing.in_language(address, look.language)
    with browsing.opened(contexts(look), where) as page:
        assert "404" not in page.title()
        assert page.locator("main h1").count() == 1
        assert browsing.page_faults(page, look) == []


@pytest.mark.slow
@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("address", browsing.FORMS.values())
def test_a_page_without_dash_is_right_in_every_look(
    contexts: Contexts, demo_server: str, address: str, language: str
) -> None:
    where = demo_server + browsing.in_language(address, language)
    with browsing.opened(contexts(Look(language)), where) as page:
        for scheme, wide in product(SCHEMES, (1440, PHONE, 320)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": wide, "height": 844})
            look = Look(language, scheme, wide)
            assert browsing.page_faults(page, look) == [], str(look)


@pytest.mark.parametrize(("address", "look"), in_turn(browsing.EACH_PAGE_ONCE), ids=str)
def test_a_page_is_right(contexts: Contexts, demo_server: str, address: str, look: Look) -> None:
    where = demo_server + browsing.in_language(address, look.language)
    with browsing.opened(contexts(look), where) as page:
        browsing.draw_all(page)
        assert browsing.page_faults(page, look) == []


@pytest.mark.thorough(3)
@pytest.mark.parametrize("look", FEW, ids=str)
@pytest.mark.parametrize("address", browsing.ADDRESSES_IN_TURN)
def test_a_page_is_right_before_any_script(
    contexts: Contexts, demo_server: str, address: str, look: Look
) -> None:
    first = replace(look, is_first_view=True)
    where = demo_server + browsing.in_language(address, look.language)
    with browsing.opened(contexts(first), where) as page:
        assert browsing.page_faults(page, look) == []


@pytest.mark.slow
@pytest.mark.parametrize("width", [1440, PHONE])
@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("address", browsing.ADDRESSES)
def test_a_page_is_right_in_every_look(
    contexts: Contexts, demo_server: str, address: str, language: str, width: int
) -> None:
    """Light and dark, and on a phone also as narrow as any; the page is drawn anew for each."""
    where = demo_server + browsing.in_language(address, language)
    with browsing.opened(contexts(Look(language, "light", width)), where) as page:
        for scheme, wide in product(SCHEMES, (width,) if width > PHONE else (PHONE, 320)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": wide, "height": 844})
            browsing.settle(page)
            look = Look(language, scheme, wide)
            assert browsing.page_faults(page, look) == [], str(look)
