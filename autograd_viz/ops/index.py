"""Which family registers which names; written by `pytest tests/ops/test_index.py --regen-golden`.

`BOTH` are public functions and Tensor methods, `FUNCTIONS` only the one, `METHODS` only the other, `RULES` neither.
See Note [Families on demand] in tables.py.
"""

from __future__ import annotations

BOTH = {
    "arithmetic": "add div divide mul multiply neg negative reciprocal sub subtract true_divide",
    "bounds": "clamp clamp_max clamp_min clip fmax fmin maximum minimum",
    "casting": "clone detach detach_ fill_ zero_",
    "combining": "addcdiv addcmul arctan2 atan2 copysign hypot lerp logaddexp logaddexp2 sinc",
    "comparison": (
        "allclose bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor eq equal ge "
        "greater greater_equal gt is_nonzero isclose isfinite isin isinf isnan isneginf isposinf isreal le less "
        "less_equal logical_and logical_not logical_or logical_xor lt ne not_equal signbit"
    ),
    "contraction": "inner kron",
    "covariance": "corrcoef cov",
    "cumulative": "cummax cummin cumprod cumsum logcumsumexp prod",
    "diagonals": "diag diag_embed diagflat diagonal trace",
    "distances": "dist",
    "elementwise": (
        "abs absolute acos acosh arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh ceil cos cosh "
        "deg2rad exp exp2 expm1 fix floor frac log log10 log1p log2 logit nan_to_num positive rad2deg round rsqrt sgn "
        "sigmoid sign sin sinh sqrt tan tanh trunc"
    ),
    "error_function": "erf erfc erfinv",
    "expansion": "broadcast_to",
    "extremes": "amax amin aminmax argmax argmin max min",
    "gamma": "digamma lgamma mvlgamma polygamma",
    "gathering": "gather put scatter scatter_add take",
    "histograms": "histc histogram",
    "index_slices": "index_add index_copy index_fill index_select",
    "indexing": "index_put index_put_",
    "inverses": "det inverse logdet slogdet",
    "matmul": "bmm dot ger matmul mm mv outer vdot",
    "matrices": "cross matrix_power",
    "matrix_functions": "matrix_exp",
    "nn.activation": "hardshrink relu relu_",
    "nn.prelu": "prelu",
    "nn.softmax": "log_softmax softmax",
    "nn.xlogy": "xlogy",
    "norms": "norm",
    "number_parts": (
        "angle conj conj_physical frexp gcd imag lcm ldexp nextafter real renorm resolve_conj resolve_neg"
    ),
    "operators": (
        "abs_ acos_ addmv_ arccos_ arcsin_ arctan_ asin_ atan_ ceil_ clamp_ clamp_max_ clamp_min_ clip_ cos_ cosh_ "
        "deg2rad_ erf_ erfc_ exp2_ exp_ expm1_ fix_ floor_ frac_ log10_ log1p_ log2_ log_ logit_ nan_to_num_ neg_ "
        "negative_ rad2deg_ reciprocal_ round_ rsqrt_ sigmoid_ sin_ sinc_ sinh_ sqrt_ square_ tan_ tanh_ trunc_ "
        "xlogy_"
    ),
    "ordering": "argsort kthvalue median mode msort nanmedian sort topk",
    "power": "float_power pow square",
    "products": "addbmm addmm addmv addr baddbmm",
    "quantiles": "heaviside nanmean nanquantile nansum quantile",
    "queries": "get_device is_conj is_distributed is_neg is_same_size is_signed",
    "random": "bernoulli multinomial",
    "rearrangement": "flip fliplr flipud roll rot90 tile tril triu",
    "reduction": "mean sum",
    "remainders": "floor_divide fmod remainder",
    "reported_failures": "cholesky qr",
    "scatter_reduction": "index_reduce scatter_reduce",
    "searching": "argwhere bincount bucketize nonzero repeat_interleave take_along_dim",
    "selection": "masked_fill masked_scatter masked_select where",
    "shape": "flatten ravel reshape squeeze unflatten unsqueeze",
    "singular_values": "pinverse svd",
    "slices": "narrow narrow_copy select",
    "splitting": "chunk dsplit hsplit split split_with_sizes tensor_split unbind vsplit",
    "statistics": "logsumexp std var",
    "strided": "as_strided",
    "transposition": "adjoint moveaxis movedim permute swapaxes swapdims t transpose",
    "triangular_factors": "cholesky_inverse cholesky_solve lu_solve",
    "truth": "all any count_nonzero",
    "uniqueness": "diff unique unique_consecutive",
    "written_parts": "diagonal_scatter select_scatter slice_scatter",
}

