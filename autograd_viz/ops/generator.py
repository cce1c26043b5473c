"""`Generator`: the stream of random numbers, bit for bit the one PyTorch draws on the CPU.

Note [The same random numbers as PyTorch]
Both use the Mersenne twister MT19937, seeded alike. A float32 takes 24 bits of one draw, a float64 53 bits of two;
normal numbers come by Box and Muller's method, in blocks of 16 for 16 or more of them, else in pairs of which the
second is kept for the next call. Mirrors `aten/src/ATen/core/DistributionsHelper.h` and `native/cpu`'s kernels.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from ..device import CPU, device
from ..tensor import Tensor, make

__all__ = ["Generator", "default_generator"]

DEFAULT_SEED = 67280421310721  # PyTorch's
WORDS = 624  # of the twister's state
FLOAT_MASK, DOUBLE_MASK = np.uint64(2**24 - 1), np.uint64(2**53 - 1)  # as many bits as a mantissa has


class Generator:
    """A source of random numbers with a state of its own. Mirrors `torch.Generator`.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> ag.rand(2, generator=ag.Generator().manual_seed(0))
    tensor([0.4963, 0.7682])
    """

    def __init__(self, device: Any = "cpu") -> None:
        _check_device(device)
        self._seed = DEFAULT_SEED
        self._twister: Any = None  # made at the first draw: importing numpy.random takes time
        self._spare_normal: float | None = None

    @property
    def device(self) -> device:
        """Always the CPU."""
        return CPU

    def manual_seed(self, seed: int) -> Generator:
        """Start the stream that belongs to `seed`, and return self."""
        number = int(seed)
        if not -(2**63) <= number < 2**64:
            raise RuntimeError(f"Overflow when unpacking long: the seed {number} has more than 64 bits")
        self._seed, self._twister, self._spare_normal = number % 2**64, None, None
        return self

    def seed(self) -> int:
        """Start a stream that belongs to a seed nobody knows, and return the seed."""
        self.manual_seed(int.from_bytes(os.urandom(8), "little") >> 1)
        return self._seed

    def initial_seed(self) -> int:
        """Return the seed the stream started from."""
        return self._seed

    def get_state(self) -> Tensor:
        """Return the state as a uint8 tensor, for `set_state`."""
        state = self._source().state["state"]
        spare = np.array([np.nan if self._spare_normal is None else self._spare_normal])
        words = np.array([self._seed, state["pos"]], dtype=np.uint64)
        return make(np.concatenate([part.view(np.uint8) for part in (words, state["key"].astype(np.uint32), spare)]))

    def set_state(self, new_state: Tensor) -> None:
        """Go on from a state that `get_state` returned."""
        array = np.ascontiguousarray(new_state._array)
        if array.dtype != np.uint8 or array.size != 16 + 4 * WORDS + 8:
            raise RuntimeError(
                f"RNG state must be a tensor that get_state() returned, got {new_state.dtype} of size {array.size}"
            )
        seed, position = array[:16].view(np.uint64).tolist()
        key, spare = array[16 : 16 + 4 * WORDS].view(np.uint32), float(array[-8:].view(np.float64)[0])
        self.manual_seed(seed)
        self._source().state = {"bit_generator": "MT19937", "state": {"key": key, "pos": position}}
        self._spare_normal = None if np.isnan(spare) else spare

    def clone_state(self) -> Generator:
        """Return a new generator in the same state."""
        copy = Generator()
        copy.set_state(self.get_state())
        return copy

    def _source(self) -> Any:
        if self._twister is None:
            from numpy.random import MT19937

            self._twister = MT19937(0)
            self._twister._legacy_seeding(self._seed & 0xFFFFFFFF)
        return self._twister

    # draws

    def words(self, count: int) -> Any:
        """Return `count` draws of 32 bits as uint64."""
        return self._source().random_raw(count)

    def long_words(self, count: int) -> Any:
        """Return `count` numbers of 64 bits, each from two draws."""
        pairs = self.words(2 * count)
        return (pairs[0::2] << np.uint64(32)) | pairs[1::2]

    def uniform(self, count: int, dtype: Any) -> Any:
        """Return `count` numbers of a floating dtype in [0, 1)."""
        if dtype == np.float64:
            return (self.long_words(count) & DOUBLE_MASK).astype(np.float64) * 0.5**53
        floats = (self.words(count) & FLOAT_MASK).astype(np.float32) * np.float32(0.5**24)
        return floats.astype(dtype)  # halves are drawn as floats

    def normal(self, count: int, dtype: Any, mean: float = 0.0, std: float = 1.0) -> Any:
        """Return `count` normally distributed numbers."""
        if count >= 16:
            return self._normal_blocks(count, dtype, mean, std)
        return (self.normal_pairs(count) * std + mean).astype(dtype)

    def _normal_blocks(self, count: int, dtype: Any, mean: float, std: float) -> Any:
        """Box and Muller on blocks of 16; the last block is drawn anew so that it ends where the numbers end."""
        exact = np.dtype(np.float64 if dtype == np.float64 else np.float32)
        full = count - count % 16
        flat = np.empty(count, exact)
        drawn = self.uniform(full if dtype == np.float16 else count, dtype).astype(exact, copy=False)
        flat[:full] = _box_muller(drawn[:full], mean, std)
        if count % 16:
            flat[-16:] = _box_muller(self.uniform(16, dtype).astype(exact, copy=False), mean, std)
        return flat.astype(dtype)

    def normal_pairs(self, count: int) -> Any:
        """Box and Muller on pairs, the spare one of the last call first and the spare one of this call kept."""
        spare = [] if self._spare_normal is None or not count else [self._spare_normal]
        drawn = self.uniform((count - len(spare) + 1) // 2 * 2, np.dtype(np.float64))
        radius, angle = np.sqrt(-2.0 * np.log1p(-drawn[1::2])), 2.0 * np.pi * drawn[0::2]
        found = [*spare, *np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).reshape(-1).tolist()]
        if count:
            self._spare_normal = found[count] if len(found) > count else None
        return np.array(found[:count])

    def integers(self, count: int, low: int, high: int) -> Any:
        """Return `count` integers (int64) in [low, high)."""
        span = high - low
        words = self.long_words(count) if span >= 2**28 else self.words(count)
        return (words % np.uint64(span)).astype(np.int64) + low

    def exponential(self, count: int, rate: float = 1.0) -> Any:
        """Return `count` exponentially distributed float64."""
        return -np.log1p(-self.uniform(count, np.dtype(np.float64))) / rate

    def permutation(self, count: int) -> Any:
        """Return the integers below `count` in random order."""
        order = list(range(count))
        if count > 1:
            long = count >= (2**32 - 1) // 20
            words = self.long_words(count - 1) if long else self.words(count - 1)
            steps = (words % np.arange(count, 1, -1, dtype=np.uint64)).tolist()
            for i, step in enumerate(steps):
                order[i], order[i + step] = order[i + step], order[i]
        return np.array(order, dtype=np.int64)


def _box_muller(flat: Any, mean: float, std: float) -> Any:
    blocks = flat.reshape(-1, 2, 8)
    radius = np.sqrt(-2 * np.log(1 - blocks[:, 0]))
    angle = flat.dtype.type(2 * np.pi) * blocks[:, 1]
    pairs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return (pairs * flat.dtype.type(std) + flat.dtype.type(mean)).reshape(-1)


def _check_device(where: Any) -> None:
    device(where)


default_generator = Generator()
