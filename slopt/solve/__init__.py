"""From a problem to a proven answer; the only place that calls a solver."""
