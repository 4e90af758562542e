"""Drawing by hash: anyone can repeat a draw in the store's own SQL, and late traces never reshuffle it."""

import hashlib
import heapq
from collections.abc import Iterable, Mapping
from datetime import date


def rank_hash(seed: str, native_id: str) -> str:
    """A trace's place in a draw: the MD5 of ``seed|native_id`` in UTF-8, as 32 lower-case hex digits.

    Lone surrogates are encoded as they stand, so that every id has a place.
    """
    text = f"{seed}|{native_id}"
    return hashlib.md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def bottom_k(native_ids: Iterable[str], seed: str, k: int) -> list[tuple[str, str]]:
    """The ``k`` smallest of (hash, native id), in order of hash, ties in order of id.

    A simple random sample without replacement. Ids that come later can only push others out of the end: the
    order of those that were there stays.
    """
    return heapq.nsmallest(max(k, 0), ((rank_hash(seed, native_id), native_id) for native_id in native_ids))


def day_seed(plan_seed: str, day: date) -> str:
    """The seed of one day's draw: ``plan_seed|YYYY-MM-DD``."""
    return f"{plan_seed}|{day.isoformat()}"


def allocate(populations: Mapping[str, int], size: int) -> dict[str, int]:
    """How many traces each stratum gives: proportional to its population, by largest remainder.

    The numbers add up to ``size`` (or to the whole population, if that is smaller) and none exceeds its
    population. Where ``size`` is enough for one from every non-empty stratum, each gives at least one. Equal
    remainders go to the bigger population first, then in order of name.
    """
    filled = {name: count for name, count in populations.items() if count > 0}
    left = min(max(size, 0), sum(filled.values()))
    shares = dict.fromkeys(populations, 0)
    if left >= len(filled):
        for name in _too_small_for_one(filled, left):
            shares[name] = 1
            left -= 1
            del filled[name]
    return shares | _largest_remainder(filled, left)


def _too_small_for_one(populations: Mapping[str, int], size: int) -> list[str]:
    """The strata whose proportional share is below one, once all such have been given one."""
    open_ones, small = dict(populations), list[str]()
    while True:
        total = sum(open_ones.values())
        found = [name for name, count in open_ones.items() if (size - len(small)) * count < total]
        if not found:
            return small
        small.extend(found)
        open_ones = {name: count for name, count in open_ones.items() if name not in found}


def _largest_remainder(populations: Mapping[str, int], size: int) -> dict[str, int]:
    total = sum(populations.values())
    quotas = {name: divmod(size * count, total) for name, count in populations.items()}
    shares = {name: whole for name, (whole, _) in quotas.items()}
    order = sorted(populations, key=lambda name: (-quotas[name][1], -populations[name], name))
    for name in order[: size - sum(shares.values())]:
        shares[name] += 1
    return shares
