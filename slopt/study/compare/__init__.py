"""Two plans side by side: who moved and why, a bridge of the money, limits that came to bind.

side.py         one of the two: its case, its tiers, its prices
causes.py       the kinds of change, in the order in which they are taken over
changes.py      what differs between the inputs of the two sides
mixture.py      problems between the two: some inputs of the one, the others of the other
attribution.py  which change of input moved which segment, by solving in between
bridge.py       the money from the one to the other, in steps that add up exactly
binding.py      limits that came to bind, or ceased to
comparison.py   all of it, as one value
"""
