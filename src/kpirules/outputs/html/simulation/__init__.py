"""The page of a simulation: what a change of policy does to people and to costs, before it is made.

`writing` says how figures are written, `headline` answers the questions a board asks, `charts` places marks, `rows` chooses
what the long list holds, `words` has what the page itself says, `page` puts one file together.
"""
