// CHECK ends the process on a bug: a broken invariant that no input, file or peer can cause.
#pragma once

#include "base/strings.h"

namespace falconet {

[[noreturn]] void check_failed(const char* file, int line, const char* condition,
                               const std::string& message);

}  // namespace falconet

/// CHECK(condition, parts...): the parts are concatenated into the message.
#define CHECK(condition, ...)                                                   \
  do {                                                                          \
    if (!(condition)) [[unlikely]] {                                            \
      ::falconet::check_failed(__FILE__, __LINE__, #condition,                  \
                               ::falconet::cat("" __VA_OPT__(, ) __VA_ARGS__)); \
    }                                                                           \
  } while (false)
