"""Files go round, also by way of torch; what is damaged is refused in words, and what is malicious is never run."""

import io
import os
import pickle
import zipfile
from collections import Counter, OrderedDict

import numpy as np
import pytest

import autograd_viz as ag
from tests.autograd.side_by_side import assert_same_notes, on_both, plain
from tests.oracle import get_torch


def written(obj, save=ag.save):
    """Return the bytes of a saved object."""
    file = io.BytesIO()
    save(obj, file)
    return file.getvalue()


def read(data, load=ag.load, **options):
    """Return the object that bytes hold."""
    return load(io.BytesIO(data), **options)


def archive(stream, **records):
    """Return an archive of this pickle stream, as a file to read."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        for name, data in {"data.pkl": stream, "version": "3\n", "byteorder": "little", **records}.items():
            out.writestr(f"archive/{name}", data)
    return file.getvalue()


def contents(T):
    """Return values of every kind that is saved."""
    whole = T.arange(12.0).view(3, 4)
    return {
        "dtypes": [T.tensor([0, 1], dtype=getattr(T, name)) for name in
                   ("float16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool")],
        "shapes": [T.tensor(1.5), T.zeros(0), T.zeros(2, 0, 3), T.ones(2, 1).expand(2, 3)],
        "views": [whole, whole.t(), whole[1:, ::2], whole[2, 3]],
        "leaf": T.ones(2, requires_grad=True),
        "computed": T.ones(2, requires_grad=True) * 2,
        "parameter": T.nn.Parameter(T.ones(1)),
        "frozen": T.nn.Parameter(T.ones(1), requires_grad=False),
        "numbers": (0, -1, 2**31, -(2**70), 1.5, float("inf"), True, None),
        "texts": ["", "é", b"\x00\xff", bytearray(b"ab")],
        "torch": [T.float32, T.Size([1, 2]), T.device("cpu")],
        3: {"nested": [(1, [2, {3: (4,)}])], (1, 2): {5}},
        "kinds": [OrderedDict(a=1), Counter("aab")],
    }  # fmt: skip


@pytest.mark.torch
@pytest.mark.parametrize("way", ["ours", "to torch", "from torch"])
def test_what_is_saved_is_loaded_again(way):
    torch = get_torch()
    writer, reader = {"ours": (ag, ag), "to torch": (ag, torch), "from torch": (torch, ag)}[way]
    made = read(written(contents(writer), writer.save), reader.load)
    expected = read(written(contents(torch), torch.save), torch.load)
    assert list(made) == list(expected)
    assert_same_notes(plain(made), plain(expected))
    assert [type(each) for each in made["kinds"]] == [OrderedDict, Counter]
    assert type(made["parameter"]) is reader.nn.Parameter


@on_both
def test_tensors_that_share_memory_share_it_again(T, note):
    whole = T.zeros(3)
    made = T.load(io.BytesIO(written([whole, whole[1:], whole], T.save)))
    made[1].fill_(7)
    note(made, made[0] is made[2])


@on_both
def test_only_what_is_saved_of_a_view_s_memory_comes_back(T, note):
    made = T.load(io.BytesIO(written(T.arange(10.0).view(2, 5)[:, 1:3], T.save)))
    note(made, made.stride(), made.storage_offset(), made._is_view())


@on_both
def test_containers_that_hold_each_other_do_so_again(T, note):
    inner = [1]
    outer = {"a": inner, "b": inner, "self": None}
    outer["self"] = outer
    made = T.load(io.BytesIO(written(outer, T.save)))
    note(made["a"] is made["b"], made["self"] is made, made["a"])


@on_both
def test_a_state_dict_goes_round_into_another_module(T, note):
    def net():
        return T.nn.Sequential(T.nn.BatchNorm1d(2), T.nn.Linear(2, 3))

    T.manual_seed(0)
    first, second = net(), net()
    optimizer = T.optim.Adam(first.parameters(), 0.1)
    first(T.rand(4, 2)).exp().sum().backward()
    optimizer.step()
    saved = written({"net": first.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3}, T.save)
    made = T.load(io.BytesIO(saved))
    note(str(second.load_state_dict(made["net"])), dict(second.state_dict()), made["epoch"])
    note(type(made["net"]).__name__, dict(made["net"]._metadata))
    other = T.optim.Adam(second.parameters(), 0.1)
    other.load_state_dict(made["optimizer"])
    note(other.state_dict())


def test_paths_name_the_archive(tmp_path):
    ag.save([1], tmp_path / "weights.pt")
    with zipfile.ZipFile(tmp_path / "weights.pt") as file:
        assert "weights/data.pkl" in file.namelist()
    assert ag.load(str(tmp_path / "weights.pt")) == [1]


@on_both
def test_places_that_are_not_there(T, note):
    missing = os.path.join("no such folder", "weights.pt")
    note.text(lambda: T.save([1], missing))
    note.text(lambda: T.load(missing))


@on_both
def test_where_tensors_go(T, note):
    data = written(T.ones(1), T.save)
    for place in ("cpu", T.device("cpu"), lambda storage, location: storage, {"cuda:0": "cpu"}):
        note(read(data, T.load, map_location=place))


def test_there_is_no_gpu_to_load_to():
    with pytest.raises(RuntimeError, match="has no device 'cuda'"):
        read(written(ag.ones(1)), map_location="cuda")


# damaged files


@on_both
def test_damaged_files_are_refused(T, note):
    data = written({"a": T.ones(100)}, T.save)
    phrase = "PytorchStreamReader failed reading zip archive: failed finding central directory"
    note.error(phrase, lambda: read(data[:50], T.load))
    note.error(phrase, lambda: read(data[:-30], T.load))
    note.error("Weights only load failed", lambda: read(b"garbage" * 9, T.load))
    note.error("Weights only load failed", lambda: read(pickle.dumps([1], protocol=4), T.load))
    note.error("Weights only load failed", lambda: read(archive(b"garbage"), T.load))


@on_both
def test_files_that_end_at_once(T, note):
    for data in (b"", archive(b""), archive(b"\x80\x02]")):
        with pytest.raises(EOFError):
            read(data, T.load)


@on_both
def test_versions_to_come_are_refused(T, note):
    stream = pickle.dumps([1], protocol=2)
    note(read(archive(stream, version="10"), T.load))
    phrase = "Attempted to read a PyTorch file with version 11, but the maximum supported version for reading is 10"
    note.error(phrase, lambda: read(archive(stream, version="11"), T.load))


def test_a_flipped_byte_is_noticed():
    data = bytearray(written(ag.full((100,), 3.0)))
    place = data.index(np.full(100, 3.0, np.float32).tobytes())
    data[place + 200] ^= 1
    with pytest.raises(RuntimeError, match="failed reading zip archive: Bad CRC-32"):
        read(bytes(data))


def tensor_stream(size, stride, offset=0, key="0"):
    """Return the stream of one float32 tensor, put together by hand."""

    def whole(value):
        return pickle.BININT + value.to_bytes(4, "little", signed=True)

    def text(word):
        return pickle.BINUNICODE + len(word).to_bytes(4, "little") + word.encode()

    def several(*parts):
        return pickle.MARK + b"".join(parts) + pickle.TUPLE

    storage = several(text("storage"), b"ctorch\nFloatStorage\n", text(key), text("cpu"), whole(3)) + pickle.BINPERSID
    hooks = b"ccollections\nOrderedDict\n" + pickle.EMPTY_TUPLE + pickle.REDUCE
    shape = [several(*map(whole, each)) for each in (size, stride)]
    call = several(storage, whole(offset), *shape, pickle.NEWFALSE, hooks) + pickle.REDUCE
    return b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n" + call + pickle.STOP


@pytest.mark.parametrize(
    ("size", "stride", "offset"),
    [((4,), (1,), 0), ((2, 2), (2, 1), 0), ((1,), (1,), 3), ((3,), (1,), -1), ((2,), (-1,), 1), ((-1,), (1,), 0)],
)
def test_a_tensor_cannot_reach_beyond_its_storage(size, stride, offset):
    storage = {"data/0": np.arange(3, dtype=np.float32).tobytes()}
    assert read(archive(tensor_stream((3,), (1,)), **storage)).tolist() == [0, 1, 2]
    with pytest.raises(pickle.UnpicklingError, match="reaches beyond its storage of 3 elements"):
        read(archive(tensor_stream(size, stride, offset), **storage))


def test_a_tensor_without_its_storage_is_refused():
    with pytest.raises(RuntimeError, match="file not found: archive/data/7"):
        read(archive(tensor_stream((3,), (1,), key="7")))


# malicious files


class Malicious:
    """An object whose pickle stream calls a function when it is read."""

    def __init__(self, function, *args):
        self.call = (function, args)

    def __reduce__(self):
        return self.call


@on_both
def test_nothing_in_a_file_is_run(T, note):
    ran = []
    for protocol in (0, 1, 2, 4):
        for each in (Malicious(os.mkdir, "made by a malicious file"), Malicious(eval, "1/0"), Malicious(exec, "1/0")):
            stream = pickle.dumps(each, protocol=protocol)
            note.error("Weights only load failed", lambda stream=stream: read(archive(stream), T.load))
            note.error("Weights only load failed", lambda stream=stream: read(stream, T.load))
    note(ran, os.path.exists("made by a malicious file"))


STREAMS = {
    "attributes of a class": b"ctorch\ndevice\n(N}X\x08\x00\x00\x00__init__K\x01stb.",
    "attributes of a function": b"c_codecs\nencode\n}X\x01\x00\x00\x00aK\x01sb.",
    "attributes of a dtype": b"ctorch\nfloat32\n(N}X\x04\x00\x00\x00nameK\x01stb.",
    "calling a dtype": b"ctorch\nfloat32\n)R.",
    "calling what was loaded": b"ccollections\nOrderedDict\n)R)R.",
    "making an object": b"\x80\x02ccollections\nOrderedDict\n)\x81.",
    "making an instance": b"(i__main__\nMalicious\n.",
    "an extension": b"\x80\x02\x82\x01.",
    "filling what is no list": b"\x80\x02ctorch\nfloat32\n(K\x01e.",
    "filling what is no dict": b"\x80\x02]K\x01K\x02s.",
    "nothing to pop": b"\x80\x020.",
    "a huge memory of what was met": b"\x80\x02]r\xff\xff\xff\xff0.",
    "a persistent id of another kind": b"\x80\x02X\x01\x00\x00\x00aQ.",
}


@pytest.mark.parametrize("stream", STREAMS.values(), ids=list(STREAMS))
def test_streams_that_do_more_than_build_data_are_refused(stream):
    with pytest.raises(pickle.UnpicklingError, match="Weights only load failed"):
        read(archive(stream))


def test_a_refusal_names_what_the_file_asked_for():
    with pytest.raises(pickle.UnpicklingError, match=r"Unsupported global: GLOBAL \w+\.mkdir was not an allowed"):
        read(archive(pickle.dumps(Malicious(os.mkdir, "x"), protocol=2)))


def test_running_code_cannot_be_asked_for():
    with pytest.raises(RuntimeError, match=r"load\(weights_only=False\) is not provided"):
        read(written([1]), weights_only=False)
    with pytest.raises(RuntimeError, match="is not provided"):
        read(written([1]), pickle_module=pickle)


@pytest.mark.parametrize("obj", [ag.nn.Linear(1, 1), lambda: 1, object(), 1j, range(3)])
def test_code_and_other_objects_are_not_saved(obj):
    with pytest.raises(TypeError, match=r"save\(\) writes tensors, dicts, .*, not \w+\. Of a module"):
        written([obj])
