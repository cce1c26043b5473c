"""Autograd's known errors as tables: how each is recognised, what happened, and what to write instead.

Errors are known by a phrase of PyTorch's message, so that those of real PyTorch are recognised as well. Every
text is a pair of sentences: what happened, what to write. Words in braces are filled in by `diagnosis.py`.
"""

from __future__ import annotations

PHRASES = (
    ("backward through the graph a second time", "backward_twice"),
    ("directly access saved tensors after they have already been freed", "backward_twice"),
    ("has been modified by an inplace operation", "modified_in_place"),
    ("a view of a leaf variable that requires grad is being used in an in-place", "leaf_view_in_place"),
    ("a leaf variable that requires grad is being used in an in-place", "leaf_in_place"),
    ("is a view and is being modified inplace", "view_in_place"),
    ("does not require grad and does not have a grad_fn", "no_grad_fn"),
    ("grad can be implicitly created only for scalar outputs", "not_scalar"),
    ("inference tensors cannot be saved for backward", "inference_saved"),
    ("inplace update to inference tensor outside inferencemode", "inference_in_place"),
    ("mismatch in shape: grad_output", "seed_shape"),
    ("appears to not have been used in the graph", "unused_input"),
    ("one of the differentiated tensors does not require grad", "input_without_grad"),
    ("change requires_grad flags of leaf variables", "requires_grad_of_result"),
    ("dtype can require gradients", "integer_requires_grad"),
    ("can't call numpy() on tensor that requires grad", "numpy_of_tracked"),
    ("can't retain_grad on tensor", "retain_without_grad"),
    ("cannot register a hook on a tensor that doesn't require", "hook_without_grad"),
    ("returned nan values in its", "nan_in_backward"),
    ("must match the size of tensor", "shapes"),
    ("shapes cannot be multiplied", "shapes"),
    ("has changed the size of value", "hook_changed_shape"),
    ("more than one element of the written-to tensor refers to a single memory", "expanded_in_place"),
    ("view was created in no_grad mode and is being modified inplace", "no_grad_view_in_place"),
    ("saved tensor pack hook is modifying its input", "pack_hook_in_place"),
    ("doesn't match the broadcast shape", "in_place_shape"),
    ("can't be cast to the desired output type", "in_place_dtype"),
    ("to have the same dtype, but got", "dtypes"),
    ("returned an incorrect number of gradients", "gradient_count"),
    ("returned an invalid gradient at index", "gradient_shape"),
    ("returned a gradient different than none at position", "gradient_for_number"),
    ("expected variable or none (got", "gradient_type"),
    ("implement either the backward or vjp", "no_backward"),
    ("expected variable, but hook returned", "hook_changed_type"),
    ("has changed the type of value", "hook_changed_type"),
    ("has returned an incorrect number of values", "hook_count"),
    ("post accumulate grad hooks should return none", "hook_should_return_none"),
    ("saved tensor unpack_hook expected to be a tensor", "unpack_hook_type"),
    ("attempting to assign a gradient", "assigned_grad"),
    ("support the deepcopy protocol", "deepcopy_of_result"),
    ("cannot be converted to scalar", "item_of_many"),
    ("boolean value of tensor with more than one value", "bool_of_many"),
    ("argument to `backward()` cannot be empty", "no_inputs"),
    ("argument to `grad()` cannot be empty", "no_inputs"),
    ("is invalid for input of size", "view_size"),
    ("is out of bounds for dimension", "index_out_of_bounds"),
)


def code_of(message: str) -> str | None:
    """Return the code of an error by its message; None for one that autograd is not known for."""
    lowered = message.lower()
    return next((code for phrase, code in PHRASES if phrase in lowered), None)


