"""Judgement of work: planning, conditions, scenario files, their check, rehearsal and comparison."""
