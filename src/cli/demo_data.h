// What `falconet demo` shows: conversations that were never held.
#pragma once

#include <cstdint>

#include "assistant/import_formats.h"

namespace falconet {

/// Dated backwards from `now`, unix milliseconds.
ImportedDocument demo_document(std::int64_t now);

}  // namespace falconet
