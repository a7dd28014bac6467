"""Who may use what: one line for every page, route and callback. What has no line answers nobody."""

from collections.abc import Iterator
from typing import Any

from dashboard import bundles
from dashboard.access import ALLOWED, Policy
from dashboard.pages import project, submission, value
from schemas.codes import Role

PAGES: dict[str, Policy] = {
    "/": Policy.EVERYBODY,
    "/countries": Policy.EVERYBODY,
    "/country/<country>": Policy.EVERYBODY,
    "/territory/<place>": Policy.EVERYBODY,
    "/board": Policy.EVERYBODY,
    "/projects": Policy.EVERYBODY,
    "/project/<project>": Policy.EVERYBODY,
    "/indicators": Policy.EVERYBODY,
    "/indicator/<indicator>": Policy.EVERYBODY,
    "/sdg": Policy.EVERYBODY,
    "/sdg/<goal>": Policy.EVERYBODY,
    "/compare": Policy.EVERYBODY,
    "/explore": Policy.EVERYBODY,
    "/search": Policy.EVERYBODY,
    "/submissions": Policy.EVERYBODY,
    "/submissions/compare": Policy.EVERYBODY,
    "/submissions/<submission>/mapping": Policy.ACCOUNT,
    "/submissions/<submission>": Policy.EVERYBODY,
    "/try": Policy.ACCOUNT,
    "/value": Policy.EVERYBODY,
    "/value/<observation>": Policy.EVERYBODY,
    "/method": Policy.EVERYBODY,
    "/coproduction": Policy.EVERYBODY,
    "/about": Policy.EVERYBODY,
}
"By the address of the page. What is public of it for whom is decided by the scope of each query."

