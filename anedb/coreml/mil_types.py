"""MIL ops from coremltools' op registry: inputs, types, defaults, and the opset that brought each."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from anedb.catalog.naming import MLPROGRAM
from anedb.coreml.overrides import added, finished
from anedb.domain.layer import InputKind, InputSpec, LayerType, ParamValue, decimal

RANKS = (3, 4, 5)
"Defaults are computed for tensors of these ranks: what differs depends on the rank."

FIRST_OPSET = "iOS15"
"ML Programs begin there. coremltools registers most ops from iOS13, but for its NeuralNetwork backend."

INTEGERS = {f"{sign}int{bits}" for sign in ("", "u") for bits in (1, 2, 3, 4, 6, 8, 16, 32, 64)}


def read() -> list[LayerType]:
    "Every core op of every opset, by name, and those that only its files have. Imports coremltools."
    registry, types = _coremltools()
    ops = registry.core_ops
    found = [_layer_type(name, _versions(ops[name]), types) for name in ops]
    return [finished(kind) for kind in sorted([*found, *added(MLPROGRAM)], key=lambda kind: kind.name)]


def _coremltools() -> tuple[Any, Any]:
    "The op registry and the MIL types; importing them logs warnings that say nothing to us."
    with warnings.catch_warnings(), _silence():
        warnings.simplefilter("ignore")
        import coremltools  # noqa: F401 (fills the registry)
        from coremltools.converters.mil.mil import types
        from coremltools.converters.mil.mil.ops.registry import SSAOpRegistry
    return SSAOpRegistry, types


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _versions(by_opset: dict[Any, Any]) -> dict[str, Any]:
    "Opset -> op class, only where the class changes, oldest first."
    found: dict[str, Any] = {}
    for opset, op in sorted(by_opset.items(), key=lambda item: item[0]):
        if op not in found.values():
            found[max(opset.name, FIRST_OPSET)] = op
    return found


def _layer_type(name: str, versions: dict[str, Any], types: Any) -> LayerType:
    opsets = tuple(versions)
    newest = versions[opsets[-1]]
    order = list(newest.input_spec.input_types)
    order += [item for op in versions.values() for item in op.input_spec.input_types if item not in order]
    inputs = tuple(_input(item, versions, types) for item in dict.fromkeys(order))
    return LayerType(format=MLPROGRAM, name=name, concept="", inputs=inputs, since=opsets[0], opsets=opsets)


def _input(name: str, versions: dict[str, Any], types: Any) -> InputSpec:
    having = {opset: op for opset, op in versions.items() if name in op.input_spec.input_types}
    opsets, first, last = list(versions), next(iter(having)), list(having)[-1]
    gone = opsets.index(last) + 1 < len(opsets)
    spec = _spec(name, [op.input_spec.input_types[name] for op in having.values()], list(having.values()), types)
    return InputSpec(
        **spec,
        since="" if first == opsets[0] else first,
        until=_before(opsets[opsets.index(last) + 1]) if gone else "",
    )


def _before(opset: str) -> str:
    "The opset before: an op that iOS17 redefines is the iOS16 one until then."
    return f"iOS{int(opset.removeprefix('iOS')) - 1}"


def _spec(name: str, inputs: list[Any], ops: list[Any], types: Any) -> dict[str, Any]:
    "Kind, types and default, from every version: an input is required only if each version requires it."
    dtypes = _dtypes(inputs, ops, types)
    kind = _kind(inputs[-1], dtypes)
    found: dict[str, Any] = {"name": name, "kind": kind, "required": not any(item.optional for item in inputs)}
    if kind != InputKind.PARAM:
        const = kind == InputKind.OPERAND and all(item.const for item in inputs)
        return {**found, "types": dtypes, "const": const}
    word = _param_type(dtypes)
    default = _default(name, ops[-1])
    if word == "float" and type(default.get("default")) is int:
        default["default"] = decimal(default["default"])
    return {**found, "types": (word,), **default}


def _dtypes(inputs: list[Any], ops: list[Any], types: Any) -> tuple[str, ...]:
    "Element types that any version takes, in the order they came."
    found: dict[str, None] = {}
    for item, op in zip(inputs, ops, strict=True):
        domain = getattr(item, "type_domain", ()) or op_domain(op, item)
        found |= dict.fromkeys(types.builtin_to_string(dtype) for dtype in domain)
    return tuple(found)


def op_domain(op: Any, item: Any) -> tuple[Any, ...]:
    domains: dict[str, tuple[Any, ...]] = getattr(op, "type_domains", {})
    return domains.get(getattr(item, "type_domain_id", None) or "", ())


def _kind(item: Any, dtypes: tuple[str, ...]) -> str:
    kind = type(item).__name__
    if kind == "PyFunctionInputType" or (kind == "InternalInputType" and item.optional):
        return InputKind.BLOCK.value
    if kind == "TupleInputType":
        return InputKind.VARIADIC.value
    return InputKind.PARAM.value if item.const and dtypes else InputKind.OPERAND.value


def _param_type(dtypes: tuple[str, ...]) -> str:
    if dtypes == ("string",):
        return "str"
    if dtypes == ("bool",):
        return "bool"
    return "int" if INTEGERS.issuperset(dtypes) else "float"


def _default(name: str, op: Any) -> dict[str, Any]:
    "A default, or the word for one that depends on the rank."
    found = [_plain(_defaults(op, rank).get(name)) for rank in RANKS]
    if all(value == found[0] for value in found):
        return {} if found[0] is None else {"default": found[0]}
    for word, make in RANK_DEFAULTS.items():
        if all(value == tuple(make(rank)) for value, rank in zip(found, RANKS, strict=True)):
            return {"rank_default": word}
    raise ValueError(f"{op.__name__}.{name}: no word for the default {found} at ranks {RANKS}")


RANK_DEFAULTS: dict[str, Callable[[int], list[Any]]] = {
    "ones": lambda rank: [1] * (rank - 2),
    "zeros": lambda rank: [0] * (rank - 2),
    "zeros2": lambda rank: [0] * 2 * (rank - 2),
    "ones_rank": lambda rank: [1] * rank,
    "false_rank": lambda rank: [False] * rank,
    "axes": lambda rank: list(range(rank)),
}


def _defaults(op: Any, rank: int) -> dict[str, Any]:
    "What the op fills in when its tensors have this rank. Only shapes and dtypes are looked at, so stand-ins serve."
    from coremltools.converters.mil.mil import types

    blank = object.__new__(op)
    for name in op.input_spec.input_types:
        stand_in = SimpleNamespace(rank=rank, shape=(2,) * rank, dtype=types.fp16, val=None, sym_val=None)
        blank.__dict__[name] = stand_in
    return dict(op.default_inputs(blank).items())


def _plain(value: Any) -> ParamValue | None:
    "A default as a parameter's value. None: there is none, or it is a whole tensor (a bias of zeros)."
    if value is None or getattr(value, "ndim", False):
        return None
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, (list, tuple, range)):
        return tuple(found for item in value if (found := _plain(item)) is not None)
    return int(value) if isinstance(value, int) else decimal(float(value))
