"""How many examples Hypothesis tries: hundreds by default, thousands with HYPOTHESIS_PROFILE=nightly."""

import os

from hypothesis import HealthCheck, settings

# Shared machines stall for seconds: neither a slow example nor a slow start says anything about the code.
for profile, examples in (("default", 300), ("nightly", 5000)):
    settings.register_profile(
        profile, max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
