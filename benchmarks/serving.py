"""What benchmarks measure in: a database of its own, the demonstration as it is served, a browser."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

import etl
from dashboard.demonstration import load as load_demonstration
from schemas import database
from tests.conftest import CHROMIUM_FLAGS, served

WORKERS = 2


@contextmanager
def database_of_its_own(folder: Path) -> Iterator[None]:
    """Point the program to a fresh, seeded database for a while."""
    os.environ["MEDTOWN_HOME"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    database.migrate()
    with database.begin() as conn:
        etl.seed(conn)
    yield
    database.engine().dispose()


@contextmanager
def demonstration(folder: Path) -> Iterator[str]:
    """Yield the address of a server over the demonstration, as it runs for others."""
    with database_of_its_own(folder):
        for _ in load_demonstration():
            pass
    with served(f"sqlite:///{folder / 'medtown.sqlite'}", folder, workers=WORKERS) as address:
        yield address


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield the browser of the tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which(os.environ.get("CHROMIUM", "chromium")),
            args=list(CHROMIUM_FLAGS),
        )
        yield browser
        browser.close()
