"""The `medtown` commands. Exit status: 0 accepted, 1 rejected, 2 could not run."""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from schemas.codes import COMMAND, LANGUAGES, PlaceKind, Severity
from schemas.findings import Finding

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from dashboard.views import View
    from etl import Changes, Reference

# Heavy modules are imported inside the commands: `medtown --help` answers at once.

REJECTED, NOT_RUN = 1, 2


FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
LANG = click.option(
    "--lang", default="en", type=click.Choice(LANGUAGES), show_default=True, help="Language."
)
PROGRAMME = click.option(
    "--programme", metavar="CODE", help="Programme of workbooks that do not say it themselves."
)
OUTPUT = click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write."
)
MARKS = {Severity.ERROR: "error  ", Severity.WARNING: "warning", Severity.NOTE: "note   "}

P = ParamSpec("P")
R = TypeVar("R")


class NotRunError(click.ClickException):
    "The command could not do its work; its message is one line"

    exit_code = NOT_RUN


def told_in_one_line(command: Callable[P, R]) -> Callable[P, R]:
    """Return the command with our own exceptions turned into one line and an exit status."""

    @wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        from sqlalchemy.exc import DBAPIError

        import etl
        from dashboard.settings import SettingError
        from schemas import backups, database, words

        try:
            return command(*args, **kwargs)
        except etl.DecisionError as error:
            raise NotRunError(words.sentence(error.finding, "en")) from error
        except (
            database.DatabaseError,
            backups.BackupError,
            SettingError,
            LookupError,
            ValueError,
        ) as error:
            raise NotRunError(str(error).strip("'\"")) from error
        except DBAPIError as error:
            raise NotRunError(f"The database cannot be used: {error.orig}") from error
        except OSError as error:
            raise NotRunError(f"{error.strerror}: {error.filename}") from error

    return wrapper


def keep_export(what: str, kind: str) -> None:
    """Keep in the audit trail that a file was written that holds what is not public."""
    from schemas import audit, database

    with database.begin() as conn:
        audit.record(conn, COMMAND, "export", what, after={"kind": kind, "scope": "everything"})


def write(data: bytes, output: Path) -> None:
    """Write a file and say so."""
    output.write_bytes(data)
    click.echo(f"{output} written ({len(data):,} bytes)")


def tell(findings: Iterable[Finding], name: str) -> None:
    """Print findings, a line each, as `file: sheet!cell: severity: sentence`."""
    from schemas import words

    for found in findings:
        where = "!".join(part for part in (found.sheet, found.cell) if part)
        place = f"{name}: {where}" if where else name
        click.echo(f"{place}: {MARKS[found.severity].strip()}: {words.sentence(found, 'en')}")


def known_project(reference: "Reference", text: str) -> str:
    """Return the code of a project named on the command line; LookupError says what is close."""
    if code := reference.find_project(text):
        return code
    close = reference.suggestions(text, "project") or sorted(reference.projects)[:3]
    raise LookupError(f"There is no project {text}; did you mean {' or '.join(close)}?")


def known_subject(conn: "Connection", text: str) -> "View":
    """Return the view of a project, a country or a programme; LookupError where there is none of the code."""
    from dashboard import queries
    from dashboard.views import View

    known = queries.catalogue(conn)
    if text in known.projects:
        return View(programme=known.projects[text].programme_code, project=text)
    if text in known.programmes or not text:
        return View(programme=text)
    if text in known.places and known.places[text].kind == PlaceKind.COUNTRY:
        return View(country=text)
    raise LookupError(f"There is no project, country or programme {text}.")


def changed_lines(changes: "Changes") -> list[str]:
    """Return what a seeding changed, a line for each kind of change; one line where nothing did."""
    lines = [f"{table}: {count} added" for table, count in changes.added.items()]
    for verb, tables in (
        ("changed", changes.changed),
        ("removed", changes.removed),
        ("kept, though no longer in the files", changes.kept),
    ):
        lines += [f"{table}: {', '.join(keys)} {verb}" for table, keys in tables.items()]
    return lines or ["The reference data are up to date."]


def has_errors(findings: Iterable[Finding]) -> bool:
    """Return whether any finding asks for a correction."""
    return any(found.severity == Severity.ERROR for found in findings)


