"""What the author of an adapter gives to the tests, and how they ask the adapter for something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from kpirules.plugin.contract.laws import hold, spoken
from kpirules.plugin.contract.tables import Broken
from kpirules.plugin.exchange import Capability, DataRequest, OnlyIn, Source, SourceTable, Within
from kpirules.plugin.protocols import Adapter
from kpirules.plugin.reading import read_table
from kpirules.plugin.registry import Plugins
from kpirules.plugin.secrets import Secrets
from kpirules.plugin.settings import check_settings


class Asking:
    """What an author sets and gives, and how the tests ask.

    settings: of the adapter, as the project file gives them. missing: a location where there is nothing.
    first_row: the number of the sample's first row as a person counts, if the others follow without a gap.
    stable_rows: whether a row has the same number when only a part of the rows is asked for; a database that
    counts what it sends says False. shown: the capabilities that show in the sample, where that is not all of them.
    secrets: settings that hold a secret, where the kit cannot make them up from
    the options by itself (`{"auth": {"kind": "bearer", "token": {"env": Canary.NAME}}}`).
    not_secrets: settings that are called like a secret and are none, such as the `key` by which records are told apart.
    """

    adapter: ClassVar[Adapter[Any]]
    settings: ClassVar[dict[str, object]] = {}
    missing: ClassVar[str] = "/no/such/place"
    stable_rows: ClassVar[bool] = True
    first_row: ClassVar[int | None] = None
    shown: ClassVar[frozenset[Capability] | None] = None
    secrets: ClassVar[dict[str, object] | None] = None
    not_secrets: ClassVar[frozenset[str]] = frozenset()

    # What an author gives

    def sample(self, folder: Path) -> str:
        """Where some rows can be read, the same each time; put there first if need be."""
        raise NotImplementedError

    def sample_rows(self) -> list[dict[str, object]] | None:
        """The rows of the sample as they must come, written down by hand or made by other code than the adapter's.

        Best more of them than come in one piece (a page of an interface), with gaps; None: they are not compared.
        """
        return None

    def settings_at(self, location: str) -> dict[str, object]:
        """The settings that read that location."""
        return dict(self.settings)

    def put_broken(self, folder: Path) -> Broken | Sequence[Broken] | None:
        """A source with a cell or a row that cannot be read, and where; None if nothing can be wrong in it.

        Best several of them, at locations of their own, one for each thing that can be wrong: each is tried, also
        with a secret in the settings, which no message about it may say.
        """
        return None

    # How the tests ask

    def read(
        self,
        location: str,
        columns: tuple[str, ...] | None = None,
        *,
        period: Within | None = None,
        staff: OnlyIn | None = None,
        where: tuple[OnlyIn, ...] = (),
    ) -> SourceTable:
        """The table, read through the seam as kpirules does."""
        return read_table(
            Plugins((self.adapter,), ()),
            location,
            adapter=self.adapter.name,
            settings=self.settings_at(location),
            columns=columns,
            period=period,
            staff=staff,
            where=where,
        )

    def ask(self, location: str, settings: Mapping[str, object] | None = None, **wanted: Any) -> Source:
        """The adapter's own answer: nothing is checked or hidden on the way."""
        given = self.settings_at(location) if settings is None else settings
        options, wrong = check_settings(self.adapter, given, None, Secrets())
        hold(options is not None, "the test's settings are the adapter's", "mend `settings`", spoken(wrong))
        return self.adapter.read(DataRequest(location, options, **wanted))

    def broken(self, folder: Path) -> tuple[Broken, ...]:
        """What `put_broken` gives, each."""
        given = self.put_broken(folder)
        return () if given is None else (given,) if isinstance(given, Broken) else tuple(given)

    def whole(self, location: str) -> SourceTable:
        """All of it, without a finding."""
        found = self.read(location)
        hold(
            found.table is not None and not any(one.is_error for one in found.diagnostics),
            "a good source is read without an error",
            "look at what the adapter says of the test's own source, and whether the settings fit it",
            spoken(found.diagnostics),
        )
        return found
