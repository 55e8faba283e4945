"""Questions about plans over periods: budgets, what changed since the last cycle, what is wrong."""
