"""How much a page asks of the database: of the whole demonstration, for whoever is signed in."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from dashboard import app, kept
from dashboard.accounts import Grant
from schemas import database
from schemas.codes import Role
from tests import browsing, signed

ROLES = {
    "partner": Grant(Role.PARTNER, project_code="DA-ES"),
    "coordinator": Grant(Role.COORDINATOR, programme_code="MEDTOWN"),
}
MOST = 20

OF_SOME = {
    "/submissions/<submission>": ("/submissions/22",),
    "/submissions/<submission>/mapping": (),
}
"An address that both of them see, of pages of one workbook."

ADDRESSES = [one for rule in browsing.PAGES for one in OF_SOME.get(rule, browsing.PAGES[rule])]


@dataclass
class Asking:
    """Browsers in which somebody is signed in, and what is asked of the database meanwhile."""

    clients: dict[str, FlaskClient]
    statements: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def asking(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    """A partner and a coordinator of the demonstration; the catalogue is known to the process."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", f"sqlite:///{shutil.copy(demo_database, folder)}")
        patch.setenv("MEDTOWN_HOME", str(folder))
        server = app.create_app().server
        ids = {name: signed.add(name, grant) for name, grant in ROLES.items()}
        found = Asking({name: signed.client_of(server, number) for name, number in ids.items()})
        assert found.clients["partner"].get("/board").status_code == 200
        for client in found.clients.values():  # the list is kept, for each reader
            assert client.get("/reports").status_code == 200
        engine = database.engine()

        @event.listens_for(engine, "before_cursor_execute")
        def _note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if not statement.startswith("BEGIN"):
                found.statements.append(statement)

        yield found
        engine.dispose()


@pytest.mark.thorough(3)
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("name", ROLES)
def test_a_page_asks_little_of_the_database_for_whoever_is_signed_in(
    asking: Asking, name: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        kept, "RESULTS", kept.Shelf(1)
    )  # nobody has read what it shares with others
    asking.statements.clear()

    assert asking.clients[name].get(address).status_code == 200

    assert 0 < len(asking.statements) <= MOST, "\n".join(asking.statements)
