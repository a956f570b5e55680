#include "base/log.h"

#include <atomic>
#include <cstdio>

namespace falconet {
namespace {

void write_to_stderr(LogLevel level, std::string_view line) {
  if (level < LogLevel::Warning) return;
  std::fprintf(stderr, "%s: %.*s\n", level == LogLevel::Warning ? "warning" : "error",
               static_cast<int>(line.size()), line.data());
}

// The one exception to "no globals": a log line may come from anywhere, and passing a logger
// through every signature would hide what the functions are about.
std::atomic<LogSink> g_sink{&write_to_stderr};

}  // namespace

void set_log_sink(LogSink sink) { g_sink.store(sink == nullptr ? &write_to_stderr : sink); }

void log_line(LogLevel level, std::string_view line) { g_sink.load()(level, line); }

}  // namespace falconet
