"""What the README says is so: commands, settings, files, recipes."""

import re
from pathlib import Path

import pytest

from dashboard import cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(cli.main.commands))
def test_the_readme_names_every_command(name: str) -> None:
    assert f"`medtown {name}" in README


@pytest.mark.parametrize("name", sorted(cli.main.commands))
def test_every_command_helps_with_an_example(name: str) -> None:
    assert "Example: medtown" in (cli.main.commands[name].help or "")


def test_the_readme_names_every_setting_and_no_other() -> None:
    code = "\n".join(
        path.read_text("utf-8")
        for package in ("schemas", "etl", "dashboard")
        for path in (ROOT / package).rglob("*.py")
    )
    settings = r"\b(?:MEDTOWN_[A-Z_]+[A-Z]|DATABASE_URL)\b"
    used = set(re.findall(rf"\"({settings})\"", code))
    told = set(re.findall(settings, README.split("## Settings")[1].split("\n## ")[0]))
    assert used - {"MEDTOWN_CSP", "MEDTOWN_CALLBACKS"} == told


def test_the_files_that_the_readme_names_are_there() -> None:
    for name in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"`((?:data|schemas|etl|dashboard|assets|tests)/[\w./-]+)`", README):
        assert (ROOT / name).exists(), name


def test_make_knows_the_targets_that_the_readme_names() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in set(re.findall(r"\bmake ([a-z-]+)", README)) - {"and"}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_lock_files_pin_versions_and_name_no_index() -> None:
    for path in ROOT.glob("requirements*.lock"):
        lines = path.read_text("utf-8").split("\n")
        assert all(re.match(r"[\w.\[\]-]+==[\w.]+", line) for line in lines if line), path
        assert "://" not in "".join(lines)


SECURITY = (ROOT / "SECURITY.md").read_text("utf-8")


def test_the_tests_that_hold_a_promise_are_there() -> None:
    named = set(re.findall(r"`(test_\w+\.py)(?:::(test_\w+))?`", SECURITY))
    assert len(named) > 50
    for module, name in named:
        source = (ROOT / "tests" / module).read_text("utf-8")
        assert f"def {name or 'test_'}" in source, f"{module} {name}"


def test_each_requirement_is_met_by_a_test_or_said_not_to_be() -> None:
    for line in SECURITY.splitlines():
        if re.match(r"\| \d", line):
            assert "`test_" in line or "**" in line, line


def test_the_files_that_keep_a_promise_are_there() -> None:
    for name in re.findall(r"`((?:schemas|etl|dashboard)/[\w./-]+)`", SECURITY):
        assert (ROOT / name).exists(), name
