// A tree of messages as exports hold it: nodes by name, each naming its parent.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "store/imports.h"

namespace falconet {

/// Nodes that are no messages of a person or a model (settings, tool calls) have no role; what
/// hangs below them moves up to the next message above.
using ImportNodes = std::map<std::string, ImportedMessage>;

/// The messages, parents before children, siblings in the order of their times. Nodes whose parents
/// form a circle are left out.
std::vector<ImportedMessage> messages_in_order(const ImportNodes& nodes);

/// The name of the node itself if it is a message, or of the next one above.
std::string nearest_message(const ImportNodes& nodes, const std::string& key);

/// Milliseconds since 1970 of seconds, whole or not, as exports hold them; 0 if it is no number of
/// a time that there has been.
std::int64_t milliseconds_of(const Json* seconds);

}  // namespace falconet
