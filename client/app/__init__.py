"""Use cases: one user intent, one command, one transaction, one ChangeSet.

May import client.documents, client.host, and of sync all but the server.
"""
