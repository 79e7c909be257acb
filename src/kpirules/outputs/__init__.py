"""The built-in outputs: CSV, JSON, Parquet and .xlsx files, registered through the same hooks as any plugin's.

`hooks` declares them and is light; each format's writing lives in its own module, imported when a file of it
is written. These modules import `kpirules.plugin` and `kpirules.diagnostics` and nothing else of kpirules.
"""
