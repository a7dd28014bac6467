"""Who may use what: every cell of the matrix over HTTP, and the scope of what is seen there."""

import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, select
from werkzeug.test import TestResponse

from dashboard import access, app, history, kept, policies, queries
from dashboard.access import Policy
from dashboard.accounts import Grant, Reader
from dashboard.pages import submission, value
from schemas import database, tables
from schemas.codes import Role
from schemas.scope import EVERYTHING, PUBLIC
from tests.conftest import Databases
from tests.observed import INDICATOR, PLACE, PROJECT, observe, submit, withhold
from tests.signed import add, callback, client_of, is_denied, token

OTHERS = {"PP-ES2": "ES", "DA-PT": "PT"}
"Projects of others: of the same country, and of another one."

LINES = {f"{kind} {name}": (kind, name, policy) for kind, name, policy in policies.lines()}

OWN, THEIRS = 4321.0, (8765.0, 6789.0)
"Withheld values of the partner's project, and of each of the others'."

RAW = ("raw of mine", "raw of another", "raw of a third")


# --- A database in which everything is there, for each project once ---------------------------------


def _fill(engine: Engine) -> dict[str, Any]:
    """Hand in for three projects: accepted values, of which some are withheld, and undecided ones."""
    made: dict[str, Any] = {"accepted": {}, "undecided": {}, "observation": {}}
    with database.begin(engine) as conn:
        places = dict.fromkeys((PROJECT, *OTHERS), "")
        link = tables.ProjectPlace
        for project in places:
            statement = select(link.place_code).where(link.project_code == project).limit(1)
            places[project] = conn.execute(statement).scalar_one()
        places[PROJECT] = PLACE
        sums = zip(places.items(), (OWN, *THEIRS), RAW, strict=True)
        for (project, place), hidden, raw in sums:
            named = {"project_code": project, "place_code": place, "raw": raw}
            number = submit(conn, project_code=project, file_name=f"{project}.xlsx")
            made["accepted"][project] = number
            ids = observe(
                conn,
                number,
                {**named, "value": 100.0},
                {**named, "value": hidden, "indicator_code": "JOB-NEW"},
            )
            withhold(conn, ids[1])
            made["observation"][project] = ids[1]
            number = submit(
                conn, project_code=project, file_name=f"draft {project}.xlsx", state="ready"
            )
            made["undecided"][project] = number
            for one in (made["accepted"][project], number):
                found = {
                    "submission_id": one,
                    "code": "target_moved",
                    "severity": "warning",
                    "sheet": "Indicators",
                    "cell": "L12",
                    "found": raw,
                    "arguments": {"before": hidden, "day": "2023-06-30", "since": "2023-01-01"},
                }
                conn.execute(insert(tables.FindingRow), [found])
        made["places"] = places
    return made


@pytest.fixture(scope="module")
def pattern(databases: Databases) -> tuple[Path, dict[str, Any]]:
    address = databases.fresh("sqlite", is_seeded=True)
    engine = database.make_engine(address)
    made = _fill(engine)
    engine.dispose()
    return Path(address.removeprefix("sqlite:///")), made


