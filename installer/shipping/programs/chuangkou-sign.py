"""An administrator's card signs a sheet of policy."""

import sys

from client.administrator import main

sys.exit(main())
