"""The command line: arguments, progress, printing and exit codes; all work is done by the rooms below."""

from kpirules.cli.main import main

__all__ = ["main"]
