"""The largest of everything on the wire, in one place; bytes unless a name says otherwise."""

from __future__ import annotations

#: Integers that every JSON reader in the world keeps exact (RFC 7493 §2.2).
INTEGER_MAX = 2**53 - 1

#: The last moment of the wire, ms UTC: the end of 2199.
TIME_MAX = 7_258_118_399_999

#: A JWS, header to signature (proof.md §1).
ENVELOPE_MAX = 8 * 1024

#: A lease lists the persons of a hall and the numbers of its blocks: at some 300 bytes a person
#: the common limit would end at 25 clerks. Only the centre writes one, so it may be longer.
LEASE_MAX = 128 * 1024

#: The JSON body of one event.
BODY_MAX = 256 * 1024

#: Members inside members: a catalogue needs nine.
DEPTH_MAX = 32

#: One push: whichever comes first.
PUSH_EVENTS_MAX = 100
PUSH_BYTES_MAX = 1_000_000

#: Any other request body, after decompression.
REQUEST_MAX = 1024 * 1024

#: The head of a request: its line and its headers.
HEAD_MAX = 64 * 1024

#: A body comes at this pace at least, once the centre's patience with it is used up: a third of a
#: telephone line, and nobody holds a connection with a byte a minute.
BODY_BYTES_PER_S = 2048

#: One page of a pull, in leaves of all scopes together.
PULL_ENTRIES_MAX = 500

#: One attachment, in the clear.
ATTACHMENT_MAX = 50 * 1024 * 1024

#: One backup of a window's own share, sealed.
BACKUP_MAX = 32 * 1024 * 1024

#: Certificates from the card's own up to below the root.
CHAIN_MAX = 4

#: How long the centre keeps the nonce of a login open.
LOGIN_NONCE_MS = 60_000

#: How long a DPoP nonce serves.
PROOF_NONCE_MS = 120_000
PROOF_SKEW_MS = 30_000  # by so much the clocks of one centre's processes may differ

#: How long a token serves before it is renewed.
TOKEN_MS = 600_000

#: The longest delegation.
DELEGATION_MS = 12 * 3600 * 1000

#: The longest lease (proof.md §7).
LEASE_MS = 72 * 3600 * 1000

#: A device asks for anchors no oftener, and while online no seldomer, than this.
ANCHOR_EVERY_MS = 10_000
ANCHOR_AT_LEAST_MS = 60_000

#: An anchor that runs against the boot clock by more is the finding `centre_clock_step`.
ANCHOR_STEP_MS = 5_000

#: Heartbeat of the live stream.
LIVE_HEARTBEAT_MS = 15_000

#: One line of the live stream: a poke, and one that brings its page to who asked for pages.
LIVE_LINE_MAX = 4096
LIVE_PAGE_LINE_MAX = 32 * 1024

#: A listed batch of card signatures: at most so many, and the PIN is kept no longer.
BATCH_MAX = 50
BATCH_PIN_MS = 60_000

#: One report of a window's fault: four errors with their places, sixty lines of a log.
CRASH_MAX = 64 * 1024
