"""How plans fare where numbers are uncertain, and what knowing them better would be worth."""
