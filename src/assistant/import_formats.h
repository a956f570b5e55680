// Conversations as other programs export them: ours, ChatGPT's and Open WebUI's.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "store/imports.h"

namespace falconet {

struct ImportedDocument {
  std::vector<ImportedConversation> conversations = {};
  std::vector<ImportedFolder> folders = {};
  std::vector<ImportedPrompt> prompts = {};
  std::vector<std::string> problems = {};  // what could not be read, one line each
};

/// Tells the formats apart by their shape. What cannot be read of a document that is one of them is
/// left out and named. Errors: Unsupported (none of them).
Result<ImportedDocument> read_import(const Json& document);

/// Enters all of it, or nothing if the transaction fails; how many conversations were new.
/// Errors: those of the functions of store/imports.h.
Result<std::int64_t> import_document(Transaction& transaction, const UserId& user,
                                     const ImportedDocument& document);

/// One conversation of each format; nothing if it has no message that can be read.
std::optional<ImportedConversation> falconet_conversation(const Json& conversation);
std::optional<ImportedConversation> chatgpt_conversation(const Json& conversation);
std::optional<ImportedConversation> open_webui_conversation(const Json& conversation);

}  // namespace falconet
