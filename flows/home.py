"""CHIAN_HOME: where one agency's inbox, warehouse, publications and reports lie."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from expectations.sentences import sentence


class HomeError(Exception):
    """A home that cannot be used, with the catalogue's code and values."""

    def __init__(self, code: str, **values: object) -> None:
        """Keep the code and its values; the text is the English sentence."""
        super().__init__(sentence(code, "en", **values))
        self.code, self.values = code, values


@dataclass(frozen=True)
class Home:
    """The folders of one CHIAN_HOME.

    Attributes:
        root: The folder itself.
        inbox: Where exports arrive; never written to by a run, may be read-only.
    """

    root: Path
    inbox: Path

    @property
    def warehouse(self) -> Path:
        """The working store; one writer."""
        return self.root / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """What readers open."""
        return self.root / "published"

    @property
    def strategy(self) -> Path:
        """The published database."""
        return self.published / "strategy.duckdb"

    @property
    def reports(self) -> Path:
        """Validation reports of runs that stopped."""
        return self.root / "reports"

    @property
    def prefect(self) -> Path:
        """Prefect's own database and logs."""
        return self.root / "prefect"

    @property
    def kept(self) -> Path:
        """What was computed for earlier origins; may be deleted at any time, it only saves time."""
        return self.root / "kept"

    @property
    def received(self) -> Path:
        """The day each export was first seen, append-only."""
        return self.root / "received.jsonl"

    def claim(self, agency: str, *, demo: bool = False) -> None:
        """Make the home this agency's, or refuse one that is another's.

        Raises:
            HomeError: The home belongs to another agency, is or is not a demonstration, or cannot be written.
        """
        card = self.root / "home.json"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            if card.is_file():
                self._compare(_card(card, self.root), agency, demo)
                return
            if demo and any(self.root.iterdir()):
                raise HomeError("home_not_demo", home=self.root)
            temporary = card.with_name(f".home-{os.getpid()}.json")
            temporary.write_text(json.dumps({"agency": agency, "demo": demo}) + "\n", "utf-8")
            temporary.replace(card)
        except OSError as error:
            raise HomeError("home_unusable", home=self.root, why=error.strerror or str(error)) from error

    def _compare(self, card: dict[str, object], agency: str, demo: bool) -> None:
        if card["agency"] != agency:
            raise HomeError("home_other_agency", home=self.root, found=card["agency"], wanted=agency)
        if demo and not card["demo"]:
            raise HomeError("home_not_demo", home=self.root)


def _card(path: Path, home: Path) -> dict[str, object]:
    """What home.json says: whose home it is, and whether it is a demonstration's.

    Raises:
        HomeError: It is damaged.
    """
    try:
        said = json.loads(path.read_text("utf-8"))
        return {"agency": said["agency"], "demo": said["demo"]}
    except (ValueError, KeyError, TypeError) as error:
        raise HomeError("home_damaged", home=home, file=path.name) from error
