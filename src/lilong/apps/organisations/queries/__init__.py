"""The questions of organisations."""
