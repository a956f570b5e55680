#include "cli/log_sink.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace falconet {
namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::Debug: return spdlog::level::debug;
    case LogLevel::Info: return spdlog::level::info;
    case LogLevel::Warning: return spdlog::level::warn;
    case LogLevel::Error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

void write_line(LogLevel level, std::string_view line) {
  spdlog::default_logger_raw()->log(spdlog_level(level),
                                    spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void install_log_sink(LogLevel level) {
  spdlog::drop("falconet");
  auto logger = spdlog::stderr_color_mt("falconet");
  logger->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%-7l%$ %v");
  logger->set_level(spdlog_level(level));
  logger->flush_on(spdlog::level::warn);
  spdlog::set_default_logger(std::move(logger));
  set_log_sink(&write_line);
}

}  // namespace falconet
