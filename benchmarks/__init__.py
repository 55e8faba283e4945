"""What slopt is timed on: `python -m benchmarks`. `docs/performance.md` has the figures."""
