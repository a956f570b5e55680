// Bounds on the work of one rendering of a chat template.
#pragma once

#include <cstddef>

namespace falconet {

struct RenderLimits {
  std::size_t max_steps = 10'000'000;        // evaluated nodes; stops endless loops
  std::size_t max_output_bytes = 64u << 20;  // of the rendered text and of any one string
  int max_depth = 200;                       // nested expressions, macros and values
};

}  // namespace falconet
