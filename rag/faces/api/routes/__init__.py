"""The paths of the HTTP API, a file for each concern."""
