"""Datasets, samplers and loaders give what torch's give, in the same order for the same seed."""

from collections import OrderedDict, namedtuple

import numpy as np

from tests.autograd.side_by_side import on_both

Point = namedtuple("Point", ["x", "y"])


def squares(T, count=5):
    """Return a dataset of numbers and their squares, which are whole numbers."""

    class Squares(T.utils.data.Dataset):
        def __len__(self):
            return count

        def __getitem__(self, index):
            if index >= count:
                raise IndexError(index)
            return float(index), index * index

    return Squares()


def stream(T, count=5):
    """Return an iterable dataset of that many tensors."""

    class Stream(T.utils.data.IterableDataset):
        def __iter__(self):
            return iter(T.arange(2 * count).view(count, 2))

    return Stream()


def tensors(T, count=7):
    """Return a TensorDataset of rows and labels."""
    return T.utils.data.TensorDataset(T.arange(2.0 * count).view(count, 2), T.arange(count))


def seeded(T, seed=3):
    """Return a generator of its own."""
    generator = T.Generator()
    generator.manual_seed(seed)
    return generator


# datasets


@on_both
def test_a_tensor_dataset_gives_rows_of_each_tensor(T, note):
    data = tensors(T)
    note(len(data), data[2], data[-1], data[1:3], data[[0, 4]])
    note.text(lambda: data[7])
    note.text(lambda: T.utils.data.TensorDataset(T.zeros(3), T.zeros(2)))


@on_both
def test_a_dataset_without_items_says_so(T, note):
    note.text(lambda: T.utils.data.Dataset()[0])
    note.text(lambda: iter(T.utils.data.IterableDataset()))
    note.error("has no len()", lambda: len(T.utils.data.Dataset()))


@on_both
def test_subsets_count_their_own_samples(T, note):
    part = T.utils.data.Subset(tensors(T), [4, 0, 2])
    note(len(part), part[0], part[2], part[[1, 2]])
    note(len(T.utils.data.Subset(part, [1])), T.utils.data.Subset(part, [1])[0])
    note.text(lambda: part[3])


@on_both
def test_subsets_of_unbatched_datasets_fetch_one_by_one(T, note):
    note(T.utils.data.Subset(squares(T), [4, 1]).__getitems__([0, 1]))


@on_both
def test_a_subset_that_fetches_its_own_way_must_also_fetch_several(T, note):
    class Half(T.utils.data.Subset):
        def __getitem__(self, index):
            return index / 2

    note.text(lambda: Half([1, 2], [0]))


@on_both
def test_datasets_are_put_together(T, note):
    both = tensors(T, 2) + tensors(T, 3)
    note(type(both).__name__, len(both), both.cumulative_sizes, [both[place] for place in range(-5, 5)])
    note.text(lambda: both[-6])
    note.text(lambda: both[5])
    note.text(lambda: T.utils.data.ConcatDataset([]))
    note.text(lambda: T.utils.data.ConcatDataset([stream(T)]))


@on_both
def test_streams_are_put_together(T, note):
    both = stream(T, 2) + stream(T, 1)
    note(type(both).__name__, list(both))
    note.error("has no len()", lambda: len(both))
    note.text(lambda: list(T.utils.data.ChainDataset([squares(T)])))


@on_both
def test_datasets_stand_side_by_side(T, note):
    data = T.utils.data
    note(data.StackDataset(squares(T), tensors(T, 5))[3], len(data.StackDataset(squares(T))))
    note(data.StackDataset(number=squares(T), row=tensors(T, 5))[-1 % 5])
    note(data.StackDataset(squares(T), tensors(T, 5)).__getitems__([0, 3]))
    note(data.StackDataset(part=T.utils.data.Subset(squares(T), [1, 4])).__getitems__([0, 1]))
    note.text(lambda: data.StackDataset())
    note.text(lambda: data.StackDataset(squares(T), other=squares(T)))
    note.text(lambda: data.StackDataset(squares(T), squares(T, 4)))
    note.text(lambda: data.StackDataset(a=squares(T), b=squares(T, 4)))


@on_both
def test_random_splits_are_those_of_torch(T, note):
    split = T.utils.data.random_split
    T.manual_seed(1)
    note([list(part.indices) for part in split(squares(T, 10), [7, 3])])
    note([list(part.indices) for part in split(squares(T, 10), [0.5, 0.26, 0.24], generator=seeded(T))])
    note.warning("Length of split at index 1 is 0", lambda: len(split(squares(T, 1), [0.6, 0.4])))
    note.text(lambda: split(squares(T, 10), [7, 4]))
    note.text(lambda: split(squares(T, 10), [1.5, -0.5]))


