#include "store/ids.h"

#include <sys/random.h>

#include <algorithm>
#include <span>

#include "base/check.h"

namespace falconet {
namespace {

constexpr char kCrockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kIdCharacters = 26;

/// 128 bits in 26 digits of 5: two zero bits stand before them.
std::string base32(const std::array<std::uint8_t, 16>& bytes) {
  std::string text(kIdCharacters, '0');
  for (std::size_t digit = 0; digit < kIdCharacters; ++digit) {
    unsigned value = 0;
    for (std::size_t bit = 0; bit < 5; ++bit) {
      const std::size_t position = digit * 5 + bit;
      const bool is_set =
          position >= 2 && ((bytes[(position - 2) / 8] >> (7 - (position - 2) % 8)) & 1u) != 0;
      value = value * 2 + (is_set ? 1 : 0);
    }
    text[digit] = kCrockford[value];
  }
  return text;
}

void fill_with_chance(std::span<std::uint8_t> bytes) {
  // Reads of up to 256 bytes are never cut short once the system's source is seeded.
  const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
  CHECK(got == static_cast<ssize_t>(bytes.size()), "the system gave no random bytes");
}

}  // namespace

std::int64_t unix_milliseconds(const Clock& clock) {
  const auto since_1970 = clock.wall_time().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

std::string IdSource::next() {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = unix_milliseconds(clock_);
  if (now > milliseconds_) {
    milliseconds_ = now;
    fill_with_chance(chance_);
    chance_[0] &= 0x7F;  // room to count up from
  } else {
    std::size_t place = chance_.size();
    while (place > 0 && ++chance_[place - 1] == 0) --place;
  }
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 6; ++i) {
    bytes[i] = static_cast<std::uint8_t>(milliseconds_ >> (8 * (5 - i)));
  }
  std::copy(chance_.begin(), chance_.end(), bytes.begin() + 6);
  return base32(bytes);
}

std::string secret_token() {
  std::array<std::uint8_t, 16> bytes{};
  fill_with_chance(bytes);
  return base32(bytes);
}

}  // namespace falconet
