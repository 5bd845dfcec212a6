"""`@value`: a frozen dataclass with slots and keyword-only fields that costs a third of what the standard one does.

`dataclass(frozen=True, slots=True, kw_only=True)` compiles six functions for each class, half a millisecond here, and
a query passes forty such classes before it has read anything. Only `__init__` differs between them, so only that is
compiled; comparing, hashing, showing and refusing to be changed are functions they share. Everything else is the
standard library's: `fields`, `replace`, `asdict`, and Pydantic, take them for what they are.
"""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    "Class decorator; see the module."
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True, kw_only=True)(cls)
    names: dict[str, Any] = {"_set": object.__setattr__}
    parameters, body = [], []
    for each in fields(made):
        default = ""
        if each.default_factory is not MISSING:
            names[f"_made_{each.name}"] = each.default_factory
            default = "=None"
            body.append(f"  _set(self,{each.name!r},_made_{each.name}() if {each.name} is None else {each.name})")
        else:
            if each.default is not MISSING:
                names[f"_default_{each.name}"] = each.default
                default = f"=_default_{each.name}"
            body.append(f"  _set(self,{each.name!r},{each.name})")
        parameters.append(f"{each.name}{default}")
    star = "*," if parameters else ""
    exec(f"def __init__(self,{star}{','.join(parameters)}):\n" + "\n".join(body or ["  pass"]), names)
    made.__init__ = names["__init__"]
    made.__init__.__qualname__ = f"{cls.__qualname__}.__init__"
    made.__eq__, made.__hash__, made.__repr__ = _equal, _hash, _shown
    made.__setattr__ = made.__delattr__ = _frozen
    made.__getstate__, made.__setstate__ = _contents, _restore
    return made  # type: ignore[no-any-return]


def _contents(self: Any) -> tuple[Any, ...]:
    return tuple([getattr(self, name) for name in self.__dataclass_fields__])


def _equal(self: Any, other: object) -> Any:
    return _contents(self) == _contents(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(_contents(self))


def _shown(self: Any) -> str:
    inside = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__)
    return f"{self.__class__.__qualname__}({inside})"


def _restore(self: Any, contents: tuple[Any, ...]) -> None:
    for name, item in zip(self.__dataclass_fields__, contents, strict=True):
        object.__setattr__(self, name, item)


def _frozen(self: Any, name: str, *_: Any) -> NoReturn:
    raise FrozenInstanceError(f"cannot change {name!r} of a {self.__class__.__qualname__}")
