#include "kernels/kernel_table.h"

#include "kernels/loops.h"
#include "kernels/simd_portable.h"

namespace falconet {

const KernelTable& kernels_for(Isa isa) {
  static constexpr KernelTable kPortableKernels = make_kernel_table<Portable>();
  switch (isa) {
#if defined(__x86_64__)
    case Isa::Avx512Bf16: {
      static const KernelTable kKernels = avx512_bf16_kernels();
      return kKernels;
    }
    case Isa::Avx512Vnni: return kAvx512Kernels;
    case Isa::Avx2: return kAvx2Kernels;
#elif defined(__aarch64__)
    case Isa::NeonI8mm: return kNeonI8mmKernels;
    case Isa::NeonDotprod: return kNeonKernels;
#endif
    default: return kPortableKernels;
  }
}

}  // namespace falconet
