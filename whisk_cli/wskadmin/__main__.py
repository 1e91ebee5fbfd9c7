"""``python -m whisk_cli.wskadmin`` is ``wskadmin``."""

import sys

from whisk_cli.wskadmin.main import main

sys.exit(main())
