"""What may be asked of work."""
