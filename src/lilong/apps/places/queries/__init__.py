"""Questions about places, answered from what each process holds of a city's areas and boundaries."""
