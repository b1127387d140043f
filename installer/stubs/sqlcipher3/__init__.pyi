"""What client.store uses of sqlcipher3 0.6.4, which ships no types."""

from sqlcipher3.dbapi2 import *