ROUTES: dict[str, Policy] = {
    "/": Policy.EVERYBODY,
    "/<path:path>": Policy.EVERYBODY,
    "/assets/<path:filename>": Policy.EVERYBODY,
    bundles.ROUTE: Policy.EVERYBODY,
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": Policy.EVERYBODY,
    "/_dash-layout": Policy.EVERYBODY,
    "/_dash-dependencies": Policy.EVERYBODY,
    "/_favicon.ico": Policy.EVERYBODY,
    "/preview.png": Policy.EVERYBODY,
    "/health": Policy.EVERYBODY,
    "/metrics": Policy.EVERYBODY,
    "/template": Policy.EVERYBODY,
    "/register": Policy.EVERYBODY,
    "/template/<project>.xlsx": Policy.EVERYBODY,
    "/register/<project>.xlsx": Policy.EVERYBODY,
    "/download/<table>.<any(csv, xlsx):file_format>": Policy.EVERYBODY,
    "/open/<any(iati, sdmx, structure, hxl, datapackage, dcat):kind>": Policy.EVERYBODY,
    "/report/<kind>/<code>.<file_format>": Policy.EVERYBODY,
    "/chart/<kind>": Policy.EVERYBODY,
    "/chart/<kind>.<any(svg, png):file_format>": Policy.EVERYBODY,
    "/oembed": Policy.EVERYBODY,
    "/upload": Policy.SUBMIT,
    "/submission/<int:submission_id>/file": Policy.ACCOUNT,
    "/submission/<int:submission_id>/annotated": Policy.ACCOUNT,
    "/submission/<int:submission_id>/seen": Policy.SUBMIT,
    "/submission/<int:submission_id>/answers": Policy.SUBMIT,
    "/submission/<int:submission_id>/layout": Policy.SUBMIT,
    "/layout/<code>.toml": Policy.SUBMIT,
    "/jobs/<int:job_id>": Policy.ACCOUNT,
    "/jobs/<int:job_id>/file": Policy.ACCOUNT,
    "/work/jobs/<int:job_id>": Policy.ACCOUNT,
    "/try/findings": Policy.ACCOUNT,
    "/try/annotated": Policy.ACCOUNT,
    "/sign-in": Policy.EVERYBODY,
    "/sign-in/code": Policy.EVERYBODY,
    "/sign-in/with": Policy.EVERYBODY,
    "/sign-in/back": Policy.EVERYBODY,
    "/sign-out": Policy.ACCOUNT,
    "/invitation/<token>": Policy.EVERYBODY,
    "/account": Policy.ACCOUNT,
    "/account/details": Policy.ACCOUNT,
    "/account/password": Policy.ACCOUNT,
    "/account/second": Policy.ACCOUNT,
    "/account/sign-out-elsewhere": Policy.ACCOUNT,
    "/account/data.json": Policy.ACCOUNT,
    "/account/delete": Policy.ACCOUNT,
    "/work": Policy.SUBMIT,
    "/work/upload": Policy.SUBMIT,
    "/work/answers/<code>/<project>": Policy.SUBMIT,
    "/work/answers/<code>/<project>/back": Policy.SUBMIT,
    "/work/extensions/<code>/<project>": Policy.SUBMIT,
    "/work/extensions/<int:extension_id>": Policy.REVIEW,
    "/work/rounds": Policy.EVALUATE,
    "/work/rounds/<code>": Policy.EVALUATE,
    "/work/rounds/new": Policy.REVIEW,
    "/work/rounds/<code>/days": Policy.REVIEW,
    "/work/rounds/<code>/state": Policy.REVIEW,
    "/work/rounds/<code>/remove": Policy.REVIEW,
    "/work/evidence/<project>": Policy.ACCOUNT,
    "/work/evidence/<project>/new": Policy.SUBMIT,
    "/work/evidence/<int:evidence_id>/file": Policy.ACCOUNT,
    "/work/evidence/<int:evidence_id>/remove": Policy.SUBMIT,
    "/work/records": Policy.TELL,
    "/work/records/new/<kind>": Policy.TELL,
    "/work/records/<int:record_id>": Policy.TELL,
    "/work/records/<int:record_id>/edit": Policy.TELL,
    "/work/records/<int:record_id>/withdraw": Policy.TELL,
    "/work/records/<int:record_id>/sign": Policy.EVALUATE,
    "/work/records/<int:record_id>/publish": Policy.EVALUATE,
    "/work/records/<int:record_id>/erase": Policy.EVALUATE,
    "/work/reports": Policy.EVALUATE,
    "/work/reports/new/<kind>": Policy.EVALUATE,
    "/work/reports/<int:report_id>": Policy.EVALUATE,
    "/work/reports/<int:report_id>/choose": Policy.EVALUATE,
    "/work/reports/<int:report_id>/parts/<part>": Policy.EVALUATE,
    "/work/reports/<int:report_id>/parts/<part>/wanted": Policy.EVALUATE,
    "/work/reports/<int:report_id>/parts/<part>/renew": Policy.EVALUATE,
    "/work/reports/<int:report_id>/make/<file_format>": Policy.EVALUATE,
    "/work/reports/<int:report_id>/again/<int:made_report_id>": Policy.EVALUATE,
    "/work/reports/<int:report_id>/remove": Policy.EVALUATE,
    "/work/reports/<int:report_id>/publish": Policy.EVALUATE,
    "/work/reports/<int:report_id>/withdraw/<int:made_report_id>": Policy.EVALUATE,
    "/work/reports/<int:report_id>/schedule": Policy.EVALUATE,
    "/reports": Policy.EVERYBODY,
    "/reports/<int:made_report_id>": Policy.EVERYBODY,
    "/account/notices": Policy.ACCOUNT,
    "/notices": Policy.ACCOUNT,
    "/notices/<int:notice_id>": Policy.ACCOUNT,
    "/notices/read": Policy.ACCOUNT,
    "/notices/unsubscribe/<token>": Policy.EVERYBODY,
    "/privacy": Policy.EVERYBODY,
    "/admin/audit": Policy.ADMINISTER,
    "/admin/audit/verify": Policy.ADMINISTER,
    "/admin/audit.<any(csv, xlsx):file_format>": Policy.ADMINISTER,
    "/work/review": Policy.ACCOUNT,
    "/work/review/<int:submission_id>": Policy.ACCOUNT,
    "/work/review/<int:submission_id>/decide": Policy.REVIEW,
    "/work/reopen/<int:observation_id>": Policy.REVIEW,
    "/work/threads/new": Policy.SUBMIT,
    "/work/threads/<int:thread_id>": Policy.ACCOUNT,
    "/work/threads/<int:thread_id>/say": Policy.SUBMIT,
    "/work/threads/<int:thread_id>/turn": Policy.SUBMIT,
    "/admin": Policy.ADMINISTER,
    "/admin/users": Policy.ADMINISTER,
    "/admin/users/<int:account_id>": Policy.ADMINISTER,
    "/admin/users/invite": Policy.ADMINISTER,
    "/admin/users/<int:account_id>/give": Policy.ADMINISTER,
    "/admin/users/<int:account_id>/take": Policy.ADMINISTER,
    "/admin/users/<int:account_id>/disable": Policy.ADMINISTER,
    "/admin/users/<int:account_id>/enable": Policy.ADMINISTER,
    "/admin/users/<int:account_id>/link": Policy.ADMINISTER,
    "/admin/catalogue": Policy.ADMINISTER,
    "/admin/catalogue.xlsx": Policy.ADMINISTER,
    "/admin/catalogue/<table>": Policy.ADMINISTER,
    "/admin/catalogue/<table>/<code>": Policy.ADMINISTER,
    "/admin/new/<table>": Policy.ADMINISTER,
    "/admin/remove/<table>/<code>": Policy.ADMINISTER,
    "/admin/draft": Policy.ADMINISTER,
    "/admin/draft/receive": Policy.ADMINISTER,
    "/admin/draft/accept": Policy.ADMINISTER,
    "/admin/draft/discard": Policy.ADMINISTER,
    "/admin/layouts": Policy.ADMINISTER,
    "/admin/layouts/<code>.toml": Policy.ADMINISTER,
    "/admin/layouts/<code>/forget": Policy.ADMINISTER,
}
"By the rule of the route. The first two are those of the pages, which have policies of their own."

