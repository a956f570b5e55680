#include "store/folders.h"

namespace falconet {
namespace {

constexpr const char* kSelectFolders = "SELECT id, name, parent_id, position FROM folders ";

Folder folder_of(const SqlRow& row) {
  Folder folder{.id = {row.text(0)}, .name = row.text(1), .position = row.number(3)};
  if (auto parent = row.optional_text(2)) folder.parent_id = FolderId{*std::move(parent)};
  return folder;
}

Result<Folder> find_folder(Transaction& transaction, const UserId& user, const FolderId& id) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat(kSelectFolders, "WHERE id = ? AND user_id = ?"), id, user));
  if (rows.empty()) return error(ErrorCode::NotFound, "there is no folder ", id.value);
  return folder_of(rows.front());
}

Status check_name(const std::string& name) {
  if (!trim(name).empty() && name.size() <= kMaxNameBytes) return {};
  return error(ErrorCode::InvalidArgument, "name: expected 1 to ", kMaxNameBytes, " bytes, found ",
               name.size());
}

/// A folder must not become its own ancestor.
Status check_parent(Transaction& transaction, const UserId& user, const FolderId& folder,
                    std::optional<FolderId> parent) {
  for (std::size_t depth = 0; parent && depth <= kMaxFolders; ++depth) {
    if (*parent == folder) {
      return error(ErrorCode::InvalidArgument, "parent_id: a folder cannot lie inside itself");
    }
    TRY_ASSIGN(const Folder above, find_folder(transaction, user, *parent));
    parent = above.parent_id;
  }
  return {};
}

}  // namespace

Result<std::vector<Folder>> folders_of(Transaction& transaction, const UserId& user) {
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(cat(kSelectFolders, "WHERE user_id = ? ORDER BY position, id"), user));
  std::vector<Folder> folders;
  for (const SqlRow& row : rows) folders.push_back(folder_of(row));
  return folders;
}

Status check_folder(Transaction& transaction, const UserId& user, const FolderId& id) {
  TRY(find_folder(transaction, user, id));
  return {};
}

Result<Folder> create_folder(Transaction& transaction, const UserId& user,
                             const FolderChange& fields) {
  Folder folder{.id = {transaction.new_id()}, .name = fields.name.value_or("")};
  TRY(check_name(folder.name));
  folder.parent_id = fields.parent_id.value_or(std::nullopt);
  if (folder.parent_id) TRY(check_folder(transaction, user, *folder.parent_id));
  TRY_ASSIGN(
      const SqlRows present,
      transaction.execute(
          "SELECT count(*), coalesce(max(position), 0) FROM folders WHERE user_id = ?", user));
  if (present.front().integer(0) >= static_cast<std::int64_t>(kMaxFolders)) {
    return error(ErrorCode::Exhausted, "there are ", kMaxFolders,
                 " folders already; delete one first");
  }
  folder.position = fields.position.value_or(present.front().number(1) + 1);
  TRY(transaction.execute(
      "INSERT INTO folders (id, user_id, name, parent_id, position) VALUES (?, ?, ?, ?, ?)",
      folder.id, user, folder.name, folder.parent_id, folder.position));
  return folder;
}

Result<Folder> update_folder(Transaction& transaction, const UserId& user, const FolderId& id,
                             const FolderChange& change) {
  TRY_ASSIGN(Folder folder, find_folder(transaction, user, id));
  if (change.name) {
    TRY(check_name(*change.name));
    folder.name = *change.name;
  }
  if (change.parent_id) {
    TRY(check_parent(transaction, user, id, *change.parent_id));
    folder.parent_id = *change.parent_id;
  }
  if (change.position) folder.position = *change.position;
  TRY(transaction.execute(
      "UPDATE folders SET name = ?, parent_id = ?, position = ? WHERE id = ? AND user_id = ?",
      folder.name, folder.parent_id, folder.position, id, user));
  return folder;
}

Status delete_folder(Transaction& transaction, const UserId& user, const FolderId& id) {
  TRY_ASSIGN(const Folder folder, find_folder(transaction, user, id));
  TRY(transaction.execute("UPDATE folders SET parent_id = ? WHERE parent_id = ? AND user_id = ?",
                          folder.parent_id, id, user));
  TRY(transaction.execute("DELETE FROM folders WHERE id = ? AND user_id = ?", id, user));
  return {};
}

}  // namespace falconet
