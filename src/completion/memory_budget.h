// How much memory the KV cache may take when nobody says.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace falconet {

/// Bytes that this process could still use: what the system has available, or what is left of the
/// cgroup's limit where that is less.
std::uint64_t available_memory_bytes();

/// The value of "MemAvailable:" in the text of /proc/meminfo, in bytes.
std::optional<std::uint64_t> parse_available_memory(std::string_view meminfo);

}  // namespace falconet
