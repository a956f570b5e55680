// Whole conversations from elsewhere, entered with their own times; folders and prompts with them.
#pragma once

#include <map>
#include <string>
#include <vector>

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
  std::optional<Rating> rating = {};
  std::int64_t created = 0;
};

struct ImportedConversation {
  std::string title = {};
  std::string folder_key = {};  // empty: in none
  std::vector<std::string> tags = {};
  Json parameters = Json::object();
  bool is_pinned = false;
  bool is_archived = false;
  std::int64_t created = 0;
  std::int64_t changed = 0;
  std::vector<ImportedMessage> messages = {};  // parents before their children
  std::string leaf_key = {};                   // empty: the last message
};

struct ImportedFolder {
  std::string key = {};
  std::string parent_key = {};  // empty: none
  std::string name = {};
};

struct ImportedPrompt {
  std::string name = {};
  std::string text = {};
};

/// From the key of a folder to the one that stands for it here.
using FolderKeys = std::map<std::string, FolderId, std::less<>>;

/// A folder of the same name in the same place is taken for the same; one whose parent is nowhere
/// comes to the top. Errors: those of create_folder().
Result<FolderKeys> import_folders(Transaction& transaction, const UserId& user,
                                  const std::vector<ImportedFolder>& folders);

/// Those that are not here already, word for word. Errors: those of create_prompt().
Status import_prompts(Transaction& transaction, const UserId& user,
                      const std::vector<ImportedPrompt>& prompts);

/// False if the user has a conversation of this title and moment already. Titles, tags and texts
/// over the store's limits are cut. Errors: those of execute().
Result<bool> import_conversation(Transaction& transaction, const UserId& user,
                                 const ImportedConversation& imported,
                                 const FolderKeys& folders = {});

}  // namespace falconet
