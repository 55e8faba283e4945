"""What the model of service levels between tiers states in a way of its own, one rule a file."""
