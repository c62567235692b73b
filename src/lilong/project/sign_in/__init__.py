"""How staff come in: name and password, a second factor where there is one, and the post they act in."""
