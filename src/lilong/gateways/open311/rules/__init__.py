"""Pure rules of the protocol: what came in is read and checked, what goes out is shaped and written."""
