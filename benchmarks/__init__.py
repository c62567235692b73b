"""What the platform costs, beside what bare PostgreSQL costs in the same run. Figures, not tests: machines differ."""
