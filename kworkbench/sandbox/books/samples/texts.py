"""The texts of the sample books: what people write beside money, and the awkward things they paste."""

from __future__ import annotations

EXPENSE_TEXTS: dict[str, tuple[str, ...]] = {
    "Travel": (
        "ICE Hamburg - Berlin",
        "Taxi to the airport",
        "Flight ARN-HAM",
        "Day ticket",
        "Eurostar to London",
        "Tram",
        "ICE Berlin - München, 2 seats",
        "Taxi, late after the workshop",
        "Flight HAM-CDG",
        "Shinkansen Tokyo - Osaka",
        "Rail card, one month",
        "Airport parking",
        "Night train Stockholm - Hamburg",
        "Hire car, 1 day",
    ),
    "Lodging": (
        "Hotel Seeblick, 2 nights",
        "Hotel Basel",
        "Flat for the shoot",
        "東横イン 1泊",
        "Hotel, workshop week",
        "Guesthouse, trade fair",
        "Hotel Gare du Nord",
        "Hotel, early train",
    ),
    "Meals": (
        "Lunch with the client",
        "Team dinner",
        "Coffee, kick-off",
        "Almuerzo con Íñigo",
        "Breakfast on the road",
        "Sandwiches, review",
        "Dinner, launch evening",
        "Water and fruit, workshop",
        "Mittagessen mit Frau Weber",
    ),
    "Mileage": ("Drive to the client and back", "Drive to the printer", "Site visit", "Fetching the samples"),
    "Software": (
        "Font licence",
        "Stock photos",
        "Cloud storage, one month",
        "Prototype tool, 3 seats",
        "Video call plan",
        "Map tiles",
    ),
    "Printing": (
        "Proofs A3",
        "Posters, 50 pieces",
        "Paper samples",
        "Épreuves couleur",
        "Roll-up banner",
        "Business cards, 4 names",
    ),
    "Hardware": ("USB-C hub", "Card reader", "Spare charger", "Test phone", "Tripod", "Memory cards"),
    "Postage & courier": ("Courier to Zürich", "Registered letter", "Parcel, samples", "Stamps"),
}

EXPENSE_RANGES: dict[str, tuple[int, int]] = {
    "Travel": (380, 42_000),
    "Lodging": (7_900, 61_000),
    "Meals": (420, 18_500),
    "Mileage": (30, 30),
    "Software": (900, 24_000),
    "Printing": (600, 38_000),
    "Hardware": (1_290, 69_900),
    "Postage & courier": (160, 9_400),
}
"""Least and greatest unit cost in cents of a euro."""

PAYMENT_NOTES = (
    None,
    None,
    None,
    "wire ref {ref}",
    "SEPA {ref}",
    "BACS {ref}",
    "cheque no. {ref}",
    "second reminder",
    "振込 {ref}",
    "Überweisung {ref}",
    "paid by card",
)

INSTALMENT_NOTES = ("balance follows", "first instalment", "part payment {ref}", None)
"""What stands beside money when more is to come."""

INVOICE_SUBJECTS = (
    None,
    "Monthly services",
    "Milestone",
    "Final invoice",
    "Expenses on account",
    "Retainer",
    "Workshop",
)

PURCHASE_ORDERS = (None, None, None, "45-1180/{n}", "PO {n}", "4500{n}")

AWKWARD = (
    "Lunch \"at the harbour\", with 'quotes'",
    "会食（渋谷）、領収書あり",
    "غداء عمل مع العميل",
    "ארוחת צהריים (3 אנשים)",
    "invoice\u202egnp.exe",
    "Cafe\u0301 cre\u0300me, combining marks",
    "[bold red]Taxi[/] to [/x] and [draft]",
    "[@click=app.simulate_key('d')]Parking[/]",
    "\x1b[31mred\x1b[0m ticket",
    "\x1b]0;title\x07 window",
    '=HYPERLINK("http://intranet.example","receipt")',
    "=1+1",
    "+49 40 123456 telephone bill",
    "-50 % on prints",
    "@SUM(A1:A9)",
    "tab\there, line\nbreak",
    "zero\u200bwidth and \u2066isolate\u2069",
    "👩🏽‍💻 licence, 🏳️‍🌈 banner",
    "Z\u0351\u034a\u0343a\u0314\u0306l\u030b\u0342g\u030c\u0302o\u0301\u0305",
    "ﷺ one wide sign",
    "  spaces around  ",
    "Straße, ﬁre, Ǆ, İstanbul, ß",
    "a; b, c | d \\ e / f",
    "<b>html</b> &amp; entities",
    "A very long note that goes on: " + "the train was late, the next one was full, and then " * 6,
    "NULL",
    "0",
    "١٢٣٫٤٥",
)
