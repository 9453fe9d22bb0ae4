"""What needs rows and model at once: small frozen results, the seed recorded in each."""
