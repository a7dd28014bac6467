"""The administration: who may, what forms do, and what a forged form cannot."""

import io
import re
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, update

import etl
from dashboard import accounts, policies
from dashboard.access import Policy
from dashboard.accounts import Grant
from dashboard.admin import vocabulary
from dashboard.app import create_app
from schemas import database, tables
from schemas.codes import Role

FAR = {"REMOTE_ADDR": "192.0.2.7"}
"Not from this machine: nobody is the visitor of the demonstration."


@pytest.fixture
def people(seeded_sqlite: Engine) -> dict[str, int]:
    """An account for each role, and one without any."""
    roles = {
        "administrator": [Grant(Role.ADMINISTRATOR)],
        "coordinator": [Grant(Role.COORDINATOR, "MEDTOWN")],
        "evaluator": [Grant(Role.EVALUATOR)],
        "partner": [Grant(Role.PARTNER, project_code="PP-ES1")],
        "nobody": [],
    }
    with database.begin(seeded_sqlite) as conn:
        made = {
            name: accounts.add(conn, f"{name}@example.org", name, given=given, actor="command line")
            for name, given in roles.items()
        }
        # Each has come already: who was invited alone could not take over from an administrator.
        conn.execute(update(tables.Account).values(password_hash="x"))
    return made


class Browser:
    """Somebody who is signed in."""

    def __init__(self, account_id: int) -> None:
        self.client: FlaskClient = create_app().server.test_client()
        if account_id:
            with database.begin() as conn:
                token = accounts.open_sitting(conn, account_id, "tests")
            with self.client.session_transaction() as session:
                session["_user_id"] = token
                session["_fresh"] = True

    def get(self, path: str) -> Any:
        return self.client.get(path, environ_overrides=FAR)

    def post(self, path: str, *, form: str = "", **values: Any) -> Any:
        """Send the form of a page (`form`, else a page with one) with its token."""
        page = self.get(form or path).text
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        token = found[1] if found else ""
        return self.client.post(path, data={"csrf_token": token, **values}, environ_overrides=FAR)

    def filled(self, path: str, **changed: Any) -> Any:
        """Send the form of a row as it is shown, with some fields changed; None leaves one out."""
        page = self.get(path).text
        shown = fields(page)
        shown |= changed
        given = {name: value for name, value in shown.items() if value is not None}
        return self.client.post(path, data=given, environ_overrides=FAR)


def fields(page: str) -> dict[str, str]:
    """Return the fields of the form of a row, as the browser would send them."""
    import html
    from xml.etree import ElementTree  # noqa: F401

    found: dict[str, str] = {}
    form = page[page.index('name="seen"') - 400 :]
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if not name or name[1] == "q":
            continue
        if 'type="checkbox"' in tag and "checked" not in tag:
            continue
        found[name[1]] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', form, re.S
    ):
        found[name] = html.unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        first = re.search(r'value="([^"]*)"', options)
        found[name] = html.unescape((chosen or first)[1])  # type: ignore[index]
    return found


@pytest.fixture
def admin(people: dict[str, int]) -> Browser:
    return Browser(people["administrator"])


GETS = (
    *("/admin", "/admin/users", "/admin/users/1", "/admin/catalogue", "/admin/catalogue.xlsx"),
    *("/admin/catalogue/indicator", "/admin/catalogue/indicator/JOB-NEW", "/admin/new/theme"),
    *("/admin/remove/theme/CULTURE", "/admin/layouts"),
)


# --- Who may -----------------------------------------------------------------------------------


def test_every_address_of_the_administration_is_for_administrators_alone() -> None:
    rules = [rule for rule in policies.ROUTES if rule.startswith("/admin")]
    assert len(rules) > 20
    assert {policies.ROUTES[rule] for rule in rules} == {Policy.ADMINISTER}


