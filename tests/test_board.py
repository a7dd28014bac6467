"""The progress board: each cell has the status that the workbooks give it, and says why it is empty."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import Engine, update

from dashboard import app, static
from schemas import database, tables
from tests import demonstrated
from tests.observed import INDICATOR, PLACE, observe, series, submit, withhold

END = date(2023, 12, 31)
ALONE = {"DA-GR": "Paggaio", "DA-TN": "Medina of Tunis", "PP-TN1": "Mahdia"}
"Projects that are the only one in their territory, and what it is called."


@pytest.fixture(scope="module")
def board(
    demo_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], str]]:
    """How a coordinator gets the board of the demonstration as HTML, by what its filters say."""
    folder = tmp_path_factory.mktemp("board")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", f"sqlite:///{shutil.copy(demo_database, folder)}")
        patch.setenv("MEDTOWN_HOME", str(folder))
        patch.setenv("MEDTOWN_DEMO", "1")
        server = app.create_app().server

        def shown(search: str = "") -> str:
            path = f"/board?until={END}{search}"
            with server.test_request_context(path, environ_base={"REMOTE_ADDR": "127.0.0.1"}):
                return drawn(path)

        yield shown
        database.engine().dispose()


def drawn(path: str) -> str:
    found = app.page_at("/board")
    assert found
    return static.render(found[0].layout(**dict(parse_qsl(urlsplit(path).query))), "en")


CELL = re.compile(r'<td class="([^"]*)" data-label="([^"]*)">(.*?)</td>')


def cells(html: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Return look and words of every cell of a board, by indicator and column."""
    found = {}
    for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", html):
        code = re.search(r"/indicator/([^?\"]+)", row)
        assert code
        for kind, name, inside in CELL.findall(row):
            text = " ".join(re.sub(r"<[^>]*>", " ", inside).split())
            found[code[1], name] = (kind, text)
    return found


# --- The naive twin ----------------------------------------------------------------------------------


def first_day(told: list[demonstrated.Typed]) -> date:
    """Return when a course begins: on the baseline's day, else the project's first, else the first told."""
    for one in told:
        if "baseline" in one.said:
            day: date = one.said["baseline"][1]
            return day
    (project,) = [
        row
        for row in demonstrated.read_csv("project.csv")
        if row["project_code"] == told[0].project
    ]
    if project["start_date"]:
        return date.fromisoformat(project["start_date"])
    return min(one.start for one in told)


def naive_status(told: list[demonstrated.Typed], indicator: str) -> tuple[float, str] | None:
    """Return value and status of a flow that starts at 0, worked out from what was typed.

    None where it says more than this knows, or less than it takes.
    """
    goals = [one.said["target"] for one in told if "target" in one.said]
    counted = [
        one
        for one in demonstrated.counted(told, indicator)
        if "value" in one.said or one.said.get("answer") == "nothing_to_report"
    ]
    exact = all(one.said.get("qualifier", "=") == "=" for one in counted)
    if not goals or not counted or not exact:
        return None
    target, due = demonstrated.number(goals[-1][0]), goals[-1][1]
    value = sum(demonstrated.number(one.said.get("value", 0)) for one in counted)
    begun, end = first_day(told), counted[-1].end
    expected = min((end - begun).days / (due - begun).days, 1.0)
    share = value / target
    if end < date(2023, 6, 30) and end < due:  # older than one round of six months
        return value, "none"
    if share >= 1:
        return value, "achieved"
    if due <= end and due < END:
        return value, "partly_achieved" if share >= 0.6 else "not_achieved"
    pace = share / expected
    for threshold, status in ((0.95, "on_track"), (0.6, "acceleration_needed")):
        if pace >= threshold:
            return value, status
    return value, "limited_progress"


def flows() -> list[str]:
    """Return the indicators whose periods add up, whose target is of the whole course, none counted twice."""
    return [
        row["indicator_code"]
        for row in demonstrated.read_csv("indicator.csv")
        if (row["measure"], row["time_rule"], row["target_basis"], row["direction"])
        in {(measure, "sum", "cumulative", "up") for measure in ("count", "quantity")}
        and row["overlap"] in ("none", "projects")
    ]


