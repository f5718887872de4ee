"""The static reports by e-mail: each to the people whom the settings name for its role."""

from collections import Counter
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import dagster as dg

from warehouse_assets.orchestration.assets.static_reports import STATIC_REPORTS
from warehouse_assets.orchestration.assets.table_metadata import OWNER
from warehouse_assets.orchestration.mail import MAIL_ERRORS, send_mail
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.settings import SettingsError

MAILED_REPORTS = dg.AssetKey(["reports", "mailed"])
_TEXT = """\
The report of the role {role} is attached. Open it in a browser: it needs no server and no network.

Le rapport du rôle {role} est joint. Ouvrez-le dans un navigateur : il n'a besoin ni de serveur ni de réseau.
"""


@dg.asset(
    key=MAILED_REPORTS,
    deps=[STATIC_REPORTS],
    group_name="reports",
    owners=[OWNER],
    kinds={"python", "email"},
    tags={"layer": "reports"},
    description="The report of each role, sent to the addresses in `WAREHOUSE_REPORT_RECIPIENTS`.",
    code_version="1",
)
def mailed_reports(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[Any]:
    """Sends to everybody; a failure at the end says how many mails of which role were not sent, and why."""
    settings = warehouse.settings
    sent, failures = Counter[str](), list[str]()
    for number, (role, address) in enumerate(settings.report_recipients, 1):
        try:
            send_mail(report_mail(settings.reports_path, role, address), settings.smtp_url)
            sent[role] += 1
        except MAIL_ERRORS as error:
            # An answer of a mail server may quote the address.
            failures.append(f"recipient {number} ({role}): {str(error).replace(address, '...')}")
    if failures:
        raise dg.Failure(f"{sum(sent.values())} reports were sent, {len(failures)} were not. {'; '.join(failures)}")
    return dg.MaterializeResult(
        metadata={"mails": sum(sent.values()), **{f"mails {role}": n for role, n in sent.items()}}
    )


def report_mail(folder: Path, role: str, address: str) -> EmailMessage:
    """The mail with the role's report. Raises SettingsError for a role that has none, OSError if it is not there."""
    # Not at the top: definitions load without the dashboard.
    from warehouse_assets.dashboard.report_roles import REPORT_ROLES, report_path

    if role not in REPORT_ROLES:
        raise SettingsError(f"WAREHOUSE_REPORT_RECIPIENTS: roles with a report are {', '.join(REPORT_ROLES)}")
    message = EmailMessage()
    message["Subject"] = f"Warehouse: report of {role}"
    message["To"] = address
    message.set_content(_TEXT.format(role=role))
    path = report_path(folder, role)
    message.add_attachment(
        path.read_bytes(), maintype="text", subtype="html", filename=path.name, params={"charset": "utf-8"}
    )
    return message