def progress(files: tuple[Path, ...]) -> Iterable[Path]:
    """Return the files, with a progress bar where there are several and somebody watches."""
    if len(files) > 1 and sys.stderr.isatty():
        return track(files, description="Workbooks", console=Console(stderr=True), transient=True)
    return files


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="medtown")
def main() -> None:
    """Impacts of co-produced social services: from spreadsheets to charts and reports.

    A partner's spreadsheet is checked (`check`), handed in (`load`), accepted (`accept`) and then
    counts on every page (`serve`) and in every report (`report`).

    Exit status: 0 accepted, 1 rejected, 2 could not run.
    """


@main.command()
@told_in_one_line
def seed() -> None:
    """Create or update the database and its reference data (data/reference/).

    Safe to repeat: a second run changes nothing.

    \b
    Example: medtown seed
    """
    import etl
    from schemas import database

    database.migrate()
    with database.begin() as conn:
        changes = etl.seed(conn)
    for line in changed_lines(changes):
        click.echo(line)


@main.command()
@told_in_one_line
def demo() -> None:
    """Load the demonstration: real actions and pilots with invented values, and real public rows.

    Both go through the same front door as any upload; what is loaded already stays.

    \b
    Example: medtown seed && medtown demo
    """
    from dashboard import demonstration

    for line in demonstration.load():
        click.echo(line)


@main.command()
@click.option("--port", type=int, envvar="PORT", default=8050, show_default=True, help="Port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--demo", "with_demo", is_flag=True, help="Seed and load the demonstration first.")
@told_in_one_line
def serve(port: int, host: str, *, with_demo: bool) -> None:
    """Start the web server and print its address; Ctrl-C stops it.

    With --demo whoever visits from this machine acts as the demonstration's coordinator; else people
    sign in (`medtown user add`). Others than this machine are served with --host 0.0.0.0, which needs
    MEDTOWN_SECRET_KEY.

    \b
    Example: medtown serve --demo --port 8080
    """
    from dashboard import server

    server.run(host, port, with_demo=with_demo)


@main.group()
def user() -> None:
    """Accounts: who may sign in, and as what.

    \b
    Example: medtown user list
    """


@user.command()
@click.argument("email")
@click.option("--name", default="", help="As others see it; else the part before the @.")
@click.option("--admin", is_flag=True, help="Keeps accounts and the catalogue.")
@click.option("--coordinator", metavar="PROGRAMME", help="Decides on what is handed in; * for all.")
@click.option("--evaluator", metavar="PROGRAMME", help="Reads everything; * for all.")
@click.option("--partner", metavar="PROJECT|PLACE", multiple=True, help="Hands in for these.")
@LANG
@told_in_one_line
def add(
    email: str,
    name: str,
    lang: str,
    coordinator: str | None,
    evaluator: str | None,
    partner: tuple[str, ...],
    *,
    admin: bool,
) -> None:
    """Add an account, or roles to one that there is, and print the link to choose a password with.

    \b
    Example: medtown user add ana@example.org --name "Ana Silva" --admin
    """
    from dashboard import accounts, settings
    from schemas import database

    with database.begin() as conn:
        database.require_current(conn)
        row = accounts.account_of(conn, email)
        if row is None:
            shown = name or email.partition("@")[0]
            account_id = accounts.add(conn, email, shown, language=lang, actor=COMMAND)
        else:
            account_id = row.account_id
        for grant in accounts.asked_for(
            conn, admin=admin, coordinator=coordinator, evaluator=evaluator, partner=partner
        ):
            accounts.give(conn, account_id, grant, actor=COMMAND)
        token = accounts.invite(conn, account_id, actor=COMMAND)
    known = settings.read()
    base = known.address or f"http://{known.host}:{known.port}"
    click.echo(f"{base}/invitation/{token}")
    click.echo("The link is good for 7 days, and once.")


@user.command("list")
@told_in_one_line
def list_users() -> None:
    """List the accounts and their roles."""
    from dashboard import accounts
    from schemas import database

    table = Table("number", "address", "name", "roles", "state", box=None)
    with database.connect() as conn:
        database.require_current(conn)
        for row in accounts.accounts(conn):
            roles = "; ".join(map(str, accounts.grants(conn, row.account_id)))
            state = "disabled" if row.disabled_at else "" if row.password_hash else "no password"
            table.add_row(str(row.account_id), row.email, row.name, roles, state)
    Console(soft_wrap=True, highlight=False).print(table)