FOR_OTHERS = frozenset(
    {
        "/preview.png",
        "/chart/<kind>",
        "/chart/<kind>.<any(svg, png):file_format>",
        "/oembed",
    }
)
"""What is made to stand elsewhere, in frames, images and caches of others.

It shows what the public sees, whoever asks.
"""

CALLBACKS: dict[str, tuple[Policy, tuple[Any, ...]]] = {
    ".._pages_content.children..._pages_store.data..": (Policy.EVERYBODY, (str, str)),
    submission.CHANGED: (Policy.ACCOUNT, (int,)),
    submission.DECIDED: (Policy.REVIEW, (int | None, int | None, int | None, int)),
    submission.REASONED: (Policy.SUBMIT, (int | None, str | None, str | None, int)),
    value.SURROUNDED: (Policy.EVERYBODY, (int,)),
    project.CALLED: (Policy.EVERYBODY, (str, str)),
}
"By the output of what the server answers, with the types of its inputs. The first one draws pages."

COLUMNS = ("public", "account", *Role)
"Who there is: nobody in particular, an account without a role, and each role."


def lines() -> Iterator[tuple[str, str, Policy]]:
    """Yield the kind, the name and the policy of everything that can be asked for."""
    yield from (("page", name, policy) for name, policy in PAGES.items())
    yield from (("route", name, policy) for name, policy in ROUTES.items())
    yield from (("callback", name, policy) for name, (policy, _) in CALLBACKS.items())


def is_allowed(policy: Policy, column: str) -> bool:
    """Return whether somebody of a column (`COLUMNS`) may use what has a policy."""
    if column == "public":
        return policy is Policy.EVERYBODY
    if column == "account":
        return policy in (Policy.EVERYBODY, Policy.ACCOUNT)
    return column in ALLOWED[policy]
