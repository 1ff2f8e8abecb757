"""So that `python -m hechang.cli` works as well."""

import sys

from hechang.cli import main

sys.exit(main())
