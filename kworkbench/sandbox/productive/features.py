"""`meta.organization_features` as the seed prints it: 5 metered and 25 switched features, in this order."""

from __future__ import annotations

from kworkbench.sandbox.productive.wire import Json

_METERED = {
    "custom_fields": 15,
    "custom_fields_per_project": 10,
    "public_custom_reports": 100,
    "private_custom_reports": 30,
    "scheduling_placeholders": 5,
}
_SWITCHES = (
    "multigrouping client_access_to_budgets subsidiaries time_approvals expenses_approvals timeoff_approvals "
    "autotracking forecasting webhooks table_pivoting formula_fields single_sign_on duplicate_tasks "
    "billable_time_rounding payment_sync "
    "booking_methods import_tasks_csv reactions time_week_view subtasks time_calendar_layout theming remove_branding "
    "custom_invoicing_email google_calendar_layout"
).split()

_METERED_FEATURES: dict[str, Json] = {
    name: {"type": "metered", "limit": limit, "used": 0} for name, limit in _METERED.items()
}
FEATURES: dict[str, Json] = _METERED_FEATURES | {name: {"type": "switch", "available": True} for name in _SWITCHES}
