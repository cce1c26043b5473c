/**
 * Autograd's known errors as tables: what happened, and what to write instead. Words in braces are filled in
 * by `diagnosis.ts`. Twin of `autograd_viz/trace/remedy.py`.
 */

/** Two sentences: what happened, what to write. */
export type Told = readonly [what: string, instead: string];

/** Errors of forward operations. */
export const REFUSALS: { readonly [code: string]: Told } = {
  leaf_in_place: [
    "`{op}` may not change {name} in place: {name} is a leaf that requires grad, and a recorded change would make it a result.",
    "Change it under `with no_grad():`, or make a new tensor.",
  ],
  leaf_view_in_place: [
    "`{op}` may not change {name} in place: {name} shows the memory of a leaf that requires grad.",
    "Change it under `with no_grad():`, or work on `{name}.clone()`.",
  ],
  view_in_place: [
    "`{op}` may not change {name} in place: {name} is a view whose base could not follow the change.",
    "Work on `{name}.clone()`.",
  ],
  inference_saved: [
    "`{op}` would have to save a tensor made in inference mode, and those may not be kept for a backward pass.",
    "Make it under `no_grad()` instead, or use its `.clone()`.",
  ],
  inference_in_place: [
    "`{op}` may not change {name} here: {name} was made in inference mode.",
    "Change it inside `with inference_mode():`, or work on `{name}.clone()`.",
  ],
  shapes: [
    "`{op}` cannot combine the shapes {shapes}.",
    "Make them fit with `reshape`, `unsqueeze` or a transpose: dimensions must be equal, or one of them 1.",
  ],
};

/** Errors of backward passes, and of the rest of the user's code. */
export const ERRORS: { readonly [code: string]: Told } = {
  backward_twice: [
    "{node} needs its saved tensors, but {earlier} has freed them.",
    "Call the first `backward(retain_graph=True)`, or compute the forward again.",
  ],
  backward_into_freed: [
    "{node} needs its saved tensors, but {earlier}, which began elsewhere, has freed them: this graph reaches back into the earlier one.",
    "Cut it where the two meet, for example with `h = h.detach()` before the next step.",
  ],
  modified_in_place: [
    "{node} saved {saved} at version {version}{now}: its old value is gone, so the rule cannot be evaluated.",
    "Write the change so that it makes a new tensor (`{saved} = …`), or change `{saved}.clone()`.",
  ],
  leaf_modified: [
    "{node} saved {saved} at version {version}{now}: its old value is gone, so the rule cannot be evaluated.",
    "Run the backward before {saved} is changed (an optimizer's step changes it), or compute the forward again.",
  ],
  no_grad_fn: [
    "{name} has no grad_fn: nothing it was computed from requires grad.",
    "Make the tensors you want gradients for with `requires_grad=True`.",
  ],
  lost_no_grad: [
    "{name} has no grad_fn: `{lost}` ran under `no_grad`, where nothing is recorded.",
    "Compute it outside that block.",
  ],
  lost_inference_mode: [
    "{name} has no grad_fn: `{lost}` ran in inference mode, where nothing is recorded.",
    "Compute it outside that block.",
  ],
  lost_detach: [
    "{name} has no grad_fn: `{lost}` cut the graph.",
    "Leave the `detach` out on the way to what you differentiate.",
  ],
  lost_no_input_requires_grad: [
    "{name} has no grad_fn: no input of `{lost}` requires grad.",
    "Make the tensors you want gradients for with `requires_grad=True`.",
  ],
  lost_not_differentiable: [
    "{name} has no grad_fn: `{lost}` has no derivative.",
    "Use a differentiable function in its place.",
  ],
  not_scalar: [
    "{name} has shape {shape}, so there is no single number whose gradient could be meant.",
    "Reduce it first, for example `{name}.sum().backward()`, or pass a gradient of that shape: `{name}.backward(ones_like({name}))`.",
  ],
  seed_shape: [
    "The gradient passed for {name} does not have {name}'s shape.",
    "Pass one of exactly that shape, for example `ones_like({name})`.",
  ],
  unused_input: [
    "{name} was asked for, but no path leads to it from the output.",
    "Pass `allow_unused=True` to get None for it, or use it in the forward.",
  ],
  input_without_grad: [
    "{name} was asked for, but it does not require grad.",
    "Set `requires_grad=True` on it before the forward.",
  ],
  requires_grad_of_result: [
    "Only leaves can be told whether to require grad, and {name} was computed by a recorded operation.",
    "Use `.detach()` to get a tensor outside the graph.",
  ],
  integer_requires_grad: [
    "Whole numbers have no gradient.",
    "Make a floating point tensor, for example `tensor([1.0, 2.0])`.",
  ],
  numpy_of_tracked: [
    "NumPy cannot record a graph, so a tensor that requires grad is not handed over to it.",
    "Use `.detach().numpy()`.",
  ],
  retain_without_grad: [
    "{name} does not require grad, so there will be no gradient to keep.",
    "Compute it from a tensor with `requires_grad=True`.",
  ],
  hook_without_grad: [
    "{name} does not require grad, so its hook would never run.",
    "Compute it from a tensor with `requires_grad=True`.",
  ],
  nan_in_backward: [
    "{node} gave NaN: its derivative is not finite here, or zero was multiplied by infinity.",
    "Keep the inputs away from that point before the operation, not after it.",
  ],
  hook_changed_shape: [
    "A hook at {node} returned a gradient of another shape.",
    "Return one of the shape it was given, or None.",
  ],
};
