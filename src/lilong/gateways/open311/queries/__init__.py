"""One function per question clients ask; :mod:`city` asks the city's apps, :mod:`trials` the test endpoint's tables."""
