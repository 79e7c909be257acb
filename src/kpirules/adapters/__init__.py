"""The built-in adapters: CSV, JSON, Parquet and .xlsx files, registered through the same hooks as any plugin's.

`hooks` declares them and is light; each format's reading lives in its own module, imported when a file of it
is read. These modules import `kpirules.plugin` and `kpirules.diagnostics` and nothing else of kpirules.
"""
