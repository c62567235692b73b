"""Pure judgement: who is responsible, what a resident's words mean, and the prepared book both are answered from."""