@user.command()
@click.argument("email")
@told_in_one_line
def disable(email: str) -> None:
    """Let an account in no more, and sign it out everywhere."""
    from dashboard import accounts
    from schemas import database

    with database.begin() as conn:
        database.require_current(conn)
        row = accounts.account_of(conn, email)
        if row is None:
            raise NotRunError(f"There is no account {email}.")
        accounts.disable(conn, row.account_id, actor=COMMAND)
    click.echo(f"{email}: disabled")


@main.command()
def policy() -> None:
    """Print who may use every page, route and callback.

    \b
    Example: medtown policy
    """
    from dashboard import policies

    table = Table("kind", "name", *policies.COLUMNS, box=None)
    for kind, name, of in policies.lines():
        marks = ("yes" if policies.is_allowed(of, one) else "–" for one in policies.COLUMNS)
        table.add_row(kind, name, *marks)
    Console(soft_wrap=True, highlight=False, markup=False).print(table)


@main.command()
@click.argument("project")
@click.option("--period", required=True, help="2023-S1, 2023-Q2, 2023, or 2023-01-01/2023-06-30.")
@LANG
@OUTPUT
@told_in_one_line
def template(project: str, period: str, lang: str, output: Path | None) -> None:
    """Write the workbook that a PROJECT fills in for a period.

    \b
    Example: medtown template DA-GR --period 2023-01-01/2023-06-30 --lang el -o paggaio.xlsx
    """
    import etl
    from dashboard import queries
    from schemas import database, words
    from schemas.scope import EVERYTHING

    start, end = words.parse_period_code(period)
    with database.connect() as conn:
        database.require_current(conn)
        reference = etl.load_reference(conn)
        project = known_project(reference, project)
        known = queries.observations(conn, EVERYTHING, project_code=project, breakdowns=True)
        data = etl.write_template(reference, project, start, end, language=lang, known=known)
    keep_export(f"project {project}", "template")
    write(data, output or Path(f"{project}_{words.period_code(start, end)}_{lang}.xlsx"))


@main.command()
@click.argument("project")
@LANG
@OUTPUT
@told_in_one_line
def register(project: str, lang: str, output: Path | None) -> None:
    """Write the offline register of a PROJECT: attendance lists that count people once.

    It stays with the partner; only the sheet of totals is ever handed in.

    \b
    Example: medtown register PP-ES1 --lang es -o registro.xlsx
    """
    import etl
    from schemas import database

    with database.connect() as conn:
        database.require_current(conn)
        reference = etl.load_reference(conn)
        project = known_project(reference, project)
        data = etl.write_register(reference, project, language=lang)
    write(data, output or Path(f"{project}_register_{lang}.xlsx"))


@main.command()
@FILES
@PROGRAMME
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per file.")
@told_in_one_line
def check(files: tuple[Path, ...], programme: str | None, *, as_json: bool) -> None:
    """Check workbooks and print every finding with its sheet and cell; nothing is written.

    \b
    Example: medtown check paggaio.xlsx --json
    """
    import etl
    from schemas import words

    rejected = False
    for path in progress(files):
        taken = etl.check_file(path.read_bytes(), path.name, programme_code=programme)
        rejected |= has_errors(taken.findings)
        if as_json:
            findings = [
                asdict(found) | {"message": words.sentence(found, "en")} for found in taken.findings
            ]
            verdict = "rejected" if has_errors(taken.findings) else "accepted"
            click.echo(
                json.dumps(
                    {
                        "file": path.name,
                        "verdict": verdict,
                        "values": len(taken.rows),
                        "findings": findings,
                    },
                    ensure_ascii=False,
                )
            )
            continue
        tell(taken.findings, path.name)
        verdict = "rejected" if has_errors(taken.findings) else "may be handed in"
        click.echo(f"{path.name}: {len(taken.rows)} values, {verdict}")
    sys.exit(REJECTED if rejected else 0)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@PROGRAMME
