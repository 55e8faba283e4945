"""The rules of plans for uncertain numbers in Pyomo, one a file, each with its formula.

`models/risk_plan.py` and `models/robust_plan.py` put them together with those of one plan. Further
symbols: w future, p[w] its probability, Z[w] what the plan is worth in it as a loss (less is
better), late[w,r] units bought when it is seen, h[r] units reserved before.
"""
