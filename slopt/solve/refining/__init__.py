"""Offers made where the plan lies, until the proven gap is the one asked for."""
