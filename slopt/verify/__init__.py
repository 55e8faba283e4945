"""Certificates as files: what proves a plan to somebody who trusts neither slopt nor its solvers.

`standalone.py` verifies and imports nothing of slopt; `numbers.py` writes the numbers of a case
for it; `document.py` writes what is claimed of them.
"""
