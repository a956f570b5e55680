#if defined(__x86_64__)

#include "kernels/loops.h"
#include "kernels/simd_avx2.h"

namespace falconet {

constinit const KernelTable kAvx2Kernels = make_kernel_table<Avx2>();

}  // namespace falconet

#endif
