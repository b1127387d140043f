"""This machine's program, kept new."""

import sys

from client.updater import main

sys.exit(main())
