"""Tables in files, through whichever of pandas, polars and pyarrow is there."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ._output import Output
from .errors import DataError, OptionalDependencyError, UnknownNameError
from .frames import source_of

# Words for "missing" in text files. "none" is an answer, not a gap.
_MISSING = ["", "NA", "N/A", "#N/A", "NaN", "nan", "NULL", "null"]
_READ = (".csv", ".tsv", ".parquet", ".xlsx", ".dta")
_EXTRAS = {".csv": "pandas", ".tsv": "pandas", ".parquet": "arrow", ".xlsx": "tables", ".dta": "pandas"}


def read_table(path: str | Path) -> Any:
    """Read a table; the suffix says the format.

    Raises
    ------
    DataError
        If the file is not what its suffix says.
    OptionalDependencyError
        If no installed library reads the format.
    """
    path = Path(path)
    suffix = _known(path)
    if not path.is_file():
        raise DataError(f"{path}: no such file")
    readers: dict[str, list[Callable[[Path], Any]]] = {
        ".csv": [_csv_pandas, _csv_polars, _csv_arrow],
        ".tsv": [_csv_pandas, _csv_polars, _csv_arrow],
        ".parquet": [_parquet_pandas, _parquet_polars, _parquet_arrow],
        ".xlsx": [_xlsx_pandas, _xlsx_polars],
        ".dta": [_dta_pandas],
    }
    for reader in readers[suffix]:
        try:
            return reader(path)
        except ImportError:
            continue
        except MemoryError:
            raise
        except Exception as error:  # each library has errors of its own
            why = str(error).strip().splitlines()
            reason = why[0] if why else type(error).__name__
            raise DataError(f"{path}: cannot be read as {suffix[1:]}: {reason}") from None
    raise OptionalDependencyError(f"reading {suffix} needs another package: pip install 'indicia[{_EXTRAS[suffix]}]'")


def write_table(frame: Any, path: str | Path) -> None:
    """Write a table of any kind; the suffix says the format."""
    path = Path(path)
    suffix = _known(path)
    module = type(frame).__module__.split(".")[0]
    try:
        if module == "pandas":
            _write_pandas(frame, path, suffix)
        elif module == "polars" and suffix != ".dta":
            _write_polars(frame, path, suffix)
        else:
            _write_arrow(frame, path, suffix)
    except ImportError:
        raise OptionalDependencyError(
            f"writing {suffix} needs another package: pip install 'indicia[{_EXTRAS[suffix]}]'"
        ) from None


def to_csv(frame: Any, separator: str = ",") -> str:
    """A table as CSV text, missing as nothing."""
    columns = columns_of(frame)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow(["" if value is None else value for value in row])
    return text.getvalue()


def columns_of(frame: Any) -> dict[str, list[Any]]:
    """The columns of a table as lists, missing as None."""
    source = source_of(frame)
    found = {}
    for name in source.names:
        column = source.column(name)
        if getattr(getattr(column, "dtype", None), "kind", "") == "M" and type(column).__module__ == "numpy":
            # Nanoseconds have no datetime of their own, and would come out as numbers.
            column = column.astype("datetime64[us]")
        values = next(getattr(column, way)() for way in ("to_pylist", "tolist", "to_list") if hasattr(column, way))
        found[name] = [None if missing(value) else value for value in values]
    return found


def missing(value: Any) -> bool:
    """Whether a value is one of None, NaN, NaT and pandas' NA, which cannot be compared."""
    return value is None or type(value).__name__ == "NAType" or bool(value != value)


def as_text(frame: Any, rows: int | None = None) -> str:
    """A table for a terminal: numbers right, texts left, missing as a dash."""
    columns = columns_of(frame)
    shown = []
    for name, values in columns.items():
        cells = [_cell(value) for value in values[:rows]]
        right = all(isinstance(value, float | int) or value is None for value in values)
        width = max(map(len, [name, *cells]), default=0)
        shown.append([(cell.rjust if right else cell.ljust)(width) for cell in [name, *cells]])
    return "\n".join("  ".join(cells).rstrip() for cells in zip(*shown, strict=True))


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1e4 else f"{value:.0f}"
    return str(value)


def _known(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in _READ:
        raise UnknownNameError(f"{path.name}: the suffix says the format, expected one of {', '.join(_READ)}")
    return suffix


def _separator(path: Path) -> str:
    return "\t" if path.suffix.lower() == ".tsv" else ","


def _csv_pandas(path: Path) -> Any:
    import pandas as pd

    return pd.read_csv(path, sep=_separator(path), keep_default_na=False, na_values=_MISSING, encoding="utf-8-sig")


def _csv_polars(path: Path) -> Any:
    import polars as pl

    return pl.read_csv(path, separator=_separator(path), null_values=_MISSING, infer_schema_length=None)


def _csv_arrow(path: Path) -> Any:
    from pyarrow import csv as arrow

    parse = arrow.ParseOptions(delimiter=_separator(path))
    convert = arrow.ConvertOptions(null_values=_MISSING, strings_can_be_null=True)
    return arrow.read_csv(path, parse_options=parse, convert_options=convert)


def _parquet_pandas(path: Path) -> Any:
    import pandas as pd

    return pd.read_parquet(path)


def _parquet_polars(path: Path) -> Any:
    import polars as pl

    return pl.read_parquet(path)


def _parquet_arrow(path: Path) -> Any:
    from pyarrow import parquet

    return parquet.read_table(path)


def _xlsx_pandas(path: Path) -> Any:
    import pandas as pd

    return pd.read_excel(path, keep_default_na=False, na_values=_MISSING)


def _xlsx_polars(path: Path) -> Any:
    import polars as pl

    return pl.read_excel(path)


def _dta_pandas(path: Path) -> Any:
    import pandas as pd

    try:
        return pd.read_stata(path)
    except ValueError:  # value labels that are not unique: the codes themselves
        return pd.read_stata(path, convert_categoricals=False)


def _write_pandas(frame: Any, path: Path, suffix: str) -> None:
    keep = any(name is not None for name in frame.index.names)
    if suffix in (".csv", ".tsv"):
        frame.to_csv(path, sep=_separator(path), index=keep)
    elif suffix == ".parquet":
        frame.to_parquet(path, index=keep)
    elif suffix == ".xlsx":
        (frame.reset_index() if keep else frame).to_excel(path, index=False)
    else:
        frame.to_stata(path, write_index=keep, version=118)


def _write_polars(frame: Any, path: Path, suffix: str) -> None:
    if suffix in (".csv", ".tsv"):
        frame.write_csv(path, separator=_separator(path))
    elif suffix == ".parquet":
        frame.write_parquet(path)
    else:
        frame.write_excel(path)


def _write_arrow(frame: Any, path: Path, suffix: str) -> None:
    """Tables of pyarrow, and dicts of arrays."""
    if suffix in (".csv", ".tsv"):
        path.write_text(to_csv(frame, _separator(path)), encoding="utf-8")
        return
    if suffix != ".parquet":
        import pandas as pd

        _write_pandas(pd.DataFrame(columns_of(frame)), path, suffix)
        return
    import pyarrow as pa
    from pyarrow import parquet

    # Arrow takes missing texts from lists, numbers from arrays.
    parquet.write_table(frame if isinstance(frame, pa.Table) else Output("pyarrow").frame(columns_of(frame)), path)