@pytest.mark.parametrize("who", ["coordinator", "evaluator", "partner", "nobody"])
def test_others_are_refused(people: dict[str, int], who: str) -> None:
    browser = Browser(people[who])
    for path in GETS:
        assert browser.get(path).status_code == 403
    assert browser.post("/admin/users/invite", form="/account").status_code == 403
    assert 'href="/admin"' not in browser.get("/account").text


def test_who_is_not_signed_in_is_led_to_the_way_in(people: dict[str, int]) -> None:
    answer = Browser(0).get("/admin/users")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")


def test_administrators_see_every_page(admin: Browser) -> None:
    for path in GETS:
        assert admin.get(path).status_code == 200, path
    assert 'href="/admin"' in admin.get("/account").text
    for name, form in etl.catalogue.forms().items():
        answer = admin.get(f"/admin/catalogue/{name}")
        assert answer.status_code == 200
        first = re.search(rf'href="(/admin/catalogue/{name}/[^"?]+)', answer.text)
        assert first, form
        assert admin.get(first[1]).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/admin/catalogue/account",
        "/admin/catalogue/observation/1",
        "/admin/catalogue/indicator/NOTHING",
        "/admin/new/sdg_goal",
        "/admin/users/999",
        "/admin/users/99999999999999999999",
        "/admin/layouts/x.toml",
        "/admin/remove/theme/x",
    ],
)
def test_what_is_not_there_is_not_found(admin: Browser, path: str) -> None:
    assert admin.get(path).status_code == 404


def test_a_form_without_its_token_changes_nothing(admin: Browser, people: dict[str, int]) -> None:
    path = f"/admin/users/{people['partner']}/disable"
    assert admin.client.post(path, data={}, environ_overrides=FAR).status_code == 400
    with database.connect() as conn:
        assert accounts.account(conn, people["partner"]).disabled_at is None


# --- Accounts ----------------------------------------------------------------------------------


NEW = {"email": "New@Example.org", "name": "New One", "language": "es"}


def test_an_invitation_is_shown_once_and_lets_its_owner_in(admin: Browser) -> None:
    answer = admin.post(
        "/admin/users/invite", form="/admin/users", **NEW, role="partner", of="place:ES-SE-CAM"
    )
    assert answer.status_code == 200
    link = re.search(r"/invitation/[\w-]+", answer.text)
    assert link
    assert Browser(0).get(link[0]).status_code == 200
    with database.connect() as conn:
        row = accounts.account_of(conn, "new@example.org")
        assert accounts.grants(conn, row.account_id) == (
            Grant(Role.PARTNER, place_code="ES-SE-CAM"),
        )
    assert link[0] not in admin.get(f"/admin/users/{row.account_id}").text


@pytest.mark.parametrize(
    "forged",
    [
        {"role": "administrator", "of": "programme:MEDTOWN"},
        {"role": "partner", "of": ""},
        {"role": "partner", "of": "programme:MEDTOWN"},
        {"role": "coordinator", "of": "project:PP-ES1"},
        {"role": "coordinator", "of": "programme:NOTHING"},
        {"role": "emperor", "of": ""},
        {"role": "partner", "of": "place:ES-SE-CAM", "email": "no address"},
        {"role": "partner", "of": "place:ES-SE-CAM", "email": "partner@example.org"},
        {"role": "partner", "of": "place:ES-SE-CAM", "language": "xx"},
        {"role": "partner", "of": "place:ES-SE-CAM", "name": "x" * 121},
    ],
)
def test_a_forged_invitation_makes_no_account(admin: Browser, forged: dict[str, str]) -> None:
    answer = admin.post("/admin/users/invite", form="/admin/users", **{**NEW, **forged})
    assert answer.status_code == 400
    with database.connect() as conn:
        assert accounts.account_of(conn, NEW["email"]) is None


