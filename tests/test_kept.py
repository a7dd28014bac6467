"""Pages that are kept: drawn once for everybody who may see the same, and anew after any change."""

import os
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, event

from dashboard import accounts, app, frames, kept, notices
from dashboard.views import View
from schemas import database
from schemas.revisions import revisions
from schemas.words import N_
from tests.observed import observe, series, submit
from tests.people import People, gathered, people

__all__ = ["people"]


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


def receive(engine: Engine) -> None:
    """Let something happen that nobody is shown but whom it concerns: a workbook comes in."""
    with database.begin(engine) as conn:
        submit(conn, state="received")


def decide(engine: Engine) -> None:
    """Let something happen that everybody is shown."""
    with database.begin(engine) as conn:
        submit(conn, state="accepted")


class Drawing:
    """Counts how often something was drawn."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> int:
        self.count += 1
        return self.count


@pytest.fixture
def ask(server: Flask) -> Callable[..., int]:
    """Asks for the same page of its own drawing, once more."""
    drawing = Drawing()

    def asked(**how: bool) -> int:
        with server.test_request_context("/"):
            return kept.once("page", drawing, **how)

    return asked


def test_a_page_is_drawn_once_until_what_it_shows_changes(
    ask: Callable[..., int], seeded: Engine
) -> None:
    assert [ask(), ask()] == [1, 1]
    receive(seeded)
    assert ask() == 1
    decide(seeded)
    assert [ask(), ask()] == [2, 2]


def test_a_page_of_work_is_drawn_anew_after_any_change(
    ask: Callable[..., int], seeded: Engine
) -> None:
    settle(seeded)
    assert [ask(is_of_work=True), ask(is_of_work=True)] == [1, 1]
    receive(seeded)
    assert ask(is_of_work=True) == 2


def test_whoever_is_signed_in_sees_every_change(people: People, seeded: Engine) -> None:
    settle(seeded)
    said = "1 unread notice"
    assert said not in people.get("partner", "/projects?lang=en").get_data(as_text=True)
    with database.begin(seeded) as conn:
        notices.tell(conn, [people.ids["partner"]], "job", N_("Kept."), link="/projects")
    assert said in people.get("partner", "/projects?lang=en").get_data(as_text=True)


def test_just_after_a_change_nothing_of_work_is_kept(
    ask: Callable[..., int], seeded_sqlite: Engine
) -> None:
    """Two changes may bear the same time: what was drawn between them would never go."""
    receive(seeded_sqlite)
    assert [ask(is_of_work=True), ask(is_of_work=True)] == [1, 2]


WITH_OTHERS = {
    *("observation", "withheld", "series", "step", "breakdown", "breakdown_category", "answer"),
    *("sitting", "role_given", "account", "revision", "withheld_elsewhere", "record"),
}
"""Tables that change with a decision, with the catalogue, or before there is one; or are of who asks, which is part of
the question (names of accounts tell of themselves)."""

NAMED = {"country": "ESP", "place": "ES-SE-CAM", "project": "DA-ES", "indicator": "JOB-NEW"}


def renewing(conn: Connection, *names: str) -> set[str]:
    """The tables of which a change renews one of these revisions."""
    found = conn.exec_driver_sql("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {table for table, sql in found if any(f"name = '{name}'" in sql for name in names)}


def test_a_change_of_all_that_pages_show_is_noticed(seeded_sqlite: Engine) -> None:
    """Every table that is read for a page tells of its changes by a trigger."""
    people = gathered()
    with database.begin(seeded_sqlite) as conn:
        observe(conn, submit(conn), *series())
        told = {
            "public": renewing(conn, "catalogue", "shown"),
            "partner": renewing(conn, "catalogue", "shown", "told"),
            "coordinator": renewing(conn, "catalogue", "shown", "told"),
        }
    read: dict[str, set[str]] = defaultdict(set)

    def note(*asked: Any) -> None:
        read[who].update(re.findall(r"(?:FROM|JOIN) (\w+)", asked[2]))

    addresses = [
        re.sub(r"<(\w+)>", lambda found: NAMED.get(found[1], "1"), rule)
        for rule, page in app.PAGES.items()
        if page not in app.OF_WORK
    ]
    event.listen(seeded_sqlite, "before_cursor_execute", note)
    for who in told:
        assert {people.get(who, f"{one}?lang=en").status_code for one in addresses} == {200}
    event.remove(seeded_sqlite, "before_cursor_execute", note)
    for who, tables in told.items():
        assert "observation" in read[who]
        assert read[who] - WITH_OTHERS <= tables


def test_another_name_of_somebody_is_noticed(people: People, seeded: Engine) -> None:
    with database.connect(seeded) as conn:
        before = revisions(conn)["told"]
    with database.begin(seeded) as conn:
        accounts.change(conn, people.ids["partner"], actor="test", name="Ana")
    with database.connect(seeded) as conn:
        assert revisions(conn)["told"] != before


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


def test_what_is_of_another_revision_is_forgotten(ask: Callable[..., int], seeded: Engine) -> None:
    for count in range(1, 5):
        assert ask() == count
        assert len(kept.PAGES._kept) == 1
        decide(seeded)


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
    decide(seeded)
    with server.test_request_context("/?lang=en"):
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
