// A name for a conversation that nobody has named.
#pragma once

#include <string>
#include <vector>

#include "store/records.h"

namespace falconet {

/// The first line of the user's first message, cut at a word to about 40 columns; the name of an
/// attachment if there is no text; empty if there is neither.
std::string automatic_title(const std::vector<Message>& branch);

}  // namespace falconet
