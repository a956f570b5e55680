// Whole conversations from elsewhere, entered with their own times.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

struct ImportedMessage {
  std::string key = {};         // its name where it comes from
  std::string parent_key = {};  // empty: none
  std::string role = {};
  std::string content = {};
  std::string reasoning = {};
  std::vector<Attachment> attachments = {};
  std::int64_t created = 0;
};

struct ImportedConversation {
  std::string title = {};
  std::vector<std::string> tags = {};
  Json parameters = Json::object();
  bool is_pinned = false;
  bool is_archived = false;
  std::int64_t created = 0;
  std::int64_t changed = 0;
  std::vector<ImportedMessage> messages = {};  // parents before their children
  std::string leaf_key = {};                   // empty: the last message
};

/// False if the user has a conversation of this title and moment already. Titles, tags and texts
/// over the store's limits are cut. Errors: those of execute().
Result<bool> import_conversation(Transaction& transaction, const UserId& user,
                                 const ImportedConversation& imported);

}  // namespace falconet
