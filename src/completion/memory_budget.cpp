#include "completion/memory_budget.h"

#include <algorithm>

#include "base/file.h"
#include "base/strings.h"

namespace falconet {
namespace {

// Where the system says nothing (it is not Linux), a small machine is assumed.
constexpr std::uint64_t kFallbackBytes = std::uint64_t{2} << 30;
constexpr std::size_t kMaxProcFileBytes = 1 << 20;

std::optional<std::uint64_t> read_number(const char* path) {
  const auto text = read_file(path, kMaxProcFileBytes);
  return text ? parse_number<std::uint64_t>(trim(*text)) : std::nullopt;  // "max" is no number
}

}  // namespace

std::optional<std::uint64_t> parse_available_memory(std::string_view meminfo) {
  constexpr std::string_view kKey = "MemAvailable:";
  for (std::string_view line : split(meminfo, '\n')) {
    if (!line.starts_with(kKey) || !line.ends_with("kB")) continue;
    line.remove_prefix(kKey.size());
    line.remove_suffix(2);
    const auto kilobytes = parse_number<std::uint64_t>(trim(line));
    if (kilobytes) return *kilobytes * 1024;
  }
  return std::nullopt;
}

std::uint64_t available_memory_bytes() {
  std::uint64_t available = kFallbackBytes;
  if (const auto meminfo = read_file("/proc/meminfo", kMaxProcFileBytes)) {
    available = parse_available_memory(*meminfo).value_or(kFallbackBytes);
  }
  const auto limit = read_number("/sys/fs/cgroup/memory.max");
  const auto current = read_number("/sys/fs/cgroup/memory.current");
  if (limit && current) available = std::min(available, *limit - std::min(*limit, *current));
  return available;
}

}  // namespace falconet
