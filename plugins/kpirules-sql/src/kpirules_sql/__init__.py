"""Tables of SQL databases for kpirules, read and written: SQLite and DuckDB files, PostgreSQL, MySQL and MariaDB servers.

places        what a location names: a file or a server, and of which kind
sessions      what a connection must do; one module for each database: `sqlite`, `duck`, `postgres`, `mysql`
columns       kinds of columns, and how what a database gives becomes a column of the seam
asking        the SELECT for a request: columns, filters that never leave out what is wanted, order
adapter       describe and read, the same for all four
reckoning     exact expressions of each database for what groups are made of; `grouping` puts them together
targets       the databases open for writing; `writing` holds results against their tables and replaces by run
"""
