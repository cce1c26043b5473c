"""The table of what PyTorch has and this package has not: what is missing, what to do instead, and its names.

`absent.py` words the errors. Rows of the README's table stand for these topics.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["METHODS", "PROPERTIES", "TOPICS", "Topic"]


class Topic(NamedTuple):
    """Something missing: what to do instead, its functions, which raise when called, and everything else."""

    instead: str
    functions: tuple[str, ...]
    others: tuple[str, ...]


def _topic(instead: str, functions: str = "", others: str = "") -> Topic:
    return Topic(instead, tuple(functions.split()), tuple(others.split()))


TOPICS: dict[str, Topic] = {
    "complex numbers": _topic(
        "compute with real and imaginary parts",
        "polar view_as_complex view_as_real view_as_complex_copy view_as_real_copy stft istft eig eigvals lobpcg",
        "complex complex32 complex64 complex128 cfloat cdouble chalf fft signal",
    ),
    "sparse tensors": _topic(
        "use dense ones",
        "sparse_coo_tensor sparse_csr_tensor sparse_csc_tensor sparse_bsr_tensor sparse_bsc_tensor "
        "sparse_compressed_tensor to_sparse to_sparse_coo to_sparse_csr to_sparse_csc to_sparse_bsr to_sparse_bsc "
        "to_dense coalesce is_coalesced sparse_mask sparse_resize_ sparse_resize_and_clear_ resize_as_sparse_ smm spmm "
        "hspmm sspaddmm saddmm dsmm hsmm Tensor.indices Tensor.values crow_indices col_indices ccol_indices "
        "row_indices sparse_dim dense_dim indices_copy values_copy crow_indices_copy col_indices_copy "
        "ccol_indices_copy row_indices_copy to_padded_tensor segment_reduce",
        "sparse sparse_coo sparse_csr sparse_csc sparse_bsr sparse_bsc jagged nested masked SparseAdam",
    ),
    "GPUs": _topic(
        "every tensor is on the CPU",
        "autocast xpu mtia ipu to_mkldnn record_stream get_device_module get_device_states set_device_states "
        "autocast_decrement_nesting autocast_increment_nesting clear_autocast_cache get_autocast_cpu_dtype "
        "get_autocast_dtype get_autocast_gpu_dtype get_autocast_ipu_dtype get_autocast_xla_dtype "
        "is_autocast_cache_enabled is_autocast_cpu_enabled is_autocast_enabled is_autocast_ipu_enabled "
        "is_autocast_xla_enabled set_autocast_cache_enabled set_autocast_cpu_dtype set_autocast_cpu_enabled "
        "set_autocast_dtype set_autocast_enabled set_autocast_gpu_dtype set_autocast_ipu_dtype "
        "set_autocast_ipu_enabled set_autocast_xla_dtype set_autocast_xla_enabled cudnn_affine_grid_generator "
        "cudnn_batch_norm cudnn_convolution cudnn_convolution_add_relu cudnn_convolution_relu "
        "cudnn_convolution_transpose cudnn_grid_sampler cudnn_is_acceptable miopen_batch_norm miopen_convolution "
        "miopen_convolution_add_relu miopen_convolution_relu miopen_convolution_transpose miopen_ctc_loss "
        "miopen_depthwise_convolution miopen_rnn set_override_stale_capture_stream "
        "set_warn_on_accumulate_grad_stream_mismatch thread_safe_generator is_vulkan_available grouped_mm scaled_mm "
        "scaled_grouped_mm",
        "amp GradScaler Stream Event SyncBatchNorm DataParallel cpu OutOfMemoryError AcceleratorError ScalingType "
        "SwizzleType DefaultDeviceType cusparselt mha miopen",
    ),
    "bfloat16 or narrower numbers": _topic(
        "NumPy has float16, float32 and float64",
        "",
        "bfloat16 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float8_e8m0fnu float4_e2m1fn_x2 uint16 "
        "uint32 uint64 uint1 uint2 uint3 uint4 uint5 uint6 uint7 int1 int2 int3 int4 int5 int6 int7 bit bits16 bits1x8 "
        "bits2x4 bits4x2 bits8 BFloat16Tensor BFloat16Storage",
    ),
    "forward-mode automatic differentiation": _topic(
        "for Jacobian-vector products use autograd.functional.jvp",
        "jvp jacfwd linearize",
        "forward_ad fwAD",
    ),
    "vmap": _topic(
        "a loop and stack do the same",
        "vmap stack_module_state functionalize chunk_vmap rearrange debug_unwrap replace_all_batch_norm_modules_",
        "vectorize",
    ),
    "compilation": _topic(
        "Python runs as it is written",
        "compile cond while_loop script trace_module fork wait sym_constrain_range sym_constrain_range_for_size "
        "sym_float sym_fresh_size sym_int sym_ite sym_max sym_min sym_not sym_sqrt sym_sum boolean_dispatch "
        "assert_int_or_pair import_ir_module import_ir_module_from_buffer parse_ir parse_schema",
        "jit export fx compiler onnx library package _dynamo ScriptModule SymBool SymFloat SymInt TorchDispatchMode "
        "fx_traceback BroadcastingList1 BroadcastingList2 BroadcastingList3",
    ),
    "quantization": _topic(
        "use floating-point numbers",
        "quantize_per_tensor quantize_per_channel quantize_per_tensor_dynamic dequantize int_repr q_scale q_zero_point "
        "q_per_channel_axis q_per_channel_scales q_per_channel_zero_points fake_quantize_per_tensor_affine "
        "fake_quantize_per_channel_affine fused_moving_avg_obs_fake_quant choose_qparams_optimized empty_quantized "
        "quantized_batch_norm quantized_gru quantized_gru_cell quantized_lstm quantized_lstm_cell quantized_max_pool1d "
        "quantized_max_pool2d quantized_max_pool3d quantized_rnn_relu_cell quantized_rnn_tanh_cell "
        "fbgemm_linear_fp16_weight fbgemm_linear_fp16_weight_fp32_activation fbgemm_linear_int8_weight "
        "fbgemm_linear_int8_weight_fp32_activation fbgemm_linear_quantize_weight fbgemm_pack_gemm_matrix_fp16 "
        "fbgemm_pack_quantized_matrix",
        "qint8 quint8 qint32 quint2x4 quint4x2 quantization ao quantized quantizable qat intrinsic qscheme "
        "per_channel_affine per_channel_affine_float_qparams per_channel_symmetric per_tensor_affine "
        "per_tensor_symmetric",
    ),
    "distributed or shared computation": _topic(
        "it runs in one process",
        "share_memory prepare_multiprocessing_environment",
        "distributed multiprocessing parallel DistributedSampler futures Future",
    ),
    "probability distributions": _topic(
        "use rand, randn, bernoulli or multinomial",
        "binomial poisson reinforce",
        "distributions quasirandom",
    ),
    "profiler or benchmarks": _topic(
        "Python's own cProfile and timeit do",
        "capture_logs profile_hook_step kineto_available",
        "profiler monitor bottleneck profiler_legacy profiler_util ProfilerActivity ProfilerConfig ProfilerEvent "
        "ProfilerState DeviceType ThroughputBenchmark throughput_benchmark LoggingTensorMode",
    ),
    "hub, logging or C++ extensions": _topic(
        "they have no part in autograd",
        "autograd.graph.log get_cpp_backtrace generate_methods_for_privateuse1_backend rename_privateuse1_backend "
        "set_module",
        "hub tensorboard cpp_extension collect_env cpp_backtrace backcompat backend_registration classes torch_version "
        "version types",
    ),
    "subclasses of Tensor": _topic(
        "keep a tensor as an attribute of a class of your own",
        "as_subclass has_torch_function has_torch_function_unary has_torch_function_variadic handle_torch_function "
        "is_tensor_like is_traceable_wrapper_subclass",
        "overrides DisableTorchFunction DisableTorchFunctionSubclass",
    ),
    "storages": _topic(
        "numpy() and from_numpy() share memory with arrays",
        "set_ Tensor.storage storage_type is_storage const_data_ptr from_file frombuffer from_dlpack to_dlpack "
        "swap_tensors empty_permuted new_empty_strided empty_strided Tensor.resize Tensor.resize_as module_load "
        "hash_tensor dim_order",
        "dlpack .storage Storage TypedStorage UntypedStorage BoolStorage ByteStorage CharStorage DoubleStorage "
        "FloatStorage HalfStorage IntStorage LongStorage ShortStorage ComplexDoubleStorage ComplexFloatStorage "
        "QInt32Storage QInt8Storage QUInt2x4Storage QUInt4x2Storage QUInt8Storage",
    ),
    "typed tensor classes": _topic(
        "use tensor(..., dtype=...) and x.dtype",
        "set_default_tensor_type Tensor.new",
        "BoolTensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor LongTensor ShortTensor",
    ),
    "writing into a given tensor (out=)": _topic(
        "use the returned tensor, or x.copy_(...)",
        "",
        "out",
    ),
    "signal windows": _topic(
        "arange and cos make them",
        "bartlett_window blackman_window hamming_window hann_window kaiser_window",
        "windows",
    ),
    "sampling at grids": _topic(
        "interpolate resizes images",
        "grid_sample grid_sampler grid_sampler_2d grid_sampler_3d affine_grid affine_grid_generator",
    ),
    "embedding bags": _topic(
        "take embedding(...) and its sum, mean or max",
        "embedding_bag embedding_renorm_",
        "EmbeddingBag",
    ),
    "CTC loss": _topic(
        "logsumexp over the alignments is what it computes",
        "ctc_loss",
        "CTCLoss",
    ),
    "Bessel functions or incomplete gamma functions": _topic(
        "SciPy's scipy.special has them, without gradients",
        "i0 i0_ i0e i1 i1e igamma igamma_ igammac igammac_ gammainc gammaincc airy_ai log_ndtr ndtri bessel_j0 "
        "bessel_j1 bessel_y0 bessel_y1 modified_bessel_i0 modified_bessel_i1 modified_bessel_k0 modified_bessel_k1 "
        "scaled_modified_bessel_k0 scaled_modified_bessel_k1 spherical_bessel_j0 zeta erfcx",
    ),
    "orthogonal polynomials": _topic(
        "their recurrences are short loops",
        "chebyshev_polynomial_t chebyshev_polynomial_u chebyshev_polynomial_v chebyshev_polynomial_w "
        "shifted_chebyshev_polynomial_t shifted_chebyshev_polynomial_u shifted_chebyshev_polynomial_v "
        "shifted_chebyshev_polynomial_w hermite_polynomial_h hermite_polynomial_he laguerre_polynomial_l "
        "legendre_polynomial_p",
    ),
    "unpooling, fractional or 3-dimensional adaptive maximum pooling": _topic(
        "max_pool1d to max_pool3d, avg_pool and adaptive_avg_pool are there",
        "max_unpool1d max_unpool2d max_unpool3d fractional_max_pool2d fractional_max_pool3d "
        "fractional_max_pool2d_with_indices fractional_max_pool3d_with_indices adaptive_max_pool3d "
        "adaptive_max_pool3d_with_indices lp_pool3d",
        "MaxUnpool1d MaxUnpool2d MaxUnpool3d FractionalMaxPool2d FractionalMaxPool3d AdaptiveMaxPool3d LPPool3d",
    ),
    "lazy modules": _topic(
        "give each layer its sizes",
        "is_lazy",
        "LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyConv1d LazyConv2d LazyConv3d LazyConvTranspose1d "
        "LazyConvTranspose2d LazyConvTranspose3d LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d LazyLinear "
        "UninitializedBuffer UninitializedParameter UninitializedTensorMixin",
    ),
    "multi-label margin losses, adaptive softmax or a fused linear cross entropy": _topic(
        "write them with relu, logsigmoid, linear and cross_entropy",
        "multilabel_margin_loss multilabel_soft_margin_loss linear_cross_entropy",
        "MultiLabelMarginLoss MultiLabelSoftMarginLoss AdaptiveLogSoftmaxWithLoss CrossMapLRN2d LinearCrossEntropyLoss "
        "LinearCrossEntropyOptions",
    ),
    "reparametrized, fused or skipped weights": _topic(
        "compute the weight in forward()",
        "weight_norm remove_weight_norm spectral_norm remove_spectral_norm norm_except_dim skip_init fuse_conv_bn_eval "
        "fuse_conv_bn_weights fuse_linear_bn_eval fuse_linear_bn_weights convert_conv2d_weight_memory_format "
        "convert_conv3d_weight_memory_format",
        "parametrize parametrizations prune fusion stateless memory_format",
    ),
    "packed sequences": _topic(
        "pad_sequence pads them, a mask hides the padding",
        "pack_padded_sequence pack_sequence pad_packed_sequence unpack_sequence nn.utils.rnn.bind invert_permutation",
        "PackedSequence PackedSequence_",
    ),
    "other optimizers": _topic(
        "SGD, Adam, AdamW, RMSprop and Adagrad are there",
        "swap_in_optimizer_params_and_state",
        "ASGD Adadelta Adafactor Adamax LBFGS Muon NAdam RAdam Rprop swa_utils",
    ),
    "data pipes": _topic(
        "Dataset, IterableDataset and DataLoader are there",
        "functional_datapipe guaranteed_datapipes_determinism non_deterministic runtime_validation "
        "runtime_validation_disabled argument_validation",
        "DFIterDataPipe DataChunk IterDataPipe MapDataPipe datapipes utils.data.graph graph_settings",
    ),
    "selective checkpointing": _topic(
        "checkpoint() recomputes all of a function",
        "create_selective_checkpoint_contexts region_activation_memory_budget check_backward_validity detach_variable",
        "CheckpointPolicy SelectiveCheckpointContext SAC_IGNORED_OPS GraphExecGroup",
    ),
    "functions that copy a view": _topic(
        "take the view and clone() it",
        "alias_copy as_strided_copy detach_copy diagonal_copy expand_copy permute_copy select_copy slice_copy "
        "split_copy split_with_sizes_copy squeeze_copy t_copy transpose_copy unbind_copy unfold_copy unsqueeze_copy "
        "view_copy slice_inverse as_strided_scatter nonzero_static unsafe_chunk unsafe_split unsafe_split_with_sizes",
    ),
    "Householder, LDL or randomized factorizations": _topic(
        "linalg has qr, lu, cholesky, eigh and svd",
        "geqrf orgqr ormqr householder_product ldl_factor ldl_factor_ex ldl_solve pca_lowrank svd_lowrank",
    ),
    "functions that PyTorch has removed or deprecated": _topic(
        "linalg, arange and the names that end with _ take their place",
        "solve lstsq symeig matrix_rank triangular_solve range frobenius_norm nuclear_norm nn.init.constant dirac "
        "kaiming_normal kaiming_uniform nn.init.normal orthogonal nn.init.sparse uniform xavier_normal xavier_uniform "
        "clip_grad_norm upsample_bilinear upsample_nearest register_backward_hook register_module_backward_hook",
        "Container NLLLoss2d lu volatile NestedIOFunction InplaceFunction legacy_contiguous_format",
    ),
    "PyTorch's own kernels and internals": _topic(
        "the functions of nn.functional compute the same",
        "native_batch_norm native_channel_shuffle native_dropout native_group_norm native_layer_norm native_norm "
        "batch_norm_backward_elemt batch_norm_backward_reduce batch_norm_elemt batch_norm_gather_stats "
        "batch_norm_gather_stats_with_counts batch_norm_stats batch_norm_update_stats conv_tbc gru lstm rnn_relu "
        "rnn_tanh mkldnn_adaptive_avg_pool2d mkldnn_convolution mkldnn_linear_backward_weights mkldnn_max_pool2d "
        "mkldnn_max_pool3d mkldnn_rnn_layer max_pool1d_with_indices max_pool2d_with_indices max_pool3d_with_indices "
        "adaptive_max_pool1d_with_indices adaptive_max_pool2d_with_indices histogramdd Tensor.index map_ map2_ apply_ "
        "alpha_dropout_ dropout_ feature_alpha_dropout_ feature_dropout_ rrelu_ custom_function_call factory_kwargs "
        "copy_method_params get_file_path compiled_with_cxx11_abi init_num_threads merge_type_from_type_comment "
        "parse_type_comment profiler_allow_cudagraph_cupti_lazy_reinit_cuda12 unify_type_list unserializable_hook "
        "warn_if_has_hooks",
        "SavedTensor BackwardCFunction FunctionMeta AUTOGRAD_FUNCTION_COUNTER PRIVATE_OPS common_types attention "
        "has_lapack has_mkl has_openmp has_spectral channels_last_3d RNNCellBase call_super_init dump_patches "
        "convert_parameters functional grad_dtype kleidiai mkldnn nnpack opt_einsum python_native BackwardHook nn.grad "
        "nn.functional.grad nn.utils.init weak set_anomaly_enabled set_warn_always is_warn_always_enabled "
        "deterministic gradient",
    ),
    "comparisons for tests": _topic(
        "numpy.testing has them",
        "",
        "testing",
    ),
    "threads within the backward pass": _topic(
        "a backward runs in the thread that asks for it",
        "set_multithreading_enabled is_multithreading_enabled enforce_grad_layout_policy is_view_replay_enabled",
    ),
}
# of Tensor's
METHODS = _topic(
    "",
    "apply_ as_strided_scatter as_subclass bfloat16 ccol_indices cdouble cfloat chalf coalesce col_indices "
    "const_data_ptr crow_indices dense_dim dequantize dim_order eig geqrf hash_tensor i0 i0_ igamma igamma_ igammac "
    "igammac_ index indices int_repr ipu is_coalesced istft lstsq lu map2_ map_ module_load mtia new new_empty_strided "
    "nonzero_static orgqr ormqr q_per_channel_axis q_per_channel_scales q_per_channel_zero_points q_scale q_zero_point "
    "qscheme record_stream reinforce resize resize_as resize_as_sparse_ row_indices set_ slice_inverse smm solve "
    "sparse_dim sparse_mask sparse_resize_ sparse_resize_and_clear_ sspaddmm stft storage storage_type symeig to_dense "
    "to_mkldnn to_padded_tensor to_sparse to_sparse_bsc to_sparse_bsr to_sparse_coo to_sparse_csc to_sparse_csr "
    "triangular_solve unsafe_chunk unsafe_split unsafe_split_with_sizes values xpu",
).functions
PROPERTIES = ("grad_dtype", "volatile")
