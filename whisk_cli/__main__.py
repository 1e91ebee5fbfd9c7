"""``python -m whisk_cli`` is ``wsk``."""

import sys

from whisk_cli.main import main

sys.exit(main())
