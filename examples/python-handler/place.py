"""Where everything is kept: the folder that EXAMPLE_STATE names, or one beside this file."""

import os
from pathlib import Path

STATE = os.environ.get("EXAMPLE_STATE") or str(Path(__file__).parent / ".sandbox")
