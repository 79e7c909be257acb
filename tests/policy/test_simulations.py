"""The small simulations that other tests show are real ones: they move people, ranks and money."""

from tests.policy.simulations import small


def test_the_small_simulation_moves_people_both_ways_and_costs_something() -> None:
    made = small()
    assert made.whole.counts.up and made.whole.counts.down
    assert made.whole.rows == made.all_rows == made.rows.num_rows == 105
    assert any(one.cost and one.difference for one in made.whole.amounts)
    assert made.movers[0].losses and made.movers[0].gains
    assert [one.kept for one in made.budgets] == [False]
    assert len(made.curves[0].points) == 9


def test_the_small_pilot_moves_nobody_outside() -> None:
    pilot = small(where='department = "north"').pilot
    assert pilot is not None and pilot.inside.rows == 30
    assert pilot.inside.counts.down and not pilot.outside.counts.down and pilot.beyond.counts.down
