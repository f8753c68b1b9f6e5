"""The folder of the example's data: EXAMPLE_STATE, or a folder beside this file."""

import os
from pathlib import Path

STATE = os.environ.get("EXAMPLE_STATE") or str(Path(__file__).parent / ".sandbox")
