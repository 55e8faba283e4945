"""Compiled parts; each is optional and imported where it is used."""
