"""One function per verb: :mod:`city` and :mod:`trials` for what clients send, :mod:`upkeep` for who may send."""
