"""Bringing in the service requests of a city nobody here wrote: a table, and a mapping that says what it means."""
