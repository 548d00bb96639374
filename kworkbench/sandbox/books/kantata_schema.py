"""What only Kantata's side of the books needs: tables, and the indexes that its lists are read by.

Conventions are those of `schema`. `TABLES` run before the books are filled, `INDEXES` after.
"""

from __future__ import annotations

TABLES = """
-- A plan for expenses of a project. amount: minor units of the project's currency.
CREATE TABLE expense_budgets (
    id INTEGER PRIMARY KEY AUTOINCREMENT, project_id INTEGER NOT NULL REFERENCES projects,
    story_id INTEGER REFERENCES stories, title TEXT NOT NULL, description TEXT, amount INTEGER NOT NULL DEFAULT 0,
    fixed_fee INTEGER NOT NULL DEFAULT 0, burns_budget INTEGER NOT NULL DEFAULT 1,
    billable INTEGER NOT NULL DEFAULT 1, expected_by TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);

-- The lines of invoices that are no expenses; what Productive has not said of a project is said of the first one.
CREATE VIEW invoice_items AS
    SELECT l.id AS id, l.kind AS kind, l.invoice_id AS invoice_id,
        coalesce(d.project_id, (SELECT min(p.project_id) FROM invoice_projects p WHERE p.invoice_id = l.invoice_id))
            AS project_id,
        l.story_id AS story_id, l.description AS notes, l.amount AS amount,
        coalesce(l.taxable, CAST(l.tax_value AS REAL) <> 0, 0) AS taxable,
        l.created_at AS created_at, l.updated_at AS updated_at
    FROM line_items l LEFT JOIN services s ON s.id = l.service_id LEFT JOIN deals d ON d.id = s.deal_id
    WHERE l.expense_id IS NULL;

-- What Kantata keeps of an invoice beyond the common columns.
CREATE TABLE invoice_notes (
    id INTEGER PRIMARY KEY REFERENCES invoices, project_code TEXT, cancelled_expenses TEXT NOT NULL DEFAULT '[]'
);

-- A direct upload that is not synced yet. size: bytes, null until the file has come.
CREATE TABLE uploads (
    id INTEGER PRIMARY KEY REFERENCES attachments, size INTEGER, content_type TEXT
);

-- Codes and tokens of the authorization flow, kept as SHA-256 in hex. redirect_uri and challenge belong to a code.
CREATE TABLE oauth_grants (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, digest TEXT NOT NULL UNIQUE, client_id TEXT NOT NULL,
    redirect_uri TEXT, challenge TEXT, challenge_method TEXT, created_at TEXT NOT NULL, spent_at TEXT
)"""

INDEXES = """
CREATE INDEX listed_by_date ON expenses (
    date, id, marks, reimbursable, invoice_id, report_id, person_id, project_id, created_at, updated_at, deleted_at
) WHERE deleted_at IS NULL;
CREATE INDEX listed_by_created ON expenses (created_at, id, marks, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX listed_by_amount ON expenses (project_amount, id, marks, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX listed_by_notes ON expenses (name, id, marks, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX listed_by_category ON expenses (category, id, marks, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX listed_by_category_down ON expenses (category DESC, id, marks, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX listed_by_vendor ON expenses (vendor_name, id, marks, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX listed_by_vendor_down ON expenses (vendor_name DESC, id, marks, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX listed_by_marks ON expenses (marks, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX spent_by_project ON expenses (project_id, project_amount, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX expenses_of_vendor ON expenses (vendor_id) WHERE vendor_id IS NOT NULL;
CREATE INDEX expenses_of_receipt ON expenses (attachment_id) WHERE attachment_id IS NOT NULL;
CREATE INDEX expenses_of_budget ON expenses (expense_budget_id) WHERE expense_budget_id IS NOT NULL;
CREATE INDEX listed_on_report ON expenses (report_id, date, project_amount)
WHERE report_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX reports_by_creation ON expense_reports (created_at, id);
CREATE INDEX reports_of_person ON expense_reports (person_id, created_at);
CREATE INDEX invoices_by_update ON invoices (updated_at, id, kind, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX invoices_by_sequence ON invoices (sequence) WHERE sequence IS NOT NULL;
CREATE INDEX budgets_of_project ON expense_budgets (project_id);
CREATE INDEX references_by_service ON external_references (subject_type, service_name, subject_id);
CREATE INDEX references_by_ref ON external_references (subject_type, service_model_ref, subject_id);
CREATE INDEX references_by_status ON external_references (subject_type, status, subject_id)"""
