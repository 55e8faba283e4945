"""Service into money: pure functions of numbers and arrays, and the offers made from them."""
