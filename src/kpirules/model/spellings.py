"""The names that the language gives to functions and forms, in both vocabularies."""

from __future__ import annotations

from kpirules.model.called_forms import CALLED
from kpirules.model.functions import FUNCTIONS

#: The Chinese name by the English one.
SPELLINGS = {
    **{one.name: one.chinese for one in FUNCTIONS.values()},
    **{one.name: one.chinese for one in CALLED.values()},
}
