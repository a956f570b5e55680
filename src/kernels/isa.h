// The instruction sets that kernels exist for, and the choice between them.
#pragma once

#include <string_view>
#include <vector>

namespace falconet {

enum class Isa {
  Reference,    // plain C++, the oracle of the others
  Portable,     // plain C++ over packed panels, where no intrinsics exist
  NeonDotprod,  // of aarch64, with the dot product extension (Armv8.2 and later)
  NeonI8mm,     // the same and 8-bit matrix products (I8MM, Armv8.6)
  Avx2,         // AVX2, FMA and F16C
  Avx512Vnni,   // AVX-512 F, BW, DQ, VL and VNNI
  Avx512Bf16,   // the same and BF16, whose products are of BF16 weights with x rounded to BF16
};

std::string_view isa_name(Isa isa);

/// What this CPU can run, best first; Reference is always last.
const std::vector<Isa>& available_isas();

/// The best one, or the one named by the environment variable FALCONET_ISA if this CPU has it
/// (an unknown or unavailable name is warned about and ignored). Read once.
Isa chosen_isa();

}  // namespace falconet
