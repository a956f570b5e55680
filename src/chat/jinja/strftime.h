// Dates as strftime writes them, in the C locale and without a time zone.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace falconet::jinja {

/// Python's and glibc's directives, "-" for no padding included; unknown ones stay as they are.
std::string format_time(std::chrono::sys_seconds time, std::string_view format);

}  // namespace falconet::jinja
