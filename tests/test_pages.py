"""Pages: each has its design for nothing, one value, no target and much; and stays small."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import Engine, event

from dashboard import app, changes, frames, lineage, views
from dashboard.pages import not_found, project, submission
from schemas import database
from schemas.scope import EVERYTHING
from tests.observed import INDICATOR, PLACE, PROJECT, S2, observe, series, submit, withhold

FULL = {
    "/": "/",
    "/countries": "/countries",
    "/country/<country>": "/country/ESP",
    "/territory/<place>": f"/territory/{PLACE}",
    "/board": "/board",
    "/projects": "/projects",
    "/project/<project>": f"/project/{PROJECT}",
    "/indicators": "/indicators",
    "/indicator/<indicator>": f"/indicator/{INDICATOR}",
    "/sdg": "/sdg",
    "/sdg/<goal>": "/sdg/1",
    "/compare": f"/compare?by=project&among={PROJECT},DA-ES&indicator={INDICATOR}",
    "/explore": "/explore?rows=indicator&columns=country",
    "/search": "/search?q=people",
    "/submissions": "/submissions",
    "/submissions/compare": f"/submissions/compare?project={PROJECT}&a=2024-02-04&b=2024-02-05",
    "/submissions/<submission>/mapping": "/submissions/1/mapping",
    "/submissions/<submission>": "/submissions/1",
    "/try": "/try",
    "/value": "/value?ids=1-3",
    "/value/<observation>": "/value/1",
    "/method": "/method",
    "/coproduction": "/coproduction",
    "/about": "/about",
}
"An address of each page where there is something to show."

PRIVATE = {"/submissions/1/mapping"}
"Those that the public does not see, who asks here."

NOWHERE = [
    "/country/XXX",
    "/country/ES-SE-CAM",
    "/territory/XXX",
    "/project/no",
    "/indicator/no",
    "/sdg/0",
    "/sdg/18",
    "/sdg/eight",
    "/submissions/99",
    "/submissions/-1",
    "/submissions/9999999999999999999999",
    "/nowhere",
]


def drawn(path: str) -> Any:
    """Return what a page's layout is, as the browser gets it."""
    address, _, search = path.partition("?")
    found = app.page_at(address)
    page, named = found or (not_found, {})
    arguments = dict(part.split("=", 1) for part in search.split("&") if part)
    layout = page.layout(**{**named, **arguments})
    return json.loads(json.dumps(layout, cls=PlotlyJSONEncoder))


def components(node: Any) -> int:
    if isinstance(node, dict):
        return ("namespace" in node) + sum(components(part) for part in node.values())
    return sum(components(part) for part in node) if isinstance(node, list) else 0


def text(node: Any) -> str:
    return json.dumps(node, ensure_ascii=False)


def key_figure(node: Any) -> str:
    """Return the number of the first card that has one."""
    for part in parts(node):
        if part["props"].get("className") == "kpi-value":
            shown = part["props"]["children"]
            return str(shown[0] if isinstance(shown, list) else shown)
    return ""


