"""The commands, as a person at a terminal meets them."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from dashboard import cli
from tests.builders import csv_file

WORKBOOKS = Path(__file__).parent / "data" / "workbooks"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.csv"
    path.write_bytes(csv_file({}, {"breakdown": "sex=F", "value": 9}))
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.csv"
    path.write_bytes(csv_file({"indicator": "JOB-NEWW"}))
    return path


def test_help_is_good_reading() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "Exit status: 0 accepted, 1 rejected, 2 could not run." in result.output
    for name in cli.main.commands:
        told = run(name, "--help")
        assert told.exit_code == 0
        assert "Example: medtown" in told.output


def test_seeding_twice_changes_nothing(empty_sqlite: Engine) -> None:
    first, second = run("seed"), run("seed")
    assert "sdg_target: 169 added" in first.output
    assert second.output == "The reference data are up to date.\n"


def test_without_a_database_it_is_said_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite'}")
    result = run("submissions")
    assert result.exit_code == cli.NOT_RUN
    assert "medtown seed" in result.output
    assert "Traceback" not in result.output


def test_a_check_writes_nothing_and_says_what_it_found(
    seeded_sqlite: Engine, good: Path, bad: Path
) -> None:
    assert run("check", "--programme", "MEDTOWN", good).exit_code == 0
    result = run("check", "--programme", "MEDTOWN", bad)
    assert result.exit_code == cli.REJECTED
    assert "bad.csv: F2: error: “JOB-NEWW” is not an indicator" in result.output
    assert run("submissions").output.count("\n") == 1


def test_a_check_answers_in_json(seeded_sqlite: Engine, bad: Path) -> None:
    told = json.loads(run("check", "--programme", "MEDTOWN", "--json", bad).output)
    assert told["verdict"] == "rejected"
    assert [(f["code"], f["cell"]) for f in told["findings"]] == [("unknown_indicator", "F2")]


def test_a_check_works_before_there_is_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: Path
) -> None:
    database = tmp_path / "none.sqlite"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{database}")
    assert run("check", "--programme", "MEDTOWN", good).exit_code == 0
    assert not database.exists()


def test_load_accept_withdraw_and_rebuild(seeded_sqlite: Engine, good: Path, bad: Path) -> None:
    loaded = run("load", "--accept", "--programme", "MEDTOWN", good)
    assert (loaded.exit_code, loaded.output) == (0, "good.csv: submission 1, accepted\n")
    again = run("load", "--programme", "MEDTOWN", good)
    assert again.output == "good.csv: submission 1, accepted (handed in before)\n"
    assert run("load", "--programme", "MEDTOWN", bad).exit_code == cli.REJECTED
    assert run("rebuild").exit_code == 0
    assert run("withdraw", "1").output == "submission 1: withdrawn\n"
    assert run("withdraw", "1").exit_code == cli.NOT_RUN
    assert run("reinstate", "1").output == "submission 1: accepted again\n"
    assert run("reinstate", "1").exit_code == cli.NOT_RUN
    run("withdraw", "1")
    assert run("accept", "1").output == "submission 1: accepted\n"
    assert run("accept", "4711").exit_code == cli.NOT_RUN


def test_tidy_prints_one_line_a_value(tmp_path: Path) -> None:
    result = run("tidy", WORKBOOKS / "sdg_eustat_8-5-1.csv")
    assert result.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert list(rows[0]) == [
        *("sheet", "cell", "indicator", "project", "place", "period_start", "period_end"),
        *("value_type", "breakdown", "unit", "qualifier", "value", "raw"),
    ]
    assert len(rows) == 74
    assert sum(float(row["value"]) for row in rows) == pytest.approx(1257.1)
    out = tmp_path / "values.csv"
    run("tidy", WORKBOOKS / "sdg_eustat_8-5-1.csv", "--layout", "open_sdg", "-o", out)
    assert out.read_text("utf-8") == result.stdout


def test_tidy_reads_a_file_as_if_nobody_knew_its_layout() -> None:
    def told(*options: str) -> list[tuple[str, ...]]:
        result = run("tidy", WORKBOOKS / "sdg_eustat_8-5-1.csv", *options)
        assert result.exit_code == 0
        columns = ("cell", "period_start", "period_end", "value_type", "breakdown", "value")
        rows = csv.DictReader(io.StringIO(result.stdout))
        return [tuple(row[column] for column in columns) for row in rows]

    proposed = told("--layout", "auto")
    assert len(proposed) == 74
    assert proposed == told("--layout", "open_sdg")


def test_tidy_names_the_layouts_where_one_is_mistyped() -> None:
    result = run("tidy", WORKBOOKS / "sdg_eustat_8-5-1.csv", "--layout", "opensdg")
    assert result.exit_code == cli.NOT_RUN
    assert "open_sdg" in result.output


def test_a_template_comes_back_filled(seeded_sqlite: Engine, tmp_path: Path) -> None:
    path = tmp_path / "paggaio.xlsx"
    result = run("template", "DA-GR", "--period", "2023-S1", "--lang", "el", "-o", path)
    assert result.exit_code == 0, result.output
    assert openpyxl.load_workbook(path).sheetnames
    empty = run("check", path)
    assert empty.exit_code == cli.REJECTED
    assert "No values were found" in empty.output


def test_a_mistyped_project_or_period_is_told_so(seeded_sqlite: Engine) -> None:
    result = run("template", "DA-GX", "--period", "2023-S1")
    assert result.exit_code == cli.NOT_RUN
    assert "DA-G" in result.output.replace("DA-GX", "")
    result = run("template", "DA-GR", "--period", "the first half")
    assert result.exit_code == cli.NOT_RUN
    assert "2023-S1" in result.output


def test_a_register_is_written(seeded_sqlite: Engine, tmp_path: Path) -> None:
    path = tmp_path / "registro.xlsx"
    assert run("register", "PP-ES1", "--lang", "es", "-o", path).exit_code == 0
    assert openpyxl.load_workbook(path).sheetnames


@pytest.mark.thorough(2)
@pytest.mark.parametrize("subject", [("project", "DA-GR"), ("country", "Greece"), ("sdg", "8")])
@pytest.mark.parametrize("ending", ["pdf", "docx", "pptx", "xlsx", "html", "zip"])
def test_a_report_is_written(
    seeded_sqlite: Engine, good: Path, tmp_path: Path, subject: tuple[str, str], ending: str
) -> None:
    run("load", "--accept", "--programme", "MEDTOWN", good)
    path = tmp_path / f"report.{ending}"
    result = run("report", *subject, "--format", ending, "-o", path)
    assert result.exit_code == 0, result.output
    assert path.stat().st_size > 1000


def test_a_report_on_nothing_known_is_told_so(seeded_sqlite: Engine) -> None:
    result = run("report", "country", "ATLANTIS")
    assert result.exit_code == cli.NOT_RUN
    assert "Traceback" not in result.output
