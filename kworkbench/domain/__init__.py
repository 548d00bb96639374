"""The words and rules of the product: money, dates, records, query, lines, predictions. Pure, no I/O."""
