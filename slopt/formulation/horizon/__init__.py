"""The rules of a plan over periods, one a file, in Pyomo.

Parameters carry the names of `slopt.problem.horizon.problem`; w[s,t,m] are the customers of segment
s who are served in mode m in period t.
"""
