"""What only Productive keeps: tables, further columns and the indexes that its lists are read by.

The scripts run after those of `schema`, under the same conventions. A column that is added here stands at the end of
its dataclass in `model`; the rows of new tables are in `productive_model`.
"""

from __future__ import annotations

PRODUCTIVE_TABLES = """
CREATE TABLE subsidiaries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, invoice_number_format TEXT NOT NULL, archived_at TEXT,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);

-- The values are percentages as decimal texts; the second component is seldom used.
CREATE TABLE tax_rates (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, primary_name TEXT, primary_value TEXT NOT NULL,
    secondary_name TEXT, secondary_value TEXT, subsidiary_id INTEGER REFERENCES subsidiaries, archived_at TEXT,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);

-- exportable_type_id: 1 invoice.
CREATE TABLE document_types (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, exportable_type_id INTEGER NOT NULL, note TEXT,
    footer TEXT, locale TEXT NOT NULL, subsidiary_id INTEGER REFERENCES subsidiaries, archived_at TEXT,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);

CREATE TABLE exchange_rates (id INTEGER PRIMARY KEY AUTOINCREMENT, date TEXT NOT NULL);

-- unit_price, amount (after the discount, before tax) and amount_tax: minor units of the invoice's currency.
-- discount, tax_value: percentages as decimal texts. tax_value: that of the tax rate, both components together.
-- kind, story_id: Kantata's (fixed_fee, additional). taxable: whether it bears the invoice's tax rate; null: its own.
CREATE TABLE line_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT, invoice_id INTEGER NOT NULL REFERENCES invoices,
    position INTEGER NOT NULL DEFAULT 1, description TEXT, service_id INTEGER REFERENCES services,
    expense_id INTEGER REFERENCES expenses, creator_id INTEGER NOT NULL REFERENCES people,
    updater_id INTEGER REFERENCES people, unit_id INTEGER, unit_price INTEGER NOT NULL,
    quantity TEXT NOT NULL DEFAULT '1.0', discount TEXT, tax_rate_id INTEGER REFERENCES tax_rates, tax_name TEXT,
    tax_value TEXT, amount INTEGER NOT NULL, amount_tax INTEGER NOT NULL, manual_entry INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, kind TEXT NOT NULL DEFAULT 'additional',
    story_id INTEGER REFERENCES stories, taxable INTEGER
);

-- A group of services of a budget.
CREATE TABLE sections (
    id INTEGER PRIMARY KEY AUTOINCREMENT, deal_id INTEGER NOT NULL REFERENCES deals, name TEXT NOT NULL,
    position INTEGER NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);

ALTER TABLE services ADD COLUMN section_id INTEGER REFERENCES sections;

-- credited_net, credited_total: what the invoice's credit notes come to, positive, in its own currency.
-- tags, subscribers: JSON lists, of texts and of ids of people; custom_fields: a JSON object by field id.
-- invoicing_method: 1 actuals, 2 uninvoiced amount, 3 percentage.
ALTER TABLE invoices ADD COLUMN subsidiary_id INTEGER REFERENCES subsidiaries;
ALTER TABLE invoices ADD COLUMN document_type_id INTEGER REFERENCES document_types;
ALTER TABLE invoices ADD COLUMN issuer_id INTEGER REFERENCES people;
ALTER TABLE invoices ADD COLUMN attachment_id INTEGER REFERENCES attachments;
ALTER TABLE invoices ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE invoices ADD COLUMN custom_fields TEXT;
ALTER TABLE invoices ADD COLUMN tax2_name TEXT;
ALTER TABLE invoices ADD COLUMN tax2_value TEXT;
ALTER TABLE invoices ADD COLUMN footer TEXT;
ALTER TABLE invoices ADD COLUMN export_invoice_url TEXT;
ALTER TABLE invoices ADD COLUMN credited_net INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invoices ADD COLUMN credited_total INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invoices ADD COLUMN subscribers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE invoices ADD COLUMN invoicing_method INTEGER NOT NULL DEFAULT 1;

-- markup: percent on the total, a decimal text. tax_inclusion: exclusive (also when null) or inclusive.
-- note: what was said on approval or rejection. purchase_order_id: of a document that is kept elsewhere.
ALTER TABLE expenses ADD COLUMN markup TEXT;
ALTER TABLE expenses ADD COLUMN tax_rate_id INTEGER REFERENCES tax_rates;
ALTER TABLE expenses ADD COLUMN tax_inclusion TEXT;
ALTER TABLE expenses ADD COLUMN custom_fields TEXT;
ALTER TABLE expenses ADD COLUMN note TEXT;
ALTER TABLE expenses ADD COLUMN purchase_order_id INTEGER;

-- Whoever deleted it: both dialects mark the row, and this makes an entry of the mark. Even ids are expenses.
-- location: the client it was at. deleter_id: the token's person, as there is no other.
CREATE VIEW deleted_items AS
    SELECT e.id * 2 AS id, 'expense' AS item_type, e.id AS item_id, e.name AS name, c.name AS location,
        (SELECT owner_id FROM organization) AS deleter_id, e.deleted_at AS created_at
    FROM expenses e JOIN companies c ON c.id = e.company_id WHERE e.deleted_at IS NOT NULL
    UNION ALL
    SELECT i.id * 2 + 1, 'invoice', i.id, coalesce(i.number, i.subject, 'Draft'), c.name,
        (SELECT owner_id FROM organization), i.deleted_at
    FROM invoices i JOIN companies c ON c.id = i.company_id WHERE i.deleted_at IS NOT NULL;
"""

