"""Mail by SMTP. A server knows no ids: a line that breaks after the text leaves us unsure."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sync.domain.failures import Failure, FailureKind
from sync.server.services.ports.messages import Carried, RefusedError, UnsureError

if TYPE_CHECKING:
    from sync.server.services.rows.messages import MessageRow

PATIENCE_S = 20.0
_PATIENCE = "the server asks for patience"
_FOR_EVER = 500  # from here on an answer of SMTP stays the same however often it is asked
SUBJECT = "政务服务中心通知 / Notice of the government service centre"


class MailGateway:
    """One SMTP server that takes the centre's mail.

    Args:
        url: smtp://host:port, smtps://host:port.
        sender: the From address.

    Raises:
        Failure: centre.channel_url.
    """

    name = "mail"
    knows_ids = False

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise Failure("centre.channel_url", FailureKind.BROKEN, channel=self.name)
        self._parts = parts
        self._sender = sender

    def send(self, message: MessageRow) -> Carried:
        """Send one mail (see services.ports.messages.Gateway)."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, message.address, SUBJECT
        mail["Date"] = formatdate(message.at / 1000, localtime=False)
        name = hashlib.sha256(message.id.encode()).hexdigest()[:32]
        mail["Message-ID"] = f"<{name}@{self._sender.partition('@')[2] or 'localhost'}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        secure = self._parts.scheme == "smtps"
        handed = taken = False
        try:
            with self._line(secure=secure) as line:
                line.ehlo_or_helo_if_needed()
                if not secure and line.has_extn("starttls"):
                    line.starttls()  # whoever can stand between can also hide that it is offered
                handed = True
                line.send_message(mail)
                taken = True
        except smtplib.SMTPRecipientsRefused as error:
            ((status, _),) = error.recipients.values()
            if status < _FOR_EVER:  # greylisting: whoever asks again later is let in
                raise OSError(status, _PATIENCE) from error
            raise RefusedError("no_mailbox") from error
        except OSError as error:  # smtplib's own are, a broken line among them
            if not taken:  # else the server had it, and only the goodbye went wrong
                raise _meant(error, handed=handed) from error
        return Carried(mail["Message-ID"])

    def close(self) -> None:
        """Do nothing: each mail has a connection of its own."""

    def _line(self, *, secure: bool) -> smtplib.SMTP:
        """Connect; over smtps only to a server whose certificate this machine trusts."""
        host, port = self._parts.hostname or "", self._parts.port or (465 if secure else 25)
        if not secure:
            return smtplib.SMTP(host, port, timeout=PATIENCE_S)
        trust = ssl.create_default_context()  # smtplib's own context asks for no certificate
        return smtplib.SMTP_SSL(host, port, timeout=PATIENCE_S, context=trust)


def _meant(error: OSError, *, handed: bool) -> Exception:
    """Return what an error that smtplib raised means for a mail that nobody has taken."""
    if isinstance(error, smtplib.SMTPResponseException):
        if error.smtp_code >= _FOR_EVER:
            return RefusedError("smtp", error.smtp_code)
        return OSError(error.smtp_code, _PATIENCE)
    return UnsureError() if handed else error
