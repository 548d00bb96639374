"""How the person's locale writes figures."""

from __future__ import annotations

from collections.abc import Mapping

from kworkbench.domain.numbers import ENGLISH, NumberStyle


def number_style(locale: str | None, environ: Mapping[str, str]) -> NumberStyle:
    """The marks of a locale; the library that knows them is imported only for locales that need it."""
    named = locale or next((environ[name] for name in ("LC_ALL", "LC_NUMERIC", "LANG") if environ.get(name)), "")
    word = named.partition(".")[0].partition("@")[0].replace("-", "_")
    if not word or word in ("C", "POSIX") or word.startswith("en_") or word == "en":
        return ENGLISH
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - slow, and English needs none of it

    try:
        symbols = Locale.parse(word).number_symbols["latn"]
    except (ValueError, UnknownLocaleError, KeyError):
        return ENGLISH
    return NumberStyle(group=symbols["group"], decimal=symbols["decimal"])
