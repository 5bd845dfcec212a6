"What aneforge's catalogue says beside native, bridge and walled, in our words; and names that are not Core ML's."

from __future__ import annotations

MODES = {
    "gelu_exact": ("gelu", 'params.mode == "EXACT"'),
    "gelu_tanh_approx": ("gelu", 'params.mode == "TANH_APPROXIMATION"'),
    "gelu_sigmoid_approx": ("gelu", 'params.mode == "SIGMOID_APPROXIMATION"'),
}
"Name in the sweep -> MIL operation, and what makes it that one."

CONCEPTS = {"acosh", "asinh"}
"Those that MIL lacks: NeuralNetwork layers."

NAMES = {
    "gelu_exact": "gelu (exact)",
    "gelu_tanh_approx": "gelu (by tanh)",
    "gelu_sigmoid_approx": "gelu (by sigmoid)",
}

TORN = {
    True: " Its author's catalogue has no such operation of the M5's engine: it may have been folded or rewritten.",
    False: " Its author's catalogue has it on the M5: which programs pass is not told.",
}
"What to add to a row of the sweep (by whether it ran) that the catalogue contradicts."

HOW = {
    "lut_activation_or_special_function": ", by look-up tables",
    "pe_elementwise_template_text": ", in the elementwise unit",
    "pe_elementwise_with_text_immediates": ", in the elementwise unit",
    "neconv_or_ne_lane": ", in the convolution unit",
    "pool_template_or_nepool": ", in the pooling unit",
    "special_lut_or_pool": ", in the pooling unit with a table",
}
"How it is done, by the catalogue's word for the code that is made."

NATIVE: dict[tuple[str, str], tuple[str, str]] = {
    ("avg_pool", "H13"): ("kernel_height <= 29 && kernel_width <= 29", "The window is 29 at most."),
    ("avg_pool", ""): ("kernel_height <= 31 && kernel_width <= 31", "The window is 31 at most."),
    ("cast", "H13"): (
        'params.dtype != "int32"',
        "To int32 it was refused on an M1; among fp16, fp32 and bool it works.",
    ),
    ("conv", "H13"): ("kernel_height <= 13 && kernel_width <= 13", "In fp16 the kernel is 13 by 13 at most."),
    ("conv", ""): (
        "kernel_height <= 15 && kernel_width <= 15",
        "In fp16 the kernel is within the width of 15 told elsewhere.",
    ),
    ("cumsum", ""): ("", "It is reached by the tool's own route alone: the MIL operation is not implemented."),
    ("gather", "H13"): ("batch == 1", "Done in software, and in a narrow range only: one batch, one depth."),
    ("gather_along_axis", "H13"): ("batch == 1", "Done in software, and in a narrow range only: one batch, one depth."),
    ("gelu", ""): ("", "The table is rough: about 8 % off on an M1."),
    ("pad", "H13"): ('params.mode == "constant"', "Other than constant padding is done in software there."),
    ("prelu", ""): ("rank >= 3", "From rank 3 on."),
    ("reduce_argmax", ""): ("", "Tried on an M1 by the tool's own route."),
    ("space_to_batch", ""): ("params.block_shape.all(b, b in [2, 3, 4, 8])", "The factors are 2, 3, 4 or 8."),
    ("tile", ""): ("params.reps.all(r, r in [1, 2, 3, 4, 8])", "The factors are 2, 3, 4 or 8."),
    ("transpose", "H17"): ("extent_max <= 65536", "No axis is longer than 65,536."),
    ("transpose", "H16"): ("extent_max <= 65536", "No axis is longer than 65,536."),
    ("transpose", ""): ("extent_max <= 16384", "No axis is longer than 16,384."),
}
"Operation and engine (empty: all others) -> condition under which it is native, and what to say."

WALLED = {
    "affine": "It needs the texture unit, which begins with H14; the M1's compiler says so.",
    "argsort": "Sorting begins with H14; on the M1 it is refused when code is made.",
    "crop_resize": "It needs the texture unit, which begins with H14.",
    "non_zero": "The extent of its result depends on the data.",
    "resample": "It needs the texture unit, which begins with H14.",
    "shape": "Shapes have to be known when the model is compiled.",
    "topk": "It passes the M1's checks and is refused when code is made.",
}

BRIDGES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "cond": ("", "No code is made for it: the branches are to be flattened.", ()),
    "cos": ("", "It is refused there, and a polynomial takes its place.", ()),
    "gather_nd": ("batch != 1", "The M1 takes a narrow software form (one batch, one depth, three indices).", ("H13",)),
    "random_uniform": ("", "Random numbers begin with H15; before, the CPU makes them.", ()),
    "range_1d": ("", "Tried on an M1 and refused when code is made; the numbers are to be made beforehand.", ("H13",)),
    "reduce_argmin": ("", "By MIL it is refused before H15.", ()),
    "sin": ("", "It is refused there, and a polynomial takes its place.", ()),
    "while_loop": ("", "No code is made for it: the loop is to be unrolled.", ()),
}
"Bridged where the operation itself is refused: condition, words, engines (empty: wherever it is bridged)."

REWRITTEN = "done by a rewrite inside the compiler: neither that the engine has the operation nor that it is refused"
_FOLDED = "folded into constants when the model is compiled: nothing is placed"
_UNIT = "a unit inside the engine, no layer of Core ML"
_OTHER = "no layer of Core ML"
_BUFFER = "moves data in and out of the engine: what the compiler adds, no layer of Core ML"

UNHELD = {
    **dict.fromkeys(("ne_bypass", "ne_conv", "ne_matmul", "ne_pool", "pe_elementwise", "pe_goc", "pe_pool"), _UNIT),
    **dict.fromkeys(("cost_volume", "cross_product", "degamma", "gamma", "matrix_decomposition"), _OTHER),
    **dict.fromkeys(("pixel_buffer_to_tensor", "tensor_to_pixel_buffer", "circular_buffer_to_tensor"), _BUFFER),
    **dict.fromkeys(("tensor_buffer_to_tensor", "tensor_to_circular_buffer", "tensor_to_tensor_buffer"), _BUFFER),
    "call": "a call of a function: the compiler puts the function in its place",
    "const": _FOLDED,
    "constexpr_affine_dequantize": _FOLDED,
    "constexpr_lut_to_sparse": _FOLDED,
}
"Rows that are no claim about a layer, and why."
