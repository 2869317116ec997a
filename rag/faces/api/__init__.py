"""The HTTP API of `newsdesk serve`."""
