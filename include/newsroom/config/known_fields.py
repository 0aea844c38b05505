"""Which fields a configuration model knows at a place, so that an error can name them."""

from collections.abc import Sequence
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel


def known_fields(model: type[BaseModel], path: Sequence[int | str]) -> tuple[str, ...]:
    """The names of the fields at `path`, as pydantic writes it (`ErrorDetails.loc`); empty when unclear."""
    found: Any = model
    for part in path:
        found = _step(found, part)
    found = _bare(found)
    return tuple(found.model_fields) if _is_model(found) else ()


def closest(name: str, known: Sequence[str]) -> str | None:
    """The known name that was probably meant."""
    return next(iter(get_close_matches(name, known, n=1)), None)


def _step(kind: Any, part: int | str) -> Any:
    kind = _bare(kind)
    if _is_model(kind):
        field = kind.model_fields.get(part)
        return field.annotation if field else None
    if get_origin(kind) in (Union, UnionType):
        return next((member for member in get_args(kind) if part in _tags(member)), None)
    args = [argument for argument in get_args(kind) if argument is not Ellipsis]
    return args[-1] if args else None


def _bare(kind: Any) -> Any:
    """The type without what is annotated, and without `| None`."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    some = (
        [m for m in get_args(kind) if m is not type(None)] if get_origin(kind) in (Union, UnionType) else []
    )
    return _bare(some[0]) if len(some) == 1 else kind


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _tags(member: Any) -> tuple[Any, ...]:
    """What the member of a discriminated union may say in its Literal fields."""
    if not _is_model(member):
        return ()
    literals = [f.annotation for f in member.model_fields.values() if get_origin(f.annotation) is Literal]
    return tuple(tag for literal in literals for tag in get_args(literal))
