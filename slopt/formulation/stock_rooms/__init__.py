"""What the model of stock rooms states of items and tangents, one rule a file."""