@pytest.fixture
def filled(
    pattern: tuple[Path, dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, Any]]:
    """What was handed in, by project; the database is a copy for each test."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{shutil.copy(pattern[0], tmp_path)}")
    monkeypatch.setenv("MEDTOWN_HOME", str(tmp_path))
    yield pattern[1]
    database.engine().dispose()


@pytest.fixture
def server(filled: dict[str, Any]) -> Flask:
    return app.create_app().server  # type: ignore[no-any-return]


# --- The matrix -----------------------------------------------------------------------------------

EXPECTED = {
    "everybody": "public account partner evaluator coordinator administrator",
    "whoever is signed in": "account partner evaluator coordinator administrator",
    "who hands in": "partner coordinator",
    "who decides": "coordinator",
    "who reads everything": "evaluator coordinator",
    "who writes": "partner evaluator coordinator",
    "who administers": "administrator",
}
"Who may use what has a policy, written down a second time."

GRANTS = {
    "partner": Grant(Role.PARTNER, project_code=PROJECT),
    "evaluator": Grant(Role.EVALUATOR),
    "coordinator": Grant(Role.COORDINATOR, "MEDTOWN"),
    "administrator": Grant(Role.ADMINISTRATOR),
}

NAMED = {
    "country": "ESP",
    "place": PLACE,
    "project": PROJECT,
    "indicator": INDICATOR,
    "goal": "8",
    "submission": "1",
    "submission_id": "1",
    "observation": "1",
    "table": "results",
    "file_format": "csv",
    "kind": "trend",
    "code": PROJECT,
    "token": "none",
    "filename": "icons/mark.svg",
    "path": "projects",
    "package_name": "dash",
    "fingerprinted_path": "dash-renderer/build/dash_renderer.min.js",
}


def address(rule: str) -> str:
    """Return an address of a rule with something to show."""
    named = {**NAMED}
    if rule.startswith("/assets/<any"):
        named |= {"kind": "css", "ending": "css"}
    if rule.startswith("/report"):
        named |= {"kind": "project", "file_format": "html"}
    if rule.startswith("/open"):
        named |= {"kind": "hxl"}
    if rule.startswith("/chart"):
        named["file_format"] = "svg"
    path = re.sub(r"<int:\w+>", "1", rule)
    path = re.sub(r"<(?:[^:<>]*:)?(\w+)>", lambda found: named.get(found[1], "none"), path)
    return f"{path}?period=2023-S1" if rule.startswith("/template/") else path


def ask(server: Flask, client: FlaskClient, kind: str, name: str) -> list[TestResponse]:
    """Return the answers to a line of the matrix, in each way in which it can be asked for."""
    if kind == "page":
        body = callback(server, app.PAGE_CALLBACK, [address(name), ""])
        posted = client.post(app.DASH_CALLBACK, json=body, headers=token(client))
        return [client.get(address(name)), posted]
    if kind == "callback":
        values = [1 if isinstance(1, kinds) else "x" for kinds in policies.CALLBACKS[name][1]]
        if name == app.PAGE_CALLBACK:
            values = ["/", ""]
        if name == submission.DECIDED:
            values[:3] = [0, 0, 0]
        body = callback(server, name, values)
        return [client.post(app.DASH_CALLBACK, json=body, headers=token(client))]
    methods = {
        method
        for rule in server.url_map.iter_rules()
        if rule.rule == name
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    headers = token(client)
    return [
        client.open(
            address(name),
            method=method,
            headers=headers if method == "POST" else {},
            buffered=True,
        )
        for method in sorted(methods)
    ]


@pytest.mark.parametrize("column", policies.COLUMNS)
def test_every_cell_of_the_matrix_over_http(
    server: Flask, monkeypatch: pytest.MonkeyPatch, column: str
) -> None:
    monkeypatch.setattr(kept, "state", lambda: column)  # what Dash draws again is kept
    account_id = add(column, *([GRANTS[column]] if column in GRANTS else []))
    faults = []
    for kind, name, policy in LINES.values():
        # Each with a sitting of its own: some of what is asked for ends it.
        client = client_of(server, 0 if column == "public" else account_id)
        answers = ask(server, client, kind, name)
        assert answers, name
        is_due = column in EXPECTED[policy].split()
        assert is_due is policies.is_allowed(policy, column)
        for answer in answers:
            if name == "/sign-out" and is_due:
                assert answer.location == "/"
                continue
            if name == "/reports/<int:made_report_id>" and column == "public":
                assert is_denied(answer)  # it is not published: whoever may write it signs in
                continue
            if is_denied(answer) is is_due or answer.status_code >= 500:
                faults.append(f"{column} {kind} {name}: {answer.status_code}")
            if policy is Policy.EVERYBODY and kind == "page" and answer.status_code != 200:
                faults.append(f"{column} {name} answers {answer.status_code}")
    assert faults == []


def test_the_matrix_has_a_row_for_all_there_is() -> None:
    assert len(LINES) >= 60
    assert set(EXPECTED) == set(Policy)
    assert ("public", "account", *Role) == policies.COLUMNS


# --- Default deny ---------------------------------------------------------------------------------

DASH_ALONE = re.compile(r"/_(dash|reload|alive)|/static/|/404$|/_favicon")
"What Dash and Flask bring along, and nobody is let into unless a line says so."


def undeclared(server: Flask) -> set[str]:
    """Return pages, routes and callbacks without a line."""
    rules = {rule.rule for rule in server.url_map.iter_rules()}
    answered = {
        output
        for output, known in server.config["MEDTOWN_CALLBACKS"].items()
        if "callback" in known
    }
    missing = {f"page {rule}" for rule in app.PAGES.keys() - policies.PAGES.keys()}
    missing |= {f"callback {output}" for output in answered - policies.CALLBACKS.keys()}
    missing |= {
        f"route {rule}" for rule in rules - policies.ROUTES.keys() if not DASH_ALONE.match(rule)
    }
    return missing


def test_every_page_route_and_callback_has_a_line(server: Flask) -> None:
    assert undeclared(server) == set()
    client = client_of(server, add("all", *GRANTS.values()))
    for rule in server.url_map.iter_rules():
        if rule.rule in policies.ROUTES or rule.rule == app.DASH_CALLBACK:
            continue
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        path = re.sub(r"<[^>]*>", "x", rule.rule)
        assert client.open(path, method=method).status_code == 403, rule.rule


@pytest.mark.thorough(3)
@pytest.mark.parametrize("line", LINES)
def test_what_has_no_line_answers_nobody_and_is_noticed(
    server: Flask, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    kind, name, _ = LINES[line]
    client = client_of(server, add("all", *GRANTS.values()))
    if kind == "callback":
        values = [1 if isinstance(1, kinds) else "/" for kinds in policies.CALLBACKS[name][1]]
        body = callback(server, name, values)
        headers = token(client)
        monkeypatch.delitem(policies.CALLBACKS, name)
        answers = [client.post(app.DASH_CALLBACK, json=body, headers=headers)]
    else:
        where = policies.PAGES if kind == "page" else policies.ROUTES
        if (kind, name) == ("route", "/sign-in"):
            monkeypatch.delitem(where, name)
            answers = [client.get(name)]
        else:
            monkeypatch.delitem(where, name)
            answers = ask(server, client, kind, name)
    assert undeclared(server) >= {line} or DASH_ALONE.match(name)
    assert [answer.status_code for answer in answers] == [403] * len(answers)


@pytest.mark.parametrize("path", ["/try", "/submissions/1/mapping"])
@pytest.mark.parametrize(
    "spelling", ["{}", "{}/", "/{}", "{}//", "//{}//", "{}?x=1", "{}#x", "{}%20", "/.{}", "{}/."]
)
def test_no_spelling_of_a_page_gets_around_its_policy(
    server: Flask, path: str, spelling: str
) -> None:
    client = client_of(server)
    named = spelling.format(path)
    body = callback(server, app.PAGE_CALLBACK, [named, ""])
    answer = client.post(app.DASH_CALLBACK, json=body, headers=token(client))
    told = answer.text
    assert is_denied(answer) or "nothing at this address" in told, told[:300]
    if not named.startswith("//"):  # which the client of the tests takes for a host
        got = client.get(named)
        assert is_denied(got) or got.status_code in (301, 308, 404)
        shown = client.get("/preview.png", query_string={"page": named})
        assert is_denied(shown) or shown.status_code == 404


# --- Scope over HTTP ------------------------------------------------------------------------------


def shown_forms(number: float) -> tuple[str, ...]:
    """Return how a number may stand on a page or in a file."""
    return (f"{number:.0f}", f"{number:,.0f}")


SIGNED = re.compile(r"[\w-]{20,}\.[\w-]{6,7}\.[\w-]{20,}")
"A token against forged requests, in which any number may stand."


def holds(text: str, number: float) -> bool:
    said = SIGNED.sub("", text)
    return any(re.search(rf"(?<!\d){form}(?!\d)", said) for form in shown_forms(number))


def pages_and_files() -> list[str]:
    """Return addresses on which values stand: of each project, of countries, of everything."""
    query = f"indicator=JOB-NEW&project={PROJECT}"
    listed = ["/", "/board", "/compare?indicator=JOB-NEW&by=project", "/explore", "/submissions"]
    listed += ["/countries", "/country/ESP", "/country/PRT", "/indicator/JOB-NEW", "/sdg/8"]
    listed += [f"/compare?{query}", "/submissions/compare?a=2023-01-01&b=2026-01-01"]
    listed += [
        f"/download/{table}.csv?indicator=JOB-NEW&by={by}"
        for table in ("results", "trend", "observations", "pivot")
        for by in ("project", "country", "place")
    ]
    for project in OTHERS:
        listed += [f"/project/{project}", f"/report/project/{project}.html"]
        listed += [f"/submissions/compare?project={project}"]
        listed += [f"/download/differences.csv?project={project}&a=2023-01-01&b=2026-01-01"]
        listed += [f"/download/observations.csv?project={project}"]
        listed += [f"/value?indicator=JOB-NEW&project={project}&part=actual"]
        listed += [f"/open/{kind}?project={project}" for kind in ("iati", "sdmx", "hxl")]
    listed += ["/report/country/PRT.html", "/report/sdg/8.html"]
    listed += ["/chart/trend?indicator=JOB-NEW", "/chart/trend.svg?indicator=JOB-NEW"]
    return listed


def leaks(server: Flask, client: FlaskClient, made: dict[str, Any]) -> Iterator[str]:
    """Yield what a client is told of the projects of others that is not for it."""
    headers = token(client)
    for project in OTHERS:
        yield from _leaks_of(server, client, made, project, headers)
    for path in pages_and_files():
        told = client.get(path, query_string=None).text
        yield from (f"{path} {number}" for number in THEIRS if holds(told, number))
        yield from (f"{path} {raw}" for raw in RAW[1:] if raw in told)
        yield from (f"{path} draft {one}" for one in OTHERS if f"draft {one}" in told)


def _leaks_of(
    server: Flask, client: FlaskClient, made: dict[str, Any], project: str, headers: dict[str, str]
) -> Iterator[str]:
    draft, accepted = made["undecided"][project], made["accepted"][project]
    observation = made["observation"][project]
    for number in (draft, accepted):
        for part in ("file", "annotated"):
            if client.get(f"/submission/{number}/{part}").status_code not in (302, 404):
                yield f"{part} {number}"
        for part in ("seen", "answers", "layout"):
            sent = {"answers": {}, "title": "x", "project": project}
            answer = client.post(f"/submission/{number}/{part}", json=sent, headers=headers)
            if answer.status_code not in (401, 403, 404):
                yield f"{part} {number}: {answer.status_code}"
        told = client.get(f"/submissions/{number}").text
        if any(raw in told for raw in RAW[1:]) or "SHA-256" in told:
            yield f"submission {number}"
        if client.get(f"/submissions/{number}/mapping").status_code not in (302, 404):
            yield f"mapping {number}"
    if client.get(f"/submissions/{draft}").status_code != 404:
        yield f"draft {draft}"
    if "There is no such value" not in client.get(f"/value/{observation}").text:
        yield f"value {observation}"
    for output, values in (
        (submission.CHANGED, [draft]),
        (submission.CHANGED, [accepted]),
        (submission.DECIDED, [1, 0, 0, draft]),
        (submission.REASONED, [1, "1", "because", accepted]),
        (value.SURROUNDED, [observation]),
    ):
        body = callback(server, output, values)
        answer = client.post(app.DASH_CALLBACK, json=body, headers=headers)
        is_empty = answer.status_code == 200 and '"children":""' in answer.text.replace(" ", "")
        if not (is_denied(answer) or is_empty):
            yield f"{output} {values}: {answer.status_code} {answer.text[:200]}"
    known = client.get(f"/template/{project}.xlsx?period=2023-S2")
    book = openpyxl.load_workbook(io.BytesIO(known.data))
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    if cells & {*THEIRS}:
        yield f"template {project}"


def partner(server: Flask, grant: Grant) -> FlaskClient:
    return client_of(server, add("partner", grant))


@pytest.mark.parametrize(
    "grant",
    [
        None,
        Grant(Role.PARTNER, project_code=PROJECT),
        pytest.param(Grant(Role.PARTNER, place_code=PLACE), marks=pytest.mark.slow),
    ],
    ids=str,
)
def test_nobody_is_told_what_is_of_others(
    server: Flask, filled: dict[str, Any], grant: Grant | None
) -> None:
    client = partner(server, grant) if grant else client_of(server)
    assert list(leaks(server, client, filled)) == []


def test_administering_accounts_is_no_reason_to_see_values(
    server: Flask, filled: dict[str, Any]
) -> None:
    client = partner(server, Grant(Role.ADMINISTRATOR))
    assert list(leaks(server, client, filled)) == []


OWN_PAGES = (
    f"/project/{PROJECT}",
    f"/download/observations.csv?project={PROJECT}&indicator=JOB-NEW",
    f"/download/results.csv?project={PROJECT}&indicator=JOB-NEW&by=project",
    "/download/results.csv?indicator=JOB-NEW&by=country",
    f"/report/project/{PROJECT}.html",
)


@pytest.mark.parametrize(
    ("grant", "sees"),
    [
        (Grant(Role.PARTNER, project_code=PROJECT), True),
        (Grant(Role.PARTNER, place_code=PLACE), True),
        (Grant(Role.EVALUATOR, "MEDTOWN"), True),
        (Grant(Role.COORDINATOR, "MEDTOWN"), True),
        (Grant(Role.COORDINATOR, "ROWCA2014"), False),
        (Grant(Role.PARTNER, project_code="DA-PT"), False),
        (Grant(Role.PARTNER, place_code="PRT"), False),
        (Grant(Role.ADMINISTRATOR), False),
        (None, False),
    ],
    ids=str,
)
def test_who_sees_what_is_withheld_of_a_project(
    server: Flask, filled: dict[str, Any], grant: Grant | None, sees: bool
) -> None:
    client = partner(server, grant) if grant else client_of(server)
    own = filled["observation"][PROJECT]
    for path in (*OWN_PAGES[:3], *OWN_PAGES[4:], f"/value/{own}"):
        assert holds(client.get(path).text, OWN) is sees, path
    draft = filled["undecided"][PROJECT]
    # A workbook is seen whole: not by a place, where its project is in another one, too.
    is_whole = sees and not (grant and grant.place_code)
    assert client.get(f"/submissions/{draft}").status_code == (200 if is_whole else 404)
    file = client.get(f"/submission/{draft}/file")
    assert (file.status_code == 200) is is_whole


def test_a_place_holds_the_places_within_it(server: Flask, filled: dict[str, Any]) -> None:
    client = partner(server, Grant(Role.PARTNER, place_code="ESP"))
    told = client.get("/download/observations.csv?indicator=JOB-NEW").text
    assert [holds(told, number) for number in (OWN, *THEIRS)] == [True, True, False]
    for project, status in ((PROJECT, 200), ("PP-ES2", 200), ("DA-PT", 404)):
        draft = filled["undecided"][project]
        assert client.get(f"/submissions/{draft}").status_code == status


def test_what_a_partner_is_told_of_others_is_what_everybody_is_told(
    server: Flask, filled: dict[str, Any]
) -> None:
    mine, anybody = partner(server, GRANTS["partner"]), client_of(server)

    def rows(client: FlaskClient, path: str, own: str) -> list[str]:
        return [line for line in client.get(path).text.splitlines() if own not in line]

    for table in ("results", "trend", "observations"):
        for indicator in ("JOB-NEW", INDICATOR):
            for by, own in (("project", PROJECT), ("country", "ESP"), ("place", PLACE)):
                path = f"/download/{table}.csv?indicator={indicator}&by={by}"
                told = rows(mine, path, own)
                assert told == rows(anybody, path, own), path
    total = mine.get("/download/results.csv?indicator=JOB-NEW&by=country").text
    assert holds(total, OWN)  # of the country: what is public, and one's own
    assert not holds(total, OWN + THEIRS[0])


def test_what_stands_elsewhere_is_public_whoever_asks(
    server: Flask, filled: dict[str, Any]
) -> None:
    client, anybody = partner(server, Grant(Role.COORDINATOR)), client_of(server)
    for path in (
        f"/chart/trend?indicator=JOB-NEW&project={PROJECT}",
        f"/chart/trend.svg?indicator=JOB-NEW&project={PROJECT}",
        f"/preview.png?page=/project/{PROJECT}",
        "/oembed?url=http://localhost/chart/trend%3Findicator%3DJOB-NEW",
    ):
        one, other = client.get(path), anybody.get(path)
        assert (one.status_code, one.data) == (other.status_code, other.data), path
        assert not holds(one.text if "png" not in path else "", OWN)


def test_a_reader_of_a_programme_does_not_write_in_it(
    server: Flask, filled: dict[str, Any]
) -> None:
    both = (Grant(Role.EVALUATOR, "MEDTOWN"), Grant(Role.PARTNER, project_code=PROJECT))
    client = client_of(server, add("both", *both))
    headers, theirs = token(client), filled["accepted"]["DA-PT"]
    assert client.get(f"/submission/{theirs}/file").status_code == 200  # it reads everything
    for part in ("seen", "answers", "layout"):
        sent = {"answers": {}, "project": "DA-PT"}
        answer = client.post(f"/submission/{theirs}/{part}", json=sent, headers=headers)
        assert answer.status_code == 404
    body = callback(server, submission.REASONED, [1, "1", "because", theirs])
    assert client.post(app.DASH_CALLBACK, json=body, headers=headers).status_code == 403
    body = callback(server, submission.DECIDED, [1, 0, 0, theirs])
    assert client.post(app.DASH_CALLBACK, json=body, headers=headers).status_code == 403


def test_a_coordinator_decides_in_the_own_programme_alone(
    server: Flask, filled: dict[str, Any]
) -> None:
    client = partner(server, Grant(Role.COORDINATOR, "ROWCA2014"))
    body = callback(server, submission.DECIDED, [0, 1, 0, filled["accepted"][PROJECT]], 1)
    assert client.post(app.DASH_CALLBACK, json=body, headers=token(client)).status_code == 403


# --- A scope that was forgotten ---------------------------------------------------------------------


def widened(known: Callable[..., Any]) -> Callable[..., Any]:
    return lambda conn, _scope, *rest, **named: known(conn, EVERYTHING, *rest, **named)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (queries, "observations"),
        (queries, "submissions"),
        (queries, "submission"),
        (queries, "workbook"),
        (history, "lineage"),
        (history, "differences"),
    ],
    ids=lambda one: getattr(one, "__name__", one),
)
def test_a_query_that_forgets_the_scope_is_noticed(
    server: Flask,
    filled: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
) -> None:
    client = partner(server, GRANTS["partner"])
    monkeypatch.setattr(module, name, widened(getattr(module, name)))
    assert any(leaks(server, client, filled))


def test_findings_of_others_are_nobodys_even_where_a_page_forgets_to_ask(
    server: Flask, filled: dict[str, Any]
) -> None:
    """The page asks whether a submission is one's own; the query asks again."""
    own = access.scope_of(Reader(7, "A", "en", (GRANTS["partner"],)))
    with database.connect() as conn:
        for scope, projects in ((own, {PROJECT}), (PUBLIC, set())):
            told = {
                project
                for project, number in filled["accepted"].items()
                if len(queries.findings(conn, scope, number))
            }
            assert told == projects


