"""The configuration file: connections and a few settings, read with care and named precisely when it is wrong.

Source: product.md section 11. A person may edit the file, so every mistake is told with the file, the line and the
nearest valid key; nothing is guessed and nothing unknown is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from kworkbench.domain.connections import (
    AUTHORIZATION,
    EMBEDDED,
    HOSTED,
    PORTS,
    SANDBOXES,
    BaseUrlError,
    Connection,
    ConnectionNameError,
    check_base_url,
    check_client_id,
    check_name,
)
from kworkbench.domain.nearest import did_you_mean
from kworkbench.lean import dataclass, field, replace
from kworkbench.toml_files import Toml, header_of, parse_toml, read_text

V = TypeVar("V")

DATE_ORDERS = ("dmy", "mdy", "ymd")
THEMES = ("dark", "light")
LONGEST_HOLD = 60.0
_LOCALE = re.compile(r"[a-z]{2,3}([_-][A-Za-z]{2,4})?")


class ConfigError(Exception):
    """The configuration cannot be used; the message names the file, the line and what to write instead."""


class _MistakeError(ValueError):
    """A value that means nothing where it stands."""


class UnknownConnectionError(Exception):
    """No connection has that name; the message names the nearest one."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for all connections.

    Attributes:
        date_order: how `3/4` is read: `dmy`, `mdy` or `ymd`; None refuses it.
        hold_seconds: how long a payment or delete made on a screen can be taken back without a trace.
        locale: how amounts are shown (`de_CH`); None follows the environment.
        theme: `dark` or `light`.
    """

    date_order: str | None = None
    hold_seconds: float = 5.0
    locale: str | None = None
    theme: str = "dark"


@dataclass(frozen=True, slots=True)
class Config:
    """Every connection, the built-in ones first, the name of the default one, and the settings."""

    connections: tuple[Connection, ...] = SANDBOXES
    default: str = SANDBOXES[0].name
    settings: Settings = field(default_factory=Settings)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all connections."""
        return tuple(connection.name for connection in self.connections)

    def connection(self, name: str | None = None) -> Connection:
        """The connection of that name, or the default one.

        Raises:
            UnknownConnectionError: no connection has that name.
        """
        wanted = self.default if name is None else name
        for candidate in self.connections:
            if candidate.name == wanted:
                return candidate
        raise UnknownConnectionError(f"There is no connection {wanted!r}. {did_you_mean(wanted, self.names)}")

    def stored(self, connection: Connection) -> Config:
        """The same with that connection added, or put in the place of the one with its name."""
        others = self.connections
        if connection.name in self.names:
            kept = tuple(connection if each.name == connection.name else each for each in others)
            return replace(self, connections=kept)
        return replace(self, connections=(*others, connection))


def load(file: Path) -> Config:
    """What the file says; the built-in connections alone when there is none.

    Raises:
        ConfigError: it cannot be read, is no TOML, or holds a key or value that means nothing.
    """
    text = read_text(file, ConfigError)
    return Config() if text is None else parse(text, file)


def parse(text: str, file: Path) -> Config:
    """The configuration in a TOML text; `file` is only named in messages.

    Raises:
        ConfigError: as `load`.
    """
    return _Reading(text, file).config(parse_toml(text, file, ConfigError))