REFUSALS = {
    "leaf_in_place": (
        "`{op}` may not change {name} in place: {name} is a leaf that requires grad, and a recorded change would make "
        "it a result.",
        "Change it under `with no_grad():`, or make a new tensor.",
    ),
    "leaf_view_in_place": (
        "`{op}` may not change {name} in place: {name} shows the memory of a leaf that requires grad.",
        "Change it under `with no_grad():`, or work on `{called}.clone()`.",
    ),
    "view_in_place": (
        "`{op}` may not change {name} in place: {name} is a view whose base could not follow the change.",
        "Work on `{called}.clone()`.",
    ),
    "inference_saved": (
        "`{op}` would have to save {name}, which was made in inference mode and may not be kept for a backward pass.",
        "Make it under `no_grad()` instead, or use `{called}.clone()`.",
    ),
    "inference_in_place": (
        "`{op}` may not change {name} here: {name} was made in inference mode.",
        "Change it inside `with inference_mode():`, or work on `{called}.clone()`.",
    ),
    "shapes": (
        "`{op}` cannot combine the shapes {shapes}.",
        "Make them fit with `reshape`, `unsqueeze` or a transpose: dimensions must be equal, or one of them 1.",
    ),
    "expanded_in_place": (
        "`{op}` may not change {name} in place: several of {name}'s elements are one and the same place in memory.",
        "Work on `{called}.clone()`, where each element has its own.",
    ),
    "no_grad_view_in_place": (
        "`{op}` may not change {name} in place: {name} is a view made under `no_grad`, so the change could "
        "not be recorded for its base.",
        "Make the view outside that block, or change it inside.",
    ),
    "pack_hook_in_place": (
        "The pack hook changed the tensor that `{op}` was about to save, so the saved value would be wrong.",
        "Return a new tensor from the pack hook, for example a copy, and leave its input alone.",
    ),
    "in_place_shape": (
        "`{op}` may not change {name} in place: the result has another shape than {name}, which cannot grow.",
        "Use the operation that makes a new tensor, without the underscore.",
    ),
    "in_place_dtype": (
        "`{op}` may not change {name} in place: the result's dtype does not fit into {name}'s.",
        "Use the operation that makes a new tensor, or convert {name} first, for example with `{called}.float()`.",
    ),
    "dtypes": (
        "`{op}` needs tensors of one dtype.",
        "Convert one of them, for example with `.to(other.dtype)`.",
    ),
}
"""Errors of forward operations."""