FUNCTIONS = {
    "arithmetic": "rsub",
    "casting": "fill",
    "choices": "combinations tril_indices triu_indices unravel_index vander",
    "contraction": "chain_matmul tensordot",
    "creation": "arange empty empty_like eye full full_like linspace logspace ones ones_like zeros zeros_like",
    "data": "as_tensor asarray from_numpy scalar_tensor tensor",
    "distances": "cdist pdist",
    "einsum": "einsum",
    "expansion": "broadcast_tensors",
    "joining": (
        "atleast_1d atleast_2d atleast_3d block_diag cat column_stack concat concatenate dstack hstack row_stack "
        "stack vstack"
    ),
    "nn.activation": "threshold threshold_",
    "nn.bce": "binary_cross_entropy_with_logits",
    "nn.convolution": "convolution",
    "nn.elu": "celu celu_ selu selu_",
    "nn.embedding": "embedding",
    "nn.padding": "constant_pad_nd",
    "nn.shuffling": "channel_shuffle pixel_shuffle pixel_unshuffle",
    "quantiles": "cumulative_trapezoid trapezoid trapz",
    "queries": (
        "broadcast_shapes can_cast is_complex is_floating_point is_inference is_tensor numel promote_types "
        "result_type typename"
    ),
    "random": (
        "Generator default_generator get_rng_state initial_seed manual_seed normal rand rand_like randint "
        "randint_like randn randn_like randperm seed set_rng_state"
    ),
    "searching": "searchsorted",
    "splitting": "cartesian_prod meshgrid",
    "statistics": "std_mean var_mean",
    "triangular_factors": "lu_unpack",
}

METHODS = {
    "casting": "bool byte char contiguous copy_ cuda double float half int layout long short to type type_as",
    "creation": "new_empty new_full new_ones new_zeros",
    "data": "new_tensor",
    "elementwise": "acosh_ arccosh_ arcsinh_ arctanh_ asinh_ atanh_",
    "expansion": "expand expand_as",
    "indexing": "__delitem__ __getitem__ __setitem__",
    "number_parts": "conj_physical_",
    "operators": (
        "__abs__ __add__ __and__ __array_wrap__ __contains__ __eq__ __floordiv__ __ge__ __gt__ __iadd__ __iand__ "
        "__ifloordiv__ __ilshift__ __imod__ __imul__ __invert__ __ior__ __ipow__ __irshift__ __isub__ __itruediv__ "
        "__ixor__ __le__ __lshift__ __lt__ __matmul__ __mod__ __mul__ __ne__ __neg__ __or__ __pos__ __pow__ __radd__ "
        "__rand__ __reversed__ __rfloordiv__ __rlshift__ __rmatmul__ __rmod__ __rmul__ __ror__ __rpow__ __rrshift__ "
        "__rshift__ __rsub__ __rtruediv__ __rxor__ __sub__ __truediv__ __xor__ absolute_ add_ addbmm_ addcdiv_ "
        "addcmul_ addmm_ addr_ arctan2_ atan2_ baddbmm_ bitwise_and_ bitwise_left_shift_ bitwise_not_ bitwise_or_ "
        "bitwise_right_shift_ bitwise_xor_ copysign_ cumprod_ cumsum_ digamma_ div_ divide_ eq_ erfinv_ float_power_ "
        "floor_divide_ fmod_ gcd_ ge_ greater_ greater_equal_ gt_ heaviside_ hypot_ index_add_ index_copy_ "
        "index_fill_ index_reduce_ lcm_ ldexp_ le_ lerp_ less_ less_equal_ lgamma_ logical_and_ logical_not_ "
        "logical_or_ logical_xor_ lt_ masked_fill_ masked_scatter_ mul_ multiply_ mvlgamma_ ne_ nextafter_ not_equal_ "
        "polygamma_ pow_ put_ remainder_ renorm_ scatter_ scatter_add_ scatter_reduce_ sgn_ sign_ sub_ subtract_ "
        "tril_ triu_ true_divide_"
    ),
    "queries": (
        "is_cpu is_cuda is_ipu is_maia is_meta is_mkldnn is_mps is_mtia is_nested is_pinned is_quantized is_set_to "
        "is_shared is_sparse is_sparse_csr is_vulkan is_xla is_xpu itemsize name nbytes pin_memory share_memory_ "
        "untyped_storage"
    ),
    "random_fills": "bernoulli_ cauchy_ exponential_ geometric_ log_normal_ normal_ random_ uniform_",
    "rearrangement": "repeat",
    "refusals": (
        "apply_ as_strided_scatter as_subclass bfloat16 ccol_indices cdouble cfloat chalf coalesce col_indices "
        "const_data_ptr crow_indices dense_dim dequantize dim_order eig geqrf grad_dtype hash_tensor i0 i0_ igamma "
        "igamma_ igammac igammac_ index indices int_repr ipu is_coalesced istft lstsq lu map2_ map_ module_load mtia "
        "new new_empty_strided nonzero_static orgqr ormqr q_per_channel_axis q_per_channel_scales "
        "q_per_channel_zero_points q_scale q_zero_point qscheme record_stream reinforce resize resize_as "
        "resize_as_sparse_ row_indices set_ slice_inverse smm solve sparse_dim sparse_mask sparse_resize_ "
        "sparse_resize_and_clear_ sspaddmm stft storage storage_type symeig to_dense to_mkldnn to_padded_tensor "
        "to_sparse to_sparse_bsc to_sparse_bsr to_sparse_coo to_sparse_csc to_sparse_csr triangular_solve "
        "unsafe_chunk unsafe_split unsafe_split_with_sizes values volatile xpu"
    ),
    "resizing": "resize_ resize_as_ sum_to_size",
    "shape": "reshape_as view view_as",
    "shape_in_place": "as_strided_ squeeze_ swapaxes_ swapdims_ t_ transpose_ unsqueeze_",
    "strided": "storage_offset unfold",
    "transposition": "H T mH mT",
    "written_parts": "fill_diagonal_",
}

