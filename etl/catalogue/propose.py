"""From a workbook, or a form, to what it would change: read, joined with what is known, checked."""

from dataclasses import replace

from sqlalchemy import Connection

from etl import reference
from etl.catalogue import checks
from etl.catalogue.changes import Act, Change, Proposal, Where, base, changes_of, merged
from etl.catalogue.columns import forms
from etl.catalogue.rows import Rows, edited
from etl.catalogue.sheets import read_catalogue
from etl.reference import Key, Record
from schemas.findings import Finding, finding
from schemas.revisions import revision

ORDER = {Act.ADD: 0, Act.CHANGE: 1, Act.END: 2, Act.REMOVE: 3}

AT_MOST = 500
"Findings that are told: more help nobody."


def check_catalogue(conn: Connection, data: bytes, file_name: str) -> Proposal:
    """Return what a catalogue workbook would change, with everything that is wrong with it.

    What changed in the database since it was downloaded is not undone by it.
    """
    now, known = revision(conn), edited(conn)
    read = read_catalogue(data, file_name, known)
    if read.is_broken or read.state is None:
        return Proposal(now, known, [], read.findings[:AT_MOST])
    findings = read.findings
    start = base(conn, read.state)
    rows = read.rows
    if start is None:
        findings.append(finding("catalogue_other_database"))
    elif start != known:
        rows = merged(start, known, _as_it_began(read.rows, known, start), read.where, findings)
    return propose(conn, rows, known=known, where=read.where, findings=findings)


def _as_it_began(rows: Rows, known: Rows, start: Rows) -> Rows:
    """Return the rows of a workbook; of a sheet that it does not have, those of its beginning."""
    return {name: start[name] if rows[name] is known[name] else rows[name] for name in rows}


def check_row(conn: Connection, table: str, key: Key, row: Record | None) -> Proposal:
    """Return what changing one row would change; None removes it. Findings name the column as cell."""
    known = edited(conn)
    rows = {**known, table: dict(known[table])}
    if row is None:
        rows[table].pop(key, None)
    else:
        rows[table][key] = row
    return propose(conn, rows, known=known, where=_field_of(table, key), findings=[])


def _field_of(table: str, key: Key) -> Where:
    def where(at: str, row: Key, column: str) -> tuple[str, str]:
        is_own = at == table and row == key
        return ("", column) if is_own else (at, reference.row_name(row))

    return where


def propose(
    conn: Connection, rows: Rows, *, known: Rows, where: Where, findings: list[Finding]
) -> Proposal:
    """Return what rows would change of what is known, checked."""
    asked = list(changes_of(known, rows))
    rows = _kept_in_use(conn, known, rows, asked, where, findings)
    final = _with_consequences(known, rows)
    named = {(change.table, change.key) for change in asked}
    changes = [
        replace(change, is_consequence=(change.table, change.key) not in named)
        for change in changes_of(known, final)
    ]
    order = list(forms())
    changes.sort(key=lambda c: (order.index(c.table), ORDER[c.act], tuple(map(str, c.key))))
    findings += checks.check(conn, known, final, changes, where)
    findings = _sorted(findings)[:AT_MOST]
    return Proposal(revision(conn), final, changes, findings)


def _sorted(findings: list[Finding]) -> list[Finding]:
    order = {name: place for place, name in enumerate(forms())}
    return sorted(findings, key=lambda f: (f.severity != "error", order.get(f.sheet, -1)))


def _kept_in_use(
    conn: Connection,
    known: Rows,
    rows: Rows,
    asked: list[Change],
    where: Where,
    findings: list[Finding],
) -> Rows:
    """Return rows in which what values rest on is not removed but marked as ended."""
    found = {name: dict(of) for name, of in rows.items()}
    for change in asked:
        form = forms()[change.table]
        if change.act is not Act.REMOVE or not checks.is_used(conn, form, change.key):
            continue
        row = known[change.table][change.key]
        found[change.table][change.key] = row
        told = reference.row_name(change.key)
        sheet, cell = where(change.table, change.key, form.keys[0].name)
        if "is_ended" in row:
            found[change.table][change.key] = row | {"is_ended": True}
            findings.append(finding("catalogue_will_end", sheet, cell, found=told))
        else:
            findings.append(finding("catalogue_in_use", sheet, cell, found=told))
    return found


def _with_consequences(known: Rows, rows: Rows) -> Rows:
    """Return rows in which what follows from their changes was done, too.

    A project asks no more for a disaggregation that its indicator lost, and reports nothing that
    went with the project or the indicator; but a row that was given anew says so for itself.
    """
    reports: dict[Key, Record] = {}
    for key, row in rows["project_indicator"].items():
        (project, indicator), before = key, known["project_indicator"].get(key)
        is_as_before = before == row
        went = (project,) not in rows["project"] or (indicator,) not in rows["indicator"]
        if went and is_as_before:
            continue
        now = rows["indicator"].get((indicator,), {}).get("dimensions", ())
        former = known["indicator"].get((indicator,), {}).get("dimensions", ())
        lost = {one for one in former if one not in now}
        if is_as_before and lost & set(row["dimensions"]):
            row = row | {"dimensions": [d for d in row["dimensions"] if d not in lost]}
        reports[key] = row
    return {**rows, "project_indicator": reports}
