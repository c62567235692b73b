"""Writing places: imports of areas and boundaries, buildings, the synthetic city of the demonstration."""
