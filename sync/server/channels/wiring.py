"""Which gateway carries which channel, by the centre's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.server.channels.mail import MailGateway
from sync.server.channels.posting import PostGateway
from sync.server.channels.spool import Spool
from sync.server.services.channels.outbox import HOOK, MAIL, SMS, VOICE

if TYPE_CHECKING:
    from sync.server.clock import Clock
    from sync.server.services.ports.messages import Gateway
    from sync.server.settings import Settings


def gateways(settings: Settings, clock: Clock) -> dict[str, Gateway]:
    """Return the gateways that are set, by their channel; without one for SMS a file takes them.

    Raises:
        Failure: centre.channel_url.
    """
    secret = settings.channel_secret.get_secret_value().encode()
    found: dict[str, Gateway] = {SMS: Spool(settings.spool)}
    for channel, url in ((SMS, settings.sms_url), (VOICE, settings.voice_url)):
        if url:
            found[channel] = PostGateway(channel, url, secret, clock)
    if settings.mail_url:
        found[MAIL] = MailGateway(settings.mail_url, settings.mail_from)
    if settings.hook_url:
        found[HOOK] = PostGateway(HOOK, settings.hook_url, secret, clock, personal=False)
    return found
