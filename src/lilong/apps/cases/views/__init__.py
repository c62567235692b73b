"""Pages of cases: the resident's, and the staff's."""