# --- Roles against a definition by hand -------------------------------------------------------------

PROGRAMMES, PROJECTS = ("P", "Q"), {"P1": "P", "P2": "P", "Q1": "Q"}
PLACES = {"X": ("X", "Y"), "Y": ("Y",), "Z": ("Z",)}

some_grants = st.lists(
    st.one_of(
        st.builds(lambda code: Grant(Role.COORDINATOR, code), st.sampled_from(("", *PROGRAMMES))),
        st.builds(lambda code: Grant(Role.EVALUATOR, code), st.sampled_from(("", *PROGRAMMES))),
        st.builds(
            lambda code: Grant(Role.PARTNER, project_code=code), st.sampled_from(sorted(PROJECTS))
        ),
        st.builds(
            lambda code: Grant(Role.PARTNER, place_code=code), st.sampled_from(sorted(PLACES))
        ),
        st.just(Grant(Role.ADMINISTRATOR)),
    ),
    max_size=4,
)


def _sees(grants: list[Grant], project: str, place: str) -> bool:
    """Return whether all of a project in a place is seen, role by role."""
    for one in grants:
        if one.role in ("coordinator", "evaluator"):
            if one.programme_code in ("", PROJECTS[project]):
                return True
        elif one.role == "partner" and (
            one.project_code == project or place in PLACES.get(one.place_code, ())
        ):
            return True
    return False


@given(some_grants, st.sampled_from(sorted(PROJECTS)), st.sampled_from(sorted(PLACES)))
def test_scope_and_the_right_to_hand_in_are_as_the_roles_say(
    grants: list[Grant], project: str, place: str
) -> None:
    inside = frozenset(code for one in grants for code in PLACES.get(one.place_code, ()))
    who = Reader(7, "A", "en", tuple(grants), places=inside)
    writers = [one for one in grants if one.role != "evaluator"]
    assert access.scope_of(who).reaches(PROJECTS[project], project, place) is _sees(
        grants, project, place
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(access, "reader", lambda: who)
        may = access.may_submit(PROJECTS[project], project, place)
        reviews = access.may_review(PROJECTS[project])
        writing = access.writing().reaches(PROJECTS[project], project, place)
    assert may is _sees(writers, project, place)
    assert writing is may
    assert reviews is any(
        one.role == "coordinator" and one.programme_code in ("", PROJECTS[project])
        for one in grants
    )
    assert access.scope_of(who).is_public is (not {one.role for one in grants} - {"administrator"})