RULES = {
    "arithmetic": "div_rounded over times",
    "by_numbers": "by_number lowered number_over parted raised rest scaled",
    "casting": "to_dtype",
    "cumulative": "after before cumsum_from_end gathered scan_back scan_forward",
    "diagonals": "diagonal_backward identity on_diagonal trace_backward",
    "distances": "cdist_backward pdist_backward",
    "elementwise": "sigmoid_backward tanh_backward",
    "extremes": "pick place",
    "factorizations": "cholesky_back eigh_back qr_back",
    "gamma": "mvlgamma_backward",
    "inverses": "det_back inv",
    "masks": "blank drop keep",
    "matrix_functions": "matrix_exp_back pinv_of",
    "nn.activation": "hardshrink_backward leaky_relu_backward rrelu_backward softshrink_backward threshold_backward",
    "nn.attention": "attention_backward",
    "nn.average_pooling": (
        "adaptive_avg_pool2d adaptive_avg_pool2d_backward adaptive_avg_pool3d adaptive_avg_pool3d_backward avg_pool2d "
        "avg_pool2d_backward avg_pool3d avg_pool3d_backward"
    ),
    "nn.batch_norm": "batch_norm_backward",
    "nn.bce": "binary_cross_entropy_backward",
    "nn.convolution": "convolution_backward",
    "nn.elu": "elu_backward",
    "nn.embedding": "embedding_backward embedding_twice",
    "nn.gelu": "gelu_backward gelu_bend gelu_slope",
    "nn.glu": "glu_backward",
    "nn.hard": "hardsigmoid_backward hardswish_backward hardtanh_backward",
    "nn.likelihood": "nll_loss nll_loss2d nll_loss2d_backward nll_loss_backward",
    "nn.max_pooling": (
        "adaptive_max_pool2d adaptive_max_pool2d_backward max_pool2d_backward max_pool3d_backward picked put_back_at"
    ),
    "nn.normalization": "layer_norm_backward",
    "nn.padding": (
        "reflection_pad1d reflection_pad1d_backward reflection_pad2d reflection_pad2d_backward reflection_pad3d "
        "reflection_pad3d_backward replication_pad1d replication_pad1d_backward replication_pad2d "
        "replication_pad2d_backward replication_pad3d replication_pad3d_backward"
    ),
    "nn.prelu": "prelu_backward",
    "nn.regression": "huber_loss_backward mse_loss_backward smooth_l1_loss_backward soft_margin_loss_backward",
    "nn.resampling": (
        "upsample_bicubic2d upsample_bicubic2d_backward upsample_bilinear2d upsample_bilinear2d_backward "
        "upsample_linear1d upsample_linear1d_backward upsample_nearest1d upsample_nearest1d_backward "
        "upsample_nearest2d upsample_nearest2d_backward upsample_nearest3d upsample_nearest3d_backward "
        "upsample_nearest_exact1d upsample_nearest_exact1d_backward upsample_nearest_exact2d "
        "upsample_nearest_exact2d_backward upsample_nearest_exact3d upsample_nearest_exact3d_backward "
        "upsample_trilinear3d upsample_trilinear3d_backward"
    ),
    "nn.scalar": "div_number mul_number",
    "nn.softmax": "log_softmax_backward softmax_backward",
    "nn.softplus": "logsigmoid logsigmoid_backward softplus_backward",
    "nn.trilinear": "trilinear turned",
    "nn.unfolding": "col2im im2col",
    "nn.xlogy": "special_xlog1py",
    "norms": "vector_norm vector_norm_back",
    "rearrangement": "opposite sum_of_copies",
    "reduction": "count spread",
    "scatter_reduction": "index_reduce_backward scatter_reduce_backward",
    "selection": "masked_scatter_backward",
    "singular_values": "pinv_back svd_back svd_of",
    "slices": "as_view relaid select_backward slice slice_backward view_back",
    "solving": "solve_triangular triangle",
    "strided": "as_strided_back moved unfold_backward windows",
    "transposition": "inverse_order",
    "triangular_factors": (
        "cholesky_inverse_back cholesky_solve_back cholesky_solved lu_back lu_both_back lu_packed lu_solve_back "
        "lu_solved lu_unpacked"
    ),
}
