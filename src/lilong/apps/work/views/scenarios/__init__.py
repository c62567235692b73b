"""The pages of scenarios: the library, one version drawn and edited, its decisions, its rehearsal and comparison."""
