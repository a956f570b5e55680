#include "server/app_handlers.h"
#include "server/app_json.h"
#include "server/request_fields.h"
#include "store/folders.h"

namespace falconet {
namespace {

Result<FolderChange> read_folder(const std::string& text) {
  TRY_ASSIGN(const Json body, parse_json(text));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  FolderChange change;
  TRY(fields.read("name", change.name));
  TRY(fields.read("position", change.position));
  // Null is not the same as absent: out of all folders.
  if (find_member(body, "parent_id") == nullptr) return change;
  std::optional<std::string> parent;
  TRY(fields.read("parent_id", parent));
  change.parent_id.emplace();
  if (parent) *change.parent_id = FolderId{*std::move(parent)};
  return change;
}

}  // namespace

Result<HttpResponse> get_folders(AppCall& call) {
  TRY_ASSIGN(const std::vector<Folder> all, call.app.store().read([&](Transaction& transaction) {
    return folders_of(transaction, call.user.id);
  }));
  Json folders = Json::array();
  for (const Folder& folder : all) folders.push_back(folder_json(folder));
  return app_response({{"folders", std::move(folders)}});
}

Result<HttpResponse> post_folder(AppCall& call) {
  TRY_ASSIGN(const FolderChange fields, read_folder(call.request.body));
  TRY_ASSIGN(const Folder folder, call.app.store().write([&](Transaction& transaction) {
    return create_folder(transaction, call.user.id, fields);
  }));
  return app_response(folder_json(folder), 201);
}

Result<HttpResponse> patch_folder(AppCall& call) {
  TRY_ASSIGN(const FolderChange change, read_folder(call.request.body));
  TRY_ASSIGN(const Folder folder, call.app.store().write([&](Transaction& transaction) {
    return update_folder(transaction, call.user.id, {call.id}, change);
  }));
  return app_response(folder_json(folder));
}

Result<HttpResponse> remove_folder(AppCall& call) {
  TRY(call.app.store().write([&](Transaction& transaction) {
    return delete_folder(transaction, call.user.id, {call.id});
  }));
  return no_content();
}

}  // namespace falconet
