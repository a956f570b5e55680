// The page's view of what the store keeps (docs/api.md).
#pragma once

#include <string>

#include "assistant/generation_log.h"
#include "base/json.h"
#include "store/records.h"
#include "store/search_text.h"

namespace falconet {

Json conversation_json(const Conversation& conversation);
Json message_json(const Message& message);
Json rating_json(const std::optional<Rating>& rating);
Json folder_json(const Folder& folder);
Json prompt_json(const SavedPrompt& prompt);
Json generation_json(const GenerationRecord& record);
Json snippet_json(const std::vector<SnippetPart>& snippet);

/// As a server-sent event: "id: 3\nevent: content\ndata: {…}\n\n".
std::string generation_event_text(const GenerationEvent& event);

}  // namespace falconet
