"""The books: one model of invoices, payments and expenses that both dialects of the sandbox read and write."""