# samplers


@on_both
def test_samplers_draw_as_torchs_do(T, note):
    data = T.utils.data
    T.manual_seed(5)
    note(list(data.SequentialSampler(squares(T))))
    for options in ({}, {"replacement": True}, {"num_samples": 12}, {"replacement": True, "num_samples": 70}):
        sampler = data.RandomSampler(squares(T), **options)
        note(len(sampler), sampler.num_samples, list(sampler), list(sampler))
    note(list(data.RandomSampler(squares(T), generator=seeded(T))))
    note(list(data.SubsetRandomSampler([3, 1, 9])), len(data.SubsetRandomSampler([3, 1, 9])))
    weighted = data.WeightedRandomSampler([0.1, 0.0, 0.9], 6, generator=seeded(T))
    note(list(weighted), len(weighted))
    note(list(data.WeightedRandomSampler([0.1, 0.2, 0.9], 3, replacement=False, generator=seeded(T))))


@on_both
def test_batch_samplers_group_indices(T, note):
    data = T.utils.data
    for drop_last in (False, True):
        sampler = data.BatchSampler(data.SequentialSampler(squares(T)), 2, drop_last)
        note(list(sampler), len(sampler))
    note(list(data.BatchSampler(iter([4, 2, 1]), 2, False)))


@on_both
def test_samplers_refuse_what_torchs_refuse(T, note):
    data = T.utils.data
    note.text(lambda: data.RandomSampler(squares(T), replacement=1))
    note.text(lambda: data.RandomSampler(squares(T), num_samples=0))
    note.text(lambda: data.RandomSampler(squares(T, 0)))
    note.text(lambda: data.BatchSampler([1], 0, False))
    note.text(lambda: data.BatchSampler([1], True, False))
    note.text(lambda: data.BatchSampler([1], 1, 0))
    note.text(lambda: data.WeightedRandomSampler([1.0], 0))
    note.text(lambda: data.WeightedRandomSampler([1.0], 1, replacement=1))
    note.text(lambda: data.WeightedRandomSampler([[1.0]], 1))
    note.error("", lambda: iter(data.Sampler()))


# loaders


@on_both
def test_batches_come_in_order(T, note):
    for options in ({}, {"batch_size": 3}, {"batch_size": 3, "drop_last": True}, {"batch_size": None}):
        loader = T.utils.data.DataLoader(tensors(T), **options)
        note(len(loader), list(loader), loader.batch_size, loader.drop_last)


@on_both
def test_shuffled_batches_come_in_torchs_order(T, note):
    T.manual_seed(7)
    loader = T.utils.data.DataLoader(tensors(T), batch_size=3, shuffle=True)
    note(list(loader), list(loader), T.rand(2))
    loader = T.utils.data.DataLoader(tensors(T), batch_size=3, shuffle=True, generator=seeded(T))
    note(list(loader), list(loader))


@on_both
def test_loaders_take_samplers(T, note):
    data = T.utils.data
    note(list(data.DataLoader(squares(T), sampler=[4, 0, 1], batch_size=2)))
    note(list(data.DataLoader(squares(T), batch_sampler=[[1, 2], [3]])))
    loader = data.DataLoader(squares(T), batch_sampler=[[1, 2], [3]])
    note(len(loader), loader.batch_size, loader.drop_last)


@on_both
def test_loaders_read_streams(T, note):
    for options in ({"batch_size": 2}, {"batch_size": 2, "drop_last": True}, {"batch_size": None}):
        note(list(T.utils.data.DataLoader(stream(T), **options)))
    note.error("has no len()", lambda: len(T.utils.data.DataLoader(stream(T))))


@on_both
def test_loaders_collate_with_a_function_of_ones_own(T, note):
    note(list(T.utils.data.DataLoader(squares(T), batch_size=2, collate_fn=lambda samples: ["these", *samples])))
    note(list(T.utils.data.DataLoader(squares(T, 2), batch_size=None, collate_fn=lambda sample: sample[1])))


