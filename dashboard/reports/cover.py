"""The cover of a report: its title, what is known of its subject, and what has to be known of its numbers."""

from collections.abc import Iterable

from dashboard import frames, queries, sentences
from dashboard.queries import Record
from dashboard.reports import subjects
from dashboard.reports.context import Context
from dashboard.reports.document import Fact
from dashboard.reports.subjects import Subject
from schemas import words
from schemas.words import N_

Term = tuple[str, str, str]
"A term in English, what goes for it, and the address where it was published."


def title(of: Context) -> str:
    """Return the name of the subject."""
    if of.subject == Subject.ROUND:  # as it was then
        return subjects.name(of.subject, of.round, of.language)
    rows = subjects.rows(of.data.catalogue, of.subject)
    return subjects.name(of.subject, rows[of.request.code], of.language)


def facts(of: Context) -> tuple[Fact, ...]:
    """Return what is known of the subject beside its values; unknown things are left out."""
    programme = of.data.name(of.data.programme) if of.data.programme else ""
    own = FACTS[of.subject](of)
    told = [("", "", "") if of.subject == Subject.PROGRAMME else (N_("Programme"), programme, "")]
    return (*_named(of, [*told, *own]), *_named(of, _about(of)))


def _named(of: Context, told: Iterable[Term]) -> list[Fact]:
    return [Fact(of.text(term), text, url) for term, text, url in told if text]


def _of_project(of: Context) -> list[Term]:
    known, language, data = of.data.catalogue, of.language, of.data
    row = known.projects[of.request.code]
    theme_row = queries.themes(of.conn).get(row.theme_code)
    places = [
        f"{data.place_name(code)} ({data.place_name(known.places[code].country_code)})"
        for code in known.places_of.get(row.project_code, ())
    ]

    def money(amount: float | None) -> str:
        return "" if amount is None else words.money(amount, row.currency, language)

    return [
        (N_("Code"), row.project_code, ""),
        (N_("Kind"), of.text(sentences.PROJECT_KINDS[row.kind]), ""),
        (N_("Theme"), data.name(theme_row) if theme_row else "", ""),
        (N_("Places"), words.joined(places, language), ""),
        (N_("Organisations"), words.joined(partners(of, row), language), ""),
        (N_("Duration"), duration(row, language), ""),
        (N_("Budget"), money(row.budget), ""),
        (N_("Own contribution"), money(row.own_contribution), ""),
        (N_("Description"), words.name(row.summary, language), row.source_url),
    ]


def partners(of: Context, row: Record) -> list[str]:
    """Return who runs a project, each with its role."""
    return [
        f"{of.data.name(one)} ({of.text(sentences.ROLES.get(one.role, one.role))})"
        if one.role
        else of.data.name(one)
        for one in queries.organisations_of(of.conn, row.project_code)
    ]


def duration(row: Record, language: str) -> str:
    """Return from when until when a project runs, as far as that is known."""
    if row.start_date and row.end_date:
        return words.period(row.start_date, row.end_date, language)
    if row.start_date:
        return words.text("from {day}", language, day=words.day(row.start_date, language))
    if row.end_date:
        return words.text("until {day}", language, day=words.day(row.end_date, language))
    return ""


def _projects(of: Context) -> Term:
    return N_("Projects"), words.joined(map(of.data.name, of.projects), of.language), ""


def _of_country(of: Context) -> list[Term]:
    known = of.data.catalogue
    places = {
        place
        for row in of.projects
        for place in known.places_of.get(row.project_code, ())
        if known.places[place].country_code == of.data.view.country
    }
    names = sorted(of.data.place_name(place) for place in places)
    return [_projects(of), (N_("Territories"), words.joined(names, of.language), "")]


def _of_territory(of: Context) -> list[Term]:
    country = of.data.catalogue.places[of.request.code].country_code
    return [(N_("Country"), of.data.place_name(country), ""), _projects(of)]


def _of_programme(of: Context) -> list[Term]:
    row = of.data.programme
    countries = [of.data.place_name(code) for code in of.data.countries()]
    return [
        (N_("Description"), words.name(row.description, of.language), row.source_url),
        (N_("Countries"), words.joined(countries, of.language), ""),
        _projects(of),
    ]


def _of_goal(of: Context) -> list[Term]:
    goal = of.data.catalogue.goals[int(of.request.code)]
    told = words.name(goal.names, of.language)
    note = of.text("(unofficial translation)")
    return [(N_("Goal"), f"{told} {note}" if of.language in goal.unofficial else told, "")]


def _of_indicator(of: Context) -> list[Term]:
    row = of.indicator(of.request.code)
    return [
        (N_("Code"), row.indicator_code, ""),
        (N_("Definition"), words.name(row.definition, of.language), row.source_url),
        (N_("Unit"), sentences.unit(of.data, row), ""),
        (N_("Result level"), of.text(sentences.LEVELS[row.level]), ""),
        _projects(of),
    ]


def _of_round(of: Context) -> list[Term]:
    row = of.round
    return [
        (N_("Period"), words.period(row.period_start, row.period_end, of.language), ""),
        (N_("Due on"), words.day(row.due_date, of.language), ""),
    ]


FACTS = {
    Subject.PROJECT: _of_project,
    Subject.TERRITORY: _of_territory,
    Subject.COUNTRY: _of_country,
    Subject.PROGRAMME: _of_programme,
    Subject.GOAL: _of_goal,
    Subject.INDICATOR: _of_indicator,
    Subject.ROUND: _of_round,
}


def _about(of: Context) -> list[Term]:
    """Return which period the values are of, of which day the data are, and what they are compared with."""
    accepted, request = of.data.freshness.accepted_at, of.request
    known = request.as_of or (accepted.date() if accepted else None)
    asked = words.period(*request.period, of.language) if request.period else ""
    return [
        (N_("Period of the report"), asked, ""),
        (N_("Reported period"), sentences.period(frames.span(of.found), of.language), ""),
        (N_("Data as of"), words.day(known, of.language) if known else "", ""),
        (
            N_("Compared with"),
            words.day(request.since, of.language) if request.since else "",
            "",
        ),
    ]


def notice(of: Context) -> tuple[Fact, ...]:
    """Return what has to be known before any number is read: invented or not, whose, withheld."""
    programme = of.data.programme
    if programme is None:
        return ()
    licence = f" ({of.text(programme.licence)})" if programme.licence else ""
    source = f"{of.text(programme.source)}{licence}" if programme.source else ""
    told = (
        Fact("", words.name(programme.notice, of.language)),
        Fact(of.text("Source"), source, programme.source_url),
        Fact("", withheld(of)),
    )
    return tuple(fact for fact in told if fact.text)


def withheld(of: Context) -> str:
    """Return how many values of the subject the public does not see; empty where it sees all."""
    if of.data.hidden.empty:
        return ""
    return words.plural(
        "{count} value is withheld, because it rests on few people or would give others away.",
        "{count} values are withheld, because they rest on few people or would give others away.",
        int(of.data.hidden["values"].sum()),
        of.language,
    )
