"""The pages of undertakings (事务): begin one, the list, one matter, and the task page of a free step."""
