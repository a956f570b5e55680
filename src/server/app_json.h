// The page's view of what the store keeps (docs/api.md).
#pragma once

#include <string>

#include "assistant/generation_log.h"
#include "base/json.h"
#include "store/accounts.h"
#include "store/audit.h"
#include "store/invitations.h"
#include "store/records.h"
#include "store/search_text.h"
#include "store/sessions.h"

namespace falconet {

Json conversation_json(const Conversation& conversation);
Json message_json(const Message& message);
Json rating_json(const std::optional<Rating>& rating);
Json probe_json(const std::optional<RatingProbe>& probe);
Json folder_json(const Folder& folder);
Json prompt_json(const SavedPrompt& prompt);
Json generation_json(const GenerationRecord& record);
Json user_json(const User& user);                 // as the user sees itself
Json account_json(const ListedAccount& account);  // as administrators see it
Json user_session_json(const UserSession& session, bool is_current);
Json invitation_json(const Invitation& invitation);
Json audit_event_json(const AuditEvent& event);
Json snippet_json(const std::vector<SnippetPart>& snippet);

/// As a server-sent event: "id: 3\nevent: content\ndata: {…}\n\n".
std::string generation_event_text(const GenerationEvent& event);

}  // namespace falconet
