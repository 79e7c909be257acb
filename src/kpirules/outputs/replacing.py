"""Files written whole or not at all, as every plugin may write them."""

from kpirules.plugin.replacing import Unfit, replace_file

__all__ = ["Unfit", "replace_file"]
