// Spark, the demonstration model that is part of the program: it works offline, in the first
// minute.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "base/result.h"

namespace falconet {

/// What people type for it.
constexpr std::string_view kBundledModel = "spark";

/// Its GGUF file; no bytes in a program built without (FALCONET_BUNDLED_MODEL empty).
std::span<const std::byte> bundled_model();

/// A path under which this process, and no other, reads these bytes: nothing is written to disk
/// that an update could leave behind. Valid while the process runs. Errors: NotFound (built
/// without), Io (no memory for the copy).
Result<std::filesystem::path> bundled_model_path();

}  // namespace falconet