@on_both
def test_datasets_may_fetch_a_batch_at_once(T, note):
    class Together(T.utils.data.Dataset):
        def __len__(self):
            return 4

        def __getitems__(self, indices):
            return [T.tensor(each) for each in reversed(indices)]

    note(list(T.utils.data.DataLoader(Together(), batch_size=3)))


@on_both
def test_the_loop_of_a_training_gives_the_numbers_of_torch(T, note):
    T.manual_seed(0)
    net = T.nn.Linear(2, 1)
    optimizer = T.optim.SGD(net.parameters(), 1e-3)
    for _ in range(2):
        for rows, labels in T.utils.data.DataLoader(tensors(T), batch_size=2, shuffle=True):
            optimizer.zero_grad()
            T.nn.functional.mse_loss(net(rows)[:, 0], labels.float()).backward()
            optimizer.step()
    note(net.weight, net.bias)


@on_both
def test_what_decides_the_batches_stays_as_it_is(T, note):
    loader = T.utils.data.DataLoader(squares(T), batch_size=2)
    for name in ("batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers"):
        note.text(lambda name=name: setattr(loader, name, 1))
    loader.collate_fn = len
    note(list(loader), loader.pin_memory, loader.timeout, loader.worker_init_fn, loader.prefetch_factor)


@on_both
def test_loaders_refuse_what_torchs_refuse(T, note):
    loader, data = T.utils.data.DataLoader, squares(T)
    note.text(lambda: loader(data, num_workers=-1))
    note.text(lambda: loader(data, timeout=-1))
    note.text(lambda: loader(data, prefetch_factor=2))
    note.text(lambda: loader(data, persistent_workers=True))
    note.text(lambda: loader(data, shuffle=True, sampler=[1]))
    note.text(lambda: loader(data, batch_sampler=[[1]], batch_size=2))
    note.text(lambda: loader(data, batch_sampler=[[1]], shuffle=True))
    note.text(lambda: loader(data, batch_size=None, drop_last=True))
    note.text(lambda: loader(data, batch_size=0))
    note.text(lambda: loader(data, batch_size=2.0))
    note.text(lambda: loader(stream(T), shuffle=True))
    note.text(lambda: loader(stream(T), sampler=[1]))
    note.text(lambda: loader(stream(T), batch_sampler=[[1]]))
    note.text(lambda: loader(squares(T, 0), shuffle=True))


# collating


@on_both
def test_samples_are_put_together_by_their_kind(T, note):
    collate = T.utils.data.default_collate
    note(collate([T.ones(2), T.zeros(2)]), collate([1, 2]), collate([1.5, 2.0]), collate([True, False]))
    note(collate(["a", "b"]), collate([b"a", b"b"]), collate([(1, 2.0), (3, 4.0)]), collate([[1, 2], [3, 4]]))
    note(collate([{"a": 1, "b": [2.0]}, {"a": 3, "b": [4.0]}]), collate([OrderedDict(a=1), OrderedDict(a=2)]))
    note(collate([Point(1, 2.0), Point(3, 4.0)]), collate([np.ones(2), np.zeros(2)]))
    note(collate([np.float32(1), np.float32(2)]), collate([np.int32(1), np.int32(2)]), collate([np.array(1.5)] * 2))
    note(collate([T.tensor(1.0), T.tensor(2.0)]))


@on_both
def test_samples_that_do_not_fit_are_refused(T, note):
    collate = T.utils.data.default_collate
    note.error("stack expects each tensor to be equal size", lambda: collate([T.ones(2), T.ones(3)]))
    note.text(lambda: collate([[1, 2], [3]]))
    note.text(lambda: collate([None, None]))
    note.text(lambda: collate([np.array(["a"])]))
    note.text(lambda: collate([{1}, {2}]))
    note.text(lambda: collate([{"a": 1}, {"b": 1}]))


@on_both
def test_single_samples_are_converted(T, note):
    convert = T.utils.data.default_convert
    note(convert(np.ones(2)), convert({"a": np.zeros(1), "b": "x"}), convert((1, np.ones(1))), convert([np.int64(3)]))
    note(convert(Point(np.ones(1), 2)), convert(2.5), convert(None), convert("text"), convert(T.ones(1)))
    note(convert(np.array(["a"])).tolist())


@on_both
def test_gradients_flow_through_collated_samples(T, note):
    leaf = T.tensor([1.0, 2.0], requires_grad=True)
    T.utils.data.default_collate([leaf, leaf * 3]).sum().backward()
    note(leaf.grad)
