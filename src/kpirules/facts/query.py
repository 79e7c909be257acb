"""The query engine: asks one SQL question of one Arrow table. The only module that knows which engine it is."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyarrow as pa


def ask(sql: str, parameters: Mapping[str, int | str | bool], records: pa.Table) -> pa.Table:
    """The answer as an Arrow table; the SQL calls the table `records`."""
    import duckdb  # late: start-up

    # Nothing is fetched or loaded from outside, and rows have no order that would have to be kept.
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "preserve_insertion_order": "false",
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        connection.register("records", records)
        used = {name: parameters[name] for name in re.findall(r"\$(\w+)::", sql)}
        return connection.sql(sql, params=used).to_arrow_table()
