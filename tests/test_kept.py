"""Pages that are kept: drawn once for everybody who may see the same, and anew after any change."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, insert

from dashboard import app, frames, kept
from dashboard.views import View
from schemas import database, tables
from tests.observed import NOW, observe, series, submit


@pytest.fixture
def server(seeded: Engine) -> Flask:
    return app.create_app().server  # type: ignore[no-any-return]


def settle(engine: Engine) -> None:
    """Set the clock of the database's files back to when nobody wrote."""
    if engine.dialect.name == "sqlite":
        file = Path(engine.url.database or "")
        for path in (file, file.with_name(f"{file.name}-wal")):
            if path.exists():
                before = path.stat().st_mtime - 2 * kept.SETTLED
                os.utime(path, (before, before))


def change(engine: Engine) -> None:
    with database.begin(engine) as conn:
        conn.execute(
            insert(tables.Workbook),
            [{"sha256": f"{time.time_ns():064d}", "size": 0, "content": b"", "received_at": NOW}],
        )


class Drawing:
    """Counts how often something was drawn."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> int:
        self.count += 1
        return self.count


def test_a_page_is_drawn_once_until_something_changes(server: Flask, seeded: Engine) -> None:
    drawing = Drawing()
    with server.test_request_context("/"):
        settle(seeded)
        assert [kept.once("page", drawing), kept.once("page", drawing)] == [1, 1]
        change(seeded)
        assert kept.once("page", drawing) == 2


def test_just_after_a_change_nothing_is_kept(server: Flask, seeded_sqlite: Engine) -> None:
    """Two changes may bear the same time: what was drawn between them would never go."""
    drawing = Drawing()
    with server.test_request_context("/"):
        change(seeded_sqlite)
        assert [kept.once("page", drawing), kept.once("page", drawing)] == [1, 2]


def test_readers_who_may_see_different_things_see_different_pages(
    server: Flask, seeded: Engine
) -> None:
    drawing = Drawing()
    settle(seeded)
    for address, caller in (
        ("/?lang=en", "127.0.0.1"),
        ("/?lang=ar", "127.0.0.1"),
        ("/?lang=en", "203.0.113.7"),
    ):
        with server.test_request_context(address, environ_base={"REMOTE_ADDR": caller}):
            kept.once("page", drawing)
    assert drawing.count == 3


def test_only_the_last_pages_are_kept(server: Flask, seeded: Engine) -> None:
    drawing = Drawing()
    settle(seeded)
    with server.test_request_context("/"):
        for number in range(kept.PAGES.most + 1):
            kept.once(number, drawing)
        kept.once(kept.PAGES.most, drawing)
        assert drawing.count == kept.PAGES.most + 1
        kept.once(0, drawing)
        assert drawing.count == kept.PAGES.most + 2


def test_results_are_added_up_once_whatever_is_drawn_of_them(server: Flask, seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        observe(conn, submit(conn), *series())
    settle(seeded)

    def page(**words: Any) -> frames.Data:
        with database.connect(seeded) as conn:
            return kept.data(conn, View(**words))

    with server.test_request_context("/?lang=en"):
        first = kept.once(1, page)
        other = kept.once(2, lambda: page(indicator="JOB-NEW", level="output"))
        elsewhere = kept.once(3, lambda: page(country="GRC"))
        assert other.kept is first.kept
        assert (other.view.indicator, first.view.indicator) == ("JOB-NEW", "")
        assert elsewhere.kept is not first.kept
        for by in ([], ["country_code"]):
            assert frames.results(other, by) is frames.results(first, by)
        change(seeded)
        assert kept.once(4, page).kept is not first.kept


def test_outside_of_a_page_nothing_is_kept(server: Flask, seeded: Engine) -> None:
    settle(seeded)
    with server.test_request_context("/"), database.connect(seeded) as conn:
        assert kept.data(conn, View()).kept is not kept.data(conn, View()).kept


def test_what_was_accepted_stands_on_the_page_at_once(server: Flask, seeded: Engine) -> None:
    client = server.test_client()
    settle(seeded)
    assert "kpi-value" not in client.get("/?lang=en").get_data(as_text=True)
    with database.begin(seeded) as conn:
        observe(conn, submit(conn), *series())
    settle_later = client.get("/?lang=en").get_data(as_text=True)
    assert "kpi-value" in settle_later


def test_a_page_that_failed_is_tried_again(
    server: Flask, seeded: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    settle(seeded)
    client = server.test_client()
    with monkeypatch.context() as patched:
        patched.setattr("dashboard.pages.method.layout", broken)
        assert "cannot be shown" in client.get("/method?lang=en").get_data(as_text=True)
    assert "cannot be shown" not in client.get("/method?lang=en").get_data(as_text=True)
