// What reading quantized blocks needs in more than one place: packed scales and fixed tables.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace falconet {

/// The values that IQ4_NL's and IQ4_XS's 4-bit indexes stand for.
constexpr std::array<std::int8_t, 16> kIq4Values = {-127, -104, -83, -65, -49, -35, -22, -10,
                                                    1,    13,   25,  38,  53,  69,  89,  113};

struct ScaleAndMin {
  std::uint8_t scale;
  std::uint8_t min;
};

/// The 6-bit scale and minimum of group 0–7 of a Q4_K or Q5_K block. Groups 0–3 lie in the low six
/// bits of bytes 0–7; groups 4–7 have their low nibbles in bytes 8–11 and their top two bits above
/// those of the first four.
inline ScaleAndMin unpack_k_scale(std::span<const std::uint8_t, 12> packed, std::size_t group) {
  if (group < 4) {
    return {static_cast<std::uint8_t>(packed[group] & 63),
            static_cast<std::uint8_t>(packed[group + 4] & 63)};
  }
  return {static_cast<std::uint8_t>((packed[group + 4] & 15) | (packed[group - 4] >> 6 << 4)),
          static_cast<std::uint8_t>((packed[group + 4] >> 4) | (packed[group] >> 6 << 4))};
}

/// The 6-bit scale of group 0–15 of a Q3_K block, −32 … 31: low nibbles in bytes 0–7, the top two
/// bits of four groups in each of bytes 8–11.
inline int unpack_q3_k_scale(std::span<const std::uint8_t, 12> packed, std::size_t group) {
  const int low = group < 8 ? packed[group] & 15 : packed[group - 8] >> 4;
  const int high = (packed[8 + group % 4] >> (2 * (group / 4))) & 3;
  return (low | (high << 4)) - 32;
}

}  // namespace falconet