PRODUCTIVE_INDEXES = """
CREATE INDEX expenses_deleted ON expenses (deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX lines_by_invoice ON line_items (invoice_id, position, id);
CREATE INDEX lines_by_expense ON line_items (expense_id) WHERE expense_id IS NOT NULL;
CREATE INDEX lines_by_service ON line_items (service_id, invoice_id);
CREATE INDEX invoices_by_parent ON invoices (parent_invoice_id) WHERE parent_invoice_id IS NOT NULL;
CREATE INDEX expenses_of_lists ON expenses (
    id, deleted_at, folded, date, pay_on, paid_on, reimbursed_on, approval, reimbursable, marks, amount,
    billable_amount, total, service_id, project_id, person_id, service_type_id, vendor_id, deal_id, company_id,
    creator_id, approver_id, invoice_id, exported_at, created_at, draft, tax_rate_id, tax_parts, custom_fields,
    purchase_order_id, name, currency, exchange_rate
) WHERE deleted_at IS NULL;
CREATE INDEX expenses_by_deal ON expenses (deal_id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX expenses_by_type ON expenses (service_type_id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX sorted_by_amount ON expenses (amount, id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX sorted_by_billable ON expenses (billable_amount, id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX sorted_by_billable_down ON expenses (billable_amount DESC, id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX sorted_by_profit ON expenses ((billable_amount - total), id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX sorted_by_profit_down ON expenses ((billable_amount - total) DESC, id, deleted_at)
WHERE deleted_at IS NULL;
CREATE INDEX sorted_by_revenue ON expenses ((billable_amount * (approval = 'approved')), id, deleted_at)
WHERE deleted_at IS NULL;
CREATE INDEX sorted_by_revenue_down ON expenses ((billable_amount * (approval = 'approved')) DESC, id, deleted_at)
WHERE deleted_at IS NULL;
CREATE INDEX sorted_by_taxed ON expenses ((amount * (1000000 + tax_parts)), id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX sorted_by_billed ON expenses ((marks & 96), id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX sorted_by_pay_on ON expenses (pay_on, id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX sorted_by_paid_on ON expenses (paid_on, id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX sorted_by_draft ON expenses (draft, id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX sorted_by_tax_rate ON expenses (tax_rate_id, id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX sorted_by_custom_fields ON expenses (custom_fields, id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX attachments_by_creation ON attachments (created_at, id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX lines_by_creation ON line_items (created_at, id, invoice_id);
CREATE INDEX invoices_of_lists ON invoices (
    id, deleted_at, state, kind, number, subject, company_id, creator_id, issuer_id, subsidiary_id, parent_invoice_id,
    currency, invoiced_on, pay_on, paid_on, sent_on, delivery_on, amount_net, amount_tax, amount_total, amount_paid,
    amount_written_off, amount_unpaid, credited_net, credited_total, purchase_order_number, discount, tags,
    custom_fields, exported_at, cancelled_at, created_at, updated_at, subscribers, invoicing_method
) WHERE deleted_at IS NULL;
CREATE INDEX payments_of_lists ON payments (
    id, invoice_id, paid_on, written_off_on, amount, currency, note, external_id
) WHERE invoice_id IS NOT NULL;
"""
"""The three `of_lists` indexes hold every column that a filter or a sort of a list speaks of: whatever is combined, a
list walks one narrow index instead of the wide rows. What is asked often stands first, as that is read soonest. Along
`sorted_by` a whole list is read in its order; each holds `deleted_at`, so that no row is looked up for it."""
