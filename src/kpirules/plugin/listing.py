"""What users are told of plugins: what each offers, with which settings, and whether it works here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin.guarding import guarded, sound
from kpirules.plugin.protocols import Adapter, Output, ReportOutput, TableOutput, TextOutput
from kpirules.plugin.secrets import Secrets

if TYPE_CHECKING:  # keeps start-up free of it
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

#: How a type of a setting is called; the project file is TOML.
_TYPES: Mapping[object, Words] = {
    str: Words("text", "文本"),
    bool: Words("true or false", "true 或 false"),
    int: Words("whole number", "整数"),
    float: Words("number", "数字"),
    dict: Words("table", "表"),
    list: Words("list", "列表"),
}
_SECRET = Words(
    'secret: { env = "NAME" } or { file = "PATH" }', '密钥：{ env = "名称" } 或 { file = "路径" }'
)
_TABLE = _TYPES[dict]
_LIMITS = (("ge", ">="), ("gt", ">"), ("le", "<="), ("lt", "<"))
_WRITES = ((TableOutput, "table"), (TextOutput, "text"), (ReportOutput, "report"))


@dataclass(frozen=True, slots=True)
class OptionInfo:
    """One setting. name: with those around it, as `auth.token`. default: as in TOML; None where there is none.

    meaning: the field's description; in Chinese, what `json_schema_extra={"zh": ...}` says, if it is given.
    """

    name: str
    type: Words
    default: str | None
    required: bool
    secret: bool
    meaning: Words


def options_of(plugin: Adapter[Any] | Output[Any]) -> tuple[OptionInfo, ...]:
    """The settings of an adapter or output, those inside others behind them."""
    return tuple(_options(plugin.Options, ""))


def health_of(plugin: Adapter[Any] | Output[Any]) -> tuple[Diagnostic, ...]:
    """What keeps an adapter or output from working here; a fault in telling that is told, too."""
    health = getattr(plugin, "health", None)
    if health is None:
        return ()
    found = guarded(plugin.name, health)
    return (found,) if isinstance(found, Diagnostic) else sound(plugin.name, found, Secrets())


def writes_of(output: Output[Any]) -> tuple[str, ...]:
    """What an output writes: "table", "text", "report"."""
    return tuple(name for kind, name in _WRITES if isinstance(output, kind))


def _options(model: type[BaseModel], before: str) -> Iterator[OptionInfo]:
    for name, field in model.model_fields.items():
        known = f"{before}{field.alias or name}"
        models = list(_models(field.annotation))
        secret = _is_secret(field.annotation)
        yield OptionInfo(
            known,
            _SECRET if secret else _limited(_named(field.annotation), field),
            _default(field),
            field.is_required(),
            secret,
            _meaning(field),
        )
        for one in models:
            if one is not model:  # a model inside itself has no end
                yield from _options(one, f"{known}.")


def _meaning(field: FieldInfo) -> Words:
    extra = field.json_schema_extra
    chinese = extra.get("zh", "") if isinstance(extra, dict) else ""
    return Words(" ".join((field.description or "").split()), chinese if isinstance(chinese, str) else "")


def _parts(annotation: Any) -> Iterator[Any]:
    """The types among which a value may be, without None."""
    if get_origin(annotation) in (Union, UnionType):
        for part in get_args(annotation):
            yield from _parts(part)
    elif get_origin(annotation) is Annotated:
        yield from _parts(get_args(annotation)[0])
    elif annotation is not NoneType:
        yield annotation


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models inside a type, also as the values of a table."""
    from pydantic import BaseModel  # late: start-up

    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield part
        elif get_origin(part) in (list, tuple, dict, Mapping):
            for inner in get_args(part):
                yield from _models(inner)


def _is_secret(annotation: Any) -> bool:
    from pydantic import SecretStr  # late: start-up

    return SecretStr in _parts(annotation)


def _named(annotation: Any) -> Words:
    """A type in a few words."""
    found = list(dict.fromkeys(_one_name(part) for part in _parts(annotation)))
    return Words(" or ".join(one.en for one in found), "或".join(one.zh for one in found))


def _one_name(part: Any) -> Words:
    from pydantic import BaseModel  # late: start-up

    origin, inner = get_origin(part), get_args(part)
    if origin is Literal:
        choices = ", ".join(json.dumps(one, ensure_ascii=False) for one in inner)
        return Words(choices if len(inner) == 1 else f"one of {choices}", choices)
    if origin in (list, tuple, set, frozenset) and inner:
        of = _named(inner[0])
        return Words(f"list of {of.en}", f"{of.zh}的列表")
    if origin in (dict, Mapping) and len(inner) == 2:
        of = _SECRET if _is_secret(inner[1]) else _named(inner[1])
        return Words(f"table of {of.en}", f"{of.zh}的表")
    if isinstance(part, type) and issubclass(part, BaseModel):
        return _TABLE
    name = getattr(part, "__name__", str(part))
    return _TYPES.get(origin or part, Words(name, name))


def _limited(type_: Words, field: FieldInfo) -> Words:
    """The type with the limits of a number or of the length of a text."""
    found: list[str] = []
    for limit in (*field.metadata, *_inner_limits(field.annotation)):
        found += [
            f"{sign} {getattr(limit, name)}"
            for name, sign in _LIMITS
            if getattr(limit, name, None) is not None
        ]
    if not found:
        return type_
    limits = ", ".join(found)
    return Words(f"{type_.en} {limits}", f"{type_.zh} {limits}")


def _inner_limits(annotation: Any) -> Iterator[Any]:
    """What Annotated says of the members of a union."""
    for part in get_args(annotation):
        if get_origin(part) is Annotated:
            for one in get_args(part)[1:]:
                yield from getattr(one, "metadata", (one,))


def _default(field: FieldInfo) -> str | None:
    """The value where none is given, as in the project file; None: there is none, or it is worked out."""
    if field.is_required() or field.default is None or field.default_factory is not None:
        return None
    try:
        return json.dumps(field.default, ensure_ascii=False)
    except TypeError:
        return str(field.default)
