"""Names that almost exist."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

_LONGEST = 64
_MOST = 5_000


def did_you_mean(wanted: object, names: Iterable[object]) -> str:
    """Return ``"; did you mean 'cloud'?"`` when a name is close to the wanted one, else nothing.

    Examples
    --------
    >>> did_you_mean("clowd", ["cloud", "energy"])
    "; did you mean 'cloud'?"
    >>> did_you_mean("x", ["cloud"])
    ''
    """
    text = str(wanted)
    # Long names are no typing slips, and the comparison is slow on many of them.
    if len(text) > _LONGEST:
        return ""
    known = {str(name): name for name in islice(names, _MOST) if len(str(name)) <= _LONGEST}
    folded = {name.casefold(): name for name in known}
    import difflib  # only for messages

    near = difflib.get_close_matches(text.casefold(), folded, n=1)
    return f"; did you mean {known[folded[near[0]]]!r}?" if near else ""


def listed(names: Iterable[str], most: int = 40) -> str:
    """Names for a message, each cut when it is long, and no more than ``most``.

    Examples
    --------
    >>> listed(["a", "b", "c"], most=2)
    'a, b, ... (3 in all)'
    """
    names = list(names)
    shown = [name if len(name) <= _LONGEST else name[: _LONGEST - 3] + "..." for name in names[:most]]
    return ", ".join(shown) + (f", ... ({len(names)} in all)" if len(names) > most else "") or "nothing"


def shorten(value: object, longest: int = 80) -> str:
    """The repr of a value, cut when it is long."""
    text = repr(value)
    return text if len(text) <= longest else text[: longest - 3] + "..."
