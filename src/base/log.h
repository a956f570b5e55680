// Log lines of the library. It knows no logging framework: the program installs a sink.
#pragma once

#include <string_view>

#include "base/strings.h"

namespace falconet {

enum class LogLevel { Debug, Info, Warning, Error };

/// Called from any thread with one finished line; must be thread-safe and must not log.
using LogSink = void (*)(LogLevel level, std::string_view line);

/// Process-wide, set once by main() before other threads start. The default writes warnings and
/// errors to stderr.
void set_log_sink(LogSink sink);

void log_line(LogLevel level, std::string_view line);

template <class... Parts>
void log_debug(const Parts&... parts) {
  log_line(LogLevel::Debug, cat(parts...));
}
template <class... Parts>
void log_info(const Parts&... parts) {
  log_line(LogLevel::Info, cat(parts...));
}
template <class... Parts>
void log_warning(const Parts&... parts) {
  log_line(LogLevel::Warning, cat(parts...));
}
template <class... Parts>
void log_error(const Parts&... parts) {
  log_line(LogLevel::Error, cat(parts...));
}

}  // namespace falconet
