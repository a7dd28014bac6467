"""What people do with their accounts in a browser, and how those pages look to everybody."""

import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from dashboard import accounts
from dashboard.accounts import Grant
from schemas import database
from schemas.codes import Role
from tests import browsing
from tests.browsing import PHONE, Look
from tests.conftest import PATIENCE, Databases, served

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE)

EMAIL, PASSWORD = "ana@example.org", "harbour violin sediment nineteen"


@pytest.fixture(scope="module")
def engine(databases: Databases) -> Iterator[Engine]:
    made = database.make_engine(databases.fresh("sqlite", is_seeded=True))
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def address(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over real accounts: whoever visits from this machine is nobody in particular."""
    home = tmp_path_factory.mktemp("accounts")
    copied = shutil.copy(str(engine.url.database), home / "medtown.sqlite")
    with database.begin(database.make_engine(f"sqlite:///{copied}")) as conn:
        demo = accounts.demo(conn)
        assert demo
        accounts.disable(conn, demo.account_id, actor="command line")
    with served(f"sqlite:///{copied}", home) as where:
        yield f"{where}#{copied}"


def invited(address: str, email: str, language: str = "en") -> str:
    """Return the link of a new account."""
    where, _, file = address.partition("#")
    with database.begin(database.make_engine(f"sqlite:///{file}")) as conn:
        given = [Grant(Role.PARTNER, project_code="DA-GR"), Grant(Role.EVALUATOR)]
        account_id = accounts.add(
            conn, email, "Ana Silva Monteiro", language=language, given=given, actor="command line"
        )
        token = accounts.invite(conn, account_id, actor="command line")
    return f"{where}/invitation/{token}"


def sign_in(page: Page, where: str, email: str) -> None:
    page.goto(f"{where}/sign-in")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("main .form button").click()


def test_somebody_is_invited_and_comes_in_with_a_recovery_code(page: Page, address: str) -> None:
    where = address.partition("#")[0]
    page.goto(invited(address, EMAIL))
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Keep the password").click()
    expect(page.get_by_text("Your password is kept")).to_be_visible()

    sign_in(page, where, EMAIL)
    page.get_by_role("link", name="Ana Silva Monteiro").click()
    second = page.locator("section", has=page.get_by_role("heading", name="Second step"))
    secret = second.locator("code").inner_text()
    second.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    second.get_by_label("Password").fill(PASSWORD)
    second.get_by_role("button", name="Switch on").click()
    expect(page.locator(".codes code")).to_have_count(10)
    codes = page.locator(".codes code").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes are left.")).to_be_visible()

    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    sign_in(page, where, EMAIL)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Ana Silva Monteiro")).to_be_visible()
    page.goto(f"{where}/account")
    expect(page.get_by_text("9 recovery codes are left.")).to_be_visible()


LOOKS = [
    Look(language, scheme, width)
    for language, scheme, width in product(("en", "ar"), ("light", "dark"), (1440, PHONE))
]


@pytest.mark.thorough(7)  # the first and the last
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_pages_of_accounts_are_for_everybody(
    browser: Browser, address: str, look: Look, tmp_path: Path
) -> None:
    where = address.partition("#")[0]
    email = f"{look}@example.org"
    link = invited(address, email, look.language)
    context = look.context(browser)
    faults: dict[str, list[str]] = {}

    def look_at(page: Page, name: str, path: str) -> None:
        page.goto(browsing.in_language(path, look.language))
        faults[name] = browsing.page_faults(page, look)
        page.screenshot(path=tmp_path / f"{name}-{look}.png", full_page=True)

    page = context.new_page()
    look_at(page, "invitation", link)
    page.locator("input[name=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("main .form button").click()
    look_at(page, "sign-in", f"{where}/sign-in")
    sign_in(page, where, email)
    look_at(page, "account", f"{where}/account")
    page.locator("form[action='/account/password'] button").click()
    expect(page.locator(".form-error").first).to_be_visible()
    faults["mistakes"] = browsing.page_faults(page, look)
    context.close()
    assert {name: found for name, found in faults.items() if found} == {}
