"""Certificates as files: what proves a plan to somebody who trusts neither slopt nor its solvers.

`verifier.py` verifies and imports nothing of slopt; `guard.py` stands before it and reads strictly;
`numbers.py` writes the numbers of a case, and `document.py` what is claimed of them.
"""
