"""Every public name of PyTorch's works here or says, in one clear error, that it is not there.

`golden/names.json` holds the names, module by module; `--regen-golden` takes them from the torch that is installed.
"""

import importlib
import json
import types
from pathlib import Path

import pytest

import autograd_viz as ag
from tests.oracle import get_torch

NAMES = Path(__file__).parent / "golden" / "names.json"
MODULES = (
    "", "Tensor", "autograd", "autograd.forward_ad", "autograd.function", "autograd.functional", "autograd.grad_mode",
    "autograd.graph", "backends", "cuda", "func", "linalg", "nn", "nn.Module", "nn.functional", "nn.init",
    "nn.modules.module", "nn.parameter", "nn.utils", "nn.utils.rnn", "optim", "optim.Optimizer", "optim.lr_scheduler",
    "random", "special", "utils", "utils.checkpoint", "utils.data", "utils.hooks",
)  # fmt: skip
# what modules of PyTorch's import for themselves, and classes of its compiler's
FOREIGN = {
    "typing", "typing_extensions", "collections", "collections.abc", "functools", "itertools", "abc", "enum", "math",
    "warnings", "contextlib", "bisect", "weakref", "copyreg", "contextvars", "operator", "dataclasses", "types",
    "_bisect", "torch._utils", "torch.utils._pytree", "torch.jit", "_weakref", "torch._C._profiler",
    "torch.autograd.profiler",
}  # fmt: skip
UNDOCUMENTED = (
    "TYPE_CHECKING", "Text", "DType", "inf", "m", "mha", "AVG", "SUM", "FatalError", "USE_GLOBAL_DEPS",
    "USE_RTLD_GLOBAL_WITH_LIBTORCH", "call_super_init", "dump_patches", "profile_hook_step", "JITException", "device",
    "AUTOGRAD_FUNCTION_COUNTER", "StorageBase",
)  # fmt: skip
OF_OTHER_MODULES = {
    "autograd.function": ("hooks",), "autograd.graph": ("Variable",), "nn.functional": ("Tensor",),
    "nn.modules.module": ("RemovableHandle", "dtype"), "optim.lr_scheduler": ("Optimizer", "Tensor"),
}  # fmt: skip
DOCUMENTED = json.loads(NAMES.read_text(encoding="utf-8")) if NAMES.exists() else {}


def test_the_list_is_that_of_the_installed_torch(pytestconfig):
    torch = get_torch()
    if not torch.__version__.startswith("2.13"):
        pytest.skip("the names are those of PyTorch 2.13")
    found = {path: " ".join(documented(torch, path)) for path in MODULES}
    if pytestconfig.getoption("--regen-golden"):
        NAMES.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    else:  # but for submodules, which are there once something has imported them
        assert {path: without_modules(torch, path, names) for path, names in found.items()} == {
            path: without_modules(torch, path, names) for path, names in DOCUMENTED.items()
        }


def without_modules(torch, path, names):
    """Return the names that are not modules."""
    module = within(torch, path)
    return [name for name in names.split() if not isinstance(getattr(module, name, types), types.ModuleType)]


def documented(torch, path):
    """Return the public names of a module of PyTorch's that are its own."""
    module = within(torch, path)
    others = OF_OTHER_MODULES.get(path, ())
    return [name for name in dir(module) if name not in others and is_own(getattr(module, name, None), name)]


def is_own(value, name):
    """Return whether a name is PyTorch's own and meant for users."""
    if name.startswith("_") or name in UNDOCUMENTED:
        return False
    if isinstance(value, types.ModuleType):
        return value.__name__.startswith("torch.") and "._" not in value.__name__
    if isinstance(value, (str, dict, types.GenericAlias)) or type(value).__module__ in ("typing", "pybind11_builtins"):
        return False
    return getattr(value, "__module__", None) not in FOREIGN


def within(root, path):
    """Return what stands at a dotted path; a module may have to be imported first."""
    found = root
    for part in filter(None, path.split(".")):
        if not hasattr(found, part):
            importlib.import_module(f"{found.__name__}.{part}")
        found = getattr(found, part)
    return found


@pytest.mark.parametrize("path", MODULES)
@pytest.mark.filterwarnings("ignore")
def test_every_name_is_there_or_says_that_it_is_not(path):
    owner = within(ag, path)
    if path == "nn.Module":
        owner = ag.nn.Linear(1, 1)
    unknown = []
    for name in DOCUMENTED[path].split():
        try:
            getattr(owner, name)
        except (AttributeError, NotImplementedError) as error:
            if f"{name} is not provided: autograd_viz has no " not in str(error):
                unknown.append((name, str(error)))
    assert [] == unknown


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("from autograd_viz import complex64", "complex64 is not provided: autograd_viz has no complex numbers"),
        ("from autograd_viz.distributions import Normal", "distributions is not provided"),
        ("import autograd_viz.fft", "fft is not provided: autograd_viz has no complex numbers"),
        ("from autograd_viz.optim import LBFGS", "LBFGS is not provided: autograd_viz has no other optimizers"),
        ("from autograd_viz.nn import CTCLoss", "CTCLoss is not provided: autograd_viz has no CTC loss"),
        ("from autograd_viz.nn.utils import parametrize", "parametrize is not provided"),
        ("from autograd_viz.utils.tensorboard import SummaryWriter", "tensorboard is not provided"),
        ("import autograd_viz.nn.quantized.dynamic", "quantized is not provided: autograd_viz has no quantization"),
    ],
)
def test_importing_what_is_not_there_says_so(line, said):
    with pytest.raises((ImportError, NotImplementedError), match=said):
        exec(line, {})


def test_importing_what_nobody_has_is_pythons_own_error():
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'autograd_viz\.nothing'"):
        importlib.import_module("autograd_viz.nothing")
    with pytest.raises(ImportError, match="cannot import name 'nothing'"):
        exec("from autograd_viz import nothing", {})


def test_a_function_that_is_not_there_can_be_imported_and_says_so_when_it_is_called():
    from autograd_viz.nn.functional import grid_sample

    with pytest.raises(NotImplementedError, match="grid_sample is not provided: autograd_viz has no sampling at grids"):
        grid_sample(ag.ones(1, 1, 2, 2), ag.ones(1, 1, 1, 2))


def test_tensor_cannot_be_subclassed():
    with pytest.raises(NotImplementedError, match="class Mine: autograd_viz has no subclasses of Tensor"):

        class Mine(ag.Tensor):
            pass


def test_the_readme_shows_each_public_name_of_the_viewer():
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    found = [name for name, module in ag.LAZY.items() if module.split(".")[0] in ("trace", "render", "widget")]
    shown = [name for name in found if "ipython_extension" not in name]  # which is `%load_ext`
    assert len(shown) > 10
    assert [] == [name for name in shown if f"ag.{name}" not in readme]
