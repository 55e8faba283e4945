"""slopt in a notebook: a case, its questions as methods, answers as tables.

import slopt

case = slopt.load("tiny")
case.solve()                                # a table in a notebook
case.set("limits.budget", 13_000).solve().frame()

case.py     the case
answers.py  what its methods give back
html.py     how answers look in a notebook
"""