ERRORS = {
    "backward_twice": (
        "{node} needs its saved tensors, but {earlier} has freed them.",
        "Pass `retain_graph=True` to the first `backward`, or compute the forward again.",
    ),
    "backward_into_freed": (
        "{node} needs its saved tensors, but {earlier}, which began at another tensor, has freed them: this graph "
        "reaches back into the earlier one.",
        "Cut it where the two meet, for example with `h = h.detach()` before the next step.",
    ),
    "modified_in_place": (
        "{node} saved {saved} at version {version}{now}: its old value is gone, so the rule cannot be evaluated.",
        "Compute a new tensor instead of changing {saved} in place, or change a copy of it, made with `.clone()`.",
    ),
    "leaf_modified": (
        "{node} saved {saved} at version {version}{now}: its old value is gone, so the rule cannot be evaluated.",
        "Run the backward before {saved} is changed (an optimizer's step changes it), or compute the forward again.",
    ),
    "no_grad_fn": (
        "{name} has no grad_fn: nothing it was computed from requires grad.",
        "Make the tensors you want gradients for with `requires_grad=True`.",
    ),
    "lost_no_grad": (
        "{name} has no grad_fn: `{lost}` ran under `no_grad`, where nothing is recorded.",
        "Compute it outside that block.",
    ),
    "lost_inference_mode": (
        "{name} has no grad_fn: `{lost}` ran in inference mode, where nothing is recorded.",
        "Compute it outside that block.",
    ),
    "lost_detach": (
        "{name} has no grad_fn: `{lost}` cut the graph.",
        "Leave the `detach` out on the way to what you differentiate.",
    ),
    "lost_no_input_requires_grad": (
        "{name} has no grad_fn: no input of `{lost}` requires grad.",
        "Make the tensors you want gradients for with `requires_grad=True`.",
    ),
    "lost_not_differentiable": (
        "{name} has no grad_fn: `{lost}` has no derivative.",
        "Use a differentiable function in its place.",
    ),
    "not_scalar": (
        "{name} has shape {shape}, so there is no single number whose gradient could be meant.",
        "Reduce it first, for example `{called}.sum().backward()`, or pass a gradient of that shape: "
        "`{called}.backward(ones_like({name}))`.",
    ),
    "seed_shape": (
        "The gradient passed for {name} does not have {name}'s shape.",
        "Pass one of exactly that shape, for example `ones_like({name})`.",
    ),
    "unused_input": (
        "{name} was asked for, but no path leads to it from the output.",
        "Pass `allow_unused=True` to get None for it, or use it in the forward.",
    ),
    "input_without_grad": (
        "{name} was asked for, but it does not require grad.",
        "Set `requires_grad=True` on it before the forward.",
    ),
    "requires_grad_of_result": (
        "Only leaves can be told whether to require grad, and {name} was computed by a recorded operation.",
        "Use `.detach()` to get a tensor outside the graph.",
    ),
    "integer_requires_grad": (
        "Whole numbers have no gradient.",
        "Make a floating point tensor, for example `tensor([1.0, 2.0])`.",
    ),
    "numpy_of_tracked": (
        "NumPy cannot record a graph, so a tensor that requires grad is not handed over to it.",
        "Use `.detach().numpy()`.",
    ),
    "retain_without_grad": (
        "{name} does not require grad, so there will be no gradient to keep.",
        "Compute it from a tensor with `requires_grad=True`.",
    ),
    "hook_without_grad": (
        "{name} does not require grad, so its hook would never run.",
        "Compute it from a tensor with `requires_grad=True`.",
    ),
    "nan_in_backward": (
        "{node} gave NaN: its derivative is not finite here, or zero was multiplied by infinity.",
        "Keep the inputs away from that point before the operation, not after it.",
    ),
    "hook_changed_shape": (
        "A hook at {node} returned a gradient of another shape.",
        "Return one of the shape it was given, or None.",
    ),
    "gradient_count": (
        "{node}'s `backward` returned another number of gradients than its `forward` has inputs.",
        "Return one gradient for each input, in their order, and None for those that need none.",
    ),
    "gradient_shape": (
        "{node}'s `backward` returned a gradient whose shape is not that of its input.",
        "Return a gradient of exactly the input's shape; where the forward broadcast, sum over the added dimensions.",
    ),
    "gradient_for_number": (
        "{node}'s `backward` returned a gradient for an input that is no tensor.",
        "Return None at its place.",
    ),
    "gradient_type": (
        "{node}'s `backward` returned something that is no tensor.",
        "Return a tensor for each input, or None.",
    ),
    "no_backward": (
        "{node} was made by a Function without a `backward`, so nobody knows its derivative.",
        "Define `backward(ctx, grad)` as a static method of the Function.",
    ),
    "hook_changed_type": (
        "A hook at {node} returned a gradient of another type.",
        "Return a tensor of the dtype it was given, or None.",
    ),
    "hook_count": (
        "A hook at {node} returned another number of gradients than it was given.",
        "Return a tuple of as many, or None to leave them as they are.",
    ),
    "hook_should_return_none": (
        "A hook that runs after the gradient is accumulated at {node} returned a value, for which there is no use any "
        "more.",
        "Let it return nothing; use `register_hook` to change the gradient before it is added.",
    ),
    "unpack_hook_type": (
        "An unpack hook returned something that is no tensor, so {node} cannot evaluate its rule.",
        "Return from the unpack hook the tensor that the pack hook was given.",
    ),
    "assigned_grad": (
        "A `.grad` must have the shape and the dtype of its tensor, and what was assigned has not.",
        "Assign a gradient made like the tensor, for example with `zeros_like`, or None.",
    ),
    "deepcopy_of_result": (
        "A tensor that was computed by recorded operations cannot be copied together with its graph.",
        "Copy `.detach()`, or use `.clone()` to stay in the graph.",
    ),
    "item_of_many": (
        "A tensor of several elements is not one number.",
        "Reduce it first, for example with `.sum()`, or use `.tolist()`.",
    ),
    "bool_of_many": (
        "A tensor of several elements is neither true nor false as a whole.",
        "Say which is meant with `.any()` or `.all()`.",
    ),
    "no_inputs": (
        "`inputs` is empty, so there is nothing whose gradient could be wanted.",
        "Name the tensors, or leave `inputs` out to reach all leaves.",
    ),
    "view_size": (
        "A view shows the same elements in another shape, and these shapes do not have as many.",
        "Give a shape whose product is the number of elements; one length may be -1.",
    ),
    "index_out_of_bounds": (
        "The index lies outside the tensor.",
        "Count from 0 to the length less one, or from -1 backwards.",
    ),
}
"""Errors of backward passes, and of the rest of the user's code."""

UNKNOWN_AT_NODE = (
    "{node} raised an error that autograd does not know, and the pass stopped there: {error}",
    "Look in the code that {node} runs, its hooks or a Function's `backward`.",
)