def test_roles_are_given_and_taken(admin: Browser, people: dict[str, int]) -> None:
    here = f"/admin/users/{people['nobody']}"
    given = admin.post(f"{here}/give", form=here, role="coordinator", of="programme:MEDTOWN")
    assert given.status_code == 303
    with database.connect() as conn:
        assert accounts.grants(conn, people["nobody"]) == (Grant(Role.COORDINATOR, "MEDTOWN"),)
    assert admin.post(f"{here}/take?of=coordinator+MEDTOWN", form=here).status_code == 303
    with database.connect() as conn:
        assert accounts.grants(conn, people["nobody"]) == ()
    assert admin.post(f"{here}/take?of=administrator", form=here).status_code == 404


def test_the_last_administrator_stays_one(admin: Browser, people: dict[str, int]) -> None:
    own = f"/admin/users/{people['administrator']}"
    admin.post(f"{own}/take?of=administrator", form=own)
    assert admin.post(f"{own}/disable", form=own).status_code == 404
    with database.connect() as conn:
        assert accounts.grants(conn, people["administrator"]) == (Grant(Role.ADMINISTRATOR),)
        assert accounts.account(conn, people["administrator"]).disabled_at is None
    other = f"/admin/users/{people['nobody']}"
    admin.post(f"{other}/give", form=other, role="administrator", of="")
    admin.post(f"{own}/take?of=administrator", form=own)
    with database.connect() as conn:
        assert accounts.grants(conn, people["administrator"]) == ()
    assert admin.get("/admin").status_code == 403


def test_who_is_disabled_is_out_at_once_until_enabled(
    admin: Browser, people: dict[str, int]
) -> None:
    partner, here = Browser(people["partner"]), f"/admin/users/{people['partner']}"
    assert partner.get("/account").status_code == 200
    admin.post(f"{here}/disable", form=here)
    assert partner.get("/account").status_code == 302
    assert admin.post(f"{here}/link", form="/admin/users").status_code == 404
    admin.post(f"{here}/enable", form=here)
    assert "/invitation/" in admin.post(f"{here}/link", form=here).text


def test_the_account_of_the_demonstration_is_left_alone(admin: Browser) -> None:
    with database.connect() as conn:
        demo = conn.execute(
            select(tables.Account.account_id).where(tables.Account.is_demo)
        ).scalar_one()
    for what in ("take?of=administrator", "disable", "link"):
        path = f"/admin/users/{demo}/{what}"
        assert admin.post(path, form="/admin/users").status_code == 404
    assert admin.post(f"/admin/users/{demo}/give", form="/admin/users").status_code == 404


def test_the_trail_holds_no_name_and_no_address(admin: Browser) -> None:
    admin.post("/admin/users/invite", form="/admin/users", **NEW, role="administrator", of="")
    with database.connect() as conn:
        trail = conn.execute(select(tables.Audit.__table__)).all()
    assert not any("example.org" in str(row).lower() or "New One" in str(row) for row in trail)


# --- The catalogue by forms --------------------------------------------------------------------


def test_a_form_that_is_sent_back_as_it_is_changes_nothing(admin: Browser) -> None:
    with database.connect() as conn:
        before = etl.load_reference(conn)
    for path in (
        *("indicator/CUR-VEL", "project/PP-ES1", "programme/MEDTOWN", "place/ES-SE-CAM"),
        *("category/age_group~18-29", "round/MEDTOWN-2022-S1", "project_indicator/DA-ES~PPL-NEW"),
        "exchange_rate/ILS~period_end~2011-01-31",
    ):
        assert admin.filled(f"/admin/catalogue/{path}").status_code == 303, path
    with database.connect() as conn:
        assert etl.load_reference(conn) == before


def test_a_change_by_form_counts_and_is_audited(admin: Browser, people: dict[str, int]) -> None:
    answer = admin.filled("/admin/catalogue/theme/YOUTH", c_name_en="Work for young people")
    assert answer.status_code == 303
    with database.connect() as conn:
        assert etl.load_reference(conn).themes["YOUTH"].names["en"] == "Work for young people"
        last = conn.execute(
            select(tables.Audit.__table__).order_by(tables.Audit.audit_id.desc()).limit(1)
        ).one()
    assert (last.actor, last.action, last.subject) == (
        f"account {people['administrator']}",
        "change",
        "theme YOUTH",
    )


