"""Promises in contracts: chances of a breach, penalties and fees."""
