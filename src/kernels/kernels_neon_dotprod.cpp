#if defined(__aarch64__)

#include "kernels/loops.h"
#include "kernels/simd_neon.h"

namespace falconet {

constinit const KernelTable kNeonKernels = make_kernel_table<Neon>();

}  // namespace falconet

#endif
