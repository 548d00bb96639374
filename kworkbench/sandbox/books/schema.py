"""The tables of the books in SQLite.

Money is an integer in minor units of the row's own currency unless the column says otherwise. Days are ISO texts
(`2026-03-01`).
Moments are UTC texts of one width (`2026-03-01T09:30:00.000Z`), so that they sort as text. Rates and quantities are
decimal
texts. A row with `deleted_at` is gone for every list. Ids are never used twice (`AUTOINCREMENT`).
"""

from __future__ import annotations

VERSION = 4

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE organization (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, default_currency TEXT NOT NULL,
    company_id INTEGER NOT NULL, owner_id INTEGER NOT NULL, offset_minutes INTEGER NOT NULL,
    expense_approvals INTEGER NOT NULL DEFAULT 1
);

-- kind: own (the organization itself), client, vendor.
CREATE TABLE companies (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, name TEXT NOT NULL, billing_name TEXT, vat TEXT,
    default_currency TEXT, description TEXT, due_days INTEGER, archived_at TEXT, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE TABLE roles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, deleted_at TEXT, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

-- is_user: staff who sign in, else a contact at a client. role_number: Productive's role_id; role_id: Kantata's role.
CREATE TABLE people (
    id INTEGER PRIMARY KEY AUTOINCREMENT, first_name TEXT NOT NULL, last_name TEXT NOT NULL, email TEXT NOT NULL,
    title TEXT,
    company_id INTEGER NOT NULL REFERENCES companies, role_id INTEGER REFERENCES roles,
    role_number INTEGER NOT NULL DEFAULT 1,
    is_user INTEGER NOT NULL DEFAULT 1, joined_at TEXT, last_seen_at TEXT, invited_at TEXT, deactivated_at TEXT,
    archived_at TEXT,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);

-- external: a project of another account, hidden in Kantata unless asked for. client_lead_id: Kantata's client.
CREATE TABLE projects (
    id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL, title TEXT NOT NULL, description TEXT,
    company_id INTEGER NOT NULL REFERENCES companies, currency TEXT NOT NULL, external INTEGER NOT NULL DEFAULT 0,
    require_expense_approvals INTEGER NOT NULL DEFAULT 0, client_lead_id INTEGER REFERENCES people,
    manager_id INTEGER REFERENCES people,
    start_date TEXT, due_date TEXT, archived_at TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);

CREATE TABLE memberships (
    project_id INTEGER NOT NULL REFERENCES projects, person_id INTEGER NOT NULL REFERENCES people,
    PRIMARY KEY (project_id, person_id)
) WITHOUT ROWID;

CREATE TABLE stories (
    id INTEGER PRIMARY KEY AUTOINCREMENT, project_id INTEGER NOT NULL REFERENCES projects,
    parent_id INTEGER REFERENCES stories, title TEXT NOT NULL, description TEXT,
    story_type TEXT NOT NULL DEFAULT 'task', state TEXT NOT NULL DEFAULT 'not started',
    priority INTEGER NOT NULL DEFAULT 2, position INTEGER NOT NULL DEFAULT 1, start_date TEXT, due_date TEXT,
    billable INTEGER NOT NULL DEFAULT 1, time_trackable INTEGER NOT NULL DEFAULT 1,
    todo INTEGER NOT NULL DEFAULT 0, archived INTEGER NOT NULL DEFAULT 0, deleted_at TEXT,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);

-- A project's budget. deal_type: 1 deal, 2 budget. Its currency is the project's.
CREATE TABLE deals (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, number TEXT NOT NULL,
    deal_type INTEGER NOT NULL DEFAULT 2,
    project_id INTEGER NOT NULL REFERENCES projects, company_id INTEGER NOT NULL REFERENCES companies,
    currency TEXT NOT NULL,
    budget INTEGER NOT NULL DEFAULT 0, purchase_order_number TEXT, closed_at TEXT, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

-- Expense categories of both vendors.
CREATE TABLE service_types (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, description TEXT, archived_at TEXT,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);

-- unit_id: 1 hour, 2 piece, 3 day. billing_type_id: 1 fixed, 2 actuals, 3 none. price: minor units of the deal's
-- currency.
CREATE TABLE services (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, deal_id INTEGER NOT NULL REFERENCES deals,
    service_type_id INTEGER NOT NULL REFERENCES service_types, position INTEGER NOT NULL DEFAULT 1,
    unit_id INTEGER NOT NULL DEFAULT 2,
    billing_type_id INTEGER NOT NULL DEFAULT 2, billable INTEGER NOT NULL DEFAULT 1,
    expense_tracking_enabled INTEGER NOT NULL DEFAULT 1, price INTEGER NOT NULL DEFAULT 0,
    quantity TEXT NOT NULL DEFAULT '1.0',
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);

-- kind: invoice, credit-note. state: draft, open, cancelled. sequence: Kantata's user_invoice_number.
-- exchange_rate turns `currency` into the organization's. A credit note's amounts are negative.
CREATE TABLE invoices (
    id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT, sequence INTEGER, kind TEXT NOT NULL DEFAULT 'invoice',
    state TEXT NOT NULL DEFAULT 'open', subject TEXT, note TEXT, company_id INTEGER NOT NULL REFERENCES companies,
    creator_id INTEGER NOT NULL REFERENCES people, recipient_id INTEGER REFERENCES people,
    parent_invoice_id INTEGER REFERENCES invoices,
    invoiced_on TEXT NOT NULL, pay_on TEXT NOT NULL, payment_schedule INTEGER NOT NULL DEFAULT 30,
    sent_on TEXT, delivery_on TEXT, paid_on TEXT, currency TEXT NOT NULL, exchange_rate TEXT NOT NULL DEFAULT '1.0',
    exchange_date TEXT NOT NULL, tax_name TEXT, tax_rate TEXT, discount TEXT,
    amount_net INTEGER NOT NULL DEFAULT 0, amount_tax INTEGER NOT NULL DEFAULT 0,
    amount_total INTEGER NOT NULL DEFAULT 0,
    amount_paid INTEGER NOT NULL DEFAULT 0, amount_written_off INTEGER NOT NULL DEFAULT 0,
    amount_unpaid INTEGER NOT NULL DEFAULT 0,
    email_key TEXT NOT NULL, purchase_order_number TEXT, exported_at TEXT, finalized_at TEXT, cancelled_at TEXT,
    deleted_at TEXT,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);

-- What part of an invoice belongs to which budget, hence to which projects. amount: minor units of the invoice's
-- currency.
CREATE TABLE invoice_attributions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, invoice_id INTEGER NOT NULL REFERENCES invoices,
    deal_id INTEGER NOT NULL REFERENCES deals,
    amount INTEGER NOT NULL
);

-- invoice_id is null for a payment to a project (Kantata only). project_id is the project it is filed under in
-- Kantata.
-- written_off_on: set on a write-off, which is no money received (Productive only). note: Kantata's message.
CREATE TABLE payments (
    id INTEGER PRIMARY KEY AUTOINCREMENT, invoice_id INTEGER REFERENCES invoices,
    project_id INTEGER REFERENCES projects,
    creator_id INTEGER NOT NULL REFERENCES people, amount INTEGER NOT NULL, currency TEXT NOT NULL,
    paid_on TEXT, written_off_on TEXT, note TEXT, external_id TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);

-- Receipts. kind: receipt, post_attachment.
CREATE TABLE attachments (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL DEFAULT 'receipt', filename TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size INTEGER NOT NULL, creator_id INTEGER REFERENCES people, deleted_at TEXT, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

-- status: new, approved, rejected, cancelled. Active while new or approved.
CREATE TABLE expense_reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, comment TEXT, status TEXT NOT NULL DEFAULT 'new',
    project_id INTEGER NOT NULL REFERENCES projects, person_id INTEGER NOT NULL REFERENCES people,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);

-- type: approval, rejection, cancellation.
CREATE TABLE resolutions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, report_id INTEGER NOT NULL REFERENCES expense_reports, type TEXT NOT NULL,
    description TEXT,
    person_id INTEGER NOT NULL REFERENCES people, current INTEGER NOT NULL DEFAULT 1, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

-- amount: unit cost and total: quantity x unit cost, both of `currency`. exchange_rate turns `currency` into the
-- organization's,
-- project_rate into the project's; project_amount is the total in the project's currency (Kantata's amount_in_cents).
-- billable_amount is of `currency`; billable is Kantata's flag, kept equal to billable_amount <> 0.
-- name: the text (Productive's name, Kantata's notes). category: Kantata's free text. report_id: the latest report.
-- marks, vendor_name, folded (the name), tax_parts (the tax on top, in millionths): kept by `kept_schema`.
-- approval: none, submitted, approved, rejected. invoiced means invoice_id is set.
CREATE TABLE expenses (
    id INTEGER PRIMARY KEY AUTOINCREMENT, date TEXT NOT NULL, name TEXT NOT NULL, category TEXT NOT NULL,
    service_type_id INTEGER REFERENCES service_types, service_id INTEGER REFERENCES services,
    deal_id INTEGER REFERENCES deals,
    project_id INTEGER NOT NULL REFERENCES projects, company_id INTEGER NOT NULL REFERENCES companies,
    person_id INTEGER NOT NULL REFERENCES people, creator_id INTEGER NOT NULL REFERENCES people,
    vendor_id INTEGER REFERENCES companies,
    attachment_id INTEGER REFERENCES attachments, report_id INTEGER REFERENCES expense_reports,
    invoice_id INTEGER REFERENCES invoices,
    story_id INTEGER REFERENCES stories, role_id INTEGER REFERENCES roles,
    currency TEXT NOT NULL, amount INTEGER NOT NULL, quantity TEXT NOT NULL DEFAULT '1.0', total INTEGER NOT NULL,
    exchange_rate TEXT NOT NULL DEFAULT '1.0', exchange_date TEXT NOT NULL, project_rate TEXT NOT NULL DEFAULT '1.0',
    project_currency TEXT NOT NULL, project_amount INTEGER NOT NULL,
    billable INTEGER NOT NULL DEFAULT 0, billable_amount INTEGER NOT NULL DEFAULT 0, taxable INTEGER,
    reimbursable INTEGER NOT NULL DEFAULT 0, reimbursed_on TEXT, pay_on TEXT, paid_on TEXT,
    approval TEXT NOT NULL DEFAULT 'none', approver_id INTEGER REFERENCES people, approved_at TEXT,
    rejecter_id INTEGER REFERENCES people, rejected_at TEXT, rejected_reason TEXT,
    position INTEGER NOT NULL DEFAULT 0, draft INTEGER NOT NULL DEFAULT 0, exported_at TEXT, deleted_at TEXT,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    expense_budget_id INTEGER REFERENCES expense_budgets, marks INTEGER NOT NULL DEFAULT 0, vendor_name TEXT,
    folded TEXT NOT NULL DEFAULT '', tax_parts INTEGER NOT NULL DEFAULT 0
);

-- Kantata's references of a record to other systems. subject_type: the collection, as expenses or invoices.
CREATE TABLE external_references (
    id INTEGER PRIMARY KEY AUTOINCREMENT, subject_type TEXT NOT NULL, subject_id INTEGER NOT NULL,
    service_name TEXT NOT NULL,
    service_model TEXT NOT NULL, service_model_ref TEXT NOT NULL, status TEXT, external_status TEXT,
    external_message TEXT,
    external_link TEXT, locked INTEGER NOT NULL DEFAULT 0, last_synced_at TEXT, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE VIEW invoice_projects AS
    SELECT DISTINCT a.invoice_id AS invoice_id,
    d.project_id AS project_id FROM invoice_attributions a JOIN deals d ON d.id = a.deal_id;
"""

INDEXES = """
CREATE INDEX companies_by_kind ON companies (kind, name);
CREATE INDEX people_by_company ON people (company_id);
CREATE INDEX projects_by_company ON projects (company_id);
CREATE INDEX memberships_by_person ON memberships (person_id, project_id);
CREATE INDEX stories_by_project ON stories (project_id);
CREATE INDEX deals_by_project ON deals (project_id);
CREATE INDEX services_by_deal ON services (deal_id);
CREATE INDEX invoices_by_number ON invoices (number, id, deleted_at);
CREATE INDEX invoices_by_company ON invoices (company_id);
CREATE INDEX invoices_by_created ON invoices (created_at, id, kind, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX invoices_by_day ON invoices (invoiced_on, id, kind, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX invoices_beyond_kantata ON invoices (id) WHERE kind <> 'invoice' OR deleted_at IS NOT NULL;
CREATE INDEX attributions_by_invoice ON invoice_attributions (invoice_id, deal_id);
CREATE INDEX attributions_by_deal ON invoice_attributions (deal_id, invoice_id);
CREATE INDEX payments_by_invoice ON payments (invoice_id);
CREATE INDEX payments_by_project ON payments (project_id);
CREATE INDEX payments_by_day ON payments (paid_on, id, invoice_id);
CREATE INDEX payments_by_created ON payments (created_at, id, project_id, written_off_on, invoice_id);
CREATE INDEX payments_by_updated ON payments (updated_at, id, project_id, written_off_on, invoice_id);
CREATE INDEX reports_by_project ON expense_reports (project_id);
CREATE INDEX resolutions_by_report ON resolutions (report_id);
CREATE INDEX expenses_by_updated ON expenses (updated_at, id, marks, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX expenses_by_person ON expenses (person_id, date, id) WHERE deleted_at IS NULL;
CREATE INDEX expenses_by_service ON expenses (service_id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX expenses_by_company ON expenses (company_id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX expenses_by_invoice ON expenses (invoice_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX expenses_by_report ON expenses (report_id) WHERE report_id IS NOT NULL;
CREATE INDEX references_by_subject ON external_references (subject_type, subject_id);
"""