def test_statuses_are_those_that_a_naive_reckoning_from_the_workbooks_gives(
    board: Callable[[str], str],
) -> None:
    found = cells(board(""))
    compared = []
    for indicator in flows():
        for project, place in ALONE.items():
            told = [one for one in demonstrated.typed(indicator) if one.project == project]
            if told and (naive := naive_status(told, indicator)):
                kind, text = found[indicator, place]
                assert kind == f"board-cell board-{naive[1]}", (indicator, place)
                assert float(text.split()[-1].replace(",", "")) == pytest.approx(naive[0], abs=0.5)
                compared.append(naive[1])

    assert len(compared) >= 5
    assert len(set(compared)) >= 2


# --- Cells ------------------------------------------------------------------------------------------


def test_every_cell_has_a_word_and_the_key_counts_them(board: Callable[[str], str]) -> None:
    html = board("")
    found = cells(html)
    assert all(text for _, text in found.values())

    key = html[html.index('class="board-key"') : html.index("<table")]
    counts = [int(number) for number in re.findall(r"<strong>(\d+)</strong>", key)]
    assert sum(counts) == sum(kind != "board-blank" for kind, _ in found.values())


def test_what_was_planned_and_not_reported_is_no_blank(board: Callable[[str], str]) -> None:
    found = cells(board(""))

    assert found["PPL-NEW", "Paggaio"][1].endswith("90")  # 27 and 63
    assert found["WST-KG", "Paggaio"] == ("board-blank", "Not planned")
    # Al-Mazar was to report on wellbeing, and has not.
    assert found["WEL-WH5", "Al-Mazar"][0] == "board-cell"
    assert found["WEL-WH5", "Al-Mazar"][1].startswith("–")


def test_a_value_leads_to_its_cells(board: Callable[[str], str]) -> None:
    row = next(r for r in board("").split("<tr>") if "/indicator/PPL-NEW" in r)

    links = re.findall(r'<a class="number value" href="(/value[^"]*)"', row)
    values = [text for kind, text in cells(f"<tr>{row}").values() if re.search(r"\d", text)]
    assert len(links) == len(values) > 5


@pytest.mark.parametrize(
    ("search", "column"), [("&by=country", "Greece"), ("&by=project", "Waste to wealth")]
)
def test_columns_may_be_countries_or_projects(
    board: Callable[[str], str], search: str, column: str
) -> None:
    assert column in {name for _, name in cells(board(search))}


def test_filters_leave_the_rows_that_they_ask_for(board: Callable[[str], str]) -> None:
    rows = {row["indicator_code"]: row for row in demonstrated.read_csv("indicator.csv")}
    everything = cells(board(""))

    achieved = {code for code, _ in cells(board("&status=achieved"))}
    assert achieved == {
        code for (code, _), (kind, _) in everything.items() if "achieved" in kind.split("-")
    }
    outputs = {code for code, _ in cells(board("&level=output"))}
    assert outputs
    assert {rows[code]["level"] for code in outputs} == {"output"}
    of_goal = {code for code, _ in cells(board("&goal=8"))}
    assert of_goal
    assert of_goal < {code for code, _ in everything}


def test_filters_that_nothing_fits_are_said_to_be_so(board: Callable[[str], str]) -> None:
    assert "Nothing is like that" in board("&goal=14&level=impact")


def test_what_is_withheld_has_no_value_and_no_status(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        withhold(conn, *observe(conn, submit(conn), *series()))
        observe(conn, submit(conn), {"indicator_code": "POL-AGR", "value": 3.0})

    html = drawn(f"/board?until={END}")
    names = {name for code, name in cells(html) if code == INDICATOR}
    found = [cells(html)[INDICATOR, name] for name in names if "Cerro-Amate" in name]

    assert found == [("board-cell", "withheld")]
    assert PLACE in html


def test_a_name_is_text_and_never_markup(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        observe(conn, submit(conn), *series())
        table = tables.Indicator
        names: dict[str, Any] = {"en": "<img src=x>"}
        conn.execute(update(table).where(table.indicator_code == INDICATOR).values(names=names))

    html = drawn("/board")
    assert "<img" not in html
    assert "&lt;img src=x&gt;" in html
