"""Roles of accounts in words."""

from sqlalchemy import Connection

from dashboard import queries
from dashboard.accounts import Grant
from schemas import words
from schemas.codes import Role
from schemas.tables import Place, Programme, Project
from schemas.words import N_

NAMES = {
    Role.PARTNER: N_("Partner"),
    Role.EVALUATOR: N_("Evaluator"),
    Role.COORDINATOR: N_("Coordinator"),
    Role.ADMINISTRATOR: N_("Administrator"),
}


def named(conn: Connection, grant: Grant, language: str) -> str:
    """Return a role and what it is for, in words."""
    rows = (
        queries.name_of(conn, table, code)
        for table, code in (
            (Programme, grant.programme_code),
            (Project, grant.project_code),
            (Place, grant.place_code),
        )
        if code
    )
    what = [words.name(names, language) for names in rows]
    role = words.text(NAMES[grant.role], language)
    if not what:
        return role
    return words.text("{role}: {what}", language, role=role, what=words.listed(what, language))
