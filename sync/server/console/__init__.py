"""Pages of supervision: enter, board, case. May import services, api and sync.server.pages."""
