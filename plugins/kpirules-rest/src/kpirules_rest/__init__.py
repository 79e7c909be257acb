"""Reads tables from HTTP interfaces that answer in JSON. An adapter by itself, and a library for sources of one system.

A source of one system configures a `RestSource` (or subclasses it) and passes its reading on:

    from pydantic import SecretStr
    from kpirules_rest.cells import Column
    from kpirules_rest.pages import NextLink
    from kpirules_rest.settings import Bearer, Limits
    from kpirules_rest.source import RestSource

    class Tickets(RestSource):
        def asked(self, request):                     # parameters; ask for less where a hint allows it
            found = dict(self.params)
            if request.period is not None and request.period.column == "created":
                found["from"] = request.period.start.isoformat()
            return found

        def fill(self, client, records):              # further requests for the records of one page
            for one in records:
                answer = client.get_json(f"tickets/{one['id']}/history")
                if isinstance(answer, Diagnostic):    # ends the pull with that reason
                    return answer
                one["events"] = answer.body["items"]
            return records

    source = Tickets(
        address=location,                             # https://...; checked, http only for loopback or insecure=True
        path="api/tickets",                           # below the address; a leading / does not matter
        params={"status": "closed"},
        auth=Bearer(token=options.token),             # or Basic, HeaderSecret, QuerySecret, OAuth2
        pages=NextLink(path="next_page", total="count"),
        records="items",                              # JMESPath to the list in an answer; "@": the answer itself
        error_path="error",                           # what is there only if an answer of status 200 is an error
        key="id",                                     # tells records apart: one that comes twice counts once
        columns={                                     # None: every field, as text
            "id": Column(path="id", kind="text", required=True),
            "created": Column(path="created_at", kind="moment"),
            "owner": Column(path="owner.name"),
            "first_response": Column(path="min(events[?kind=='reply'].at)", kind="moment"),
        },
    )

    def read(self, request): return source.read(request)             # -> kpirules.plugin.Source
    def describe(self, location, options):
        return source.describe(DataRequest(location, options))      # -> kpirules.plugin.Description

Paths are JMESPath; a computed column may also be put into the record by `fill` and then read by its name. Without
`key`, rows go on page by page; with it, they wait until all is there. `RestSource.incremental` keeps what was seen
in a cache (`kpirules_rest.incremental`). For single requests there is `kpirules_rest.client.Client`: `get_json(path,
params)` gives an `Answer(body, address, headers)` or a `Diagnostic`, after retries, within limits, without secrets;
`RestSource.connect()` makes the one that a pull uses. `answer.link` is the address that relative links go from.
Settings models (`settings`, `pages`, `cells.Column`, `incremental.Incremental`) are pydantic and light: they may stand
in an adapter's own Options. `client`, `pull` and `source` load HTTP and Arrow libraries: import them late.
Problems are declared in `problems` (K620 to K649) and may be used by other packages.
"""