@LANG
@OUTPUT
@told_in_one_line
def annotate(file: Path, programme: str | None, lang: str, output: Path | None) -> None:
    """Write a copy of FILE with every finding in its cell, and a list of them with the questions.

    What is no .xlsx or .xlsm comes back as an .xlsx with the same values.

    \b
    Example: medtown annotate paggaio.xlsx -o paggaio_findings.xlsx --lang es
    """
    import etl

    data = file.read_bytes()
    taken = etl.check_file(data, file.name, programme_code=programme)
    copy = etl.annotate(data, file.name, taken.findings, lang, taken.read.answers)
    if copy.reason:
        click.echo(copy.reason)
    write(copy.data, output or Path(copy.file_name))
    sys.exit(REJECTED if has_errors(taken.findings) else 0)


@main.command()
@FILES
@PROGRAMME
@click.option("--accept", "is_accepted", is_flag=True, help="Accept what has no errors at once.")
@told_in_one_line
def load(files: tuple[Path, ...], programme: str | None, *, is_accepted: bool) -> None:
    """Hand in workbooks: each is kept, checked, and awaits acceptance.

    \b
    Example: medtown load paggaio.xlsx --accept
    """
    import etl
    from schemas.codes import SubmissionState

    rejected = False
    for path in progress(files):
        receipt = etl.receive(
            path.read_bytes(),
            path.name,
            programme_code=programme,
        )
        tell(receipt.findings, path.name)
        state = receipt.state
        if is_accepted and state == SubmissionState.READY:
            etl.accept(receipt.submission_id, taken=receipt.taken)
            state = SubmissionState.ACCEPTED
        again = "" if receipt.is_new else " (handed in before)"
        click.echo(f"{path.name}: submission {receipt.submission_id}, {state}{again}")
        rejected |= state in (SubmissionState.REJECTED, SubmissionState.REFUSED)
    sys.exit(REJECTED if rejected else 0)


@main.command()
@told_in_one_line
def submissions() -> None:
    """List what was handed in, newest first.

    \b
    Example: medtown submissions
    """
    from dashboard import queries
    from schemas import database
    from schemas.scope import EVERYTHING

    with database.connect() as conn:
        database.require_current(conn)
        rows = queries.submissions(conn, EVERYTHING)
    table = Table("id", "received", "state", "project", "values", "file", box=None)
    for row in rows.itertuples():
        table.add_row(
            str(row.submission_id),
            f"{row.received_at:%Y-%m-%d %H:%M}",
            str(row.state),
            str(row.project_code or row.programme_code or "–"),
            str(row.values_found),
            str(row.file_name),
        )
    Console(soft_wrap=True, highlight=False).print(table)


@main.command()
@click.argument("submission_id", metavar="ID", type=int)
@told_in_one_line
def accept(submission_id: int) -> None:
    """Accept the submission ID: its values count from now on.

    \b
    Example: medtown accept 12
    """
    import etl

    etl.accept(submission_id)
    click.echo(f"submission {submission_id}: accepted")


@main.command()
@click.argument("submission_id", metavar="ID", type=int)
@told_in_one_line
def withdraw(submission_id: int) -> None:
    """Withdraw the submission ID: what counted before it counts again.

    \b
    Example: medtown withdraw 12
    """
    import etl

    etl.withdraw(submission_id)
    click.echo(f"submission {submission_id}: withdrawn")


@main.command()
@click.argument("submission_id", metavar="ID", type=int)
@told_in_one_line
def reinstate(submission_id: int) -> None:
    """Reinstate the withdrawn submission ID: it counts again where it counted before.

    \b
    Example: medtown reinstate 12
    """
    import etl

    etl.reinstate(submission_id)
    click.echo(f"submission {submission_id}: accepted again")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--layout", metavar="NAME|auto", help="A layout of data/layouts/; `auto` ignores them all."
)
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="QUESTION=ANSWER",
    help="Answer what the file leaves open, as in `period_unknown=2023-S1`; may be repeated.",
)
@OUTPUT
@told_in_one_line
def tidy(file: Path, layout: str | None, answers: tuple[str, ...], output: Path | None) -> None:
    """Recognise and parse FILE and print one line of CSV for each value; no database is used.

    Findings go to standard error, questions with the name that answers them. Exit status 1: values
    were found, but some cells were in error.

    \b
    Example: medtown tidy indicator_8-5-1.csv --layout open_sdg -o values.csv
    """
    import etl

    given = dict(_question_and_answer(text) for text in answers)
    read = etl.read_file(file.read_bytes(), file.name, layout_name=layout, answers=given)
    for found in read.findings:
        _tell_error(found, file.name)
    values = etl.tidy(read.parsed)
    if values.empty and has_errors(read.findings):
        raise NotRunError(f"No values were read from {file.name}.")
    text = values.to_csv(index=False, lineterminator="\n")
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8", newline="")
        click.echo(f"{output}: {len(values)} values", err=True)
    sys.exit(REJECTED if has_errors(read.findings) else 0)


