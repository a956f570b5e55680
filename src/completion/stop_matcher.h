// Finds stop strings in a stream of text, across the borders of its pieces.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace falconet {

enum class StopText { Dropped, Kept };  // whether the stop string itself is part of the text

/// The stop string that is complete first ends the text; of several that end there, the longest.
/// The result does not depend on how the text is cut into pieces, and nothing of a stop string is
/// given out before it is certain that it is none.
class StopMatcher {
 public:
  /// Stop strings must not be empty.
  StopMatcher(std::vector<std::string> stops, StopText stop_text);

  /// Text that is certain. After a match: what stood before it, and nothing ever after.
  std::string push(std::string_view text);

  /// What was held back, at the end of the stream.
  std::string finish();

  const std::optional<std::string>& match() const { return match_; }

 private:
  std::size_t num_held_back() const;

  std::vector<std::string> stops_;
  StopText stop_text_;
  std::string pending_;
  std::optional<std::string> match_;
};

}  // namespace falconet
