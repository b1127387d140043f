"""The window's check-up, without a screen."""

import sys

from client.doctor import main

sys.exit(main())
