"""The centre's tables, queries, one writer, migrations. The only room that knows SQLAlchemy."""
