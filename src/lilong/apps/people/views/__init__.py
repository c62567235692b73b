"""What a resident sees of people: signing in by telephone, and their own data."""
