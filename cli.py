"""Run ree-lca from a checkout without installing it: `python cli.py run`. Installed, the command is `ree-lca`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from lca.commands import main

if __name__ == "__main__":
    main()
