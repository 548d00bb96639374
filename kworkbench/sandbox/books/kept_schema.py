"""Columns of expenses that lists read and the tables keep themselves, whoever writes. Conventions: those of `schema`.

They say of an expense what stands in other tables, or what is slow to work out for every row of a list.
"""

from __future__ import annotations

# marks: bits as `kantata_model.Mark` names them.
_MARKS = """(
    SELECT (p.archived_at IS NOT NULL) + 2 * p.external + 4 * p.require_expense_approvals
    FROM projects p WHERE p.id = expenses.project_id
) + coalesce((
    SELECT CASE r.status WHEN 'new' THEN 8 WHEN 'approved' THEN 24 ELSE 0 END
    FROM expense_reports r WHERE r.id = expenses.report_id
), 0) + coalesce((
    SELECT CASE i.state WHEN 'draft' THEN 32 ELSE 64 END FROM invoices i WHERE i.id = expenses.invoice_id
), 0)"""
_VENDOR = "(SELECT c.name FROM companies c WHERE c.id = expenses.vendor_id)"
_TAX = """coalesce((
    SELECT CAST(round((x.primary_value + coalesce(x.secondary_value, 0)) * 10000) AS INTEGER)
    FROM tax_rates x WHERE x.id = expenses.tax_rate_id AND expenses.tax_inclusion IS NOT 'inclusive'
), 0)"""
_ALL = f"marks = {_MARKS}, vendor_name = {_VENDOR}, folded = fold(name), tax_parts = {_TAX}"

KEPT = f"""
UPDATE expenses SET {_ALL};

CREATE TRIGGER expense_comes AFTER INSERT ON expenses
    BEGIN UPDATE expenses SET {_ALL} WHERE id = new.id; END;

CREATE TRIGGER expense_moves AFTER UPDATE OF project_id, report_id, invoice_id, vendor_id ON expenses
    BEGIN UPDATE expenses SET marks = {_MARKS}, vendor_name = {_VENDOR} WHERE id = new.id; END;

CREATE TRIGGER expense_is_renamed AFTER UPDATE OF name ON expenses
    BEGIN UPDATE expenses SET folded = fold(name) WHERE id = new.id; END;

CREATE TRIGGER expense_is_taxed AFTER UPDATE OF tax_rate_id, tax_inclusion ON expenses
    BEGIN UPDATE expenses SET tax_parts = {_TAX} WHERE id = new.id; END;

CREATE TRIGGER project_changes AFTER UPDATE OF archived_at, external, require_expense_approvals ON projects
    BEGIN UPDATE expenses SET marks = {_MARKS} WHERE project_id = new.id; END;

CREATE TRIGGER report_changes AFTER UPDATE OF status ON expense_reports
    BEGIN UPDATE expenses SET marks = {_MARKS} WHERE report_id = new.id; END;

CREATE TRIGGER invoice_changes AFTER UPDATE OF state ON invoices
    BEGIN UPDATE expenses SET marks = {_MARKS} WHERE invoice_id = new.id; END;

CREATE TRIGGER tax_rate_changes AFTER UPDATE OF primary_value, secondary_value ON tax_rates
    BEGIN UPDATE expenses SET tax_parts = {_TAX} WHERE tax_rate_id = new.id; END;

CREATE TRIGGER vendor_changes AFTER UPDATE OF name ON companies WHEN new.kind = 'vendor'
    BEGIN UPDATE expenses SET vendor_name = new.name WHERE vendor_id = new.id; END"""  # noqa: S608 - texts of ours
"""Runs once the books are filled."""