def _question_and_answer(text: str) -> tuple[str, str]:
    question, sign, answer = text.rpartition("=")
    if not sign or not question:
        raise ValueError(f"“{text}” is no answer: write QUESTION=ANSWER.")
    return question, answer


def _tell_error(found: Finding, name: str) -> None:
    import etl
    from schemas import words

    where = "!".join(part for part in (found.sheet, found.cell) if part)
    asked = f" [{etl.question_key(found)}]" if etl.is_question(found) else ""
    sentence = words.sentence(found, "en")
    click.echo(f"{name}: {where}: {MARKS[found.severity].strip()}: {sentence}{asked}", err=True)


@main.group()
def layout() -> None:
    """Look after the kinds of workbooks whose answers are remembered.

    \b
    Example: medtown layout list
    """


@layout.command("list")
@told_in_one_line
def list_layouts() -> None:
    """List what is remembered, the newest first.

    \b
    Example: medtown layout list
    """
    import etl
    from schemas import database

    with database.connect() as conn:
        database.require_current(conn)
        kept = etl.remembered_of(conn)
    table = Table("code", "project", "tables", "title", box=None)
    for one in kept:
        table.add_row(one.code, one.project_code or "–", str(len(one.tables)), one.title)
    Console(soft_wrap=True, highlight=False).print(table)


@layout.command()
@click.argument("code")
@OUTPUT
@told_in_one_line
def export(code: str, output: Path | None) -> None:
    """Write what is remembered under CODE as a file that belongs into data/layouts/.

    \b
    Example: medtown layout export da-gr-1c9b2a7e -o data/layouts/paggaio.toml
    """
    import etl
    from schemas import database

    with database.connect() as conn:
        database.require_current(conn)
        body = etl.layout_file(conn, code)
    keep_export(f"layout {code}", "toml")
    write(body.encode(), output or Path(f"{code}.toml"))


@layout.command()
@click.argument("code")
@told_in_one_line
def forget(code: str) -> None:
    """Remember CODE no more: the next workbook of its kind is asked about again.

    \b
    Example: medtown layout forget da-gr-1c9b2a7e
    """
    import etl

    etl.forget_layout(code)
    click.echo(f"{code}: forgotten")


@main.command()
@click.argument("kind")
@click.argument("subject", metavar="SCOPE")
@click.option(
    "--period",
    metavar="PERIOD",
    default="",
    help="Until its end: 2023-S1, or 2023-05-01/2023-09-30.",
)
@click.option("--as-of", metavar="DAY", default="", help="As it was known on a day, 2023-06-30.")
@click.option("--since", metavar="DAY", default="", help="With what changed since the last report.")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["pdf", "docx", "pptx", "xlsx", "html", "zip"]),
    default="html",
    show_default=True,
    help="PDF, Word, PowerPoint, Excel, one page that needs no network, or a data package.",
)
@LANG
@OUTPUT
@told_in_one_line
def report(
    kind: str,
    subject: str,
    period: str,
    as_of: str,
    since: str,
    file_format: str,
    lang: str,
    output: Path | None,
) -> None:
    """Write the report of a KIND on a SCOPE, as the pages show it.

    KIND is an outline of data/reports/: project, territory, country, summative, formative, sdg,
    indicator, roadmap, round or factsheet. SCOPE is what such a report is on, by its code or its name:
    DA-GR, Paggaio, Greece, MEDTOWN, “SDG 8”, JOB-NEW. It holds everything that is known, small numbers
    included: it is not the public's.

    \b
    Example: medtown report country Greece --format xlsx -o greece.xlsx
    """
    from dashboard import reports, views
    from schemas import database, words
    from schemas.scope import EVERYTHING

    if kind in reports.faults():
        raise ValueError(reports.faults()[kind])
    outline = reports.outlines().get(kind)
    if outline is None:
        raise ValueError(
            f"“{kind}” is no kind of report; there are {', '.join(reports.outlines())}."
        )
    for word in (as_of, since):
        if word and views.past_day(word) is None:
            raise ValueError(f"{word} is no past day; write 2023-06-30.")
    with database.connect() as conn:
        database.require_current(conn)
        code = reports.code_of(conn, outline.subject, subject)
        request = reports.Request(
            kind,
            code,
            lang,
            as_of=views.past_day(as_of),
            period=words.parse_period_code(period) if period else None,
            since=views.past_day(since),
        )
        data = reports.write(conn, EVERYTHING, request, file_format)
    keep_export(f"{kind} {code}", f"report {file_format}")
    write(data, output or Path(f"{kind}_{code}_{lang}.{file_format}"))


