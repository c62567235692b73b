"""Addresses of work, of its scenarios and of its undertakings, each under a name space of its own."""
