"""Imports run one way, and what only some modules may use is used by them alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("schemas", "etl", "dashboard")

ORDER = {
    "schemas": [
        *(
            "codes",
            "findings",
            "tables",
            "revisions",
            "published",
            "scope",
            "rows",
            "money",
            "series",
            "steps",
            "packed",
        ),
        *("totals", "impact", "protect", "completeness"),
        *(
            "words",
            "units",
            "fields",
            "evaluation",
            "records",
            "catalogues",
            "database",
            "audit",
            "backups",
        ),
    ],
    "etl": [
        *(
            "markup",
            "gate",
            "reader",
            "workbook",
            "parse",
            "definitions",
            "reference",
            "questions",
            "replies",
        ),
        *("layouts", "labels", "lexicon", "grid", "segments", "roles", "headers", "drafts"),
        *("proposals", "remembered", "values", "privacy"),
        *("remarks", "parts", "people", "history", "flows", "compare", "check", "book"),
        *("package", "page", "cell_styles", "notes", "marks", "listing", "twin", "annotate"),
        *(
            "template",
            "register",
            "filled",
            "intake",
            "slices",
            "threads",
            "records",
            "reports",
            "publishing",
            "store",
            "versions",
        ),
        *(
            "rollup",
            "returned",
            "decisions",
            "catalogue",
            "review",
            "surroundings",
            "sight",
            "replay",
        ),
        *("published", "demo_workbooks", "demo", "rounds", "scheduled", "job_rows", "jobs"),
    ],
    "dashboard": [
        *(
            "settings",
            "keys",
            "accounts",
            "demonstration",
            "queries",
            "history",
            "access",
            "trail",
            "notices",
            "retention",
            "theme",
            "figures",
            "svg",
            "images",
            "exports",
            "views",
        ),
        *(
            "rolled",
            "frames",
            "territories",
            "lineage",
            "changes",
            "sentences",
            "estimates",
            "search",
            "pivot",
        ),
        *("kept", "downloads", "open_data", "charts", "components"),
        *("reports", "made", "building", "routes", "asked", "bundles", "static", "embeds"),
        *("documents", "publishing", "working", "jobs", "operations", "work", "reminding"),
        *("scheduling", "pages", "policies"),
        *("own", "admin", "app", "server", "worker", "cli"),
    ],
}
"Each module may import those that stand before it, and any of the packages before its own."

DASH = {"components", "static", "pages", "app", "own", "work"}
DASH |= {"working", "admin"}
"Who may know Dash."

SELECT = {"queries", "history", "accounts", "notices", "retention"}
"Who of the dashboard may ask the database; the schemas only describe it, but for the audit trail."


def modules() -> Iterator[tuple[str, str, ast.Module]]:
    """Yield (package, module, tree) of every module of ours; a package's parts count as one."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT / package).with_suffix("").parts
            if parts[0] not in ("migrations", "__init__"):
                yield package, parts[0], ast.parse(path.read_text("utf-8"))


def imported(tree: ast.Module) -> Iterator[tuple[str, ...]]:
    """Yield each import of a module as its dotted parts, names of `from` imports included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield (*node.module.split("."), alias.name)


MODULES = list(modules())
NAMES = sorted({(package, module) for package, module, _ in MODULES})


@pytest.mark.parametrize(("package", "module"), NAMES)
def test_every_module_has_its_place(package: str, module: str) -> None:
    assert module in ORDER[package]


@pytest.mark.parametrize(("package", "module"), NAMES)
def test_imports_run_one_way(package: str, module: str) -> None:
    for own_package, own_module, tree in MODULES:
        if (own_package, own_module) != (package, module):
            continue
        for name in imported(tree):
            if name[0] not in PACKAGES:
                continue
            assert PACKAGES.index(name[0]) <= PACKAGES.index(package), name
            if name[0] == package and len(name) > 1 and name[1] != module:
                order = ORDER[package]
                assert name[1] in order, name
                assert order.index(name[1]) < order.index(module), name


def test_the_dashboard_knows_the_etl_by_its_front_door() -> None:
    for package, module, tree in MODULES:
        if package == "dashboard":
            for name in imported(tree):
                assert name[0] != "etl" or len(name) == 1 or name[1][0].isupper(), (module, name)


def test_dash_is_known_to_the_pages_alone() -> None:
    for package, module, tree in MODULES:
        if package != "dashboard" or module not in DASH:
            for name in imported(tree):
                assert not name[0].startswith("dash") or name[0] == "dashboard", (module, name)


def test_the_database_is_asked_in_few_places() -> None:
    for package, module, tree in MODULES:
        if package == "dashboard" and module not in SELECT:
            for name in imported(tree):
                assert name[-1] != "select" or name[0] != "sqlalchemy", (module, name)


def test_the_order_names_no_module_that_is_gone() -> None:
    for package, order in ORDER.items():
        for module in order:
            path = ROOT / package / module
            assert path.with_suffix(".py").exists() or path.is_dir(), f"{package}.{module}"
