"""The rules of service planning in Pyomo, one a file, each with its formula.

A model file in `models/` puts them together. Symbols: s segment, k tier, r resource; x choose,
y open, e extra; c service cost, l lost sales, q service level, a use.
"""
