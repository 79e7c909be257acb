"""The adapter `rest`: a source made of settings alone."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from kpirules.plugin import DataRequest, Description, Source, Within
from kpirules_rest.client import Params
from kpirules_rest.options import PERIOD, RestOptions
from kpirules_rest.source import RestSource

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class SettingsSource(RestSource):
    """period_column: the column by which parameters with {period_...} choose."""

    period_column: str | None = None

    def asked(self, request: DataRequest[Any]) -> Params:
        period = request.period
        if period is not None and period.column != self.period_column:
            period = None
        found: dict[str, list[str]] = {}
        for name, value in self.params.items():
            texts = [str(value)] if isinstance(value, str | int) else list(value)
            if any(mark in text for mark in PERIOD for text in texts):
                if period is None:
                    continue
                texts = [_filled(text, period) for text in texts]
            found[name] = texts
        return found


def source_of(location: str, options: RestOptions) -> SettingsSource:
    return SettingsSource(
        address=location,
        path=options.endpoint,
        params=options.texts(),
        period_column=options.period_column,
        headers=options.headers,
        auth=options.auth,
        limits=options.limits,
        insecure=options.insecure,
        proxy=options.proxy,
        ca_file=options.ca_file,
        pages=options.pages,
        records=options.records,
        error_path=options.error_path,
        columns=options.fields,
        key=options.key,
        incremental=options.incremental,
    )


def read(request: DataRequest[RestOptions]) -> Source:
    return source_of(request.location, request.options).read(request)


def describe(location: str, options: RestOptions) -> Description:
    return source_of(location, options).describe(DataRequest(location, options))


def _filled(text: str, period: Within) -> str:
    """The parameter for the period's days. A day more on either side: the server may be in another time zone."""
    start, end = period.start - _DAY, period.end + _DAY
    for mark, day in zip(PERIOD, (start, end, end - _DAY), strict=True):
        text = text.replace(mark, day.isoformat())
    return text
