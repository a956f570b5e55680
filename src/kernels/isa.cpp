#include "kernels/isa.h"

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

#include <algorithm>
#include <cstdlib>

#include "base/log.h"

namespace falconet {
namespace {

#if defined(__x86_64__)
// clang 14's __builtin_cpu_supports does not know the name.
bool has_f16c() {
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  return __get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0 && (ecx & bit_F16C) != 0;
}
#endif

std::vector<Isa> detect() {
  std::vector<Isa> isas;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512vnni")) {
    if (__builtin_cpu_supports("avx512bf16")) isas.push_back(Isa::Avx512Bf16);
    isas.push_back(Isa::Avx512Vnni);
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c()) {
    isas.push_back(Isa::Avx2);
  }
#elif defined(__aarch64__)
  constexpr unsigned long kDotProducts = 1ul << 20;     // HWCAP_ASIMDDP of Linux's ABI
  constexpr unsigned long kMatrixProducts = 1ul << 13;  // HWCAP2_I8MM
  if ((getauxval(AT_HWCAP) & kDotProducts) != 0) {
    if ((getauxval(AT_HWCAP2) & kMatrixProducts) != 0) isas.push_back(Isa::NeonI8mm);
    isas.push_back(Isa::NeonDotprod);
  }
#endif
  isas.push_back(Isa::Portable);
  isas.push_back(Isa::Reference);
  return isas;
}

Isa choose() {
  const std::vector<Isa>& isas = available_isas();
  const char* wanted = std::getenv("FALCONET_ISA");
  if (wanted == nullptr) return isas.front();
  const auto found =
      std::find_if(isas.begin(), isas.end(), [&](Isa isa) { return isa_name(isa) == wanted; });
  if (found != isas.end()) return *found;
  log_warning("FALCONET_ISA=", wanted, " is not available here; using ", isa_name(isas.front()));
  return isas.front();
}

}  // namespace

std::string_view isa_name(Isa isa) {
  switch (isa) {
    case Isa::Reference: return "reference";
    case Isa::Portable: return "portable";
    case Isa::NeonDotprod: return "neon-dotprod";
    case Isa::NeonI8mm: return "neon-i8mm";
    case Isa::Avx2: return "avx2";
    case Isa::Avx512Vnni: return "avx512-vnni";
    case Isa::Avx512Bf16: return "avx512-bf16";
  }
  return "unknown";
}

const std::vector<Isa>& available_isas() {
  static const std::vector<Isa> kIsas = detect();
  return kIsas;
}

Isa chosen_isa() {
  static const Isa kIsa = choose();
  return kIsa;
}

}  // namespace falconet
