"""Essex Standard: an assessment that an ethics board can decide from."""
