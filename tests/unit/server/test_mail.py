"""What a mail server's answers mean: never, later, or taken."""

import socketserver
import threading
from contextlib import contextmanager

import pytest

from sync.server.channels.mail import MailGateway
from sync.server.services.ports.messages import RefusedError
from sync.server.services.rows.messages import MessageRow

MAIL = MessageRow(
    id="e1/applicant/mail",
    channel="mail",
    template="accepted",
    version=1,
    lang="zh_CN",
    scope="339901/ycj",
    case_no="20260303-339901-00001-0",
    address="applicant@example.org",
    text="受理了",
    at=1_772_501_400_000,
    next=1_772_501_400_000,
)


@contextmanager
def server(**answers):
    """Serve mail; what is named is answered otherwise."""
    taken, answers = [], {"quit": "221 bye", **answers}

    class Talk(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                verb = line[:4].upper().strip().decode()
                said = answers.get(verb.lower(), "250 ok")
                if verb == "DATA" and said.startswith("250"):
                    self.wfile.write(b"354 go on\r\n")
                    while self.rfile.readline() != b".\r\n":
                        pass
                    taken.append(verb)
                self.wfile.write(f"{said}\r\n".encode())
                if verb == "QUIT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        try:
            url = f"smtp://127.0.0.1:{served.server_address[1]}"
            yield MailGateway(url, "centre@example.org"), taken
        finally:
            served.shutdown()
            thread.join()


@pytest.mark.parametrize("answers", [{"rcpt": "450 greylisted"}, {"data": "451 later"}])
def test_whoever_says_later_is_asked_later(answers):
    with server(**answers) as (gateway, taken), pytest.raises(OSError, match="patience") as caught:
        gateway.send(MAIL)
    assert not isinstance(caught.value, RefusedError)
    assert taken == []


@pytest.mark.parametrize(
    ("answers", "code"),
    [({"rcpt": "550 nobody"}, "no_mailbox"), ({"data": "554 never"}, "smtp_554")],
)
def test_whoever_says_never_is_asked_once(answers, code):
    with server(**answers) as (gateway, _), pytest.raises(RefusedError) as caught:
        gateway.send(MAIL)
    assert caught.value.code == code


@pytest.mark.parametrize("goodbye", ["421 too busy", "500 what"])
def test_what_was_taken_is_not_sent_again_for_a_bad_goodbye(goodbye):
    with server(quit=goodbye) as (gateway, taken):
        assert gateway.send(MAIL).ref
    assert taken == ["DATA"]
