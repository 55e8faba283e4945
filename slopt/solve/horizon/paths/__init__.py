"""Offers as paths with prices: the route for problems over periods with many segments."""
