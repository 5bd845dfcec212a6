"""FLOPs by layer type: one small function a family, both formats in one table. docs/work.md tells all of them.

The conventions. Every addition, multiplication, division, comparison, choice, rounding and elementary function (exp,
log, sin, tanh, erf, a root, a power) of an op's definition counts one, so a multiplication with its addition is two.
That is how TensorFlow's profiler counts (tensorflow/python/profiler/internal/flops_registry.py: softmax 5 an element,
rsqrt 2, pooling a window an output). Integers and booleans count as floats do. What is the same for all elements (the
root of a variance, epsilon, a coordinate) is left out, and no cleverness of an implementation is assumed: no Winograd,
padding counts as data, a causal mask saves nothing.
"""
