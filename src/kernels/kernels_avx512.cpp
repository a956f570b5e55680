#if defined(__x86_64__)

#include "kernels/loops.h"
#include "kernels/simd_avx512.h"

namespace falconet {

constinit const KernelTable kAvx512Kernels = make_kernel_table<Avx512>();

}  // namespace falconet

#endif
