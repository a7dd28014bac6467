"""The administration: accounts and roles, the catalogue by workbook and by form, layouts, the trail."""

from flask import Flask

from dashboard.admin import audit, catalogue, home, layouts, rows, users
from dashboard.routes import add_views


def add(server: Flask) -> None:
    """Add the pages of the administration to the server; `dashboard.policies` says for whom."""
    add_views(
        server,
        {
            "/admin": home.administration,
            "/admin/users": users.users,
            "/admin/users/<int:account_id>": users.user,
            "/admin/catalogue": catalogue.catalogue,
            "/admin/catalogue.xlsx": catalogue.catalogue_workbook,
            "/admin/draft": catalogue.draft,
            "/admin/catalogue/<table>": rows.table_of,
            "/admin/layouts": layouts.layouts,
            "/admin/layouts/<code>.toml": layouts.layout_toml,
        },
    )
    add_views(
        server,
        {
            "/admin/users/invite": users.invite,
            "/admin/users/<int:account_id>/give": users.give_role,
            "/admin/users/<int:account_id>/take": users.take_role,
            "/admin/users/<int:account_id>/disable": users.disable_account,
            "/admin/users/<int:account_id>/enable": users.enable_account,
            "/admin/users/<int:account_id>/link": users.new_link,
            "/admin/draft/receive": catalogue.receive_draft,
            "/admin/draft/accept": catalogue.accept_draft,
            "/admin/draft/discard": catalogue.discard_draft,
            "/admin/layouts/<code>/forget": layouts.forget,
        },
        method="POST",
    )
    for rule, view in (
        ("/admin/new/<table>", rows.new_row),
        ("/admin/catalogue/<table>/<code>", rows.row),
        ("/admin/remove/<table>/<code>", rows.remove_row),
    ):
        server.add_url_rule(rule, view.__name__, view, methods=["GET", "POST"])
    audit.add(server)
