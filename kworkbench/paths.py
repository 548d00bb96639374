"""Where the program keeps its files: below `KWORKBENCH_HOME`, else in the platform's folders.

Source: product.md section 11. Folders are made with mode 0700 under umask 077 (sync-engine.md section 8, "Files").
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kworkbench.lean import dataclass

APP = "kworkbench"


class HomeError(Exception):
    """The folders cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one home."""

    config: Path
    data: Path
    cache: Path
    state: Path
    logs: Path

    @property
    def config_file(self) -> Path:
        """The configuration."""
        return self.config / "config.toml"

    @property
    def views_file(self) -> Path:
        """Saved views; a person may edit it."""
        return self.config / "views.toml"

    @property
    def apart_file(self) -> Path:
        """Possible duplicates that were said to be none; a person may edit it."""
        return self.data / "not-duplicates.toml"

    @property
    def view_state(self) -> Path:
        """Where lists were left; losing it harms nothing."""
        return self.state / "lists.json"

    @property
    def outbox(self) -> Path:
        """Unsent work and the journal: precious."""
        return self.data / "outbox.db"

    @property
    def sandbox(self) -> Path:
        """The books of the embedded sandbox."""
        return self.data / "sandbox.db"

    @property
    def tokens(self) -> Path:
        """Tokens, only where someone chose `--store file`."""
        return self.data / "tokens.json"

    @property
    def cached(self) -> Path:
        """Records as the servers sent them: disposable."""
        return self.cache / "cache.db"

    @property
    def crash_log(self) -> Path:
        """What went wrong inside, without the values of variables."""
        return self.logs / "crash.log"

    @property
    def folders(self) -> tuple[Path, ...]:
        """Every folder, each once."""
        return tuple(dict.fromkeys((self.config, self.data, self.cache, self.state, self.logs)))

    def create(self) -> None:
        """Make the folders that are missing, readable by their owner only.

        Raises:
            HomeError: one cannot be made.
        """
        for folder in self.folders:
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as problem:
                raise HomeError(
                    f"The folder {folder} cannot be made ({problem.strerror}). "
                    "Free the place, or set KWORKBENCH_HOME to a folder that can be written."
                ) from problem


def find(environ: Mapping[str, str]) -> Paths:
    """The folders that the environment asks for; none is made yet."""
    if home := environ.get("KWORKBENCH_HOME"):
        root = Path(home).expanduser().absolute()
        return Paths(root / "config", root / "data", root / "cache", root / "state", root / "logs")
    from platformdirs import PlatformDirs  # noqa: PLC0415 - not needed below KWORKBENCH_HOME

    own = PlatformDirs(APP, appauthor=False)
    return Paths(own.user_config_path, own.user_data_path, own.user_cache_path, own.user_state_path, own.user_log_path)