@main.command("export")
@click.argument(
    "kind", type=click.Choice(["iati", "sdmx", "structure", "hxl", "datapackage", "dcat"])
)
@click.argument("subject", metavar="[PROJECT|COUNTRY|PROGRAMME]", default="")
@click.option("--as-of", metavar="DAY", default="", help="As it was known on a day, 2023-06-30.")
@click.option("--everything", is_flag=True, help="With what is withheld from the public.")
@LANG
@OUTPUT
@told_in_one_line
def export_open(
    kind: str, subject: str, as_of: str, lang: str, output: Path | None, *, everything: bool
) -> None:
    """Write open data, as the public sees them: all of a programme, a country or a project.

    iati: activities with results (IATI 2.03). sdmx: observations (SDMX-CSV 2.0), structure: what its
    columns and codes mean (SDMX-ML 3.0). hxl: observations with hashtags, names in --lang. datapackage:
    all tables, of a programme or of all (Frictionless); `medtown import` loads it. dcat: what there is,
    for catalogues (DCAT-AP). Without a subject the first programme, but for the last two, which are of all.

    \b
    Example: medtown export iati DA-GR -o paggaio.xml
    """
    from dashboard import open_data, settings, views
    from schemas import database
    from schemas.scope import EVERYTHING, PUBLIC

    known = settings.read()
    day = views.past_day(as_of)
    if as_of and day is None:
        raise ValueError(f"{as_of} is no past day; write 2023-06-30.")
    scope = EVERYTHING if everything else PUBLIC
    with database.connect() as conn:
        database.require_current(conn)
        view = replace(known_subject(conn, subject), as_of=day)
        asked = open_data.Request(scope, view, lang, known.reporter, known.base)
        made = open_data.write(conn, kind, asked)
    if everything:
        keep_export(f"open data {kind}", made.name)
    write(made.data, output or Path(made.name))


@main.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@told_in_one_line
def import_package(file: Path) -> None:
    """Load a data package (`medtown export datapackage`) into the empty database of DATABASE_URL.

    Catalogue, values with their former versions, and days of decisions are as where it was made, and so
    are the pages. The workbooks themselves are not in it: values cannot be derived from them again here.

    \b
    Example: medtown import medtown-datapackage.zip
    """
    import etl
    from schemas import database

    database.migrate()
    for name, count in etl.load_package(file.read_bytes()).items():
        click.echo(f"{name}: {count:,} loaded")


@main.command()
@told_in_one_line
def remind() -> None:
    """Remind partners of what is due, and make the reports of rounds that are over; for a daily cron.

    14 and 3 days before the day that counts for a project, 1 and 7 days after it while nothing has
    come. Then the reports that were asked for after each round. Each is sent and made once, so that a
    second run on a day does nothing.

    \b
    Example: medtown remind
    """
    from datetime import UTC, datetime

    import etl
    from dashboard import reminding, scheduling
    from schemas import database

    with database.connect() as conn:
        database.require_current(conn)
    today = datetime.now(UTC).date()
    for one in etl.rounds.remind(None, today, reminding.tell):
        click.echo(f"{one.round_code} {one.project_code}: {one.kind}, due {one.due_date}")
    for line in scheduling.run(today):
        click.echo(line)


