"""Two policies side by side: what was edited, and what that does to everybody."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kpirules.diagnostics import Diagnostic, Problems, Words
from kpirules.engine import Policy, setting_of, with_settings
from kpirules.language import tree
from kpirules.model.literals import literal
from kpirules.scoring.problems import TOO_LARGE
from kpirules.units import Unit

if TYPE_CHECKING:
    from kpirules.plugin.simulated import Simulation
    from kpirules.policy.edits import Edit, Version
    from kpirules.policy.hybrids import Hybrids
    from kpirules.policy.simulation.piloting import Condition
    from kpirules.policy.simulation.simulating import Change, Sweep, Wish
    from kpirules.policy.simulation.supplying import Supply


def edits_between(old: Policy, new: Policy) -> tuple[Edit, ...]:
    """What was edited between two policies without errors, in the policies' own terms."""
    from kpirules.policy.hybrids import tried_edits  # late: start-up

    return tried_edits(version_of(old), version_of(new))


def hybrids_between(old: Policy, new: Policy) -> Hybrids:
    """The policies half way between two without errors, for what each edit does."""
    from kpirules.policy.hybrids import hybrids  # late: start-up

    return hybrids(version_of(old), version_of(new))


def version_of(policy: Policy) -> Version:
    """A policy as it is compared with another one."""
    from kpirules.policy.edits import Version  # late: start-up

    assert policy.composed is not None and policy.composed.tree is not None
    return Version(policy.composed.tree, policy.path, policy.sources, policy.settings, policy.spoken)


def change_between(old: Policy, new: Policy, condition: Condition | None = None) -> Change:
    """The change that a simulation is of. condition: a sound one that says to whom the new policy applies.

    Raises Problems where the two cannot be laid side by side.
    """
    from kpirules.policy.simulation import problems as simulation_problems
    from kpirules.policy.simulation.simulating import Change, unlike

    assert old.ruleset is not None and new.ruleset is not None
    found = unlike(old.ruleset, new.ruleset)
    if found is not None:
        what, one, other = found
        raise Problems([simulation_problems.UNLIKE.at(None, what=what, old=one, new=other)])
    pilot = None if condition is None or condition.rules is None else (condition.text, condition.rules)
    return Change(
        old.ruleset, new.ruleset, hybrids_between(old, new), tuple(old.settings), tuple(new.settings), pilot
    )


def pilot_condition(policy: Policy, text: str) -> Condition:
    """A condition on people in the scope of a policy without errors."""
    from kpirules.policy.simulation.piloting import condition

    assert policy.ruleset is not None and policy.composed is not None and policy.composed.tree is not None
    return condition(text, policy.composed.tree, policy.ruleset, policy.settings)


def sweep_of(policy: Policy, name: str, first: str, last: str, step: str) -> Sweep:
    """The policy with one value of a parameter after the other, as the policy would write them.

    Raises `sweeping.Unfit` for a range that is none, Problems for a value with which the policy is not valid.
    """
    from kpirules.policy.simulation.problems import SWEEP_UNFIT
    from kpirules.policy.simulation.simulating import Sweep, Swept, swept_label
    from kpirules.policy.simulation.sweeping import grid

    assert policy.ruleset is not None
    parameter = policy.ruleset.parameters[name]
    values = []
    for value, written in grid(parameter, setting_of(first), setting_of(last), setting_of(step)):
        made = with_settings(policy, {**policy.settings, name: written})
        text = swept_label(value, parameter, policy.ruleset.currency)
        if made.ruleset is None:
            wrong = next(one for one in made.diagnostics if one.is_error)
            why = Words(wrong.message("en"), wrong.message("zh"))
            raise Problems([SWEEP_UNFIT.at(None, parameter=name, value=text, why=why)])
        values.append(Swept(value, text, value == parameter.value, made.ruleset))
    return Sweep(name, Words(parameter.label or name, parameter.label or name), tuple(values))


def amount_limit(text: str, unit: Unit) -> Fraction | None:
    """A sum as the policy would write it (`500000`, `500000 yuan`), in the held form of a unit; None where it is none."""
    given = setting_of(text)
    if not isinstance(given, tree.Number):
        return None
    held, own = literal(given)
    return held if given.unit is None or own is unit else None


def simulate(change: Change, supply: Supply, wish: Wish) -> tuple[Simulation, tuple[Diagnostic, ...]]:
    """What a change does to everybody, and what was noticed about the data. Raises Problems."""
    from kpirules.policy.simulation import simulating

    try:
        return simulating.simulate(change, supply, wish)
    except OverflowError:
        raise Problems([TOO_LARGE.at(change.new.span, ruleset=change.new.id)]) from None
