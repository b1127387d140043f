"""The centre's settings: from the command line, the environment (CHUANGKOU_…) or defaults."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # pydantic reads it

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything a running centre is told from outside; policy is not here, it is in the log.

    Attributes:
        data: folder of database, keys and attachments; must be on a local disk.
        origin: public origin (scheme, host, port) as windows know it; DPoP proofs name it.
        attachment_limit: bytes of one attached file, refused before it is read.
        push_events, push_bytes: bounds of one push (architecture.md §8).
        enrol_tries: wrong enrolments that one address may try in a minute.
        login_tries: logins that one device may try in a minute from one address.
        address_tries: logins that one address may try in a minute without a device's key.
        patience_s: how long the head of a request may take, and how long its body may come slower
            than a telephone line brings it.
        lease_hours: how long an offline lease lasts; proof.md §7 bounds it by 72.
        block_sizes: how many numbers of each kind a lease brings.
        database_url: of a PostgreSQL, "postgresql://user@host/name"; "" for the embedded database.
            From the environment (CHUANGKOU_DATABASE_URL), never from the command line, where
            everybody on the machine could read a password. The centre's own user should own the
            database and be no superuser.
        tsa: address (http, https) of the time stamp authority (RFC 3161) whose time the centre adds
            to sealed certificates; "" for none.
        tsa_roots: PEM file of the roots that the authority's certificate must lead to.
        crl_urls: where the lists of revoked certificates are fetched: by an authority's common name
            or thumbprint (x5t), an address (http, https, file) each.
        crl_from_certificates: whether the distribution points in certificates count for the other
            authorities: whoever issues them then says where the centre connects to.
        crl_every_s: how often they are fetched, seconds; 0 for never.
        sms_url, voice_url: where the gateway of short messages and of spoken calls takes JSON
            (docs/PROTOCOL.md, "Channels"); without an SMS gateway they go to a file.
        mail_url: smtp://host:port or smtps://host:port; "" for no mail. mail_from: the sender.
        hook_url: where another system hears of each step that is told, without anybody's name.
        channel_secret: what both ends of the channels sign with; needed for every http gateway.
        quiet_hours: when no notice rings, China time; "" for never.
        letter_days: working days until an inquiry and a complaint are answered.
        filing_limit: bytes of all files of one online filing.
        metrics_port: where Prometheus finds this process's figures, on loopback; 0 for nowhere.
        camera_networks: where cameras may lie, as networks (10.8.0.0/16) inside private ranges; by
            default on this machine alone, so that nothing is asked before the operator said so.
        give_back_minutes: from the start, minutes in which nothing new is logged and windows give
            back what a restored database lacks (docs/OPERATIONS.md, "The day a site is gone").
        level_waiting: lines that may wait here for a signed head, of each centre that reports to
            this one and all below it; more are refused for later.
        demo_clock: file with an offset of the clock; None in every real centre.
    """

    model_config = SettingsConfigDict(env_prefix="CHUANGKOU_", frozen=True)

    data: Path
    origin: str = "http://127.0.0.1:8443"
    attachment_limit: int = 20 * 1024 * 1024
    push_events: int = 100
    push_bytes: int = 1_000_000
    enrol_tries: int = 30
    login_tries: int = 120
    address_tries: int = 1200
    patience_s: float = 20.0
    lease_hours: int = 24
    block_sizes: dict[str, int] = {"case": 100, "certificate": 50}
    database_url: SecretStr = SecretStr("")
    tsa: str = ""
    tsa_roots: Path | None = None
    crl_urls: dict[str, str] = {}
    crl_from_certificates: bool = False
    crl_every_s: int = 3600
    sms_url: str = ""
    voice_url: str = ""
    mail_url: str = ""
    mail_from: str = "centre@localhost"
    hook_url: str = ""
    channel_secret: SecretStr = SecretStr("")
    quiet_hours: str = "22:00-08:00"
    letter_days: dict[str, int] = {"inquiry": 5, "complaint": 15}
    filing_limit: int = 40 * 1024 * 1024
    metrics_port: int = 0
    camera_networks: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    give_back_minutes: int = 0
    level_waiting: int = 2_000_000
    demo_clock: Path | None = None

    @property
    def database(self) -> Path:
        """Return the path of the embedded database."""
        return self.data / "centre.db"

    @property
    def scoring(self) -> Path:
        """Return the folder of the operator's own rules of scoring; it need not be there."""
        return self.data / "scoring"

    @property
    def keys(self) -> Path:
        """Return the folder of the centre's own keys."""
        return self.data / "keys"

    @property
    def spool(self) -> Path:
        """Return the folder of short messages that went nowhere but into a file."""
        return self.data / "spool"

    @property
    def uplink(self) -> Path:
        """Return the file that says how the last report to the upper centre went."""
        return self.data / "uplink.json"

    @property
    def lists(self) -> Path:
        """Return the folder of the lists of revoked certificates."""
        return self.data / "crl"

    @property
    def attachments(self) -> Path:
        """Return the folder of sealed attachments."""
        return self.data / "attachments"

    @property
    def window_backups(self) -> Path:
        """Return the folder of windows' own backups, sealed once more."""
        return self.data / "window-backups"
