"""Pages of supervision, one module each. May import services, api and sync.server.pages."""