def test_a_new_row_has_a_new_code(admin: Browser) -> None:
    new = {"c_theme_code": "OWN", "c_name_en": "Ours"}
    assert admin.filled("/admin/new/theme", **new).status_code == 303
    with database.connect() as conn:
        assert etl.load_reference(conn).themes["OWN"].names == {"en": "Ours"}
    for code in ("OWN", "two words", "a/b", "", "x" * 61):
        answer = admin.filled("/admin/new/theme", **{**new, "c_theme_code": code})
        assert answer.status_code == 400, code


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("programme/MEDTOWN", "c_threshold", "0"),
        ("programme/MEDTOWN", "c_threshold", "many"),
        ("programme/MEDTOWN", "c_currency", "euro"),
        ("indicator/JOB-NEW", "c_measure", "guess"),
        ("indicator/JOB-NEW", "c_unit_code", "nothing"),
        ("indicator/JOB-NEW", "c_dimensions", "sex;nothing"),
        ("project/PP-ES1", "c_end_date", "1999-01-01"),
        ("project/PP-ES1", "c_places", "ATLANTIS"),
        ("place/ES-SE-CAM", "c_latitude", "91"),
        ("theme/SSE", "c_name_en", "x" * 5000),
    ],
)
def test_a_forged_or_broken_field_is_refused_and_named(
    admin: Browser, path: str, field: str, value: str
) -> None:
    with database.connect() as conn:
        before = etl.load_reference(conn)
    answer = admin.filled(f"/admin/catalogue/{path}", **{field: value})
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text
    with database.connect() as conn:
        assert etl.load_reference(conn) == before


def test_the_key_of_a_row_cannot_be_forged(admin: Browser) -> None:
    admin.filled("/admin/catalogue/theme/SSE", c_theme_code="CULTURE", c_name_en="Other")
    with database.connect() as conn:
        themes = etl.load_reference(conn).themes
    assert themes["SSE"].names["en"] == "Other"
    assert themes["CULTURE"].names["en"] != "Other"


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(admin: Browser) -> None:
    page = fields(admin.get("/admin/catalogue/theme/SSE").text)
    admin.filled("/admin/catalogue/theme/SSE", c_name_en="Theirs")
    answer = admin.client.post(
        "/admin/catalogue/theme/SSE", data={**page, "c_name_en": "Ours"}, environ_overrides=FAR
    )
    assert answer.status_code == 303
    with database.connect() as conn:
        assert etl.load_reference(conn).themes["SSE"].names["en"] == "Theirs"


def test_a_raised_threshold_counts_at_once_and_a_lowered_one_is_asked_about(admin: Browser) -> None:
    path = "/admin/catalogue/programme/MEDTOWN"
    assert admin.filled(path, c_threshold="7").status_code == 303
    asked = admin.filled(path, c_threshold="3")
    assert asked.status_code == 400
    assert 'name="is_sure"' in asked.text
    assert threshold() == 7
    assert admin.filled(path, c_threshold="3", is_sure="y").status_code == 303
    assert threshold() == 3


def threshold() -> int:
    with database.connect() as conn:
        return etl.load_reference(conn).programmes["MEDTOWN"].threshold


def test_a_row_is_removed_after_a_look(admin: Browser) -> None:
    path = "/admin/remove/theme/CULTURE"
    assert "CULTURE" in admin.get(path).text
    assert admin.post(path).status_code == 303
    with database.connect() as conn:
        assert "CULTURE" not in etl.load_reference(conn).themes
    used = admin.post("/admin/remove/unit/persons", form="/admin/remove/theme/SSE")
    assert used.status_code == 200
    with database.connect() as conn:
        assert "persons" in etl.load_reference(conn).units


# --- The catalogue by workbook -----------------------------------------------------------------


