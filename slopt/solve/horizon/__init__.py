"""Plans over several periods: the program in Pyomo, and paths with prices."""
