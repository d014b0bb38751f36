"""Order statistics of rows with holes, vectorised: NaN is what was not seen and never counts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.floating]


def sort_rows(values: Values) -> tuple[Values, npt.NDArray[np.int64]]:
    """Rows sorted along the last axis, NaN last, and how many of each were seen."""
    ordered = np.sort(values, axis=-1)
    seen = np.full(values.shape[:-1], values.shape[-1], np.int64)
    if values.shape[-1]:
        holed = np.isnan(ordered[..., -1])
        if holed.any():
            seen[holed] -= np.isnan(ordered[holed]).sum(axis=-1)
    return ordered, seen


def at_share(ordered: Values, seen: npt.NDArray[np.int64], share: float) -> Values:
    """The value below which ``share`` of what was seen lies, linearly between neighbours; NaN where nothing was."""
    width = ordered.shape[-1]
    if width == 0:
        return np.full(ordered.shape[:-1], np.nan, ordered.dtype)
    place = (width - 1) * share
    low = int(place)
    below = ordered[..., low]
    found: Values = below + (ordered[..., min(low + 1, width - 1)] - below) * ordered.dtype.type(place - low)
    holed = seen < width
    if holed.any():
        found[holed] = _among(ordered[holed], seen[holed], share)
    return found


def _among(ordered: Values, seen: npt.NDArray[np.int64], share: float) -> Values:
    """The same where rows have holes, each its own number."""
    place = np.maximum(seen - 1, 0) * share
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(seen - 1, 0))
    below = np.take_along_axis(ordered, low[..., None], -1)[..., 0]
    above = np.take_along_axis(ordered, high[..., None], -1)[..., 0]
    return below + (above - below) * (place - low).astype(ordered.dtype)


def median(values: Values) -> Values:
    """Median along the last axis of what was seen; NaN where nothing was."""
    ordered, seen = sort_rows(values)
    return at_share(ordered, seen, 0.5)


def from_end(ordered: Values, seen: npt.NDArray[np.int64], place: int) -> Values:
    """The value ``place`` from the top (0: the largest) of what was seen; the lowest where there are fewer."""
    width = ordered.shape[-1]
    if width > place and (seen == width).all():
        return ordered[..., width - 1 - place]
    at = np.maximum(seen - 1 - place, 0)
    return np.take_along_axis(ordered, at[..., None], -1)[..., 0]


def from_start(ordered: Values, seen: npt.NDArray[np.int64], place: int) -> Values:
    """The value ``place`` from the bottom (0: the smallest) of what was seen; the highest where there are fewer."""
    if ordered.shape[-1] > place and (seen > place).all():
        return ordered[..., place]
    at = np.minimum(place, np.maximum(seen - 1, 0))
    return np.take_along_axis(ordered, at[..., None], -1)[..., 0]
