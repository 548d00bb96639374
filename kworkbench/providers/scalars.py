"""The scalar types of wire documents, for pydantic models: how tolerant each is stands in `wire`."""

from __future__ import annotations

from typing import Annotated, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from kworkbench.providers import wire
from kworkbench.providers.base import UnreadableAnswerError
from kworkbench.providers.pieces import Sent

RequiredId: TypeAlias = Annotated[str, BeforeValidator(wire.identifier)]
Id: TypeAlias = Annotated[str | None, BeforeValidator(wire.identifier)]
Text: TypeAlias = Annotated[str | None, BeforeValidator(wire.text)]
Minor: TypeAlias = Annotated[int | None, BeforeValidator(wire.whole)]
Flag: TypeAlias = Annotated[bool | None, BeforeValidator(wire.flag)]
Day: TypeAlias = Annotated[str | None, BeforeValidator(wire.day)]
Moment: TypeAlias = Annotated[str | None, BeforeValidator(wire.moment)]
Quantity: TypeAlias = Annotated[str | None, BeforeValidator(wire.quantity)]


class Wire(BaseModel):
    """A wire document or a part of one. What it does not name is kept in the record's raw text."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    def sent(self, name: str) -> bool:
        """True where the document had that member, null included."""
        return name in self.model_fields_set


Model = TypeVar("Model", bound=Wire)


def read(model: type[Model], document: object) -> Model:
    """The model in a document.

    Raises:
        UnreadableAnswerError: the document is not of that shape.
    """
    try:
        return model.model_validate(document)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])
        raise UnreadableAnswerError(f"The server's answer cannot be read: {model.__name__} {place}.") from None


_RECENT: dict[tuple[type[Wire], str], Wire] = {}
MOST_RECENT = 1000


def read_again(model: type[Model], document: object) -> Model:
    """As `read`; what comes beside page after page in the same words is read once.

    Raises:
        UnreadableAnswerError: the document is not of that shape.
    """
    if not isinstance(document, Sent):
        return read(model, document)
    key = (model, document.text)
    found = _RECENT.get(key)
    if isinstance(found, model):
        return found
    if len(_RECENT) >= MOST_RECENT:
        _RECENT.clear()
    fresh = read(model, document)
    _RECENT[key] = fresh
    return fresh