class _Reading:
    """One reading of one file: knows where a key stands, for the messages."""

    def __init__(self, text: str, file: Path) -> None:
        self._lines = text.splitlines()
        self._file = file

    def config(self, document: Toml) -> Config:
        self._known(document, ("default", "connections", *_SETTINGS), None)
        config = Config(settings=self._settings(document))
        for name, table in self._table(document.get("connections", {}), "connections").items():
            config = config.stored(self._connection(name, self._table(table, f"connections.{name}")))
        default = document.get("default", config.default)
        if not isinstance(default, str) or default not in config.names:
            raise self._wrong(f"{default!r} is no connection. {did_you_mean(str(default), config.names)}", "default")
        return replace(config, default=default)

    def _settings(self, document: Toml) -> Settings:
        values = Settings()
        return Settings(
            date_order=self._value(document, "date_order", _date_order, values.date_order),
            hold_seconds=self._value(document, "hold_seconds", _hold_seconds, values.hold_seconds),
            locale=self._value(document, "locale", _locale, values.locale),
            theme=self._value(document, "theme", _theme, values.theme),
        )

    def _connection(self, name: str, table: Toml) -> Connection:
        built_in = next((each for each in SANDBOXES if each.name == name), None)
        self._known(table, _KEYS if built_in is None else _SANDBOX_KEYS, name)
        if built_in is not None:
            return self._common(built_in, table, name)
        try:
            check_name(name)
        except ConnectionNameError as problem:
            raise self._wrong(str(problem), None, name) from None
        if "provider" not in table:
            raise self._wrong(f"provider is missing. Write provider = {' or '.join(_quoted(HOSTED))}.", None, name)
        provider = self._value(table, "provider", _provider, "", name)
        connection = Connection(
            name,
            provider,
            self._value(table, "base_url", _base_url, HOSTED[provider], name),
            organization_id=self._value(table, "organization_id", _organization_id, None, name),
            organization=self._value(table, "organization", _text, "", name),
            user_id=self._value(table, "user_id", _digits_or_text, "", name),
            writable=self._value(table, "writable", _yes_no, False, name),
            client_id=self._value(table, "client_id", _client_id, "", name),
            callback_port=self._value(table, "callback_port", _callback_port, 0, name),
        )
        if connection.client_id and provider not in AUTHORIZATION:
            raise self._wrong(f"client_id: {provider} has no sign-in through the browser.", "client_id", name)
        return self._common(connection, table, name)

    def _common(self, connection: Connection, table: Toml, name: str) -> Connection:
        return replace(
            connection,
            closed_until=self._value(table, "closed_until", _day, None, name),
            marker=self._value(table, "marker", _yes_no, True, name),
            expense_marker=self._value(table, "expense_marker", _yes_no, False, name),
            send_again=self._value(table, "send_again", _yes_no, False, name),
        )

    def _value(self, table: Toml, key: str, read: Callable[[object], V], absent: V, name: str | None = None) -> V:
        if key not in table:
            return absent
        try:
            return read(table[key])
        except ValueError as problem:
            raise self._wrong(f"{key}: {problem}", key, name) from None

    def _table(self, value: object, where: str) -> Toml:
        if not isinstance(value, dict):
            raise self._wrong(f"{where} is a table. Write [{where}] above its keys.", where.partition(".")[0])
        return value

    def _known(self, table: Toml, keys: tuple[str, ...], name: str | None) -> None:
        for key in table:
            if key not in keys:
                place = "" if name is None else f" in [connections.{name}]"
                raise self._wrong(f"There is no key {key!r}{place}. {did_you_mean(key, keys)}", key, name)

    def _wrong(self, sentence: str, key: str | None, name: str | None = None) -> ConfigError:
        line = self._line(key, name)
        return ConfigError(f"{self._file}{'' if line is None else f', line {line}'}: {sentence}")

    def _line(self, key: str | None, name: str | None) -> int | None:
        """Where the key stands, as far as a plain look at the lines tells."""
        inside = name is None
        for number, line in enumerate(self._lines, start=1):
            text = line.strip()
            if text.startswith("["):
                inside = name is not None and header_of(text) == ("connections", name)
                if inside and key is None:
                    return number
                if name is None and key is not None and header_of(text)[:1] == (key,):
                    return number
            elif inside and key is not None and text.partition("=")[0].strip().strip("\"'") == key:
                return number
        return None


def _quoted(words: Mapping[str, str]) -> list[str]:
    return [f'"{word}"' for word in words]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _MistakeError("this is a text. Put it in quotes.")
    return value


def _digits_or_text(value: object) -> str:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)


def _yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise _MistakeError("this is true or false, without quotes.")
    return value


def _provider(value: object) -> str:
    word = _text(value)
    if word not in HOSTED:
        raise ValueError(f"{word!r} is no provider. {did_you_mean(word, HOSTED)}")
    return word


def _base_url(value: object) -> str:
    text = _text(value)
    if text == EMBEDDED:
        raise BaseUrlError("the embedded sandbox is built in. Leave base_url out, or name a server.")
    return check_base_url(text)


def _organization_id(value: object) -> str:
    return check_organization_id(_digits_or_text(value))


def check_organization_id(text: str) -> str:
    """The id without blanks.

    Raises:
        ValueError: it is no number.
    """
    if not re.fullmatch(r"[0-9]{1,19}", text.strip()):
        raise ValueError(f"{text!r} is no organization id. It is a number, like 462.")
    return text.strip()


def _client_id(value: object) -> str:
    return check_client_id(_text(value))


def _callback_port(value: object) -> int:
    least, most = PORTS
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise _MistakeError(f"this is the number of a port, from {least} to {most}.")
    return value


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        raise ValueError("this is a date. Write it like 2026-03-31.") from None


def _date_order(value: object) -> str:
    word = _text(value)
    if word not in DATE_ORDERS:
        raise ValueError(f"{word!r} is no order of day, month and year. {did_you_mean(word, DATE_ORDERS)}")
    return word


def _hold_seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST_HOLD:
        raise ValueError(f"this is a number of seconds from 0 to {LONGEST_HOLD:.0f}.")
    return float(value)


def _locale(value: object) -> str:
    text = _text(value)
    if not _LOCALE.fullmatch(text):
        raise ValueError(f"{text!r} is no locale. Write it like de_CH.")
    return text


def _theme(value: object) -> str:
    word = _text(value)
    if word not in THEMES:
        raise ValueError(f"{word!r} is no theme. {did_you_mean(word, THEMES)}")
    return word


_SETTINGS = ("date_order", "hold_seconds", "locale", "theme")
_SANDBOX_KEYS = ("closed_until", "marker", "expense_marker", "send_again")
_KEYS = (
    "provider", "base_url", "organization_id", "organization", "user_id", "writable", "client_id", "callback_port",
    *_SANDBOX_KEYS,
)  # fmt: skip
