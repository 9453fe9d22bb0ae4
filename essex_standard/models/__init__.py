"""One way to look at any model: scores in, decisions out; safe loading, digests, columns read."""
