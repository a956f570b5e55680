#include "assistant/import_formats.h"
#include "server/app_handlers.h"

namespace falconet {

Result<HttpResponse> post_import(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(const ImportedDocument document, read_import(body));
  std::int64_t num_imported = 0;
  // All or nothing: a document that was half taken in is hard to tell from a whole one.
  TRY(call.app.store().write([&](Transaction& transaction) -> Status {
    for (const ImportedConversation& conversation : document.conversations) {
      TRY_ASSIGN(const bool is_new, import_conversation(transaction, call.user.id, conversation));
      if (is_new) ++num_imported;
    }
    return {};
  }));
  const auto num_all = static_cast<std::int64_t>(document.conversations.size());
  return app_response({{"imported", num_imported},
                       {"skipped", num_all - num_imported},
                       {"problems", document.problems}});
}

}  // namespace falconet