def parts(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for one in node:
            yield from parts(one)
    elif isinstance(node, dict) and "namespace" in node:
        yield node
        yield from parts(node["props"].get("children"))


@pytest.fixture
def filled(seeded_sqlite: Engine) -> Engine:
    """A database with one series of one pilot: 60 and 40 people, on the way from 0 to 200."""
    with database.begin(seeded_sqlite) as conn:
        observe(conn, submit(conn), *series())
    return seeded_sqlite


@pytest.fixture
def server(empty_sqlite: Engine) -> Flask:
    return app.create_app().server  # type: ignore[no-any-return]


@pytest.fixture
def as_coordinator(filled: Engine) -> Iterator[None]:
    """A request from this machine, which may see and do everything."""
    with app.create_app().server.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        yield


def test_every_page_has_an_address_here() -> None:
    assert set(FULL) == set(app.PAGES)


@pytest.mark.parametrize("path", FULL.values())
def test_every_page_is_designed_for_an_empty_database(empty_sqlite: Engine, path: str) -> None:
    assert components(drawn(path)) > 0


@pytest.mark.parametrize("path", FULL.values())
def test_every_page_is_designed_for_no_values(seeded_sqlite: Engine, path: str) -> None:
    assert components(drawn(path)) > 0


@pytest.mark.parametrize("path", [*FULL.values(), "/project/DA-ES", "/?programme=ROWCA2014"])
def test_a_page_is_small_and_asks_little_of_the_database(filled: Engine, path: str) -> None:
    statements: list[str] = []

    @event.listens_for(filled, "before_cursor_execute")
    def _count(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    page = drawn(path)
    app.title_at(path.partition("?")[0], "en")

    assert len(statements) <= 20
    assert components(page) <= 400
    assert ("nothing at this address" in text(page)) == (path in PRIVATE)


@pytest.mark.parametrize("path", NOWHERE)
def test_what_is_not_there_is_said_so(filled: Engine, path: str) -> None:
    assert "nothing at this address" in text(drawn(path)).lower()
    assert app.title_at(path, "en") == ""


@pytest.mark.thorough(2)
@pytest.mark.parametrize(
    "search",
    ["until=x&as_of=9", "level=no&by=no", "programme=no", "indicator=no", "country=" + "x" * 500],
)
def test_an_address_that_makes_no_sense_shows_the_page_all_the_same(
    filled: Engine, search: str
) -> None:
    for path in FULL.values():
        assert components(drawn(f"{path.partition('?')[0]}?{search}")) > 0


# --- What the pages say ---------------------------------------------------------------------------


def test_a_key_figure_has_value_target_progress_and_coverage(filled: Engine) -> None:
    page = text(drawn("/?until=2023-12-31"))

    assert key_figure(drawn("/?until=2023-12-31")) == "100"  # 60 and 40, added up
    assert "of the target of 200 by 2024" in page
    assert "50%" in page.replace("\u00a0", "")
    assert "1 of " in page
    assert "projects report" in page


def test_a_number_leads_to_the_cells_that_it_was_reported_in(filled: Engine) -> None:
    page = text(drawn(f"/project/{PROJECT}"))

    assert "/value?ids=2,5" in page  # the two actuals: totals, not their parts
    lineage = text(drawn("/value?ids=2,5"))
    for said in (
        "Seville 2023-S1.xlsx",
        "Indicators!L12",
        "5 Feb 2024",
        "60 persons",
        "40 persons",
    ):
        assert said in lineage


def test_a_period_can_be_chosen_in_the_address(filled: Engine) -> None:
    assert key_figure(drawn("/?until=2023-06-30")) == "60"
    assert key_figure(drawn("/?until=2023-12-31")) == "100"


def test_a_past_day_can_be_chosen_in_the_address(filled: Engine) -> None:
    nothing = "No workbook had been accepted by the end of that day."

    assert nothing in text(drawn("/?as_of=2024-02-04"))
    assert key_figure(drawn("/?as_of=2024-02-05")) == "100"


def test_one_value_without_a_target_has_no_status_and_says_why(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        observe(conn, submit(conn), {})

    page = text(drawn(f"/indicator/{INDICATOR}"))

    assert key_figure(drawn(f"/indicator/{INDICATOR}")) == "136"
    assert "no target" in page
    assert "There is no target." in page


def test_what_is_withheld_is_not_on_the_page_but_said(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        withhold(conn, *observe(conn, submit(conn), {"value": 123456.0}))

    for path in ("/", "/country/ESP", f"/project/{PROJECT}", f"/indicator/{INDICATOR}", "/value/1"):
        assert "123,456" not in text(drawn(path))
        assert "123456" not in text(drawn(path))
        assert "withheld" in text(drawn(path))


def test_disaggregations_are_bars_with_their_coverage(filled: Engine) -> None:
    page = text(drawn(f"/indicator/{INDICATOR}"))

    assert "People reached directly for the first time by sex" in page
    assert "Women" in page


def test_a_chart_has_unit_period_source_table_and_downloads(filled: Engine) -> None:
    page = text(drawn(f"/indicator/{INDICATOR}"))

    for said in ("Unit: persons", "as of 5 Feb 2024", "accepted workbook", "Data table"):
        assert said in page
    assert f"/download/trend.csv?programme=MEDTOWN&indicator={INDICATOR}" in page
    assert f"/download/trend.xlsx?programme=MEDTOWN&indicator={INDICATOR}" in page


def test_published_figures_stand_apart_from_what_was_reported(filled: Engine) -> None:
    page = text(drawn(f"/project/{PROJECT}"))

    assert "Published figures" in page
    assert "never added to it" in page


def test_invented_values_are_named_as_such(filled: Engine) -> None:
    for path in ("/", "/countries", "/country/ESP", f"/project/{PROJECT}", "/sdg", "/sdg/1"):
        assert "invented" in text(drawn(path))


# --- Submissions ----------------------------------------------------------------------------------


def test_the_public_may_neither_hand_in_nor_decide(filled: Engine) -> None:
    assert "once they are signed in" in text(drawn("/submissions"))
    assert '"upload-slot"' not in text(drawn("/submissions"))
    page = submission.layout(submission="1")
    buttons = page[0].children[1].children[:3]
    assert [button.hidden for button in buttons] == [True, True, True]
    assert submission.show_changes(1) == ""


def test_whoever_sits_at_this_machine_may_hand_in_and_decide(as_coordinator: None) -> None:
    assert '"upload-slot"' in text(drawn("/submissions"))
    page = submission.layout(submission="1")
    buttons = page[0].children[1].children[:3]
    assert [button.hidden for button in buttons] == [True, False, True]  # accepted: to withdraw


def test_what_accepting_changes_is_told_in_terms_of_the_pages(filled: Engine) -> None:
    with database.connect(filled) as conn:
        view = views.View(programme="MEDTOWN", until=S2[1])
        data = frames.load(conn, EVERYTHING, view, "en", breakdowns=True)
    preview = data.observations[data.observations["period_end"] == str(S2[1])].assign(
        value=150.0, before=40.0, after=150.0, text_before="", text_after="", change="changed"
    )

    found = changes.of_results(data, preview)

    (row,) = found.to_dict("records")
    assert (row["project_code"], row["place_code"]) == (PROJECT, PLACE)
    assert (row["low_before"], row["low_after"]) == (100.0, 210.0)  # 60 + 40, then 60 + 150
    assert (row["status_before"], row["status_after"]) == ("on_track", "achieved")


def test_what_stays_as_it_is_changes_no_result(filled: Engine) -> None:
    with database.connect(filled) as conn:
        view = views.View(programme="MEDTOWN")
        data = frames.load(conn, EVERYTHING, view, "en", breakdowns=True)
    same = data.observations.assign(
        before=data.observations["value"],
        after=data.observations["value"],
        text_before="",
        text_after="",
        change="same",
    )

    assert changes.of_results(data, same).empty


def test_a_project_tells_its_history_and_leads_to_comparing(filled: Engine) -> None:
    with database.begin(filled) as conn:
        submit(conn, file_name="Seville 2023-S2.xlsx", values_found=6)
        submit(conn, file_name="Lisbon.xlsx", project_code="PP-PT1")
        submit(conn, file_name="Waiting.xlsx", state="ready", decided_at=None)

    told = json.dumps(project.show_history(PROJECT, ""), cls=PlotlyJSONEncoder)
    assert "Seville 2023-S1.xlsx" in told
    assert "Seville 2023-S2.xlsx" in told
    assert "Lisbon.xlsx" not in told
    assert "Waiting.xlsx" not in told  # the public sees what was decided
    assert project.show_history("nowhere", "") == ""

    listed = text(drawn(f"/submissions?project={PROJECT}"))
    assert "Seville 2023-S2.xlsx" in listed
    assert "Lisbon.xlsx" not in listed
    assert "Lisbon.xlsx" in text(drawn("/submissions"))


# --- Addresses ------------------------------------------------------------------------------------


def test_a_view_survives_its_address() -> None:
    view = views.read({"programme": "MEDTOWN", "until": "2023-06-30", "level": "output", "x": "y"})

    assert views.address("/", view) == "/?programme=MEDTOWN&level=output&until=2023-06-30"
    assert views.address("/", view, level="") == "/?programme=MEDTOWN&until=2023-06-30"
    assert views.address("/", views.View()) == "/"


def test_only_plain_short_words_of_an_address_count() -> None:
    assert views.read({"programme": ["a", "b"], "country": "x" * 201, "level": "a\x00b"}) == (
        views.View()
    )


@pytest.mark.parametrize("ids", [[1], [3, 4, 5, 9], [7, 2, 1], list(range(1, 150))])
def test_ids_survive_their_short_text(ids: list[int]) -> None:
    assert lineage.expand(lineage.compact(ids)) == sorted(ids)


@pytest.mark.parametrize("text", ["", "x", "1-", "-5", "9" * 30, "5-1", "1-99999999999", "1,,2"])
def test_no_text_of_an_address_asks_for_more_ids_than_fit(text: str) -> None:
    assert len(lineage.expand(text)) <= lineage.MOST_IDS


def test_a_value_that_rests_on_too_much_leads_elsewhere() -> None:
    assert lineage.by_ids(range(0, 9000, 2), otherwise="/value?part=x") == "/value?part=x"
    assert lineage.by_ids([]) == ""
