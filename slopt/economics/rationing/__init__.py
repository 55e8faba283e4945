"""Reserves of a stock for better classes of customers."""
