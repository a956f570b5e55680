// Finding conversations by what was said in them.
#pragma once

#include "store/records.h"
#include "store/search_query.h"
#include "store/store.h"

namespace falconet {

struct SearchHit {
  Conversation conversation = {};
  std::optional<MessageId> message_id = {};  // nothing: the title, or conditions alone
  std::vector<SnippetPart> snippet = {};
};

struct SearchPage {
  std::vector<SearchHit> hits = {};
  std::optional<std::string> next = {};
};

/// What was said last comes first. The terms must all occur in one message, or in the title.
/// Temporary conversations are not found. `cursor` is the `next` of the page before, or empty.
/// Errors: InvalidArgument (cursor).
Result<SearchPage> search(Transaction& transaction, const UserId& user, const SearchQuery& query,
                          const std::string& cursor, int limit);

}  // namespace falconet
