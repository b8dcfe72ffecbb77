"""Where schemes are found: those that ship with the package by name, others by path."""

from __future__ import annotations

from pathlib import Path

import kaohe

FILE = "scheme.yaml"


def schemes_folder() -> Path:
    """The folder of shipped schemes: inside an installed package, else beside the sources."""
    package = Path(kaohe.__file__).parent
    inside = package / "schemes"
    return inside if inside.is_dir() else package.parents[1] / "schemes"


def shipped_schemes() -> list[str]:
    """Names of the schemes that ship with the package."""
    folder = schemes_folder()
    return sorted(file.parent.name for file in folder.glob(f"*/{FILE}"))


def find_scheme(name: str) -> Path | None:
    """The file of a scheme named by its shipped name or by its path; None if there is none."""
    if name in shipped_schemes():
        return schemes_folder() / name / FILE
    path = Path(name)
    if path.is_dir() and (path / FILE).is_file():
        return path / FILE
    return path if path.is_file() else None
