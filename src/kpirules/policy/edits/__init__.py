"""What was edited between two policies, in the policy's own terms: parameters, weights, bands, not lines of text.

`edits` compares two whole syntax trees (what they extend included) part by part. Layout, comments, the vocabulary and
the order of declarations are no edits, and `30 min` is `0.5 h`. An edit that only readers see (labels, clauses, tests)
is one without effect.
"""

from kpirules.policy.edits.comparison import edits
from kpirules.policy.edits.edit import Change, Detail, Edit, Version

__all__ = ["Change", "Detail", "Edit", "Version", "edits"]
