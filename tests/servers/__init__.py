"""Real servers for the tests: each is started on loopback by a fixture, and ended with it."""
