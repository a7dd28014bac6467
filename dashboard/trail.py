"""What the pages write into the audit trail by themselves: files that hold what is not public."""

from dashboard import access
from schemas import audit, database


def audit_export(what: str, *, kind: str, **detail: str) -> None:
    """Keep that who asks took out something that is not public: who, what, as whom; never values.

    `what` is what the file is of (`submission 12`), `kind` which file, `detail` what was asked for.
    Call it before the file is handed over: what cannot be kept is not given away.
    """
    scope = access.scope()
    asked = {name: word for name, word in detail.items() if word}
    seen = {
        "programmes": sorted(scope.programmes),
        "projects": sorted(scope.projects),
        "places": sorted(scope.places),
    }
    limits = {name: codes for name, codes in seen.items() if codes}
    with database.begin() as conn:
        audit.record(
            conn,
            access.reader().actor,
            "export",
            what,
            after={"kind": kind, **asked, "scope": "everything" if scope.is_everything else limits},
        )


def audit_seen(what: str, *, kind: str, **detail: str) -> None:
    """Keep an export by somebody who sees more than the public; the public's own are nobody's business."""
    if not access.scope().is_public:
        audit_export(what, kind=kind, **detail)
