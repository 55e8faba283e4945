"""Sweeps: the plan at every point of a grid, a table or a sample of points around a case."""
