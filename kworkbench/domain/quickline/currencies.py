"""Currency words: which codes a word or a sign beside an amount can mean.

Codes are those of ISO 4217. A word only ever confirms the invoice's currency; it never converts.
"""

from __future__ import annotations

CODES = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ
    GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR
    LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN
    PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB
    TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYI UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW
    ZWG
    """.split()
)

SIGNS = {
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP", "EGP", "GIP", "FKP", "SHP"}),
    "$": frozenset(
        "USD AUD BBD BMD BND BSD BZD CAD FJD GYD HKD JMD KYD LRD MXN NAD NZD SBD SGD SRD TTD TWD XCD".split()
    ),
    "¥": frozenset({"JPY", "CNY"}),
}

_EVERYDAY = frozenset(
    {"ALL", "ANG", "BAM", "COP", "CUP", "GEL", "LAK", "MAD", "MOP", "PEN", "RON", "SOS", "TOP", "TRY"}
)
"""Codes that are also words a note may begin with: they count in capitals, or as the expected currency."""


def codes_of(word: str, expected: str = "") -> frozenset[str]:
    """The codes a word can mean; empty if it is no currency word. `expected` is the invoice's code, or empty."""
    if word in SIGNS:
        return SIGNS[word]
    code = word.upper()
    if len(word) != 3 or code not in CODES | {expected}:
        return frozenset()
    if code in _EVERYDAY and code not in {expected, word}:
        return frozenset()
    return frozenset({code})


def is_plain_currency(word: str) -> bool:
    """Whether a word can hardly be meant as anything else: a sign, or a code in one case that is no everyday word."""
    return word in SIGNS or (word in {word.upper(), word.lower()} and word.upper() in CODES - _EVERYDAY)
