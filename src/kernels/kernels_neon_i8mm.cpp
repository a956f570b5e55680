#if defined(__aarch64__)

#include "kernels/loops.h"
#include "kernels/simd_neon_i8mm.h"

namespace falconet {

constinit const KernelTable kNeonI8mmKernels = make_kernel_table<NeonI8mm>();

}  // namespace falconet

#endif
