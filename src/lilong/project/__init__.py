"""The only place that knows every app: settings, addresses, command line, the database cluster and its supervisor."""
