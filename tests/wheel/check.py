"""The wheel and the sdist install in clean environments and work there.

    python tests/wheel/check.py dist

Two environments: the oldest supported NumPy and narwhals, and the newest; in the newest the sdist is built and
installed as well. In each: `pip check`, import, score, and the command. Uses the standard library, pip and maturin.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORKS = ROOT / "tests" / "wheel" / "works.py"
# NumPy 1.26 has no binary for these.
WITHOUT_OLDEST = (3, 13)


def run(*command: object, **options: object) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, **options)  # type: ignore[call-overload]
    if done.returncode:
        sys.exit(f"failed: {' '.join(words)}")


def inspect(wheel: Path) -> list[str]:
    """Check what the wheel holds; return what it requires."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
        head = Parser().parsestr(archive.read(metadata).decode())
    assert "-cp311-abi3-" in wheel.name, f"{wheel.name} is not abi3 for Python 3.11 and later"
    assert len(names) == len(set(names)), "a file is in the wheel twice"
    assert sum(name.endswith((".so", ".pyd", ".dylib")) for name in names) == 1, "expected one compiled module"
    shipped = {str(path.relative_to(ROOT / "python")) for path in (ROOT / "python").rglob("*") if keeps(path)}
    missing = shipped - set(names)
    assert not missing, f"not in the wheel: {sorted(missing)}"
    for name in ("LICENSE-MIT", "LICENSE-APACHE"):
        assert any(found.endswith(name) for found in names), f"{name} is not in the wheel"
    assert head["License-Expression"] == "MIT OR Apache-2.0"
    required = [line for line in head.get_all("Requires-Dist", []) if "extra" not in line]
    assert sorted(re.match(r"[a-z]+", line)[0] for line in required) == ["narwhals", "numpy"], required
    return required


def keeps(path: Path) -> bool:
    return path.is_file() and path.suffix in (".py", ".pyi", ".toml", ".typed")


def oldest(required: str) -> str:
    """`numpy>=1.26` as `numpy==1.26.*`."""
    match = re.fullmatch(r"([\w-]+)\s*>=\s*([\d.]+)", required)
    assert match, f"expected a plain lower bound, found {required!r}"
    return f"{match[1]}=={match[2]}.*"


def fresh(folder: Path) -> Path:
    """A new environment's interpreter."""
    venv.create(folder, with_pip=True, symlinks=os.name != "nt")
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def works(python: Path, label: str, folder: Path) -> None:
    run(python, "-m", "pip", "--quiet", "check")
    run(python, "-I", "-W", "error", WORKS, label, cwd=folder)
    command = python.parent / ("indicia.exe" if os.name == "nt" else "indicia")
    run(command, "frameworks", cwd=folder, stdout=subprocess.DEVNULL)


def main(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    required = inspect(wheel)
    # The sdist compiles the crate again, but not what it depends on.
    environment = os.environ | {"CARGO_TARGET_DIR": str(ROOT / "target"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    os.environ.update(environment)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if sys.version_info < WITHOUT_OLDEST:
            python = fresh(folder / "oldest")
            pins = [oldest(line) for line in required]
            run(python, "-m", "pip", "--quiet", "install", "--only-binary", ":all:", wheel, *pins)
            works(python, "wheel, oldest", folder)
        else:
            print("wheel, oldest: skipped, the oldest NumPy has no binary for this Python")
        python = fresh(folder / "newest")
        run(python, "-m", "pip", "--quiet", "install", "--upgrade", wheel)
        works(python, "wheel, newest", folder)
        run(sys.executable, "-m", "maturin", "sdist", "--out", folder / "sdist", cwd=ROOT, stderr=subprocess.DEVNULL)
        (sdist,) = (folder / "sdist").glob("*.tar.gz")
        run(python, "-m", "pip", "--quiet", "uninstall", "--yes", "indicia")
        run(python, "-m", "pip", "--quiet", "install", "--no-deps", sdist)
        works(python, "sdist, newest", folder)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "dist"))
