"""Use cases: one user intent, one command, one transaction, one ChangeSet. May import sync and client.host."""
