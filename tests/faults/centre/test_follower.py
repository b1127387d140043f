"""The address of the database leads to a server that only reads, as one does that no longer leads.

Nobody's step is refused for it: its window keeps it and comes again, and no connection to that
server is kept for it.
"""

import pytest
from psycopg import sql
from sqlalchemy import make_url

from tests.helpers import case_steps as say
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import HandWindow, Refusal

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def only_reads(cluster, database, *, yes):
    """Have new sessions only read, or write again; those that only read are not ended then."""
    with cluster.connect() as connection:
        connection.autocommit = True
        connection.execute(
            sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}").format(
                sql.Identifier(database), sql.Literal("on" if yes else "off")
            )
        )
        if yes:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (database,),
            )


def test_no_step_is_refused_by_a_server_that_only_reads(tmp_path, cluster):
    with running_centre(tmp_path, store="postgresql") as centre:
        database = make_url(centre.url).database
        window = HandWindow(centre, "d-339901-20")
        window.log_in("reception")
        first = window.step("preregister", say.preregister(), case=window.new_number())
        assert first.verdict == "accepted"
        record = window.event("preregister", say.preregister(), case=window.new_number())

        only_reads(cluster, database, yes=True)
        with pytest.raises(Refusal) as told:
            window.push(record)
        assert (told.value.status, told.value.code) == (503, "wire.unavailable")
        assert centre.desk.unjudged.count == 0

        only_reads(cluster, database, yes=False)
        window.accepted(window.push(record))
        window.close()