def drop(admin: Browser, change: Any) -> Any:
    """Download the workbook, change it, drop it in, and return what it would change."""
    book = openpyxl.load_workbook(io.BytesIO(admin.get("/admin/catalogue.xlsx").data))
    change(book)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    sent = admin.post("/admin/draft/receive", form="/admin/catalogue", file=(out, "catalogue.xlsx"))
    assert sent.status_code == 303
    return admin.get("/admin/draft")


def accept(admin: Browser, page: str, **more: str) -> Any:
    revision = re.search(r'name="revision"[^>]*value="([^"]+)"', page)
    value = revision[1] if revision else ""
    return admin.post("/admin/draft/accept", form="/admin/draft", revision=value, **more)


def rename(name: str) -> Any:
    def change(book: openpyxl.Workbook) -> None:
        book["theme"]["B3"] = name

    return change


def test_the_workbook_is_downloaded_changed_dropped_in_and_accepted(admin: Browser) -> None:
    shown = drop(admin, rename("Another name"))
    assert "Another name" in shown.text
    with database.connect() as conn:
        before = etl.load_reference(conn).themes
    assert "Another name" not in {row.names["en"] for row in before.values()}
    assert accept(admin, shown.text).status_code == 303
    with database.connect() as conn:
        after = etl.load_reference(conn).themes
        left = conn.scalar(select(func.count()).select_from(tables.CatalogueDraft))
    assert "Another name" in {row.names["en"] for row in after.values()}
    assert left == 0


def test_a_draft_that_others_overtook_is_shown_again(admin: Browser) -> None:
    shown = drop(admin, rename("Another name"))
    admin.filled("/admin/catalogue/theme/YOUTH", c_name_en="Theirs")
    assert accept(admin, shown.text).headers["Location"] == "/admin/draft"
    with database.connect() as conn:
        names = {row.names["en"] for row in etl.load_reference(conn).themes.values()}
    assert "Another name" not in names
    again = admin.get("/admin/draft")
    assert "Another name" in again.text
    accept(admin, again.text)
    with database.connect() as conn:
        names = {row.names["en"] for row in etl.load_reference(conn).themes.values()}
    assert {"Another name", "Theirs"} <= names


def test_a_draft_is_its_owners_alone(admin: Browser, people: dict[str, int]) -> None:
    shown = drop(admin, rename("Another name"))
    with database.begin() as conn:
        accounts.give(conn, people["nobody"], Grant(Role.ADMINISTRATOR), actor="command line")
    other = Browser(people["nobody"])
    assert other.get("/admin/draft").status_code == 303
    revision = re.search(r'name="revision"[^>]*value="([^"]+)"', shown.text)
    assert revision
    answer = other.post("/admin/draft/accept", form="/admin/catalogue", revision=revision[1])
    assert answer.status_code == 404


def test_a_removal_by_workbook_has_to_be_meant(admin: Browser) -> None:
    shown = drop(admin, lambda book: book["theme"].delete_rows(book["theme"].max_row))
    with database.connect() as conn:
        count = len(etl.load_reference(conn).themes)
    if 'name="is_sure"' in shown.text:
        accept(admin, shown.text)
        with database.connect() as conn:
            assert len(etl.load_reference(conn).themes) == count


def test_a_broken_draft_cannot_be_accepted(admin: Browser) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["programme"]["A3"] = "two words"

    shown = drop(admin, change)
    assert "programme!A3" in shown.text
    assert 'action="/admin/draft/accept"' not in shown.text
    assert accept(admin, shown.text).status_code in (303, 400)
    with database.connect() as conn:
        assert "two words" not in etl.load_reference(conn).programmes


def test_every_choice_of_a_form_is_said_in_words() -> None:
    for form in etl.catalogue.forms().values():
        for column in form.columns:
            if column.vocabulary:
                known = vocabulary.WORDS[column.vocabulary]
                assert set(known) == set(column.choices), (form.name, column.name)
                assert all(known.values()), (form.name, column.name)
