"""Pages for strangers: status by check code, certificate by id. May import as console does."""
