"""The demonstration: the real Shanghai with synthetic grids, boundaries, people and a played day."""
