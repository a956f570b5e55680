#include "assistant/import_formats.h"
#include "server/app_handlers.h"

namespace falconet {

Result<HttpResponse> post_import(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(const ImportedDocument document, read_import(body));
  // All or nothing: a document that was half taken in is hard to tell from a whole one.
  TRY_ASSIGN(const std::int64_t num_imported, call.app.store().write([&](Transaction& transaction) {
    return import_document(transaction, call.user.id, document);
  }));
  const auto num_all = static_cast<std::int64_t>(document.conversations.size());
  return app_response({{"imported", num_imported},
                       {"skipped", num_all - num_imported},
                       {"problems", document.problems}});
}

}  // namespace falconet
