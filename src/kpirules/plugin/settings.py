"""Settings of an adapter or output: checks them with its pydantic model, and says what is wrong in both languages."""

from __future__ import annotations

from typing import Any

from kpirules.diagnostics import Diagnostic, Place, Words, nearest
from kpirules.plugin.exchange import O
from kpirules.plugin.guarding import told
from kpirules.plugin.problems import PLUGIN_FAULT, WRONG_SETTING
from kpirules.plugin.protocols import Adapter, Output, Settings
from kpirules.plugin.secrets import Secrets, holds_secret, texts_in

_CHINESE = {
    "extra_forbidden": "没有这项设置",
    "missing": "必须给出",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "string_type": "应为文本",
    "literal_error": "应为 {expected} 之一",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "string_too_long": "最多 {max_length} 个字符",
    "string_too_short": "至少 {min_length} 个字符",
}
_ENGLISH = {"extra_forbidden": "there is no such setting", "missing": "it must be given"}


def check_settings(
    plugin: Adapter[O] | Output[O], settings: Settings, place: Place = None, secrets: Secrets | None = None
) -> tuple[O | None, tuple[Diagnostic, ...]]:
    """The settings as the plugin's own options; None with one diagnostic for each wrong setting. Unknown names are wrong.

    secrets: takes note of the secret values among them.
    """
    from pydantic import ValidationError  # late: start-up

    secrets = Secrets() if secrets is None else secrets
    secrets.place = place

    model = plugin.Options
    # A setting of an unknown name is refused, unless the model says that it hands such on to somebody else.
    hands_on = model.model_config.get("extra") == "allow"
    known = {field.alias or name for name, field in model.model_fields.items()}
    strange = [name for name in settings if name not in known and not hands_on]
    findings = [_finding(plugin.name, name, "extra_forbidden", "", {}, known, place) for name in strange]
    types = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
    given = {
        name: secrets.resolved(value, types[name], name) if name in known else value
        for name, value in settings.items()
        if name not in strange
    }
    if secrets.wrong:
        return None, (*findings, *secrets.wrong)
    try:
        options = model.model_validate(given)
    except ValidationError as wrong:
        for error in wrong.errors(include_url=False):
            if holds_secret(types.get(str(error["loc"][0])) if error["loc"] else model):
                secrets.values += texts_in(error["input"])  # a validator may quote what it was given
            name = ".".join(str(part) for part in error["loc"]) or "*"
            findings.append(
                _finding(plugin.name, name, error["type"], error["msg"], error.get("ctx", {}), known, place)
            )
        return None, secrets.hidden(findings)
    except Exception as fault:  # a validator of the plugin that raises what pydantic does not catch
        for name, value in given.items():
            secrets.values += texts_in(value) if holds_secret(types.get(name)) else ()
        return None, (PLUGIN_FAULT.at(place, plugin=plugin.name, fault=told(fault, secrets)),)
    secrets.check_plain(options, plugin.name)
    secrets.check_addresses(given, plugin.name)
    findings += secrets.wrong
    return (None, tuple(findings)) if findings else (options, ())


def _finding(
    plugin: str, setting: str, kind: str, english: str, context: dict[str, Any], known: set[str], place: Place
) -> Diagnostic:
    chinese = _CHINESE.get(kind, "").format_map(
        {name: str(value).replace(" or ", " 或 ") for name, value in context.items()}
    )
    # What a plugin's own validator says arrives with pydantic's preface.
    said = _ENGLISH.get(kind) or english.removeprefix("Value error, ")
    reason = Words(said[:1].lower() + said[1:], chinese)
    suggestion = nearest(setting, known) if kind == "extra_forbidden" else None
    return WRONG_SETTING.at(place, setting=setting, name=plugin, reason=reason, suggestion=suggestion)


def called(adapter: Adapter[O], settings: Settings, name: str) -> dict[str, object]:
    """The settings with what the policy calls the table, for a source of several: as a wish in `called`, which a source
    may overrule, else as its `table`. What the user has set stays.
    """
    hint = next((one for one in ("called", "table") if one in adapter.Options.model_fields), None)
    return {**settings} if hint is None else {hint: name, **settings}
