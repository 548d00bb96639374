"""The names of the sample books: who the firm is, its clients, its people, its projects. All of them are invented."""

from __future__ import annotations

from dataclasses import dataclass

ORGANIZATION = "Harbour & Finch Studio"
ORGANIZATION_ID = 4711


@dataclass(frozen=True, slots=True)
class ClientName:
    """A client: currency of its projects, tax in percent, days to pay, its lead, a mail domain."""

    name: str
    currency: str
    tax: str
    days: int
    first_name: str
    last_name: str
    domain: str


CLIENTS = (
    ClientName("Åkerlund & Söner AB", "EUR", "0.0", 30, "Björn", "Åkerlund", "akerlund.example"),
    ClientName("N/A Consulting Group, Inc.", "USD", "0.0", 30, "Nadia", "Abbott", "na-consulting.example"),
    ClientName("Zażółć Gęślą Sp. z o.o.", "EUR", "23.0", 14, "Józef", "Żółkiewski", "zazolc.example"),
    ClientName("Null & Void Ltd", "GBP", "20.0", 30, "Vera", "Null", "nullvoid.example"),
    ClientName("Hokuto Design K.K.", "JPY", "10.0", 30, "北斗", "山田", "hokuto.example"),
    ClientName("Peñalver Hermanos S.L.", "EUR", "0.0", 30, "Íñigo", "Peñalver", "penalver.example"),
    ClientName(
        "Müller-Lüdenscheidt Rechtsanwälte", "EUR", "19.0", 45, "Jürgen", "Müller-Lüdenscheidt", "ml-recht.example"
    ),
    ClientName("O'Malley, Price & Co.", "GBP", "20.0", 30, "Siobhán", "O'Malley", "omalleyprice.example"),
    ClientName("Bright Side of the Moon LLC", "USD", "0.0", 30, "Luna", "Bright", "brightside.example"),
    ClientName("Fondation pour les arts vivants", "CHF", "7.7", 30, "Anaïs", "Lefèvre", "artsvivants.example"),
    ClientName("Café 1893 S.à r.l.", "EUR", "17.0", 45, "Noël", "Weber", "cafe1893.example"),
    ClientName("Tam O'Shanter Distillers", "GBP", "20.0", 30, "Ailsa", "MacRae", "tamoshanter.example"),
)

MORE_CLIENTS_FIRST = (
    "Nordic",
    "Old Town",
    "Blue Heron",
    "Granite",
    "Lantern",
    "Quiet River",
    "Copper",
    "Juniper",
    "Saltmarsh",
    "Meridian",
)
MORE_CLIENTS_LAST = (
    "Foods",
    "Logistics",
    "Clinics",
    "Hotels",
    "Theatre",
    "Wind",
    "Textiles",
    "Publishing",
    "Marine",
    "Labs",
)

VENDORS = (
    "Deutsche Bahn",
    "Lufthansa",
    "Hotel Seeblick",
    "Copyshop am Ring",
    "Pixel Fonts GmbH",
    "Taxi Genossenschaft",
    "Bürobedarf Krämer",
    "Trattoria da Nino",
    "Cloud & Sons",
    "Eurostar",
    "東横イン",
    "Imprimerie du Lac",
    "Paper Mill Co.",
    "Stagecoach",
)

SELLERS = {
    "Travel": (0, 1, 5, 9, 13),
    "Lodging": (2, 10),
    "Meals": (7,),
    "Software": (4, 8),
    "Printing": (3, 11, 12),
    "Hardware": (6,),
}
"""Places in `VENDORS` of those who sell a category; the others are bought from nobody in particular."""

ROLES = ("Consultant", "Designer", "Developer", "Producer", "Project lead")

STAFF = (
    ("Maren", "Finch", "Managing director"),
    ("Tobias", "Harbour", "Managing director"),
    ("Brigitte", "Keller", "Accountant"),
    ("Anna", "Lindqvist", "Project lead"),
    ("Oluwaseun", "Adeyemi", "Developer"),
    ("José María", "de la Vega", "Designer"),
    ("Chiara", "Rossi", "Designer"),
    ("Łukasz", "Wójcik", "Developer"),
    ("Priya", "Raghunathan", "Consultant"),
    ("Seán", "Ó Briain", "Producer"),
    ("美咲", "佐藤", "Designer"),
    ("Yael", "Ben-David", "Consultant"),
    ("Zoë", "van 't Hoff", "Producer"),
    ("Émile", "Dubois", "Developer"),
)

PROJECTS = (
    "Packaging",
    "Website relaunch",
    "Annual report",
    "Brand guidelines",
    "Harbour rollout",
    "Shop system",
    "Trade fair stand",
    "Intranet",
    "Product launch film",
    "Wayfinding",
    "Newsletter",
    "Customer portal",
    "Rebranding 2.0",
    "Photo archive",
    "Recruiting campaign",
    "Data room",
    "Museum guide",
    "Menu cards",
    "App prototype",
    "Accessibility audit",
    "Label design",
    "Investor deck",
    "棚卸しシステム",
    "Ticketing",
    "Season programme",
    "Spring campaign",
    "[draft] Rebrand",
    'Whisky labels "12 years"',
    "Ferry timetable",
    "Staff handbook",
    "Exhibition catalogue",
    "Ordering app",
    "Tone of voice",
    "Lobby signage",
    "Donor report",
    "Vineyard map",
    "Search and filters",
    "Jubilee book",
    "Delivery vans",
    "Onboarding films",
)

STORIES = ("Kick-off", "Concept", "Production", "Hand-over")

CATEGORIES = (
    ("Travel", "Trains, flights, taxis"),
    ("Lodging", "Hotels and flats"),
    ("Meals", "Meals with clients and on the road"),
    ("Mileage", "Own car, by the kilometre"),
    ("Software", "Licences and subscriptions"),
    ("Printing", "Prints, proofs, paper"),
    ("Hardware", "Devices and parts"),
    ("Postage & courier", "Letters and parcels"),
)
