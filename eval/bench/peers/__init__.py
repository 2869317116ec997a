"""newsdesk beside other frameworks: the same documents, the same embedder, one run."""
