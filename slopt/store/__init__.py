"""The store of runs: what was asked, of which inputs, and what came out."""