@main.command()
@click.option("--replace", is_flag=True, help="Replace the observations where they differ.")
@told_in_one_line
def rebuild(*, replace: bool) -> None:
    """Derive all observations again from the kept workbooks and report any difference.

    \b
    Example: medtown rebuild
    """
    import etl

    differences = etl.rebuild(replace=replace)
    for line in differences:
        click.echo(line)
    click.echo("The observations are those of the workbooks." if not differences else "")
    sys.exit(REJECTED if differences and not replace else 0)


@main.command()
@told_in_one_line
def notify() -> None:
    """Mail what people are to be told, all of one person in one mail; for cron, every few minutes.

    Without MEDTOWN_SMTP_HOST it goes to the log. Whatever could not be mailed is tried again the next
    time, for a week. Exit status 1: some could not be mailed.

    \b
    Example: medtown notify
    """
    import logging

    from dashboard import notices
    from schemas import database

    logging.getLogger("dashboard.notices").setLevel(logging.INFO)
    logging.basicConfig(format="%(message)s")
    with database.connect() as conn:
        database.require_current(conn)
    try:
        outcomes = notices.send()
    except notices.MailError as error:
        raise NotRunError(str(error)) from error
    for one in outcomes:
        became = one.error or ("mailed" if one.is_mailed else "in the log")
        click.echo(f"account {one.account_id}: {one.count} told, {became}")
    sys.exit(REJECTED if any(one.error for one in outcomes) else 0)


@main.group("audit")
def audit_group() -> None:
    """The audit trail: who did what, when, with what effect.

    \b
    Example: medtown audit verify
    """


@audit_group.command()
@click.option("--has", "hash_", metavar="HASH", help="Ask whether an entry is still there.")
@told_in_one_line
def verify(hash_: str | None) -> None:
    """Check the chain of the audit trail, and print the entries that are not as they were written.

    Keep the last hash that is printed elsewhere and give it as HASH later: so it shows when somebody
    has cut off the end. Exit status 1: something is broken.

    \b
    Example: medtown audit verify
    """
    from schemas import audit, database

    with database.connect() as conn:
        database.require_current(conn)
        found = audit.verdict(conn)
        is_there = hash_ is None or audit.holds(conn, hash_)
    for number in found.broken:
        click.echo(f"entry {number}: changed, or the one before it is gone")
    if not is_there:
        click.echo(f"{hash_}: no entry of this hash is there any more")
    click.echo(f"{found.length} entries, {len(found.broken)} broken; last hash {found.last_hash}")
    sys.exit(REJECTED if found.broken or not is_there else 0)


@main.command()
@click.option("--dry-run", is_flag=True, help="Print what would go; throw nothing away.")
@told_in_one_line
def purge(*, dry_run: bool) -> None:
    """Throw away what was kept of people for long enough; for cron, once a day.

    The privacy page says how long; MEDTOWN_KEEP_NOTICES_DAYS and MEDTOWN_KEEP_REFUSED_DAYS decide.

    \b
    Example: medtown purge --dry-run
    """
    from dashboard import retention
    from schemas import database

    with database.connect() as conn:
        database.require_current(conn)
    if dry_run:
        counts = retention.would_purge()
    else:
        with database.begin() as conn:
            counts = retention.purge(conn, actor=COMMAND)
    for name, count in counts.items():
        click.echo(f"{name}: {count} {'would go' if dry_run else 'gone'}")


@main.command()
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder; else MEDTOWN_HOME/backups.",
)
@click.option("--keep", default=14, show_default=True, help="How many stay; 0 for all.")
@told_in_one_line
def backup(folder: Path | None, keep: int) -> None:
    """Copy the whole database while it is used, and verify the copy.

    \b
    Example: medtown backup --keep 30
    """
    from schemas import backups

    click.echo(str(backups.make(folder, keep=keep)))


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--into", metavar="URL", help="The database; else DATABASE_URL.")
@click.option("--force", is_flag=True, help="Replace what is in the database.")
@told_in_one_line
def restore(file: Path, into: str | None, *, force: bool) -> None:
    """Put a backup into an empty database, bring it to this version, and verify it.

    \b
    Example: medtown restore backups/medtown-20261122T081900000000Z.sqlite --into sqlite:///new.sqlite
    """
    from schemas import backups

    told = backups.restore(file, into, force=force)
    click.echo(f"restored: {sum(told.counts.values()):,} rows of {told.made_at[:16]}")


if __name__ == "__main__":
    main()
