"""`python -m klardesk` is the `klardesk` command."""

import sys

from klardesk.cli import main

sys.exit(main())
