"""How far an import came, so that the same command goes on after a crash."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from config.settings import Settings

FOLDER = "imports"


class Tally(BaseModel):
    """What became of the groups of a file so far."""

    groups: int = 0
    rows: int = 0
    outcomes: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    problems: int = 0
    last_stored: Annotated[str, Field(description="An order that must be on record if all this happened.")] = ""
    errors_bytes: Annotated[int, Field(description="How long the errors file was.")] = 0


class Checkpoint:
    """The file that holds the tally of one import: of one file, by one mapping, into one merchant and database."""

    def __init__(self, settings: Settings, *identity: str) -> None:
        database = settings.database_url.get_secret_value()
        name = hashlib.sha256("\n".join((*identity, database)).encode()).hexdigest()[:16]
        self.folder = settings.data_dir / FOLDER
        # What is imported is about customers: nobody else on this machine may look.
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._path = self.folder / f"{name}.json"
        self.errors_file = self.folder / f"{name}.errors.csv"

    def read(self) -> Tally | None:
        """The tally of an import that did not come to its end; None when there is none."""
        try:
            return Tally.model_validate_json(self._path.read_text())
        except (FileNotFoundError, ValidationError):
            return None

    def write(self, tally: Tally) -> None:
        """From now on an import goes on behind what is tallied here."""
        draft = self._path.with_suffix(".draft")
        with draft.open("w") as file:
            file.write(tally.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)

    def forget(self, tally: Tally) -> None:
        """The import came to its end: the next one of the same file looks at all of it."""
        self._path.unlink(missing_ok=True)
        if not tally.problems:
            self.errors_file.unlink(missing_ok=True)
