"""A plan: an answer in the words of the business, checked by code that did not make it."""
